"""When a group meets: what its ``every`` column says, and the next date. Dates are local and carry no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from flows.content import Group
from flows.directory.cells import Refused, read_date
from flows.directory.recurrence import Rule, dates, read_rule
from flows.timing import weekday_named

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1,
}  # fmt: skip

_WEEKS = re.compile(
    r"(?:every |each )?(?:(?P<one>week|weekly)|(?P<two>fortnight|fortnightly|other week|alternate weeks?)"
    r"|(?P<number>\d{1,2}) ?weeks?)(?: from (?P<start>.+))?"
)
_IN_MONTH = re.compile(
    r"(?P<which>[a-z0-9&, ]+?)(?: (?P<day>[a-z]+day|[a-z]{3,4}))?"
    r"(?: (?:of the|of each|of every|every|each|a) month| monthly)?"
)

MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Every:
    """How often: each ``weeks`` weeks (counted from ``start``), or in each month on the ``which`` such days (-1: last).

    ``day`` is the weekday that the words themselves name, None where they name none.
    """

    weeks: int = 0
    start: date | None = None
    which: tuple[int, ...] = ()
    day: int | None = None

    def rule(self, day: int) -> Rule:
        """The same as a rule, for a group that meets on ``day``."""
        if self.which:
            return Rule("MONTHLY", by_day=tuple((which, day) for which in self.which))
        return Rule("WEEKLY", self.weeks, by_day=((0, day),))


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


def next_session(group: Group, today: date, clock: time = MIDNIGHT) -> date | None:
    """The first date on or after ``today`` on which ``group`` meets; None when it meets no more.

    ``clock`` is the local time: a meeting that began before it is over for somebody who has yet to set out.
    """
    if clock > group.time:
        today += timedelta(days=1)
    return _next(group.rule, group.starts, group.exceptions, group.also_on, today)


@lru_cache(maxsize=1 << 16)
def _next(
    rule: str, starts: date | None, except_on: frozenset[date], also_on: frozenset[date], today: date
) -> date | None:
    """Many groups share a rule, and one is looked at many times a day."""
    once = also_on | {starts} if starts and not rule else also_on
    soonest = min((day for day in once - except_on if day >= today), default=None)
    read = read_rule(rule) if rule else None
    if isinstance(read, Rule):
        for meets in dates(read, starts, today):
            if soonest is not None and meets >= soonest:
                break
            if meets not in except_on:
                return meets
    return soonest
