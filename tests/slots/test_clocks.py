"""At which instant a slot falls due, and until when it may go out: clocks that change, far zones, nights, spreading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from flows.slots import OPEN_FOR, Due
from flows.timing import is_quiet, local
from tests.slots.planner import NO_NIGHT, SERVICE, WEEKLY, Planner, due_times, moment, schedules, shown, somebody

# the time, and how many such days there are from the day before the change to the day after
CHANGES = {
    "forward, before the gap": ("2026-03-28", "00:30", "2026-03-28 00:30, 2026-03-29 00:30, 2026-03-30 00:30"),
    "forward, inside the gap": ("2026-03-28", "01:30", "2026-03-28 01:30, 2026-03-29 02:30, 2026-03-30 01:30"),
    "forward, after the gap": ("2026-03-28", "02:30", "2026-03-28 02:30, 2026-03-29 02:30, 2026-03-30 02:30"),
    "back, before what comes twice": ("2026-10-24", "00:30", "2026-10-24 00:30, 2026-10-25 00:30, 2026-10-26 00:30"),
    "back, in what comes twice": ("2026-10-24", "01:30", "2026-10-24 01:30, 2026-10-25 01:30, 2026-10-26 01:30"),
    "back, after it": ("2026-10-24", "02:30", "2026-10-24 02:30, 2026-10-25 02:30, 2026-10-26 02:30"),
}


@pytest.mark.parametrize(("first", "clock", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_each_day_has_one_slot_when_the_clocks_go(first: str, clock: str, expected: str) -> None:
    start = moment(f"{first} 00:00")
    person = somebody(start - timedelta(hours=6))
    found = Planner(schedules(f"every: day\nat: {clock}"), start, NO_NIGHT).run(person, start + timedelta(hours=70))
    assert ", ".join(due_times(found)) == expected


def test_the_hour_that_comes_twice_counts_the_first_time() -> None:
    start = moment("2026-10-25 00:00")
    found = Planner(schedules("every: day\nat: 01:30"), start, NO_NIGHT).run(
        somebody(start - timedelta(hours=6)), start + timedelta(hours=12)
    )
    assert [slot.due_at.isoformat() for slot in found] == ["2026-10-25T00:30:00+00:00"]


def test_a_planner_that_looks_every_few_minutes_finds_one_slot_too() -> None:
    planner = Planner(schedules("every: day\nat: 01:30"), "2026-10-24 12:00", NO_NIGHT)
    person = somebody("2026-10-23 09:00")
    for minutes in range(0, 24 * 60, 5):
        planner.look(person, moment("2026-10-24 12:00") + timedelta(minutes=minutes))
    assert due_times(planner.slots) == ["2026-10-25 01:30"]


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Europe/London", "+00:00"),
        ("Pacific/Kiritimati", "+14:00"),
        ("Pacific/Niue", "-11:00"),
        ("America/St_Johns", "-03:30"),
        ("Asia/Kathmandu", "+05:45"),
        ("Australia/Lord_Howe", "+11:00"),
    ],
)
def test_the_day_and_the_time_are_those_where_they_live(zone: str, offset: str) -> None:
    joined = moment("2026-11-02 09:30", zone)
    person = somebody(joined, zone=zone, checkin_time="monday 10:00")
    found = Planner(WEEKLY, joined).run(person, joined + timedelta(days=15))
    wanted = [f"2026-11-{day:02}T10:00:00{offset}" for day in (9, 16)]
    assert [local(slot.due_at, zone).isoformat() for slot in found] == wanted
    assert [str(slot.local_date) for slot in found] == ["2026-11-09", "2026-11-16"]
    assert {local(slot.until_at, zone).time() for slot in found} == {time(20)}


@pytest.mark.parametrize("zone", ["America/St_Johns", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo"])
def test_every_day_of_a_year_has_one_slot_wherever_they_live(zone: str) -> None:
    start = moment("2026-01-01 12:00", zone)
    found = Planner(schedules("every: day\nat: 00:15"), start, NO_NIGHT).run(
        somebody(start, zone=zone), start + timedelta(days=365)
    )
    assert len(found) == 365
    assert [slot.local_date for slot in found] == [start.date() + timedelta(days=each) for each in range(1, 366)]


# ---------------------------------------------------------------- quiet hours


def only_slot(clock: str, spread: str = "0 minutes", person_id: int = 41, quiet: str = "20:00 to 09:00") -> Due:
    begins, ends = (time.fromisoformat(each) for each in quiet.split(" to "))
    service = replace(SERVICE, quiet_from=begins, quiet_to=ends)
    text = f"every: day\nat: checkin_time\nspread: {spread}"
    person = somebody("2026-11-02 12:00", id=person_id, checkin_time=f"monday {clock}")
    found = Planner(schedules(text), "2026-11-02 12:00", service).run(person, "2026-11-04 12:30")
    return next(slot for slot in found if str(slot.local_date) == "2026-11-03")


# the time they chose, the quiet hours, when the slot of the 3rd falls due and when it is too late
NIGHTS = {
    "by day": ("10:00", "20:00 to 09:00", "2026-11-03 10:00", "2026-11-03 20:00"),
    "at the minute the night ends": ("09:00", "20:00 to 09:00", "2026-11-03 09:00", "2026-11-03 20:00"),
    "a minute too early": ("08:59", "20:00 to 09:00", "2026-11-03 09:00", "2026-11-03 20:00"),
    "at the minute it begins": ("20:00", "20:00 to 09:00", "2026-11-04 09:00", "2026-11-04 20:00"),
    "in the middle of it": ("02:30", "20:00 to 09:00", "2026-11-03 09:00", "2026-11-03 20:00"),
    "just before it": ("19:45", "20:00 to 09:00", "2026-11-03 19:45", "2026-11-03 20:00"),
    "too close before it": ("19:59", "20:00 to 09:00", "2026-11-03 19:45", "2026-11-03 20:00"),
    "in a quiet afternoon": ("14:00", "13:00 to 15:00", "2026-11-03 15:00", "2026-11-04 13:00"),
    "with hardly a day": ("20:05", "20:10 to 20:00", "2026-11-03 20:05", "2026-11-03 20:10"),
    "with no quiet hours": ("02:30", "00:00 to 00:00", "2026-11-03 02:30", "2026-11-03 14:30"),
}


@pytest.mark.parametrize(("clock", "quiet", "due", "until"), NIGHTS.values(), ids=NIGHTS.keys())
def test_a_slot_goes_out_by_day(clock: str, quiet: str, due: str, until: str) -> None:
    slot = only_slot(clock, quiet=quiet)
    assert (shown(slot.due_at), shown(slot.until_at)) == (due, until)


def test_what_the_night_held_is_not_lost_by_a_look_after_midnight() -> None:
    planner = Planner(schedules("every: week\nat: Mon 22:00"), "2026-11-03 00:30")
    assert due_times(planner.run(somebody("2026-10-20 09:00"), "2026-11-04 12:00")) == ["2026-11-03 09:00"]


# ---------------------------------------------------------------- spreading


def test_people_are_spread_over_the_time_and_no_further() -> None:
    due = [only_slot("10:00", "20 minutes", person).due_at for person in range(300)]
    assert min(due) >= moment("2026-11-03 10:00")
    assert max(due) < moment("2026-11-03 10:20")
    assert len(set(due)) > 200
    assert sum(each < moment("2026-11-03 10:10") for each in due) in range(100, 200)


def test_the_spread_is_the_same_whenever_it_is_worked_out() -> None:
    assert only_slot("10:00", "20 minutes").due_at == moment("2026-11-03 10:00") + timedelta(minutes=14, seconds=51)


def test_the_spread_is_another_one_each_day() -> None:
    planner = Planner(schedules("every: day\nat: 10:00\nspread: 20 minutes"), "2026-11-02 12:00")
    found = planner.run(somebody(), "2026-11-30 12:00")
    assert len({slot.due_at.time() for slot in found}) > 20


@pytest.mark.parametrize(("clock", "opens"), [("19:30", "19:30"), ("19:50", "19:45"), ("08:00", "09:00")])
def test_the_spread_never_runs_into_the_night(clock: str, opens: str) -> None:
    slots = [only_slot(clock, "2 hours", person) for person in range(100)]
    assert min(slot.due_at for slot in slots) >= moment(f"2026-11-03 {opens}")
    assert all(slot.due_at <= slot.until_at - OPEN_FOR for slot in slots)
    assert not any(is_quiet(slot.due_at, "", SERVICE) for slot in slots)


# ---------------------------------------------------------------- since, and now


@pytest.mark.parametrize(
    ("since", "now", "found"),
    [
        ("2026-11-09 09:59", "2026-11-09 10:00", True),  # now is included …
        ("2026-11-09 10:00", "2026-11-09 10:01", False),  # … since is not
        ("2026-11-09 09:00", "2026-11-09 09:59", False),
        (None, "2026-11-09 10:00", False),  # nothing before now was due
        ("2026-11-09 11:00", "2026-11-09 10:00", False),  # a clock put back
    ],
)
def test_what_lies_between_the_last_look_and_now_is_due(since: str | None, now: str, found: bool) -> None:
    planner = Planner(WEEKLY, now)
    planner.planned_at = moment(since) if since else None
    looked = planner.look(somebody(checkin_time="monday 10:00"))
    assert bool(looked.due) is found
    assert looked.next_at == (moment("2026-11-16 10:00") if now >= "2026-11-09 10:00" else moment("2026-11-09 10:00"))


def test_after_an_outage_every_day_has_its_slot() -> None:
    planner = Planner(schedules("every: day\nat: 12:00"), "2026-11-02 12:00")
    planner.look(somebody())
    found = planner.look(somebody(), moment("2026-11-06 11:00"))
    assert due_times(found.due) == ["2026-11-03 12:00", "2026-11-04 12:00", "2026-11-05 12:00"]
    assert found.next_at == moment("2026-11-06 12:00")


# ---------------------------------------------------------------- who moves, or changes their time


def move(first: str, then: str, when: str) -> list[str]:
    """A slot a day at noon; they move from one zone to another at ``when``, London time."""
    planner = Planner(schedules("every: day\nat: 12:00"), "2026-11-02 13:00")
    joined = moment("2026-11-01 09:00")
    planner.run(somebody(joined, zone=first), when)
    planner.change()
    planner.run(somebody(joined, zone=then), "2026-11-06 22:00")
    return [str(slot.local_date) for slot in planner.slots]


@pytest.mark.parametrize(
    ("first", "then", "when"),
    [
        ("Europe/London", "Pacific/Kiritimati", "2026-11-04 12:30"),
        ("Pacific/Kiritimati", "Europe/London", "2026-11-04 05:00"),
        ("Pacific/Kiritimati", "Pacific/Niue", "2026-11-04 05:00"),
        ("Europe/London", "America/St_Johns", "2026-11-04 12:30"),
        ("Asia/Kathmandu", "Europe/London", "2026-11-04 07:00"),
    ],
)
def test_who_moves_on_the_day_of_a_slot_gets_one_for_that_date(first: str, then: str, when: str) -> None:
    found = move(first, then, when)
    assert sorted(set(found)) == found
    assert {"2026-11-03", "2026-11-05"} <= set(found)


def test_who_moves_before_the_slot_gets_it_where_they_are_now() -> None:
    assert move("Europe/London", "America/St_Johns", "2026-11-04 11:00")[:3] == [
        "2026-11-03",
        "2026-11-04",
        "2026-11-05",
    ]


# the time before and after, when it was changed, and what falls due this week and next
NEW_TIMES = {
    "later the same day, before the slot": (
        "monday 10:00",
        "monday 15:00",
        "09:00",
        "2026-11-09 15:00, 2026-11-16 15:00",
    ),
    "later the same day, after it": ("monday 10:00", "monday 15:00", "11:00", "2026-11-09 10:00, 2026-11-16 15:00"),
    "earlier the same day, before both": (
        "monday 15:00",
        "monday 12:00",
        "10:00",
        "2026-11-09 12:00, 2026-11-16 12:00",
    ),
    "earlier the same day, when that is over": ("monday 15:00", "monday 12:00", "13:00", "2026-11-16 12:00"),
    "earlier the same day, after the slot": (
        "monday 15:00",
        "monday 12:00",
        "16:00",
        "2026-11-09 15:00, 2026-11-16 12:00",
    ),
    "another day, before the slot": ("monday 10:00", "thursday 15:00", "09:00", "2026-11-12 15:00"),
    "another day, after it": ("monday 10:00", "thursday 15:00", "11:00", "2026-11-09 10:00, 2026-11-12 15:00"),
    "the next day, after it": ("monday 10:00", "tuesday 15:00", "11:00", "2026-11-09 10:00, 2026-11-17 15:00"),
}


@pytest.mark.parametrize(("before", "after", "when", "expected"), NEW_TIMES.values(), ids=NEW_TIMES.keys())
def test_a_time_changed_on_the_day_counts_from_then_on(before: str, after: str, when: str, expected: str) -> None:
    planner = Planner(WEEKLY, "2026-11-08 12:00")
    planner.run(somebody(checkin_time=before), f"2026-11-09 {when}")
    planner.change()
    planner.run(somebody(checkin_time=after), "2026-11-18 12:00")
    assert ", ".join(due_times(planner.slots)) == expected


@pytest.mark.parametrize("written", ["", "monday", "10:00", "monday 25:00", "someday 10:00"])
def test_a_time_that_cannot_be_read_counts_as_none(written: str) -> None:
    found = Planner(WEEKLY, "2026-11-02 12:00").run(somebody(checkin_time=written), "2026-11-05 12:00")
    assert due_times(found) == ["2026-11-04 11:00"]


def test_next_at_is_aware_and_in_utc() -> None:
    found = Planner(WEEKLY, "2026-11-02 12:00").look(somebody())
    assert isinstance(found.next_at, datetime)
    assert found.next_at.utcoffset() == timedelta(0)
