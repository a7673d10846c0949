"""A table on both databases, with the shipped content and people who may join."""

from __future__ import annotations

from tests.turns.conftest import checked, closed_table, database, table

__all__ = ("checked", "closed_table", "database", "table")
