"""Kinds of answer, from the words that name them: ``number 0 to 10``, ``1 rough to 5 good``."""

from __future__ import annotations

import re

from flows.steps import Answer, DateAnswer, DayAndTime, DayOrAny, Number, Phone, Postcode, Scale, Text, YesNo

KINDS = (
    "yes or no",
    "number 0 to 10",
    "text up to 20",
    "postcode",
    "postcode or town",
    "day or any",
    "day and time",
    "date",
    "phone",
)
LONGEST_TEXT = 1000

_NUMBER = re.compile(r"number (\d{1,6}) to (\d{1,6})")
_TEXT = re.compile(r"text up to (\d{1,4})")
_SCALE = re.compile(r"(\d{1,3}) (\S.*?) to (\d{1,3}) (\S.*)")
_RANGE = re.compile(r"(\d{1,6})(?: to (\d{1,6}))?")

_FIXED: dict[str, Answer] = {
    "yes or no": YesNo(),
    "postcode": Postcode(),
    "postcode or town": Postcode(towns=True),
    "day or any": DayOrAny(),
    "day and time": DayAndTime(),
    "date": DateAnswer(),
    "phone": Phone(),
}


def read_answer(text: str) -> Answer | None:
    """The kind of answer that ``text`` names, or None when it names none."""
    written = " ".join(text.lower().split())
    if written in _FIXED:
        return _FIXED[written]
    if (found := _NUMBER.fullmatch(written)) and int(found[1]) < int(found[2]):
        return Number(int(found[1]), int(found[2]))
    if (found := _TEXT.fullmatch(written)) and 0 < int(found[1]) <= LONGEST_TEXT:
        return Text(int(found[1]))
    return None


def read_scale(text: str) -> Scale | None:
    """``1 rough to 5 good``: two numbers, each with its label."""
    found = _SCALE.fullmatch(" ".join(text.split()))
    if found is None or int(found[1]) >= int(found[3]):
        return None
    return Scale(int(found[1]), int(found[3]), found[2], found[4])


def read_range(text: str) -> tuple[int, int] | None:
    """``1 to 2`` or ``3``."""
    found = _RANGE.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    low = int(found[1])
    return low, int(found[2]) if found[2] else low


def kind_name(answer: Answer) -> str:
    """The short name of a kind, as ``variables.yaml`` and messages use it."""
    if answer == Postcode(towns=True):
        return "postcode or town"
    names: dict[type[Answer], str] = {
        YesNo: "yes or no",
        Number: "number",
        Scale: "scale",
        Text: "text",
        Postcode: "postcode",
        DayOrAny: "day or any",
        DayAndTime: "day and time",
        DateAnswer: "date",
        Phone: "phone",
    }
    return names.get(type(answer), "choices")
