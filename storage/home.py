"""Where a database lives, so that a copy which somebody carried elsewhere by hand is known for one at its start.

SQLite has a small file beside it, which a backup does not hold: a name, a count and the number of the database file
itself (its inode). Name and count stand in the database as well. The count goes up at every start and stop, once an
hour and after a backup, in the database first: so one whose count is behind its file is an older copy that was put in
its place, and one whose file is missing, or is of another inode, was carried away. PostgreSQL knows itself: its
cluster, its database and its table have numbers that no dump takes along.

Not noticed is a copy of the whole disk or server: nothing in it differs from what it was made from.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from storage import arming, marks
from storage.database import Database
from storage.statements import Db

HOME = "home"  # a mark: name and count on SQLite, its three numbers on PostgreSQL


class Beside(NamedTuple):
    """What the file beside a SQLite database says."""

    name: str
    reached: int
    inode: int


def settle(database: Database, name: str, now: datetime) -> arming.Held | None:
    """At a start: whether the database is held as a copy. One that has no home yet gets one, called ``name``."""
    written = database.run_now(lambda db: marks.get(db, HOME))
    if written is None:
        if database.run_now(arming.held) is None:
            move_in(database, name, now)
    elif not _is_at_home(database, written):
        database.run_now(lambda db: arming.hold(db, arming.COPIED, now))
    else:
        count(database, now)
    return database.run_now(arming.held)


def is_here(database: Database) -> bool:
    """Whether it lives here, or nowhere yet. Changes nothing."""
    written = database.run_now(lambda db: marks.get(db, HOME))
    return written is None or _is_at_home(database, written)


def move_in(database: Database, name: str, now: datetime) -> None:
    """Make this place its home."""
    file = _file(database)
    if file is not None:
        _write(file, Beside(name, 0, _inode(database)))  # first: with no file the next start would take it for a copy
        database.run_now(lambda db: marks.put(db, HOME, f"{name} 1", now))
        count(database, now)
    elif not database.is_sqlite:
        database.run_now(lambda db: marks.put(db, HOME, _numbers(db), now))


def count(database: Database, now: datetime) -> None:
    """Count on, so that whatever is copied by now is known to be older. Does nothing for a copy, or on PostgreSQL."""
    file = _file(database)
    if file is not None:
        _note(database, file, database.run_now(lambda db: _count(db, now)))


async def count_on(database: Database, now: datetime) -> None:
    """The same, for the running service."""
    file = _file(database)
    if file is not None:
        _note(database, file, await database.run(lambda db: _count(db, now)))


def _note(database: Database, file: Path, reached: tuple[str, int] | None) -> None:
    if reached is not None:
        with contextlib.suppress(OSError):  # a full disk: the count that stands there is lower, which is safe
            _write(file, Beside(*reached, _inode(database)))


def _count(db: Db, now: datetime) -> tuple[str, int] | None:
    written = marks.get(db, HOME)
    if written is None or arming.held(db) is not None:
        return None
    name, _, number = written.partition(" ")
    reached = int(number) + 1
    marks.put(db, HOME, f"{name} {reached}", now)
    return name, reached


def _is_at_home(database: Database, written: str) -> bool:
    if not database.is_sqlite:
        return database.run_now(_numbers) == written
    file = _file(database)
    if file is None:
        return True  # in memory
    beside = _read(file)
    name, _, number = written.partition(" ")
    return (
        beside is not None
        and beside.name == name
        and beside.reached <= int(number or 0)
        and beside.inode == _inode(database)
    )


# ---------------------------------------------------------------- SQLite: the file beside it


def _file(database: Database) -> Path | None:
    path = database.path
    return path.with_suffix(".home") if path is not None else None


def _inode(database: Database) -> int:
    path = database.path
    return path.stat().st_ino if path is not None else 0


def _read(file: Path) -> Beside | None:
    try:
        name, number, inode = file.read_text(encoding="ascii").split()
        return Beside(name, int(number), int(inode))
    except (OSError, ValueError):
        return None


def _write(file: Path, beside: Beside) -> None:
    """Whole or not at all, and on the disk when it returns."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="ascii") as out:
        out.write(f"{beside.name} {beside.reached} {beside.inode}\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


# ---------------------------------------------------------------- PostgreSQL: numbers of its own

_OF_THE_DATABASE = (
    "SELECT oid::text || '/' || 'marks'::regclass::oid FROM pg_database WHERE datname = current_database()"
)


def _numbers(db: Db) -> str:
    """The cluster, the database in it and the table in that; without the first where it may not be asked."""
    run = db.connection
    may_ask = run.execute(text("SELECT has_function_privilege('pg_control_system()', 'execute')")).scalar()
    cluster = run.execute(text("SELECT system_identifier::text FROM pg_control_system()")).scalar() if may_ask else "?"
    return f"{cluster}/{run.execute(text(_OF_THE_DATABASE)).scalar()}"
