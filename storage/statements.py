"""What a unit works with, and statements that take many rows at once."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Dialect, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage.driving import drive
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
    """One INSERT or UPDATE for many rows, which go to the driver as they are, in the order of ``columns``.

    SQLAlchemy writes the statement, once a database; then its handling of each row, which costs as much as the row
    itself (16 of 36 µs for an outbox row), is left out. So values are as the driver wants them: whole microseconds
    for times, JSON as text. SQLite takes the rows one by one. PostgreSQL, for which every statement is a long way,
    takes them all as one JSON document that it reads as a table; no two rows of a batch may be of the same key.
    """

    __slots__ = ("_columns", "_make", "_written")

    def __init__(self, columns: Sequence[str], make: Callable[[Any], Executable]) -> None:
        """``make`` is given the dialect's ``insert`` and returns the statement."""
        self._columns = tuple(columns)
        self._make = make
        self._written: dict[str, _Written] = {}

    def run(self, db: Db, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run the statement for every row; how many rows it touched."""
        if not rows:
            return 0
        connection = db.connection
        name = connection.dialect.name
        written = self._written.get(name)
        if written is None:
            written = self._written[name] = self._write(name)
        if db.is_sqlite:
            return int(drive(connection, written.sql, rows, many=True).rowcount)
        return int(drive(connection, written.sql, (written.document(rows),)).rowcount)

    def _write(self, name: str) -> _Written:
        if name == "sqlite":
            return _Written(self._compiled(self._make(sqlite.insert), SQLiteDialect_pysqlite(paramstyle="qmark")))
        dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
        return _as_one_document(self._compiled(self._make(postgresql.insert), dialect))

    def _compiled(self, statement: Executable, dialect: Dialect) -> str:
        compiled = statement.compile(dialect=dialect, column_keys=list(self._columns))  # type: ignore[attr-defined]
        if tuple(compiled.positiontup) != self._columns:
            raise TypeError(f"the columns are written {compiled.positiontup}, not {self._columns}")
        return str(compiled)


class _Written(NamedTuple):
    """A statement as the driver takes it; ``json`` are the places in a row whose text is JSON already."""

    sql: str
    names: tuple[str, ...] = ()
    json: tuple[int, ...] = ()

    def document(self, rows: Sequence[tuple[Any, ...]]) -> str:
        """The rows as one JSON document."""
        named = [dict(zip(self.names, row, strict=True)) for row in rows]
        for place in self.json:
            name = self.names[place]
            for row in named:
                if row[name] is not None:
                    row[name] = orjson.Fragment(row[name])
        return orjson.dumps(named, default=_hexadecimal).decode()


def _hexadecimal(value: Any) -> str:
    """Bytes as PostgreSQL reads them. Raises TypeError for what JSON cannot hold either."""
    if not isinstance(value, bytes):
        raise TypeError(f"a row holds a {type(value).__name__}")
    return f"\\x{value.hex()}"


_PLACE = re.compile(r"%s(?:::(\w+))?")
_VALUES = re.compile(r"VALUES \(%s[^()]*\)")


def _as_one_document(sql: str) -> _Written:
    """``INSERT … VALUES (…)`` or ``UPDATE … WHERE …`` of one row, as the same of all the rows of a JSON document."""
    kinds = [place[1] or "BYTEA" for place in _PLACE.finditer(sql)]  # SQLAlchemy casts every kind but that one
    names = tuple(f"c{number}" for number in range(len(kinds)))
    shape = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    given = f"json_to_recordset(%s::json) AS given({shape})"
    if sql.startswith("INSERT"):
        sql = _VALUES.sub(lambda _: f"SELECT * FROM {given}", sql, count=1)  # noqa: S608  # no value is in it
    else:
        coming = iter(names)
        sql = _PLACE.sub(lambda _: f"given.{next(coming)}", sql).replace(" WHERE ", f" FROM {given} WHERE ", 1)
    return _Written(sql, names, tuple(place for place, kind in enumerate(kinds) if kind == "JSONB"))


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
        return self._execute(db, values, before).fetchall() if values else ()

    def named(self, db: Db, values: Sequence[Any], *before: Any) -> Sequence[Any]:
        """The same rows, with their columns by name."""
        if not values:
            return ()
        cursor = self._execute(db, values, before)
        return list(map(_record(tuple([column[0] for column in cursor.description]))._make, cursor.fetchall()))

    def run(self, db: Db, values: Sequence[Any], *before: Any) -> int:
        """Run an UPDATE or DELETE for ``values``; how many rows it touched."""
        return self._execute(db, values, before).rowcount if values else 0

    def _execute(self, db: Db, values: Sequence[Any], before: tuple[Any, ...]) -> Any:
        connection = db.connection
        if not db.is_sqlite:
            return drive(connection, self._on_postgresql, (*before, list(values)))
        size = 1 << (len(values) - 1).bit_length()
        written = self._written.get(size)
        if written is None:
            written = self._written[size] = self._sql.replace("*", ", ".join("?" * size))
        return drive(connection, written, (*before, *values, *[values[-1]] * (size - len(values))))


@cache
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names)


def unpack(stored: Any) -> Any:
    """A JSON column as ``Lookup`` gives it: PostgreSQL's driver has read it already."""
    if stored == "{}":
        return {}
    return orjson.loads(stored) if isinstance(stored, str) else stored
