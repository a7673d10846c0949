"""Small values as people write them: lengths of time, times of day, days, dates, money, lists."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from flows.spans import read_span
from flows.timing import weekday_named

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? *(am|pm)?")
_UK_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PENCE = re.compile(r"(\d{1,4})(?:\.(\d))? *p")
_POUNDS = re.compile(r"£ *(\d{1,3})\.(\d{2})(\d)?")


def read_length(text: str) -> timedelta | None:
    """A length of clock time, like ``24 hours``."""
    span = read_span(text)
    return span.length if span is not None and not span.working else None


def read_time(text: str) -> time | None:
    """``08:30``, ``8.30``, ``7pm``, ``noon``. A bare number is no time."""
    written = text.strip().lower()
    if written in ("noon", "midday"):
        return time(12)
    found = _TIME.fullmatch(written)
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_times(text: str, between: str) -> tuple[time, time] | None:
    """Two times with a word between them: ``09:00 to 17:00``, ``09:00 and 20:00``."""
    first, found, last = text.partition(f" {between} ")
    start, end = read_time(first), read_time(last)
    return (start, end) if found and start is not None and end is not None else None


def read_days(text: str) -> frozenset[int] | None:
    """``Mon to Fri``, ``Mon, Wed, Fri``, ``Sat``."""
    first, found, last = text.partition(" to ")
    if found:
        start, end = weekday_named(first), weekday_named(last)
        if start is None or end is None:
            return None
        return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
    days = [weekday_named(part) for part in text.split(",")]
    return frozenset(day for day in days if day is not None) if None not in days else None


def read_date(text: str) -> date | None:
    """``2026-12-25`` or, as it is written here, ``25/12/2026``."""
    written = text.strip()
    try:
        if found := _UK_DATE.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        return None


def read_price(text: str) -> int | None:
    """A price in tenths of a penny: ``4p``, ``3.5p``, ``£0.04``."""
    written = text.strip().lower()
    if found := _PENCE.fullmatch(written):
        return int(found[1]) * 10 + int(found[2] or 0)
    if found := _POUNDS.fullmatch(written):
        return int(found[1]) * 1000 + int(found[2]) * 10 + int(found[3] or 0)
    return None


def read_flag(text: str) -> bool | None:
    """``yes`` or ``no``."""
    return {"yes": True, "no": False}.get(text.strip().lower())


def read_list(text: str, mark: str = ",") -> tuple[str, ...]:
    """The parts of a list, spaces and empty ones dropped."""
    return tuple(part.strip() for part in text.split(mark) if part.strip())
