"""Changes that want a second person: words that worry us, what people agree to, and who hears of an alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.content import Library
from flows.reading.release import spelled
from flows.steps import Ask


def wants_two(old: Library, new: Library) -> tuple[str, ...]:
    """What of a change two coordinators must agree to, in a few words each; nothing where service.yaml does not ask.

    Who asks is the release that is live: it takes two to say that one is enough.
    """
    if not (old.service.second_approver or new.service.second_approver):
        return ()
    return tuple(_sensitive(old, new))


def _sensitive(old: Library, new: Library) -> Iterator[str]:
    if _differ(old.crisis, new.crisis) or _differ(old.idioms, new.idioms):
        yield "the words that worry us"
    if _differ(_replies(old), _replies(new)):
        yield "the replies to words that worry us"
    if _differ(old.words, new.words):
        yield "STOP, HELP and the other words"
    if _differ(_consents(old), _consents(new)):
        yield "what people agree to"
    if _differ(old.policies, new.policies):
        yield "who hears of an alert"
    if old.service.second_approver != new.service.second_approver:
        yield "whether a second person must agree"


def _differ(old: object, new: object) -> bool:
    return spelled(old) != spelled(new)


def _replies(library: Library) -> Mapping[str, object]:
    """What is said to words that worry us, and the flows that follow."""
    said = {rule.reply: library.helplines[rule.reply].say for rule in library.crisis if rule.reply in library.helplines}
    follows = {rule.then: library.flows[rule.then] for rule in library.crisis if rule.then in library.flows}
    return {"said": said, "follows": follows}


def _consents(library: Library) -> tuple[object, ...]:
    """Every question whose answer is a consent: its words, and what its answers lead to."""
    return tuple(
        (flow.name, step.name, step.words, step.must)
        for _, flow in sorted(library.flows.items())
        for step in flow.steps
        if isinstance(step, Ask) and step.remember and _is_consent(library, step.name)
    )


def _is_consent(library: Library, name: str) -> bool:
    variable = library.variables.get(name)
    return variable is not None and variable.kind == "consent"
