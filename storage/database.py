"""The database: one unit, one transaction, on a thread of its own.

SQLite has one thread, because it has one writer; PostgreSQL has four. Urgent units go first. A unit is a plain
function of ``Db``; it may be run again after a deadlock or a lost connection, so it changes nothing but the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Integer, Text, delete, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from flows.errors import CommitUnknown, DatabaseBusy, StorageError
from storage import schema
from storage.engines import ProcessLock, is_busy, is_passing, make_engine, path_of, transaction_is_broken
from storage.fields import Keyring, Vault
from storage.ids import Ids
from storage.statements import Db, insert
from storage.tables import marks
from storage.threads import Job, Line, Threads

T = TypeVar("T")
Unit = Callable[[Db], T]

POSTGRESQL_THREADS = 4
TRIES = 3
SCRUB = "scrub asked"  # a mark: something was erased whose bytes may still lie in the write-ahead log


class Database:
    """Runs units. Made by ``Database.open``; ``close`` it, or use it with ``with``."""

    def __init__(self, engine: Engine, vault: Vault, ids: Ids, lock: ProcessLock | None, *, inline: bool) -> None:
        self.engine = engine
        self.vault = vault
        self._ids = ids
        self._lock = lock
        self._inline = Line(engine) if inline else None
        self._inline_turn = threading.Lock()
        self._threads = Threads(engine, 0 if inline else 1 if self.is_sqlite else POSTGRESQL_THREADS)

    @classmethod
    def open(
        cls, url: str, keyring: Keyring, *, hold: bool = False, inline: bool = False, node: int | None = None
    ) -> Database:
        """Open a migrated database.

        ``hold`` is for the service: on SQLite it takes the process lock, and it checkpoints the log (the command line
        does neither while a service may be running). ``inline`` runs every unit on the caller's thread. ``node`` is
        claimed from the database unless it is given. ``sqlite://`` alone is an empty database in memory, made whole.

        Raises DatabaseBusy when another process holds it, SchemaMismatch when it wants ``fingerpost migrate``,
        StorageError when it cannot be reached.
        """
        path = path_of(url)
        lock = ProcessLock.take(path) if hold and path is not None else None
        engine = make_engine(url, checkpoints=hold or path is None)
        try:
            schema.check(url, engine)
            if node is None:
                with engine.begin() as connection:
                    node = _next_node(connection)
        except SQLAlchemyError as error:
            engine.dispose()
            if lock is not None:
                lock.release()
            raise StorageError(f"The database does not answer: {_first_line(error)}. Is DATABASE_URL right?") from error
        except BaseException:
            engine.dispose()
            if lock is not None:
                lock.release()
            raise
        return cls(engine, Vault(keyring), Ids(node), lock, inline=inline)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The SQLite file, if there is one."""
        return path_of(self.engine.url.render_as_string(hide_password=False))

    @property
    def alive(self) -> bool:
        """False once any database thread has died, or after ``close``."""
        return self._threads.alive

    @property
    def waiting(self) -> int:
        """How many units wait for a thread."""
        return self._threads.waiting

    async def run(self, unit: Unit[T], urgent: bool = False) -> T:
        """Run ``unit`` in one transaction and return what it returns.

        Once handed over it runs to its end even if the caller is cancelled. Raises what the unit raises (then nothing
        is written), StorageError when the database refuses, CommitUnknown when COMMIT itself failed.
        """
        return await self._hand_over(lambda connection: self._transact(connection, unit), urgent)

    def run_now(self, unit: Unit[T], urgent: bool = False) -> T:
        """The same, for callers without an event loop: blocks until the unit has committed."""
        return self._hand_over_and_wait(lambda connection: self._transact(connection, unit), urgent)

    async def scrub(self) -> bool:
        """Empty the write-ahead log if an erasure asked for it: what ``secure_delete`` overwrote still lies there.

        False means not yet (another process reads or holds the database): the next tick tries again.
        """
        asked = await self.run(_scrub_asked)
        if asked is None:
            return True
        if not await self._hand_over(self._empty_log, False):
            return False
        return await self.run(lambda db: _scrub_done(db, asked))

    def scrub_now(self) -> bool:
        """The same, for callers without an event loop."""
        asked = self.run_now(_scrub_asked)
        if asked is None:
            return True
        if not self._hand_over_and_wait(self._empty_log, False):
            return False
        return self.run_now(lambda db: _scrub_done(db, asked))

    def close(self) -> None:
        """Finish what is queued, then close. Twice does nothing."""
        self._threads.close()
        if self._inline is not None:
            self._inline.close()
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ handing over

    async def _hand_over(self, work: Callable[[Connection], T], urgent: bool) -> T:
        if self._inline is not None:
            return self._hand_over_and_wait(work, urgent)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def done(result: Any, error: BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, future, result, error)

        self._threads.put(Job(work, done), urgent)
        return await future

    def _hand_over_and_wait(self, work: Callable[[Connection], T], urgent: bool) -> T:
        if self._inline is not None:
            with self._inline_turn:
                if not self.alive:
                    raise StorageError("The database is closed.")
                return work(self._inline.connection)
        future: Future[T] = Future()

        def done(result: Any, error: BaseException | None) -> None:
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        self._threads.put(Job(work, done), urgent)
        return future.result()

    # ------------------------------------------------------------ one unit, one transaction

    def _transact(self, connection: Connection, unit: Unit[T]) -> T:
        tries = 1
        while True:
            try:
                return self._once(connection, unit)
            except SQLAlchemyError as error:
                if tries < TRIES and is_passing(error):
                    tries += 1
                elif is_busy(error):
                    raise DatabaseBusy(
                        "Another program has been writing to this database for seconds. Close it, then try again."
                    ) from error
                else:
                    raise StorageError(f"The database refused: {_first_line(error)}") from error

    def _once(self, connection: Connection, unit: Unit[T]) -> T:
        transaction = connection.begin()
        try:
            result = unit(Db(connection, self.vault, self._ids))
            if transaction_is_broken(connection):
                raise StorageError("A unit swallowed an error of the database: nothing of it was written.")
        except BaseException:
            try:
                transaction.rollback()
            except DBAPIError:
                connection.invalidate()
            raise
        try:
            transaction.commit()
        except Exception as error:
            connection.invalidate(error)
            transaction.close()
            raise CommitUnknown("The connection failed during COMMIT: nobody knows whether it was written.") from error
        return result

    def _empty_log(self, connection: Connection) -> bool:
        path = self.path
        if path is None:
            return True
        lock = None
        if self._lock is None:
            try:
                lock = ProcessLock.take(path)  # two connections must not checkpoint one log (SQLite before 3.51.3)
            except DatabaseBusy:
                return False  # the service holds it, and scrubs at its next tick
        try:
            driver: Any = connection.connection.dbapi_connection
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        finally:
            if lock is not None:
                lock.release()


def _settle(future: asyncio.Future[T], result: T, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _next_node(connection: Connection) -> int:
    db = Db(connection, None, None)  # type: ignore[arg-type]
    statement = insert(db, marks).values(name="last node", value="1")
    following = (marks.c.value.cast(Integer) + 1).cast(Text)
    claimed = connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": following}).returning(marks.c.value)
    )
    return int(claimed.scalar_one())


def _scrub_asked(db: Db) -> str | None:
    asked: str | None = db.connection.execute(select(marks.c.value).where(marks.c.name == SCRUB)).scalar()
    return asked


def _scrub_done(db: Db, asked: str) -> bool:
    """False when another erasure has asked since."""
    db.connection.execute(delete(marks).where(marks.c.name == SCRUB, marks.c.value == asked))
    return _scrub_asked(db) is None


def _first_line(error: SQLAlchemyError) -> str:
    """What the driver says, without statement and values: a log may show it."""
    cause = getattr(error, "orig", None) or error
    return str(cause).split("\n", 1)[0]
