"""Participants and their addresses, as a turn needs them: many at once, each found by a keyed hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from flows.errors import StorageError
from flows.model import Channel, Participant, Session
from flows.statuses import PersonStatus, may_become
from storage import outbox, plans, sessions, staff
from storage.statements import Bulk, Db, Lookup, unpack
from storage.statements import insert as upsert
from storage.tables import addresses, microseconds, moment, participants

Key = tuple[Channel, str]


@dataclass(slots=True, kw_only=True)
class Contact:
    """Whoever is at an address: a participant, somebody on the staff, or both; and their open conversation."""

    channel: Channel
    address_id: int
    trouble: str | None = None  # a Meaning: why it could not be reached
    used_at: datetime | None = None  # when they last wrote from it, before now
    participant: Participant | None = None
    session: Session | None = None
    session_id: int = 0
    session_version: int = 0
    slot_id: int | None = None  # the check-in that began the session
    asked_by: int | None = None  # the message that asks its question
    has_written: bool = False  # since the conversation began, where somebody has looked (inbox.who_wrote)
    staff: staff.StaffMember | None = None


class _Unchanged(Enum):
    UNCHANGED = "unchanged"


UNCHANGED: Final = _Unchanged.UNCHANGED
_U = _Unchanged


@dataclass(slots=True, kw_only=True)
class PersonChange:
    """What one turn, or several in a row, changed about a participant. What is left out stays as it is."""

    id: int
    status: PersonStatus | _U = UNCHANGED
    language: str | _U = UNCHANGED
    time_zone: str | _U = UNCHANGED
    joined_at: datetime | _U | None = UNCHANGED
    stopped_at: datetime | _U | None = UNCHANGED
    paused_until: date | _U | None = UNCHANGED
    erase_asked_at: datetime | _U | None = UNCHANGED
    remembered: Mapping[str, str] | _U = UNCHANGED  # all the values that are not private
    private: Mapping[str, str] | _U = UNCHANGED  # all that are
    rated: Mapping[str, str] | _U = UNCHANGED


# ---------------------------------------------------------------- finding


_ADDRESSES = Lookup("SELECT id, blind, participant_id, staff_id, trouble, used_at FROM addresses WHERE blind IN (*)")

_LAST_USED = Lookup(
    "SELECT id, participant_id, channel, trouble, used_at FROM addresses WHERE participant_id IN (*) ORDER BY used_at"
)

_PARTICIPANTS = Lookup(
    "SELECT id, status, language, time_zone, joined_at, stopped_at, paused_until, remembered, sealed, rated,"
    " erase_asked_at, mentor_id"
    " FROM participants WHERE id IN (*) ORDER BY id",
    on_postgresql="FOR NO KEY UPDATE",
)

_ALERTS = Lookup(
    "SELECT participant_id, tier FROM alerts WHERE status <> 'resolved' AND NOT is_test"
    " AND (tier IS NOT NULL OR policy IN ('missed check-in', 'went quiet')) AND participant_id IN (*)"
)

_STATUSES = {status.value: status for status in PersonStatus}
_CHANNELS = {channel.value: channel for channel in Channel}


def meet(db: Db, contacts: Iterable[Key]) -> dict[Key, Contact]:
    """Who is known at these addresses, each with their open session; whoever is missing is a stranger to us.

    On PostgreSQL the participants are locked, in the order of their ids, until the unit ends: a second process
    that has a message from the same person waits here.
    """
    blind = db.vault.blind
    keys = {blind(channel, address): (channel, address) for channel, address in contacts}
    if not keys:
        return {}
    rows = _ADDRESSES.rows(db, list(keys))
    people = _load(db, {row[2]: keys[row[1]][0] for row in rows if row[2] is not None})
    members = staff.load(db, {row[3] for row in rows if row[3] is not None})
    talks = sessions.load_open(db, people)
    met: dict[Key, Contact] = {}
    for address_id, hashed, participant_id, staff_id, trouble, used_at in rows:
        key = keys[hashed]
        session_id, version, session, slot_id, asked_by = talks.get(participant_id, _NO_SESSION)
        met[key] = Contact(
            channel=key[0],
            address_id=address_id,
            trouble=trouble,
            used_at=moment(used_at),
            participant=people.get(participant_id),
            session=session,
            session_id=session_id,
            session_version=version,
            slot_id=slot_id,
            asked_by=asked_by,
            staff=members.get(staff_id),
        )
    return met


_NO_SESSION: tuple[int, int, Session | None, int | None, int | None] = (0, 0, None, None, None)


def load(db: Db, ids: Iterable[int]) -> dict[int, Contact]:
    """Participants by id, each at the address last used, locked as in ``meet``. One without an address is left out."""
    last = {row[1]: row for row in _LAST_USED.rows(db, list(ids))}
    people = _load(db, {participant_id: _CHANNELS[row[2]] for participant_id, row in last.items()})
    talks = sessions.load_open(db, people)
    found: dict[int, Contact] = {}
    for participant_id, person in people.items():
        session_id, version, session, slot_id, asked_by = talks.get(participant_id, _NO_SESSION)
        address_id, _, _, trouble, used_at = last[participant_id]
        found[participant_id] = Contact(
            channel=person.channel,
            address_id=address_id,
            trouble=trouble,
            used_at=moment(used_at),
            participant=person,
            session=session,
            session_id=session_id,
            session_version=version,
            slot_id=slot_id,
            asked_by=asked_by,
        )
    return found


def outline(db: Db, key: Key) -> Contact | None:
    """Who is at an address as far as it can be told without opening anything: for a record that does not open."""
    row = db.connection.execute(
        select(addresses.c.id, participants.c.id, participants.c.status, participants.c.stopped_at)
        .join(participants, participants.c.id == addresses.c.participant_id)
        .where(addresses.c.blind == db.vault.blind(*key))
    ).first()
    if row is None:
        return None
    address_id, participant_id, status, stopped_at = row
    person = Participant(id=participant_id, status=_STATUSES[status], channel=key[0], stopped_at=stopped_at)
    return Contact(channel=key[0], address_id=address_id, participant=person)


def _load(db: Db, channels: Mapping[int, Channel]) -> dict[int, Participant]:
    if not channels:
        return {}
    ids = list(channels)
    people: dict[int, Participant] = {}
    rows = _PARTICIPANTS.rows(db, ids)
    in_crisis: set[int] = set()
    sought: set[int] = set()
    for participant_id, tier in _ALERTS.rows(db, ids):
        (in_crisis if tier else sought).add(participant_id)
    for (
        participant_id,
        status,
        language,
        time_zone,
        joined,
        stopped,
        paused_until,
        values,
        sealed,
        rated,
        leaving,
        mentor,
    ) in rows:
        values = unpack(values)
        if sealed is not None:
            values = {**values, **orjson.loads(db.vault.open("participants", "sealed", participant_id, sealed))}
        people[participant_id] = Participant(
            id=participant_id,
            status=_STATUSES[status],
            channel=channels[participant_id],
            language=language,
            time_zone=time_zone,
            joined_at=None if joined is None else moment(joined),
            stopped_at=None if stopped is None else moment(stopped),
            paused_until=date.fromisoformat(paused_until) if isinstance(paused_until, str) else paused_until,
            in_crisis=participant_id in in_crisis,
            sought=participant_id in sought,
            has_mentor=mentor is not None,
            leaving=leaving is not None,
            values=values,
            rated=unpack(rated),
        )
    return people


# ---------------------------------------------------------------- making


def values_of(db: Db, participant_id: int) -> tuple[Mapping[str, str], list[tuple[Channel, str]]]:
    """What is remembered of somebody, and their addresses, the one last used first: what ON IT may give to staff."""
    rows = db.connection.execute(
        select(addresses.c.id, addresses.c.channel, addresses.c.sealed)
        .where(addresses.c.participant_id == participant_id)
        .order_by(addresses.c.used_at.desc())
    ).all()
    reached = [(Channel(row.channel), db.vault.open("addresses", "sealed", row.id, row.sealed)) for row in rows]
    person = _load(db, {participant_id: reached[0][0] if reached else Channel.SMS}).get(participant_id)
    return (person.values if person is not None else {}), reached


def create_strangers(db: Db, contacts: Iterable[Key], now: datetime) -> dict[Key, Contact]:
    """A participant of status stranger for every address that has none. Two processes at once make one."""
    wanted = list(dict.fromkeys(contacts))
    met = meet(db, wanted)
    made: set[int] = set()
    for key in wanted:
        known = met.get(key)
        if known is not None and known.participant is not None:
            continue
        participant_id = db.ids.next(now)
        made.add(participant_id)
        db.connection.execute(
            insert(participants).values(
                id=participant_id, status=PersonStatus.STRANGER, created_at=now, remembered={}, rated={}
            )
        )
        known_id = address(db, *key, now) if known is None else known.address_id
        db.connection.execute(
            update(addresses)
            .where(addresses.c.id == known_id, addresses.c.participant_id.is_(None))
            .values(participant_id=participant_id)
        )
    if not made:
        return met
    met = meet(db, wanted)
    lost = made - {contact.participant.id for contact in met.values() if contact.participant}
    if lost:  # another process linked the address first
        db.connection.execute(delete(participants).where(participants.c.id.in_(lost)))
    return met


def address(db: Db, channel: Channel, written: str, now: datetime) -> int:
    """The id of an address, made if it is new; it belongs to nobody yet."""
    blind = db.vault.blind(channel, written)
    address_id = db.ids.next(now)
    db.connection.execute(
        upsert(db, addresses)
        .values(
            id=address_id,
            channel=channel,
            blind=blind,
            sealed=db.vault.seal("addresses", "sealed", address_id, written),
            used_at=now,
        )
        .on_conflict_do_nothing(index_elements=["blind"])
    )
    return int(db.connection.execute(select(addresses.c.id).where(addresses.c.blind == blind)).scalar_one())


# ---------------------------------------------------------------- changing

_HEARD = Lookup("UPDATE addresses SET used_at = ?, trouble = NULL WHERE id IN (*)")


def heard(db: Db, address_ids: Iterable[int], now: datetime) -> None:
    """Somebody wrote from these: each is now its person's address to answer at, and what was wrong with it is over."""
    _HEARD.run(db, list(address_ids), microseconds(now))


def set_trouble(db: Db, address_id: int, meaning: str | None) -> None:
    """Remember why an address cannot be reached (a Meaning), or that it can again."""
    db.connection.execute(update(addresses).where(addresses.c.id == address_id).values(trouble=meaning))


def save(db: Db, changes: Sequence[PersonChange], now: datetime) -> None:
    """Write what changed, one executemany for every set of columns.

    A STOP suppresses, in this same commit, whatever was queued. Whoever may be due something else from ``now`` on is
    planned for again. Raises StorageError when a status may not follow the
    one that is stored (flows/statuses.py): the participant was not loaded in this unit.
    """
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    stopped: list[int] = []
    replanned: list[int] = []
    for change in changes:
        if any(getattr(change, name) is not UNCHANGED for name in _DECIDE_WHAT_IS_DUE):
            replanned.append(change.id)
        if change.status is not UNCHANGED:
            _move(db, change.id, change.status)
            if change.status is PersonStatus.STOPPED:
                stopped.append(change.id)
        columns, values = _written(db, change)
        if columns:
            groups.setdefault(columns, []).append((*values, change.id))
    for columns, rows in groups.items():
        if _update_of(columns).run(db, rows) != len(rows):
            raise StorageError("A participant that should be changed is not there.")
    if stopped:
        outbox.hold_back(db, stopped, "stopped", now)
    plans.again(db, replanned, now)


_DECIDE_WHAT_IS_DUE = ("status", "language", "time_zone", "joined_at", "paused_until", "remembered", "private")


def _move(db: Db, participant_id: int, status: PersonStatus) -> None:
    moved = db.connection.execute(
        update(participants)
        .where(participants.c.id == participant_id, participants.c.status.in_((*may_become(status), status)))
        .values(status=status)
    )
    if moved.rowcount != 1:
        raise StorageError(f"Participant {participant_id} cannot become {status}.")


_PLAIN = ("language", "time_zone", "joined_at", "stopped_at", "paused_until", "erase_asked_at")


def _written(db: Db, change: PersonChange) -> tuple[tuple[str, ...], list[Any]]:
    columns: list[str] = []
    values: list[Any] = []
    for name in _PLAIN:  # in the order of the table
        value = getattr(change, name)
        if value is not UNCHANGED:
            columns.append(name)
            if isinstance(value, datetime):
                value = microseconds(value)
            elif isinstance(value, date):
                value = value.isoformat()
            values.append(value)
    if change.remembered is not UNCHANGED:
        columns.append("remembered")
        values.append(_json(change.remembered))
    if change.private is not UNCHANGED:
        columns.append("sealed")
        private = change.private
        values.append(db.vault.seal("participants", "sealed", change.id, _json(private)) if private else None)
    if change.rated is not UNCHANGED:
        columns.append("rated")
        values.append(_json(change.rated))
    return tuple(columns), values


def _json(values: Mapping[str, str]) -> str:
    return orjson.dumps(dict(values)).decode()


@cache
def _update_of(columns: tuple[str, ...]) -> Bulk:
    statement = (
        update(participants)
        .where(participants.c.id == bindparam("key"))
        .values({name: bindparam(name, type_=participants.c[name].type) for name in columns})
    )
    return Bulk((*columns, "key"), lambda _: statement)
