"""A schedule of Open Referral UK or HSDS (versions 1 to 3) as a session: the rule, the hours, and what ends it.

Sources: HSDS 3.1 ``schedule``, Open Referral UK 3.0 ``schedule``, HSDS 1 and 2 ``regular_schedule`` and
``holiday_schedule``; rules by RFC 5545, 3.3.10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as Clock
from typing import NamedTuple

from flows.directory.importing.counting import Counting
from flows.directory.importing.fields import Record, raw, records, text, words
from flows.directory.importing.hours import OURS, Hour, read_date, read_east, read_hour
from flows.directory.recurrence import WEEKDAYS, NotARule, Rule, dates, read_around
from flows.timing import same_clock, weekday_named

_FREQUENCIES = {
    "week": "WEEKLY", "weekly": "WEEKLY", "month": "MONTHLY", "monthly": "MONTHLY", "day": "DAILY", "daily": "DAILY",
    "year": "YEARLY", "yearly": "YEARLY",
}  # fmt: skip
_PARTS = ("interval", "bymonthday", "byweekno", "byyearday", "wkst", "count")
_BY_DAY = re.compile(r"([+-]?\d{0,2})\s*([A-Z]+)")
_OUR_RULE = re.compile(r"\bRule: ([A-Z0-9=;,+-]+)")
_NOT_ON = re.compile(r"\bNot on ((?:\d{4}-\d\d-\d\d(?:, )?)+)")
_ALSO_ON = re.compile(r"\bAlso on ((?:\d{4}-\d\d-\d\d(?:, )?)+)")
_ONLINE = re.compile(r"\bonline\b|virtual|video|\bzoom\b|\bteams\b|remote|\bwebinar\b", re.IGNORECASE)
_IN_PERSON = re.compile(r"in[- ]?person|face[- ]to[- ]face|\bvenue\b|on[- ]?site|drop[- ]?in", re.IGNORECASE)
_NO_PLACE_TO_GO = re.compile(r"\b(?:tele)?phone\b|\bhome\b", re.IGNORECASE)
_NEXT_DAY_BEFORE = 6  # o'clock: what begins in the evening may end past midnight, and no later than this
_LONGEST_HOLIDAY = 400  # days: a holiday that is longer is a closure, and none of these


class When(NamedTuple):
    """When something meets, and how people come: ``online``, ``in_person``, or both."""

    rule: str
    starts: date | None
    time: Clock
    until: Clock | None
    except_on: frozenset[date]
    also_on: frozenset[date]
    online: bool
    in_person: bool
    passed: str = ""  # what in its rule was read around


class Unread(NamedTuple):
    """Why a schedule gives no session, as a sentence."""

    why: str


def read_schedule(schedule: Record, today: date, zone: str, counting: Counting) -> When | Unread:
    """The session that a schedule spells, or why it spells none that anybody could go to. ``zone`` is the service's.

    Its rule has no COUNT: it ends on a date (``counting`` is the feed's own).
    """
    opens, closes = read_hour(raw(schedule, "opens_at")), read_hour(raw(schedule, "closes_at"))
    if opens is None:
        said = raw(schedule, "opens_at")
        return Unread(f"It opens at “{said[:30]}”, which is no time of day." if said else "It does not say what time.")
    if why := _elsewhere(schedule, opens, zone):
        return Unread(why)
    if closes and (opens.clock, closes.clock) in _ALL_DAY:
        return Unread("It is open day and night, which is no time at which to come.")
    came = _how(schedule)
    if not (came.online or came.in_person):
        return Unread("It is by phone or at home, and not a place to go to.")
    ruled = _rule(schedule, today, counting)
    if isinstance(ruled, Unread):
        return ruled
    rule, starts, passed = ruled
    return When(
        rule.written() if rule else "",
        starts,
        opens.clock,
        _ends(opens.clock, closes),
        _dates_after(_NOT_ON, schedule),
        _dates_after(_ALSO_ON, schedule),
        came.online,
        came.in_person,
        passed,
    )


_OUR_CLOCK = frozenset({"z", "utc", "gmt", "gmt standard time", "uk", "london", "local"})  # as UK feeds name it
_ALL_DAY = {(Clock(0), Clock(0)), (Clock(0), Clock(23, 59))}


def _ends(starts: Clock, closes: Hour | None) -> Clock | None:
    """When it ends. An end before its beginning is past midnight; one in the middle of the next day is no end."""
    if closes is None or closes.clock == starts:
        return None
    return closes.clock if closes.clock > starts or closes.clock.hour < _NEXT_DAY_BEFORE else None


def _elsewhere(schedule: Record, opens: Hour, zone: str) -> str:
    """Says so where its clock is not the service's: shifting a time by guesswork would be wrong half of the year."""
    named = raw(schedule, "timezone")
    east = read_east(named)
    other = named and east is None and named.casefold() not in _OUR_CLOCK and not same_clock(named, zone)
    if opens.elsewhere or (east is not None and east not in OURS) or other:
        return f"It is on another clock than ours ({named or raw(schedule, 'opens_at')})."
    return ""


class _How(NamedTuple):
    online: bool
    in_person: bool


def _how(schedule: Record) -> _How:
    said = text(schedule, "attending_type")
    online, in_person = bool(_ONLINE.search(said)), bool(_IN_PERSON.search(said))
    if not online and not in_person:
        in_person = not _NO_PLACE_TO_GO.search(said)
    return _How(online, in_person)


# ---------------------------------------------------------------- how often


def _rule(schedule: Record, today: date, counting: Counting) -> tuple[Rule | None, date | None, str] | Unread:
    """The rule, the date that it counts from, and what was passed over in it; no rule for a single date."""
    counted, valid_from = read_date(raw(schedule, "dtstart")), read_date(raw(schedule, "valid_from"))
    starts = counted or valid_from
    body = _body(schedule, starts)
    if isinstance(body, Unread):
        return body
    ends = [day for key in ("until", "valid_to") if (day := read_date(raw(schedule, key)))]
    if not body:
        if starts is None:
            return Unread("It does not say how often it meets, nor when.")
        return (None, starts, "") if starts >= today else Unread(_over(starts))
    read = read_around(body)
    if isinstance(read, NotARule):
        return Unread(f"Its rule {read.why}.")
    rule, passed = read
    ended = counting.ended(rule, starts, today)
    if isinstance(ended, NotARule):
        return Unread(f"Its rule {ended.why}.")
    rule = ended
    if starts is None and rule.interval > 1:
        return Unread(f"It meets every {rule.interval} weeks or months, and no date says which ones.")
    if starts is None and rule.freq != "DAILY" and not rule.by_day and not rule.by_month_day:
        return Unread("It does not say on which day it meets.")
    rule = replace(rule, until=min([*ends, *([rule.until] if rule.until else [])], default=None))
    if valid_from and starts and valid_from > starts:
        starts = _no_earlier(rule, starts, valid_from)
    if next(dates(rule, starts, today), None) is None:
        return Unread(_over(rule.until) if rule.until and rule.until < today else "It has no date on which it meets.")
    return rule, starts, passed


def _over(day: date) -> str:
    return f"It ended on {day.day}/{day.month}/{day.year}."


def _no_earlier(rule: Rule, counted_from: date, valid_from: date) -> date:
    """The first meeting that is valid: counting on from a meeting keeps every other week the same weeks."""
    return next(dates(rule, counted_from, valid_from), valid_from)


def _body(schedule: Record, starts: date | None) -> str | Unread:
    """The fields of a schedule as one RRULE; "" where it names no rhythm at all."""
    ours = _OUR_RULE.search(raw_notes(schedule))
    if ours and not raw(schedule, "freq"):
        return ours[1].rstrip(".")
    by_day = _by_day(schedule)
    if isinstance(by_day, Unread):
        return by_day
    said = raw(schedule, "freq")
    freq = _FREQUENCIES.get(said.casefold())
    if said and freq is None:
        return Unread(f"It says that it meets “{said[:30]}”, and only weekly and monthly can be followed.")
    if freq is None:
        if not by_day:
            return ""
        freq = "MONTHLY" if any(char.isdigit() for char in by_day) else "WEEKLY"  # a weekday alone is each week
    parts = {"FREQ": freq, "BYDAY": by_day}
    for key in _PARTS:
        parts[key.upper()] = _listed(schedule, key).removesuffix(".0")
    if parts["INTERVAL"] in ("0", ""):
        del parts["INTERVAL"]  # published for "every"
    if freq == "MONTHLY" and not by_day and not parts["BYMONTHDAY"] and starts:
        parts["BYMONTHDAY"] = str(starts.day)
    elif freq == "WEEKLY" and not by_day and not parts["BYMONTHDAY"] and starts:
        parts["BYDAY"] = WEEKDAYS[starts.weekday()]
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def raw_notes(schedule: Record) -> str:
    value = schedule.get("notes")
    return value[:4000] if isinstance(value, str) else ""


def _listed(schedule: Record, key: str) -> str:
    """A field that may be a string, a number, or a list of either."""
    value = schedule.get(key)
    if isinstance(value, list):
        value = ",".join(str(each) for each in value if isinstance(each, (str, int)) and not isinstance(each, bool))
        return value[:200].replace(" ", "").replace(";", ",")
    return raw(schedule, key).replace(" ", "").replace(";", ",")


def _by_day(schedule: Record) -> str | Unread:
    """BYDAY from ``byday``, else from version 1's ``weekday``; names of days in full are read too."""
    listed = words(schedule, "byday") or words(schedule, "weekday")
    if not listed and raw(schedule, "weekday"):
        # four ways to number a day are in use
        return Unread("It numbers the day of the week, and nobody can tell which day comes first.")
    found = []
    for each in listed:
        part = _BY_DAY.fullmatch(each.upper())
        day = _weekday(part[2]) if part else None
        if part is None or day is None:
            return Unread(f"It meets on “{each[:20]}”, which is no day of the week.")
        found.append(f"{part[1]}{WEEKDAYS[day]}")
    return ",".join(found)


def _weekday(name: str) -> int | None:
    if name in WEEKDAYS:
        return WEEKDAYS.index(name)
    return weekday_named(name.removesuffix("S") if name.endswith("DAYS") else name)


# ---------------------------------------------------------------- dates that differ


def _dates_after(pattern: re.Pattern[str], schedule: Record) -> frozenset[date]:
    found = pattern.search(raw_notes(schedule))
    return frozenset(filter(None, map(read_date, found[1].split(", ")))) if found else frozenset()


def holidays(*holders: Record) -> frozenset[date]:
    """The days on which version 1's ``holiday_schedules`` say that it is closed."""
    return frozenset(day for holder in holders for each in records(holder, "holiday_schedules") for day in _days(each))


def _days(holiday: Record) -> Iterable[date]:
    first, last = read_date(raw(holiday, "start_date")), read_date(raw(holiday, "end_date"))
    if first is None or str(holiday.get("closed")).casefold() not in ("true", "1", "yes"):
        return ()
    length = ((last or first) - first).days
    return (first + timedelta(days=day) for day in range(length + 1)) if 0 <= length <= _LONGEST_HOLIDAY else ()
