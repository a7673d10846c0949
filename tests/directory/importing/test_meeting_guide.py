"""Meeting Guide feeds: Sunday is 0, a day may be a list, and a code is not always what it looks like."""

from __future__ import annotations

from datetime import date

import pytest

from flows.directory.model import Venue, all_offers
from tests.directory.importing.feeds import HALL, guide, looked_over, meeting, only, session, times, why

POINT = (HALL["latitude"], HALL["longitude"])
ABROAD = {
    "latitude": 38.7186782,
    "longitude": -75.0780198,
    "formatted_address": "18 Olive Ave, Rehoboth, DE 19971, USA",
}


def test_a_meeting_is_read_with_its_day_its_hours_and_its_place() -> None:
    found = only(guide(meeting()))

    assert times(guide(meeting())) == ["su 19:00-20:30"]
    assert found.sessions[0].venue == Venue("Quayside Hall", "TN9 1ZZ", "Tonbridge", POINT)
    assert (found.id, found.sessions[0].id) == ("aa/sunday-steps.group", "aa/sunday-steps.su")
    assert (found.kind, found.cost, found.assured) == ("mutual aid", "free", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("changes", "town"),
    [
        ({}, "Tonbridge"),
        ({"city": "Hadlow"}, "Hadlow"),
        ({"formatted_address": "Mill Lane, Hadlow, TN11 0ZZ, UK", "region": "Kent"}, "Hadlow"),
        ({"formatted_address": "TN9 1ZZ, UK", "region": "Kent"}, "Kent"),
        ({"formatted_address": "Mill Lane", "region": "Kent"}, "Kent"),
    ],
)
def test_the_town_is_the_one_of_its_address(changes: dict[str, object], town: str) -> None:
    where = session(guide(meeting(**changes))).venue
    assert where is not None
    assert where.town == town


@pytest.mark.parametrize(
    ("day", "met"),
    [
        (0, ["su"]),
        (1, ["mo"]),
        (6, ["sa"]),
        ("6", ["sa"]),
        ("Tuesday", ["tu"]),
        ([1, 3, 5], ["mo", "we", "fr"]),
        (["0", "6"], ["sa", "su"]),
        ([2, 2], ["tu"]),
    ],
)
def test_days_count_from_sunday_and_may_be_a_list(day: object, met: list[str]) -> None:
    assert times(guide(meeting(day=day))) == [f"{each} 19:00-20:30" for each in met]


@pytest.mark.parametrize("day", [7, -1, "8", True, 1.5, "someday", [], [1, 9], {"day": 1}, "²"])
def test_what_is_no_day_leaves_the_row_out(day: object) -> None:
    assert len(why(guide(meeting(day=day)))) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "met"),
    [
        ("23:00", "00:00", "su 23:00-00:00"),
        ("23:00", "00:30", "su 23:00-00:30"),
        ("7:00 pm", None, "su 19:00"),
        ("12:00", "12:00", "su 12:00"),
        ("19:00:00Z", "20:00:00Z", "su 19:00-20:00"),
        ("Noon", "1:00 pm", "su 12:00-13:00"),
    ],
)
def test_hours_are_those_of_the_wall_and_may_end_past_midnight(starts: str, ends: str | None, met: str) -> None:
    assert times(guide(meeting(time=starts, end_time=ends))) == [met]


@pytest.mark.parametrize("time", [None, "25:00", "19:60", "evening", 1900, ""])
def test_what_is_no_time_leaves_the_row_out(time: object) -> None:
    assert why(guide(meeting(time=time)))


def test_a_meeting_by_appointment_is_left_out_and_said_so() -> None:
    assert why(guide(meeting(day=None, time=None))) == ["It is by appointment, and has no day and time."]


# ---------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("types", "access"),
    [
        (["O"], {}),  # an absent X is unknown, not inaccessible
        (["X"], {"step_free": True}),
        (["x", "XB"], {"step_free": True, "accessible_toilet": True}),
        (["CF"], {"children": True}),
        (None, {}),
        ("X,O", {"step_free": True}),
    ],
)
def test_access_is_what_a_type_says_and_unknown_otherwise(types: object, access: dict[str, bool]) -> None:
    assert dict(only(guide(meeting(types=types))).access) == access


@pytest.mark.parametrize(
    ("types", "audience"),
    [
        (["O"], {"anyone"}),
        (["C"], {"anyone"}),  # closed to visitors, not to those who want to stop
        (["W"], {"women"}),
        (["M", "Y"], {"men", "young people"}),
        (["UK"], {"ukrainian speakers"}),  # a language, not a country
        (["POL", "W"], {"polish speakers"}),
        (["EN", "POL"], {"anyone"}),
        (["NO-SUCH"], {"anyone"}),
    ],
)
def test_a_type_says_whom_it_is_for(types: list[str], audience: set[str]) -> None:
    assert only(guide(meeting(types=types))).audience == audience


def test_tc_closes_the_room_for_now() -> None:
    found = guide(meeting(types=["O", "TC"]))

    assert only(found).closed
    assert looked_over(found) == ["It is closed for now, and will not be offered."]


def test_tc_does_not_close_a_meeting_that_goes_on_online() -> None:
    found = guide(meeting(types=["TC"], attendance_option="online", conference_url="https://example.org/join"))

    assert not only(found).closed
    assert (session(found).online, session(found).venue) == (True, None)
    assert only(found).link == "https://example.org/join"


@pytest.mark.parametrize(
    ("changes", "online", "in_person"),
    [
        ({}, False, True),
        ({"attendance_option": "online"}, True, False),
        ({"attendance_option": "hybrid"}, True, True),
        ({"attendance_option": None, "types": ["ONL"], "approximate": "yes"}, True, False),
        ({"attendance_option": None, "conference_url": "https://example.org/j"}, True, True),
        ({"attendance_option": None, "conference_url": "https://example.org/j", "types": ["TC"]}, True, False),
        ({"attendance_option": None}, False, True),
    ],
)
def test_a_meeting_is_online_in_person_or_both(changes: dict[str, object], online: bool, in_person: bool) -> None:
    found = session(guide(meeting(**changes)))

    assert (found.online, found.venue is not None) == (online, in_person)


# ---------------------------------------------------------------- another clock, another country


def test_a_room_abroad_keeps_its_hours_and_is_pointed_out() -> None:
    found = guide(meeting(**ABROAD))

    assert times(found) == ["su 19:00-20:30"]
    assert looked_over(found) == ["It lies outside the UK."]


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"timezone": "Europe/London"}, True),
        ({"timezone": "Europe/Jersey"}, True),
        ({"timezone": "America/New_York"}, False),
        ({"timezone": "Moon/Base"}, False),
        (ABROAD, False),
        (ABROAD | {"timezone": "Europe/London"}, True),
        ({}, True),
    ],
)
def test_online_only_a_clock_like_ours_is_believed(changes: dict[str, object], read: bool) -> None:
    found = guide(meeting(attendance_option="online", conference_url="https://example.org/join", **changes))

    assert bool(found.initiatives) is read
    assert bool(why(found)) is not read


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"latitude": 100}, "Its place on the map, 100 north and 0.2743 east, is not on earth."),
        ({"latitude": 0.2743, "longitude": 51.1954}, "Its latitude and longitude have changed places."),
        ({"latitude": "north"}, "Its place on the map is not two numbers."),
        ({"approximate": "yes"}, "It gives only a rough place, which is no distance to go by."),
        ({"postal_code": "ABC 1234"}, "“ABC 1234” is not a postcode of the UK."),
        ({"updated": "2027-01-01"}, "It was updated on 2027-01-01, which is yet to come."),
    ],
)
def test_a_row_that_lies_about_one_thing_is_kept_without_it(changes: dict[str, object], said: str) -> None:
    found = guide(meeting(**changes))

    assert looked_over(found) == [said]
    assert times(found) == ["su 19:00-20:30"]


# ---------------------------------------------------------------- anonymity


def test_nothing_of_a_person_comes_in() -> None:
    row = meeting(
        notes="Ring Nobody on 07700 900123 or +44 (0)7700 900 124, nobody@example.org. Ring the bell.",
        contact_1_name="Nobody Surname",
        contact_1_email="nobody@example.org",
        contact_1_phone="07700 900123",
        email="group@example.org",
        venmo="@Nobody-Surname-2",
        edit_url="https://example.org/edit?user=nobody",
    )

    found = only(guide(row))

    written = repr(found)
    assert found.contact == ""
    for trace in ("Surname", "07700", "7700 900", "nobody@", "group@", "venmo", "edit?"):
        assert trace not in written
    assert "Ring the bell." in found.about


@pytest.mark.parametrize(
    ("updated", "assured"),
    [
        ("2026-11-22 22:00:00", date(2026, 11, 22)),
        ("2025-11-23 10:00:00", date(2025, 11, 23)),
        ("2025-11-22 10:00:00", None),  # a meeting that never changes is never edited
        ("2005-01-01", None),
        ("0000-00-00 00:00:00", None),
        (None, None),
    ],
)
def test_a_row_edited_within_a_year_was_known_to_be_true_then(updated: str | None, assured: date | None) -> None:
    assert only(guide(meeting(updated=updated))).assured == assured


# ---------------------------------------------------------------- one group, several meetings


def test_the_meetings_of_a_group_are_one_initiative_and_keep_their_ids() -> None:
    rows = [
        meeting(slug="steps-wed", name="Steps Wednesday", day=3, group="Steps", url="https://example.org/a"),
        meeting(slug="steps-fri", name="Steps Friday", day=5, group="Steps", url="https://example.org/b"),
    ]

    found = only(guide(*rows))

    assert (found.name, found.link) == ("Steps", "")  # one meeting's page is not the other's
    assert sorted(each.id for each in found.sessions) == ["aa/steps-fri.fr", "aa/steps-wed.we"]
    assert only(guide(*reversed(rows))).id == found.id


def test_a_womens_meeting_of_a_group_is_an_initiative_of_its_own() -> None:
    rows = [meeting(slug="a", group="Steps"), meeting(slug="b", group="Steps", day=2, types=["W"])]

    assert {each.audience for each in guide(*rows).initiatives} == {frozenset({"anyone"}), frozenset({"women"})}


def test_nobody_is_given_the_link_of_another_meeting_of_the_group() -> None:
    rows = [
        meeting(
            slug=code, day=day, group="Steps", attendance_option="online", conference_url=f"https://example.org/{code}"
        )
        for day, code in enumerate("ab", 1)
    ]

    found = guide(*rows).initiatives

    assert {(each.link, each.sessions[0].id) for each in found} == {
        ("https://example.org/a", "aa/a.mo"),
        ("https://example.org/b", "aa/b.tu"),
    }


@pytest.mark.parametrize("codes", [{}, {"slug": None, "id": None}])
def test_a_day_that_stays_keeps_its_id_when_another_goes(codes: dict[str, object]) -> None:
    both, one = guide(meeting(day=[1, 2], **codes)), guide(meeting(day=1, **codes))

    assert {each.id for each in all_offers(one.initiatives)} < {each.id for each in all_offers(both.initiatives)}


def test_two_rows_with_one_slug_do_not_hide_each_other() -> None:
    found = guide(meeting(day=1), meeting(day=2), meeting(day=2))

    assert times(found) == ["mo 19:00-20:30", "tu 19:00-20:30"]
    assert len({each.id for each in only(found).sessions}) == 2
