"""What every story begins with is lived once a worker and then laid down again, row for row.

Nearly every story begins with a service that opens and somebody who joins: fifteen turns, which take longer than what
is told. The same turns from the same rows at the same time, with the same content and the same ids to come, end in the
same rows. So they are taken once, and wherever all of that is found again the rows are written instead.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flows.talking.conversation import Conversation
from storage import tables
from storage.claiming import Outgoing
from storage.statements import Db

if TYPE_CHECKING:
    from tests.turns.table import Table

Rows = dict[str, list[Any]]
WAYS = 4  # so many beginnings of one name are remembered: where no two are alike it helps nobody


@dataclass(frozen=True, slots=True)
class Stand:
    """Everything that turns are taken with, and everything that they change."""

    live: Conversation
    rows: Rows
    ids: tuple[Any, ...]
    count: int
    now: datetime
    sent: tuple[Outgoing, ...]


_LIVED: defaultdict[tuple[str, ...], list[tuple[Stand, Stand]]] = defaultdict(list)


def once(table: Table, what: tuple[str, ...], act: Callable[[], None]) -> None:
    """Do ``act``, or write what it came to when it was done from where the table stands now."""
    ways = _LIVED[(table.database.engine.dialect.name, *what)]
    before = _stand(table)
    for began, ended in ways:
        if began.live is before.live and began == before:
            _lay(table, before, ended)
            return
    act()
    after = _stand(table)
    if len(ways) < WAYS and after.live is before.live:
        ways.append((before, after))


def _stand(table: Table) -> Stand:
    ids = table.database._ids
    count = next(table._count)
    table._count = itertools.count(count)
    return Stand(
        table.desk.live,
        table.database.run_now(_rows),
        (ids._node, ids._now, ids._millisecond, ids._sequence),
        count,
        table.now,
        tuple(table.sent),
    )


def _driver(db: Db) -> Any:
    return db.connection.connection.driver_connection


def _rows(db: Db) -> Rows:
    """Of every table, as the driver has them: read and written a hundred times, they are not to be understood."""
    driver = _driver(db)
    if db.connection.dialect.name == "sqlite":
        return {name: driver.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables.metadata.tables}
    found: Rows = {}
    for name in tables.metadata.tables:
        with driver.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copied:
            found[name] = [bytes(part) for part in copied]
    return found


def _lay(table: Table, before: Stand, after: Stand) -> None:
    changed = {name: rows for name, rows in after.rows.items() if rows != before.rows[name]}

    def on_sqlite(db: Db) -> None:
        driver = _driver(db)
        driver.execute("PRAGMA defer_foreign_keys=ON")
        for name, rows in changed.items():
            driver.execute(f'DELETE FROM "{name}"')
            holes = ", ".join("?" * len(tables.metadata.tables[name].columns))
            driver.executemany(f'INSERT INTO "{name}" VALUES ({holes})', rows)

    def on_postgresql(db: Db) -> None:
        with _driver(db).cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # in any order
            for name, rows in changed.items():
                cursor.execute(f'DELETE FROM "{name}"')
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copied:
                    for part in rows:
                        copied.write(part)

    table.database.run_now(on_sqlite if table.database.is_sqlite else on_postgresql)
    ids = table.database._ids
    _, ids._now, ids._millisecond, ids._sequence = after.ids
    table._count = itertools.count(after.count)
    table.now = after.now
    table.sent[:] = after.sent
