"""Every question of local time: zones, quiet hours, working hours, and how a time is spoken. Nothing else knows a zone.

Instants are aware UTC. A zone is an IANA name; "" means the service's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flows.content import Policy, Service
from flows.wording import Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORKING_DAY = timedelta(hours=8)  # what "a working day" means where a length of working time is written in days
WITHIN_UNSAID = timedelta(hours=8)  # an alert whose flow and policy promise nothing: a working day

_A_YEAR = date(2025, 12, 31).toordinal()  # the year after it
_SPOKEN_STEP = timedelta(minutes=15)  # promised times are rounded up to this, so that they can be said and kept
_SEARCHED_DAYS = 400  # a holiday list that leaves no working day in a year is a mistake; clock time is used then


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether ``name`` is a zone that this machine knows, like ``Europe/London``."""
    try:
        return bool(_zone(name).key)
    except (KeyError, ValueError, OSError):  # what zoneinfo raises for odd names, folders among them
        return False


@lru_cache(maxsize=512)  # a feed names its zone in every row
def same_clock(zone: str, other: str) -> bool:
    """Whether clocks in both zones show the same all year round: Europe/London and Europe/Jersey, not Europe/Paris."""
    if not (is_zone(zone) and is_zone(other)):
        return False
    noons = [datetime.combine(date.fromordinal(_A_YEAR + day), time(12), UTC) for day in range(1, 366, 7)]
    return all(local(noon, zone).replace(tzinfo=None) == local(noon, other).replace(tzinfo=None) for noon in noons)


# ---------------------------------------------------------------- local time


@lru_cache(maxsize=4096)  # a sweep asks it of one instant for everybody
def local(now: datetime, zone: str) -> datetime:
    """The instant ``now`` on a clock in ``zone``."""
    return now.astimezone(_zone(zone))


def at_local(day: date, clock: time, zone: str) -> datetime:
    """The UTC instant at which a clock in ``zone`` shows ``clock`` on ``day``.

    A time that comes twice means the first; a time that is skipped means as long after the change as it lay after the
    skip's start: Europe/London 29 March 2026 01:30 is 02:30 summer time.
    """
    return datetime.combine(day, clock.replace(fold=0), _zone(zone)).astimezone(UTC)


def shown_instead(clock: time, zone: str) -> time | None:
    """What clocks in ``zone`` show on the day on which they skip ``clock``; None where they never do.

    Looked up in one year: the hour at which clocks go forward stays the same for decades.
    """
    for day in range(1, 367):
        shown = local(at_local(date.fromordinal(_A_YEAR + day), clock, zone), zone).time()
        if shown != clock:
            return shown
    return None


def next_weekday(day: date, weekday: int) -> date:
    """The first ``weekday`` (Monday is 0) after ``day``, never ``day`` itself."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def weekday_named(name: str) -> int | None:
    """Monday is 0; None where ``name`` is no English weekday. Three letters are enough: ``Tue``, ``thurs``, ``sat``."""
    word = name.strip().casefold()
    return next((number for number, day in enumerate(DAYS) if len(word) >= 3 and day.startswith(word)), None)


# ---------------------------------------------------------------- quiet hours


class QuietHours(NamedTuple):
    """When nothing is started, on a clock in ``zone``: the start is included, the end is not. Equal times: never."""

    zone: str
    starts: time
    ends: time

    def hold(self, now: datetime) -> bool:
        """Whether what the bot starts must wait."""
        return self.cover(local(now, self.zone).time())

    def cover(self, clock: time) -> bool:
        """Whether a clock that shows ``clock`` shows a quiet hour."""
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def end(self, now: datetime) -> datetime:
        """When something held since ``now`` may go: ``now`` itself outside quiet hours."""
        return self._next(self.ends, now) if self.hold(now) else now

    def begin(self, after: datetime) -> datetime | None:
        """The next start of quiet hours after ``after``; None where there are none."""
        return self._next(self.starts, after) if self.starts != self.ends else None

    def _next(self, clock: time, after: datetime) -> datetime:
        day = local(after, self.zone).date()
        # The day after next covers a zone that skipped a whole day.
        times = (at_local(day + timedelta(days=ahead), clock, self.zone) for ahead in range(3))
        return next(at for at in times if at > after)


def quiet_hours(zone: str, service: Service) -> QuietHours:
    """The service's quiet hours where somebody lives."""
    return QuietHours(zone or service.time_zone, service.quiet_from, service.quiet_to)


def is_quiet(now: datetime, zone: str, service: Service) -> bool:
    """Whether what the bot starts must wait: quiet hours include their start, not their end."""
    return quiet_hours(zone, service).hold(now)


def quiet_ends(now: datetime, zone: str, service: Service) -> datetime:
    """When something held since ``now`` may go: ``now`` itself outside quiet hours."""
    return quiet_hours(zone, service).end(now)


# ---------------------------------------------------------------- working hours


def _working_window(day: date, service: Service) -> tuple[datetime, datetime] | None:
    """The instants between which staff work on ``day``, None on a day off. A night shift ends the next day."""
    if day.weekday() not in service.work_days or day in service.holidays:
        return None
    until = day if service.work_to > service.work_from else day + timedelta(days=1)
    return at_local(day, service.work_from, service.time_zone), at_local(until, service.work_to, service.time_zone)


def opens_on(day: date, service: Service) -> datetime | None:
    """When staff begin to work on ``day``; None on a day off."""
    window = _working_window(day, service)
    return window[0] if window is not None else None


def is_working(now: datetime, service: Service) -> bool:
    """Whether staff are at work at ``now``."""
    today = local(now, service.time_zone).date()
    for day in (today - timedelta(days=1), today):
        window = _working_window(day, service)
        if window is not None and window[0] <= now < window[1]:
            return True
    return False


def works_until(now: datetime, service: Service) -> datetime:
    """When staff who are at work at ``now`` stop; ``now`` itself where nobody is."""
    today = local(now, service.time_zone).date()
    windows = (_working_window(day, service) for day in (today - timedelta(days=1), today))
    return max((window[1] for window in windows if window is not None and window[0] <= now < window[1]), default=now)


def add_working(start: datetime, length: timedelta, service: Service) -> datetime:
    """The instant at which ``length`` of working time has passed since ``start``.

    No length at all gives the next working instant. Where the service never works, clock time counts.
    """
    left = length
    day = local(start, service.time_zone).date() - timedelta(days=1)  # a night shift may have begun yesterday
    idle_days = 0
    while idle_days < _SEARCHED_DAYS:
        window = _working_window(day, service)
        day += timedelta(days=1)
        if window is None or window[1] <= start:
            idle_days += 1
            continue
        idle_days = 0
        opens = max(window[0], start)
        if left <= window[1] - opens and (left or opens < window[1]):
            return opens + left
        left -= window[1] - opens
    return start + length


def add_working_days(start: datetime, days: int, service: Service) -> datetime:
    """The same time of day, ``days`` working days on; out of hours, counted from the next opening."""
    opens = add_working(start, timedelta(0), service)
    clock = local(opens, service.time_zone)
    day, left, searched = clock.date(), days, 0
    while left and searched < _SEARCHED_DAYS:
        day += timedelta(days=1)
        searched += 1
        if _working_window(day, service) is not None:
            left, searched = left - 1, 0
    if left:
        return start + timedelta(days=days)
    return at_local(day, clock.time(), service.time_zone)


def after(start: datetime, span: Span, service: Service, *, any_hour: bool = False) -> datetime:
    """The instant that lies ``span`` after ``start``. Unless any hour counts, only working time does, and days are
    working days; no length at all is then the next working instant."""
    if any_hour and not span.working:
        return start + span.length
    if _COUNTS_DAYS.search(span.written):
        return add_working_days(start, max(1, round(_as_written(span) / timedelta(days=1))), service)
    return add_working(start, span.length, service)


def alert_by(
    policy: Policy | None,
    within: Span | timedelta | None,
    now: datetime,
    service: Service,
    zone: str = "",
    gaps: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """The earliest honest time by which staff act on an alert opened ``now``.

    Under a policy whose hours are working only working time counts, and days are working days; so too where a policy
    of any hour rests on whoever is on duty, and for a part of the time nobody is (``gaps``). With no ``within``, the
    time is when the policy brings coordinators in, and at least a working day. Rounded up to a quarter of an hour on
    the person's clock. A policy that is not known is taken to keep working hours.
    """
    if within is None:
        within = _coordinators_after(policy) if policy else Span(WITHIN_UNSAID, working=True)
    span = within if isinstance(within, Span) else Span(within)
    by = after(now, span, service, any_hour=policy is not None and policy.any_hour)
    if policy is not None and _rests_on_duty(policy) and any(starts < by and now < ends for starts, ends in gaps):
        by = max(by, after(now, span, service))
    return _rounded_up(by, zone or service.time_zone)


_COUNTS_DAYS = re.compile(r"day|week|month")


def _as_written(span: Span) -> timedelta:
    """The length of a span of days, whether or not it was turned into working hours."""
    return span.length / WORKING_DAY * timedelta(days=1) if span.working else span.length


def _coordinators_after(policy: Policy) -> Span:
    for step in policy.steps:
        if "coordinators" in step.roles and step.after.length > WITHIN_UNSAID:
            return step.after
    return Span(WITHIN_UNSAID, working=not policy.any_hour)


def _rests_on_duty(policy: Policy) -> bool:
    return policy.any_hour and any(role in ("duty", "next duty") for step in policy.steps for role in step.roles)


def _rounded_up(at: datetime, zone: str) -> datetime:
    clock = local(at, zone)
    past = timedelta(minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond) % _SPOKEN_STEP
    return at + (_SPOKEN_STEP - past if past else past)


# ---------------------------------------------------------------- a time, spoken


def clock_words(clock: time) -> str:
    """``3pm``, ``10:15am``: the way that a text says a time of day."""
    hour = clock.hour % 12 or 12
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{hour}{minutes}{'am' if clock.hour < 12 else 'pm'}"


def speak_time(at: datetime, now: datetime, zone: str) -> tuple[str, dict[str, str]]:
    """The phrase, with its blanks, that says when ``at`` is to somebody who reads it at ``now``.

    "3pm today", "10am tomorrow", within the week "10am on Tuesday", later "10am on 8/12".
    """
    then = local(at, zone)
    said = {"time": clock_words(then.time())}
    days = (then.date() - local(now, zone).date()).days
    if days == 0:
        return "time today", said
    if days == 1:
        return "time tomorrow", said
    if 1 < days < 7:
        return f"time on {DAYS[then.weekday()]}", said
    return "time on date", said | {"date": f"{then.day}/{then.month}"}
