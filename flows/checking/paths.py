"""Where talk can go in a flow, and what is sure at each step. Steps only lead to later ones, so one pass does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flows.content import Flow, Variable
from flows.steps import (
    Alert,
    Ask,
    Choices,
    Condition,
    End,
    Find,
    If,
    Number,
    Progress,
    Rate,
    Run,
    Say,
    Scale,
    Signpost,
    Step,
    Test,
    When,
    YesNo,
)

CONSENT_TO_TELL = "consent_mentor"  # a yes to check-ins is no yes to somebody hearing of them


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step. ``answer`` is what the person said to take it: "" for none, such as silence or a skip."""

    to: int | None
    answer: str = ""
    test: Condition | None = None  # the condition of an ``if`` that was passed …
    held: bool = True  # … and whether it held


@dataclass(frozen=True, slots=True)
class Sure:
    """What is certain when talk comes to a step, by whichever way it came."""

    known: frozenset[str] = frozenset()  # names that surely have a value
    chosen: bool = False  # the person has said yes to something, or chosen
    consented: bool = False  # it was tested that a mentor may be told
    promised: bool = False  # an alert has been opened, so ((alert.by)) is known
    silent: bool = False  # the person has gone quiet

    def and_also(self, other: Sure) -> Sure:
        """What stays certain when two ways meet."""
        return Sure(
            self.known & other.known,
            self.chosen and other.chosen,
            self.consented and other.consented,
            self.promised and other.promised,
            self.silent or other.silent,
        )


def ways(step: Step) -> Iterator[Way]:
    """Every way on from a step, silence left out."""
    if isinstance(step, End):
        return
    if isinstance(step, If):
        yield Way(step.then if step.then is not None else step.next, test=step.test)
        yield Way(step.otherwise if step.otherwise is not None else step.next, test=step.test, held=False)
    elif isinstance(step, Find):
        yield Way(step.next, "a group")
        yield Way(_branch(step.when, "nothing found", step.next))
        yield Way(_branch(step.when, "not answered", step.next))
    elif isinstance(step, Ask):
        yield from _answers(step)
        if not step.must:
            yield Way(_branch(step.when, "not answered", step.next))
    else:
        yield Way(step.next)


def _answers(step: Ask) -> Iterator[Way]:
    answer = step.answer
    if isinstance(answer, YesNo):
        for key in ("yes", "no"):
            yield Way(_branch(step.when, key, step.next), key)
    elif isinstance(answer, Choices):
        for choice in answer.choices:
            yield Way(choice.then if choice.then is not None else step.next, choice.name)
    else:
        for when in step.when:
            if when.low is not None:
                yield Way(when.then if when.then is not None else step.next, when.key)
        if not (isinstance(answer, Number | Scale) and _covered(step.when, answer)):
            yield Way(step.next, "anything else" if step.when else "an answer")


def _covered(when: tuple[When, ...], answer: Number | Scale) -> bool:
    ranges = [(branch.low, branch.high) for branch in when if branch.low is not None and branch.high is not None]
    return all(any(low <= number <= high for low, high in ranges) for number in range(answer.low, answer.high + 1))


def _branch(when: tuple[When, ...], key: str, otherwise: int | None) -> int | None:
    found = next((branch.then for branch in when if branch.key == key), None)
    return found if found is not None else otherwise


def waits(step: Step) -> bool:
    """Whether talk stops here until the person answers."""
    return isinstance(step, Ask | Find | Rate)


def silence(step: Step, flow: Flow) -> int | None:
    """The first step that runs when this question is closed unanswered; its own ``no_reply`` replaces the flow's."""
    own = step.no_reply if isinstance(step, Ask | Find) else None
    held = own if own is not None else flow.no_reply
    return held.then if held is not None else None


def walk(flow: Flow, variables: Mapping[str, Variable]) -> dict[int, Sure]:
    """What is sure at every step that can be reached; a step that is not in the answer never is."""
    reached: dict[int, Sure] = {}

    def come(number: int | None, sure: Sure) -> None:
        if number is not None:
            reached[number] = reached[number].and_also(sure) if number in reached else sure

    start = Sure()
    if flow.only_if is not None:
        start = _passed(start, flow.only_if, True, variables)
    come(flow.first, start)
    for step in flow.steps:
        sure = reached.get(step.index)
        if sure is None:
            continue
        if waits(step):
            come(silence(step, flow), replace(sure, silent=True, chosen=False))
        for way in ways(step):
            come(way.to, after(step, way, sure, variables))
    return reached


def after(step: Step, way: Way, sure: Sure, variables: Mapping[str, Variable]) -> Sure:
    """What is sure once ``way`` has been taken from ``step``."""
    if isinstance(step, Alert):
        return replace(sure, promised=True)
    if way.test is not None:
        return _passed(sure, way.test, way.held, variables)
    if way.answer and isinstance(step, Ask | Find):
        return replace(sure, known=sure.known | {step.name}, chosen=sure.chosen or _agrees(step, way))
    return sure


def _agrees(step: Ask | Find, way: Way) -> bool:
    if isinstance(step, Find):
        return True
    return way.answer == "yes" if isinstance(step.answer, YesNo) else isinstance(step.answer, Choices)


def _passed(sure: Sure, condition: Condition, held: bool, variables: Mapping[str, Variable]) -> Sure:
    """``a is yes and b answered`` that held makes both known; ``a not answered or a at most 2`` that did not, too."""
    if len(condition.parts) > 1 and (condition.join == "and") != held:
        return sure
    for part in condition.parts:
        if isinstance(part, Condition):
            sure = _passed(sure, part, held, variables)
        elif (part.op != "not answered") == held:
            agreed = held and part.name == CONSENT_TO_TELL and part.name in variables and _is_yes(part)
            sure = replace(sure, known=sure.known | {part.name}, consented=sure.consented or agreed)
    return sure


def _is_yes(test: Test) -> bool:
    return test.op == "is" and test.value.casefold() == "yes"


def speaks(flow: Flow) -> dict[int | None, bool]:
    """Whether a person who comes to a step surely hears something, or an ``end`` says that silence is meant."""
    found: dict[int | None, bool] = {None: False}
    for step in reversed(flow.steps):
        if isinstance(step, Say | Signpost | Progress | Run) or waits(step):
            found[step.index] = True
        else:
            found[step.index] = all(found[way.to] for way in ways(step))
    return found


def first_spoken(flow: Flow) -> Iterator[Step]:
    """Every step whose words may be the first that a person gets."""
    pending, seen = [flow.first], set[int]()
    while pending:
        number = pending.pop()
        if number is None or number in seen:
            continue
        seen.add(number)
        step = flow.steps[number]
        if isinstance(step, Say | Signpost | Progress | Run) or waits(step):
            yield step
        else:
            pending += [way.to for way in ways(step)]


def steps_from(flow: Flow, start: int | None, until: int | None) -> Iterator[Step]:
    """The steps that talk may pass from ``start`` on, before it comes to ``until``."""
    pending, seen = [start], set[int | None]([until])
    while pending:
        number = pending.pop()
        if number is None or number in seen:
            continue
        seen.add(number)
        step = flow.steps[number]
        yield step
        pending += [way.to for way in ways(step)]
