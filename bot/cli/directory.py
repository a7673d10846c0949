"""``fingerpost import`` and ``fingerpost directory``: where people are sent, where it comes from, what to check."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import typer

from bot import directory as stock
from bot.addresses import shown
from bot.app import clock
from bot.cli.opening import day_in_words, library, opened, service, settings
from bot.cli.written import write_new
from bot.fetching import fetch, is_address
from bot.importing import Taken, name_for, take
from bot.quantities import quantity
from flows import timing
from flows.content import FORMATS, Feed, Group, Library
from flows.directory import initiative_json
from flows.directory.export import open_referral_uk
from flows.directory.freshness import freshness
from flows.directory.model import CSV, Initiative, Note, all_offers, gathered
from flows.directory.upkeep import Due, Why
from flows.errors import ConfigError, NotFetched
from flows.reading.problems import did_you_mean
from flows.reading.service import SOURCE_NAME
from flows.reading.values import read_date
from storage import audit, directory
from storage.database import Database
from storage.directory import Source
from storage.statements import Db

SHORT_LIST, SHORT_REPORT = 20, 40  # lines on the screen, where --all was not typed
_SAID = {
    Why.REPORTED: "reported",
    Why.DOUBTED: "one person found it shut",
    Why.TOO_OLD: "hidden, too old",
    Why.HELPLINE: "helpline",
    Why.RING_FIRST: "ring first",
    Why.FADING: "fading",
}


# ---------------------------------------------------------------- import


def import_source(location: str, format: str, name: str, *, dry_run: bool, force: bool, every: bool) -> int:
    """Read a source and put it in the place of what it held; the exit status."""
    if format not in FORMATS:
        raise ConfigError([f"There is no format {format}: {did_you_mean(format, FORMATS)}"])
    given = settings()
    zone, now = service(given).time_zone, clock()
    with opened() as database:
        feed = Feed(_named(database, location, name), format, location)
        if is_address(location):
            typer.echo(f"Asking {shown(location)} …", err=True)
        try:
            pages = asyncio.run(fetch(location, format))
        except NotFetched as error:
            if not dry_run:
                why = str(error)
                database.run_now(lambda db: directory.failed(db, feed.name, why, now))
            typer.echo(f"{error} Nothing was changed.", err=True)
            return 1
        taken = asyncio.run(take(database, feed, pages, now, zone, by=audit.OPERATOR, anyway=force, dry_run=dry_run))
    _report(taken.imported.notes, every=every)
    if taken.refused:
        hint = " If that is how it is, add --force." if taken.groups and not force else ""
        typer.echo(f"{feed.name} is refused: {taken.refused}{hint} Nothing was changed.", err=True)
        return 1
    typer.echo(_outcome(feed, taken, dry_run=dry_run))
    return 0


def _named(database: Database, location: str, name: str) -> str:
    """The name of a source: as typed, as it was called the last time, or made from where it is."""
    known = {each.location: each.name for each in database.run_now(directory.sources)}
    found = name or known.get(location) or name_for(location)
    if not SOURCE_NAME.fullmatch(found):
        raise ConfigError(
            [f"{found} cannot be the name of a source. Use a to z, 0 to 9 and dashes, and not csv alone."]
        )
    return found


def _report(notes: Sequence[Note], *, every: bool) -> None:
    """Row by row, what was left out first."""
    lines = [f"{note.row}: left out. {note.what}" for note in notes if note.left_out]
    lines += [f"{note.row}: {note.what}" for note in notes if not note.left_out]
    printed = lines if every else lines[:SHORT_REPORT]
    for line in printed:
        typer.echo(line)
    if len(printed) < len(lines):
        typer.echo(f"And {quantity(len(lines) - len(printed), 'line')} more: add --all to see them.")


def _outcome(feed: Feed, taken: Taken, *, dry_run: bool) -> str:
    left_out = sum(note.rows for note in taken.imported.notes if note.left_out)
    would = "would hold" if dry_run else "holds"
    initiatives = quantity(len(taken.imported.initiatives), "initiative")
    parts = [f"{feed.name} {would} {quantity(taken.groups, 'group')} of {initiatives}"]
    parts += [
        f"{count} {what}" for count, what in ((taken.new, "new"), (taken.changed, "changed"), (taken.gone, "gone"))
    ]
    told = ", ".join(parts) + "."
    if left_out:
        told += f" Left out: {left_out}."
    return told + (" Nothing was changed: this was a trial." if dry_run else " People are offered it within seconds.")


# ---------------------------------------------------------------- what there is


class _Whole(NamedTuple):
    """The directory as the command line sees it: your own list from the folder, the sources from the database."""

    library: Library
    today: date
    practice: bool
    sources: Sequence[Source]
    rows: stock.Known
    held: Mapping[str, tuple[Initiative, ...]]

    @property
    def groups(self) -> list[Group]:
        return [*self.library.groups, *(group for each in self.held.values() for group in all_offers(each))]


def _whole(database: Database, now: datetime) -> _Whole:
    given = settings()
    ours = library(given)

    def unit(db: Db) -> tuple[list[Source], stock.Known, dict[str, bytes | None]]:
        sources = directory.sources(db)
        return sources, stock.known(db), {each.name: directory.initiatives(db, each.name) for each in sources}

    sources, rows, stored = database.run_now(unit)
    held = {name: initiative_json.load(written) for name, written in stored.items() if written is not None}
    today = timing.local(now, ours.service.time_zone).date()
    return _Whole(ours, today, given.practice, sources, rows, held)


def list_all(source: str) -> None:
    """Every source in a line; or every group of one."""
    with opened() as database:
        whole = _whole(database, clock())
    if source:
        _list_one(whole, source)
        return
    own = [group for group in whole.library.groups if not group.sample]
    invented = len(whole.library.groups) - len(own)
    typer.echo(f"{CSV}  {_count(len(own))} of your own list" + (f", and {invented} invented" if invented else ""))
    for each in whole.sources:
        read = f"read {_when(each.read_at, whole)}" if each.read_at else "never read"
        typer.echo(f"{each.name}  {_count(each.groups)}  {each.format}  {read}  {shown(each.location)}")
        if each.trouble:
            typer.echo(f"  Tried {_when(each.tried_at, whole)}: {each.trouble}")
    asked = {feed.name for feed in whole.library.service.sources} - {each.name for each in whole.sources}
    for name in sorted(asked):
        typer.echo(f"{name}  not read yet: it is within the hour while the service runs")


def _list_one(whole: _Whole, source: str) -> None:
    if source == CSV:
        groups: Iterable[Group] = whole.library.groups
    elif source in whole.held:
        groups = all_offers(whole.held[source])
    else:
        raise ConfigError(
            [f"There is no source {source}: {did_you_mean(source, (CSV, *whole.held)) or 'see directory list'}"]
        )
    checked, hidden = stock.checked_on(whole.rows.states), stock.hidden(whole.rows.states)
    for group in groups:
        marks = [group.id, group.name, _meets(group), group.town or group.postcode or group.place]
        newest = max(filter(None, (group.checked, checked.get(group.id), checked.get(group.initiative))), default=None)
        if group.id in hidden or group.initiative in hidden:
            marks.append("hidden")
        elif freshness(newest, whole.today).hidden:
            marks.append("hidden, too old")
        typer.echo("  ".join(filter(None, marks)))


def _count(groups: int) -> str:
    return quantity(groups, "group")


def _when(at: datetime, whole: _Whole) -> str:
    there = timing.local(at, whole.library.service.time_zone)
    return f"{there.day} {there:%B %H:%M}"


def _meets(group: Group) -> str:
    day = timing.DAYS[group.day].capitalize()[:3] if group.day is not None else "changing days"
    return f"{day} {group.time:%H:%M}"


# ---------------------------------------------------------------- what to check


def check_next(*, every: bool) -> None:
    """What to check, the most urgent first."""
    with opened() as database:
        whole = _whole(database, clock())
    for source in whole.sources:
        if source.trouble:
            typer.echo(f"{source.name}  this source was not read: {source.trouble}")
    due = stock.due_in(whole.groups, whole.library, whole.rows, whole.today, practice=whole.practice)
    if not due:
        typer.echo("No group and no helpline: all were checked in the last months.")
        return
    shown = due if every else due[:SHORT_LIST]
    for each in shown:
        typer.echo(_line(each))
    if len(shown) < len(due):
        typer.echo(f"And {len(due) - len(shown)} more: add --all to see them.")
    typer.echo("Is one true? Type fingerpost directory checked ID. Not your own list? Tell its source as well.")


def _line(due: Due) -> str:
    since = f"checked {due.since:%d/%m/%Y}" if due.since else "never checked"
    why = f"{_SAID[due.why]} ({due.reason})" if due.reason else _SAID[due.why]
    return "  ".join(
        filter(None, (shlex.quote(due.id), due.name if due.name != due.id else "", due.where, why, since, due.reach))
    )


def checked(row: str, on: str) -> None:
    """Somebody found a row true."""
    now = clock()
    with opened() as database:
        whole = _whole(database, now)
        day = _day(on, whole.today)
        name = _name_of(whole, row)

        # whoever says that all of an initiative is true says so of each of its groups
        reported = stock.hidden(whole.rows.states) | set(whole.rows.doubted)
        also = [group.id for group in whole.groups if group.initiative == row != group.id and group.id in reported]
        midnight = timing.at_local(day + timedelta(days=1), time(0), whole.library.service.time_zone)
        until = min(now, midnight)

        def unit(db: Db) -> bool:
            offered = [directory.checked(db, each, day, audit.OPERATOR, until, now) for each in (row, *also)]
            audit.write(db, [audit.Line(audit.OPERATOR, "directory.checked", detail={"row": row})], now)
            return all(offered)

        offered = database.run_now(unit)
    known = f"{name} was checked on {day_in_words(day)}"
    if offered:
        typer.echo(f"{known}, and is offered.")
    else:
        typer.echo(f"{known}, but somebody found it shut since: it stays hidden. Checked again? Leave out --on.")


def _day(on: str, today: date) -> date:
    day = read_date(on) if on else today
    if day is None or day > today:
        raise ConfigError([f"{on} is no day until today. Type it like {today.isoformat()}."])
    return day


def hide(row: str, why: str) -> None:
    """Nobody is sent there."""
    now = clock()
    with opened() as database:
        name = _name_of(_whole(database, now), row)

        def unit(db: Db) -> None:
            directory.hide(db, row, why, now)
            audit.write(db, [audit.Line(audit.OPERATOR, "directory.hidden", detail={"row": row})], now)

        database.run_now(unit)
    typer.echo(f"{name} is offered to nobody. Once it is true again, type fingerpost directory checked {row}")


def _name_of(whole: _Whole, row: str) -> str:
    if row in whole.library.helplines:
        place = whole.library.helplines[row].place
        raise ConfigError([f"{row} is a helpline: set its checked: in {place.file}, line {place.line}."])
    for group in whole.groups:
        if row in (group.id, group.initiative):
            return group.name
    near = did_you_mean(row, [group.id for group in whole.groups])
    raise ConfigError([f"There is no group {row}: {near or 'type fingerpost directory list and a source to see ids.'}"])


# ---------------------------------------------------------------- sources go and come out


def remove(name: str, *, sure: bool) -> None:
    """Forget a source."""
    now = clock()
    with opened() as database:
        found = database.run_now(lambda db: directory.source(db, name))
        if found is None:
            raise ConfigError([f"There is no source {name}. Type fingerpost directory list to see them."])
        if not sure:
            typer.confirm(f"Forget {name} and its {_count(found.groups)}?", abort=True)

        def unit(db: Db) -> None:
            directory.remove(db, name, now)
            audit.write(db, [audit.Line(audit.OPERATOR, "directory.removed", detail={"source": name})], now)

        database.run_now(unit)
    typer.echo(f"{name} is forgotten. If service.yaml names it, take it out there, or it is read again.")


def export(out: Path | None, source: str) -> None:
    """The directory as Open Referral UK JSON. Invented groups stay at home, except in practice."""
    with opened() as database:
        whole = _whole(database, clock())
    if source and source != CSV:
        if source not in whole.held:
            raise ConfigError([f"There is no source {source}. Type fingerpost directory list to see them."])
        initiatives: Sequence[Initiative] = whole.held[source]
    else:
        initiatives = gathered([group for group in whole.library.groups if whole.practice or not group.sample])
    written = open_referral_uk(initiatives, whole.library.service.name)
    if out is None:
        sys.stdout.write(written.decode() + "\n")
        return
    write_new(out, written.decode())
    typer.echo(f"{quantity(len(initiatives), 'initiative')} written to {out}.", err=True)
