"""Names to values: what ``((nickname))`` or ``mood at most 2`` mean for this person, in this flow, now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.talking.stage import Stage

# Kept among a session's answers under names no flow can have.
CHOSEN = "*chosen"  # {"group": id} after a find
PROMISED = "*promised"  # {"by": ISO time} after an alert

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
        return person.language
    if name == "today":
        return stage.today.isoformat()
    if name == "joined":
        return person.joined_at.date().isoformat() if person.joined_at else None
    home, _, rest = name.partition(".")
    if rest and home in answers:
        return answers[home].get(rest)
    return None


def spoken_value(stage: Stage, flow: str, answers: Answers, name: str) -> str | None:
    """The value as it is said to the person: a missing one takes ``if_empty``; never a hole."""
    home, _, rest = name.partition(".")
    if home == "service" and rest:
        return stage.live.service.written.get(rest, "")
    if home == "group" and rest:
        chosen = answers.get(CHOSEN, {}).get("group", "")
        return stage.about_group(chosen, rest) or ""
    if name == "alert.by":
        by = answers.get(PROMISED, {}).get("by")
        return stage.spoken_time(datetime.fromisoformat(by)) if by else ""
    value = value_of(stage, flow, answers, name)
    variable = stage.library.variables.get(name)
    if value is None or value == "":
        return (variable.if_empty if variable else None) or ""
    if variable is not None and variable.kind == "day and time":
        return value[:1].upper() + value[1:]
    return value
