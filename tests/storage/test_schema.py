"""The migrations make exactly the tables of storage/tables.py, and a program refuses a database of another form."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from flows.errors import SchemaMismatch
from storage import schema
from storage.database import Database
from storage.engines import make_engine
from storage.fields import Keyring
from storage.tables import metadata
from tests.postgres import Postgres


def test_the_newest_migration_is_the_one_this_program_wants() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def in_detail(engine: Engine) -> list[Any]:
    """Every table, column and index as the database itself describes it."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'alembic%' AND sql IS NOT NULL")
            )
            # a table's constraints may be written in another order, an index's columns may not
            words = {name: re.split(r"[\s,()]+", sql.replace('"', "").strip(" )")) for name, sql in found}
            return sorted((name, each if "INDEX" in each else sorted(each)) for name, each in words.items())
        columns = connection.execute(
            text(
                "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable"
                " FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%'"
            )
        )
        indexes = connection.execute(
            text(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
                " AND tablename NOT LIKE 'alembic%'"
            )
        )
        return sorted(map(str, columns)) + sorted(map(str, indexes))


def same(migrated: str, made_whole: str) -> None:
    one, other = make_engine(migrated), make_engine(made_whole)
    try:
        metadata.create_all(other)
        with one.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert in_detail(one) == in_detail(other)
    finally:
        one.dispose()
        other.dispose()


def test_a_migrated_sqlite_is_what_the_tables_say(sqlite_url: str, tmp_path: Path) -> None:
    same(sqlite_url, f"sqlite:///{tmp_path / 'whole.db'}")


def test_a_migrated_postgresql_is_what_the_tables_say(postgresql_url: str, postgres: Postgres) -> None:
    with postgres.fresh(migrated=False) as empty:
        same(postgresql_url, empty)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'fingerpost.db'}"
    else:
        with request.getfixturevalue("postgres").fresh(migrated=False) as url:
            yield url


def test_a_database_without_tables_names_the_command_that_makes_them(empty_url: str, keyring: Keyring) -> None:
    with pytest.raises(SchemaMismatch, match="fingerpost migrate"):
        Database.open(empty_url, keyring)
    schema.migrate(empty_url)
    schema.migrate(empty_url)
    Database.open(empty_url, keyring).close()


def test_looking_for_a_database_does_not_make_one(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(SchemaMismatch):
        Database.open(f"sqlite:///{tmp_path / 'none.db'}", keyring)
    assert list(tmp_path.iterdir()) == []


def test_two_migrators_at_once_make_one_database(empty_url: str, keyring: Keyring) -> None:
    with ThreadPoolExecutor(2) as both:
        list(both.map(schema.migrate, [empty_url, empty_url]))
    Database.open(empty_url, keyring).close()


@pytest.mark.parametrize(("version", "says"), [("0000", "fingerpost migrate"), ("9999", "newer")])
def test_a_database_of_another_form_is_refused(database_url: str, keyring: Keyring, version: str, says: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    engine.dispose()
    with pytest.raises(SchemaMismatch, match=says):
        Database.open(database_url, keyring)


def test_a_newer_database_is_not_migrated_backwards(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaMismatch, match="newer"):
        schema.migrate(database_url)


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT 1 FROM addresses WHERE blind IN (x'00', x'01')", "autoindex_addresses"),
        ("SELECT 1 FROM sessions WHERE status = 'open' AND participant_id IN (1, 2)", "uq_sessions_open"),
        ("SELECT 1 FROM sessions WHERE status = 'open' AND next_due <= 5 ORDER BY next_due, id", "ix_sessions_due"),
        (
            "SELECT 1 FROM outbox o WHERE o.status = 'queued' AND o.channel = 'sms' AND o.priority = 2"
            " AND o.next_at <= 5 ORDER BY o.next_at, o.id",
            "ix_outbox_due",
        ),
        ("SELECT 1 FROM outbox s WHERE s.address_id = 5 AND s.status = 'sending'", "ix_outbox_sending"),
        ("SELECT 1 FROM outbox WHERE alert_id = 5", "ix_outbox_alert_id"),
        ("SELECT 1 FROM outbox WHERE provider_id = 'SM1'", "ix_outbox_provider_id"),
        ("SELECT 1 FROM bookings WHERE status = 'waiting' AND look_at <= 5 ORDER BY look_at, id", "ix_bookings_due"),
        ("SELECT 1 FROM alerts WHERE dedupe = 'x' AND status <> 'resolved'", "uq_alerts_dedupe"),
        ("SELECT 1 FROM inbox WHERE status = 'failed' ORDER BY id", "ix_inbox_failed"),
        ("SELECT count(*) FROM outbox WHERE status = 'sending'", "ix_outbox_sending"),
        ("SELECT 1 FROM alerts WHERE code = '47' AND status <> 'resolved'", "uq_alerts_code"),
    ],
)
def test_what_is_asked_often_uses_its_index(sqlite_url: str, sql: str, index: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    engine.dispose()
    assert index in plan
    assert "TEMP B-TREE" not in plan
