"""How often, on which day, at what time: the settings that a schedule and its phases share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flows.content import Rhythm, Service, Variable
from flows.reading.fields import Fields
from flows.reading.problems import did_you_mean
from flows.reading.values import read_length, read_time
from flows.slots import OPEN_FOR
from flows.timing import DAYS, QuietHours, quiet_hours, shown_instead, weekday_named

ONCE = "once"
SETTINGS = ("every", "on", "at", "otherwise", "spread")

_MOST = {"day": 366, "week": 52, "month": 12}  # a year
_EVERY = re.compile(r"(?:(\d{1,3}|[a-z]+) )?(day|week|month)s?")
_NTHS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_NO_TIME_CHOSEN = time(11)  # for somebody who chose none, where ``otherwise:`` gives none either
_DAY = timedelta(days=1)


class DayTime(NamedTuple):
    """``Wed 11:00``, or a time alone."""

    weekday: int | None
    clock: time


def read_every(text: str) -> tuple[int, str] | None:
    """``week``, ``2 days``, ``three months``: at most a year."""
    found = _EVERY.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        return None
    length = read_length(f"{found[1] or 1} days")
    return (length.days, found[2]) if length is not None and 1 <= length.days <= _MOST[found[2]] else None


def read_on(text: str) -> tuple[int, int | None] | None:
    """``Monday``, or ``first Monday`` of a month: the weekday, and which one."""
    words = text.casefold().split()
    weekday = weekday_named(words[-1]) if words else None
    if weekday is None or len(words) > 2:
        return None
    if len(words) == 1:
        return weekday, None
    return (weekday, _NTHS[words[0]]) if words[0] in _NTHS else None


def read_day_time(text: str) -> DayTime | None:
    """``Wed 11:00``, ``11:00``, ``noon``."""
    clock = read_time(text)
    if clock is not None:
        return DayTime(None, clock)
    day, _, rest = text.strip().partition(" ")
    weekday, clock = weekday_named(day), read_time(rest)
    return None if weekday is None or clock is None else DayTime(weekday, clock)


# ---------------------------------------------------------------- one level: a schedule, or a phase of it


def read_rhythm(
    fields: Fields, base: Rhythm | None, variables: Mapping[str, Variable], service: Service
) -> Rhythm | None:
    """The rhythm that ``fields`` give; a phase takes what it does not say from ``base``. None: it cannot be read."""
    before = len(fields.problems.found)
    count, unit = _every(fields, base)
    variable, fixed = _at(fields, base, variables)
    on, nth = _on(fields, base)
    rhythm = Rhythm(
        count=count,
        unit=unit,
        variable=variable,
        clock=fixed.clock,
        weekday=fixed.weekday,
        on=on,
        nth=nth,
        spread=_spread(fields, base),
    )
    if len(fields.problems.found) == before:
        rhythm = _fitted(fields, rhythm, base)
        _check_night(fields, rhythm, quiet_hours("", service))
    return rhythm if unit else None


def _every(fields: Fields, base: Rhythm | None) -> tuple[int, str]:
    if ONCE in fields:
        return 0, ONCE
    if "every" not in fields:
        return (base.count, base.unit) if base is not None else (0, "")
    return fields.read("every", read_every, "write it like every: week, every: 2 days or every: month.") or (0, "")


def _on(fields: Fields, base: Rhythm | None) -> tuple[int | None, int | None]:
    if "on" not in fields:
        return (base.on, base.nth) if base is not None else (None, None)
    found = fields.read("on", read_on, "write it like on: Monday, or for every: month like on: first Monday.")
    return found or (None, None)


def _at(fields: Fields, base: Rhythm | None, variables: Mapping[str, Variable]) -> tuple[str, DayTime]:
    """The variable that holds the time, or "", and the day and time without it."""
    otherwise = fields.read("otherwise", read_day_time, "write it like otherwise: Wed 11:00")
    unsaid = DayTime(base.weekday, base.clock) if base is not None else DayTime(None, _NO_TIME_CHOSEN)
    if "at" not in fields:
        if base is None:
            fields.need("at", "add at: and the variable that holds each person's time, or a time like at: 12:00")
        elif not base.variable:
            _check_otherwise_is_used(fields)
        return (base.variable if base is not None else ""), otherwise or unsaid
    written = fields.text("at")
    fixed = read_day_time(written)
    if fixed is not None:
        _check_otherwise_is_used(fields)
        return "", fixed
    _check_holds_a_time(fields, written, variables)
    return written, otherwise or (unsaid if base is not None and base.variable else DayTime(None, _NO_TIME_CHOSEN))


def _check_otherwise_is_used(fields: Fields) -> None:
    if "otherwise" in fields:
        what = "at: is the same for everybody here, so otherwise: is never used."
        fields.problems.error(fields.place_of("otherwise"), "never used", what, "leave otherwise: out.")


def _check_holds_a_time(fields: Fields, written: str, variables: Mapping[str, Variable]) -> None:
    if not written:
        fields.need("at", "write the name of a variable, or a time like 12:00.")
        return
    variable = variables.get(written)
    if variable is not None and variable.kind == "day and time":
        return
    holding = [name for name, each in variables.items() if each.kind == "day and time"]
    if variable is not None:
        what = f"{written} is kept as {variable.kind}, and at: needs a day and time."
    else:
        what = f"at: {written} is neither a time nor anything in variables.yaml."
    fix = did_you_mean(written, holding) if holding else "write a time, like at: 12:00 or at: Wed 11:00"
    fields.problems.error(fields.place_of("at"), "unknown name" if variable is None else "kind", what, fix)


def _spread(fields: Fields, base: Rhythm | None) -> timedelta:
    spread = fields.read("spread", read_length, "write it like 20 minutes.")
    if spread is not None and spread >= _DAY:
        what = f"spread: {fields.text('spread')} is a day or more: each check-in belongs to one day."
        fields.problems.error(fields.place_of("spread"), "too long", what, "write it like 20 minutes.")
    if spread is not None:
        return spread
    return base.spread if base is not None else timedelta(0)


# ---------------------------------------------------------------- whether the settings go together


def _fitted(fields: Fields, rhythm: Rhythm, base: Rhythm | None) -> Rhythm:
    """Reports a day that does not go with how often. What a phase inherits and cannot use is left out of it."""
    if base is not None and rhythm.unit != base.unit and "on" not in fields:
        rhythm = replace(rhythm, on=None, nth=None)
    found = _mismatch(rhythm, fields)
    if found is not None:
        key, what, fix = found
        fields.problems.error(fields.place_of(key if key in fields else "every"), "day", what, fix)
    if "otherwise" in fields and rhythm.unit == "week" and rhythm.weekday is None and rhythm.on is None:
        what = f"otherwise: {fields.text('otherwise')} does not say on which day of the week."
        fields.problems.error(fields.place_of("otherwise"), "day", what, f"type otherwise: Wed {rhythm.clock:%H:%M}")
    return rhythm


def _mismatch(rhythm: Rhythm, fields: Fields) -> tuple[str, str, str] | None:
    """The setting that does not go with the others, why, and what to type."""
    every, day = f"every: {_often(rhythm)}", DAYS[rhythm.on or 0].capitalize()
    if rhythm.unit == "day" and "on" in fields:
        return "on", f"{every} counts days, whatever the weekday.", "leave on: out, or type every: week"
    if rhythm.unit in ("week", ONCE) and rhythm.nth is not None:
        said = "once:" if rhythm.unit == ONCE else every
        return "on", f"{said} takes a weekday, and this is a day of the month.", f"type on: {day}"
    if rhythm.unit == "month" and rhythm.on is not None and rhythm.nth is None:
        return "on", f"{every} needs to know which {day} of the month.", f"type on: first {day}"
    if rhythm.variable or not ("at" in fields or "every" in fields):
        return None
    if rhythm.weekday is None:
        if rhythm.unit == "week" and rhythm.on is None:
            return "at", f"{every} does not say on which day.", "add on: and the day, like on: Monday"
        return None
    chosen = DAYS[rhythm.weekday].capitalize()
    if rhythm.unit == "month" and rhythm.on is None:
        return "at", f"{every} needs to know which {chosen} of the month.", f"add on: first {chosen}"
    if "at" in fields and (rhythm.unit == "day" or rhythm.on not in (None, rhythm.weekday)):
        return "at", f"The {chosen} of at: cannot be kept here.", f"type at: {rhythm.clock:%H:%M}"
    return None


def _often(rhythm: Rhythm) -> str:
    return rhythm.unit if rhythm.count == 1 else f"{rhythm.count} {rhythm.unit}s"


# ---------------------------------------------------------------- night, and the days when clocks change


def _check_night(fields: Fields, rhythm: Rhythm, quiet: QuietHours) -> None:
    """Says what will happen to a time that the night or a change of the clocks moves."""
    for key in ("at", "otherwise"):
        clock = rhythm.clock
        if key not in fields or (key == "at" and rhythm.variable):
            continue
        place, warn = fields.place_of(key), fields.problems.warn
        if quiet.cover(clock):
            what = f"{clock:%H:%M} is in quiet hours: it goes out when they end, at {quiet.ends:%H:%M}."
            warn(place, "quiet hours", what, "choose a time outside them.")
        elif (left := _until(clock, quiet)) is not None and left < OPEN_FOR:
            what = f"Quiet hours begin soon after {clock:%H:%M}: it goes out up to a quarter of an hour earlier."
            warn(place, "quiet hours", what, "choose a time further from them.")
        elif (instead := shown_instead(clock, quiet.zone)) is not None:
            what = f"On the day the clocks go forward there is no {clock:%H:%M}: it goes out at {instead:%H:%M} then."
            warn(place, "clocks", what, "choose another time, or leave it at that.")
    if "spread" in fields:
        _check_spread(fields, rhythm, quiet)


def _check_spread(fields: Fields, rhythm: Rhythm, quiet: QuietHours) -> None:
    clock = quiet.ends if rhythm.variable or quiet.cover(rhythm.clock) else rhythm.clock
    left = _until(clock, quiet)
    if left is not None and left - OPEN_FOR < rhythm.spread:
        stops = datetime.combine(date.min, quiet.starts) + _DAY - OPEN_FOR
        what = f"{fields.text('spread')} after {clock:%H:%M} runs into quiet hours: it stops at {stops:%H:%M}."
        fields.problems.warn(fields.place_of("spread"), "quiet hours", what, "write a shorter one.")


def _until(clock: time, quiet: QuietHours) -> timedelta | None:
    """How long after ``clock`` quiet hours begin; None where there are none."""
    if quiet.starts == quiet.ends:
        return None
    return (datetime.combine(date.min, quiet.starts) - datetime.combine(date.min, clock)) % _DAY
