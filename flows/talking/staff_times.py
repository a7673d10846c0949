"""When staff want to hear again: LATER 2H, LATER TOMORROW, LATER 3PM, and OFF TILL MONDAY, OFF 2 WEEKS, OFF TODAY."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from flows.content import Service
from flows.talking.pausing import read_pause
from flows.talking.weekdays import weekday_of
from flows.timing import add_working, at_local, local, next_weekday

LONGEST_LATER = timedelta(days=1)

_ANY_DAY = date(2000, 1, 3)  # to see whether words are a length of time at all, any today will do

# ---------------------------------------------------------------- LATER

_LATER = re.compile(
    r"(?P<before>.*?)\b(?:ask me |remind me |do it )?(?:later|snooze|remind me)(?P<after>(?!\w).*|\d.*)"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "half an": 0.5, "half a": 0.5, "a couple of": 2}
_TOMORROW = "tomorrow|tommorow|tommorrow|tomorow|tomoz|tmrw|tmw|2moro"
_WEEKDAY = r"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?"
_LENGTH = re.compile(
    rf"\b(?:in |for |about )*(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}|couple of) ?"
    r"(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d)\b"
)
_CLOCK = re.compile(
    r"\b(?:(?:at|til|till|until|after|about|from) )?(?:"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>[ap])\.?m\b"
    r"|(?P<hour24>\d{1,2})[:.](?P<minute24>\d{2})\b|(?P<named>noon|midday|lunchtime|lunch)\b)"
)
_DAY = re.compile(
    rf"\b(?:(?:til|till|until|on) )?(?P<day>{_TOMORROW}|today|tonight|this afternoon|this evening|{_WEEKDAY})"
    r"(?: (?P<part>morning|afternoon|evening))?\b"
)
_NAMED = {"noon": time(12), "midday": time(12), "lunchtime": time(12), "lunch": time(12)}
_PARTS = {"afternoon": time(13), "evening": time(17), "this afternoon": time(13), "this evening": time(17)}
_PARTS |= {"tonight": time(18)}


def says_later(said: str) -> tuple[str, str] | None:
    """Whether ``said`` (in small letters) has LATER in it: the words of the time, and what else stands there."""
    found = _LATER.fullmatch(said)
    if found is None:
        return None
    rest = f"{found['before']} {found['after']}"
    when: list[str] = []
    for pattern in (_LENGTH, _CLOCK, _DAY):
        part = pattern.search(rest)
        if part is not None:
            when.append(part.group())
            rest = f"{rest[: part.start()]} {rest[part.end() :]}"
    return " ".join(when), rest


def read_later(when: str, now: datetime, service: Service, *, any_hour: bool = False) -> datetime | None:
    """When an alert put off at ``now`` is asked about again: at most a day on.

    Out of working hours that waits for them, unless ``any_hour``. None where ``when`` names no time ahead.
    """
    at = _later(when, now, service)
    if at is None or at <= now:
        return None
    at = min(at, now + LONGEST_LATER)
    return at if any_hour else add_working(at, timedelta(0), service)


def _later(when: str, now: datetime, service: Service) -> datetime | None:
    length = _LENGTH.search(when)
    if length is not None:
        count = length["count"]
        number = float(count) if count.isdecimal() else _COUNTS.get(count, 2)
        unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[length["unit"][0]]
        return now + unit * number
    here = local(now, service.time_zone)
    day, clock = _day(when, here.date(), service), _clock(when)
    if day is None and clock is None:
        return None
    at = at_local(day[0] if day else here.date(), clock or (day[1] if day else service.work_from), service.time_zone)
    if day is None and at <= now:
        # "3pm", said at four, is tomorrow's
        at = at_local(here.date() + timedelta(days=1), clock or service.work_from, service.time_zone)
    return at


def _day(when: str, today: date, service: Service) -> tuple[date, time] | None:
    found = _DAY.search(when)
    if found is None:
        return None
    named = found["day"]
    clock = _PARTS.get(found["part"] or named, service.work_from)
    if named in _PARTS or named == "today":
        return today, clock
    weekday = weekday_of(named)
    return (next_weekday(today, weekday) if weekday is not None else today + timedelta(days=1)), clock


def _clock(when: str) -> time | None:
    found = _CLOCK.search(when)
    if found is None:
        return None
    if found["named"]:
        return _NAMED[found["named"]]
    hour, minute = int(found["hour"] or found["hour24"]), int(found["minute"] or found["minute24"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


# ---------------------------------------------------------------- OFF

_OFF = re.compile(
    r"(?:(?:im|i am|ill be|i will be|going|going to be) )?"
    r"(?:off|away|on (?:holiday|hols|leave|annual leave))(?: (?:sick|ill|work|duty))?(?: (?P<rest>.+))?"
)
_SAYS_UNTIL = re.compile(r"(?:un)?till?l? .+")
_ONE_DAY = {"today": 1, "for today": 1, "tonight": 1, "for the day": 1, "the day": 1, "all day": 1, "now": 1}
_ONE_DAY |= {"this morning": 1, "this afternoon": 1, "this evening": 1, "tomorrow": 2}
_THIS_WEEK = ("this week", "all week", "for the week", "rest of the week", "the rest of the week")


def says_off(said: str) -> str | None:
    """Whether ``said`` (in small letters) is OFF: the words of how long, "" where nothing is said of that."""
    found = _OFF.fullmatch(said)
    if found is None:
        return None
    rest = found["rest"] or ""
    if not rest:
        return "" if said == "off" else None
    return rest if _SAYS_UNTIL.fullmatch(rest) or read_off(rest, _ANY_DAY) is not None else None


def read_off(when: str, today: date) -> date | None:
    """The first day that somebody is back, at most twelve weeks on; None where ``when`` says no such thing."""
    if when in _ONE_DAY:
        return today + timedelta(days=_ONE_DAY[when])
    if when in _THIS_WEEK:
        return next_weekday(today, 0)
    if not when or when.isdecimal():
        return None
    return read_pause(when, today)
