"""The longest way through a flow: how many texts it takes by SMS, and what they cost."""

from __future__ import annotations

from typing import NamedTuple

from flows.checking.paths import silence, waits, ways
from flows.checking.wording import longest_text
from flows.content import Flow, Library
from flows.model import Look
from flows.steps import Ask, Find, NoReply, Progress, Rate, Run, Say, Signpost, Step
from flows.talking import sms


class Length(NamedTuple):
    """``texts`` are SMS parts that we send; ``tenths`` of a penny is what they cost."""

    texts: int
    tenths: int

    def __str__(self) -> str:
        cost = f", {self.tenths / 10:g}p" if self.tenths else ""
        return f"{self.texts} {'text' if self.texts == 1 else 'texts'}{cost}"


def longest(flow: Flow, library: Library) -> Length:
    """The longest way through, flows that it runs and one nudge for each question included; every answer is read at
    the first try, and every blank is as long as it may be."""
    texts = _through(flow, library, ())
    return Length(texts, texts * library.service.price_per_text)


def _through(flow: Flow, library: Library, within: tuple[str, ...]) -> int:
    if flow.name in within:
        return 0  # goes round through a question: what comes again is counted once
    from_here: dict[int | None, int] = {None: 0}
    for step in reversed(flow.steps):  # steps lead to later ones only
        ahead = [from_here[way.to] for way in ways(step)]
        if waits(step):
            ahead.append(from_here[silence(step, flow)])
        from_here[step.index] = _texts(step, flow, library, (*within, flow.name)) + max(ahead, default=0)
    return from_here[flow.first]


def _texts(step: Step, flow: Flow, library: Library, within: tuple[str, ...]) -> int:
    match step:
        case Say():
            return _parts(longest_text(step, library))
        case Ask() | Find():
            return _parts(longest_text(step, library)) + _nudge(step.no_reply or flow.no_reply)
        case Rate():
            instrument = library.instruments.get(step.instrument)
            if instrument is None:
                return 0
            sizes = sorted(
                (_parts(item.say.spoken("en", Look.SMS)) for item in instrument.items.values()), reverse=True
            )
            return sum(sizes[: step.count])
        case Progress():
            return 2  # two or three short sentences
        case Signpost():
            line = library.helplines.get(step.name)
            return _parts(line.say.spoken("en", Look.SMS)) if line is not None else 0
        case Run():
            run = library.flows.get(step.flow)
            return _through(run, library, within) if run is not None else 0
        case _:
            return 0


def _nudge(rule: NoReply | None) -> int:
    return _parts(rule.say.spoken("en", Look.SMS)) if rule is not None and rule.say is not None else 0


def _parts(text: str) -> int:
    return sms.parts(sms.fold(text)).count
