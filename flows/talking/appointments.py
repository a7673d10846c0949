"""Reads a day with a time: ``mon 10am``, ``10 mon``, ``monday at half ten``. Where 7 could be either, it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from itertools import islice

from flows.steps import DayAndTime
from flows.talking.counting import pieces
from flows.talking.days import DENIES, PLAIN_WORDS, named_days, rest_of
from flows.talking.plain import bare
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure
from flows.timing import DAYS

_MOST_OPTIONS = 4
_HOUR_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"

_TIME = re.compile(
    rf"""(?<![\w:.£$/])(?:
        (?P<named>noon|midday|midnight)
      | (?P<part>half|quarter)[ ](?:(?P<part_to>to)[ ]|past[ ])?(?P<part_hour>{_HOUR})
      | (?P<minutes>five|ten|twenty|5|10|20)[ ](?:(?P<minutes_to>to)|past)[ ](?P<minutes_hour>{_HOUR})
      | (?P<hour>\d{{1,2}})(?:[ ]?[:.][ ]?|h)(?P<minute>\d{{2}})(?!\d)
      | (?P<row>\d{{3,4}})(?:[ ]?h(?:ou)?rs)?(?![\d/])
      | (?P<bare>{_HOUR})(?![\d/]|st\b|nd\b|rd\b|th\b)
    )(?:[ ]?o'?clock)?(?:[ ]?ish)?(?:[ ]?(?P<half>[ap])(?:\.?[ ]?m)?\b\.?)?(?![\w£])""",
    re.VERBOSE,
)
_DATES = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b")
_MORNING = re.compile(r"\bmorn(?:ing)?s?\b|\ba\.?m\b")
_LATER = re.compile(r"\b(?:afternoon|evening|eve|night|tonight|2nite)s?\b|\bp\.?m\b")


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time that was said, with every hour it can mean."""

    hours: tuple[int, ...]
    minute: int
    start: int
    end: int


def read_answer(answer: DayAndTime, asked: Asked) -> Result:
    """``monday 10:00``. ``between`` includes its start, not its end; an answer outside it is told so."""
    folded, origins = asked.traced()
    lowered = folded.translate(_LOWER)
    said = pieces(lowered)
    days = named_days(said, asked.today)
    blanked = lowered
    for day in days:
        piece = said[day.place]
        blanked = blanked[: piece.start] + "-" * (piece.end - piece.start) + blanked[piece.end :]
    blanked = _DATES.sub(lambda found: "-" * len(found.group()), blanked)
    clocks = _clocks(blanked)
    if not days or not clocks:
        return NotRead("retry day and time")
    rest = rest_of(said, frozenset(day.place for day in days))
    if not DENIES.isdisjoint(rest):
        return Unsure()
    times = [time(hour, clock.minute) for clock in clocks for hour in clock.hours]
    kept = list(dict.fromkeys(each for each in times if _is_between(each, answer)))
    if not kept:
        return _outside(answer)
    values = tuple(f"{DAYS[day.weekday]} {each:%H:%M}" for day in days for each in kept)
    if len(values) > 1 or kept[0].hour != clocks[0].hours[0]:
        return Unsure(values[:_MOST_OPTIONS])
    first, last = said[days[0].place], clocks[0]
    spans = sorted([(first.start, first.end), (last.start, last.end)])
    return Understood(values[0], _note(asked, lowered, origins, spans))


def _is_between(clock: time, answer: DayAndTime) -> bool:
    return (answer.earliest is None or answer.earliest <= clock) and (answer.latest is None or clock < answer.latest)


def _outside(answer: DayAndTime) -> NotRead:
    if answer.earliest is None and answer.latest is None:
        return NotRead("retry day and time")
    earliest, latest = answer.earliest or time(0), answer.latest or time(23, 59)
    return NotRead("retry between", {"earliest": f"{earliest:%H:%M}", "latest": f"{latest:%H:%M}"})


def _clocks(said: str) -> list[_Clock]:
    morning, later = _MORNING.search(said) is not None, _LATER.search(said) is not None
    hint = "a" if morning and not later else "p" if later and not morning else ""
    found = (_clock(match, match["half"] or hint) for match in islice(_TIME.finditer(said), _MOST_OPTIONS))
    return [clock for clock in found if clock is not None]


def _clock(match: re.Match[str], half: str) -> _Clock | None:
    start, end = match.span()
    if match["named"]:
        return _Clock((0 if match["named"] == "midnight" else 12,), 0, start, end)
    hour, minute, written_out = _figures(match)
    if hour > 23 or minute > 59:
        return None
    if half and hour <= 12:
        return _Clock((hour % 12 + (12 if half == "p" else 0),), minute, start, end)
    if written_out or hour > 12 or hour == 0:
        return _Clock((hour,), minute, start, end)
    # "7" may be either; twelve is noon, the other twelve is asleep
    return _Clock((12,) if hour == 12 else (hour, hour + 12), minute, start, end)


def _figures(match: re.Match[str]) -> tuple[int, int, bool]:
    """Hour, minute, and whether it was written as on a 24-hour clock: ``09:30``, ``10:00``, ``0930``."""
    if match["part"]:
        minute = 30 if match["part"] == "half" else 15
        return _told(match["part_hour"], minute, to=bool(match["part_to"]))
    if match["minutes"]:
        return _told(match["minutes_hour"], _number(match["minutes"]), to=bool(match["minutes_to"]))
    if match["hour"]:
        return int(match["hour"]), int(match["minute"]), len(match["hour"]) == 2
    if match["row"]:
        row = match["row"]
        return int(row[:-2]), int(row[-2:]), len(row) == 4
    return _number(match["bare"]), 0, match["bare"][0] == "0"


def _told(hour: str, minute: int, *, to: bool) -> tuple[int, int, bool]:
    number = _number(hour)
    return ((number - 1) or 12, 60 - minute, False) if to else (number, minute, False)


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return 20 if word == "twenty" else _HOUR_WORDS.index(word)


def _note(asked: Asked, said: str, origins: list[int], spans: list[tuple[int, int]]) -> str:
    (start, until), (since, end) = spans
    around = f"{said[:start]} {said[until:since]} {said[end:]}"
    if set(bare(around).split()) <= PLAIN_WORDS:
        return ""
    return asked.without(origins, start, end)


_LOWER = {ord(sign): sign.lower() for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
