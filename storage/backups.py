"""Copies of the whole store in one file, and putting one back.

A backup is a SQLite file of the same tables, whichever database it was made from: so one way of looking into it, of
bringing an older one up to this program, and of erasing in it serves both, and a service may change its database by it.
What is sealed stays sealed; the keys are not in it. It is a copy from the first moment on (storage/arming.py).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from flows.errors import ConfigError, SchemaMismatch, StorageError
from storage import arming, audit, checkup, forgotten, marks, schema
from storage.database import Database
from storage.engines import make_engine, path_of
from storage.fields import Keyring
from storage.forgotten import Entry, Replayed
from storage.tables import Moment, metadata, microseconds, moment

MADE = "backup made"  # a mark: in a backup, when it was; in the database itself, when the last one was
ROWS = 2000  # copied at once
_JSON_TEXT = Text().with_variant(JSONB(), "postgresql")
Progress = Callable[[str, int], None]  # the table that is being copied, and how many of its rows are


class Backup(NamedTuple):
    """What a backup holds, as far as its cover shows. ``version`` is the form of its tables."""

    made_at: datetime
    version: str
    people: int


def _nothing(_: str, __: int) -> None: ...


# ---------------------------------------------------------------- making one


def back_up(database: Database, to: Path, now: datetime, progress: Progress = _nothing) -> Backup:
    """Write a backup to ``to``, whole or not at all, beside a service that may be running.

    It holds what was committed when it began. Raises StorageError when the file is there already or cannot be written.
    """
    part = to.with_name(f".{to.name}.part")
    try:
        if to.exists():
            raise StorageError(f"{to} is there already. Name another file: a backup never writes over one.")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        if database.path is not None:
            _snapshot(database.path, part)
        else:
            _dump(database, part, progress)
        _label(part, now)
        found = look_into(part)
        _sync(part)
        os.link(part, to)  # never over another file
        _sync(to.parent)
    except FileExistsError:
        raise StorageError(f"{to} is there already. Name another file: a backup never writes over one.") from None
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise StorageError(f"The backup {to} could not be written ({_why(error)}). Nothing of it is left.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    database.run_now(lambda db: marks.put(db, MADE, "", now))
    return found


def _snapshot(source: Path, part: Path) -> None:
    """SQLite writes a tight copy of one moment, while others go on reading and writing."""
    with contextlib.closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")  # the log is the service's
        connection.execute("VACUUM INTO ?", (str(part),))


def _dump(database: Database, part: Path, progress: Progress) -> None:
    schema.migrate(f"sqlite:///{part}")
    target = make_engine(f"sqlite:///{part}")
    try:
        with (
            database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as source,
            target.begin() as into,
        ):
            source.execute(text("SET TRANSACTION READ ONLY"))
            _copy(source, into, progress)
    finally:
        target.dispose()


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    """Every row of every table; what stands there already goes."""
    for table in _plain().sorted_tables:
        target.execute(table.delete())
        done = 0
        rows = source.execution_options(yield_per=ROWS).execute(select(*map(_read_as, table.columns)))
        write = insert(table).values({column.name: _written_as(column) for column in table.columns})
        for chunk in rows.mappings().partitions():
            target.execute(write, [dict(row) for row in chunk])
            done += len(chunk)
            progress(table.name, done)


def _plain() -> MetaData:
    """The tables, with times as the whole numbers that they are kept as: nothing is gained by reading them."""
    plain = MetaData()
    for table in metadata.sorted_tables:
        for column in table.to_metadata(plain).columns:
            if isinstance(column.type, Moment):
                column.type = BigInteger()
    return plain


def _read_as(column: Column[Any]) -> ColumnElement[Any]:
    """JSON as it is written, so that an empty column and the word null stay two things."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _written_as(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return cast(bindparam(column.name, type_=Text()), _JSON_TEXT)
    return bindparam(column.name, type_=column.type)


def _label(part: Path, now: datetime) -> None:
    """Write on it that it is a copy, and of when: also whoever starts a service on the file itself is held."""
    with contextlib.closing(sqlite3.connect(part)) as connection, connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
        connection.executemany(
            "INSERT INTO marks (name, value, at) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
            [(MADE, "", microseconds(now)), (arming.HELD, arming.RESTORED, microseconds(now))],
        )


# ---------------------------------------------------------------- looking into one


def look_into(file: Path) -> Backup:
    """Read the cover of a backup and test that the file is whole. Raises StorageError where it is none."""
    if not file.is_file():
        raise StorageError(f"There is no backup {file}. Name the file that fingerpost backup wrote.")
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            [damage] = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if damage != "ok":
                raise StorageError(f"The backup {file} is damaged. Take an older one.")
            [version] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            made = connection.execute("SELECT at FROM marks WHERE name = ?", (MADE,)).fetchone()
            [people] = connection.execute("SELECT count(*) FROM participants").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StorageError(
            f"{file} is not a backup that can be read ({_why(error)}). Name a file that fingerpost backup wrote."
        ) from error
    if made is None:
        raise StorageError(
            f"{file} is a database and no backup. Put a database back by hand, as docs/operators.md says."
        )
    if version > schema.VERSION:
        raise SchemaMismatch(
            f"The backup {file} is of form {version}, newer than this program's {schema.VERSION}. "
            "Install the newer Fingerpost, then restore again."
        )
    return Backup(moment(made[0]), version, people)


# ---------------------------------------------------------------- putting one back


def restore(
    file: Path,
    url: str,
    keyring: Keyring,
    entries: Sequence[Entry],
    now: datetime,
    *,
    room: Path,
    progress: Progress = _nothing,
) -> Replayed:
    """Put a backup where ``url`` says, held until it is armed, and do to it what ``entries`` say was done since.

    ``room`` is a folder that is ours alone, for what is half done. Nothing is put in place before all of it is done:
    the keys open it, it is of this program's form, and who was erased since is gone from it. Raises StorageError when
    there is a database already or the file is no backup, ConfigError when the keys do not open it.
    """
    look_into(file)
    _must_be_free(url)
    half_done = room / "half done.db"
    shutil.copyfile(file, half_done)
    half_done.chmod(0o600)
    here = f"sqlite:///{half_done}"
    try:
        schema.migrate(here)
        with Database.open(here, keyring, inline=True) as database:
            if shut := database.run_now(checkup.unreadable):
                raise ConfigError(
                    [
                        f"The keys do not open what is stored in {', '.join(shut)} of {file}. Put back the keys that "
                        "the service had when it was made: data/fingerpost.keys, or FINGERPOST_KEYS."
                    ]
                )
            done = database.run_now(lambda db: forgotten.replay(db, entries, now))
            database.run_now(lambda db: arming.hold_anew(db, arming.RESTORED, now))
            database.run_now(lambda db: audit.write(db, [audit.Line(audit.OPERATOR, "service.restored")], now))
            database.scrub_now()
        _put_in_place(half_done, url, progress)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise StorageError(f"The backup could not be put back ({_why(error)}). Nothing is changed.") from error
    return done


def _must_be_free(url: str) -> None:
    path = path_of(url)
    if path is not None:
        for each in (path, path.with_name(path.name + "-wal")):
            if each.exists():
                raise StorageError(
                    f"There is a database at {path} already. Stop the service, move {path}, {path.name}-wal and "
                    f"{path.name}-shm to another folder, then restore again."
                )
        return
    engine = make_engine(url)
    try:
        if schema.version_of(engine) is None:
            return
        with engine.connect() as connection:
            full = [table.name for table in _kept() if connection.execute(select(table).limit(1)).first()]
        if full:
            raise StorageError(
                f"There is something in this database already ({', '.join(full[:3])} …). Make a new, empty one and set "
                "DATABASE_URL to it, then restore again."
            )
    except DBAPIError as error:
        raise StorageError(f"The database does not answer: {_why(error)}. Is DATABASE_URL right?") from error
    finally:
        engine.dispose()


def _kept() -> Iterable[Any]:
    """The tables that tell a database in use from one that was only looked at."""
    return [table for table in metadata.sorted_tables if table.name != "marks"]


def _put_in_place(half_done: Path, url: str, progress: Progress) -> None:
    path = path_of(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        try:
            _snapshot(half_done, part)  # tight: nothing of what was erased lies in between
            _sync(part)
            os.link(part, path)
            _sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
        return
    schema.migrate(url)
    source, target = make_engine(f"sqlite:///{half_done}"), make_engine(url)
    try:
        with source.connect() as rows, target.begin() as into:
            into.execute(text("LOCK TABLE marks, participants IN ACCESS EXCLUSIVE MODE"))
            if into.execute(select(func.count()).select_from(metadata.tables["participants"])).scalar():
                raise StorageError("Somebody has written to this database meanwhile. Stop every process first.")
            _copy(rows, into, progress)
    finally:
        source.dispose()
        target.dispose()


@contextlib.contextmanager
def a_room(beside: Path | None) -> Iterator[Path]:
    """A folder that its owner alone can read, and that is gone afterwards; among temporary files where ``beside`` is
    None."""
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=beside) as made:
        yield Path(made)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: Exception) -> str:
    """What the system or the driver says, without statement and values."""
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return str(getattr(error, "orig", None) or error).split("\n", 1)[0]
