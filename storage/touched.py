"""Whom a change of content touches: who is in the middle of a flow, who has one booked, whose answers are stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import func, select, text

from flows.errors import Unreadable
from flows.session_json import load
from storage.statements import Db
from storage.tables import bookings, participants, sessions

CHUNK = 500  # rows that one unit opens


class Part(NamedTuple):
    """What one chunk held: how many stored values by name, and the id to go on after (None: that was all)."""

    counted: Counter[str]
    reached: int | None


def booked(db: Db) -> Counter[str]:
    """How many people have a flow booked for later, by flow."""
    waiting = select(bookings.c.flow, func.count()).where(text("bookings.status = 'waiting'")).group_by(bookings.c.flow)
    return Counter({row[0]: row[1] for row in db.connection.execute(waiting)})


def remembered(db: Db, names: Collection[str], after: int) -> Part:
    """How many people have something stored under each of these variables."""
    rows = db.connection.execute(
        select(participants.c.id, participants.c.remembered, participants.c.sealed)
        .where(participants.c.id > after)
        .order_by(participants.c.id)
        .limit(CHUNK)
    ).all()
    counted: Counter[str] = Counter()
    for row in rows:
        private: Mapping[str, str] = {}
        if row.sealed is not None:
            with suppress(Unreadable, ValueError):
                private = json.loads(db.vault.open("participants", "sealed", row.id, row.sealed))
        counted.update(name for name in names if name in row.remembered or name in private)
    return Part(counted, rows[-1].id if len(rows) == CHUNK else None)


def answered(db: Db, flow: str, after: int) -> Part:
    """How many conversations of ``flow`` hold an answer, by the name of the answer."""
    rows = db.connection.execute(
        select(sessions.c.id, sessions.c.state)
        .where(sessions.c.flow == flow, sessions.c.id > after)
        .order_by(sessions.c.id)
        .limit(CHUNK)
    ).all()
    counted: Counter[str] = Counter()
    for row in rows:
        with suppress(Unreadable, ValueError):
            counted.update(load(db.vault.open("sessions", "state", row.id, row.state)).answers.get(flow, {}).keys())
    return Part(counted, rows[-1].id if len(rows) == CHUNK else None)
