"""A statement straight to the driver, for what every turn runs: SQLAlchemy's own care for each costs more than it does.

Its contexts, results and rows took 45 of 60 µs of a lookup. What is kept of it is all that a caller relies on: the
transaction that the connection is in, and errors of its own kinds, which never show a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def drive(connection: Connection, sql: str, values: Sequence[Any], *, many: bool = False) -> Any:
    """Run ``sql`` as the driver writes it; its cursor. ``many``: ``values`` are rows, and it is run for each of them.

    Raises DBAPIError as ``Connection.execute`` does; one that tells of a lost connection invalidates it.
    """
    driver = connection.connection
    cursor = driver.cursor()
    try:
        if many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        dialect = connection.dialect
        lost = dialect.is_disconnect(error, driver, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
    return cursor
