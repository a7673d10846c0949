"""Conversations between turns: at most one open for a person, every change fenced by its version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, bindparam, func, null, select, text, update

from flows.errors import StorageError, Unreadable
from flows.model import Session
from flows.session_json import dump
from flows.session_json import load as read
from flows.statuses import SlotStatus
from storage import slots
from storage.statements import Bulk, Db, Lookup
from storage.tables import microseconds, participants, sessions


class Stored(NamedTuple):
    """An open conversation. ``slot_id``: the check-in that began it; ``asked_by``: the message that asks."""

    id: int
    version: int
    session: Session
    slot_id: int | None
    asked_by: int | None


class Opened(NamedTuple):
    """A conversation that begins. ``outcome`` is set when it has ended in the same batch: then it is stored ended."""

    participant_id: int
    session: Session
    outcome: str | None = None
    slot_id: int | None = None
    asked_by: int | None = None


class Advanced(NamedTuple):
    """An open conversation as a turn left it; ``version`` is the one that was loaded."""

    id: int
    version: int
    session: Session
    asked_by: int | None = None


class Finished(NamedTuple):
    """An open conversation that is over. Its answers stay as they were last stored, or as ``session`` has them."""

    id: int
    version: int
    outcome: str
    session: Session | None = None


_OPEN = Lookup(
    "SELECT participant_id, id, version, state, slot_id, asked_by FROM sessions"
    " WHERE status = 'open' AND participant_id IN (*)"
)

_INSERT = Bulk(
    (
        "id",
        "participant_id",
        "version",
        "release",
        "flow",
        "state",
        "status",
        "next_due",
        "started_at",
        "ended_at",
        "outcome",
        "slot_id",
        "asked_by",
    ),
    lambda insert: insert(sessions),
)

_FENCE = (sessions.c.id == bindparam("key"), sessions.c.version == bindparam("was"), text("status = 'open'"))
_ADVANCE = Bulk(
    ("now_at", "release", "flow", "state", "next_due", "asked_by", "key", "was"),
    lambda _: (
        update(sessions)
        .where(*_FENCE)
        .values(
            version=bindparam("now_at", type_=sessions.c.version.type),
            release=bindparam("release", type_=sessions.c.release.type),
            flow=bindparam("flow", type_=sessions.c.flow.type),
            state=bindparam("state", type_=sessions.c.state.type),
            next_due=bindparam("next_due", type_=BigInteger()),
            asked_by=bindparam("asked_by", type_=BigInteger()),
        )
    ),
)
_END = Bulk(
    ("now_at", "ended_at", "outcome", "key", "was"),
    lambda _: (
        update(sessions)
        .where(*_FENCE)
        .values(
            version=bindparam("now_at", type_=sessions.c.version.type),
            status=text("'ended'"),
            next_due=null(),
            ended_at=bindparam("ended_at", type_=BigInteger()),
            outcome=bindparam("outcome", type_=sessions.c.outcome.type),
        )
    ),
)
_DUE = (
    select(participants.c.id)
    .join(sessions, sessions.c.participant_id == participants.c.id)
    .where(text("sessions.status = 'open'"), sessions.c.next_due <= bindparam("now"))
    .order_by(sessions.c.next_due, sessions.c.id)
    .limit(bindparam("limit"))
    .with_for_update(key_share=True, skip_locked=True, of=participants)
)
_STILL_DUE = Lookup(
    "SELECT participant_id FROM sessions WHERE status = 'open' AND next_due <= ? AND participant_id IN (*)"
)


def load_open(db: Db, participant_ids: Collection[int]) -> dict[int, Stored]:
    """The open conversation of each of these people who has one."""
    unseal = db.vault.open
    return {
        row[0]: Stored(row[1], row[2], read(unseal("sessions", "state", row[1], row[3])), row[4], row[5])
        for row in _OPEN.rows(db, list(participant_ids))
    }


def releases_in_use(db: Db) -> list[str]:
    """The releases that open conversations began on."""
    open_ones = select(sessions.c.release).where(text("sessions.status = 'open'")).distinct()
    return list(db.connection.execute(open_ones.order_by(sessions.c.release)).scalars())


def count_by_release(db: Db) -> Counter[str]:
    """How many conversations are open, by the release that each began on."""
    return _count_by(db, sessions.c.release)


def count_by_flow(db: Db) -> Counter[str]:
    """How many conversations are open, by the flow that each began with."""
    return _count_by(db, sessions.c.flow)


def _count_by(db: Db, column: Column[str]) -> Counter[str]:
    counted = select(column, func.count()).where(text("sessions.status = 'open'")).group_by(column)
    return Counter({row[0]: row[1] for row in db.connection.execute(counted)})


def open_(db: Db, begun: Sequence[Opened], now: datetime) -> list[int]:
    """Store conversations that begin; their ids, in order. Ends of the same batch are written first.

    Raises StorageError when somebody has one open already.
    """
    ids = []
    rows = []
    at = microseconds(now)
    for one in begun:
        session = one.session
        session_id = db.ids.next(now)
        ids.append(session_id)
        ended = one.outcome is not None
        due = session.waiting.due
        rows.append(
            (
                session_id,
                one.participant_id,
                1,
                session.release,
                session.flow,
                db.vault.seal("sessions", "state", session_id, dump(session)),
                "ended" if ended else "open",
                None if ended or due is None else microseconds(due),
                microseconds(session.started_at),
                at if ended else None,
                one.outcome,
                one.slot_id,
                one.asked_by,
            )
        )
    _INSERT.run(db, rows)
    return ids


def advance(db: Db, moved: Sequence[Advanced]) -> None:
    """Store conversations that went on. Raises StorageError when one was changed since it was loaded."""
    seal = db.vault.seal
    rows = []
    for one in moved:
        session = one.session
        due = session.waiting.due
        rows.append(
            (
                one.version + 1,
                session.release,
                session.flow,
                seal("sessions", "state", one.id, dump(session)),
                None if due is None else microseconds(due),
                one.asked_by,
                one.id,
                one.version,
            )
        )
    if _ADVANCE.run(db, rows) != len(rows):
        raise StorageError("A conversation was changed by another process after it was loaded.")


def end(db: Db, finished: Sequence[Finished], now: datetime) -> None:
    """Close conversations. Raises StorageError when one was changed since it was loaded."""
    with_answers = [one for one in finished if one.session is not None]
    if with_answers:
        advance(db, [Advanced(one.id, one.version, one.session) for one in with_answers if one.session is not None])
    at = microseconds(now)
    rows = []
    for one in finished:
        version = one.version if one.session is None else one.version + 1
        rows.append((version + 1, at, one.outcome, one.id, version))
    if _END.run(db, rows) != len(rows):
        raise StorageError("A conversation was changed by another process after it was loaded.")


def claim_due(db: Db, now: datetime, limit: int) -> list[int]:
    """Participants whose open question is due for its nudge or its close, longest overdue first.

    They are locked until the unit ends; ``people.load`` then gives each with the session. On PostgreSQL several
    workers each get others.
    """
    claimed = list(dict.fromkeys(db.connection.execute(_DUE, {"now": now, "limit": limit}).scalars()))
    if not claimed or db.is_sqlite:
        return claimed
    # a turn may have moved the session between our reading it and getting the lock: look again
    due = {row[0] for row in _STILL_DUE.rows(db, claimed, microseconds(now))}
    return [participant_id for participant_id in claimed if participant_id in due]


_LOOK_AT = Bulk(
    ("due", "key", "was"),
    lambda _: update(sessions).where(*_FENCE).values(next_due=bindparam("due", type_=BigInteger())),
)


def look_at(db: Db, later: Sequence[tuple[int, int, datetime]]) -> None:
    """Look at open conversations again then, whatever their own deadlines are: id, version, time."""
    _LOOK_AT.run(db, [(microseconds(at), session_id, version) for session_id, version, at in later])


_LOOK_NOW = Lookup(
    "UPDATE sessions SET next_due = ? WHERE status = 'open' AND id IN (SELECT s.id FROM outbox o JOIN sessions s"
    " ON s.participant_id = o.participant_id AND s.status = 'open' AND s.asked_by = o.id WHERE o.id IN (*))"
)


def look_now(db: Db, outbox_ids: Collection[int], now: datetime) -> None:
    """These messages did not arrive: the conversations that wait for an answer to one are looked at now."""
    _LOOK_NOW.run(db, list(outbox_ids), microseconds(now))


def look_now_at(db: Db, participant_ids: Collection[int], now: datetime) -> None:
    """Look at the open conversations of these people now: they can no longer be reached."""
    _LOOK_NOW_AT.run(db, list(participant_ids), microseconds(now))


_LOOK_NOW_AT = Lookup("UPDATE sessions SET next_due = ? WHERE status = 'open' AND participant_id IN (*)")


_LAST = Lookup(
    "SELECT s.participant_id, s.id, s.state FROM sessions s WHERE s.status = 'ended' AND s.outcome = 'no reply'"
    " AND s.ended_at >= ? AND NOT EXISTS (SELECT 1 FROM sessions n WHERE n.participant_id = s.participant_id"
    " AND n.started_at >= s.started_at AND n.id > s.id) AND s.participant_id IN (*)"
)


def closed_by_silence(db: Db, participant_ids: Collection[int], since: datetime) -> dict[int, Session]:
    """The conversation that silence closed ``since`` then, for whoever has had none after it and it still opens."""
    found: dict[int, Session] = {}
    for participant_id, session_id, state in _LAST.rows(db, list(participant_ids), microseconds(since)):
        with suppress(Unreadable, ValueError):
            found[participant_id] = read(db.vault.open("sessions", "state", session_id, state))
    return found


def give_up(db: Db, participant_id: int, now: datetime) -> None:
    """End a conversation that can no longer be opened, without opening it; its check-in is excused."""
    open_one = select(sessions.c.slot_id).where(
        sessions.c.participant_id == participant_id, text("sessions.status = 'open'"), sessions.c.slot_id.is_not(None)
    )
    slots.end(
        db,
        [
            slots.Ended(slot_id, SlotStatus.EXCUSED, "unreadable")
            for slot_id in db.connection.execute(open_one).scalars()
        ],
        now,
    )
    db.connection.execute(
        update(sessions)
        .where(sessions.c.participant_id == participant_id, text("sessions.status = 'open'"))
        .values(status="ended", next_due=None, ended_at=now, outcome="unreadable", version=sessions.c.version + 1)
    )
