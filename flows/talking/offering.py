"""What a walk does with groups: the list to choose from, others by NEXT, the one that was chosen, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.directory.ranking import Found, search
from flows.effects import Offered, Referred, Remember
from flows.model import Frame, Look
from flows.statuses import ReferralStatus
from flows.steps import Ask, Choices, Find, Referral
from flows.talking import looking
from flows.talking.answers import AWAY, CHOSEN, SEEN, chosen_group
from flows.talking.last_search import LAST_SEARCH, LastSearch, last_of
from flows.talking.looking import OTHERS
from flows.talking.offers import label

if TYPE_CHECKING:
    from flows.talking.walk import Walk


def find(walk: Walk, step: Find, *, again: bool = False) -> int | None:
    """Offer groups, and wait for one to be chosen; ``again``: others than those that were shown.

    The index to go on from where there are none.
    """
    seen = tuple(walk.answers.get(SEEN, {}).get("initiatives", "").split("\n")) if again else ()
    given = {name: _looked_at(walk, name) for name in (step.near, step.on, step.needs_met, step.needs) if name}
    wanted = looking.wanted(walk.stage, step, given, seen)
    found = search(walk.stage.directory, wanted, step.show)
    if not found.offers and again:
        # they have seen all there is: round again, and said so
        walk.say(walk.stage.phrase("no more groups"))
        seen, wanted = (), replace(wanted, seen=frozenset())
        found = search(walk.stage.directory, wanted, step.show)
    missed = looking.unmet(walk.stage.directory.geography, wanted, found)
    if missed is not None and not again:
        walk.effects.append(missed)
    if not found.offers:
        return walk.branch(step.when, "nothing found", step.next)
    _show(walk, step, found, given, seen)
    return None


def _show(walk: Walk, step: Find, found: Found, given: Mapping[str, str], seen: tuple[str, ...]) -> None:
    """What is shown is kept, for NEXT and for the figures."""
    stage, look = walk.stage, walk.stage.person.channel.look
    shown = tuple((offer.group.id, offer.group.initiative or offer.group.id) for offer in found.offers)
    walk.effects.append(Offered(shown))
    own = walk.answers.get(walk.flow.name, {})
    last = LastSearch(walk.flow.name, {name: value for name, value in given.items() if name in own}, seen)
    last = last.with_seen(tuple(initiative for _, initiative in shown))
    walk.answers[SEEN] = {"initiatives": "\n".join(last.seen)}
    walk.answers[AWAY] = {each.group.id: f"{each.miles:.1f}" for each in found.offers if each.miles is not None}
    _keep(walk, last)
    options = tuple((each.group.id, label(each, stage.today, look, stage.phrase)) for each in found.offers)
    if look is Look.TELEGRAM:
        options = (*options, (OTHERS, stage.phrase("button others")))
    words = looking.said_above(stage, found, walk.words(step.words))
    walk.pose(words, Choices(()), step.name, step.no_reply, options=options)


def _keep(walk: Walk, last: LastSearch) -> None:
    if LAST_SEARCH in walk.stage.live.variables:
        walk.add(Remember(LAST_SEARCH, last.written()))


def _looked_at(walk: Walk, name: str) -> str:
    """The answer that a search goes by, without the choices that ask for nothing: "show me everything"."""
    question = next((step for step in walk.flow.steps if isinstance(step, Ask) and step.name == name), None)
    choices = question.answer.choices if question is not None and isinstance(question.answer, Choices) else ()
    nothing = {choice.name for choice in choices if choice.clears}
    return ";".join(part for part in (walk.value(name) or "").split(";") if part not in nothing)


# ---------------------------------------------------------------- NEXT


def others(walk: Walk, step: Find) -> None:
    """Other groups than those on the list, in its place."""
    walk.waiting = None
    following = find(walk, step, again=True)
    if walk.waiting is None:
        walk.go(following)


def look_on(walk: Walk, last: LastSearch) -> None:
    """Out of the blue, or on top of another question: the search that they made last goes on."""
    step = looking.find_in(walk.flow_named(last.flow))
    assert step is not None, "only a flow that finds is looked on with"
    below = next((depth for depth, frame in enumerate(walk.frames) if frame.flow == last.flow), None)
    if below is not None:
        del walk.frames[below:]
        walk.waiting = None
    elif walk.frames:
        walk.left_open, walk.waiting = walk.waiting, None
        walk.frames[-1] = walk.frames[-1]._replace(interrupted=True)
    walk.outermost = walk.outermost or last.flow
    walk.frames.append(Frame(last.flow, step.index))
    walk.answers.setdefault(last.flow, {}).update(last.answers)
    walk.answers[SEEN] = {"initiatives": "\n".join(last.seen)}
    others(walk, step)


# ---------------------------------------------------------------- what came of it


def choose(walk: Walk, group_id: str) -> None:
    """They mean to go to this one."""
    walk.answers.setdefault(CHOSEN, {})["group"] = group_id
    walk.effects.append(Referred(group_id, ReferralStatus.CHOSEN, meets=walk.stage.meets(group_id)))
    last = last_of(walk.stage.person)
    if last is not None:
        _keep(walk, last._replace(group=group_id))


def recall(walk: Walk) -> None:
    """A booking about one of several groups has come: MORE tells of that one now."""
    group = walk.answers.get(CHOSEN, {}).get("group", "")
    last = last_of(walk.stage.person)
    if group and last is not None and last.group != group:
        _keep(walk, last._replace(group=group))


def note(walk: Walk, step: Referral) -> None:
    """What came of the group that was chosen. Where none was, there is nothing to keep."""
    group = chosen_group(walk.stage, walk.answers)
    if not group:
        return
    if step.came == "company wanted":
        walk.effects.append(Referred(group, company=True))
    else:
        why = (walk.value(step.why) or "") if step.why else ""
        walk.effects.append(Referred(group, ReferralStatus(step.came), why=why))
