"""Faults of the service itself that have been seen, so that coordinators are told once a day, and when one is over.

Each is a mark. Every process that sees the fault says so every minute: one that nobody has seen for two is over,
whoever saw it last, and a service that was started again tells the end of what its predecessor told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from storage import marks
from storage.statements import Db
from storage.tables import marks as table

PREFIX = "fault "


@dataclass(frozen=True, slots=True)
class Fault:
    """``told_at``: when coordinators last heard of it. ``stands`` False: it is over, and kept for the sake of that."""

    name: str
    since: datetime
    seen_at: datetime
    told_at: datetime | None = None
    stands: bool = True


def all_of(db: Db) -> dict[str, Fault]:
    """Every fault that was ever seen, by name."""
    rows = db.connection.execute(
        select(table.c.name, table.c.value, table.c.at).where(table.c.name.like(f"{PREFIX}%")).order_by(table.c.name)
    )
    return {fault.name: fault for fault in (_read(*row) for row in rows)}


def see(db: Db, names: Iterable[str], now: datetime) -> dict[str, Fault]:
    """Keep that these are there now; each as it then stands."""
    known = all_of(db)
    seen = {}
    for name in names:
        fault = known.get(name)
        if fault is None or not fault.stands:
            fault = Fault(name, now, now, fault.told_at if fault is not None else None)
        seen[name] = replace(fault, seen_at=now)
        keep(db, seen[name])
    return seen


def keep(db: Db, fault: Fault) -> None:
    """Write it, over what was there."""
    told = fault.told_at.isoformat() if fault.told_at is not None else None
    value = json.dumps({"since": fault.since.isoformat(), "told": told, "stands": fault.stands})
    marks.put(db, PREFIX + fault.name, value, fault.seen_at)


def _read(name: str, value: str, at: datetime) -> Fault:
    written = json.loads(value)
    told = written["told"]
    return Fault(
        name.removeprefix(PREFIX),
        datetime.fromisoformat(written["since"]),
        at,
        datetime.fromisoformat(told) if told else None,
        written["stands"],
    )
