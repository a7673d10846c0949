"""Promise 5, as far as planning keeps it: one (participant, schedule, local date) gives at most one slot, ever.

Random people with random schedules, looked at by a planner whose looks come at random times, twice, late, or by a clock
that was put an hour forward or back. Whatever happens, the slots are those of a planner that never sleeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.content import Schedule
from flows.model import Participant
from flows.slots import Due, plan
from flows.timing import at_local, is_quiet, local
from tests.slots.planner import SERVICE, Planner, library, somebody

TAPERING = """\
- schedule: it
  flow: talk
  every: week
  at: checkin_time
  otherwise: Wed 11:00
  spread: 20 minutes
  phases:
    - until: early_until
      every: 2 days
    - until: 8 weeks after joined
      every: 3 days
"""
ONE = "- schedule: it\n  flow: talk\n"
TEXTS = (
    TAPERING,
    f"{ONE}  every: day\n  at: checkin_time\n  spread: 2 hours\n",
    f"{ONE}  every: 2 weeks\n  on: Sunday\n  at: 01:30\n",
    f"{ONE}  every: month\n  at: 23:59\n  spread: 45 minutes\n",
    f"{ONE}  every: month\n  on: last Sunday\n  at: 02:30\n",
    f"{ONE}  once: 3 days after left_rehab\n  at: checkin_time\n",
    f"{ONE}  every: 2 days\n  at: 12:00\n  for: early_until more than today\n",
    TAPERING + TAPERING.replace("schedule: it", "schedule: another"),
)
SCHEDULES = tuple(library(text).schedules for text in TEXTS)
ZONES = (
    *("", "Europe/London", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Niue"),
    *("Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Pacific/Chatham"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOUR = timedelta(hours=1)
SEEDS = st.integers(0, 1 << 32)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def anybody(random: Random, near: date) -> Participant:
    """Somebody who joined within the quarter before ``near``, with or without a time, a risky while and a home."""
    known = {}
    if random.random() < 0.8:
        known["checkin_time"] = (
            f"{random.choice(WEEKDAYS)} {random.randrange(24):02}:{random.choice((0, 15, 30, 59)):02}"
        )
    for name in ("early_until", "left_rehab"):
        if random.random() < 0.5:
            known[name] = (near + timedelta(days=random.randrange(-20, 60))).isoformat()
    joined = at_local(near, SERVICE.quiet_to, "Europe/London") - timedelta(minutes=random.randrange(130_000))
    return somebody(joined, zone=random.choice(ZONES), id=random.randrange(1, 1 << 40))._replace(values=known)


@dataclass(slots=True)
class Restless:
    """A planner whose looks are late, doubled, or by a wrong clock. What it finds twice, it would insert twice."""

    schedules: Mapping[str, Schedule]
    person: Participant
    planned_at: datetime
    last: dict[str, date] = field(default_factory=dict)
    found: dict[tuple[str, date], Due] = field(default_factory=dict)

    def look(self, now: datetime, *, killed: bool = False) -> datetime | None:
        """One look by a clock that shows ``now``; ``killed`` before the commit, so that nothing of it is kept."""
        looked = plan(self.schedules, self.person, since=self.planned_at, now=now, last=self.last, service=SERVICE)
        if killed:
            return looked.next_at
        for slot in looked.due:
            assert (slot.schedule, slot.local_date) not in self.found, "the same slot was planned twice"
            assert not is_quiet(slot.due_at, self.person.time_zone, SERVICE), "a slot falls due at night"
            assert slot.due_at < slot.until_at
            self.found[slot.schedule, slot.local_date] = slot
            self.last[slot.schedule] = slot.local_date
        assert looked.next_at is None or looked.next_at > now
        self.planned_at = now
        return looked.next_at


def live_through(random: Random, near: date, length: timedelta) -> int:
    """Watch one person under one set of schedules through ``length``; how many slots they had."""
    schedules, person = random.choice(SCHEDULES), anybody(random, near)
    start = at_local(near, SERVICE.quiet_to, "Europe/London")
    steady = Planner(schedules, start)
    steady.run(person, start + length)
    restless = Restless(schedules, person, start)
    now, next_at = start, restless.look(start)
    while now < start + length:
        # Mostly it wakes when something is due; sometimes by chance, or long after.
        due = next_at if next_at is not None and random.random() < 0.7 else now + random.random() * timedelta(days=4)
        now = min(max(due, now), start + length)
        shaky = start + HOUR < now < start + length
        wrong = random.choice((-1, 0, 0, 1)) * HOUR if shaky else timedelta(0)
        next_at = restless.look(now + wrong, killed=shaky and random.random() < 0.1)
        now += timedelta(seconds=1)
    assert restless.found == {(slot.schedule, slot.local_date): slot for slot in steady.slots}
    return len(restless.found)


@settings(max_examples=120, deadline=None)
@given(SEEDS, DAYS)
def test_no_slot_is_planned_twice_at_night_or_not_at_all(seed: int, near: date) -> None:
    live_through(Random(seed), near, timedelta(weeks=5))


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from((date(2026, 3, 26), date(2026, 10, 22))))
def test_nor_around_the_days_on_which_the_clocks_change(seed: int, near: date) -> None:
    live_through(Random(seed), near, timedelta(days=8))


@settings(max_examples=120, deadline=None)
@given(SEEDS, DAYS)
def test_nor_for_people_who_move_and_change_their_mind(seed: int, near: date) -> None:
    random = Random(seed)
    schedules, person = random.choice(SCHEDULES), anybody(random, near)
    now = at_local(near, SERVICE.quiet_to, "Europe/London")
    restless = Restless(schedules, person, now)
    for _ in range(40):
        now += random.random() * timedelta(days=2)
        if random.random() < 0.5:
            other = anybody(random, local(now, "Europe/London").date())
            values = {**restless.person.values, **other.values}
            restless.person = restless.person._replace(time_zone=other.time_zone, values=values)
            restless.planned_at = now
        restless.look(now)


@settings(max_examples=120, deadline=None)
@given(SEEDS, DAYS)
def test_nothing_falls_due_before_the_next_look(seed: int, near: date) -> None:
    random = Random(seed)
    schedules, person = random.choice(SCHEDULES), anybody(random, near)
    now = at_local(near, SERVICE.quiet_to, "Europe/London") + random.random() * timedelta(days=1)
    next_at = plan(schedules, person, since=now, now=now, last={}, service=SERVICE).next_at
    until = now + timedelta(weeks=6) if next_at is None else next_at - timedelta(seconds=1)
    assert plan(schedules, person, since=now, now=until, last={}, service=SERVICE).due == ()


@pytest.mark.prove
def test_a_million_slots_and_none_of_them_twice() -> None:
    random, slots = Random(5), 0
    while slots < 1_000_000:
        near = date(2026, 1, 1) + timedelta(days=random.randrange(600))
        slots += live_through(random, near, timedelta(days=300))
