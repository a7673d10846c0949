"""What a coordinator should check next: what is hidden first, then what people are told to ring, then what fades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from flows.content import Group, Helpline
from flows.directory.freshness import freshness
from flows.directory.model import ONLINE
from flows.directory.stock import listed_once

HELPLINE_DUE = timedelta(days=150)
"""After so long a helpline is to be rung again; after 180 days ``check`` and ``doctor`` call its date old."""


class Why(IntEnum):
    """Why something is on the list, the most urgent first."""

    REPORTED = 0  # people found that it is not there, and nobody is sent to it
    DOUBTED = 1  # one person found that it is not there: people are still sent to it
    TOO_OLD = 2  # not known to be true for two years: nobody is sent to it
    HELPLINE = 3
    RING_FIRST = 4  # for a year: people are told to ring before they go
    FADING = 5  # for half a year: it counts for less


class Due(NamedTuple):
    """Something to check. ``id`` is for ``directory checked``; ``since`` is None where it never was."""

    why: Why
    since: date | None
    id: str
    name: str
    where: str
    reach: str  # whom to ask: a role, a number, a link
    source: str
    reason: str = ""  # what people reported


def to_check(
    groups: Iterable[Group],
    helplines: Iterable[Helpline],
    today: date,
    checked: Mapping[str, date],
    reported: Mapping[str, str],
    doubted: Mapping[str, date] | None = None,
    *,
    practice: bool = False,
) -> tuple[Due, ...]:
    """All that is to be checked, in the order in which to do it.

    ``groups`` are those of all sources, hidden ones among them; ``reported`` says of hidden rows what was said of them,
    ``doubted`` when somebody last found a group shut, where no coordinator has checked it since.
    All sessions of an imported initiative are one line, but for a session that was reported by itself.
    """
    real = [group for group in groups if practice or not group.sample]
    found: dict[str, Due] = {}
    for group in listed_once(real, checked, {*reported, *(doubted or ())}):
        due = _due(group, today, reported, (doubted or {}).get(group.id))
        if due is not None:
            known = found.get(due.id)
            found[due.id] = due if known is None else min(due, known, key=_order)
    for line in helplines:
        if line.checked is None or today - line.checked >= HELPLINE_DUE:
            found[line.name] = Due(Why.HELPLINE, line.checked, line.name, line.name, "", line.source, "signposts")
    return tuple(sorted(found.values(), key=_order))


def _due(group: Group, today: date, reported: Mapping[str, str], doubted: date | None) -> Due | None:
    fresh = freshness(group.checked, today)
    if group.id in reported:
        row, why = group.id, Why.REPORTED
    elif group.initiative in reported:
        row, why = group.initiative, Why.REPORTED
    elif doubted is not None:
        row, why = group.id, Why.DOUBTED
    elif fresh.factor == 1.0:
        return None
    else:
        # a row of your own list has a date of its own; what is imported has one for all sessions
        row = group.id if group.at is not None else group.initiative or group.id
        why = Why.TOO_OLD if fresh.hidden else Why.RING_FIRST if fresh.ring_first else Why.FADING
    where = group.town or group.postcode or ("online" if group.access.get(ONLINE) else group.place)
    reach = ", ".join(filter(None, (group.contact, group.phone, group.link)))
    return Due(why, group.checked, row, group.name, where, reach, group.source, reported.get(row, ""))


def _order(due: Due) -> tuple[Why, date, str]:
    return due.why, due.since or date.min, due.id
