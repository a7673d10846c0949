"""A time or a date as feeds write it, taken as what the clock on the wall shows. Never raises."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import NamedTuple

_CLOCK = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:\.\d+)?)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>z|utc|gmt|bst|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?P<hour>\d{1,2}) ?(?P<half>[ap]\.?m\.?)", re.IGNORECASE)
_SAID = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<midnight>T23:00(?::00(?:\.0+)?)?Z)?(?:[T ].*)?")
_EVENING_BEFORE = timedelta(days=1)

OURS = (0, 60)
"""Minutes east of Greenwich that a clock in the UK can be, winter and summer."""


class Hour(NamedTuple):
    """What the wall shows. ``east`` is how many minutes east of Greenwich that wall is said to be; None: not said."""

    clock: time
    east: int | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether it is said to be on a clock that the UK never shows."""
        return self.east is not None and self.east not in OURS


def read_hour(text: str) -> Hour | None:
    """``18:30``, ``18:30:00Z``, ``2020-01-01T18:30:00.000Z``, ``6:30 pm``, ``18:30+01:00``, ``24:00``, ``Noon``.

    A literal Z is not believed: UK feeds write it behind the time of the wall, summer and winter.
    """
    text = text.strip()
    if (said := _SAID.get(text.casefold())) is not None:
        return Hour(said)
    found = _CLOCK.fullmatch(text) or _HOUR.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    hour, minute, half = int(parts["hour"]), int(parts.get("minute") or 0), (parts["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59 or int(parts.get("second") or 0) > 59:
        return None
    return Hour(time(hour, minute), read_east(parts.get("zone") or ""))


def read_east(text: str) -> int | None:
    """Minutes east of Greenwich: ``+01:00`` → 60, ``-5`` → -300; None for a literal Z, and for what is no offset."""
    text = text.strip().removesuffix(".0")
    if text.casefold() == "bst":
        return 60
    found = re.fullmatch(r"(?:UTC|GMT)?([+-]?)(\d{1,2}):?(\d\d)?", text, re.IGNORECASE)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes


def read_date(text: str) -> date | None:
    """``2026-09-10``, ``2026-09-10T00:00:00.000Z``; ``2026-09-09T23:00:00Z`` is the 10th: a UK midnight in summer."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        return day + _EVENING_BEFORE if found["midnight"] else day
    except (ValueError, OverflowError):
        return None
