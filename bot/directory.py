"""Keeps what this process offers people the same as what the database holds: imports, checks, reports of shut doors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from bot import logs
from bot.desk import LARGE, Desk
from flows.content import Group, Library
from flows.directory import initiative_json
from flows.directory.model import all_offers
from flows.directory.upkeep import Due, to_check
from storage import directory
from storage.database import Database
from storage.directory import Source, State
from storage.statements import Db

log = logs.get_logger(__name__)


class Kept(NamedTuple):
    """A source as this process has it. ``read_at`` tells one reading of it from the next."""

    read_at: datetime | None
    groups: tuple[Group, ...]


class Stock:
    """What the imported sources hold, for one process. ``look`` reads again only what has changed."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk
        self._mark = ""
        self._kept: Mapping[str, Kept] = {}

    async def look(self) -> None:
        """Talk from the directory as it is now. What cannot be read stays as this process has it."""
        mark = await self._database.run(directory.mark)
        if mark == self._mark:
            return
        sources, states = await self._database.run(_listed)
        kept: dict[str, Kept] = {}
        for source in sources:
            before = self._kept.get(source.name)
            if before is not None and before.read_at == source.read_at:
                kept[source.name] = before
            else:
                kept[source.name] = await self._read(source) or before or Kept(None, ())
        self._kept, self._mark = kept, mark
        imported = tuple(group for each in kept.values() for group in each.groups)
        restock = partial(self._desk.restock, imported, checked_on(states), hidden(states))
        if len(imported) > LARGE:
            await asyncio.to_thread(restock)
        else:
            restock()
        log.info("directory.read", count=len(imported))

    async def _read(self, source: Source) -> Kept | None:
        name = source.name
        stored = await self._database.run(lambda db: directory.initiatives(db, name))
        if stored is None:
            return None
        try:
            groups = await asyncio.to_thread(lambda: all_offers(initiative_json.load(stored)))
        except (ValueError, TypeError, KeyError) as error:
            # a newer program wrote it: its own processes read it, and this one stays with what it has
            log.error("directory.not_read", source=name, exc_info=error)
            return None
        return Kept(source.read_at, groups)


def _listed(db: Db) -> tuple[list[Source], Mapping[str, State]]:
    return directory.sources(db), directory.states(db)


def checked_on(states: Mapping[str, State]) -> dict[str, date]:
    """When coordinators last found rows true, by id."""
    return {row: state.checked_on for row, state in states.items() if state.checked_on is not None}


def hidden(states: Mapping[str, State]) -> frozenset[str]:
    """The ids of rows that nobody is sent to."""
    return frozenset(row for row, state in states.items() if state.hidden_at is not None)


class Known(NamedTuple):
    """What is known of rows beside what their sources say, by the id of a group or of an initiative."""

    states: Mapping[str, State]
    doubted: Mapping[str, date]


def known(db: Db) -> Known:
    """All of it."""
    return Known(directory.states(db), directory.doubted(db))


def due_in(
    groups: Iterable[Group], library: Library, rows: Known, today: date, *, practice: bool = False
) -> tuple[Due, ...]:
    """What a coordinator should check next, in order, by all that is known of the rows."""
    reported = {row: state.reason or "" for row, state in rows.states.items() if state.hidden_at is not None}
    checked = checked_on(rows.states)
    return to_check(groups, library.helplines.values(), today, checked, reported, rows.doubted, practice=practice)
