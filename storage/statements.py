"""What a unit works with, and statements that take many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, CursorResult, Dialect, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage.fields import Vault
from storage.ids import Ids

Upsert = postgresql.Insert | sqlite.Insert


@dataclass(slots=True)
class Db:
    """The database as one unit sees it: a connection inside its transaction, the keys, and the maker of ids."""

    connection: Connection
    vault: Vault
    ids: Ids

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


def insert(db: Db, table: Table) -> Upsert:
    """An INSERT that knows ON CONFLICT, in the tongue of this database."""
    return sqlite.insert(table) if db.is_sqlite else postgresql.insert(table)


class Bulk:
    """One INSERT or UPDATE for many rows, which go to the driver as plain tuples in the order of ``columns``.

    SQLAlchemy writes the statement, once a database; then its handling of each row, which costs as much as the row
    itself (16 of 36 µs for an outbox row), is left out. So values are as the driver wants them: whole microseconds
    for times, JSON as text.
    """

    __slots__ = ("_columns", "_make", "_written")

    def __init__(self, columns: Sequence[str], make: Callable[[Any], Executable]) -> None:
        """``make`` is given the dialect's ``insert`` and returns the statement."""
        self._columns = tuple(columns)
        self._make = make
        self._written: dict[str, str] = {}

    def run(self, db: Db, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run the statement for every row; how many rows it touched."""
        if not rows:
            return 0
        connection = db.connection
        name = connection.dialect.name
        written = self._written.get(name)
        if written is None:
            written = self._written[name] = self._write(name)
        return connection.exec_driver_sql(written, list(rows)).rowcount

    def _write(self, name: str) -> str:
        if name == "sqlite":
            dialect: Dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
            statement = self._make(sqlite.insert)
        else:
            dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
            statement = self._make(postgresql.insert)
        compiled = statement.compile(dialect=dialect, column_keys=list(self._columns))  # type: ignore[attr-defined]
        if tuple(compiled.positiontup) != self._columns:
            raise TypeError(f"the columns are written {compiled.positiontup}, not {self._columns}")
        return str(compiled)


class Lookup:
    """One statement for a list of values: ``WHERE id IN (*)``, with ``?`` for what else it takes, before the list.

    The rows come as the driver gives them: times as microseconds, JSON on SQLite as text (``unpack``). SQLAlchemy's own
    growing IN costs six microseconds a value. On SQLite the list is filled up to a power of two, so that a handful of
    statements stay prepared; PostgreSQL is given one array, whose driver takes long over many placeholders.
    """

    __slots__ = ("_on_postgresql", "_sql", "_written")

    def __init__(self, sql: str, *, on_postgresql: str = "") -> None:
        """``on_postgresql`` is put behind the statement there: the lock that SQLite's single writer does not need."""
        self._sql = sql
        self._on_postgresql = f"{sql} {on_postgresql}".replace("IN (*)", "= ANY(?)").replace("?", "%s")
        self._written: dict[int, str] = {}

    def rows(self, db: Db, values: Sequence[Any], *before: Any) -> Sequence[Any]:
        """The rows found for ``values``; none for no values."""
        return self._execute(db, values, before).all() if values else ()

    def run(self, db: Db, values: Sequence[Any], *before: Any) -> int:
        """Run an UPDATE or DELETE for ``values``; how many rows it touched."""
        return self._execute(db, values, before).rowcount if values else 0

    def _execute(self, db: Db, values: Sequence[Any], before: tuple[Any, ...]) -> CursorResult[Any]:
        connection = db.connection
        if not db.is_sqlite:
            return connection.exec_driver_sql(self._on_postgresql, (*before, list(values)))
        size = 1 << (len(values) - 1).bit_length()
        written = self._written.get(size)
        if written is None:
            written = self._written[size] = self._sql.replace("*", ", ".join("?" * size))
        return connection.exec_driver_sql(written, (*before, *values, *[values[-1]] * (size - len(values))))


def unpack(stored: Any) -> Any:
    """A JSON column as ``Lookup`` gives it: PostgreSQL's driver has read it already."""
    if stored == "{}":
        return {}
    return orjson.loads(stored) if isinstance(stored, str) else stored
