"""``fingerpost directory unmet``: what people looked for and the directory did not have."""

from __future__ import annotations

from datetime import timedelta

import typer
from rich.console import Console
from rich.table import Table

from bot.app import clock
from bot.cli.opening import opened
from storage import referrals


def unmet(days: int) -> None:
    """Where, what and how often, over so many days; the commonest first. Nothing says who asked."""
    with opened() as database:
        found = database.run_now(lambda db: referrals.unmet(db, clock() - timedelta(days=days)))
    if not found:
        typer.echo(f"Nothing was missed in {days} days: everybody who looked was offered what they asked for.")
        return
    table = Table("where", "what", "how often", box=None, pad_edge=False)
    for near, need, times in found:
        table.add_row(near or "anywhere", need.replace("_", " ") or "any group", str(times))
    Console().print(table)
