"""Where anything of somebody could be left, searched byte by byte: the database as its own files or rows hold it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psycopg

from storage.tables import metadata


def stored(url: str) -> bytes:
    """All that a database holds: the file, its log and index on SQLite; every row of every table on PostgreSQL."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"\n".join(path.read_bytes() for path in sorted(file.parent.glob(file.name + "*")))
    with psycopg.connect(url) as connection:
        rows = [
            row
            for name in metadata.tables
            for row in connection.execute(
                f'SELECT t::text FROM "{name}" t'
            ).fetchall()  # bytes are written in hexadecimal
        ]
    return "\n".join(str(row[0]) for row in rows).encode()


def found(signs: Iterable[str | bytes], held: bytes) -> list[str | bytes]:
    """The signs that stand in what is held, as they are or in hexadecimal."""
    lower = held.lower()
    seen: list[str | bytes] = []
    for sign in signs:
        raw = sign.lower().encode() if isinstance(sign, str) else sign
        if raw in (lower if isinstance(sign, str) else held) or raw.hex().encode() in lower:
            seen.append(sign)
    return seen
