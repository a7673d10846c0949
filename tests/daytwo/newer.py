"""A newer Fingerpost: this one, with one more migration, which changes a table that every text is written to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import schema

NEWER = "9999"
MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{last}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("heard_by", sa.String(8), nullable=True))
    op.execute("UPDATE inbox SET heard_by = 'older'")
    op.create_index("ix_inbox_heard_by", "inbox", ["heard_by"])
"""


FAILS = """
    op.execute("UPDATE inbox SET nobody_has_this = 1")
"""


def with_one_more_migration(folder: Path, monkeypatch: pytest.MonkeyPatch, and_then: str = "") -> None:
    """From now on there is one more to be made, by the newer program; ``and_then`` are lines at its end."""
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder / "migrations")
    written = MIGRATION.format(last=schema.VERSION) + and_then
    (folder / "migrations" / "versions" / "v9999_heard_by.py").write_text(written, encoding="utf-8")
    monkeypatch.setattr(schema, "__file__", str(folder / "schema.py"))


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All that starts in here is the newer program, ``migrate`` too."""
    with monkeypatch.context() as patched:
        patched.setattr(schema, "VERSION", NEWER)
        yield
