"""Looking for groups: what somebody asked for, what they were shown, and how they go on with it by NEXT, MORE and
"GROUPS TUE TN9"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from flows.content import Flow
from flows.directory.geography import Geography
from flows.directory.ranking import Found, Wanted
from flows.effects import Unmet
from flows.steps import Ask, Choices, Find, Postcode
from flows.talking import replies
from flows.talking.counting import pieces
from flows.talking.days import named_days
from flows.talking.plain import bare, listed
from flows.talking.stage import Stage
from flows.timing import DAYS, weekday_named

OTHERS = "next"
"""The button below a list that asks for others."""

_FILLERS = listed("near, in, on, for, around, at, by, the, a, to, with, please, pls, plz, me, my, and, today's")


# ---------------------------------------------------------------- what is wanted


def wanted(stage: Stage, step: Find, given: Mapping[str, str], seen: tuple[str, ...]) -> Wanted:
    """What to search for; ``given`` are the values of the names that the step looks at."""
    return Wanted(
        near=given.get(step.near, ""),
        day=weekday_named(given.get(step.on, "")),
        needs=_listed(given.get(step.needs, "")),
        must=_listed(given.get(step.needs_met, "")),
        today=stage.today,
        clock=stage.here.time(),
        practice=stage.sample_groups_too,
        seen=frozenset(seen),
    )


def _listed(value: str) -> frozenset[str]:
    return frozenset(part for part in value.split(";") if part)


def unmet(geography: Geography, search: Wanted, found: Found) -> Unmet | None:
    """What the directory could not meet: where, by outcode, and which need; None where it did."""
    if not found.widened:
        return None
    return Unmet(geography.outcode_of(search.near), tuple(sorted(search.needs or search.must)))


def said_above(stage: Stage, found: Found, words: str) -> str:
    """The question above the list, after a word on how it was stretched: nobody takes another day for their own."""
    if not found.widened:
        return words
    stretched = stage.phrase(f"widened {found.widened}")
    return f"{stretched} {words}"


# ---------------------------------------------------------------- GROUPS TUE TN9


class Request(NamedTuple):
    """A flow that looks for groups, and the answers that came with its word. ``near`` is a place yet to be read."""

    flow: str
    given: Mapping[str, str]
    near: str = ""


def request(stage: Stage, text: str) -> Request | None:
    """What "GROUPS TUE", "groups near TN9 please" or "meetings money" ask for; None where any word of it means nothing
    to us: that is only a sentence."""
    if not stage.vocabulary.may_begin_flow(text):
        return None
    said = text.split()
    for many in range(min(3, len(said) - 1), 0, -1):
        name = stage.vocabulary.flow_for(" ".join(said[:many]))
        flow = stage.library.flows.get(name) if name is not None else None
        find = find_in(flow) if flow is not None else None
        if flow is not None and find is not None:
            return _read_rest(stage, flow, find, said[many:])
    return None


def find_in(flow: Flow) -> Find | None:
    """The step of a flow that looks for groups."""
    return next((step for step in flow.steps if isinstance(step, Find)), None)


def _read_rest(stage: Stage, flow: Flow, find: Find, said: list[str]) -> Request | None:
    given: dict[str, str] = {}
    left: list[str] = []
    for word in said:
        day = _day(word, stage.today)
        if day and find.on and find.on not in given:
            given[find.on] = day
        elif bare(word):
            left.append(word)
    rest = " ".join(word for word in left if bare(word) not in _FILLERS)
    if not rest:
        return Request(flow.name, given) if given else None
    needs = _need(stage, bare(rest)) if find.needs else ""
    if needs:
        return Request(flow.name, given | {find.needs: needs})
    must = _choice(stage, flow, find.needs_met, " ".join(left))
    if must:
        return Request(flow.name, given | {find.needs_met: must})
    where = _asks_for(flow, find.near)
    if where is None or not isinstance(where.answer, Postcode):
        return None
    heard = _read(stage, where, rest)
    if isinstance(heard, replies.Understood) and not heard.note:
        return Request(flow.name, given | {find.near: heard.value})
    if isinstance(heard, replies.Unsure) and heard.options:
        return Request(flow.name, given, near=rest)
    return None


def _day(word: str, today: date) -> str:
    """The day that one word names, or "any"; "" where it is no day."""
    if bare(word) in ("any", "anyday"):
        return "any"
    said = pieces(bare(word))
    named = named_days(said, today) if len(said) == 1 else []
    return DAYS[named[0].weekday] if named else ""


def _need(stage: Stage, said: str) -> str:
    """A need that some group of the directory serves, by its name."""
    name = said.replace(" ", "_")
    return name if any(name in group.needs for group in stage.live.groups) else ""


def _asks_for(flow: Flow, name: str) -> Ask | None:
    return next((step for step in flow.steps if isinstance(step, Ask) and step.name == name), None)


def _choice(stage: Stage, flow: Flow, name: str, said: str) -> str:
    """One of the choices of the question ``name``, by its own words."""
    question = _asks_for(flow, name)
    if question is None or not isinstance(question.answer, Choices) or any(sign.isdigit() for sign in said):
        return ""
    heard = _read(stage, question, said)
    return heard.value if isinstance(heard, replies.Understood) and not heard.note else ""


def _read(stage: Stage, question: Ask, said: str) -> replies.Result:
    return replies.read(
        question.answer,
        said,
        vocabulary=stage.vocabulary,
        language=stage.language,
        today=stage.today,
        example=question.example,
        geography=stage.directory.geography,
    )
