"""When a group meets: what its ``every`` column says, and the next date. Dates are local and carry no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from flows.content import Group
from flows.directory.cells import Refused, read_date
from flows.timing import DAYS, weekday_named

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1,
}  # fmt: skip
_SAID = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}

_WEEKS = re.compile(
    r"(?:every |each )?(?:(?P<one>week|weekly)|(?P<two>fortnight|fortnightly|other week|alternate weeks?)"
    r"|(?P<number>\d{1,2}) ?weeks?)(?: from (?P<start>.+))?"
)
_IN_MONTH = re.compile(
    r"(?P<which>[a-z0-9&, ]+?)(?: (?P<day>[a-z]+day|[a-z]{3,4}))?"
    r"(?: (?:of the|of each|of every|every|each|a) month| monthly)?"
)

MIDNIGHT = time(0)

LOOK_AHEAD = 60
"""Meetings looked at before giving up: past that, every one is an exception and the group has ended."""


@dataclass(frozen=True, slots=True)
class Every:
    """How often: each ``weeks`` weeks (counted from ``start``), or in each month on the ``which`` such days (-1: last).

    ``day`` is the weekday that the words themselves name, None where they name none.
    """

    weeks: int = 0
    start: date | None = None
    which: tuple[int, ...] = ()
    day: int | None = None

    def said(self, day: int) -> str:
        """The one way this is written down."""
        if self.which:
            return f"{' and '.join(_SAID[each] for each in self.which)} {DAYS[day].capitalize()}"
        plain = "week" if self.weeks == 1 else f"{self.weeks} weeks"
        return f"{plain} from {self.start}" if self.start else plain


def read_every(text: str) -> Every | Refused:
    """``week``, ``fortnightly``, ``2 weeks from 03/11/2026``, ``first Monday``, ``1st & 3rd Mon``, ``last Friday``."""
    written = " ".join(text.lower().split())
    if found := _WEEKS.fullmatch(written):
        start = read_date(found["start"]) if found["start"] else None
        if isinstance(start, Refused):
            return start
        weeks = 1 if found["one"] else 2 if found["two"] else int(found["number"])
        return Every(weeks=weeks, start=start) if 1 <= weeks <= 12 else _refused()
    if found := _IN_MONTH.fullmatch(written):
        which = [ORDINALS.get(word) for word in re.split(r" and | ?[&,] ?| ", found["which"])]
        day = weekday_named(found["day"]) if found["day"] else None
        if None not in which and (found["day"] is None or day is not None):
            return Every(which=tuple(dict.fromkeys(each for each in which if each)), day=day)
    return _refused()


def _refused() -> Refused:
    return Refused("does not say how often", "week, 2 weeks from 03/11/2026, first Monday or last Friday")


_every = lru_cache(maxsize=4096)(read_every)


def next_session(group: Group, today: date, clock: time = MIDNIGHT) -> date | None:
    """The first date on or after ``today`` on which ``group`` meets; None when it meets no more.

    ``clock`` is the local time: a meeting that began before it is over for somebody who has yet to set out.

    Every other week without a date to count from is counted from a fixed week: no better than a guess, which is why
    reading the row warns.
    """
    if clock > group.time:
        today += timedelta(days=1)
    every = _every(group.every)
    if isinstance(every, Refused):
        return None
    dates = _in_months(group.day, every, today) if every.which else _in_weeks(group.day, every, today)
    for _, meets in zip(range(LOOK_AHEAD), dates, strict=False):
        if meets not in group.exceptions:
            return meets
    return None


def _in_weeks(day: int, every: Every, today: date) -> Iterator[date]:
    meets = max(today, every.start or today)
    meets += timedelta(days=(day - meets.weekday()) % 7)
    counted_from = _week(every.start) if every.start else 0
    meets += timedelta(weeks=(counted_from - _week(meets)) % every.weeks)
    while True:
        yield meets
        meets += timedelta(weeks=every.weeks)


def _week(day: date) -> int:
    """A number for the week that ``day`` is in: 1 January of year 1 was a Monday."""
    return (day.toordinal() - 1) // 7


def _in_months(day: int, every: Every, today: date) -> Iterator[date]:
    year, month = today.year, today.month
    while True:
        for meets in sorted(_of_month(year, month, day, which) for which in every.which):
            if meets >= today:
                yield meets
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _of_month(year: int, month: int, day: int, which: int) -> date:
    first = date(year, month, 1)
    meets = first + timedelta(days=(day - first.weekday()) % 7)
    if which > 0:
        return meets + timedelta(weeks=which - 1)
    while (meets + timedelta(weeks=1)).month == month:
        meets += timedelta(weeks=1)
    return meets
