"""Values as a person would say them: a choice's label, "Monday 7pm", "3 May 2026"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from flows import timing
from flows.directory.telling import Phrase, month_phrase
from flows.model import Look
from flows.steps import Answer, Choices, DateAnswer, DayAndTime, DayOrAny, YesNo

NOON = 12


def as_said(kind: Answer | None, value: str, *, language: str, look: Look, phrase: Phrase) -> str:
    """``value``, an answer of this kind, in words; as it is where it is words already, or cannot be one."""
    match kind:
        case YesNo():
            return phrase("yes", {}) if value == "yes" else phrase("button no", {}).lower()
        case Choices(choices=choices):
            labels: Mapping[str, str] = {each.name: each.words.spoken(language, look) for each in choices}
            return ", ".join(labels.get(name, name) for name in value.split(";"))
        case DayOrAny() if value == "any" or value in timing.DAYS:
            return phrase("button any day" if value == "any" else f"day {value}", {})
        case DayAndTime():
            return _day_and_time(value, phrase)
        case DateAnswer():
            return said_date(value, phrase)
        case _:
            return value


def _day_and_time(value: str, phrase: Phrase) -> str:
    day, _, written = value.partition(" ")
    try:
        clock = time.fromisoformat(written)
    except ValueError:
        return value
    return f"{phrase(f'day {day}', {})} {said_clock(clock, phrase)}" if day in timing.DAYS else value


def said_clock(clock: time, phrase: Phrase) -> str:
    """``3pm``, or ``15:00`` where people say it so."""
    half = "clock morning" if clock.hour < NOON else "clock afternoon"
    return phrase(half, {"hour": timing.clock_words(clock)[:-2], "clock": f"{clock:%H:%M}"})


def said_date(value: str, phrase: Phrase) -> str:
    """``3 May 2026`` for an ISO date; anything else as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {phrase(month_phrase(day), {})} {day.year}"
