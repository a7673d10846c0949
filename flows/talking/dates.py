"""Reads dates the way people here write them: day first, month in figures or words, the year often left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from flows.talking.plain import folded
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure
from flows.talking.weekdays import weekday_of
from flows.timing import next_weekday

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august")
_MORE_MONTHS = ("september", "october", "november", "december")
MONTHS = {
    spelling: number
    for number, month in enumerate((*_MONTHS, *_MORE_MONTHS), start=1)
    for spelling in (month, month[:3])
} | {"sept": 9, "janury": 1, "febuary": 2, "feburary": 2, "agust": 8, "setember": 9, "novemeber": 11}

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_YEARS_AHEAD = 10  # "35" typed in 2026 is 2035, "37" is 1937

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>\d{4}|\d{2})"
_FORMS = tuple(
    re.compile(rf"(?<![\w/.-]){form}(?![\w/]|[.-]\d)")
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})\s?[-/. ]\s?(?P<month>\d{{1,2}})\s?[-/. ]\s?{_YEAR}",
        rf"(?P<day>\d{{1,2}})\s?(?:st|nd|rd|th)?(?: of)?[ -/.]*(?P<name>{_MONTH})\b\.?(?:[ ,'/.-]*{_YEAR})?",
        rf"(?P<name>{_MONTH})\.?[ -]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? *(?P<year>\d{{4}}))?",
        r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})",
    )
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_AWAY = re.compile(
    r"(?P<ahead>in )?(?P<count>\d{1,4}|a|an|one|two|three|four|five|six) (?P<unit>day|week|month|year)s?(?P<back> ago)?"
)
_NAMED = {
    **dict.fromkeys(("today", "2day", "now"), 0),
    **dict.fromkeys(("tomorrow", "tmrw", "tmw", "tomoz", "2moro", "tomorow", "tommorow", "tommorrow"), 1),
    **dict.fromkeys(("yesterday", "yday", "yest", "yesterdy"), -1),
}


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date that was read, and whether the writer left anything to guess (the year, say)."""

    day: date
    sure: bool


def read_date(text: str, today: date) -> ReadDate | None:
    """The one date that ``text`` is, with nothing around it but a weekday or "on"."""
    said = " ".join(folded(text).lower().split()).strip(" .,!?")
    said = said.removeprefix("on ").removeprefix("the ").removeprefix("about ").removeprefix("since ")
    return _relative(said, today) or _whole(said, today)


def _relative(said: str, today: date) -> ReadDate | None:
    if said in _NAMED:
        return ReadDate(today + timedelta(days=_NAMED[said]), True)
    found = _AWAY.fullmatch(said)
    if found is not None and (found["ahead"] is None) != (found["back"] is None):
        count = int(found["count"]) if found["count"].isdecimal() else _COUNTS[found["count"]]
        try:
            day = today + relativedelta(**{f"{found['unit']}s": count if found["ahead"] else -count})  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return None
        return ReadDate(day, True) if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
    which, _, name = said.rpartition(" ")
    weekday = weekday_of(name)
    if weekday is None or which not in ("", "next", "this", "last", "this coming"):
        return None
    ahead = next_weekday(today, weekday)
    return (
        ReadDate(ahead - timedelta(days=7 if ahead - today < timedelta(days=7) else 14), True)
        if (which == "last")
        else ReadDate(ahead, False)
    )


def _whole(said: str, today: date) -> ReadDate | None:
    first, _, after = said.partition(" ")
    weekday = weekday_of(first.strip(","))
    if weekday is not None:
        said = after.removeprefix("the ")
    for form in _FORMS:
        found = form.fullmatch(said)
        if found is not None:
            read = _made(found.groupdict(), today)
            if read is not None and weekday is not None and read.day.weekday() != weekday:
                return ReadDate(read.day, False)
            return read
    return None


def _made(parts: dict[str, str | None], today: date) -> ReadDate | None:
    day, written = int(parts["day"] or 0), parts.get("year")
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts.get("month") or 0)  # type: ignore[index]
    sure = True
    if month > 12 >= day:  # 4/13/2026: the American order, so ask
        day, month, sure = month, day, False
    if written is None:
        return _nearest(day, month, today)
    year = int(written)
    if len(written) == 2:
        year += 2000 if year <= today.year % 100 + _YEARS_AHEAD else 1900
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return ReadDate(date(year, month, day), sure)
    except ValueError:
        return None


def _nearest(day: int, month: int, today: date) -> ReadDate | None:
    """The date of that day and month that lies nearest to today: a guess, so it is confirmed."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return ReadDate(min(found, key=lambda each: abs(each - today)), False) if found else None


def _dates_in(said: str, today: date) -> Iterator[tuple[ReadDate, int, int]]:
    """The dates inside a longer message, with where they stand; the fullest form wins a stretch of text."""
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for found in form.finditer(said):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            read = _made(found.groupdict(), today)
            if read is not None:
                taken.append(found.span())
                yield read, *found.span()


def read_answer(asked: Asked) -> Result:
    """A date answer, in ISO form; what had to be guessed is confirmed."""
    whole = read_date(asked.text, asked.today)
    if whole is not None:
        value = whole.day.isoformat()
        return Understood(value) if whole.sure else Unsure((value,))
    said, origins = asked.traced()
    found = list(_dates_in(said.lower(), asked.today))
    days = sorted({each.day.isoformat() for each, _, _ in found})
    if len(days) == 1 and found[0][0].sure:
        _, start, end = found[0]
        return Understood(days[0], asked.without(origins, start, end))
    return Unsure(tuple(days)) if days else NotRead("retry date")
