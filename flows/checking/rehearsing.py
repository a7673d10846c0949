"""Runs every conversation test and says what none of them has tried: answers, silences, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace

from flows.checking.paths import silence, waits
from flows.checking.transcripts import run_transcript
from flows.content import Flow, Transcript
from flows.reading.problems import Problems
from flows.steps import Alert, Ask, Choices, Find, If, Step
from flows.talking.conversation import Conversation
from flows.wording import Problem

_UNUSUAL = {
    "not answered": "what follows an answer that nobody can read",
    "nothing found": "what follows when no group is found",
}


class Noted(tuple[Step, ...]):
    """The steps of a flow, which remember those that talk has come to."""

    passed: set[int]

    def __getitem__(self, number):  # type: ignore[no-untyped-def]
        self.passed.add(number)
        return tuple.__getitem__(self, number)


@dataclass(slots=True)
class Tried:
    """Where the tests have been. ``passed`` is flow → the numbers of its steps."""

    passed: Mapping[str, set[int]]
    alerted: set[tuple[str, int]] = field(default_factory=set)  # alerts that a test passes and names


def rehearse(conversation: Conversation) -> tuple[Problem, ...]:
    """One problem for each test that fails; where all pass, what no test has tried."""
    library = conversation.library
    noted, watched = noting(conversation)
    tried = Tried({name: set() for name in noted})
    problems = Problems()
    for flow in watched.library.flows.values():
        for test in flow.tests:
            failure = run_transcript(watched, flow, test)
            if failure is not None:
                problems.found.append(failure)
            _note(test, noted, tried, library.flows)
    if not problems.found:
        for flow in library.flows.values():
            _check_tried(flow, tried, problems)
    return problems.ordered()


def noting(conversation: Conversation) -> tuple[dict[str, Noted], Conversation]:
    """The same conversation over flows whose steps note that they were come to."""
    library = conversation.library
    noted = {name: Noted(flow.steps) for name, flow in library.flows.items()}
    for steps in noted.values():
        steps.passed = set()
    watched = copy(conversation)
    watched.library = replace(
        library, flows={name: replace(flow, steps=noted[name]) for name, flow in library.flows.items()}
    )
    return noted, watched


def _note(test: Transcript, noted: Mapping[str, Noted], tried: Tried, flows: Mapping[str, Flow]) -> None:
    expected = [line.removeprefix("!").strip() for _, line in test.talk if line.startswith("!")]
    named = [line.removeprefix("alert ") for line in expected if line.startswith("alert ")]
    for name, steps in noted.items():
        for number in steps.passed:
            step = flows[name].steps[number]
            if isinstance(step, Alert) and any(_names(line, step.policy) for line in named):
                tried.alerted.add((name, number))
        tried.passed[name].update(steps.passed)
        steps.passed.clear()


def _names(line: str, policy: str) -> bool:
    return line == policy or line.startswith(f"{policy} within ")


def _check_tried(flow: Flow, tried: Tried, problems: Problems) -> None:
    passed = tried.passed[flow.name]
    for step in flow.steps:
        if isinstance(step, Alert) and (flow.name, step.index) not in tried.alerted:
            what = f"No test shows that this tells anybody: {step.policy}."
            problems.error(step.at, "alert untried", what, f"add a test that comes here, with ! alert {step.policy}")
    if not flow.tests and not passed:
        if any(waits(step) for step in flow.steps):
            what = f"{flow.name} asks something, and no test tries it."
            problems.warn(flow.place, "untried", what, "add tests: at the foot; fingerpost chat can write them.")
        return
    told: set[int] = set()
    for step in flow.steps:
        if step.index not in passed:
            continue
        for said, to in _outcomes(step, flow):
            # an alert has been told of already
            if to not in passed and to not in told and not isinstance(flow.steps[to], Alert):
                told.add(to)
                fix = "add a test that goes this way; fingerpost chat can write it."
                problems.warn(step.at, "untried", f"No test reaches {said}.", fix)


def _outcomes(step: Step, flow: Flow) -> Iterator[tuple[str, int]]:
    """Every outcome of its own that a step has: what leads to it in words, and its first step."""
    if isinstance(step, If):
        for number, said in (
            (step.then, f"the then: of if: {step.test.written}"),
            (step.otherwise, f"the else: of if: {step.test.written}"),
        ):
            if number is not None:
                yield said, number
    if isinstance(step, Ask | Find):
        own = {
            branch.then: _UNUSUAL.get(branch.key, f"the answer {branch.key}")
            for branch in step.when
            if branch.then is not None
        }
        if isinstance(step, Ask) and isinstance(step.answer, Choices):
            own |= {c.then: f"the choice {c.name}" for c in step.answer.choices if c.then is not None}
        for number, said in own.items():
            yield said, number
    if waits(step) and (quiet := silence(step, flow)) is not None:
        yield "what follows silence here", quiet
