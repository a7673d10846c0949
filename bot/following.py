"""Follows what is live: whichever process put it there, every other one talks by it a few seconds later."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot import logs
from bot.content import Checked, geography
from bot.desk import read_pinned
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from storage import releases, sessions, withdrawals
from storage.database import Database
from storage.releases import Release
from storage.statements import Db

if TYPE_CHECKING:
    from bot.app import App

EVERY = 3.0  # seconds between two looks

log = logs.get_logger(__name__)


class LastGood(NamedTuple):
    """What to talk by at the start. ``refused``: newer releases that this program cannot read."""

    checked: Checked
    refused: tuple[str, ...]


def last_good(database: Database) -> LastGood | None:
    """The newest release that went live, was not gone back from and can be read; None where there is none at all.

    Its conversation tests were run before it went live, and are not run again.
    """
    refused: list[str] = []
    for found in database.run_now(releases.went_live):
        if found.taken_back_at is not None:
            continue
        files = database.run_now(lambda db, name=found.hash: releases.get(db, name))  # type: ignore[misc]
        checked = read_release(found.hash, files or {})
        if checked.conversation is not None:
            return LastGood(checked, tuple(refused))
        refused.append(found.hash)
    return None


def read_release(name: str, files: Mapping[str, bytes]) -> Checked:
    """A stored release, ready to talk. It keeps the name it is stored by, however this program would spell it."""
    reading = read_library(files)
    if reading.library is None:
        return Checked(files, None, reading.problems, stored=True)
    conversation = Conversation(replace(reading.library, release=name), geography())
    return Checked(files, conversation, reading.problems, stored=True)


class _Seen(NamedTuple):
    live: Release | None
    files: dict[str, bytes] | None  # of the live one, where it is news
    withdrawn: tuple[tuple[str, str], ...]


class Following:
    """For one App. ``refused`` is the live release where this process cannot read it, and stays with an older one."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.refused = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``. What goes wrong in a look is tried again at the next."""
        await self.read_pinned()
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                log.warning("content.not_followed", exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)

    async def look(self) -> None:
        """Talk by what is live, without what was withdrawn, and from the directory as it is."""
        app = self.app
        here = app.desk.live.library.release
        seen = await app.database.run(lambda db: _see(db, here, self.refused))
        if seen.live is not None and seen.live.hash == here:
            self.refused = ""
        elif seen.live is not None and seen.files is not None:
            await self._follow(seen.live.hash, seen.files)
        if app.desk.withdraw(seen.withdrawn):
            log.warning("content.withdrawn", count=len(app.desk.withdrawn))
        await app.stock.look()

    async def _follow(self, name: str, files: dict[str, bytes]) -> None:
        checked = await asyncio.to_thread(read_release, name, files)
        if checked.conversation is None:
            self.refused = name
            log.error("content.refused", release=name, count=len(checked.errors))
            return
        self.refused = ""
        await self.app.talk_by(checked)
        log.info("content.live", release=name)

    async def read_pinned(self) -> None:
        """Have the releases at hand that people are in the middle of: reading one takes longer than a turn may."""
        try:
            here = self.app.desk.live.library.release
            for name in await self.app.database.run(sessions.releases_in_use):
                files = await self.app.database.run(lambda db, name=name: releases.get(db, name))  # type: ignore[misc]
                if name == here or files is None:
                    continue
                found = await asyncio.to_thread(read_pinned, name, files)
                if found is not None:
                    self.app.desk.keep(found)
        except Exception as error:
            log.warning("content.not_read_ahead", exc_info=error)  # it is read when it is needed


def _see(db: Db, here: str, refused: str) -> _Seen:
    live = releases.live(db)
    news = live is not None and live.hash not in (here, refused)
    files = releases.get(db, live.hash) if live is not None and news else None
    return _Seen(live, files, tuple((one.flow, one.spelled) for one in withdrawals.standing(db)))
