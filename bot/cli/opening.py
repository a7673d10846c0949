"""What commands share: settings, the database, somebody named on the command line."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import typer

from bot.config import Settings, read_settings
from bot.content import read_files
from bot.keys import load_or_make_keys
from flows import phones
from flows.content import Library, Service
from flows.errors import ConfigError, ContentError
from flows.model import Channel
from flows.reading.library import read_library
from flows.reading.nodes import Map, read_yaml
from flows.reading.problems import Problems
from flows.reading.service import read_service
from flows.reading.tidy import tidy
from storage import records, releases, staff
from storage.database import Database
from storage.fields import Keyring
from storage.schema import migrate
from storage.statements import Db

SERVICE_FILE = "service.yaml"
LARGEST_ID = 2**63 - 1


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
    typer.echo("The content cannot be used as it stands. Mend the lines above, then try again.", err=True)


def library(given: Settings) -> Library:
    """What is live, as people hear it; the content folder where nothing has gone live. Raises ConfigError where it
    cannot be read."""
    stored = _live(given)
    found = stored if stored is not None else read_files(given.content_dir)[0]
    read = read_library(found).library
    if read is not None:
        return read
    if stored is not None:
        raise ConfigError(["This program cannot read what is live. Type fingerpost doctor to see why."])
    raise ConfigError([f"The content in {given.content_dir} cannot be read. Type fingerpost check to see why."])


def service(given: Settings) -> Service:
    """What service.yaml says, of what is live. Only that file is read. Raises ConfigError where it cannot be."""
    stored = _live(given)
    files = stored if stored is not None else read_files(given.content_dir)[0]
    problems = Problems()
    root = read_yaml(tidy(files.get(SERVICE_FILE, b""), SERVICE_FILE, problems), problems)
    if isinstance(root, Map):
        found = read_service(root, problems)
        if not problems.errors_in(SERVICE_FILE):
            return found
    where = "what is live" if stored is not None else str(given.content_dir)
    raise ConfigError([f"{SERVICE_FILE} of {where} cannot be read. Type fingerpost check to see why."])


def _live(given: Settings) -> Mapping[str, bytes] | None:
    """The files of what is live; None where nothing has gone live, or there is no database to ask yet."""
    if given.database_file is not None and not given.database_file.exists():
        return None
    with opened() as database:
        release = database.run_now(releases.live)
        return database.run_now(lambda db: releases.get(db, release.hash)) if release is not None else None


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
    if re.fullmatch(r"[0-9]{14,19}", written):  # no phone number is so long; ids are, and no longer
        found = records.show(db, min(int(written), LARGEST_ID))
    else:
        channel, address = number_of(written)
        found = records.find(db, channel, address)
        if found is None and channel is Channel.SMS:
            found = records.find(db, Channel.PRACTICE, address)
    if found is None:
        raise ConfigError([f"Nobody is known as {written}. Type fingerpost people list to see who is."])
    return found


def on_the_staff(db: Db, written: str) -> staff.StaffMember:
    """Somebody on the staff, named by name or by the id that ``staff list`` shows. Raises ConfigError."""
    everybody = staff.everybody(db)
    if re.fullmatch(r"[0-9]+", written):
        found = [each for each in everybody if str(each.id) == written]
    else:
        wanted = " ".join(written.casefold().split())
        found = [each for each in everybody if " ".join(each.name.casefold().split()) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(each.id) for each in found)
        raise ConfigError([f"{len(found)} people on the staff are called {written}. Type the id of one: {ids}."])
    near = difflib.get_close_matches(written.casefold(), [each.name.casefold() for each in everybody], 1, 0.6)
    name = next((each.name for each in everybody if near and each.name.casefold() == near[0]), "")
    did_you_mean = f" Did you mean {name}?" if name else ""
    raise ConfigError(
        [f"Nobody on the staff is called {written}.{did_you_mean} Type fingerpost staff list to see who is there."]
    )


def day_in_words(day: date) -> str:
    """``Monday 7 December 2026``, on every system alike."""
    return f"{day:%A} {day.day} {day:%B %Y}"
