"""Time zones, quiet hours and working hours, with the clocks going both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from flows.content import Policy, PolicyStep, Service
from flows.spans import read_span
from flows.timing import (
    add_working,
    add_working_days,
    alert_by,
    at_local,
    clock_words,
    is_quiet,
    is_working,
    local,
    next_weekday,
    quiet_ends,
    speak_time,
    weekday_named,
)
from flows.wording import Span

LONDON = "Europe/London"
SERVICE = Service(
    name="Friends",
    sender="Fingerpost",
    area="West Kent",
    time_zone=LONDON,
    languages=("en",),
    work_days=frozenset(range(5)),
    work_from=time(9),
    work_to=time(17),
    quiet_from=time(20),
    quiet_to=time(9),
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}),
    price_per_text=40,
    keep={},
    texts_a_day=None,
    texts_a_month=None,
    caseload={},
    written={},
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def policy(*, any_hour: bool = False, steps: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Policy:
    said = tuple(PolicyStep(read_span(when) or Span(timedelta()), roles) for when, roles in steps)
    return Policy("asked for a mentor", any_hour, said)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 10, 25), time(1, 30), LONDON, "2026-10-25 00:30"),  # comes twice: the first
        (date(2026, 3, 29), time(1, 30), LONDON, "2026-03-29 01:30"),  # skipped: 02:30 on the new clock
        (date(2026, 3, 29), time(0, 59), LONDON, "2026-03-29 00:59"),
        (date(2026, 3, 29), time(2, 0), LONDON, "2026-03-29 01:00"),
        (date(2026, 7, 1), time(10), LONDON, "2026-07-01 09:00"),
        (date(2026, 7, 1), time(10), "Pacific/Kiritimati", "2026-06-30 20:00"),
        (date(2026, 7, 1), time(10), "America/St_Johns", "2026-07-01 12:30"),
        (date(2026, 1, 1), time(10), "Asia/Kathmandu", "2026-01-01 04:15"),
        (date(2011, 12, 30), time(10), "Pacific/Apia", "2011-12-30 20:00"),  # a day that Samoa skipped
    ],
)
def test_a_local_time_becomes_one_instant(day: date, clock: time, zone: str, expected: str) -> None:
    assert at_local(day, clock, zone) == utc(expected)
    assert at_local(day, clock.replace(fold=1), zone) == utc(expected)


def test_a_local_clock_is_read_where_the_person_is() -> None:
    assert local(utc("2026-07-01 23:30"), LONDON).date() == date(2026, 7, 2)
    assert local(utc("2026-07-01 23:30"), "America/St_Johns").date() == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "weekday", "expected"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 30)),  # Monday to the next Monday
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 23), 6, date(2026, 11, 29)),
        (date(2026, 12, 31), 4, date(2027, 1, 1)),
    ],
)
def test_the_next_weekday_is_never_today(day: date, weekday: int, expected: date) -> None:
    assert next_weekday(day, weekday) == expected


def test_weekdays_are_known_by_name() -> None:
    for name, number in {"Monday": 0, "tue": 1, "Thurs": 3, " SUN ": 6}.items():
        assert weekday_named(name) == number
    for name in ("", "m", "mo", "first Monday", "day after group", "mondayish"):
        assert weekday_named(name) is None


# ---------------------------------------------------------------- quiet hours


@pytest.mark.parametrize(
    ("now", "zone", "quiet", "ends"),
    [
        ("2026-11-23 19:59", "", False, "2026-11-23 19:59"),
        ("2026-11-23 20:00", "", True, "2026-11-24 09:00"),
        ("2026-11-23 23:59", "", True, "2026-11-24 09:00"),
        ("2026-11-24 00:00", "", True, "2026-11-24 09:00"),
        ("2026-11-24 08:59", "", True, "2026-11-24 09:00"),
        ("2026-11-24 09:00", "", False, "2026-11-24 09:00"),
        ("2026-07-01 19:30", "", True, "2026-07-02 08:00"),  # 20:30 summer time
        ("2026-10-24 22:00", "", True, "2026-10-25 09:00"),  # an hour longer: the clocks go back
        ("2026-03-28 22:00", "", True, "2026-03-29 08:00"),  # an hour shorter
        ("2026-11-23 12:00", "Pacific/Kiritimati", True, "2026-11-23 19:00"),
        ("2026-11-23 12:00", "America/St_Johns", True, "2026-11-23 12:30"),
        ("2026-11-23 12:30", "America/St_Johns", False, "2026-11-23 12:30"),
    ],
)
def test_quiet_hours_are_the_persons_own(now: str, zone: str, quiet: bool, ends: str) -> None:
    assert is_quiet(utc(now), zone, SERVICE) is quiet
    assert quiet_ends(utc(now), zone, SERVICE) == utc(ends)


def test_quiet_hours_within_one_day_and_none_at_all() -> None:
    siesta = replace(SERVICE, quiet_from=time(13), quiet_to=time(15))
    assert is_quiet(utc("2026-11-23 14:00"), "", siesta)
    assert quiet_ends(utc("2026-11-23 14:00"), "", siesta) == utc("2026-11-23 15:00")
    assert not is_quiet(utc("2026-11-23 15:00"), "", siesta)
    never = replace(SERVICE, quiet_from=time(9), quiet_to=time(9))
    assert not any(is_quiet(utc(f"2026-11-23 {hour:02}:00"), "", never) for hour in range(24))


def test_quiet_hours_end_outside_quiet_hours_all_year_round() -> None:
    for zone in (LONDON, "Pacific/Kiritimati", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"):
        now = utc("2026-01-01 00:07")
        while now < utc("2027-01-01 00:00"):
            ends = quiet_ends(now, zone, SERVICE)
            assert ends >= now
            assert not is_quiet(ends, zone, SERVICE), (zone, now)
            now += timedelta(hours=7)


# ---------------------------------------------------------------- working hours


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),
        ("2026-11-23 13:00", 4, "2026-11-23 17:00"),
        ("2026-11-23 15:00", 4, "2026-11-24 11:00"),
        ("2026-11-23 17:00", 0, "2026-11-24 09:00"),
        ("2026-11-23 06:00", 1, "2026-11-23 10:00"),
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over a weekend
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),  # begun on a Saturday
        ("2026-12-24 16:00", 2, "2026-12-29 10:00"),  # Christmas, a weekend and its Monday
        ("2026-11-23 09:00", 24, "2026-11-25 17:00"),
        ("2026-10-23 16:00", 2, "2026-10-26 10:00"),  # summer time ends between: 15:00 is an hour before 17:00 BST
    ],
)
def test_only_working_hours_count(start: str, hours: int, expected: str) -> None:
    begins = utc(start)
    if start.startswith("2026-10"):
        begins -= timedelta(hours=1)  # 16:00 on the wall
    assert add_working(begins, timedelta(hours=hours), SERVICE) == utc(expected)


def test_a_service_at_work_by_night() -> None:
    nights = replace(SERVICE, work_from=time(22), work_to=time(6))
    assert is_working(utc("2026-11-24 02:00"), nights)
    assert not is_working(utc("2026-11-23 02:00"), nights)  # Sunday's night is off
    assert add_working(utc("2026-11-23 23:00"), timedelta(hours=8), nights) == utc("2026-11-24 23:00")


def test_a_service_that_never_works_falls_back_on_the_clock() -> None:
    never = replace(SERVICE, work_days=frozenset())
    assert add_working(utc("2026-11-23 10:00"), timedelta(hours=4), never) == utc("2026-11-23 14:00")
    assert add_working_days(utc("2026-11-23 10:00"), 2, never) == utc("2026-11-25 10:00")
    assert not is_working(utc("2026-11-23 10:00"), never)


def test_staff_are_at_work_from_the_first_minute_to_the_last() -> None:
    assert is_working(utc("2026-11-23 09:00"), SERVICE)
    assert is_working(utc("2026-11-23 16:59"), SERVICE)
    for off in ("2026-11-23 08:59", "2026-11-23 17:00", "2026-11-28 10:00", "2026-12-25 10:00"):
        assert not is_working(utc(off), SERVICE)


@pytest.mark.parametrize(
    ("now", "within", "any_hour", "expected"),
    [
        ("2026-11-23 10:00", "4 hours", False, "2026-11-23 14:00"),
        ("2026-11-23 10:07", "4 hours", False, "2026-11-23 14:15"),  # said to the quarter hour, never too early
        ("2026-11-23 16:00", "4 hours", False, "2026-11-24 12:00"),
        ("2026-11-27 16:00", "4 hours", False, "2026-11-30 12:00"),
        ("2026-11-23 22:00", "2 working hours", True, "2026-11-24 11:00"),
        ("2026-11-23 22:00", "4 hours", True, "2026-11-24 02:00"),
        ("2026-11-26 10:00", "3 days", False, "2026-12-01 10:00"),  # working days
        ("2026-11-28 10:00", "1 day", False, "2026-12-01 09:00"),
        ("2026-11-23 10:00", "2 working days", False, "2026-11-25 10:00"),
        ("2026-11-23 09:00", "24 hours", False, "2026-11-25 17:00"),
    ],
)
def test_a_promise_counts_only_hours_in_which_staff_act(now: str, within: str, any_hour: bool, expected: str) -> None:
    span = read_span(within)
    assert span is not None
    assert alert_by(policy(any_hour=any_hour), span, utc(now), SERVICE, LONDON) == utc(expected)


def test_a_promise_that_nobody_made_is_when_coordinators_are_brought_in() -> None:
    late = policy(steps=(("at once", ("mentor",)), ("24 working hours", ("coordinators",))))
    assert alert_by(late, None, utc("2026-11-23 09:00"), SERVICE, LONDON) == utc("2026-11-25 17:00")
    soon = policy(steps=(("at once", ("coordinators",)),))
    assert alert_by(soon, None, utc("2026-11-23 09:00"), SERVICE, LONDON) == utc("2026-11-23 17:00")
    assert alert_by(None, None, utc("2026-11-23 09:00"), SERVICE, LONDON) == utc("2026-11-23 17:00")
    assert alert_by(None, timedelta(hours=1), utc("2026-11-28 09:00"), SERVICE) == utc("2026-11-30 10:00")


# ---------------------------------------------------------------- lengths and spoken times


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("24 hours", Span(timedelta(hours=24), False, "24 hours")),
        ("3 days", Span(timedelta(days=3), False, "3 days")),
        ("1 week", Span(timedelta(weeks=1), False, "1 week")),
        ("a day", Span(timedelta(days=1), False, "a day")),
        ("two weeks", Span(timedelta(weeks=2), False, "two weeks")),
        ("2 working hours", Span(timedelta(hours=2), True, "2 working hours")),
        ("1 working day", Span(timedelta(hours=8), True, "1 working day")),
        ("10 minutes", Span(timedelta(minutes=10), False, "10 minutes")),
        ("26h", Span(timedelta(hours=26), False, "26h")),
        (" 90  Days ", Span(timedelta(days=90), False, "90 days")),
        ("24 months", Span(timedelta(days=730), False, "24 months")),
        ("6 years", Span(timedelta(days=2192), False, "6 years")),
        *[
            (text, None)
            for text in ("", "soon", "24", "hours", "3 dayz", "-3 days", "2.5 hours", "3 days ago", "2 working months")
        ],
        *[(text, None) for text in ("many days", "999999 days", "１ day ago")],
    ],
)
def test_a_length_reads_as_it_is_written(text: str, span: Span | None) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    ("at", "phrase", "said"),
    [
        ("2026-11-23 15:00", "time today", {"time": "3pm"}),
        ("2026-11-23 23:45", "time today", {"time": "11:45pm"}),
        ("2026-11-24 10:15", "time tomorrow", {"time": "10:15am"}),
        ("2026-11-25 12:00", "time on wednesday", {"time": "12pm"}),
        ("2026-11-29 09:00", "time on sunday", {"time": "9am"}),
        ("2026-11-30 09:00", "time on date", {"time": "9am", "date": "30/11"}),
        ("2026-11-22 09:00", "time on date", {"time": "9am", "date": "22/11"}),
    ],
)
def test_a_time_is_spoken_as_people_say_it(at: str, phrase: str, said: dict[str, str]) -> None:
    assert speak_time(utc(at), utc("2026-11-23 10:00"), LONDON) == (phrase, said)


def test_a_time_is_spoken_on_the_persons_own_clock() -> None:
    # both instants are the 24th in Kiritimati, fourteen hours ahead
    assert speak_time(utc("2026-11-23 15:00"), utc("2026-11-23 10:30"), "Pacific/Kiritimati") == (
        "time today",
        {"time": "5am"},
    )
    assert clock_words(time(0, 5)) == "12:05am"
