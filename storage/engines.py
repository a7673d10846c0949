"""Connections as Fingerpost wants them on SQLite and on PostgreSQL, and what their errors mean."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from flows.errors import ConfigError, DatabaseBusy
from storage.driving import drive

BUSY_SECONDS = 5
_SQLITE_BUSY = 5  # https://www.sqlite.org/rescode.html#busy
_TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_IN_ERROR = 3  # libpq's PQTRANS_INERROR

_PRAGMAS: tuple[str, ...] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a webhook answered 200 outlives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten
    "PRAGMA temp_store=MEMORY",  # nothing of anybody's goes to a temporary file
)

# What FULL is on SQLite. Other values than off wait for the disk, or for a second server as well: those are left alone.
_WAIT_FOR_THE_DISK = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)


def read_url(written: str) -> URL:
    """``DATABASE_URL`` as SQLAlchemy wants it; ``postgres://`` is understood too. Raises ConfigError."""
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise ConfigError(["DATABASE_URL is not a database URL. Type: sqlite:///data/fingerpost.db"]) from error
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url.set(drivername="sqlite+pysqlite")
    raise ConfigError([f"DATABASE_URL: {url.drivername} is not known. Use sqlite:/// or postgresql://"])


def path_of(written: str) -> Path | None:
    """The SQLite file of a URL; None for PostgreSQL and for a database in memory."""
    url = read_url(written)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def make_engine(written: str, *, checkpoints: bool = True) -> Engine:
    """An engine. Errors never show the values of a statement. ``checkpoints`` False leaves the log to the service."""
    url = read_url(written)
    if url.get_backend_name() != "sqlite":
        return _postgresql_engine(url)
    in_memory = path_of(written) is None
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        **({"poolclass": StaticPool} if in_memory else {}),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # Python's sqlite3 would begin only before some statements, and late: we begin ourselves, at once.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if not checkpoints:
            connection.execute("PRAGMA wal_autocheckpoint=0")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that first reads and then cannot write would have to be thrown away
        drive(connection, "BEGIN IMMEDIATE", ())

    return engine


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(_WAIT_FOR_THE_DISK)
        connection.commit()  # else it would be taken back with the transaction

    return engine


def is_passing(error: SQLAlchemyError) -> bool:
    """Whether the unit may pass if run again: deadlock, serialization failure, connection lost before COMMIT."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def is_busy(error: SQLAlchemyError) -> bool:
    """Whether SQLite waited in vain for another writer."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & 0xFF == _SQLITE_BUSY


def transaction_is_broken(connection: Connection) -> bool:
    """Whether PostgreSQL would turn COMMIT into ROLLBACK without a word, because a statement has failed."""
    if connection.dialect.name == "sqlite":
        return False
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.info.transaction_status == _IN_ERROR)


class ProcessLock:
    """A lock file beside the SQLite database: one service at a time. The system frees it if the process dies."""

    __slots__ = ("_file",)

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, path: Path) -> ProcessLock:
        """Take the lock of the database at ``path``. Raises DatabaseBusy, naming who has it."""
        beside = path.with_name(path.name + ".lock")
        file = open(beside, "a+", encoding="ascii")  # noqa: SIM115 - it stays open as long as the lock is held
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise DatabaseBusy(
                f"Another Fingerpost (process {holder}) is using {path}. Stop it first, or use PostgreSQL for several."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        return cls(file)

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two files of one name."""
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
