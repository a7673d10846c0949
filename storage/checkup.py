"""What ``doctor`` asks of a store: whether the keys open it, and when it was last written to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from flows.errors import Unreadable
from storage.ids import made_at
from storage.statements import Db
from storage.tables import audit, inbox, metadata, outbox, sealed_columns


def unreadable(db: Db) -> tuple[str, ...]:
    """The tables whose oldest or newest sealed value the keys do not open."""
    return tuple(
        table.name
        for table in metadata.sorted_tables
        if any(not _opens(db, table.name, column) for column in sealed_columns(table))
    )


def _opens(db: Db, name: str, column: str) -> bool:
    table = metadata.tables[name]
    sealed = table.c[column]
    for order in (table.c.id.asc(), table.c.id.desc()):
        row = db.connection.execute(
            select(table.c.id, sealed).where(sealed.is_not(None)).order_by(order).limit(1)
        ).first()
        try:
            if row is not None:
                db.vault.open(name, column, row[0], row[1])
        except Unreadable:
            return False
    return True


def last_written(db: Db) -> datetime | None:
    """When the newest row was made, by the clock of whoever made it; None in an empty store."""
    newest = [db.connection.execute(select(func.max(table.c.id))).scalar() for table in (inbox, outbox, audit)]
    return max((made_at(row_id) for row_id in newest if row_id is not None), default=None)
