"""The ends a send can have: sent, failed, unknown (storage/claiming.py suppresses); and how the outbox stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, text, update

from flows.effects import Purpose
from flows.errors import Meaning
from flows.model import Channel
from flows.statuses import OutboxStatus, may_become
from storage import sessions
from storage.claiming import waiting
from storage.outbox import CRISIS, PRIORITIES, PRIORITY, Message, queue, read_body
from storage.receipts import NEVER_SENT
from storage.statements import Db
from storage.tables import outbox

PUT_BACK_WITHIN = timedelta(hours=1)
AGAIN = "again "  # begins the dedupe key of a crisis message that is sent a second time


@dataclass(frozen=True, slots=True)
class Sent:
    id: int
    provider_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Surely not sent. ``reason`` is a provider's code or our own words."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Surely not sent, and may pass later: nothing else goes to this address before ``at`` either."""

    id: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know whether it was sent."""

    id: int
    reason: str = ""


End = Sent | Failed | Retry | Unknown


def record(db: Db, ends: Sequence[End], now: datetime) -> list[int]:
    """Write how sends ended. Returns the ids of crisis messages queued once more because their end is unknown."""
    again: list[int] = []
    for end in ends:
        match end:
            case Sent(row_id, provider_id):
                _end(db, row_id, OutboxStatus.SENT, sent_at=now, provider_id=provider_id)
            case Failed(row_id, reason):
                if _end(db, row_id, OutboxStatus.FAILED, reason=reason[:80]):
                    sessions.look_now(db, [row_id], now)
            case Retry(row_id, at, reason):
                if _end(db, row_id, OutboxStatus.QUEUED, next_at=at, reason=reason[:80]):
                    _push_back(db, row_id, at)
            case Unknown(row_id, reason):
                if _end(db, row_id, OutboxStatus.UNKNOWN, reason=reason[:80] or None):
                    again += _once_more(db, row_id, now)
    return again


def _end(db: Db, row_id: int, status: OutboxStatus, **values: Any) -> bool:
    ended = db.connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.status.in_(may_become(status)))
        .values(status=status, **values)
    )
    return ended.rowcount == 1


def _push_back(db: Db, row_id: int, at: datetime) -> None:
    """The other messages of this address wait as well, so that they keep their order; crisis does not wait."""
    row = db.connection.execute(select(outbox).where(outbox.c.id == row_id)).one()
    whose = (
        outbox.c.participant_id == row.participant_id
        if row.participant_id is not None
        else outbox.c.staff_id == row.staff_id
    )
    db.connection.execute(
        update(outbox)
        .where(
            whose,
            outbox.c.address_id == row.address_id,
            outbox.c.status == OutboxStatus.QUEUED,
            outbox.c.priority != CRISIS,
            outbox.c.next_at < at,
        )
        .values(next_at=at)
    )


def _once_more(db: Db, row_id: int, now: datetime) -> list[int]:
    """Queue a crisis message again, once: better twice than not at all. Anything else is never sent again."""
    row = db.connection.execute(select(outbox).where(outbox.c.id == row_id)).one()
    if row.priority != CRISIS or (row.dedupe or "").startswith(AGAIN):
        return []
    words, buttons = read_body(db.vault.open("outbox", "body", row_id, row.body))
    message = Message(
        address_id=row.address_id,
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        text=words,
        buttons=buttons,
        participant_id=row.participant_id,
        staff_id=row.staff_id,
        alert_id=row.alert_id,
        inbox_id=row.inbox_id,
        about=row.about,
        parts=row.parts,
        crisis=True,
        dedupe=f"{AGAIN}{row_id}",
    )
    return queue(db, [message], now)


class Left(NamedTuple):
    """A message that was ended without a send of ours. ``lost``: it was urgent, and nothing more is tried for it."""

    id: int
    channel: Channel
    address_id: int
    purpose: Purpose
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None
    lost: bool


_LEFT = (
    *(outbox.c.id, outbox.c.channel, outbox.c.address_id, outbox.c.purpose, outbox.c.priority),
    *(outbox.c.participant_id, outbox.c.staff_id, outbox.c.alert_id, outbox.c.receipt, outbox.c.provider_id),
)


def _left(row: Any, *, lost: bool) -> Left:
    channel, purpose = Channel(row.channel), Purpose(row.purpose)
    return Left(row.id, channel, row.address_id, purpose, row.participant_id, row.staff_id, row.alert_id, lost)


def recover(db: Db, now: datetime, claimed_before: datetime) -> list[Left]:
    """End what a dead process left in ``sending``: sent where a receipt says so, else unknown; all of them.

    A crisis message is queued once more; one that has been already is lost.

    On SQLite call it at start with ``now``: the process lock proves that nobody else is sending. With several workers
    ``claimed_before`` lies further back than any send may take.
    """
    found = db.connection.execute(
        select(*_LEFT)
        .where(text("status = 'sending'"), outbox.c.claimed_at <= claimed_before)
        .order_by(outbox.c.id)
        .with_for_update(skip_locked=True)
    ).all()
    left = []
    for row in found:
        end = _left_as(row)
        again = record(db, [end], now)
        left.append(_left(row, lost=row.priority == CRISIS and isinstance(end, Unknown) and not again))
    return left


def end_stranded(db: Db, channels: Collection[Channel], now: datetime, limit: int) -> list[Left]:
    """End failed what waits for a channel that is not among ``channels``; up to ``limit`` of each kind.

    Crisis replies and alerts at once, so that staff hear by another way; the rest after an hour, in which whoever took
    the settings away may put them back.
    """
    left = []
    for lane in sorted(waiting(db, now, [channel for channel in Channel if channel not in channels])):
        urgent = lane.priority <= PRIORITY[Purpose.ALERT]
        found = db.connection.execute(
            select(*_LEFT)
            .where(
                text("status = 'queued'"),
                outbox.c.channel == lane.channel,
                outbox.c.priority == lane.priority,
                outbox.c.next_at <= (now if urgent else now - PUT_BACK_WITHIN),
            )
            .order_by(outbox.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        record(db, [Failed(row.id, f"{Meaning.NOT_SET_UP} {lane.channel}") for row in found], now)
        left += [_left(row, lost=urgent) for row in found]
    return left


def _left_as(row: Any) -> End:
    if row.receipt in NEVER_SENT:
        return Failed(row.id, row.receipt)
    if row.receipt and row.provider_id:
        return Sent(row.id, row.provider_id)
    return Unknown(row.id, "stopped while sending")


@dataclass(frozen=True, slots=True)
class Health:
    """The outbox at a glance. ``waiting_since``: since when the longest waiting message could have gone."""

    queued: int
    sending: int
    waiting_since: datetime | None


# the statuses are written out, because a partial index serves nothing else
_QUEUED = select(func.count()).select_from(outbox).where(text("status = 'queued'"))
_SENDING = select(func.count()).select_from(outbox).where(text("status = 'sending'"))


def health(db: Db, now: datetime) -> Health:
    """How many wait, how many are under way, and since when the oldest could have been sent."""
    since = [
        found
        for channel in Channel
        for priority in PRIORITIES
        if (found := db.connection.execute(_OLDEST, {"channel": channel, "priority": priority}).scalar()) is not None
    ]
    oldest = min(since, default=None)
    return Health(
        db.connection.execute(_QUEUED).scalar_one(),
        db.connection.execute(_SENDING).scalar_one(),
        None if oldest is None or oldest > now else oldest,
    )


_OLDEST = (
    select(outbox.c.next_at)
    .where(
        text("status = 'queued'"),
        outbox.c.channel == bindparam("channel"),
        outbox.c.priority == bindparam("priority"),
    )
    .order_by(outbox.c.next_at)
    .limit(1)
)
