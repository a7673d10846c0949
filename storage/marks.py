"""Small things to remember by name: how far a poller has read, whether the go-live gate has been passed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from storage.statements import Db, insert
from storage.tables import marks


def get(db: Db, name: str) -> str | None:
    """What is written under a name."""
    found: str | None = db.connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()
    return found


def written_at(db: Db, name: str) -> tuple[str, datetime | None] | None:
    """What is written under a name, and when it was."""
    row = db.connection.execute(select(marks.c.value, marks.c["at"]).where(marks.c.name == name)).first()
    return None if row is None else (row[0], row[1])


def put(db: Db, name: str, value: str, now: datetime) -> None:
    """Write it, over whatever was there."""
    statement = insert(db, marks).values(name=name, value=value, at=now)
    db.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": statement.excluded.value, "at": statement.excluded["at"]}
        )
    )


def drop(db: Db, name: str) -> None:
    """Forget it."""
    db.connection.execute(delete(marks).where(marks.c.name == name))
