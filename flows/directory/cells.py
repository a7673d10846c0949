"""One cell of a directory spreadsheet: what people and spreadsheets write there, read or refused with a mend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from flows.reading import values
from flows.reading.problems import nearest
from flows.timing import DAYS, weekday_named


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that cannot be read: what is wrong with it, and what to type there."""

    what: str
    fix: str


# ---------------------------------------------------------------- days and times

_SECONDS = re.compile(r"(\d{1,2}:\d\d):00")
_BARE_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_EARLY = re.compile(r"([1-7])[:.](\d\d)")
_FRACTION = re.compile(r"0?\.\d{2,17}")
_HOUR_ALONE = re.compile(r"\d{1,2}")


def read_day(text: str) -> int | Refused:
    """``Tuesday``, ``Tue``, ``Tuesdays``; Monday is 0."""
    day = weekday_named(text)
    if day is None:
        day = weekday_named(text.lower().removesuffix("s"))
    if day is None:
        meant = (nearest(text, DAYS) or "tuesday").capitalize()
        return Refused("is not a day of the week", f"{meant}; a row for each day it meets")
    return day


def read_clock(text: str) -> time | Refused:
    """``18:30``, ``7pm``, ``7.30pm``, ``1830``, ``18:30:00``, ``noon``.

    A bare ``7`` or ``7:30`` could be morning or evening, and a fraction of a day is a spreadsheet's own way to hold a
    time: both are asked about.
    """
    text = _SECONDS.sub(r"\1", text)
    if found := _BARE_CLOCK.fullmatch(text):
        return time(int(found[1]), int(found[2]))
    if found := _EARLY.fullmatch(text):
        hour, minutes = int(found[1]), found[2]
        return Refused("could be morning or evening", f"{hour + 12}:{minutes} or {hour:02}:{minutes}")
    if _HOUR_ALONE.fullmatch(text) and 1 <= int(text) <= 12:
        return Refused("could be morning or evening", f"{int(text)}pm or {int(text)}am")
    if _FRACTION.fullmatch(text):
        minutes_in = round(float(text) * 24 * 60) % (24 * 60)
        return Refused(
            "is a time that a spreadsheet has turned into a fraction", f"{minutes_in // 60:02}:{minutes_in % 60:02}"
        )
    clock = values.read_time(text)
    return Refused("is not a time of day", "a time, such as 18:30 or 7pm") if clock is None else clock


# ---------------------------------------------------------------- dates

_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)")
_WORDED_DATE = re.compile(r"(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})[ ,-]+(\d{4}|\d\d)")
_SERIAL = re.compile(r"4\d{4}")
_FIRST_SERIAL = date(1899, 12, 30)  # day 0 of Excel's calendar, its false 29 February 1900 counted
NO_DATE = Refused("is not a date", "a date, such as 30/10/2026")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: str) -> date | Refused:
    """``2026-10-30``, ``30/10/2026``, ``30/10/26``, ``30 Oct 2026``, ``30-Oct-26``: the day comes first."""
    written = text.lower()
    if (found := values.read_date(written)) is not None:
        return _dated(found.year, found.month, found.day)
    if parts := _NUMERIC_DATE.fullmatch(written):
        day, month, year = int(parts[1]), int(parts[2]), _year(parts[3])
        if day <= 12 < month <= 31:
            return Refused("has the month first", f"{month:02}/{day:02}/{year}")
        return _dated(year, month, day)
    if parts := _WORDED_DATE.fullmatch(written):
        name = parts[2][:3]
        return _dated(_year(parts[3]), _MONTHS.index(name) + 1, int(parts[1])) if name in _MONTHS else NO_DATE
    if _SERIAL.fullmatch(written):
        day_meant = _FIRST_SERIAL + timedelta(days=int(written))
        return Refused("is a date that a spreadsheet has turned into a number", f"{day_meant:%d/%m/%Y}")
    return NO_DATE


def _year(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)


def _dated(year: int, month: int, day: int) -> date | Refused:
    if not 1990 <= year <= 2100:
        return Refused("is a year that is not likely", "the date again, such as 30/10/2026")
    try:
        return date(year, month, day)
    except ValueError:
        return NO_DATE


# ---------------------------------------------------------------- phone numbers

_PHONE_GAPS = re.compile(r"[ ().\-]")
_EXTENSION = re.compile(r",? *(?:ext|x|extension)\.? *\d{1,6}$", re.IGNORECASE)
_WHOLE = re.compile(
    r"0[1-9]\d{8,9}"  # 01632 960101
    r"|\+44(?:0)?[1-9]\d{8,9}"
    r"|\+(?!44)[1-9]\d{7,14}"
    r"|0800\d{4}|0845464\d"  # Childline and its like
    r"|[1-9]\d{2,5}"  # 111, 116 123, 85258
)
_LOST_ZERO = re.compile(r"[1-9]\d{8,9}")
_LOST_PLUS = re.compile(r"44[1-9]\d{8,9}")
_POWERS = re.compile(r"(\d)\.?(\d*)e\+?(\d{1,2})", re.IGNORECASE)
# Ofcom keeps these for drama: nobody has them
_DRAMA = re.compile(
    r"01632960\d{3}|07700900\d{3}|01(?:1[3-8]|[2-6]1)4960\d{3}|01914980\d{3}|02079460\d{3}|02920180\d{3}"
    r"|08081570\d{3}|09098790\d{3}|03069990\d{3}"
)


def read_phone(text: str) -> str | Refused:
    """A number as it was typed, when all of its digits are there.

    A spreadsheet drops a first 0 or + and turns long numbers into ``4.47E+11``; what it spoiled is refused, with the
    number to type where it can still be known. The space in it keeps a spreadsheet from doing so again.
    """
    number = _PHONE_GAPS.sub("", _EXTENSION.sub("", text.removesuffix(".0")))
    if found := _POWERS.fullmatch(number):
        digits = found[1] + found[2]
        whole = local(digits) if len(digits) == int(found[3]) + 1 else ""
        return Refused("has been spoiled by a spreadsheet", whole or "the whole number again, spaced like 01632 960101")
    if _LOST_PLUS.fullmatch(number):
        return Refused("has lost its first +", local(number))
    if _LOST_ZERO.fullmatch(number):
        return Refused("has lost its first 0", local(number))
    if not _WHOLE.fullmatch(number):
        return Refused("is not a whole phone number", "the number alone, such as 01632 960101")
    return text.removesuffix(".0")


def is_drama_number(phone: str) -> bool:
    """Whether a number that read well is one of those that Ofcom keeps for drama."""
    number = _PHONE_GAPS.sub("", _EXTENSION.sub("", phone))
    return _DRAMA.fullmatch(re.sub(r"\+440?", "0", number)) is not None


def local(digits: str) -> str:
    """UK digits, with or without 44 or the first 0, as they are dialled and grouped: ``1632960107`` → 01632 960107."""
    number = "0" + digits.removeprefix("44").removeprefix("0")
    if number.startswith("02"):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if re.match(r"0[389]|01(?:1\d|\d1)", number):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    return f"{number[:5]} {number[5:]}"


# ---------------------------------------------------------------- lists and postcodes

_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})?")
_YES = frozenset({"yes", "y", "true"})
_NO = frozenset({"no", "n", "false"})


def read_postcode(text: str) -> str | Refused:
    """A full or half postcode, spaced as Royal Mail does: ``tn91aa`` → TN9 1AA."""
    found = _POSTCODE.fullmatch(re.sub(r"[\s.-]", "", text.upper()))
    if found is None:
        return Refused("is not a postcode", "a postcode, such as TN9 1AA, or its first half")
    return f"{found[1]} {found[2]}" if found[2] else found[1]


def read_names(text: str) -> frozenset[str]:
    """Names with ``;`` between them (a comma is taken for one): ``people; belonging``."""
    return frozenset(filter(None, (name_of(part) for part in re.split("[;,]", text))))


def read_access(text: str) -> dict[str, bool] | Refused:
    """``step_free:yes;children:no``. What is not named is unknown, never a no."""
    access: dict[str, bool] = {}
    for part in filter(None, map(str.strip, re.split("[;,]", text))):
        name, _, said = part.partition(":")
        name, said = name_of(name), said.strip().lower()
        if not name or said not in _YES | _NO:
            return Refused(
                f"does not say yes or no at “{part}”", f"{name or 'step_free'}:yes or {name or 'step_free'}:no"
            )
        if access.get(name, said in _YES) != (said in _YES):
            return Refused(f"says both yes and no to {name}", f"{name}:yes or {name}:no")
        access[name] = said in _YES
    return access


_AGES = (
    (re.compile(r"(?:from )?(\d{1,3}) ?(?:\+|(?:and|or|&) (?:over|above|older|up))"), lambda low: (low, None)),
    (re.compile(r"from (\d{1,3})"), lambda low: (low, None)),
    (re.compile(r"over (\d{1,3})s?"), lambda low: (low, None)),
    (re.compile(r"under (\d{1,3})s?"), lambda high: (None, high - 1)),
    (re.compile(r"up to (\d{1,3})|(?:(\d{1,3}) (?:and|or) under)"), lambda high: (None, high)),
)
_BETWEEN = re.compile(r"(\d{1,3}) ?(?:to|-|–) ?(\d{1,3})")
_OLDEST = 120


def read_ages(text: str) -> tuple[int | None, int | None] | Refused:
    """``18+``, ``16 to 25``, ``under 25``, ``over 50s``: the youngest and the oldest, None where there is no limit."""
    written = text.lower().removesuffix(" only").strip()
    if written in ("any", "all ages", "anyone", "all"):
        return None, None
    found: tuple[int | None, int | None] | None = None
    if between := _BETWEEN.fullmatch(written):
        found = int(between[1]), int(between[2])
    for pattern, meant in _AGES:
        if match := pattern.fullmatch(written):
            found = meant(int(next(filter(None, match.groups()))))
    low, high = found or (0, -1)
    if (low or 0) > (_OLDEST if high is None else high) or (high or 0) > _OLDEST:
        return Refused("does not say for what ages", "18+, 16 to 25 or under 25")
    return low, high


def name_of(text: str) -> str:
    """``Step free`` and ``step-free`` are both written ``step_free`` in a flow."""
    return re.sub(r"[\s-]+", "_", text.strip().lower())
