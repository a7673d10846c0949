"""Somebody who has left something in every sealed column, and what all of it opens to."""

from __future__ import annotations

from sqlalchemy import select

from flows.errors import Unreadable
from flows.statuses import SubmissionStatus
from storage import submissions
from storage.database import Database
from storage.people import Contact, Key
from storage.statements import Db
from storage.tables import metadata, sealed_columns
from tests.storage.scene import NOW, SAM
from tests.storage.test_erasure import CANARY, with_everything

Field = tuple[str, str, int]  # table, column, row

SEALED = tuple(
    (table.name, column) for table in metadata.sorted_tables for column in sealed_columns(table)
)  # every sealed column that there is


def filled(database: Database, key: Key = SAM) -> Contact:
    """Somebody with something in every sealed column, the coordinator's answer to what they handed in among it."""
    contact = with_everything(database, key)

    def decide(db: Db) -> None:
        for row in db.connection.execute(select(metadata.tables["submissions"].c.id)).scalars().all():
            submissions.decide(db, row, SubmissionStatus.ACCEPTED, CANARY, NOW, tell=False)

    database.run_now(decide)
    return contact


def sealed_values(database: Database) -> dict[Field, bytes]:
    """Every sealed value as it is stored."""

    def unit(db: Db) -> dict[Field, bytes]:
        found: dict[Field, bytes] = {}
        for name, column in SEALED:
            table = metadata.tables[name]
            for row in db.connection.execute(select(table.c.id, table.c[column])):
                if row[1] is not None:
                    found[name, column, row[0]] = bytes(row[1])
        return found

    return database.run_now(unit)


def opened(database: Database) -> dict[Field, str | None]:
    """Every sealed value, opened; None for one that does not open."""

    def unit(db: Db) -> dict[Field, str | None]:
        found: dict[Field, str | None] = {}
        for (name, column, row), value in values.items():
            try:
                found[name, column, row] = db.vault.open(name, column, row, value)
            except Unreadable:
                found[name, column, row] = None
        return found

    values = sealed_values(database)
    return database.run_now(unit)
