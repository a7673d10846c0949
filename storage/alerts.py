"""Alerts: opened once while unresolved, taken by the right person with the right code, resolved, opened again.

``next_at`` is when the clock must look at an alert again (bot/escalating.py). What happens then depends on working
hours, which nothing here knows: so whoever wants an alert looked at writes now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, text, update

from flows.errors import StorageError
from flows.statuses import AlertStatus, StaffStatus, may_become
from storage import audit, codes, erasure, marks
from storage.staff import GATE, Draw, Role, StaffMember
from storage.statements import Db, insert
from storage.tables import Moment, addresses, alerts, pages, participants

QUIET_FOR = timedelta(minutes=5)  # so long the same crisis is not paged again
CRISIS_REOPENS = timedelta(minutes=30)  # after ON IT, unless it is resolved or taken once more
LONGEST_SNOOZE = timedelta(days=1)
REOPEN_WITHIN = timedelta(days=2)
_TRIES = 5
_UNRESOLVED = text("alerts.status <> 'resolved'")  # written out: a partial index serves nothing else


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


class Said(StrEnum):
    """What became of somebody's ON IT, PASS, LATER or REOPEN."""

    TAKEN = "taken"  # it is theirs; after LATER until ``next_at``
    PASSED = "passed"  # it goes on to the next
    REOPENED = "reopened"  # it is open again
    ALREADY = "already"  # somebody has it: ``acknowledged_by``; after REOPEN: it is open already
    NO_SUCH = "no such"  # no open alert has this code
    WHICH = "which"  # they left the code out, and it is needed
    NOT_THEIRS = "not theirs"  # it never reached them, is about themselves, or a crisis that is not theirs to take
    NOT_LATER = "not later"  # a crisis cannot be put off


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


# made once: a sweep may open hundreds, and making a statement costs more than running it
_ONE_MORE = (
    update(alerts)
    .where(alerts.c.dedupe == bindparam("same"), _UNRESOLVED)
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
        .values(**_A_NEW_ROUND, round_at=now, next_at=next_at or now)
    )
    if reopened.rowcount == 1:
        _note(db, audit.SERVICE, "alert.reopened", get(db, alert_id), now)
    return reopened.rowcount == 1


_A_NEW_ROUND: Mapping[str, Any] = {
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
    found = find(db, select(alerts).where(alerts.c.code == code, _UNRESOLVED))
    return found[0] if found else None


def unresolved(db: Db) -> list[Alert]:
    """Every alert that still wants somebody, oldest first."""
    return find(db, select(alerts).where(_UNRESOLVED).order_by(alerts.c.id))


def about(db: Db, participant_id: int) -> list[Alert]:
    """Every alert about somebody, newest first."""
    return find(db, select(alerts).where(alerts.c.participant_id == participant_id).order_by(alerts.c.id.desc()))


def of_staff(db: Db, staff_id: int) -> list[Alert]:
    """What somebody has taken, and what is open and has reached them, oldest first."""
    theirs = or_(
        (alerts.c.status == AlertStatus.ACKNOWLEDGED) & (alerts.c.acknowledged_by == staff_id),
        (alerts.c.status == AlertStatus.OPEN) & alerts.c.id.in_(_told(staff_id)),
    )
    return find(db, select(alerts).where(_UNRESOLVED, theirs).order_by(alerts.c.id))


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


# ---------------------------------------------------------------- whose it is


def may_take(db: Db, member: StaffMember, alert: Alert) -> bool:
    """Whether somebody may take an alert: a coordinator any, a mentor what reached them, nobody one about themselves.

    A crisis is never a volunteer's to take.
    """
    if member.status is not StaffStatus.CONFIRMED or is_about(db, member.id, alert):
        return False
    if member.role is Role.COORDINATOR:
        return True
    return was_told(db, member.id, alert.id) and (member.paid or not alert.is_crisis)


def is_about(db: Db, staff_id: int, alert: Alert) -> bool:
    """Whether somebody on the staff is the very person whom an alert is about: one phone, two roles."""
    if alert.participant_id is None:
        return False
    theirs = select(addresses.c.id).where(
        addresses.c.staff_id == staff_id, addresses.c.participant_id == alert.participant_id
    )
    return db.connection.execute(theirs.limit(1)).first() is not None


def was_told(db: Db, staff_id: int, alert_id: int) -> bool:
    """Whether an alert has reached somebody, or is about to."""
    told = select(pages.c.id).where(pages.c.alert_id == alert_id, pages.c.staff_id == staff_id)
    return db.connection.execute(told.limit(1)).first() is not None


def _told(staff_id: int) -> Select[Any]:
    return select(pages.c.alert_id).where(pages.c.staff_id == staff_id)


def _meant(
    db: Db, member: StaffMember, code: str, alert_id: int | None, *, also_theirs: bool = False
) -> tuple[Said, Alert | None]:
    """The alert that somebody means: by its id (a button), by its code, or the only one there is for them.

    Without a code it counts only when exactly one open alert has reached them, and that is no crisis.
    ``also_theirs``: those they have taken count as well.
    """
    if alert_id is not None:
        found = find(db, select(alerts).where(alerts.c.id == alert_id, _UNRESOLVED))
        return (Said.TAKEN, found[0]) if found else (Said.NO_SUCH, None)
    if code:
        alert = by_code(db, code)
        return (Said.TAKEN, alert) if alert is not None else (Said.NO_SUCH, None)
    waiting = [each for each in of_staff(db, member.id) if also_theirs or each.status is AlertStatus.OPEN]
    if not waiting:
        return Said.NO_SUCH, None
    if len(waiting) > 1 or waiting[0].is_crisis:
        return Said.WHICH, None
    return Said.TAKEN, waiting[0]


# ---------------------------------------------------------------- ON IT, PASS, LATER


def acknowledge(
    db: Db, member: StaffMember, code: str, now: datetime, alert_id: int | None = None
) -> tuple[Said, Alert | None]:
    """Somebody on the staff said ON IT, with a code, "" or (from a button) an alert's id.

    Nothing more is started about it until it opens again: a crisis after half an hour, a routine one after two working
    days, which bot/escalating.py works out. Said once more by whoever has it, that time begins anew. A coordinator's
    answer to a test alert opens the go-live gate.
    """
    said, alert = _meant(db, member, code, alert_id)
    if alert is None:
        return said, None
    if not may_take(db, member, alert):
        return Said.NOT_THEIRS, None
    taken = _take(db, member, alert, now + CRISIS_REOPENS if alert.is_crisis else now, now)
    if taken is None:
        return Said.ALREADY, get(db, alert.id)
    if taken.is_test and member.role is Role.COORDINATOR:
        marks.put(db, GATE, str(taken.id), now)
    return Said.TAKEN, taken


def snooze(
    db: Db, member: StaffMember, code: str, until: datetime, now: datetime, alert_id: int | None = None
) -> tuple[Said, Alert | None]:
    """LATER 2H: it is theirs, and opens again ``until`` then, at most a day on. A crisis cannot be put off."""
    said, alert = _meant(db, member, code, alert_id, also_theirs=True)
    if alert is None:
        return said, None
    if not may_take(db, member, alert):
        return Said.NOT_THEIRS, None
    if alert.is_crisis:
        return Said.NOT_LATER, alert
    taken = _take(db, member, alert, min(until, now + LONGEST_SNOOZE), now)
    return (Said.TAKEN, taken) if taken is not None else (Said.ALREADY, get(db, alert.id))


def _take(db: Db, member: StaffMember, alert: Alert, next_at: datetime, now: datetime) -> Alert | None:
    """Give it to somebody, or leave it with them; None where another has it, or it is over."""
    taken = db.connection.execute(
        update(alerts)
        .where(
            alerts.c.id == alert.id,
            or_(
                alerts.c.status == AlertStatus.OPEN,
                (alerts.c.status == AlertStatus.ACKNOWLEDGED) & (alerts.c.acknowledged_by == member.id),
            ),
        )
        .values(status=AlertStatus.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=member.id, next_at=next_at)
    )
    if taken.rowcount != 1:
        return None
    _note(db, audit.staff(member.id), "alert.acknowledged", alert, now)
    return get(db, alert.id)


def pass_(
    db: Db,
    member: StaffMember,
    code: str,
    now: datetime,
    alert_id: int | None = None,
    *,
    next_at: datetime | None = None,
) -> tuple[Said, Alert | None]:
    """PASS, from somebody it reached or who has it: they are out of this round.

    Its next step is due at once, or at ``next_at``: then somebody was named who is told meanwhile.
    """
    said, alert = _meant(db, member, code, alert_id, also_theirs=True)
    if alert is None:
        return said, None
    if alert.acknowledged_by != member.id and not was_told(db, member.id, alert.id):
        return Said.NOT_THEIRS, None
    # locked, because who has passed is read and written back
    held = db.connection.execute(select(alerts.c.id).where(alerts.c.id == alert.id).with_for_update()).scalar_one()
    alert = get(db, held)
    passed = db.connection.execute(
        update(alerts)
        .where(
            alerts.c.id == alert.id,
            or_(
                alerts.c.status == AlertStatus.OPEN,
                (alerts.c.status == AlertStatus.ACKNOWLEDGED) & (alerts.c.acknowledged_by == member.id),
            ),
        )
        .values(
            status=AlertStatus.OPEN,
            acknowledged_at=None,
            acknowledged_by=None,
            passed=sorted({*alert.passed, member.id}),
            next_at=next_at or now,
        )
    )
    if passed.rowcount != 1:
        return Said.ALREADY, get(db, alert.id)
    _note(db, audit.staff(member.id), "alert.passed", alert, now)
    return Said.PASSED, get(db, alert.id)


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
        _note(db, actor, "alert.resolved", alert, now)
    if alert.participant_id is None or erasure.in_crisis(db, alert.participant_id):
        return alert, False
    asked = select(participants.c.erase_asked_at).where(participants.c.id == alert.participant_id)
    if db.connection.execute(asked).scalar() is None:
        return alert, False
    erasure.erase(db, alert.participant_id, now, audit.PARTICIPANT)
    return alert, True


def reopen(db: Db, member: StaffMember, code: str, now: datetime, draw: Draw) -> tuple[Said, Alert | None]:
    """REOPEN 47, within two days of its end, from whoever may take it: its steps begin again."""
    alert_id = codes.last_of(db, code)
    found = find(db, select(alerts).where(alerts.c.id == alert_id)) if alert_id is not None else []
    if not found:
        return Said.NO_SUCH, None
    alert = found[0]
    if not alert.is_over:
        return Said.ALREADY, alert
    if alert.is_test or alert.resolved_at is None or now - alert.resolved_at > REOPEN_WITHIN:
        return Said.NO_SUCH, None
    if not may_take(db, member, alert):
        return Said.NOT_THEIRS, None
    dedupe = select(alerts.c.dedupe).where(alerts.c.id == alert.id).scalar_subquery()
    same = find(db, select(alerts).where(alerts.c.dedupe == dedupe, _UNRESOLVED))
    if same:
        return Said.ALREADY, same[0]  # it has happened again since
    code = alert.code if by_code(db, alert.code) is None else codes.free(db, draw, now)
    opened = db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert.id, alerts.c.status == AlertStatus.RESOLVED)
        .values(**_A_NEW_ROUND, round_at=now, next_at=now, code=code)
    )
    if opened.rowcount != 1:
        return Said.ALREADY, get(db, alert.id)
    _note(db, audit.staff(member.id), "alert.reopened", alert, now)
    return Said.REOPENED, get(db, alert.id)


def gate_is_open(db: Db) -> bool:
    """Whether a confirmed coordinator has acknowledged a test alert: before that nobody can join."""
    return marks.get(db, GATE) is not None


def _note(db: Db, actor: str, action: str, alert: Alert, now: datetime) -> None:
    audit.write(db, [audit.Line(actor, action, alert.participant_id, {"alert": alert.id})], now)
