"""What a PostgreSQL server must have for what was committed to outlive a power cut."""

from __future__ import annotations

from sqlalchemy import text

from storage.statements import Db

# https://www.postgresql.org/docs/current/runtime-config-wal.html: without either a power cut may lose commits, or
# damage the whole database. synchronous_commit is not among them: we ask for it ourselves (storage/engines.py).
NEEDED = ("fsync", "full_page_writes")
_OFF = text(
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name"
)


def switched_off(db: Db) -> tuple[str, ...]:
    """Those of ``NEEDED`` that this server goes without; none on SQLite, which we set up ourselves."""
    return () if db.is_sqlite else tuple(row[0] for row in db.connection.execute(_OFF, {"needed": list(NEEDED)}))
