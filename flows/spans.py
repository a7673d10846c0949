"""Lengths of time, as coordinators write them."""

from __future__ import annotations

import re
from datetime import timedelta

from flows.timing import WORKING_DAY
from flows.wording import Span

_UNITS = {
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), timedelta(seconds=1)),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), timedelta(minutes=1)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days", "d"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks", "wk", "wks", "w"), timedelta(weeks=1)),
    **dict.fromkeys(("fortnight", "fortnights"), timedelta(weeks=2)),
    **dict.fromkeys(("month", "months"), timedelta(days=30.4375)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), timedelta(days=365.25)),
}
_ONE_TO_TWELVE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_ONE_TO_TWELVE, start=1)}
_SPAN = re.compile(r"(?P<count>\d{1,5}|[a-z]+)\s*(?P<working>working\s+)?(?P<unit>[a-z]+)")


def read_span(text: str) -> Span | None:
    """A length of time as a coordinator writes it: ``24 hours``, ``2 working hours``, ``1 week``, ``a day``, ``26h``.

    A working day is eight working hours. Months and years are whole days, 30.44 and 365.25 each, rounded.
    """
    written = " ".join(text.casefold().split())
    found = _SPAN.fullmatch(written)
    if found is None:
        return None
    count = _COUNTS.get(found["count"]) if not found["count"].isdecimal() else int(found["count"])
    unit = _UNITS.get(found["unit"])
    if count is None or unit is None:
        return None
    working = found["working"] is not None
    length = unit * count
    if unit > timedelta(weeks=2):
        length = timedelta(days=round(length / timedelta(days=1)))
    if working and unit == timedelta(days=1):
        length = WORKING_DAY * count
    elif working and unit == timedelta(weeks=1):
        length = WORKING_DAY * 5 * count
    elif working and unit > timedelta(weeks=1):
        return None
    return Span(length, working, written)
