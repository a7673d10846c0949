"""``fingerpost doctor``: every setting, then every check with its cure. It changes nothing and names nobody."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import typer

from bot.app import clock
from bot.cli import durable, standby, waiting
from bot.cli.findings import Finding, Level, look, stop, well
from bot.cli.opening import keyring
from bot.cli.providers import telegram, twilio
from bot.config import Settings, read_settings
from bot.content import check_folder
from bot.practice.room import AHEAD
from bot.quantities import quantity
from bot.settings import SETTINGS, Setting, masked
from flows.content import Library
from flows.errors import ConfigError, SchemaMismatch, StorageError
from flows.wording import Level as Gravity
from storage import alerts, arming, backups, checkup, escalating, forgotten, home, marks, resealing, schema, staff
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db

SAFE_SQLITE = (3, 51, 3)
LITTLE_DISK, NO_DISK = 1_000_000_000, 100_000_000  # bytes
CLOCK_OFF = timedelta(minutes=2)
HELPLINE_AGE = timedelta(days=180)
BACKUP_AGE = timedelta(days=2)
LIST_AGE = timedelta(hours=2)


def examine() -> int:
    """Print every setting and every check. The exit status: 1 if anything found would stop the service."""
    try:
        given = read_settings(os.environ)
    except ConfigError as error:
        show_settings([(each, masked(each, _set(each) or each.default), bool(_set(each))) for each in SETTINGS])
        return report(stop(fault) for fault in error.faults)
    show_settings(list(given.shown()))
    return report(findings(given, clock()))


def findings(given: Settings, now: datetime) -> Iterator[Finding]:
    """Every check, in the order in which a start would meet them."""
    yield well("Every setting can be read.")
    yield from web_address(given)
    library, found = content(given.content_dir)
    yield from found
    if library is not None:
        yield from standby.content(library)
    yield from database(given, library, now)
    yield from disk(given)
    yield from channels(given, now)
    yield standby.heartbeat(given)
    if library is not None:
        yield from helplines(library, now)


def show_settings(rows: list[tuple[Setting, str, bool]]) -> None:
    """One line a setting; secrets are masked already."""
    width = max(len(setting.name) for setting, _, _ in rows)
    typer.echo("Settings")
    for setting, value, is_set in rows:
        typer.echo(f"  {setting.name:<{width}}  {value or '—'}{'' if is_set or not value else '  (default)'}")


def report(found: Iterator[Finding]) -> int:
    """Print each check as it is made, then what they come to."""
    typer.echo("\nChecks")
    count: Counter[Level] = Counter()
    for finding in found:
        count[finding.level] += 1
        colour = {Level.STOP: typer.colors.RED, Level.LOOK: typer.colors.YELLOW}.get(finding.level)
        cure = f" Cure: {finding.cure}" if finding.cure else ""
        typer.secho(f"  {finding.level:<4}  {finding.what}{cure}", fg=colour)
    stops, looks = count[Level.STOP], count[Level.LOOK]
    says = [f"{stops} would stop the service"] if stops else []
    says += [f"{looks} to look at"] if looks else []
    typer.echo(f"\n{' and '.join(says)}." if says else "\nAll is well.")
    return 1 if stops else 0


def _set(setting: Setting) -> str:
    return os.environ.get(setting.name, "").strip()


# ---------------------------------------------------------------- what lies on this machine


def web_address(given: Settings) -> Iterator[Finding]:
    """PUBLIC_URL, where providers are to call us."""
    called = given.twilio is not None or (given.telegram is not None and given.telegram.mode == "webhook")
    if not called:
        yield well("Nobody calls this service from outside, so PUBLIC_URL is not needed.")
    elif given.public_url.startswith("https://"):
        yield well("PUBLIC_URL is an https address.")
    else:
        yield look("PUBLIC_URL is not https.", "set it to the https address of your proxy.")


def content(folder: Path) -> tuple[Library | None, list[Finding]]:
    """The content folder, read and checked with its conversation tests."""
    checked = check_folder(folder)
    errors = len(checked.errors)
    warnings = sum(problem.level is Gravity.WARNING for problem in checked.problems)
    cure = "type fingerpost check to see each with its cure."
    if checked.conversation is None:
        return None, [stop(f"The content in {folder} cannot be used: {errors} to mend.", cure)]
    found = well(f"The content in {folder} can be used: {quantity(len(checked.files), 'file')}.")
    if warnings:
        found = look(f"The content in {folder} can be used, with {warnings} to look at.", cure)
    return checked.conversation.library, [found]


def disk(given: Settings) -> Iterator[Finding]:
    """Room for the SQLite file, and leave to write it."""
    if given.database_file is None:
        yield well("The disk that matters is the database server's: look at it there.")
        return
    file = given.database_file.absolute()
    folder = next(each for each in file.parents if each.is_dir())
    if closed := [each for each in (folder, file) if each.exists() and not os.access(each, os.W_OK)]:
        yield stop(f"{closed[0]} may not be written to.", "give it to the user that the service runs as.")
    free = shutil.disk_usage(folder).free
    room = f"{free / 1e9:.1f} GB are free on the disk of the database."
    if free < NO_DISK:
        yield stop(room, "make room: a full disk takes no messages.")
    elif free < LITTLE_DISK:
        yield look(room, "make room soon.")
    else:
        yield well(room)


# ---------------------------------------------------------------- the database


def database(given: Settings, library: Library | None, now: datetime) -> Iterator[Finding]:
    """Its version, that it answers, that it is of our form, and that the keys open it; then what stands in it."""
    file = given.database_file
    if file is not None:
        yield sqlite_version(sqlite3.sqlite_version_info)
    try:
        if file is not None and not file.exists():
            yield well("There is no database yet. The first run makes it, with its keys.")
            return
        keys = _keys(given)
        with Database.open(given.database_url, keys) as opened:
            yield well(f"The database answers and is of form {schema.VERSION}, as this program wants it.")
            yield durable.finding(opened)
            yield keys_open(opened.run_now(checkup.unreadable))
            yield from older_keys(opened.run_now(resealing.in_use), tuple(keys.keys))
            yield from copies(opened, given, now)
            yield opened.run_now(lambda db: clock_against(db, given, now))
            yield from opened.run_now(lambda db: list(people_to_alert(db, given)))
            if library is not None:
                yield opened.run_now(lambda db: waiting.draft(db, library))
                yield from opened.run_now(lambda db: list(standby.staff(db, given, library, now)))
                yield from opened.run_now(lambda db: list(standby.sources(db, library)))
    except ConfigError as error:
        for fault in error.faults:
            yield stop(fault)
    except SchemaMismatch as error:
        yield stop(str(error))
    except StorageError as error:
        yield stop(str(error))


def _keys(given: Settings) -> Keyring:
    if not given.keys and given.keys_file is not None and not given.keys_file.exists():
        raise ConfigError(
            [f"The database is there, but its keys {given.keys_file} are not. Put that file back from your backup."]
        )
    return keyring(given)


def sqlite_version(version: tuple[int, ...]) -> Finding:
    """Which SQLite Python brings, and what an old one means."""
    name = ".".join(map(str, version))
    if version >= SAFE_SQLITE:
        return well(f"SQLite is {name}.")
    return well(
        f"SQLite is {name}. Before 3.51.3, two programs that empty its log at the same moment may damage the file. "
        "So only the service does that, and the command line never does while a service runs."
    )


def keys_open(shut: tuple[str, ...]) -> Finding:
    if not shut:
        return well("The keys open what is stored.")
    return stop(
        f"The keys do not open what is stored in {', '.join(shut)}.", "put the older keys back, behind the first one."
    )


def older_keys(noted: resealing.InUse | None, held: tuple[str, ...]) -> Iterator[Finding]:
    """Which of the keys may still seal something, where there is more than one."""
    if noted is None:
        return
    missing = [key for key in noted.keys if key not in held]
    older = [key for key in noted.keys[1:] if key in held]
    idle = [key for key in held if key not in noted.keys]
    if missing:
        cure = "put it back, behind the first one."
        yield stop(f"The key {', '.join(missing)} still seals part of what is stored, and is gone.", cure)
    elif older:
        yield well(f"What {', '.join(older)} sealed is being sealed anew with {noted.keys[0]}. Keep both.")
    elif idle:
        yield well(
            f"Nothing stored is sealed with {', '.join(idle)}: it is yet to come, or only older backups need it."
        )


def copies(database: Database, given: Settings, now: datetime) -> Iterator[Finding]:
    """Whether this is a copy that sends nothing; when the last backup was made, and the list that goes with backups."""
    held = database.run_now(arming.held)
    if held is None and not given.practice and not home.is_here(database):
        held = arming.Held(arming.COPIED, now)
    if held is not None:
        what = f"This database is a copy ({held.why}): it sends nothing but answers to whoever writes in a crisis."
        yield stop(what, "when the service that it was made from is stopped for good, type fingerpost arm.")
    if given.practice:
        return
    made = database.run_now(lambda db: marks.written_at(db, backups.MADE))
    if made is None or made[1] is None:
        yield look(
            "No backup was ever made with fingerpost backup.", "have one made every night; see docs/operators.md."
        )
    elif now - made[1] > BACKUP_AGE:
        yield look(f"The last backup is {_length(now - made[1])} old.", "have one made every night.")
    else:
        yield well("A backup was made in the last two days.")
    if given.forgotten_file is None:
        listed = database.run_now(lambda db: marks.written_at(db, forgotten.LISTED))
        if listed is None or listed[1] is None or now - listed[1] > LIST_AGE:
            cure = "have fingerpost people forgotten typed every few minutes."
            yield look("No list says who was erased or left lately: an older backup would bring them back.", cure)
        else:
            yield well("Who is erased or leaves is listed apart from the backups.")


def clock_against(db: Db, given: Settings, now: datetime) -> Finding:
    """This machine's clock beside the newest row, which some clock has stamped."""
    newest = checkup.last_written(db)
    ahead = timedelta(seconds=float(marks.get(db, AHEAD) or 0)) if given.practice else timedelta()
    if newest is not None and newest > now + ahead + CLOCK_OFF:
        behind = newest - now - ahead
        return look(
            f"The newest row was written {_length(behind)} ahead of this machine's clock.", "set the clock by NTP."
        )
    return well("The clock is not behind what is stored.")


def people_to_alert(db: Db, given: Settings) -> Iterator[Finding]:
    """Whether alerts reach anybody, and whether people can join."""
    reached = len(staff.coordinators(db))
    if given.practice:
        yield well(f"Practice: anybody may join. {_coordinators(reached)} will get alerts.")
        return
    if reached:
        yield well(f"{_coordinators(reached)} will get alerts.")
    else:
        cure = "text the code that fingerpost run prints."
        yield stop("No coordinator is confirmed, so an alert reaches nobody.", cure)
    if reached == 1 and {each.member.id for each in staff.coordinators(db)} <= set(escalating.people_on_staff(db)):
        alone = "The only coordinator has joined as a participant: of an alert about them no coordinator hears."
        yield look(alone, "pair another one: fingerpost staff add.")
    if alerts.gate_is_open(db):
        yield well("A test alert was answered, so people can join.")
    else:
        yield stop("Nobody can join yet.", "a confirmed coordinator answers the test alert with ON IT and its number.")


def _coordinators(number: int) -> str:
    return quantity(number, "confirmed coordinator")


# ---------------------------------------------------------------- elsewhere


def channels(given: Settings, now: datetime) -> Iterator[Finding]:
    """Whether Telegram and Twilio answer to our credentials; their clock beside ours."""
    if given.practice:
        yield well("Practice mode: neither Telegram nor Twilio is set up, and nobody can be reached.")
        return

    async def ask() -> list[Finding]:
        answers = await asyncio.gather(telegram(given), twilio(given))
        dates = [answer.at for answer in answers if answer is not None and answer.at is not None]
        found = [answer.finding for answer in answers if answer is not None]
        return [*found, *(clock_beside(at, now) for at in dates[:1])]

    yield from asyncio.run(ask())


def clock_beside(theirs: datetime, ours: datetime) -> Finding:
    """This machine's clock beside a provider's."""
    apart = abs(theirs - ours)
    if apart > CLOCK_OFF:
        return look(f"This machine's clock and the provider's are {_length(apart)} apart.", "set the clock by NTP.")
    return well("This machine's clock agrees with the provider's.")


def helplines(library: Library, now: datetime) -> Iterator[Finding]:
    """Numbers that nobody has looked at for half a year."""
    since = now.date() - HELPLINE_AGE
    old = [line for line in library.helplines.values() if line.checked is None or line.checked < since]
    if not old:
        yield well("Every helpline was checked in the last 180 days.")
    for line in old:
        when = f"was last checked on {line.checked}" if line.checked is not None else "has never been checked"
        yield look(
            f"The helpline entry {line.name} {when}.", f"ring or read it, then set its checked: in {line.place.file}."
        )


def _length(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return quantity(minutes, "minute") if minutes < 120 else quantity(minutes // 60, "hour")
