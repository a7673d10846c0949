"""``fingerpost backup``, ``restore`` and ``arm``: a copy of the store, putting it back, and letting it send again."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import typer

from bot.app import clock
from bot.cli.opening import keyring, opened, settings
from bot.config import Settings
from bot.quantities import quantity
from flows.errors import ConfigError, StorageError
from storage import arming, backups, forgotten, home, marks
from storage.arming import Held
from storage.backups import Backup
from storage.database import Database
from storage.fields import Keyring

MANY = 100_000  # rows of a table, from which on it is said how far the copying has come


def backup(to: Path) -> None:
    """Write a backup, beside a service that may be running."""
    given = settings()
    file = given.database_file
    if file is not None and not file.exists():
        raise ConfigError([f"There is no database at {file} yet, so there is nothing to back up."])
    now = clock()
    target = to / f"fingerpost-{now:%Y-%m-%d-%H%M%S}.backup" if to.is_dir() else to
    with opened() as database:
        forgotten.Keeper(given.forgotten_file).keep_now(database, now)
        found = backups.back_up(database, target, now, _progress)
        home.count(database, now)  # the copy is older than the service from here on
    size = f"{target.stat().st_size / 1e6:.1f} MB"
    typer.echo(f"Backed up to {target}: {_people(found.people)}, {size}, readable by you alone.")
    typer.echo("Names, numbers and words in it are sealed. The keys are not in it: keep them in another place.")


def restore(file: Path, listed: Path | None) -> None:
    """Put a backup where DATABASE_URL says. It sends nothing until it is armed."""
    given = settings()
    found = backups.look_into(file)
    entries = _entries(given, listed, found)
    beside = given.database_file.absolute().parent if given.database_file is not None else None
    with backups.a_room(beside) as room:
        done = backups.restore(file, given.database_url, _keys(given), entries, clock(), room=room, progress=_progress)
    typer.echo(f"Put back: {_people(found.people)}, as of {_minute(found.made_at)}.")
    if done.erased or done.stopped or done.unlinked:
        typer.echo(
            f"Done again, because it was done since: {done.erased} erased, {done.stopped} stopped, "
            f"{quantity(done.unlinked, 'wrong number')} taken out."
        )
    typer.echo("It sends nothing yet, but for answers to whoever writes to it in a crisis.")
    typer.echo("Look into it with fingerpost doctor and fingerpost people list, then start the service.")
    typer.echo("When the service that it was made from is stopped for good, type: fingerpost arm")


def arm(*, moved: bool) -> None:
    """Let a copy send."""
    given = settings()
    if given.database_file is not None and not given.database_file.exists():
        raise ConfigError([f"There is no database at {given.database_file}. Type fingerpost restore first."])
    now = clock()
    with opened() as database:
        if database.run_now(arming.held) is None and not _was_carried(given, database, now):
            typer.echo("This database is no copy, or is armed already. Nothing to do.")
            return
        left = database.run_now(lambda db: arming.arm(db, now, moved=moved))
        home.move_in(database, secrets.token_hex(8), now)
    typer.echo("Armed. This is the service now: it sends again within seconds of running.")
    if left is not None and not moved:
        typer.echo(
            f"Ended, because it is of before: {quantity(left.messages, 'message')} that waited, "
            f"{quantity(left.conversations, 'conversation')}, {quantity(left.check_ins, 'check-in')}, "
            f"{quantity(left.bookings, 'booking')}. Alerts stay open, and coordinators hear of them again."
        )


def list_forgotten(file: Path) -> None:
    """Add to the list who was erased or left since it was last written to."""
    now = clock()
    with opened() as database:
        try:
            added = forgotten.Keeper(file).keep_now(database, now)
        except OSError as error:
            raise StorageError(f"The list {file} cannot be written ({error.strerror}). Check who owns it.") from error
        database.run_now(lambda db: marks.put(db, forgotten.LISTED, "", now))
    typer.echo(f"{file} is up to date: {added} {'line' if added == 1 else 'lines'} more.")


def _was_carried(given: Settings, database: Database, now: datetime) -> bool:
    """A copy that was carried here by hand, and has not been started yet."""
    return not given.practice and home.settle(database, secrets.token_hex(8), now) is not None


# ---------------------------------------------------------------- what a restore needs


def _keys(given: Settings) -> Keyring:
    """The keys that are there. None are made: new ones would open nothing of a backup."""
    file = given.keys_file
    if not given.keys and file is not None and not file.exists():
        raise ConfigError([f"The keys {file} are not there, and a backup holds none. Put that file back first."])
    return keyring(given)


def _entries(given: Settings, listed: Path | None, found: Backup) -> list[forgotten.Entry]:
    """Who was erased or left since. Said aloud where there is no list, and where it does not reach back far enough."""
    file = listed or given.forgotten_file
    if listed is not None and not listed.is_file():
        raise ConfigError([f"There is no list {listed}. Name the file that fingerpost people forgotten wrote."])
    try:
        entries = forgotten.read(file) if file is not None else []
    except OSError as error:
        raise StorageError(f"The list {file} cannot be read ({error.strerror}). Check who owns it.") from error
    if file is None or not file.exists():
        where = f" at {file}" if file is not None else ""
        typer.echo(
            f"There is no list{where} of who was erased or left since {_minute(found.made_at)}: whoever was is back. "
            "Ask the coordinators, or restore again with --forgotten FILE.",
            err=True,
        )
    return entries


def said_of(held: Held) -> str:
    """That this is a copy, since when, and what next."""
    return (
        f"This database is a copy ({held.why}, {_minute(held.since)}). It takes messages in, answers whoever writes "
        "in a crisis, and sends nothing else. When the service that it was made from is stopped for good, type: "
        "fingerpost arm"
    )


def _progress(table: str, rows: int) -> None:
    if rows % MANY == 0:
        typer.echo(f"{table}: {rows:,} rows …", err=True)


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
