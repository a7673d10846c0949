"""Whether what is committed outlives a power cut: said by ``doctor``, and at every start where it does not."""

from __future__ import annotations

import typer

from bot.cli.findings import Finding, stop, well
from storage import durability
from storage.database import Database

CURE = "set it to on in postgresql.conf, and reload."


def finding(database: Database) -> Finding:
    """For ``doctor``. SQLite is set up by us, and waits for the disk."""
    if off := database.run_now(durability.switched_off):
        return stop(_what(off), CURE)
    return well("What is committed outlives a power cut: the database waits for the disk.")


def say_if_not(database: Database) -> None:
    """At a start: it goes on all the same, because a service that may forget is better than none in a crisis."""
    if off := database.run_now(durability.switched_off):
        typer.echo(f"{_what(off)} Cure: {CURE}", err=True)


def _what(off: tuple[str, ...]) -> str:
    return (
        f"PostgreSQL runs with {' and '.join(off)} switched off: a power cut may lose texts that we have acknowledged."
    )
