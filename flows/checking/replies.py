"""What people may send to a question: one reply for each way on that it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import time

from flows.content import Library
from flows.steps import (
    Answer,
    Ask,
    Choices,
    DateAnswer,
    DayAndTime,
    DayOrAny,
    Find,
    Number,
    Phone,
    Postcode,
    Rate,
    Scale,
    Step,
    Text,
    YesNo,
)

_MORNING = time(10)
_MUDDLED = "zxqv jkpw vrrm "  # nothing that anybody reads as an answer, unless any words will do


def muddled(step: Step) -> str:
    """What nobody reads as an answer to this question: nonsense, or where any words will do, too many of them."""
    longest = step.answer.longest if isinstance(step, Ask) and isinstance(step.answer, Text) else 0
    return (_MUDDLED * (longest // len(_MUDDLED) + 1)).strip() + "." * (longest > 0)


def replies_to(step: Step, library: Library, compared: Collection[str | None]) -> tuple[str, ...]:
    """One reply for every way on from this question; ``compared`` are what conditions hold the answer against."""
    if isinstance(step, Find):
        return *map(str, range(1, step.show + 1)), muddled(step)
    if isinstance(step, Rate):
        scale = library.instruments[step.instrument].scale
        return str(scale.low), str(scale.high), muddled(step)
    if not isinstance(step, Ask):
        return ()
    found = [*_said(step.answer)]
    if isinstance(step.answer, Number | Scale):
        edges = [edge for branch in step.when for edge in (branch.low, branch.high) if edge is not None]
        edges += [int(value) + by for value in compared if value and value.isdecimal() for by in (-1, 0, 1)]
        found += [str(edge) for edge in edges if step.answer.low <= edge <= step.answer.high]
    if step.skip:
        found.append("skip")
    return tuple(dict.fromkeys((*found, muddled(step))))


def _said(answer: Answer) -> Iterator[str]:
    """Replies that this kind of answer understands."""
    match answer:
        case YesNo():
            yield from ("yes", "no")
        case Number() | Scale():
            yield from (str(answer.low), str(answer.high))
        case Choices():
            for number, _ in enumerate(answer.choices, 1):
                yield str(number)
            if answer.many and len(answer.choices) > 1:
                yield "1 2"
        case Text():
            yield "Sam"[: answer.longest]
        case Postcode():
            yield "TN9 1AB"
        case DayOrAny():
            yield from ("any", "tuesday")
        case DayAndTime():
            yield f"monday {answer.earliest or _MORNING:%H:%M}"
        case DateAnswer():
            yield "3 March 2027"
        case Phone():
            yield "07700 900123"
