"""Checks of a flow's course: every question has a limit, every answer an outcome, every step a way to it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from itertools import pairwise

from flows.checking.paths import Sure, first_spoken, speaks, waits, ways
from flows.conditions import BUILT_IN, tests_of
from flows.content import Flow, Library
from flows.reading.problems import Problems
from flows.steps import Ask, Find, If, Number, Run, Scale, Step, When

_CLOSE_FIX = "put two lines above steps: no_reply: and, set in below it, close: 48 hours"


def check_course(flow: Flow, reached: Mapping[int, Sure], run: Set[str], problems: Problems) -> None:
    """The errors of one flow's course. ``run`` names the flows that another one runs: it says what follows them."""
    _check_limits(flow, problems)
    _check_reached(flow, reached, problems)
    if flow.name not in run:
        _check_outcomes(flow, reached, problems)
    for step in flow.steps:
        if isinstance(step, Ask) and isinstance(step.answer, Number | Scale):
            _check_ranges(step, step.when, problems)


def _check_limits(flow: Flow, problems: Problems) -> None:
    for step in flow.steps:
        own = step.no_reply if isinstance(step, Ask | Find) else None
        held = own if own is not None else flow.no_reply
        if waits(step) and (held is None or held.close is None):
            what, fix = "This question waits for ever: nothing says when the flow closes.", _CLOSE_FIX
            if held is not None:
                where = "its own no_reply" if own is not None else "the flow's no_reply"
                what, fix = f"This question waits for ever: nothing says close: in {where}.", "add close: 48 hours"
            problems.error(step.at, "no limit", what, fix)


def _check_reached(flow: Flow, reached: Mapping[int, Sure], problems: Problems) -> None:
    before = True
    for step in flow.steps:
        here = step.index in reached
        if before and not here:
            what = "Nobody ever gets to this step: everything before it ends."
            problems.error(step.at, "unreachable", what, "take it out, or move it above the end: step.")
        before = here


def _check_outcomes(flow: Flow, reached: Mapping[int, Sure], problems: Problems) -> None:
    """A person who answers hears something back."""
    heard = speaks(flow)
    for step in flow.steps:
        if step.index not in reached or not isinstance(step, Ask | Find):
            continue
        unheard = [way.answer for way in ways(step) if way.answer and not heard[way.to]]
        if unheard:
            what = f"Somebody who answers {' or '.join(unheard)} here hears nothing back."
            problems.error(step.at, "dead end", what, "add a step after it, like - say: Thanks.")


def _check_ranges(step: Step, when: tuple[When, ...], problems: Problems) -> None:
    ranges = sorted((w.low, w.high, w.key) for w in when if w.low is not None and w.high is not None)
    for (_, end, first), (start, _, second) in pairwise(ranges):
        if start <= end:
            what = f"{first} and {second} overlap: {start} is in both."
            problems.error(step.at, "range", what, "let each number stand in one of them.")
        elif start > end + 1:
            missing = f"{end + 1}" if start == end + 2 else f"{end + 1} to {start - 1}"
            what = f"Between {first} and {second} nothing is said about {missing}."
            problems.error(step.at, "range", what, f"add {missing}: or widen one of them.")


def check_unsure(flow: Flow, reached: Mapping[int, Sure], problems: Problems) -> None:
    """An ``if`` on an answer that may be missing: a missing one makes it false, ``is not`` included."""
    own = {step.name for step in flow.steps if isinstance(step, Ask | Find)}
    told = {(problem.place, problem.code) for problem in problems.found}
    for step in flow.steps:
        sure = reached.get(step.index)
        if sure is None or not isinstance(step, If) or (step.at, "help skipped") in told:
            continue
        tests = [*tests_of(step.test)]
        asked = {test.name for test in tests if test.op.endswith("answered")}
        for test in tests:
            unsure = test.name not in asked | sure.known | set(BUILT_IN) and (
                test.op == "is not" or (test.name in own and step.otherwise is None)
            )
            if unsure:
                what = f"{test.name} may be unanswered here, and then this is passed over."
                fix = f"add else:, or type - if: {test.name} not answered or {step.test.written}"
                problems.warn(step.at, "may be unanswered", what, fix)
                break


def check_runs(library: Library, problems: Problems) -> None:
    """Flows that run each other with no question between would talk for ever."""
    at_once = {name: _runs_at_once(flow) for name, flow in library.flows.items()}
    for name in at_once:
        for run in at_once[name].values():
            if name in _onward(run.flow, at_once):
                what = f"{name} runs {run.flow}, which comes back to {name} without a question between."
                problems.error(run.at, "round and round", what, "put an ask: before this step, or take the step out.")


def _runs_at_once(flow: Flow) -> dict[str, Run]:
    found: dict[str, Run] = {}
    pending = list(first_spoken(flow))
    seen: set[int] = set()
    while pending:
        step = pending.pop()
        if step.index in seen:
            continue
        seen.add(step.index)
        if isinstance(step, Run):
            found.setdefault(step.flow, step)
        if not waits(step):
            pending += [flow.steps[way.to] for way in ways(step) if way.to is not None]
    return found


def _onward(start: str, at_once: Mapping[str, Mapping[str, Run]]) -> set[str]:
    found, pending = {start}, [start]
    while pending:
        for name in at_once.get(pending.pop(), ()):
            if name not in found:
                found.add(name)
                pending.append(name)
    return found
