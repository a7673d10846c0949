"""The commands of ``fingerpost import`` and ``fingerpost directory``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

directory = typer.Typer(
    help="Groups and services that people are sent to: where they come from, and what to check.", no_args_is_help=True
)

Row = Annotated[str, typer.Argument(metavar="ID", help="The id that `directory check-next` or `directory list` shows.")]


def import_source(
    source: Annotated[str, typer.Argument(help="A file, or an address that starts https://")],
    format: Annotated[str, typer.Option("--format", help="csv, open-referral, meeting-guide or bmlt")],
    name: Annotated[str, typer.Option(help="What to call it. Default: its host, or its file without the end.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", "--anyway", help="Take it though over 30 in 100 of its groups would go.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Every line of the report, not the first forty.")] = False,
) -> None:
    """Read a directory of somebody else's and offer what it holds, in the place of what it held before.

    Exit 0 taken, 1 refused: then nothing was changed.

    Example: fingerpost import https://example.org/meetings.json --format meeting-guide --name kent-aa --dry-run
    """
    from bot.cli import directory as keeping

    raise typer.Exit(keeping.import_source(source, format, name, dry_run=dry_run, force=force, every=every))


@directory.command("list")
def directory_list(
    source: Annotated[str, typer.Argument(help="A source, to see all that it holds; csv is your own list.")] = "",
) -> None:
    """Every source: how many groups it holds, when it was read, what is wrong with it.

    Example: fingerpost directory list kent-aa
    """
    from bot.cli import directory as keeping

    keeping.list_all(source)


@directory.command("check-next")
def directory_check_next(
    every: Annotated[bool, typer.Option("--all", help="All of them, not the first twenty.")] = False,
) -> None:
    """What to ring or visit next to see whether it is still true, the most urgent first.

    Example: fingerpost directory check-next
    """
    from bot.cli import directory as keeping

    keeping.check_next(every=every)


@directory.command("checked")
def directory_checked(
    row: Row,
    on: Annotated[str, typer.Option(help="The day on which you found it true, like 2026-11-20. Default: today.")] = "",
) -> None:
    """Say that a group is there as the directory has it. It is offered again, and as fresh as that day.

    Example: fingerpost directory checked ton-tue
    """
    from bot.cli import directory as keeping

    keeping.checked(row, on)


@directory.command("hide")
def directory_hide(
    row: Row, why: Annotated[str, typer.Option(help="Why, for whoever reads the list after you.")] = "hidden by hand"
) -> None:
    """Send nobody to a group, from now on, until somebody says that it was checked.

    Example: fingerpost directory hide ton-tue --why "the hall is being painted"
    """
    from bot.cli import directory as keeping

    keeping.hide(row, why)


@directory.command("unmet")
def directory_unmet(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back to look.")] = 90,
) -> None:
    """What people looked for and the directory did not have: where, what and how often. Nothing says who.

    Example: fingerpost directory unmet --days 30
    """
    from bot.cli.unmet import unmet

    unmet(days)


@directory.command("remove")
def directory_remove(
    source: Annotated[str, typer.Argument(help="A source that `directory list` shows.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
) -> None:
    """Forget a source and all that it holds. Your own list stays.

    Example: fingerpost directory remove kent-aa --yes
    """
    from bot.cli import directory as keeping

    keeping.remove(source, sure=yes)


@directory.command("export")
def directory_export(
    out: Annotated[Path | None, typer.Option(help="A file. Default: the screen.")] = None,
    source: Annotated[str, typer.Option(help="One source alone; csv is your own list.")] = "",
) -> None:
    """The directory as Open Referral UK JSON, for others to read.

    Example: fingerpost directory export --out groups.json
    """
    from bot.cli import directory as keeping

    keeping.export(out, source)
