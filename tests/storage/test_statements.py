"""Many rows by one statement: on both databases what comes back is what went in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, text, update

from storage.database import Database
from storage.statements import Bulk, Db
from storage.tables import audit, suppressions

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
AWKWARD = (
    "plain",
    "",
    'it\'s “quoted” "twice" \\ back',
    "100 % of %s and %(name)s",
    "line\nline\ttab",
    "ŵ ł 💙 \u200b \u202e",
    "'); DROP TABLE audit; --",
    "null",
    "{}",
)
INSERT = Bulk(("id", "at", "actor", "action", "participant_id", "detail"), lambda insert: insert(audit))
SUPPRESS = Bulk(("blind", "channel", "reason", "at"), lambda insert: insert(suppressions))
RENAME = Bulk(
    ("action", "key"),
    lambda _: (
        update(audit)
        .where(audit.c.id == bindparam("key"), text("audit.actor = 'one'"))
        .values(action=bindparam("action", type_=audit.c.action.type))
    ),
)


def kept(database: Database) -> list[tuple[object, ...]]:
    def unit(db: Db) -> list[tuple[object, ...]]:
        rows = select(audit.c.id, audit.c.actor, audit.c.action, audit.c.participant_id, audit.c.detail)
        return [tuple(row) for row in db.connection.execute(rows.order_by(audit.c.id))]

    return database.run_now(unit)


def test_words_of_every_kind_and_nothing_at_all_come_back_as_they_went_in(database: Database) -> None:
    rows = [(number, 0, "one", words[:40], None, "{}") for number, words in enumerate(AWKWARD, 1)]
    assert database.run_now(lambda db: INSERT.run(db, rows)) == len(rows)
    assert kept(database) == [(row[0], "one", row[3], None, {}) for row in rows]


def test_json_is_kept_as_json_and_the_largest_ids_as_themselves(database: Database) -> None:
    largest = 2**63 - 1
    row = (largest, -1, "one", "x", largest - 1, '{"until":"2026-11-02","said":["a\\"b",null,1.5]}')
    database.run_now(lambda db: INSERT.run(db, [row]))
    assert kept(database) == [(largest, "one", "x", largest - 1, {"until": "2026-11-02", "said": ['a"b', None, 1.5]})]


@pytest.mark.parametrize("hashed", [bytes(range(256)), b"", b"\\x00", b"'"])
def test_bytes_come_back_byte_by_byte(database: Database, hashed: bytes) -> None:
    database.run_now(lambda db: SUPPRESS.run(db, [(hashed, "sms", "stop", 0)]))
    found = database.run_now(lambda db: db.connection.execute(select(suppressions.c.blind)).scalars().all())
    assert [bytes(each) for each in found] == [hashed]


def test_only_the_rows_that_the_statement_means_are_changed_and_counted(database: Database) -> None:
    rows = [(number, 0, actor, "was", None, "{}") for number, actor in enumerate(("one", "other", "one"), 1)]
    database.run_now(lambda db: INSERT.run(db, rows))
    assert database.run_now(lambda db: RENAME.run(db, [("first", 1), ("second", 2), ("fourth", 4)])) == 1
    assert [row[2] for row in kept(database)] == ["first", "was", "was"]


def test_no_rows_at_all_are_no_statement(database: Database) -> None:
    assert database.run_now(lambda db: INSERT.run(db, [])) == 0
