"""Reads the sources that service.yaml names again every day. Whoever claims one asks for it; the others leave it be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import logs
from bot.fetching import fetch
from bot.importing import take
from flows.content import Feed
from flows.errors import NotFetched
from storage import audit, directory
from storage.statements import Db

if TYPE_CHECKING:
    from bot.app import App

log = logs.get_logger(__name__)

LOOKS = timedelta(minutes=10)  # between two looks whether any is due
EVERY = timedelta(hours=23)  # a little less than a day, so that the hour does not wander on
TRIES_AGAIN = timedelta(hours=1)


async def refresh(app: App) -> bool:
    """Read a source that is due, one at a time; whether there was any. What cannot be read stays as it was."""
    for feed in app.desk.live.library.service.sources:
        now = app.clock()
        if not await app.database.run(lambda db, feed=feed, now=now: _is_ours(db, feed, now)):  # type: ignore[misc]
            continue
        await _refresh(app, feed, now)
        await app.stock.look()
        return True
    return False


async def _refresh(app: App, feed: Feed, now: datetime) -> None:
    zone = app.desk.live.library.service.time_zone
    try:
        pages = await fetch(feed.location, feed.format)
        taken = await take(app.database, feed, pages, now, zone, by=audit.SERVICE)
    except NotFetched as error:
        why = str(error)
        log.warning("directory.not_fetched", source=feed.name)
    except Exception as error:  # it was claimed, so that nobody tries again for an hour: people must hear of it
        why = f"It could not be read ({type(error).__name__}). The log of the service says more."
        log.error("directory.not_refreshed", source=feed.name, exc_info=error)
    else:
        why = taken.refused
        log.info("directory.refreshed", source=feed.name, count=taken.groups, state="refused" if why else "taken")
    if why:
        await app.database.run(lambda db: directory.failed(db, feed.name, why, now))


def _is_ours(db: Db, feed: Feed, now: datetime) -> bool:
    """Whether a source is due, and this process is the first to say so."""
    known = directory.source(db, feed.name)
    same = known is not None and (known.format, known.location) == (feed.format, feed.location)
    if known is not None and same and known.read_at is not None and now - known.read_at < EVERY:
        return False
    return directory.claim(db, feed, now, now - TRIES_AGAIN)
