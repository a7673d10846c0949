"""Flows as Mermaid charts (https://mermaid.js.org/syntax/flowchart.html), for a page or a document that draws them."""

from __future__ import annotations

from collections.abc import Iterator

from flows.content import Flow, Library
from flows.drawing import UNNAMED, silence, starts, told
from flows.steps import Alert, Ask, Choices, End, Find, If, Later, Number, Run, Scale, Step, When, YesNo

LONGEST_LABEL = 90  # letters in a box: a longer message is cut, the outline has all of it

_PLAIN = " .,:_'’“”?!…→/-()£"
_SHAPES: dict[type[Step], tuple[str, str]] = {
    Ask: ("([", "])"),
    Find: ("([", "])"),
    If: ("{", "}"),
    Alert: ("[[", "]]"),
    End: ("((", "))"),
}


def chart(flow: Flow, library: Library) -> str:
    """One flow from how it starts to its foot: a line for each way on, dotted where nobody replied."""
    lines = ["flowchart TD", f'  start(["{_safe(flow.name)}: {_safe(", or ".join(starts(flow, library)))}"])']
    lines.append(f"  start --> {_node(flow.first)}")
    for step in flow.steps:
        opened, closed = _SHAPES.get(type(step), ("[", "]"))
        lines.append(f'  {_node(step.index)}{opened}"{_safe(_cut(told(step)))}"{closed}')
        if not isinstance(step, End):
            lines += [f"  {_node(step.index)} {arrow} {_node(to)}" for arrow, to in _arrows(step)]
    if flow.no_reply is not None and flow.no_reply.then is not None:
        lines.append(f'  quiet["no reply: {_safe(silence(flow.no_reply))}"] -.-> {_node(flow.no_reply.then)}')
    lines.append('  foot(["the end"])')
    return "\n".join(lines) + "\n"


def charts(library: Library) -> str:
    """All flows: what starts each, which goes through another, which books another."""
    ids = {name: f"flow{number}" for number, name in enumerate(library.flows)}
    lines = ["flowchart LR"]
    for name, flow in library.flows.items():
        lines.append(f'  {ids[name]}["{_safe(name)}"]')
        ways = [way for way in starts(flow, library) if not way.startswith(("inside ", "later, ")) and way != UNNAMED]
        if ways:
            lines.append(f'  {ids[name]}_start(["{_safe(", or ".join(ways))}"]) --> {ids[name]}')
    for name, flow in library.flows.items():
        runs = dict.fromkeys(step.flow for step in flow.steps if isinstance(step, Run))
        books = dict.fromkeys(step.flow for step in flow.steps if isinstance(step, Later))
        lines += [f"  {ids[name]} --> {ids[to]}" for to in runs]
        lines += [f'  {ids[name]} -. "later" .-> {ids[to]}' for to in books]
    return "\n".join(lines) + "\n"


def _arrows(step: Step) -> Iterator[tuple[str, int | None]]:
    """Every way on from a step; answers that lead to the same place share one arrow."""
    answers = list(_answers(step))
    places = dict.fromkeys(to for _, to in answers)
    for place in places:
        labels = " / ".join(label for label, to in answers if to == place)
        yield ("-->" if len(places) == 1 else f'-- "{_safe(_cut(labels))}" -->'), place
    if isinstance(step, Ask | Find) and step.no_reply is not None and step.no_reply.then is not None:
        yield f'-. "no reply: {_safe(silence(step.no_reply))}" .->', step.no_reply.then


def _answers(step: Step) -> Iterator[tuple[str, int | None]]:
    if isinstance(step, If):
        yield "yes", _or_on(step.then, step)
        yield "no", _or_on(step.otherwise, step)
    elif isinstance(step, Ask) and isinstance(step.answer, Choices):
        for choice in step.answer.choices:
            yield choice.words.text["en"], _or_on(choice.then, step)
        yield from _else(step.when, ("not answered",), step)
    elif isinstance(step, Ask) and isinstance(step.answer, YesNo):
        # where a clear yes is needed, no answer is a no
        yield from _else(step.when, ("yes", "no") if step.must else ("yes", "no", "not answered"), step)
    elif isinstance(step, Ask | Find):
        ranges = tuple(when.key for when in step.when if when.low is not None)
        rest = () if isinstance(step, Ask) and _covers(step) else ("an answer" if not ranges else "another answer",)
        fixed = ("nothing found", "not answered") if isinstance(step, Find) else ("not answered",)
        yield from _else(step.when, (*ranges, *rest, *fixed), step)
    else:
        yield "", step.next


def _else(when: tuple[When, ...], keys: tuple[str, ...], step: Step) -> Iterator[tuple[str, int | None]]:
    outcomes = {branch.key: branch.then for branch in when}
    for key in keys:
        yield key, _or_on(outcomes.get(key), step)


def _covers(step: Ask) -> bool:
    if not isinstance(step.answer, Number | Scale):
        return False
    ranges = [(when.low, when.high) for when in step.when if when.low is not None and when.high is not None]
    return all(
        any(low <= number <= high for low, high in ranges) for number in range(step.answer.low, step.answer.high + 1)
    )


def _or_on(first: int | None, step: Step) -> int | None:
    return step.next if first is None else first


def _node(number: int | None) -> str:
    return "foot" if number is None else f"step{number}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rsplit(" ", 1)[0] + " …"


def _safe(text: str) -> str:
    """Words inside quotes, with every character that Mermaid or a page would read as its own written as a code."""
    return "".join(letter if letter.isalnum() or letter in _PLAIN else f"#{ord(letter)};" for letter in text)
