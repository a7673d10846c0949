"""Reads how long somebody wants to be left in peace: PAUSE 2 WEEKS, PAUSE TILL MONDAY, PAUSE UNTIL 3 JAN."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from flows.talking.dates import MONTHS, read_date
from flows.talking.plain import bare, folded
from flows.talking.weekdays import weekday_of
from flows.timing import next_weekday

UNSAID = timedelta(weeks=2)
LONGEST = timedelta(weeks=12)

_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "couple": 2,
    "two": 2,
    "few": 3,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_LENGTH = re.compile(
    r"(?:(?P<count>\d{1,4}|[a-z]+) ?)?"
    r"(?P<unit>hours?|hrs?|days?|d|weeks?|wks?|w|fortnights?|months?|mnths?|mths?|years?)"
)
# Welsh and Polish, read as the English that follows.
_ELSEWHERE = {
    **dict.fromkeys(("diwrnod", "ddiwrnod", "dyddiau", "dzien", "dni"), "days"),
    **dict.fromkeys(("wythnos", "wythnosau", "tydzien", "tygodnie", "tygodni"), "weeks"),
    **dict.fromkeys(("mis", "fis", "misoedd", "miesiac", "miesiace", "miesiecy"), "months"),
    **dict.fromkeys(("tan", "do"), "till"),
    **dict.fromkeys(("dydd", "ddydd", "am", "na", "przez"), ""),
    "yfory": "tomorrow",
    "jutra": "tomorrow",
    "un": "1",
    "dau": "2",
    "dwy": "2",
    "jeden": "1",
    "dwa": "2",
    "poniedzialku": "monday",
    "wtorku": "tuesday",
    "srody": "wednesday",
    "czwartku": "thursday",
    "piatku": "friday",
    "soboty": "saturday",
    "niedzieli": "sunday",
}
_UNTIL = re.compile(r"^(?:un)?till?l? |^to |^up to ")
_FILLER = re.compile(r"\b(?:for|about|another|the next|next few|just|please|pls|a couple of|of|so|or|bit)\b")


def read_pause(rest: str, today: date) -> date | None:
    """The first day on which texts may come again, at most twelve weeks on; None where ``rest`` says no such thing.

    Nothing said means two weeks. "Till Monday" is the next Monday; a day and month is the next such date.
    """
    said = " ".join(folded(rest).lower().replace(",", " ").split()).strip(" .!?")
    day = today + UNSAID if not said else _until(_in_english(said), today)
    if day is None or day <= today:
        return None
    return min(day, today + LONGEST)


def _in_english(said: str) -> str:
    if _ELSEWHERE.keys().isdisjoint(bare(said).split()):
        return said
    return " ".join(filter(None, (_ELSEWHERE.get(word, word) for word in bare(said).split())))


def _until(said: str, today: date) -> date | None:
    until = _UNTIL.match(said) is not None
    said = _UNTIL.sub("", said)
    if said in ("tomorrow", "tmrw", "tmw", "tomoz", "2moro", "tomorow"):
        return today + timedelta(days=1)
    if said in ("next week", "after the weekend", "after weekend"):
        return next_weekday(today, 0) if until or "weekend" in said else today + timedelta(weeks=1)
    if said in ("the weekend", "weekend"):
        return next_weekday(today, 5)
    if said in ("next month", "the new year", "new year"):
        return _first_of(today.month % 12 + 1 if said == "next month" else 1, today)
    length = _length(said, today)
    if length is not None:
        return length
    return _named_day(said, today)


def _length(said: str, today: date) -> date | None:
    said = said.replace("couple of", "couple")
    found = _LENGTH.fullmatch(
        " ".join(_FILLER.sub(" ", said).replace("a couple", "couple").replace("a few", "few").split())
    )
    if found is None:
        return today + timedelta(weeks=int(said)) if re.fullmatch(r"[1-9]\d?", said) else None
    written = found["count"] or "a"
    count = int(written) if written.isdecimal() else _COUNTS.get(written)
    if not count:
        return None
    count = min(count, 366)
    match found["unit"][0]:
        case "h":
            return today + timedelta(days=max(1, round(count / 24)))
        case "d":
            return today + timedelta(days=count)
        case "f":
            return today + timedelta(weeks=2 * count)
        case "m":
            return today + relativedelta(months=count)
        case "y":
            return today + LONGEST
        case _:
            return today + timedelta(weeks=count)


def _named_day(said: str, today: date) -> date | None:
    said = re.sub(r"^(?:next|this|the|on) ", "", said)
    weekday = weekday_of(said)
    if weekday is not None:
        return next_weekday(today, weekday)
    month = MONTHS.get(said.removeprefix("end of ").removeprefix("the end of "))
    if month is not None:
        return _first_of(month, today)
    read = read_date(said, today)
    if read is None:
        return None
    day = read.day
    if read.sure or day > today:
        return day
    return day + relativedelta(years=1)


def _first_of(month: int, today: date) -> date:
    return date(today.year + (month <= today.month), month, 1)
