"""``fingerpost run``, ``web`` and ``worker``: start, say what to open and what to text, run until asked to stop."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Callable

import typer
from aiohttp import web

from bot import logs
from bot.app import App, clock
from bot.cli import durable
from bot.cli.backing_up import said_of
from bot.cli.opening import keyring, say_what_to_mend, settings
from bot.collecting import collect_seldom
from bot.config import Settings
from bot.content import Checked, load_folder
from bot.following import last_good
from flows.errors import ConfigError, ContentError
from flows.model import Channel
from storage import arming, checkup, home, records, resealing, schema, staff
from storage.database import Database

GRACE = 10.0  # seconds that requests under way get when we are asked to stop


def migrate() -> None:
    """Bring the database up to this program."""
    given = settings()
    schema.migrate(given.database_url)
    typer.echo("The database is up to date.")


def run(role: str) -> None:
    """Run until SIGTERM or Ctrl-C."""
    given = settings()
    logs.configure(given.log_format)
    in_hand = _folder(given) if given.practice else None
    keys = keyring(given)
    if given.database_file is not None:
        schema.migrate(given.database_url)
    with Database.open(given.database_url, keys, hold=True) as database:
        _refuse_other_keys(database)
        _refuse_real_people_in_practice(given, database)
        durable.say_if_not(database)
        _say_whether_it_is_a_copy(given, database)
        if not given.practice:
            database.run_now(staff.retire_practice)  # an alert to a practice phone reaches nobody
        checked = in_hand or _released(given, database)
        collect_seldom()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(App(given, database, checked, role=role)))
        home.count(database, clock())  # what is copied while we are down is older than what comes after


def _folder(given: Settings) -> Checked:
    """What is saved, checked. Where it cannot be used nothing starts: exit code 2, and every fault."""
    try:
        return load_folder(given.content_dir)
    except ContentError as error:
        say_what_to_mend(given.content_dir, error)
        raise typer.Exit(2) from None


def _released(given: Settings, database: Database) -> Checked:
    """What went live last, whatever is saved; the folder before anything ever has."""
    found = last_good(database)
    if found is None:
        return _folder(given)
    for name in found.refused:
        typer.echo(
            f"The release {name[:8]} is live, and this program cannot read it. An older one is used instead: "
            "type fingerpost release list, then put one live that can be read.",
            err=True,
        )
    return found.checked


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one: the same loop, half the cost."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(app: App) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, asked.set)
    await app.start()
    runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=GRACE) if app.role != "worker" else None
    try:
        if runner is not None:
            await runner.setup()
            await _listen(app, runner)
        await _say_what_next(app)
        await asked.wait()
    finally:
        # the door first, so that nothing comes in which we could not answer
        if runner is not None:
            await runner.cleanup()
        await app.stop()


async def _listen(app: App, runner: web.AppRunner) -> None:
    try:
        await web.TCPSite(runner, app.settings.host, app.settings.port).start()
    except OSError as error:
        raise ConfigError(
            [f"Port {app.settings.port} on {app.settings.host} cannot be used ({_why(error)}). Set PORT to another."]
        ) from error


def _why(error: OSError) -> str:
    """The system's own words; asyncio puts a line of its own around them."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


async def _say_what_next(app: App) -> None:
    """Three lines: what runs, what to open, what to text."""
    given = app.settings
    if app.role == "worker":
        typer.echo("Fingerpost is sending and keeping time. Ctrl-C stops it.")
        return
    code = await app.first_coordinator_code()
    here = f"http://{'127.0.0.1' if given.host == '0.0.0.0' else given.host}:{given.port}"  # noqa: S104
    if given.practice:
        typer.echo("Fingerpost is running in practice mode. It can reach nobody but you. Ctrl-C stops it.")
        typer.echo(f"Open {here}/practice and text: hello")
    else:
        ways = [name for name, on in (("Telegram", given.telegram), ("SMS", given.twilio)) if on is not None]
        typer.echo(f"Fingerpost is running on {' and '.join(ways)}. Ctrl-C stops it.")
        typer.echo(f"How it is doing: {here}/health")
    if code:
        typer.echo(f"To be its first coordinator, text this code from your phone within a day: {code}")


def _refuse_other_keys(database: Database) -> None:
    """Better no service than one that cannot read whom it is talking to."""
    now = clock()
    if missing := database.run_now(lambda db: resealing.begin(db, now)):
        ids = " and ".join(missing)
        raise ConfigError(
            [f"The key {ids} still seals part of what is stored, and is gone. Put it back, after the first."]
        )
    if shut := database.run_now(checkup.unreadable):
        tables = ", ".join(shut)
        raise ConfigError(
            [f"The keys do not open what is stored in {tables}. Put the older keys back, after the first."]
        )


def _say_whether_it_is_a_copy(given: Settings, database: Database) -> None:
    """A copy runs, so that nothing that comes in is lost, and sends nothing: see storage/arming.py."""
    carried = not given.practice  # developers carry a practice database about
    held = home.settle(database, secrets.token_hex(8), clock()) if carried else database.run_now(arming.held)
    if held is not None:
        typer.echo(said_of(held), err=True)


def _refuse_real_people_in_practice(given: Settings, database: Database) -> None:
    """Practice moves the clock: on a database with real people in it that would close their conversations."""
    if given.practice and database.run_now(lambda db: records.has_channel(db, (Channel.SMS, Channel.TELEGRAM))):
        raise ConfigError(
            [
                "This database holds real people, and no channel to reach them is set up. "
                "Set the TWILIO_ or TELEGRAM_ settings, or practise with another DATABASE_URL."
            ]
        )
