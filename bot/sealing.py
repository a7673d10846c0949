"""After a new key was put in front, the running service seals anew what older keys sealed, between everything else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import logs
from storage import resealing

if TYPE_CHECKING:
    from bot.app import App

log = logs.get_logger(__name__)


async def seal_anew(app: App) -> bool:
    """Walk through what is stored, if older keys may still seal some of it; whether that is all done.

    Every piece is a unit of its own, so that messages go on in between, and whatever breaks off is gone on with.
    """
    now = app.clock()
    await app.database.run(partial(resealing.begin, now=now))
    if await app.database.run(resealing.is_done):
        return True
    place: resealing.Place | None = resealing.Place()
    older = shut = 0
    while place is not None:
        step = await app.database.run(partial(resealing.walk, place=place))
        place, older, shut = step.place, older + step.older, shut + step.shut
    log.info("keys.walked", count=older, waiting=shut)
    return not older and await app.database.run(partial(resealing.end, now=app.clock()))
