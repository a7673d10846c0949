"""A new key stands in front: what older keys sealed is sealed anew, some hundred rows at once, while the service runs.

A mark names the keys that may seal something, newest first. So a start without one of them is refused, wherever an
earlier rotation broke off, and nobody looks through the tables again once only the first is left.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import LargeBinary, Table, bindparam, func, select, update

from flows.errors import Unreadable
from storage import marks
from storage.database import SCRUB
from storage.fields import LONGEST_NAME
from storage.statements import Db
from storage.tables import metadata, sealed_columns

SEALED_WITH = "sealed with"  # the mark
SETTLES = timedelta(hours=1)  # how long other processes may go on sealing with the older key until they restart
ROWS: Final = 200  # looked at in one unit

TABLES: Final = tuple(table for table in metadata.sorted_tables if sealed_columns(table))


class Place(NamedTuple):
    """How far a walk through the sealed tables has come: the number of the table, and the last id looked at there."""

    table: int = 0
    after: int = -1


class Step(NamedTuple):
    """What a piece of the walk found: rows looked at, rows that an older key sealed, and values that do not open.

    ``place`` is where to go on; None at the end.
    """

    place: Place | None
    looked: int = 0
    older: int = 0
    shut: int = 0


class InUse(NamedTuple):
    """The keys that may seal something, newest first, and since when the first of them has stood there."""

    keys: tuple[str, ...]
    since: datetime | None


def in_use(db: Db) -> InUse | None:
    """What the mark says; None before any service has written it."""
    found = marks.written_at(db, SEALED_WITH)
    return None if found is None else InUse(tuple(found[0].split(",")), found[1])


def begin(db: Db, now: datetime) -> tuple[str, ...]:
    """Note that our first key seals from now on. Keys that may still seal something and that we do not hold come back.

    Then nothing is noted, and nothing may be started: part of what is stored would not open.
    """
    held = db.vault.key_ids
    noted = in_use(db)
    keys = noted.keys if noted is not None else held  # nobody knows which of them sealed what is there
    missing = tuple(key for key in keys if key not in held)
    if not missing and (noted is None or keys[0] != held[0]):
        marks.put(db, SEALED_WITH, ",".join((held[0], *(key for key in keys if key != held[0]))), now)
    return missing


def is_done(db: Db) -> bool:
    """Whether our first key alone seals what is stored; also True where another process has put another first since."""
    noted = in_use(db)
    return noted is not None and (noted.keys == db.vault.key_ids[:1] or noted.keys[0] != db.vault.key_ids[0])


def end(db: Db, now: datetime, *, alone: bool = False) -> bool:
    """A whole walk has found nothing more of older keys: note it, if no other process can be sealing with one still.

    ``alone``: we hold the database, and there is none. The log is scrubbed of what the older keys sealed.
    """
    noted = in_use(db)
    if noted is None or noted.keys[0] != db.vault.key_ids[0]:
        return False
    if not alone and (noted.since is None or now - noted.since < SETTLES):
        return False
    marks.put(db, SEALED_WITH, noted.keys[0], now)
    marks.put(db, SCRUB, str(db.ids.next(now)), now)
    return True


def walk(db: Db, place: Place, *, limit: int = ROWS, seal: bool = True) -> Step:
    """Look at the next rows, and seal anew what an older key sealed there. Without ``seal`` it is only counted.

    What does not open is left as it is. What somebody else is changing just now is left for the next walk.
    """
    table = TABLES[place.table]
    marked = [func.substr(table.c[name], 1, LONGEST_NAME, type_=LargeBinary) for name in sealed_columns(table)]
    rows = db.connection.execute(
        select(table.c.id, *marked).where(table.c.id > place.after).order_by(table.c.id).limit(limit)
    ).all()
    found = [row[0] for row in rows if any(_is_older(db, value) for value in row[1:])]
    older, shut = _older_of(db, table, found, seal=seal) if found else (0, 0)
    if len(rows) == limit:
        onward: Place | None = Place(place.table, rows[-1][0])
    else:
        onward = Place(place.table + 1) if place.table + 1 < len(TABLES) else None
    return Step(onward, len(rows), older, shut)


def _is_older(db: Db, sealed: bytes | None) -> bool:
    return sealed is not None and not db.vault.sealed_with_first(sealed)


def _older_of(db: Db, table: Table, ids: list[int], *, seal: bool) -> tuple[int, int]:
    """Seal what is older in these rows with the first key: rows that had such values, and values that do not open."""
    names = sealed_columns(table)
    rows = db.connection.execute(
        select(table.c.id, *(table.c[name] for name in names))
        .where(table.c.id.in_(ids))
        .order_by(table.c.id)
        .with_for_update(skip_locked=True)
    ).all()
    older = set(ids) - {row[0] for row in rows}  # held by somebody else
    shut = 0
    for number, name in enumerate(names, start=1):
        anew = []
        for row in rows:
            if not _is_older(db, row[number]):
                continue
            try:
                words = db.vault.open(table.name, name, row[0], row[number])
            except Unreadable:
                shut += 1
                continue
            older.add(row[0])
            anew.append({"row": row[0], "anew": db.vault.seal(table.name, name, row[0], words)})
        if anew and seal:
            statement = update(table).where(table.c.id == bindparam("row")).values({name: bindparam("anew")})
            db.connection.execute(statement, anew)
    return len(older), shut
