"""Who did what, without words or numbers: ids and names of rules only, so that a line may outlive an erasure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.statements import Bulk, Db
from storage.tables import audit, microseconds

PARTICIPANT = "participant"
SERVICE = "service"
OPERATOR = "operator"


def staff(staff_id: int) -> str:
    """The actor of something that staff did."""
    return f"staff {staff_id}"


@dataclass(frozen=True, slots=True)
class Line:
    """``action`` is dotted, as in the logs: ``session.ended``. ``detail`` holds ids and names of rules only."""

    actor: str
    action: str
    participant_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


_WRITE = Bulk(
    ("id", "at", "actor", "action", "participant_id", "detail"),
    lambda insert: insert(audit),
)

_write = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def write(db: Db, lines: Sequence[Line], now: datetime) -> None:
    """Add lines, in order."""
    at = microseconds(now)
    _WRITE.run(
        db,
        [
            (
                db.ids.next(now),
                at,
                line.actor,
                line.action,
                line.participant_id,
                _write(line.detail) if line.detail else "{}",
            )
            for line in lines
        ],
    )


def of(db: Db, participant_id: int, limit: int = 100) -> list[tuple[datetime, Line]]:
    """The last lines about somebody, newest first."""
    rows = db.connection.execute(
        select(audit)
        .where(audit.c.participant_id == participant_id)
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    return [(row._mapping["at"], Line(row.actor, row.action, row.participant_id, row.detail)) for row in rows]
