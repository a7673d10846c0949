"""What commands share: settings, the database, somebody named on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.config import Settings, read_settings
from bot.keys import load_or_make_keys
from flows import phones
from flows.errors import ConfigError, ContentError
from flows.model import Channel
from storage import records
from storage.database import Database
from storage.fields import Keyring
from storage.schema import migrate
from storage.statements import Db


def settings() -> Settings:
    """The settings of this machine. Raises ConfigError with every fault."""
    return read_settings(os.environ)


def keyring(given: Settings) -> Keyring:
    """The keys: from FINGERPOST_KEYS, or from the file beside the SQLite database (made at the first run)."""
    if given.keys or given.keys_file is None:
        return Keyring.parse(given.keys)
    return Keyring.parse(load_or_make_keys(given.keys_file, given.database_file))


@contextmanager
def opened() -> Iterator[Database]:
    """The database, beside a service that may be running. An embedded one that is not there yet is made."""
    given = settings()
    file = given.database_file
    keys = keyring(given)
    if file is not None and not file.exists():
        migrate(given.database_url)
    with Database.open(given.database_url, keys) as database:
        yield database


def say_what_to_mend(folder: Path, error: ContentError) -> None:
    """Why a content folder cannot be used, line by line, on standard error."""
    if not folder.is_dir():
        typer.echo(f"There is no content folder {folder}. Set CONTENT_DIR to yours.", err=True)
        return
    for problem in error.problems:
        typer.echo(f"{folder}/{problem}", err=True)
    typer.echo("The content cannot be used as it stands. Mend the lines above, then start again.", err=True)


def number_of(written: str) -> tuple[Channel, str]:
    """The channel and address that somebody was named by. Raises ConfigError when it is neither number nor chat."""
    if written.startswith("telegram:"):
        return Channel.TELEGRAM, written.removeprefix("telegram:")
    number = phones.read_number(written, practice=True)
    if number is None:
        raise ConfigError([f"{written} is not a phone number. Type it like 07700900123, or telegram:CHAT."])
    return Channel.SMS, number


def somebody(db: Db, written: str) -> records.Person:
    """The person named by number, chat or id. Raises ConfigError when there is nobody."""
    if written.isdigit() and len(written) > 13:
        found = records.show(db, int(written))
    else:
        channel, address = number_of(written)
        found = records.find(db, channel, address)
        if found is None and channel is Channel.SMS:
            found = records.find(db, Channel.PRACTICE, address)
    if found is None:
        raise ConfigError([f"Nobody is known as {written}. Type fingerpost people list to see who is."])
    return found
