"""How often something meets: the body of an RRULE (RFC 5545) on local dates. No clock, no zone: a wall has one time.

A feed's rules are often not valid. ``read_rule`` takes the valid ones, ``read_around`` also those whose fault leaves
no doubt about the days.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LOOK_AHEAD = timedelta(weeks=60)
"""So far ahead (of today, or of its beginning) a next date is looked for. What has none in it has ended."""

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T[\d:]{4,8}(?:\.\d+)?Z?)?")
_NUMBER = re.compile(r"[+-]?\d{1,4}")
_WEEK_ONE = date(1, 1, 1)  # a Monday: other weeks are counted from it where no date says which
_LONGEST = 1000  # meetings that a COUNT may ask for: nineteen years of weeks
_WIDEST = 366  # periods that an INTERVAL may pass over
_FIRST_YEAR = 1900
_LAST_YEAR = 2200  # a feed's "for ever" may be 9999, and a date has no room beyond it


class NotARule(NamedTuple):
    """Why a rule cannot be followed, as the end of a sentence about it."""

    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE, read. ``by_day`` pairs which one of the month (0: each, -1: the last) with a weekday (Monday is 0)."""

    freq: str
    interval: int = 1
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None
    week_starts: int = 0

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays that it names, in the order of the week."""
        return tuple(sorted({day for _, day in self.by_day}))

    def written(self) -> str:
        """The one way that this is written down: what ``read_rule`` reads."""
        days = ",".join(f"{which or ''}{WEEKDAYS[day]}" for which, day in self.by_day)
        parts = {
            "FREQ": self.freq,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYDAY": days,
            "BYMONTHDAY": ",".join(map(str, self.by_month_day)),
            "BYMONTH": ",".join(map(str, self.by_month)),
            "BYSETPOS": ",".join(map(str, self.by_set_pos)),
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
            "COUNT": str(self.count) if self.count else "",
            "WKST": WEEKDAYS[self.week_starts] if self.week_starts else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)


# ---------------------------------------------------------------- reading


@lru_cache(maxsize=4096)
def read_rule(text: str) -> Rule | NotARule:
    """The rule that an RRULE's body spells: ``FREQ=WEEKLY;BYDAY=TU``. What RFC 5545 (3.3.10) forbids is refused."""
    parts = _parts(text)
    if isinstance(parts, NotARule):
        return parts
    freq = parts.get("FREQ", "")
    if freq not in _FREQUENCIES:
        return NotARule(f"says FREQ={freq}, which is no rhythm of days" if freq else "does not say how often (FREQ)")
    by_day = _by_day(parts.get("BYDAY", ""))
    numbers = {
        name: _numbers(parts.get(name, ""), most)
        for name, most in (("BYMONTHDAY", 31), ("BYMONTH", 12), ("BYSETPOS", 31))
    }
    interval, count = _whole(parts, "INTERVAL", 1, _WIDEST), _whole(parts, "COUNT", 0, 9999)
    until = _until(parts.get("UNTIL", ""))
    for name, found in (*numbers.items(), ("BYDAY", by_day), ("INTERVAL", interval), ("COUNT", count)):
        if found is None:
            return NotARule(f"says {name}={parts[name][:20]}, which cannot be read")
    if isinstance(until, NotARule):
        return until
    assert by_day is not None
    assert interval is not None
    rule = Rule(
        freq,
        interval,
        by_day,
        numbers["BYMONTHDAY"] or (),
        numbers["BYMONTH"] or (),
        numbers["BYSETPOS"] or (),
        until,
        count or None,
        WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in WEEKDAYS else 0,
    )
    return _forbidden(rule) or rule


def read_around(text: str) -> tuple[Rule, str] | NotARule:
    """A rule as far as its days are beyond doubt, and what was passed over ("" where nothing was).

    WEEKLY with both BYDAY and BYMONTHDAY is published often, though it is invalid: the days of the week are kept.
    UNTIL beside COUNT is invalid too: whichever ends it first does.
    """
    parts = _parts(text)
    if isinstance(parts, NotARule):
        return parts
    passed = []
    if parts.get("FREQ") == "WEEKLY" and parts.get("BYDAY") and "BYMONTHDAY" in parts:
        passed.append(f"BYMONTHDAY={parts.pop('BYMONTHDAY')}")
    rule = read_rule(";".join(f"{name}={value}" for name, value in parts.items()))
    if isinstance(rule, NotARule):
        return rule
    return rule, ", ".join(passed)


def _parts(text: str) -> dict[str, str] | NotARule:
    parts: dict[str, str] = {}
    for piece in filter(None, text.strip().upper().removeprefix("RRULE:").split(";")):
        name, equals, value = (each.strip() for each in piece.partition("="))
        if not equals or (name in parts and parts[name] != value):
            return NotARule(f"cannot be read at “{piece[:20]}”")
        if value and name not in _PARTS:
            return NotARule(f"says {name[:20]}, which no group meets by")
        if value:
            parts[name] = value
    return parts


def _by_day(text: str) -> tuple[tuple[int, int], ...] | None:
    days = []
    for piece in filter(None, map(str.strip, text.split(","))):
        found = _BY_DAY.fullmatch(piece)
        if found is None or (found[1] is not None and not 1 <= abs(int(found[1])) <= 53):
            return None
        days.append((int(found[1] or 0), WEEKDAYS.index(found[2])))
    return tuple(dict.fromkeys(days))


def _numbers(text: str, most: int) -> tuple[int, ...] | None:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if not all(_NUMBER.fullmatch(piece) and 1 <= abs(int(piece)) <= most for piece in pieces):
        return None
    return tuple(dict.fromkeys(map(int, pieces)))


def _whole(parts: Mapping[str, str], name: str, otherwise: int, most: int) -> int | None:
    text = parts.get(name)
    if text is None:
        return otherwise
    return int(text) if re.fullmatch(r"\d{1,4}", text) and 1 <= int(text) <= most else None


def _until(text: str) -> date | NotARule | None:
    """The date alone: a time with a literal Z in a UK feed is wall-clock time all the same."""
    if not text:
        return None
    found = _UNTIL.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else NotARule(f"ends at “{text[:20]}”")
    except ValueError:
        return NotARule(f"ends at “{text[:20]}”, which is no date")


def _forbidden(rule: Rule) -> NotARule | None:
    if rule.freq == "WEEKLY" and rule.by_month_day:
        return NotARule("is weekly and names days of the month (BYMONTHDAY)")
    if rule.freq in ("DAILY", "WEEKLY") and any(which for which, _ in rule.by_day):
        return NotARule(f"is {rule.freq.lower()} and says which one of the month")
    if rule.freq == "MONTHLY" and any(abs(which) > 5 for which, _ in rule.by_day):
        return NotARule("names a week that no month has")
    if rule.by_set_pos and not (rule.by_day or rule.by_month_day or rule.by_month):
        return NotARule("says which one (BYSETPOS), and not of what")
    if rule.freq == "WEEKLY" and rule.by_set_pos:
        return NotARule("is weekly and says which one (BYSETPOS)")
    if any(month < 1 for month in rule.by_month):
        return NotARule("counts months backwards")
    return None


# ---------------------------------------------------------------- dates


def dates(rule: Rule, starts: date | None, since: date) -> Iterator[date]:
    """Its dates on or after ``since``, in order, and no later than LOOK_AHEAD from there.

    None is before ``starts``. Where ``starts`` is None and the rule wants a date to count from (every other week), it
    is counted from a fixed week: no better than a guess. A rule that still has a COUNT has no dates: to follow it from
    its first meeting is for the import (``ended_by_date``), and never for while somebody waits.
    """
    if rule.count is not None:
        return iter(())
    if starts is not None and starts.year < _FIRST_YEAR:
        starts = None  # a feed's way to say that nobody knows
    first = max(since, starts) if starts else since
    if first.year > _LAST_YEAR:
        return iter(())
    last = first + LOOK_AHEAD
    if rule.until is not None:
        last = min(last, rule.until)
    return _between(rule, starts, first, last)


def _between(rule: Rule, starts: date | None, first: date, last: date) -> Iterator[date]:
    plain = rule.freq == "WEEKLY" and not rule.by_month and (rule.by_day or starts)
    found = _weekly(rule, starts, first) if plain else _stepped(rule, first, starts, last)
    return takewhile(lambda day: day <= last, found)


def _weekly(rule: Rule, starts: date | None, first: date) -> Iterator[date]:
    """Weeks by plain counting: what nearly every group wants, many times faster than by the library."""
    weekdays = rule.weekdays or ((starts or first).weekday(),)
    into = sorted((day - rule.week_starts) % 7 for day in weekdays)
    monday = first - timedelta(days=(first.weekday() - rule.week_starts) % 7)
    if rule.interval > 1:
        counted_from = starts or _WEEK_ONE
        begun = counted_from - timedelta(days=(counted_from.weekday() - rule.week_starts) % 7) if starts else _WEEK_ONE
        monday += timedelta(weeks=-((monday - begun).days // 7) % rule.interval)
    while True:
        for days in into:
            day = monday + timedelta(days=days)
            if day >= first:
                yield day
        monday += timedelta(weeks=rule.interval)


def _stepped(rule: Rule, since: date, starts: date | None, last: date) -> Iterator[date]:
    """Period by period: a day, a week, a month or a year. Unlike dateutil's, a rule that no day fits comes to an end,
    so that nobody's feed can hold up a conversation."""
    counted_from = starts or since
    begins, each = _period(rule, counted_from, since), replace(rule, interval=1)
    while begins <= last:
        ends = _step(rule, begins)
        days = [day for day in _days(begins, _step(each, begins)) if _fits(rule, day, counted_from)]
        if rule.by_set_pos:
            days = sorted({days[at - (at > 0)] for at in rule.by_set_pos if -len(days) <= at - (at > 0) < len(days)})
        for day in days:
            if max(since, counted_from) <= day <= last:
                yield day
        begins = ends


def _days(first: date, beyond: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), beyond.toordinal()))


def _fits(rule: Rule, day: date, counted_from: date) -> bool:
    """Whether a day in its period is one of the rule's, by the table of RFC 5545, 3.3.10."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.by_month_day and day.day not in rule.by_month_day and day.day - length - 1 not in rule.by_month_day:
        return False
    if rule.by_day:
        in_year = rule.freq == "YEARLY" and not rule.by_month
        into, size = (day.timetuple().tm_yday, 365 + isleap(day.year)) if in_year else (day.day, length)
        which = (0, (into - 1) // 7 + 1, -((size - into) // 7 + 1))
        return any(weekday == day.weekday() and nth in which for nth, weekday in rule.by_day)
    if rule.by_month_day or rule.freq == "DAILY":
        return True
    if rule.freq == "WEEKLY":
        return day.weekday() == counted_from.weekday()
    return day.day == counted_from.day and bool(
        rule.freq == "MONTHLY" or rule.by_month or day.month == counted_from.month
    )


def _step(rule: Rule, begins: date) -> date:
    """The first day of the next period that the rule counts."""
    if rule.freq == "DAILY":
        return begins + timedelta(days=rule.interval)
    if rule.freq == "WEEKLY":
        return begins + timedelta(weeks=rule.interval)
    if rule.freq == "MONTHLY":
        months = begins.year * 12 + begins.month - 1 + rule.interval
        return date(months // 12, months % 12 + 1, 1)
    return date(begins.year + rule.interval, 1, 1)


def _period(rule: Rule, from_day: date, since: date) -> date:
    """The first day of the last period, counted in ``rule.interval`` from ``from_day``, that is not past ``since``."""
    if rule.freq == "DAILY":
        return from_day + timedelta(days=_whole_steps((since - from_day).days, rule.interval))
    if rule.freq == "WEEKLY":
        begun = from_day - timedelta(days=(from_day.weekday() - rule.week_starts) % 7)
        return begun + timedelta(weeks=_whole_steps((since - begun).days // 7, rule.interval))
    if rule.freq == "MONTHLY":
        between = (since.year - from_day.year) * 12 + since.month - from_day.month
        months = from_day.year * 12 + from_day.month - 1 + _whole_steps(between, rule.interval)
        return date(months // 12, months % 12 + 1, 1)
    return date(from_day.year + _whole_steps(since.year - from_day.year, rule.interval), 1, 1)


def _whole_steps(periods: int, interval: int) -> int:
    return max(periods, 0) // interval * interval


def ended_by_date(rule: Rule, starts: date, days: int) -> Rule | NotARule:
    """The same rule with the date of its last meeting in the place of a COUNT. ``starts`` is the first day that counts.

    No more than ``days`` days are looked at; a COUNT that is not used up by then, or is above 1000, is refused.
    """
    if rule.count is None:
        return rule
    if rule.count > _LONGEST:
        return NotARule(f"counts {rule.count} meetings, and no more than {_LONGEST} are counted")
    if not _FIRST_YEAR <= starts.year <= _LAST_YEAR:
        return NotARule(f"counts its meetings from the year {starts.year}")
    last = starts + timedelta(days=days)
    if rule.until is not None:
        last = min(last, rule.until)
    meets = list(islice(_between(rule, starts, starts, last), rule.count))
    if len(meets) < rule.count and last != rule.until:
        return NotARule("counts more meetings than can be followed")
    return replace(rule, count=None, until=meets[-1] if meets else rule.until)
