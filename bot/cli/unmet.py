"""``fingerpost directory unmet``: what people looked for and the directory did not have."""

from __future__ import annotations

from datetime import timedelta

import typer
from rich.console import Console
from rich.table import Table

from bot.app import clock
from bot.cli.opening import opened, service, settings
from bot.quantities import quantity
from storage import referrals


def unmet(days: int) -> None:
    """Where, what and how often, over so many days; the commonest first. Nothing says who asked."""
    with opened() as database:
        found = database.run_now(lambda db: referrals.unmet(db, (clock() - timedelta(days=days)).date()))
    if not found:
        typer.echo(
            f"Nothing was missed in {quantity(days, 'day')}: everybody who looked was offered what they asked for."
        )
        return
    hidden = service(settings()).small_numbers
    table = Table("where", "what", "how often", box=None, pad_edge=False)
    for near, need, times in found:
        table.add_row(near or "anywhere", need.replace("_", " ") or "any group", _told(times, hidden))
    Console().print(table)


def _told(times: int, hidden: tuple[int, int] | None) -> str:
    """A few people in one place could be known by what they look for: ``small_numbers:`` says how few."""
    if hidden is not None and hidden[0] <= times <= hidden[1]:
        return f"{hidden[0]} to {hidden[1]}"
    return str(times)
