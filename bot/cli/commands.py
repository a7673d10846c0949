"""Every command of ``fingerpost``. Each imports what it needs when it runs, so that all of them start fast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.directory_commands import directory, import_source
from bot.cli.people_commands import people, reviews
from bot.cli.release_commands import release
from bot.cli.staff_commands import staff

cli = typer.Typer(
    name="fingerpost",
    help="A text-message companion for people in recovery.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
keys = typer.Typer(help="The keys that seal names, numbers and words.", no_args_is_help=True)
cli.add_typer(people, name="people")
cli.add_typer(staff, name="staff")
cli.add_typer(reviews, name="reviews")
cli.add_typer(keys, name="keys")
cli.add_typer(release, name="release")
cli.add_typer(directory, name="directory")
cli.command("import")(import_source)


# ---------------------------------------------------------------- the service


@cli.command()
def run() -> None:
    """Start everything in one process: web, worker and clock.

    Example: fingerpost run
    """
    from bot.cli import service

    service.run("run")


@cli.command()
def web() -> None:
    """Start the part that providers call (the web process of the Procfile).

    Example: PORT=5000 fingerpost web
    """
    from bot.cli import service

    service.run("web")


@cli.command()
def worker() -> None:
    """Start the part that sends and keeps time (the worker process; it may run many times on PostgreSQL).

    Example: fingerpost worker
    """
    from bot.cli import service

    service.run("worker")


@cli.command()
def migrate() -> None:
    """Bring the database up to this program.

    Example: fingerpost migrate
    """
    from bot.cli import service

    service.migrate()


@cli.command()
def doctor() -> None:
    """Look at every setting, credential, key, disk and content fault, and say the cure. Exit 1: service would stop.

    Example: fingerpost doctor
    """
    from bot.cli import doctor as doctoring

    raise typer.Exit(doctoring.examine())


# ---------------------------------------------------------------- content


@cli.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A content folder, or files in it. Default: CONTENT_DIR.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a problem, for editors.")] = False,
    no_tests: Annotated[bool, typer.Option("--no-tests", help="Leave out the conversation tests.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="First write what can be mended with certainty.")] = False,
    translations: Annotated[str, typer.Option(help="A language, like cy: what it lacks and what it costs.")] = "",
    write: Annotated[bool, typer.Option("--write", help="With it: put the English of today in its files.")] = False,
) -> None:
    """Read all the content, check it and run its conversation tests. Exit 0 clean, 1 problems, 2 could not run.

    Example: fingerpost check content/flows/check-in.yaml
    """
    from bot.cli import content

    if translations:
        raise typer.Exit(content.check_language(paths or [], translations, as_json=json, write=write))
    raise typer.Exit(content.check(paths or [], as_json=json, tests=not no_tests, fix=fix))


@cli.command()
def chat(
    flow: Annotated[str, typer.Argument(help="A flow to start at once, as somebody who has joined.")] = "",
    look: Annotated[str, typer.Option("--as", help="sms or telegram")] = "sms",
    save: Annotated[str, typer.Option(help="Write the talk as a test of this name at the foot of the flow.")] = "",
) -> None:
    """Talk to the bot in the terminal. @ +26h moves the clock, Ctrl-D ends. Nothing is kept and nobody is reached.

    Example: fingerpost chat check-in --as telegram --save "a good day by button"
    """
    from bot.cli import chat as chatting

    raise typer.Exit(chatting.chat(flow, look, save))


@cli.command()
def draw(
    flow: Annotated[str, typer.Argument(help="A flow. Left out: all of them, and how they hang together.")] = "",
    mermaid: Annotated[bool, typer.Option("--mermaid", help="As a Mermaid chart, for a page that draws one.")] = False,
) -> None:
    """Print a map of a flow: its steps in order, and what each answer leads to.

    Example: fingerpost draw check-in
    """
    from bot.cli import draw as drawing

    raise typer.Exit(drawing.draw(flow, as_mermaid=mermaid))


@cli.command()
def schema(
    folder: Annotated[Path | None, typer.Argument(help="A content folder. Default: CONTENT_DIR.")] = None,
    pages: Annotated[Path | None, typer.Option(help="Write the reference of steps into this folder instead.")] = None,
) -> None:
    """Write completion and help for editors into the content folder (.schema/).

    Example: fingerpost schema
    """
    from bot.cli import editor

    raise typer.Exit(editor.write_schemas(folder) if pages is None else editor.write_pages(pages))


@cli.command()
def simulate(
    years: Annotated[float, typer.Option(help="How many participant-years to live through.")] = 10.0,
    seed: Annotated[int, typer.Option(help="The seed of the first world; the next has the next.")] = 1,
    faults: Annotated[str, typer.Option(help="all, none, or kinds with commas between: outage, crash, 429 …")] = "all",
    people: Annotated[int, typer.Option(help="Participants in a world.", min=2, max=99)] = 16,
    trace: Annotated[Path | None, typer.Option(help="Live the one world of this seed, line by line to a file.")] = None,
    jobs: Annotated[int, typer.Option(help="Worlds side by side.", min=1)] = 1,
    seconds: Annotated[float | None, typer.Option(help="Begin no further world after so many seconds.")] = None,
) -> None:
    """The whole service under a virtual clock, with seeded faults: figures, and the seed of any broken promise.

    Example: fingerpost simulate --years 20 --seed 7
    """
    from bot.cli import simulating

    raise typer.Exit(simulating.simulate(years, seed, faults, people, trace, jobs, seconds))


@cli.command()
def diff(
    release: Annotated[str, typer.Argument(help="The first letters of a release. Default: the one that is live.")] = "",
) -> None:
    """What is saved beside what is live: in words, with whom it touches and what it costs.

    Example: fingerpost diff
    """
    from bot.cli import diff as differing

    raise typer.Exit(differing.diff(release))


# ---------------------------------------------------------------- backups


@cli.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A new file, or a folder: then the time is its name.", metavar="TO")],
) -> None:
    """Copy the whole database into one file, beside a running service. What is sealed in it stays sealed.

    Example: fingerpost backup /srv/backup
    """
    from bot.cli import backing_up

    backing_up.backup(to)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What fingerpost backup wrote.", metavar="FROM")],
    forgotten: Annotated[
        Path | None,
        typer.Option(help="The list of who was erased or left since. Default: the one beside the SQLite file."),
    ] = None,
) -> None:
    """Put a backup where DATABASE_URL says. It sends nothing until it is armed, and erases again who was erased since.

    Example: fingerpost restore /srv/backup/fingerpost-2027-03-01-040000.backup
    """
    from bot.cli import backing_up

    backing_up.restore(file, forgotten)


@cli.command()
def arm(
    moved: Annotated[
        bool, typer.Option("--moved", help="The service was carried here and has run nowhere since: nothing is ended.")
    ] = False,
) -> None:
    """Let a copy send: it is the service from now on. First stop the one that it was made from, for good.

    Example: fingerpost arm
    """
    from bot.cli import backing_up

    backing_up.arm(moved=moved)


# ---------------------------------------------------------------- keys


@keys.command("new")
def keys_new() -> None:
    """Print new keys for FINGERPOST_KEYS. Keep a copy apart from the database: without them nothing can be read.

    Example: fingerpost keys new
    """
    from bot.cli import keys as ring

    ring.new()


@keys.command("rotate")
def keys_rotate() -> None:
    """Put a new key in front and seal everything with it. Broken off, it goes on when it is typed again.

    With FINGERPOST_KEYS set, it prints what to set, in two steps, and the running service does the rest.

    Example: fingerpost keys rotate
    """
    from bot.cli import keys as ring

    ring.rotate()
