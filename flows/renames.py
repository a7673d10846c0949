"""Names that were changed (``was:``), so that what is stored or booked under the old one is found under the new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.content import Flow, Library, Variable
from flows.steps import Ask, Find

Answers = Mapping[str, Mapping[str, str]]


def live_name(variables: Mapping[str, Variable], name: str) -> str:
    """What a variable is called now; its own name where it was not renamed."""
    if name in variables:
        return name
    return next((each.name for each in variables.values() if each.was == name), name)


def also_called(variables: Mapping[str, Variable], name: str) -> Iterator[str]:
    """The other names under which a variable's value may stand while it is being moved."""
    known = variables.get(name)
    if known is not None:
        if known.was:
            yield known.was
    else:
        yield from (each.name for each in variables.values() if each.was == name)


def flow_named(library: Library, name: str) -> Flow | None:
    """The flow of this name, or the one that had it before."""
    found = library.flows.get(name)
    return found or next((flow for flow in library.flows.values() if flow.was == name), None)


def with_names_of_now(library: Library, answers: Answers) -> dict[str, dict[str, str]]:
    """Answers as they were put by, under the names that flows and questions have now."""
    found: dict[str, dict[str, str]] = {}
    for home, given in answers.items():
        flow = flow_named(library, home)
        if flow is None:
            found[home] = dict(given)
            continue
        names = {step.was: step.name for step in flow.steps if isinstance(step, Ask | Find) and step.was}
        found[flow.name] = {names.get(name, name): value for name, value in given.items()}
    return found
