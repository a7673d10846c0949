"""When each person's check-ins fall due: from schedules, a person and the last slots to the next ones. Pure.

Recurrence counts days on the person's own calendar; only a day that was found becomes an instant. So a slot is named by
its local date, and neither a change of the clocks nor a move to another zone can make two of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from flows.conditions import holds, tests_of
from flows.content import FromDate, Rhythm, Schedule, Service
from flows.model import Participant
from flows.reading.values import read_date, read_time
from flows.statuses import PersonStatus
from flows.steps import Condition
from flows.timing import QuietHours, at_local, local, quiet_hours, weekday_named

CLOSEST = timedelta(days=2)  # between two slots of a schedule by weeks or months, whatever day is chosen meanwhile
OPEN_FOR = timedelta(minutes=15)  # the least time in which a slot can go out before quiet hours begin
WITHOUT_QUIET_HOURS = timedelta(hours=12)  # after that long it is too late, where no night says so
ONCE_WITHIN = timedelta(days=14)  # a time changed meanwhile puts off what comes once; after that long it is not asked

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LATEST = date(3000, 1, 1)  # "for good", as staff write it, is a year that can still be counted from
_MOST_PASSED_OVER = 60  # days ahead on which a condition was false; then it is looked at again


class Due(NamedTuple):
    """A slot whose time has come. It goes out between ``due_at`` and ``until_at`` or not at all."""

    schedule: str
    flow: str
    local_date: date
    due_at: datetime
    until_at: datetime
    tells: bool


class Plan(NamedTuple):
    """What fell due, earliest first, and the next instant at which something may."""

    due: tuple[Due, ...]
    next_at: datetime | None


def plan(
    schedules: Mapping[str, Schedule],
    person: Participant,
    *,
    since: datetime | None,
    now: datetime,
    last: Mapping[str, date],
    service: Service,
) -> Plan:
    """The slots that fell due after ``since``, up to and including ``now``, and when to look again.

    ``last`` is the local date of the last slot of each schedule that had one. Without ``since`` nothing before ``now``
    was due; a ``since`` ahead of ``now``, as after a clock was put back, counts as ``now``. Nobody who has not joined,
    or has sent STOP, is due anything; a pause or a crisis is for the caller to see.
    """
    if person.status is not PersonStatus.ACTIVE or person.joined_at is None:
        return Plan((), None)
    since = now if since is None or since > now else since
    quiet = quiet_hours(person.time_zone, service)
    who = _Who(person, local(person.joined_at, quiet.zone).date(), quiet)
    yesterday = local(since, quiet.zone).date() - _DAY  # held for the night, its slot may go out today
    due: list[Due] = []
    next_at: datetime | None = None
    for schedule in schedules.values():
        for slot in _slots(schedule, who, yesterday, last.get(schedule.name), since, now):
            if slot.due_at > now:
                next_at = slot.due_at if next_at is None else min(next_at, slot.due_at)
                break
            due.append(slot)
    due.sort(key=lambda slot: slot.due_at)
    return Plan(tuple(due), next_at)


class _Who(NamedTuple):
    person: Participant
    joined: date
    quiet: QuietHours

    def date_of(self, written: FromDate) -> date | None:
        base = self.joined if written.date == "joined" else _read_date(self.person.values.get(written.date, ""))
        return None if base is None else min(base, _LATEST) + timedelta(days=written.days)

    def day_and_time(self, rhythm: Rhythm) -> tuple[int | None, time]:
        """The weekday, if one was chosen, and the time of day."""
        chosen = _day_and_time(self.person.values.get(rhythm.variable, "")) if rhythm.variable else None
        weekday, clock = chosen or (rhythm.weekday, rhythm.clock)
        return (weekday if rhythm.on is None else rhythm.on), clock

    def is_meant(self, condition: Condition, day: date) -> bool:
        """Whether the schedule's ``for:`` holds for them on ``day``."""
        return holds(condition, lambda name: self._value(name, day), day)

    def _value(self, name: str, day: date) -> str | None:
        person = self.person
        if name in person.values:
            return person.values[name]
        built_in = {
            "channel": str(person.channel.look),
            "language": person.language,
            "joined": self.joined.isoformat(),
            "today": day.isoformat(),
        }
        return built_in.get(name)


@lru_cache(maxsize=16384)
def _day_and_time(written: str) -> tuple[int, time] | None:
    """``monday 10:00`` as it is remembered; None for anything else."""
    day, _, clock = written.partition(" ")
    weekday, at = weekday_named(day), read_time(clock)
    return None if weekday is None or at is None else (weekday, at)


@lru_cache(maxsize=4096)
def _read_date(written: str) -> date | None:
    return read_date(written)


# ---------------------------------------------------------------- from days to instants


def _slots(
    schedule: Schedule, who: _Who, day: date, last: date | None, since: datetime, now: datetime
) -> Iterator[Due]:
    """The slots from ``day`` on that fall due after ``since``. One beyond ``now`` may only be a time to look again."""
    condition = schedule.only_for
    asks_the_day = condition is not None and _depends_on_the_day(condition)
    if condition is not None and not asks_the_day and not who.is_meant(condition, day):
        return
    passed_over = 0
    while (next_day := _next_day(schedule, who, day, last)) is not None:
        found, rhythm = next_day
        day = found + _DAY
        opens, closes, room = _window(found, who.day_and_time(rhythm)[1], rhythm.spread, who.quiet)
        if closes <= since:
            continue
        due_at = opens + timedelta(seconds=_lot(schedule, who, found) % room) if room else opens
        if due_at <= since:
            continue
        if asks_the_day and condition is not None and not who.is_meant(condition, found):
            passed_over += due_at > now
            if passed_over < _MOST_PASSED_OVER:
                continue
        yield Due(schedule.name, schedule.flow, found, due_at, closes, schedule.tells)
        last = found


def _lot(schedule: Schedule, who: _Who, day: date) -> int:
    """A number that is the same whenever and wherever it is drawn: a planner that runs twice must not move a slot."""
    return crc32(b"%d %d %s" % (who.person.id, day.toordinal(), schedule.name.encode()))


def _depends_on_the_day(condition: Condition) -> bool:
    return any("today" in (test.name, test.value.casefold()) for test in tests_of(condition))


@lru_cache(maxsize=16384)
def _window(day: date, clock: time, spread: timedelta, quiet: QuietHours) -> tuple[datetime, datetime, int]:
    """From when until when something meant for ``clock`` on ``day`` may go out, and the seconds to spread it over.

    A time in quiet hours moves to their end. One that leaves less than ``OPEN_FOR`` before them moves forward by as
    much: a minute before the night it would be too late too often.
    """
    opens = quiet.end(at_local(day, clock, quiet.zone))
    closes = quiet.begin(opens)
    if closes is None:
        return opens, opens + WITHOUT_QUIET_HOURS, spread // _SECOND
    sooner = closes - OPEN_FOR
    if sooner < opens and not quiet.hold(sooner):
        opens = sooner
    return opens, closes, max(0, min(spread, sooner - opens) // _SECOND)


# ---------------------------------------------------------------- from day to day


def _next_day(schedule: Schedule, who: _Who, day: date, last: date | None) -> tuple[date, Rhythm] | None:
    """The first day from ``day`` on that the schedule falls on, given the last one; None where none ever comes."""
    if schedule.once is not None:
        found = _only_day(schedule.once, schedule.rhythm, who, day, last)
        return (found, schedule.rhythm) if found is not None else None
    for phase in schedule.phases:
        # Phases that are over by now stay so; the first that is not holds until its end, or until a later one's turn.
        until = who.date_of(phase.until)
        if until is not None and until > day:
            found = _BY_UNIT[phase.rhythm.unit](phase.rhythm, who, day, last)
            if found < until:
                return found, phase.rhythm
            day = until
    return _BY_UNIT[schedule.rhythm.unit](schedule.rhythm, who, day, last), schedule.rhythm


def _only_day(once: FromDate, rhythm: Rhythm, who: _Who, day: date, last: date | None) -> date | None:
    """The first chosen weekday on or after the date. A date that was moved beyond the last slot counts anew."""
    target = who.date_of(once)
    if target is None or (last is not None and last >= target):
        return None
    weekday, _ = who.day_and_time(rhythm)
    found = max(day, target)
    if weekday is not None:
        found = _on_weekday(found, weekday)
    return found if found < target + ONCE_WITHIN else None


def _by_days(rhythm: Rhythm, who: _Who, day: date, last: date | None) -> date:
    return max(day, last + timedelta(days=rhythm.count) if last is not None else who.joined + _DAY)


def _by_weeks(rhythm: Rhythm, who: _Who, day: date, last: date | None) -> date:
    weekday, _ = who.day_and_time(rhythm)
    earliest = who.joined + _DAY if last is None else last + timedelta(weeks=rhythm.count - 1) + CLOSEST
    return _on_weekday(max(day, earliest), who.joined.weekday() if weekday is None else weekday)


def _by_months(rhythm: Rhythm, who: _Who, day: date, last: date | None) -> date:
    earliest = who.joined + _DAY
    if last is not None:
        month = last.year * 12 + last.month - 1 + rhythm.count
        earliest = max(last + CLOSEST, date(month // 12, month % 12 + 1, 1))
    earliest = max(day, earliest)
    month = earliest.year * 12 + earliest.month - 1
    while (found := _in_month(month, rhythm, who)) < earliest:
        month += 1
    return found


def _in_month(month: int, rhythm: Rhythm, who: _Who) -> date:
    first, after = (date(each // 12, each % 12 + 1, 1) for each in (month, month + 1))
    if rhythm.nth is None or rhythm.on is None:
        return min(first + timedelta(days=who.joined.day - 1), after - _DAY)
    if rhythm.nth < 0:
        return _on_weekday(after - timedelta(days=7), rhythm.on)
    return _on_weekday(first, rhythm.on) + timedelta(weeks=rhythm.nth - 1)


def _on_weekday(day: date, weekday: int) -> date:
    """The first ``weekday`` on or after ``day``."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


_BY_UNIT = {"day": _by_days, "week": _by_weeks, "month": _by_months}
