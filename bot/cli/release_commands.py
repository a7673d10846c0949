"""The commands of ``fingerpost release``."""

from __future__ import annotations

from typing import Annotated

import typer

release = typer.Typer(help="What people hear: put it live, take it back.", no_args_is_help=True)


@release.command("list")
def release_list() -> None:
    """Every release, which one is live, and how many people are in the middle of an older one.

    Example: fingerpost release list
    """
    from bot.cli import release as releasing

    releasing.list_all()


@release.command("go")
def release_go(
    code: Annotated[list[str] | None, typer.Option(help="The code of a coordinator who agrees; twice.")] = None,
) -> None:
    """Check what is saved and put it live, in every running process, without a restart.

    Example: fingerpost release go
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.go(code or []))


@release.command("back")
def release_back(
    to: Annotated[str, typer.Argument(metavar="[RELEASE]", help="Its first letters. Default: the one before.")] = "",
) -> None:
    """Put the release before this one live again, or another.

    Example: fingerpost release back
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.back(to))


@release.command("withdraw")
def release_withdraw(
    flow: Annotated[str, typer.Argument(help="The flow that does harm.")],
    undo: Annotated[bool, typer.Option("--undo", help="It may start again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
) -> None:
    """End a flow now for everybody in it, with an apology and a way to a person, and start it no more.

    Example: fingerpost release withdraw grant
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.withdraw(flow, undo=undo, sure=yes))
