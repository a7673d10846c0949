"""Alerts: opened once while unresolved, found, moved on, resolved. Who takes one is in storage/taking.py.

``next_at`` is when the clock must look at an alert again (bot/escalating.py). What happens then depends on working
hours, which nothing here knows: so whoever wants an alert looked at writes now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, text, update

from flows.errors import StorageError
from flows.statuses import AlertStatus, may_become
from storage import audit, codes, erasure, marks
from storage.staff import GATE, Draw
from storage.statements import Db, Lookup, insert
from storage.tables import Moment, alerts, pages, participants

QUIET_FOR = timedelta(minutes=5)  # so long the same crisis is not paged again
_TRIES = 5
UNRESOLVED = text("alerts.status <> 'resolved'")  # written out: a partial index serves nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What asks for an alert. Two of the same participant and policy are one while it is not resolved."""

    participant_id: int | None  # None: a test, or nobody knows who
    policy: str
    about: str
    tier: str = ""  # A, B or S in a crisis
    within_at: datetime | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)  # the policy as it stands now
    consented: bool = False  # a mentor may be told, and given the number
    asked: bool = False  # … because they asked for it themselves
    next_at: datetime | None = None  # when its first step is due; left out: now
    is_test: bool = False

    @property
    def dedupe(self) -> str:
        about = "test" if self.is_test else "nobody" if self.participant_id is None else self.participant_id
        return f"{about} {self.policy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as stored. ``times`` counts how often it happened while open, ``step`` the steps done in this round."""

    id: int
    participant_id: int | None
    policy: str
    about: str
    tier: str
    code: str
    is_test: bool
    status: AlertStatus
    opened_at: datetime
    round_at: datetime  # since when its steps count: it opened, or opened again
    step: int
    next_at: datetime | None
    within_at: datetime | None
    snapshot: Mapping[str, Any]
    consented: bool
    passed: tuple[int, ...]  # who sent PASS in this round
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


# ---------------------------------------------------------------- opening


def open_(db: Db, alarm: Alarm, now: datetime, draw: Draw) -> tuple[Alert, bool]:
    """Open an alert, or count one more time on the one that is open; and whether it is new."""
    for _ in range(_TRIES):  # another process may take the code, or open the same alert, between two statements
        again = {"same": alarm.dedupe, "promised": alarm.within_at}
        counted = db.connection.execute(_ONE_MORE, again).scalar()
        if counted is not None:
            if alarm.within_at is not None:
                look_at(db, [counted], max(alarm.within_at, now))
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
                code=codes.free(db, draw, now),
                is_test=alarm.is_test,
                status=AlertStatus.OPEN,
                next_at=alarm.next_at or now,
                within_at=alarm.within_at,
                snapshot=dict(alarm.snapshot),
                consented=alarm.consented,
                asked=alarm.asked,
                opened_at=now,
                round_at=now,
                dedupe=alarm.dedupe,
            )
            .on_conflict_do_nothing()
            .returning(alerts.c.id)
        ).scalar()
        if made is not None:
            return get(db, alert_id), True
    raise StorageError("No code was free for a new alert.")


def take_back_consent(db: Db, participant_ids: Collection[int]) -> None:
    """They no longer agree that a mentor is told: nor of what is open already, but for what they asked for."""
    _TAKE_BACK.run(db, list(participant_ids))


_TAKE_BACK = Lookup(
    "UPDATE alerts SET consented = (1 = 0)"
    " WHERE status <> 'resolved' AND consented AND asked IS NOT TRUE AND participant_id IN (*)"
)

# made once: a sweep may open hundreds, and making a statement costs more than running it
_ONE_MORE = (
    update(alerts)
    .where(alerts.c.dedupe == bindparam("same"), UNRESOLVED)
    .values(times=alerts.c.times + 1, within_at=func.coalesce(alerts.c.within_at, bindparam("promised", type_=Moment)))
    .returning(alerts.c.id)
)


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
        return begin_again(db, alert.id, now)
    last = db.connection.execute(select(func.max(pages.c.at)).where(pages.c.alert_id == alert.id)).scalar()
    return last is None or now - last >= QUIET_FOR


def owe(db: Db, alert: Alert, at: datetime) -> Alert:
    """It is the second time in a row: whom the policy names for that hear at ``at``, whatever the steps say."""
    db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert.id, alerts.c.status != AlertStatus.RESOLVED)
        .values(snapshot={**alert.snapshot, "twice": True})
    )
    look_at(db, [alert.id], at)
    return get(db, alert.id)


def begin_again(db: Db, alert_id: int, now: datetime, next_at: datetime | None = None) -> bool:
    """Somebody has had it and nothing came of it, or it happened again: it is open, and its steps count from now."""
    reopened = db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.status == AlertStatus.ACKNOWLEDGED)
        .values(**A_NEW_ROUND, round_at=now, next_at=next_at or now)
    )
    if reopened.rowcount == 1:
        note_down(db, audit.SERVICE, "alert.reopened", get(db, alert_id), now)
    return reopened.rowcount == 1


A_NEW_ROUND: Mapping[str, Any] = {
    "status": AlertStatus.OPEN,
    "acknowledged_at": None,
    "acknowledged_by": None,
    "resolved_at": None,
    "outcome": None,
    "step": 0,
    "passed": [],
}


# ---------------------------------------------------------------- finding


def get(db: Db, alert_id: int) -> Alert:
    """The alert of this id. Raises StorageError when there is none."""
    found = find(db, _BY_ID.params(wanted=alert_id))
    if not found:
        raise StorageError(f"There is no alert {alert_id}.")
    return found[0]


_BY_ID = select(alerts).where(alerts.c.id == bindparam("wanted"))


def by_code(db: Db, code: str) -> Alert | None:
    """The unresolved alert that has this code."""
    found = find(db, select(alerts).where(alerts.c.code == code, UNRESOLVED))
    return found[0] if found else None


def last_of_code(db: Db, code: str) -> Alert | None:
    """The unresolved alert that has this code; else the last one that ended with it, while that is kept."""
    ended = codes.last_of(db, code)
    found = find(db, _BY_ID.params(wanted=ended)) if ended is not None else []
    return by_code(db, code) or (found[0] if found else None)


def unresolved(db: Db) -> list[Alert]:
    """Every alert that still wants somebody, oldest first."""
    return find(db, select(alerts).where(UNRESOLVED).order_by(alerts.c.id))


def about(db: Db, participant_id: int) -> list[Alert]:
    """Every alert about somebody, newest first."""
    return find(db, select(alerts).where(alerts.c.participant_id == participant_id).order_by(alerts.c.id.desc()))


def of_staff(db: Db, staff_id: int) -> list[Alert]:
    """What somebody has taken, and what is open and has reached them, oldest first."""
    theirs = or_(
        (alerts.c.status == AlertStatus.ACKNOWLEDGED) & (alerts.c.acknowledged_by == staff_id),
        (alerts.c.status == AlertStatus.OPEN) & alerts.c.id.in_(_told(staff_id)),
    )
    return find(db, select(alerts).where(UNRESOLVED, theirs).order_by(alerts.c.id))


def find(db: Db, statement: Select[Any]) -> list[Alert]:
    """The alerts that a statement over the whole table gives."""
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
            round_at=row.round_at or row.opened_at,
            step=row.step,
            next_at=row.next_at,
            within_at=row.within_at,
            snapshot=row.snapshot,
            consented=bool(row.consented),
            passed=tuple(row.passed or ()),
            times=row.times,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
            resolved_at=row.resolved_at,
            outcome=row.outcome,
        )
        for row in db.connection.execute(statement)
    ]


# ---------------------------------------------------------------- who has heard of it


def was_told(db: Db, staff_id: int, alert_id: int) -> bool:
    """Whether an alert has reached somebody, or is about to."""
    told = select(pages.c.id).where(pages.c.alert_id == alert_id, pages.c.staff_id == staff_id)
    return db.connection.execute(told.limit(1)).first() is not None


def _told(staff_id: int) -> Select[Any]:
    return select(pages.c.alert_id).where(pages.c.staff_id == staff_id)


def let_go(db: Db, staff_id: int, now: datetime) -> list[Alert]:
    """Somebody can be reached no more: what they have taken opens again, what has reached them moves on at once."""
    theirs = of_staff(db, staff_id)
    for alert in theirs:
        if alert.status is AlertStatus.ACKNOWLEDGED:
            begin_again(db, alert.id, now)
    look_at(db, [alert.id for alert in theirs], now)
    return theirs


def look_at(db: Db, alert_ids: Iterable[int], at: datetime) -> None:
    """The next step of these is due at ``at``, if nothing was due sooner. What somebody has taken stays theirs."""
    db.connection.execute(
        update(alerts)
        .where(
            alerts.c.id.in_(list(alert_ids)),
            alerts.c.status == AlertStatus.OPEN,
            or_(alerts.c.next_at.is_(None), alerts.c.next_at > at),
        )
        .values(next_at=at)
    )


# ---------------------------------------------------------------- the end, and after


def resolve(db: Db, alert_id: int, outcome: str, now: datetime, actor: str) -> tuple[Alert, bool]:
    """It is over, and how it ended; and whether an erasure that waited for it was done with it.

    Then call ``Database.scrub``. Resolving twice changes nothing.
    """
    ended = db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.status.in_(may_become(AlertStatus.RESOLVED)))
        .values(status=AlertStatus.RESOLVED, resolved_at=now, outcome=outcome, next_at=None)
    )
    alert = get(db, alert_id)
    if ended.rowcount == 1:
        codes.spent(db, alert.code, alert.id, now)
        note_down(db, actor, "alert.resolved", alert, now)
    if alert.participant_id is None or erasure.in_crisis(db, alert.participant_id):
        return alert, False
    asked = select(participants.c.erase_asked_at).where(participants.c.id == alert.participant_id)
    if db.connection.execute(asked).scalar() is None:
        return alert, False
    return alert, erasure.erase(db, alert.participant_id, now, audit.PARTICIPANT)


def gate_is_open(db: Db) -> bool:
    """Whether a confirmed coordinator has acknowledged a test alert: before that nobody can join."""
    return marks.get(db, GATE) is not None


def note_down(db: Db, actor: str, action: str, alert: Alert, now: datetime) -> None:
    audit.write(db, [audit.Line(actor, action, alert.participant_id, {"alert": alert.id})], now)
