"""How the service stands, in four numbers: what coordinators hear in the morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, text

from flows.statuses import AlertStatus, SlotStatus
from storage.ids import first_at
from storage.statements import Db
from storage.tables import alerts, slots

_UNRESOLVED = text("alerts.status <> 'resolved'")  # written out: a partial index serves nothing else
CONTACT_LOST = "contact lost"
LONGEST_OPEN = timedelta(days=14)  # a check-in ends sooner after it was due


class Counts(NamedTuple):
    """``open`` alerts have nobody, ``held`` ones somebody; ``lost`` are those of both about people we cannot reach."""

    open: int
    held: int
    missed: int  # check-ins that ended missed
    lost: int


def counts(db: Db, since: datetime, until: datetime) -> Counts:
    """The alerts that are not resolved, drills left out, and the check-ins missed from ``since`` to ``until``."""

    def unresolved(*where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(alerts).where(_UNRESOLVED, ~alerts.c.is_test, *where)
        return int(db.connection.execute(query).scalar_one())

    # by id, which is by time, because nothing else of a million check-ins is indexed by when they ended
    missed = select(func.count()).where(
        slots.c.id >= first_at(since - LONGEST_OPEN),
        slots.c.status == SlotStatus.MISSED,
        slots.c.ended_at >= since,
        slots.c.ended_at < until,
    )
    return Counts(
        open=unresolved(alerts.c.status == AlertStatus.OPEN),
        held=unresolved(alerts.c.status == AlertStatus.ACKNOWLEDGED),
        missed=int(db.connection.execute(missed).scalar_one()),
        lost=unresolved(alerts.c.policy == CONTACT_LOST),
    )
