"""The official examples and one real feed import with the right times, or are refused for the right reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from flows.directory.importing.bmlt import read_bmlt
from flows.directory.importing.meeting_guide import _LANGUAGES, read_meeting_guide
from flows.directory.importing.open_referral import read_open_referral
from flows.directory.meetings import next_session
from flows.directory.model import Imported, all_offers
from tests.directory.importing.feeds import TODAY, looked_over, times, why
from tests.shared import shared

SUMMER_2020 = date(2020, 7, 1)
LIES = [
    "Its place on the map, 100 north and 101 east, is not on earth.",
    "“ABC 1234” is not a postcode of the UK.",
    "It has neither a postcode nor a place on the map, so nobody can be told how far it is.",
]
NOTHING = "It holds nothing that anybody could be offered."


def read(reader: Callable[..., Imported], *names: str, today: date = TODAY) -> Imported:
    return reader([shared(f"data/feeds/{name}.json").read_bytes() for name in names], source="feed", today=today)


@pytest.mark.parametrize(
    ("names", "left_out", "around"),
    [
        (["oruk3_service_full"], ["It ended on 1/1/2005."], LIES),
        (["oruk3_service_at_location_full"], ["It ended on 1/1/2005."], LIES),
        (["oruk3_service_list"], ["It does not say when it meets."], []),
        (["oruk3_service_list", "oruk3_service_full"], ["It ended on 1/1/2005."], LIES),
        (["hsds31_service_full"], ["It is on another clock than ours (3)."], LIES),
        (["hsds31_schedules_example"], ["It ended on 20/12/2020.", "It ended on 7/11/2020."], []),
    ],
)
def test_an_illustration_is_refused_for_the_right_reasons(
    names: list[str], left_out: list[str], around: list[str]
) -> None:
    found = read(read_open_referral, *names)

    assert (found.refused, why(found), looked_over(found)) == (NOTHING, left_out, around)


def test_the_schedules_example_meets_when_its_own_words_say() -> None:
    found = read(read_open_referral, "hsds31_schedules_example", today=SUMMER_2020)

    # "Monday to Thursday, 9am to 12pm", "Monday to Thursday, 3pm to 5pm", "First Saturday of the month from July-Nov"
    mornings = [f"{day} {hours}" for day in ("mo", "tu", "we", "th") for hours in ("09:00-12:00", "15:00-17:00")]
    assert times(found) == [*mornings, "sa 09:00-17:00"]
    first_saturday = next(each for each in all_offers(found.initiatives) if each.day == 5)
    asked = [date(2020, 7, 1), date(2020, 7, 5), date(2020, 11, 1), date(2020, 11, 8)]
    assert [next_session(first_saturday, day) for day in asked] == [
        date(2020, 7, 4), date(2020, 8, 1), date(2020, 11, 7), None,
    ]  # fmt: skip


def test_the_real_feed_of_sixty_rows_keeps_every_room_on_its_day() -> None:
    found = read(read_meeting_guide, "meeting_guide_sussex_delaware_60")

    rows = json.loads(shared("data/feeds/meeting_guide_sussex_delaware_60.json").read_bytes())
    sunday_first = ("su", "mo", "tu", "we", "th", "fr", "sa")
    rooms = [each for each in rows if each["attendance_option"] != "online"]
    as_told = [f"{sunday_first[each['day']]} {each['time']}-{each['end_time']}" for each in rooms]
    assert not found.refused
    assert len(rooms) == 46
    assert Counter(times(found)) == Counter(as_told)
    assert "su 23:00-00:00" in times(found)  # Last Call ends past midnight
    assert len(why(found)) == 14  # online, by a clock five hours behind ours
    assert set(looked_over(found)) == {"It lies outside the UK."}
    assert {each.access.get("step_free") for each in found.initiatives} == {True, None}  # never a no
    assert "Felton" not in repr(found)  # a person, in a field for payments


def test_the_edge_cases_of_its_own_reader_are_read() -> None:
    found = read(read_meeting_guide, "mg_times_edgecases")

    assert times(found) == [
        "mo 07:00", "mo 19:00-21:00", "sa 10:00-11:00", "sa 19:00-21:00", "sa 20:00-21:00", "su 08:00-10:00",
        "su 20:00-21:00",
    ]  # fmt: skip
    assert why(found) == ["It is by appointment, and has no day and time."]


def test_every_code_of_the_specification_is_one_that_the_reader_knows_or_needs_not_know() -> None:
    types = json.loads(shared("data/specs/meeting_guide_types.json").read_bytes())

    for code, language in _LANGUAGES.items():
        assert types[code]["en"].casefold() == language
    assert _LANGUAGES["UK"] == "ukrainian"


@pytest.mark.parametrize("reader", [read_meeting_guide, read_bmlt])
@pytest.mark.parametrize("name", ["oruk3_service_full", "hsds31_service_full", "oruk3_service_list"])
def test_a_feed_of_another_format_is_refused(reader: Callable[..., Imported], name: str) -> None:
    assert read(reader, name).refused == "It is JSON, but not a list of meetings."


def test_meetings_are_no_services() -> None:
    found = read(read_open_referral, "meeting_guide_sussex_delaware_60")

    assert found.refused == NOTHING
    assert set(why(found)) == {"It does not say when it meets."}
