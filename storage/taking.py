"""What staff do with an alert: ON IT, LATER, PASS, REOPEN, each by the right person and with the right code."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update

from flows.statuses import AlertStatus, StaffStatus
from storage import audit, codes, marks
from storage.alerts import A_NEW_ROUND, UNRESOLVED, Alert, by_code, find, get, note_down, of_staff, was_told
from storage.staff import GATE, Draw, Role, StaffMember
from storage.statements import Db
from storage.tables import addresses, alerts

CRISIS_REOPENS = timedelta(minutes=30)  # after ON IT, unless it is resolved or taken once more
LONGEST_SNOOZE = timedelta(days=1)
REOPEN_WITHIN = timedelta(days=2)


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


def _meant(
    db: Db, member: StaffMember, code: str, alert_id: int | None, *, also_theirs: bool = False
) -> tuple[Said, Alert | None]:
    """The alert that somebody means: by its id (a button), by its code, or the only one there is for them.

    Without a code it counts only when exactly one open alert has reached them, and that is no crisis.
    ``also_theirs``: those they have taken count as well.
    """
    if alert_id is not None:
        found = find(db, select(alerts).where(alerts.c.id == alert_id, UNRESOLVED))
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
    note_down(db, audit.staff(member.id), "alert.acknowledged", alert, now)
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
    note_down(db, audit.staff(member.id), "alert.passed", alert, now)
    return Said.PASSED, get(db, alert.id)


# ---------------------------------------------------------------- open again


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
    same = find(db, select(alerts).where(alerts.c.dedupe == dedupe, UNRESOLVED))
    if same:
        return Said.ALREADY, same[0]  # it has happened again since
    code = alert.code if by_code(db, alert.code) is None else codes.free(db, draw, now)
    opened = db.connection.execute(
        update(alerts)
        .where(alerts.c.id == alert.id, alerts.c.status == AlertStatus.RESOLVED)
        .values(**A_NEW_ROUND, round_at=now, next_at=now, code=code)
    )
    if opened.rowcount != 1:
        return Said.ALREADY, get(db, alert.id)
    note_down(db, audit.staff(member.id), "alert.reopened", alert, now)
    return Said.REOPENED, get(db, alert.id)
