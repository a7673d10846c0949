"""Settles every name that one part of the content uses and another defines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flows.conditions import BUILT_IN
from flows.content import Flow, Library, Variable
from flows.reading.kinds import check_steps, check_test
from flows.reading.links import Links, NameUse
from flows.reading.problems import Problems, did_you_mean
from flows.steps import MORE_FLOW, Ask, Find, Later, Run, Step
from flows.wording import Place

GROUP_COLUMNS = (
    *("name", "kind", "day", "time", "until", "place", "town", "postcode", "cost", "contact", "phone", "link"),
)
GROUP_SAYS = ("where", "note", "more", "days")
"""Made of a group's columns and of today; ``days`` is how long until it next meets."""
# What these mean must not depend on which flows there are.
# Where each kind of thing is defined, for the message.
_HOMES = {
    "flow": "flows/",
    "signpost": "directory/signposts.yaml",
    "signpost or flow": "directory/signposts.yaml",
    "policy": "escalation.yaml",
    "instrument": "instruments/",
    "variable": "variables.yaml",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that content may use. ``unread`` are flows and instruments whose files could not be read."""

    things: Mapping[str, Collection[str]]  # kind of thing → its names
    variables: Mapping[str, Variable]
    answers: Mapping[str, Mapping[str, Step]]  # flow → answer → the step that asks for it
    service: Collection[str]


def link(library: Library, links: Links, unread: Mapping[str, Collection[str]], problems: Problems) -> None:
    """Reports every name that nothing defines, with the one that was most likely meant."""
    names = Names(
        things={
            "flow": {*library.flows, *unread.get("flow", ())},
            "signpost": library.helplines.keys(),
            "signpost or flow": {*library.helplines, *library.flows, *unread.get("flow", ())},
            "policy": library.policies.keys(),
            "instrument": {*library.instruments, *unread.get("instrument", ())},
            "variable": library.variables.keys(),
        },
        variables=library.variables,
        answers={name: answers_of(flow) for name, flow in library.flows.items()},
        service=library.service.written.keys(),
    )
    for mention in links.mentions:
        known = names.things[mention.kind]
        at_home = names.things["signpost"] if mention.kind == "signpost or flow" else known
        # where the whole file is missing or broken, that has been said
        if mention.name not in known and (at_home or not problems.errors_in(_HOMES[mention.kind])):
            what = f"There is no {mention.kind} {mention.name} in {_HOMES[mention.kind]}."
            fix = did_you_mean(mention.name, known) if known else f"add {mention.name} to {_HOMES[mention.kind]}"
            problems.error(mention.place, f"unknown {mention.kind}", what, fix)
    for use in links.uses:
        _settle(use, names, library.flows, problems)
        check_test(use, _answers_for(use, names), names.variables, problems)
    for name, flow in library.flows.items():
        check_steps(flow, library, names.answers[name], problems)
    _check_renamed(library, problems)
    _check_taught_words(library, problems)


def answers_of(flow: Flow) -> dict[str, Step]:
    """What a flow saves: answer → the first step that asks for it."""
    found: dict[str, Step] = {}
    for step in flow.steps:
        if isinstance(step, Find) or (isinstance(step, Ask) and not step.remember):
            found.setdefault(step.name, step)
    return found


def _answers_for(use: NameUse, names: Names) -> Mapping[str, Step]:
    """The answers among which a name is looked up: its own flow's, or those of the flow that it begins with."""
    own = names.answers.get(use.flow, {})
    home, dot, rest = use.name.partition(".")
    other = names.answers.get(home, {}).get(rest) if dot else None
    return {use.name: other} if other is not None else own


def _settle(use: NameUse, names: Names, flows: Mapping[str, Flow], problems: Problems) -> None:
    own = names.answers.get(use.flow, {})
    if use.handed_in:
        if use.name not in own:
            what = f"{use.name} is no answer of this flow, so it cannot be handed in."
            problems.error(use.place, "unknown name", what, did_you_mean(use.name, own))
        return
    if use.name in own or use.name in names.variables or use.name in BUILT_IN:
        return
    home, dot, rest = use.name.partition(".")
    if _said_already("service" if home == "service" and dot else "" if dot else "variables", names, problems):
        return
    if not dot:
        known = {*own, *names.variables, *BUILT_IN}
        _unknown(use.name, use.place, known, problems)
    elif home == "service":
        if rest not in names.service:
            _unknown(use.name, use.place, {f"service.{key}" for key in names.service}, problems)
    elif home == "group":
        if not _may_have_found(use.flow, flows, frozenset()):
            what = f"Nothing has found a group before (({use.name}))."
            problems.error(use.place, "unknown name", what, "put a find: groups step before it.")
        elif rest not in (*GROUP_COLUMNS, *GROUP_SAYS):
            _unknown(use.name, use.place, {f"group.{column}" for column in (*GROUP_COLUMNS, *GROUP_SAYS)}, problems)
    elif home == "alert":
        if rest != "by":
            _unknown(use.name, use.place, {"alert.by"}, problems)
    elif home in flows:
        if rest not in names.answers[home]:
            _unknown(use.name, use.place, {f"{home}.{answer}" for answer in names.answers[home]}, problems)
    elif home not in names.things["flow"]:
        _unknown(use.name, use.place, {f"{flow}.{rest}" for flow in flows}, problems)


def _said_already(file: str, names: Names, problems: Problems) -> bool:
    """Whether all that is wrong is that the whole file is missing, or cannot be read: that is said once, elsewhere."""
    known: Mapping[str, Collection[str]] = {"service": names.service, "variables": names.variables}
    return file in known and not known[file] and problems.errors_in(f"{file}.yaml")


def _may_have_found(name: str, flows: Mapping[str, Flow], through: frozenset[str]) -> bool:
    """Whether a flow finds a group, or is run or booked by one that does: what was found goes with it."""
    if name not in flows or name in through:
        return False
    if name == MORE_FLOW or any(isinstance(step, Find) for step in flows[name].steps):
        return True
    return any(
        _may_have_found(other, flows, through | {name})
        for other, flow in flows.items()
        if any(isinstance(step, Run | Later) and step.flow == name for step in flow.steps)
    )


def _unknown(name: str, place: Place, known: Collection[str], problems: Problems) -> None:
    what = f"Nothing is called {name}: no answer of this flow, and nothing in variables.yaml."
    problems.error(place, "unknown name", what, did_you_mean(name, known))


def _check_renamed(library: Library, problems: Problems) -> None:
    """A name that something had before is free: nothing else has it now."""
    before: dict[str, str] = {}
    for name, flow in library.flows.items():
        if flow.was and flow.was in library.flows:
            what = f"{name} says that it was {flow.was}, and there is a flow {flow.was}."
            problems.error(flow.place, "was", what, "leave the was: line out.")
        elif flow.was and before.setdefault(flow.was, name) != name:
            what = f"Both {before[flow.was]} and {name} say that they were {flow.was}."
            problems.error(flow.place, "was", what, "keep was: in one of the two.")
        own = answers_of(flow)
        for step in own.values():
            if isinstance(step, Ask | Find) and step.was and step.was in own and step.was != step.name:
                what = f"{step.name} says that it was {step.was}, and {step.was} is still asked for here."
                problems.error(step.at, "was", what, "leave the was: line out.")


def _check_taught_words(library: Library, problems: Problems) -> None:
    """Two flows that one word starts."""
    owners: dict[str, str] = {}
    for name, flow in library.flows.items():
        for word in flow.words:
            other = owners.setdefault(word.casefold(), name)
            if other != name:
                what = f"The word {word} starts both {other} and {name}."
                problems.error(flow.place, "said twice", what, "leave it out of one of the two.")
