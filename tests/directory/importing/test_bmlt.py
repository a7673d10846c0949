"""BMLT: Sunday is 1, every value is a string, and an empty list is a fault and not an empty directory."""

from __future__ import annotations

import pytest

from flows.directory.importing.bmlt import read_bmlt
from flows.directory.model import Venue
from tests.directory.importing.feeds import (
    HALL,
    TODAY,
    bmlt,
    bmlt_row,
    looked_over,
    only,
    session,
    times,
    told,
    why,
)


def test_a_meeting_is_read_with_its_day_its_hours_and_its_place() -> None:
    found = only(bmlt(bmlt_row()))

    assert times(bmlt(bmlt_row())) == ["su 19:30-21:00"]
    assert found.sessions[0].venue == Venue(
        "Quayside Hall", "TN9 1ZZ", "Tonbridge", (HALL["latitude"], HALL["longitude"])
    )
    assert (found.id, found.name, found.about) == ("na/901.group", "Just for Sunday", "Round the back")
    assert dict(found.access) == {"step_free": True}
    assert found.assured is None


@pytest.mark.parametrize(
    ("number", "day"),
    [("1", "su"), ("2", "mo"), ("3", "tu"), ("4", "we"), ("5", "th"), ("6", "fr"), ("7", "sa"), (2, "mo")],
)
def test_days_count_from_sunday_as_one(number: object, day: str) -> None:
    assert times(bmlt(bmlt_row(weekday_tinyint=number))) == [f"{day} 19:30-21:00"]


@pytest.mark.parametrize("number", ["0", "8", "", None, "Sunday", ["1"], "1.0", "²"])
def test_what_is_no_day_leaves_the_row_out(number: object) -> None:
    assert why(bmlt(bmlt_row(weekday_tinyint=number)))[0].startswith("Its day is")


@pytest.mark.parametrize(
    ("starts", "lasts", "met"),
    [
        ("19:30:00", "01:00:00", "su 19:30-20:30"),
        ("23:00:00", "01:00:00", "su 23:00-00:00"),
        ("23:30:00", "02:00:00", "su 23:30-01:30"),
        ("19:30:00", "00:00:00", "su 19:30"),
        ("19:30:00", "", "su 19:30"),
        ("19:30:00", "an hour", "su 19:30"),
    ],
)
def test_a_length_gives_the_end_past_midnight_too(starts: str, lasts: str, met: str) -> None:
    assert times(bmlt(bmlt_row(start_time=starts, duration_time=lasts))) == [met]


@pytest.mark.parametrize(
    ("changes", "online", "in_person"),
    [
        ({"venue_type": "1"}, False, True),
        ({"venue_type": "2"}, True, False),
        ({"venue_type": "3"}, True, True),
        ({"venue_type": "", "formats": "VM"}, True, False),
        ({"venue_type": "", "formats": "HY"}, True, True),
        ({"venue_type": "2", "formats": "VM,TC"}, True, False),
        ({"venue_type": None}, False, True),
    ],
)
def test_a_meeting_is_online_in_person_or_both(changes: dict[str, object], online: bool, in_person: bool) -> None:
    found = bmlt(bmlt_row(virtual_meeting_link="https://example.org/join", **changes))

    assert (session(found).online, session(found).venue is not None) == (online, in_person)
    assert only(found).link == ("https://example.org/join" if online else "")
    assert not only(found).closed


def test_a_room_that_is_closed_for_now_is_not_offered() -> None:
    assert only(bmlt(bmlt_row(formats="O,TC"))).closed


def test_the_formats_of_a_server_say_what_its_own_keys_mean() -> None:
    page = {
        "meetings": [bmlt_row(formats="F,RK")],
        "formats": [{"key_string": "F", "world_id": "W"}, {"key_string": "RK", "world_id": "WCHR"}],
    }

    found = only(read_bmlt(told(page), source="na", today=TODAY))

    assert found.audience == {"women"}
    assert dict(found.access) == {"step_free": True}


def test_nothing_of_a_person_comes_in() -> None:
    written = repr(only(bmlt(bmlt_row())))

    for trace in ("Surname", "07700", "nobody@"):
        assert trace not in written


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ([], "It sent an empty list, which is how it answers a question that it does not understand."),
        ({"meetings": [], "formats": []}, "It sent an empty list"),
        ({"error": "Bad Request"}, "It answers with an error: Bad Request."),
        ([{"key_string": "O", "name_string": "Open"}], "It sent a list of formats and not of meetings"),
        ("meetings", "It is JSON, but not a list of meetings."),
    ],
)
def test_a_reply_that_holds_no_meetings_is_refused(reply: object, said: str) -> None:
    found = read_bmlt(told(reply), source="na", today=TODAY)

    assert found.refused.startswith(said)
    assert not found.initiatives


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"published": "0"}, "It is not published."),
        ({"meeting_name": ""}, "It has no name."),
        ({"start_time": "late"}, "Its time is “late”, which is no time of day."),
        (
            {"venue_type": "2", "time_zone": "America/Chicago"},
            "It is online by the clock of another country, and would be offered at the wrong hour.",
        ),
    ],
)
def test_a_row_that_nobody_could_go_to_is_left_out(changes: dict[str, object], said: str) -> None:
    assert why(bmlt(bmlt_row(**changes), bmlt_row(id_bigint="902"))) == [said]


def test_a_point_at_nought_is_no_place() -> None:
    found = bmlt(bmlt_row(latitude="0", longitude="0"))

    assert session(found).venue == Venue("Quayside Hall", "TN9 1ZZ", "Tonbridge")
    assert looked_over(found) == []
