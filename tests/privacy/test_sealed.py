"""Nothing that is sealed shows what it holds: every sealed column, on both databases."""

from __future__ import annotations

from storage.database import Database
from tests.privacy.everything import SEALED, filled, opened, sealed_values


def test_no_sealed_column_shows_what_it_holds(database: Database) -> None:
    filled(database)
    sealed, words = sealed_values(database), opened(database)
    assert {(table, column) for table, column, _ in words} == set(SEALED)
    assert None not in words.values()
    shown = [field for field, held in words.items() if held is not None and held.encode() in sealed[field]]
    assert shown == []


def test_the_same_words_sealed_twice_are_not_the_same_bytes(database: Database) -> None:
    """Who told the same cannot be seen: each value has a nonce of its own."""
    filled(database)
    values = list(sealed_values(database).values())
    again = [database.vault.seal("notes", "body", 1, "the same") for _ in range(50)]
    assert len(set(again)) == 50
    assert len({value[:20] for value in values}) == len(values)
