"""What arrived. ``(channel, provider_id)`` is unique, so a repeated webhook is kept once and changes state once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, text, update

from flows.model import Channel, Heard, Inbound
from flows.statuses import InboxStatus
from storage.ids import made_at
from storage.statements import Bulk, Db, Lookup
from storage.tables import inbox, microseconds

ERROR_LENGTH = 200
A_DAY = timedelta(days=1)


class Arrival(NamedTuple):
    """An inbound message with whose it is, ready to be kept. ``finding`` names the crisis rule that fired."""

    inbound: Inbound
    address_id: int | None = None
    participant_id: int | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A row of the inbox, opened."""

    id: int
    channel: Channel
    provider_id: str
    kind: Heard
    text: str
    address_id: int | None
    participant_id: int | None
    received_at: datetime
    status: InboxStatus
    finding: str | None
    error: str | None


_KEEP = Bulk(
    (
        "id",
        "channel",
        "provider_id",
        "kind",
        "body",
        "address_id",
        "participant_id",
        "received_at",
        "status",
        "finding",
    ),
    lambda insert: insert(inbox).on_conflict_do_nothing(index_elements=["channel", "provider_id"]),
)
_THERE = Lookup("SELECT id FROM inbox WHERE id IN (*)")
_FAIL = (
    update(inbox).where(inbox.c.id == bindparam("key")).values(status=InboxStatus.FAILED, error=bindparam("because"))
)


def keep(db: Db, arrivals: Sequence[Arrival], now: datetime) -> dict[tuple[Channel, str], int]:
    """Keep what is new; the id of each new row by (channel, provider id). What is missing was a repeat.

    The ids are ours, so those found afterwards are those that went in, where not all did: the same answer as RETURNING,
    and half its cost.
    """
    seal = db.vault.seal
    at = microseconds(now)
    rows = []
    ids: dict[tuple[Channel, str], int] = {}
    for arrival in arrivals:
        inbound = arrival.inbound
        key = (inbound.channel, inbound.provider_id)
        if key in ids:
            continue
        ids[key] = row_id = db.ids.next(now)
        rows.append(
            (
                row_id,
                inbound.channel.value,
                inbound.provider_id,
                inbound.kind.value,
                seal("inbox", "body", row_id, inbound.text),
                arrival.address_id,
                arrival.participant_id,
                at,
                "done",
                arrival.finding,
            )
        )
    if _KEEP.run(db, rows) == len(rows):
        return ids
    there = {row[0] for row in _THERE.rows(db, list(ids.values()))}
    return {key: row_id for key, row_id in ids.items() if row_id in there}


def belongs_to(db: Db, row_id: int, address_id: int, participant_id: int) -> None:
    """The row is from somebody who was not known when it was kept."""
    db.connection.execute(
        update(inbox).where(inbox.c.id == row_id).values(address_id=address_id, participant_id=participant_id)
    )


def is_staffs(db: Db, row_id: int) -> None:
    """Said as staff by somebody who is a participant as well: it is no word of the participant's, who may be silent."""
    db.connection.execute(update(inbox).where(inbox.c.id == row_id).values(participant_id=None))


_WROTE = Lookup(
    "SELECT participant_id, id FROM inbox WHERE received_at > ? AND id > ?"
    " AND kind NOT IN ('left', 'came back', 'group') AND participant_id IN (*)"
)


def who_wrote(db: Db, after: Mapping[int, int]) -> set[int]:
    """Which participants have said something to us since ``after``: participant id -> the id of what began.

    By ids, for they go on where a clock goes back; the clock only spares us the rows of other days. Not ``used_at`` of
    an address: that moves for what its owner says as staff too.
    """
    if not after:
        return set()
    oldest = min(after.values())
    rows = _WROTE.rows(db, list(after), microseconds(made_at(oldest) - A_DAY), oldest)
    return {participant_id for participant_id, row_id in rows if row_id > after[participant_id]}


_KNOWN = Lookup("SELECT provider_id FROM inbox WHERE channel = ? AND provider_id IN (*)")
_AT_ONCE = 500


def known(db: Db, channel: Channel, provider_ids: Sequence[str]) -> set[str]:
    """Which of the provider's ids have been kept already."""
    chunks = (provider_ids[at : at + _AT_ONCE] for at in range(0, len(provider_ids), _AT_ONCE))
    return {row[0] for chunk in chunks for row in _KNOWN.rows(db, chunk, channel.value)}


def newest(db: Db, channel: Channel) -> datetime | None:
    """When the newest row of a channel was kept; None where there is none."""
    found = select(inbox.c.received_at).where(inbox.c.channel == channel).order_by(inbox.c.id.desc()).limit(1)
    at: datetime | None = db.connection.execute(found).scalar()
    return at


def mark_failed(db: Db, failures: Iterable[tuple[int, str]]) -> None:
    """These turns raised; ``(inbox id, what kind of error)``, never words of the person's."""
    rows = [{"key": row_id, "because": error[:ERROR_LENGTH]} for row_id, error in failures]
    if rows:
        db.connection.execute(_FAIL, rows)


def mark_done(db: Db, row_id: int) -> None:
    """A failed turn was tried again and went through."""
    db.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.FAILED)
        .values(status=InboxStatus.DONE, error=None)
    )


def failed(db: Db, limit: int = 100) -> list[Kept]:
    """What can be tried again, oldest first."""
    return _kept(db, select(inbox).where(text("status = 'failed'")).order_by(inbox.c.id).limit(limit))


def recent(db: Db, participant_id: int, limit: int = 20) -> list[Kept]:
    """The last texts of a person, newest first."""
    return _kept(
        db,
        select(inbox)
        .where(inbox.c.participant_id == participant_id)
        .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
        .limit(limit),
    )


def _kept(db: Db, statement: object) -> list[Kept]:
    return [
        Kept(
            id=row.id,
            channel=Channel(row.channel),
            provider_id=row.provider_id,
            kind=Heard(row.kind),
            text="" if row.body is None else db.vault.open("inbox", "body", row.id, row.body),
            address_id=row.address_id,
            participant_id=row.participant_id,
            received_at=row.received_at,
            status=InboxStatus(row.status),
            finding=row.finding,
            error=row.error,
        )
        for row in db.connection.execute(statement)  # type: ignore[call-overload]
    ]
