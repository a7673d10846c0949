"""What a new release would do to people who know the one that is live: names that changed, numbers that moved.

Everybody's stored values stand under names, and people have learned which number means what. Both are only seen beside
the live release: a folder by itself cannot show them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from flows.content import Flow, Library, Variable
from flows.reading.problems import Problems
from flows.steps import Ask, Choices, Find
from flows.wording import Place, Problem

ALIKE = 0.6  # so alike that two questions are taken for the same one, said otherwise (1 is letter by letter)


def check_against(live: Library, new: Library) -> tuple[Problem, ...]:
    """The problems that ``new`` has only because ``live`` went before it, by file, line and column."""
    problems = Problems()
    _check_variables(live, new, problems)
    _check_flows(live, new, problems)
    for name, flow in new.flows.items():
        before = live.flows.get(flow.was if name not in live.flows else name)
        if before is not None:
            _check_answers(before, flow, problems)
            _check_learned(before, flow, problems)
    return problems.ordered()


# ---------------------------------------------------------------- names


def _check_variables(live: Library, new: Library, problems: Problems) -> None:
    taken = {variable.was for variable in new.variables.values()}
    asked, asks = _remembered(live), _remembered(new)
    for name in live.variables.keys() - new.variables.keys() - taken:
        for other, variable in new.variables.items():
            if other in live.variables or variable.was or _kind(variable) != _kind(live.variables[name]):
                continue
            if _alike(asked.get(name), asks.get(other)):
                what = f"{name} is called {other} now: what people told us as {name} would be lost."
                problems.error(variable.place or Place("variables.yaml", 1), "renamed", what, f"add was: {name}")


def _kind(variable: Variable) -> tuple[str, int | None]:
    return variable.kind, variable.longest


def _remembered(library: Library) -> Mapping[str, str]:
    """The question that sets each variable, where there is one."""
    return {
        step.name: step.words.text["en"]
        for flow in library.flows.values()
        for step in flow.steps
        if isinstance(step, Ask) and step.remember
    }


def _check_flows(live: Library, new: Library, problems: Problems) -> None:
    taken = {flow.was for flow in new.flows.values()}
    for name in live.flows.keys() - new.flows.keys() - taken:
        for other, flow in new.flows.items():
            if other not in live.flows and not flow.was and _alike(live.flows[name].about, flow.about):
                what = f"{name} is called {other} now: what is booked as {name} would never start."
                problems.error(flow.place, "renamed", what, f"add was: {name}")


def _check_answers(before: Flow, flow: Flow, problems: Problems) -> None:
    old, now = _saved(before), _saved(flow)
    taken = {step.was for step in now.values()}
    for name in old.keys() - now.keys() - taken:
        for other in now.keys() - old.keys():
            if _alike(_words(old[name]), _words(now[other])):
                what = f"The answer {name} is called {other} now: those given so far stay under {name}."
                problems.error(now[other].at, "renamed", what, f"add was: {name} below save: {other}")


def _saved(flow: Flow) -> dict[str, Ask | Find]:
    return {
        step.name: step
        for step in flow.steps
        if isinstance(step, Find) or (isinstance(step, Ask) and not step.remember)
    }


def _words(step: Ask | Find) -> str:
    return step.words.text["en"]


def _alike(first: str | None, second: str | None) -> bool:
    if not first or not second:
        return False
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


# ---------------------------------------------------------------- numbers


def _check_learned(before: Flow, flow: Flow, problems: Problems) -> None:
    """People type 2 out of habit: what was number 2 stays number 2, and new choices go last."""
    old = dict(_lists(before))
    for step, choices in _lists_of(flow):
        learned = old.get(step.was or step.name)
        if learned is None:
            continue
        for was, name in enumerate(learned, 1):
            here = choices.index(name) + 1 if name in choices else was
            if here != was:
                what = f"People have learned that {was} is {name}; here it is {here}."
                fix = "put new choices last, and leave the others as they were."
                problems.warn(step.at, "learned order", what, fix)
                break


def _lists(flow: Flow) -> Iterator[tuple[str, list[str]]]:
    return ((step.name, choices) for step, choices in _lists_of(flow))


def _lists_of(flow: Flow) -> Iterator[tuple[Ask, list[str]]]:
    for step in flow.steps:
        if isinstance(step, Ask) and isinstance(step.answer, Choices):
            yield step, [choice.name for choice in step.answer.choices]
