"""``fingerpost keys``: new keys, and a new key in front of those that there are."""

from __future__ import annotations

import re
from functools import partial

import typer
from rich.console import Console
from rich.progress import Progress

from bot.app import clock
from bot.cli.opening import keyring, opened, settings
from bot.config import Settings
from bot.keys import replace_keys
from bot.quantities import quantity
from flows.errors import ConfigError, DatabaseBusy
from storage import resealing
from storage.database import Database
from storage.fields import Keyring

_NUMBERED = re.compile(r"k(\d{1,9})")


def new() -> None:
    """Print a new ring."""
    typer.echo(Keyring.generate().format())


def rotate() -> None:
    """Put a new key in front and seal everything with it; or finish what an earlier rotation left."""
    given = settings()
    if given.keys or given.keys_file is None:
        _print_the_next(given)
    else:
        _rotate_file(given)


def _rotate_file(given: Settings) -> None:
    """The keys lie beside the SQLite file: with the service stopped, all of it is done here."""
    file, path = given.database_file, given.keys_file
    assert file is not None
    assert path is not None
    if not file.exists():
        raise ConfigError([f"There is no database {file} yet, so nothing is sealed. The first run makes its keys."])
    ring = keyring(given)
    try:
        with Database.open(given.database_url, ring, hold=True) as database:
            _must_open(database)
            left, _ = _walked(database, "Looking", seal=False)
            if not left:
                ring = ring.rotated(_next_id(ring))
                replace_keys(path, ring)
        with Database.open(given.database_url, ring, hold=True) as database:
            database.run_now(partial(resealing.begin, now=clock()))
            _, shut = _walked(database, "Sealing")
            database.run_now(partial(resealing.end, now=clock(), alone=True))
            database.scrub_now()
    except DatabaseBusy:
        raise ConfigError(
            [f"A service is using {file}, and would go on with the older key. Stop it, then type this again."]
        ) from None
    first, *others = ring.keys
    typer.echo(f"Everything is sealed with the new key {first}. Start the service again, and copy {path} now.")
    if shut:
        typer.echo(f"{shut} values do not open and were left as they are: fingerpost doctor says in which tables.")
    if others:
        typer.echo(f"{', '.join(others)} opens older backups only. Take it out of the file when none of them is left.")


def _print_the_next(given: Settings) -> None:
    """The keys are a setting, perhaps of several processes: say what to set, in which order."""
    ring = Keyring.parse(given.keys)
    with opened() as database:
        _must_open(database)
        left, _ = _walked(database, "Looking", seal=False)
    if left:
        sealed = f"{quantity(left, 'row')} {'is' if left == 1 else 'are'} still sealed with an older key"
        typer.echo(f"{sealed}. Keep it: the running service seals anew.")
        typer.echo("That is done an hour after the last start at the earliest; fingerpost doctor says when it is.")
        return
    rotated = ring.rotated(_next_id(ring))
    first, *others = rotated.keys
    waits = Keyring({key: rotated.keys[key] for key in (*others[:1], first, *others[1:])}, ring.blind, True)
    typer.echo(f"1. Set FINGERPOST_KEYS to this and restart every process, so that all of them can open {first}:")
    typer.echo(waits.format())
    typer.echo(f"2. Then set it to this and restart them again, so that they seal with {first}:")
    typer.echo(rotated.format())
    typer.echo("The service then seals anew what is stored, while it runs. fingerpost doctor says when that is done.")


def _must_open(database: Database) -> None:
    if missing := missing_keys(database):
        raise ConfigError([f"The key {missing} still seals part of what is stored, and is gone. Put it back first."])


def missing_keys(database: Database) -> str:
    """The keys, by id, that may still seal something and that we do not hold; "" where there is none."""
    noted = database.run_now(resealing.in_use)
    held = database.vault.key_ids
    return ", ".join(key for key in (noted.keys if noted is not None else ()) if key not in held)


def _walked(database: Database, doing: str, *, seal: bool = True) -> tuple[int, int]:
    """A whole walk: the rows that older keys sealed, and the values that do not open."""
    place: resealing.Place | None = resealing.Place()
    older = shut = 0
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task(doing, total=len(resealing.TABLES))
        while place is not None:
            step = database.run_now(partial(resealing.walk, place=place, seal=seal))
            place, older, shut = step.place, older + step.older, shut + step.shut
            bar.update(task, completed=place.table if place is not None else len(resealing.TABLES))
    return older, shut


def _next_id(ring: Keyring) -> str:
    """k2 after k1, whatever other names there are."""
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, ring.keys) if found]
    return f"k{max(numbers, default=0) + 1}"
