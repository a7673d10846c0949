"""Slots: one person's check-in on one local date, from the moment it falls due to the named state it ends in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, func, null, select, text, type_coerce, update

from flows.statuses import SlotStatus, may_become
from storage.statements import Bulk, Db, Lookup
from storage.tables import microseconds, outbox, participants, slots

BREAKS_A_ROW = (SlotStatus.ANSWERED, SlotStatus.PARTLY)
LONGEST_ROW = 20  # misses in a row beyond this are not counted


class Planned(NamedTuple):
    """A slot that fell due. One that is ``waiting`` is looked at again at ``look_at``; any other has ended."""

    participant_id: int
    schedule: str
    flow: str
    local_date: date
    due_at: datetime
    until_at: datetime
    status: SlotStatus
    reason: str | None = None
    look_at: datetime | None = None


class Ended(NamedTuple):
    """A slot that is over, and why."""

    id: int
    status: SlotStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot as stored."""

    id: int
    participant_id: int
    schedule: str
    flow: str
    local_date: date
    due_at: datetime
    until_at: datetime
    status: SlotStatus
    reason: str | None
    look_at: datetime | None
    outbox_id: int | None
    asked_at: datetime | None
    ended_at: datetime | None
    replied_at: datetime | None


# ---------------------------------------------------------------- planning

_INSERT = Bulk(
    (
        "id",
        "participant_id",
        "schedule",
        "local_date",
        "flow",
        "due_at",
        "until_at",
        "status",
        "reason",
        "look_at",
        "ended_at",
    ),
    lambda insert: insert(slots).on_conflict_do_nothing(),
)
_THERE = Lookup("SELECT id FROM slots WHERE id IN (*)")
_LAST = Lookup(
    "SELECT participant_id, schedule, MAX(local_date) FROM slots WHERE participant_id IN (*)"
    " GROUP BY participant_id, schedule"
)


def last_dates(db: Db, participant_ids: Collection[int]) -> dict[int, dict[str, date]]:
    """The local date of the last slot of every schedule that somebody has had one of."""
    found: dict[int, dict[str, date]] = {}
    for participant_id, schedule, day in _LAST.rows(db, list(participant_ids)):
        found.setdefault(participant_id, {})[schedule] = date.fromisoformat(day) if isinstance(day, str) else day
    return found


def add(db: Db, planned: Sequence[Planned], now: datetime) -> list[int]:
    """Write slots; for each its id, or 0 where the person has had that schedule on that date already."""
    if not planned:
        return []
    at = microseconds(now)
    ids = [db.ids.next(now) for _ in planned]
    rows = [
        (
            slot_id,
            one.participant_id,
            one.schedule,
            one.local_date.isoformat(),
            one.flow,
            microseconds(one.due_at),
            microseconds(one.until_at),
            one.status.value,
            one.reason,
            None if one.look_at is None else microseconds(one.look_at),
            None if one.status is SlotStatus.WAITING else at,
        )
        for slot_id, one in zip(ids, planned, strict=True)
    ]
    _INSERT.run(db, rows)
    there = {row[0] for row in _THERE.rows(db, ids)}
    return [slot_id if slot_id in there else 0 for slot_id in ids]


# ---------------------------------------------------------------- what becomes of one

_ASKED = Bulk(
    ("outbox", "key"),
    lambda _: (
        update(slots)
        .where(slots.c.id == bindparam("key"), text("slots.status = 'waiting'"))
        .values(
            status=text("'asked'"), reason=null(), look_at=null(), outbox_id=bindparam("outbox", type_=BigInteger())
        )
    ),
)
_PUT_OFF = Bulk(
    ("because", "until", "key"),
    lambda _: (
        update(slots)
        .where(slots.c.id == bindparam("key"), text("slots.status = 'waiting'"))
        .values(reason=bindparam("because", type_=slots.c.reason.type), look_at=bindparam("until", type_=BigInteger()))
    ),
)


def asked(db: Db, started: Sequence[tuple[int, int | None]]) -> None:
    """The question of each slot is queued: slot id, and the id of that message."""
    _ASKED.run(db, [(outbox_id, slot_id) for slot_id, outbox_id in started])


def put_off(db: Db, waiting: Sequence[tuple[int, str, datetime]]) -> None:
    """Not now, and why; look at each again then: slot id, reason, time."""
    _PUT_OFF.run(db, [(reason, microseconds(until), slot_id) for slot_id, reason, until in waiting])


_SENT = Lookup(
    "UPDATE slots SET asked_at = (SELECT sent_at FROM outbox o WHERE o.id = slots.outbox_id)"
    " WHERE status = 'asked' AND asked_at IS NULL AND id IN (*)"
)


def sent(db: Db, slot_ids: Collection[int]) -> None:
    """Write down when the message that opened each of these was really sent; a later question tells nothing of that."""
    _SENT.run(db, list(slot_ids))


def end(db: Db, ended: Sequence[Ended], now: datetime) -> int:
    """End slots, one executemany a status; how many were. One that has ended already stays as it ended."""
    groups: dict[SlotStatus, list[tuple[Any, ...]]] = {}
    at = microseconds(now)
    for one in ended:
        reason = None if one.reason is None else one.reason[:80]
        groups.setdefault(one.status, []).append((reason, at, one.id))
    return sum(_end_as(status).run(db, rows) for status, rows in groups.items())


_OPENED_AT = type_coerce(
    select(outbox.c.sent_at).where(outbox.c.id == slots.c.outbox_id).scalar_subquery(), BigInteger()
)


@cache
def _end_as(status: SlotStatus) -> Bulk:
    may = ", ".join(f"'{each}'" for each in may_become(status))
    statement = (
        update(slots)
        .where(slots.c.id == bindparam("key"), text(f"slots.status IN ({may})"))
        .values(
            status=text(f"'{status.value}'"),
            reason=bindparam("because", type_=slots.c.reason.type),
            look_at=null(),
            asked_at=func.coalesce(type_coerce(slots.c.asked_at, BigInteger()), _OPENED_AT),
            ended_at=bindparam("ended", type_=BigInteger()),
        )
    )
    return Bulk(("because", "ended", "key"), lambda _: statement)


_REPLIED = Lookup("UPDATE slots SET replied_at = ? WHERE status = 'missed' AND replied_at IS NULL AND id IN (*)")


def replied(db: Db, slot_ids: Collection[int], now: datetime) -> None:
    """They wrote after these had ended missed."""
    _REPLIED.run(db, list(slot_ids), microseconds(now))


# ---------------------------------------------------------------- finding

_DUE = (
    select(slots)
    .join(participants, participants.c.id == slots.c.participant_id)
    .where(text("slots.status = 'waiting'"), slots.c.look_at <= bindparam("now"))
    .order_by(slots.c.look_at, slots.c.id)
    .limit(bindparam("limit"))
    .with_for_update(key_share=True, skip_locked=True, of=participants)
)
_STILL_WAITING = Lookup("SELECT id FROM slots WHERE status = 'waiting' AND id IN (*)")


def waiting_due(db: Db, now: datetime, limit: int) -> list[Slot]:
    """Slots to look at again, longest overdue first; their people are locked, and several workers each get others."""
    found = [_slot(row) for row in db.connection.execute(_DUE, {"now": now, "limit": limit})]
    if not found or db.is_sqlite:
        return found
    # another worker may have seen to one before we had the person's lock
    waiting = {row[0] for row in _STILL_WAITING.rows(db, [slot.id for slot in found])}
    return [slot for slot in found if slot.id in waiting]


def recent(db: Db, participant_id: int, limit: int = LONGEST_ROW) -> list[Slot]:
    """The last slots of somebody, newest first."""
    rows = db.connection.execute(
        select(slots)
        .where(slots.c.participant_id == participant_id)
        .order_by(slots.c.local_date.desc(), slots.c.due_at.desc())
        .limit(limit)
    )
    return [_slot(row) for row in rows]


def missed_in_a_row(db: Db, participant_id: int) -> int:
    """How many check-ins running somebody has missed, up to now.

    One that was answered, in part or late, breaks the row. One that never reached them, or was excused, neither
    counts nor breaks it.
    """
    ended = db.connection.execute(
        select(slots.c.status, slots.c.replied_at)
        .where(slots.c.participant_id == participant_id, slots.c.status.in_((SlotStatus.MISSED, *BREAKS_A_ROW)))
        .order_by(slots.c.due_at.desc())
        .limit(LONGEST_ROW)
    )
    count = 0
    for row in ended:
        if row.status != SlotStatus.MISSED or row.replied_at is not None:
            break
        count += 1
    return count


_SCHEDULES = Lookup("SELECT id, schedule FROM slots WHERE id IN (*)")


def schedules_of(db: Db, slot_ids: Collection[int]) -> dict[int, str]:
    """The schedule of each of these slots."""
    return {row[0]: row[1] for row in _SCHEDULES.rows(db, list(slot_ids))}


_UNANSWERED = Lookup(
    "SELECT id, participant_id FROM slots"
    " WHERE status = 'missed' AND replied_at IS NULL AND ended_at >= ? AND participant_id IN (*)"
)


def unanswered(db: Db, participant_ids: Collection[int], since: datetime) -> dict[int, list[int]]:
    """By person, the slots that ended missed ``since`` then and have had no reply."""
    found: dict[int, list[int]] = {}
    for slot_id, participant_id in _UNANSWERED.rows(db, list(participant_ids), microseconds(since)):
        found.setdefault(participant_id, []).append(slot_id)
    return found


def _slot(row: Any) -> Slot:
    values = dict(row._mapping)
    values["status"] = SlotStatus(values["status"])
    return Slot(**values)
