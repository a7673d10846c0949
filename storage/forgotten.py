"""Who was erased, who left and whose number was wrong: a list outside the database, to which a backup put back keeps.

One line each, only ever added: a time, what happened, and to whom. Whom is a number that leads nowhere but into a copy
of the database, or the keyed hash of an address; there is no name, number or word in it. Lines may stand there twice.
One that is not whole (the power went) is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select, update

from flows.statuses import PersonStatus, SessionStatus, may_become
from storage import audit as auditing
from storage import erasure, ids
from storage.database import Database
from storage.statements import Db, insert
from storage.tables import addresses, audit, participants, sessions, suppressions

OVERLAP = timedelta(minutes=10)  # ids of two processes may be committed in another order than they were made

LISTED = "forgotten listed"  # a mark: when somebody last had the list written by a command
ERASED, STOPPED, JOINED, ADDRESS = "erased", "stopped", "joined", "address"
_FROM_AUDIT = {"participant.erased": ERASED, "participant.stopped": STOPPED, "participant.joined": JOINED}
_TAKES_ADDRESSES = frozenset({"participant.erased", "address.unlinked", "address.wrong"})


class Entry(NamedTuple):
    """``who`` is a participant's id; for an address its keyed hash, channel and reason, with blanks between."""

    at: datetime
    what: str
    who: str


class Replayed(NamedTuple):
    """How many of the list's people were in the copy as if nothing had happened."""

    erased: int
    stopped: int
    unlinked: int


# ---------------------------------------------------------------- the list


def read(file: Path) -> list[Entry]:
    """Every line that is whole, in order; none where there is no list. Raises OSError when it may not be read."""
    if not file.exists():
        return []
    found = []
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            at, what, who = line.split(" ", 2)
            entry = Entry(datetime.fromisoformat(at), what, who)
            _is_whole(entry)
        except ValueError:
            continue
        found.append(entry)
    return found


def _is_whole(entry: Entry) -> None:
    """Raises ValueError where a line was cut off."""
    if entry.what == ADDRESS:
        blind, _, _ = entry.who.split(" ", 2)
        if len(bytes.fromhex(blind)) != 32:
            raise ValueError("a hash that was cut off")
    elif entry.what not in (ERASED, STOPPED, JOINED):
        raise ValueError("nothing that is written here")
    else:
        int(entry.who)


def append(file: Path, entries: Iterable[Entry]) -> None:
    """Add lines, readable by their owner alone; they are on the disk when this returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "rb+", buffering=0) as out:
        torn = out.seek(0, os.SEEK_END) > 0 and out.seek(-1, os.SEEK_END) >= 0 and out.read(1) != b"\n"
        lines = "".join(f"{each.at.isoformat()} {each.what} {each.who}\n" for each in entries)
        out.write(("\n" if torn else "").encode() + lines.encode("ascii"))
        os.fsync(out.fileno())


class Keeper:
    """Keeps the list of one database up to date. ``keep`` it often: it asks for the audit lines since the last time."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._after: int | None = None
        self._known: set[Entry] = set()

    def keep_now(self, database: Database, now: datetime) -> int:
        """Add what has happened; how many lines. For callers without an event loop. Raises OSError."""
        return 0 if self.file is None else self._add(database.run_now(self._unit(now).read))

    async def keep(self, database: Database, now: datetime) -> int:
        """The same."""
        return 0 if self.file is None else self._add(await database.run(self._unit(now).read))

    def _unit(self, now: datetime) -> _Since:
        if self._after is None:
            assert self.file is not None
            self._known = set(read(self.file))
            latest = max((each.at for each in self._known), default=now)
            self._after = ids.first_at(min(now, latest) - OVERLAP)
        return _Since(self._after)

    def _add(self, found: _Found) -> int:
        assert self.file is not None
        new = [entry for entry in found.entries if entry not in self._known]
        if new:
            append(self.file, new)
            self._known.update(new)
        if found.newest is not None:
            self._after = max(self._after or 0, ids.first_at(ids.made_at(found.newest) - OVERLAP))
        return len(new)


class _Found(NamedTuple):
    entries: Sequence[Entry]
    newest: int | None


class _Since(NamedTuple):
    """What the list should say of everything from an id on; ``read`` is a unit."""

    after: int

    def read(self, db: Db) -> _Found:
        wanted = [*_FROM_AUDIT, *_TAKES_ADDRESSES - _FROM_AUDIT.keys()]
        lines = db.connection.execute(
            select(audit.c.id, audit.c.at, audit.c.action, audit.c.participant_id)
            .where(audit.c.id > self.after, audit.c.action.in_(wanted))
            .order_by(audit.c.id)
        ).all()
        entries = [
            Entry(row._mapping["at"], _FROM_AUDIT[row.action], str(row.participant_id))
            for row in lines
            if row.action in _FROM_AUDIT
        ]
        if any(row.action in _TAKES_ADDRESSES for row in lines):
            entries += _suppressed(db, ids.made_at(self.after))
        return _Found(entries, lines[-1].id if lines else None)


def _suppressed(db: Db, since: datetime) -> list[Entry]:
    rows = db.connection.execute(select(suppressions).where(suppressions.c["at"] >= since))
    return [Entry(row._mapping["at"], ADDRESS, f"{row.blind.hex()} {row.channel} {row.reason}") for row in rows]


# ---------------------------------------------------------------- put back


def replay(db: Db, entries: Iterable[Entry], now: datetime) -> Replayed:
    """Do to a copy what was done to the original since: erase, stop, take numbers out.

    Whoever was erased and has joined again is another participant, and stays. Whoever left and came back stays joined.
    """
    erased = stopped = unlinked = 0
    left: dict[int, Entry] = {}
    for entry in sorted(entries):
        if entry.what == ERASED:
            erased += erasure.erase(db, int(entry.who), entry.at, auditing.OPERATOR)
        elif entry.what in (STOPPED, JOINED):
            left[int(entry.who)] = entry
        else:
            unlinked += _take_out(db, entry, now)
    for participant_id, entry in left.items():
        if entry.what == STOPPED:
            stopped += _stop(db, participant_id, entry.at, now)
    return Replayed(erased, stopped, unlinked)


def _take_out(db: Db, entry: Entry, now: datetime) -> int:
    """Nobody is written to at this address again; whether it was somebody's."""
    written, channel, reason = entry.who.split(" ", 2)
    blind = bytes.fromhex(written)
    linked = db.connection.execute(
        select(addresses.c.id).where(
            addresses.c.blind == blind, addresses.c.participant_id.is_not(None), addresses.c.used_at <= entry.at
        )
    ).scalar()
    if linked is not None and reason == erasure.WRONG_NUMBER:
        erasure.wrong_number(db, linked, now)
    statement = insert(db, suppressions).values(blind=blind, channel=channel, reason=reason, at=entry.at)
    db.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["blind"],
            set_={"reason": statement.excluded.reason, "at": statement.excluded["at"]},
            where=suppressions.c["at"] < entry.at,
        )
    )
    return int(linked is not None and reason == erasure.WRONG_NUMBER)


def _stop(db: Db, participant_id: int, at: datetime, now: datetime) -> int:
    """They had sent STOP; whether the copy did not know it."""
    done = db.connection.execute(
        update(participants)
        .where(
            participants.c.id == participant_id,
            participants.c.status.in_(may_become(PersonStatus.STOPPED)),
            participants.c.status != PersonStatus.STRANGER,
        )
        .values(status=PersonStatus.STOPPED, stopped_at=at, plan_at=None)
    ).rowcount
    if done:
        db.connection.execute(
            update(sessions)
            .where(sessions.c.participant_id == participant_id, sessions.c.status == SessionStatus.OPEN)
            .values(
                status=SessionStatus.ENDED, next_due=None, ended_at=now, outcome="stop", version=sessions.c.version + 1
            )
        )
        auditing.write(db, [auditing.Line(auditing.OPERATOR, "participant.stopped", participant_id)], now)
    return done
