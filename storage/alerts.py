"""Alerts: opened once while unresolved, acknowledged by the right person with the right code, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, text, update

from flows.errors import StorageError
from flows.statuses import AlertStatus, StaffStatus, may_become
from storage import audit, erasure, marks
from storage.staff import GATE, Draw, Role, StaffMember
from storage.statements import Db, insert
from storage.tables import alerts, outbox, participants

QUIET_FOR = timedelta(minutes=5)  # so long the same crisis is not paged again
_TRIES = 5
_UNRESOLVED = text("alerts.status <> 'resolved'")  # written out: a partial index serves nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What asks for an alert. Two of the same participant and policy are one while it is not resolved."""

    participant_id: int | None  # None: a test
    policy: str
    about: str
    tier: str = ""  # A, B or S in a crisis
    within_at: datetime | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)  # the policy as it stands now
    is_test: bool = False

    @property
    def dedupe(self) -> str:
        return f"{self.participant_id if self.participant_id is not None else 'test'} {self.policy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as stored. ``times`` counts how often it happened while open."""

    id: int
    participant_id: int | None
    policy: str
    about: str
    tier: str
    code: str
    is_test: bool
    status: AlertStatus
    opened_at: datetime
    within_at: datetime | None
    times: int
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    resolved_at: datetime | None
    outcome: str | None

    @property
    def is_crisis(self) -> bool:
        return bool(self.tier)

    @property
    def is_over(self) -> bool:
        return self.status is AlertStatus.RESOLVED


class Said(StrEnum):
    """What became of somebody's ON IT."""

    TAKEN = "taken"  # it is theirs
    ALREADY = "already"  # somebody has it: ``acknowledged_by``
    NO_SUCH = "no such"  # no open alert has this code
    WHICH = "which"  # they left the code out, and it is needed
    NOT_THEIRS = "not theirs"  # it never reached them, or a crisis that is not a mentor's to take


def open_(db: Db, alarm: Alarm, now: datetime, draw: Draw) -> tuple[Alert, bool]:
    """Open an alert, or count one more time on the one that is open; and whether it is new."""
    for _ in range(_TRIES):  # another process may take the code, or open the same alert, between two statements
        counted = db.connection.execute(
            update(alerts)
            .where(alerts.c.dedupe == alarm.dedupe, _UNRESOLVED)
            .values(times=alerts.c.times + 1)
            .returning(alerts.c.id)
        ).scalar()
        if counted is not None:
            return get(db, counted), False
        alert_id = db.ids.next(now)
        made = db.connection.execute(
            insert(db, alerts)
            .values(
                id=alert_id,
                participant_id=alarm.participant_id,
                policy=alarm.policy,
                tier=alarm.tier or None,
                about=alarm.about[:200],
                code=_free_code(db, draw),
                is_test=alarm.is_test,
                status=AlertStatus.OPEN,
                within_at=alarm.within_at,
                snapshot=dict(alarm.snapshot),
                opened_at=now,
                dedupe=alarm.dedupe,
            )
            .on_conflict_do_nothing()
            .returning(alerts.c.id)
        ).scalar()
        if made is not None:
            return get(db, alert_id), True
    raise StorageError("No code was free for a new alert.")


def page_again(db: Db, alert: Alert, now: datetime) -> bool:
    """Whether what happens again is told again; an alert that somebody has taken opens again.

    A routine one that nobody has taken yet is only counted. A crisis is told again, but not within five minutes of the
    last page or of ON IT: one cry for help is often several texts.
    """
    if not alert.is_crisis and alert.status is not AlertStatus.ACKNOWLEDGED:
        return False
    if alert.status is AlertStatus.ACKNOWLEDGED:
        if alert.acknowledged_at is not None and now - alert.acknowledged_at < QUIET_FOR:
            return False
        reopened = db.connection.execute(
            update(alerts)
            .where(alerts.c.id == alert.id, alerts.c.status == AlertStatus.ACKNOWLEDGED)
            .values(status=AlertStatus.OPEN, acknowledged_at=None, acknowledged_by=None)
        )
        line = audit.Line(audit.PARTICIPANT, "alert.reopened", alert.participant_id, {"alert": alert.id})
        audit.write(db, [line], now)
        return reopened.rowcount == 1
    last = db.connection.execute(select(func.max(outbox.c.made_at)).where(outbox.c.alert_id == alert.id)).scalar()
    return last is None or now - last >= QUIET_FOR


def _free_code(db: Db, draw: Draw) -> str:
    """Two digits that no unresolved alert has; three once all ninety are taken."""
    taken = set(db.connection.execute(select(alerts.c.code).where(_UNRESOLVED)).scalars())
    free = [str(code) for code in range(10, 100) if str(code) not in taken]
    free = free or [str(code) for code in range(100, 10_000) if str(code) not in taken]
    if not free:
        raise StorageError("Nearly ten thousand alerts are open: no code is left.")
    return free[draw(len(free))]


def get(db: Db, alert_id: int) -> Alert:
    """The alert of this id. Raises StorageError when there is none."""
    found = _all(db, select(alerts).where(alerts.c.id == alert_id))
    if not found:
        raise StorageError(f"There is no alert {alert_id}.")
    return found[0]


def by_code(db: Db, code: str) -> Alert | None:
    """The unresolved alert that has this code."""
    found = _all(db, select(alerts).where(alerts.c.code == code, _UNRESOLVED))
    return found[0] if found else None


def unresolved(db: Db) -> list[Alert]:
    """Every alert that still wants somebody, oldest first."""
    return _all(db, select(alerts).where(_UNRESOLVED).order_by(alerts.c.id))


def about(db: Db, participant_id: int) -> list[Alert]:
    """Every alert about somebody, newest first."""
    return _all(db, select(alerts).where(alerts.c.participant_id == participant_id).order_by(alerts.c.id.desc()))


def acknowledge(db: Db, member: StaffMember, code: str, now: datetime) -> tuple[Said, Alert | None]:
    """Somebody on the staff said ON IT, with a code or "".

    Without a code it counts only when exactly one open alert has reached them, and that is no crisis. A mentor takes
    only what was sent to them, and never a crisis. A coordinator's answer to a test alert opens the go-live gate.
    """
    if member.status is not StaffStatus.CONFIRMED:
        return Said.NOT_THEIRS, None
    if code:
        alert = by_code(db, code)
    else:
        waiting = _reached(db, member.id)
        if not waiting:
            return Said.NO_SUCH, None
        if len(waiting) > 1 or waiting[0].is_crisis:
            return Said.WHICH, None
        alert = waiting[0]
    if alert is None:
        return Said.NO_SUCH, None
    if member.role is not Role.COORDINATOR and (
        alert.is_crisis or all(a.id != alert.id for a in _reached(db, member.id))
    ):
        return Said.NOT_THEIRS, None
    taken = db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert.id, alerts.c.status == AlertStatus.OPEN)
        .values(status=AlertStatus.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=member.id)
    )
    alert = get(db, alert.id)
    if taken.rowcount != 1:
        return (Said.TAKEN if alert.acknowledged_by == member.id else Said.ALREADY), alert
    if alert.is_test and member.role is Role.COORDINATOR:
        marks.put(db, GATE, str(alert.id), now)
    line = audit.Line(audit.staff(member.id), "alert.acknowledged", alert.participant_id, {"alert": alert.id})
    audit.write(db, [line], now)
    return Said.TAKEN, alert


def _reached(db: Db, staff_id: int) -> list[Alert]:
    """The open alerts that somebody has been sent, or is about to be."""
    sent = select(outbox.c.alert_id).where(outbox.c.staff_id == staff_id, outbox.c.alert_id.is_not(None))
    return _all(
        db, select(alerts).where(alerts.c.status == AlertStatus.OPEN, alerts.c.id.in_(sent)).order_by(alerts.c.id)
    )


def resolve(db: Db, alert_id: int, outcome: str, now: datetime, actor: str) -> tuple[Alert, bool]:
    """It is over, and how it ended; and whether an erasure that waited for it was done with it.

    Then call ``Database.scrub``. Resolving twice changes nothing.
    """
    db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.status.in_(may_become(AlertStatus.RESOLVED)))
        .values(status=AlertStatus.RESOLVED, resolved_at=now, outcome=outcome, next_at=None)
    )
    alert = get(db, alert_id)
    audit.write(db, [audit.Line(actor, "alert.resolved", alert.participant_id, {"alert": alert_id})], now)
    if alert.participant_id is None or erasure.in_crisis(db, alert.participant_id):
        return alert, False
    asked = select(participants.c.erase_asked_at).where(participants.c.id == alert.participant_id)
    if db.connection.execute(asked).scalar() is None:
        return alert, False
    erasure.erase(db, alert.participant_id, now, audit.PARTICIPANT)
    return alert, True


def gate_is_open(db: Db) -> bool:
    """Whether a confirmed coordinator has acknowledged a test alert: before that nobody can join."""
    return marks.get(db, GATE) is not None


def _all(db: Db, statement: Select[Any]) -> list[Alert]:
    return [
        Alert(
            id=row.id,
            participant_id=row.participant_id,
            policy=row.policy,
            about=row.about,
            tier=row.tier or "",
            code=row.code,
            is_test=row.is_test,
            status=AlertStatus(row.status),
            opened_at=row.opened_at,
            within_at=row.within_at,
            times=row.times,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
            resolved_at=row.resolved_at,
            outcome=row.outcome,
        )
        for row in db.connection.execute(statement)
    ]
