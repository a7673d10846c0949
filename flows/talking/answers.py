"""Names to values: what ``((nickname))`` or ``mood at most 2`` mean for this person, in this flow, now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.conditions import RATED
from flows.reading.kinds import answer_kind
from flows.renames import also_called
from flows.steps import Ask, Find
from flows.talking.last_search import last_of
from flows.talking.spoken import said_date
from flows.talking.stage import Stage

# Kept among a session's answers under names no flow can have.
CHOSEN = "*chosen"  # {"group": id} after a find
AWAY = "*away"  # {id: miles} of the groups on a list, where they are known
SEEN = "*seen"  # {"initiatives": ids} that a search has shown, a line each
PROMISED = "*promised"  # {"by": ISO time} after an alert

DAYS_TO_GO = "group.days"  # a name that conditions may ask about: in how many days the group that was chosen meets


Answers = Mapping[str, Mapping[str, str]]


def value_of(stage: Stage, flow: str, answers: Answers, name: str) -> str | None:
    """What ``name`` stands for now, or None: an answer of this flow, else what is remembered, else a built-in."""
    here = answers.get(flow)
    if here is not None and name in here:
        return here[name]
    person = stage.person
    if name in person.values:
        return person.values[name]
    if name == "channel":
        return str(person.channel.look)
    if name == "language":
        return stage.language
    if name == "today":
        return stage.today.isoformat()
    if name == RATED:
        items = {(rated.instrument, rated.item) for _, rated in stage.past() if rated.value is not None}
        return str(len(items)) if items else None
    if name == "joined":
        return person.joined_at.date().isoformat() if person.joined_at else None
    home, _, rest = name.partition(".")
    if name == DAYS_TO_GO:
        return stage.days_until(chosen_group(stage, answers))
    if rest and home in answers:
        return answers[home].get(rest)
    return next(
        (person.values[other] for other in also_called(stage.live.variables, name) if other in person.values), None
    )


def chosen_group(stage: Stage, answers: Answers) -> str:
    """The group that was chosen in this conversation, else the one that they chose last; "" where there is none."""
    here = answers.get(CHOSEN, {}).get("group", "")
    if here:
        return here
    last = last_of(stage.person)
    return last.group if last is not None else ""


def spoken_value(stage: Stage, flow: str, answers: Answers, name: str) -> str | None:
    """The value as it is said to the person: a missing one takes ``if_empty``; never a hole."""
    home, _, rest = name.partition(".")
    if home == "service" and rest:
        return stage.about_service(rest)
    if home == "group" and rest:
        chosen = chosen_group(stage, answers)
        away = answers.get(AWAY, {}).get(chosen)
        return stage.about_group(chosen, rest, float(away) if away else None) or ""
    if name == "alert.by":
        by = answers.get(PROMISED, {}).get("by")
        return stage.spoken_time(datetime.fromisoformat(by)) if by else ""
    value = value_of(stage, flow, answers, name)
    variable = stage.library.variables.get(name)
    if value is None or value == "":
        return (variable.if_empty_in.get(stage.language) or variable.if_empty or "") if variable is not None else ""
    if name in ("today", "joined"):
        return said_date(value, stage.phrase)
    own = answers.get(flow)
    if variable is not None and not (own is not None and name in own):
        return value if variable.kind == "text" else stage.as_said(answer_kind(variable), value)
    asked = question_of(stage, rest, home) if rest else question_of(stage, name, flow)
    if isinstance(asked, Find):
        return stage.about_group(value, "name") or ""
    return stage.as_said(asked.answer, value) if asked is not None else value


def question_of(stage: Stage, name: str, flow: str) -> Ask | Find | None:
    """The question of ``flow`` whose answer is saved as ``name``."""
    found = stage.library.flows.get(flow)
    for step in found.steps if found is not None else ():
        if isinstance(step, Ask | Find) and step.name == name:
            return step
    return None
