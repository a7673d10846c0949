"""The service on a disk that is listened to: ``python -m tests.power.service FOLDER TEXTS LEVEL…``.

For each level of ``PRAGMA synchronous`` it lives once, on the database in the folder of that name: every phone texts it
so many times. What the world has seen of it (this text was acknowledged, this message was handed to the provider) it
writes to ``world`` beside the database, so that it stands in the same account as the calls to the disk.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot import logs, pacing
from bot.app import App
from bot.channels.twilio import TwilioMessenger
from bot.config import read_settings
from flows.model import Channel, Inbound
from storage import engines
from storage.database import Database
from storage.fields import Keyring
from tests.kill.account import SAID, phones_of
from tests.shipped import shipped

FILE, WORLD = "fingerpost.db", "world"
PHONES = 12
OFTEN = "PRAGMA wal_autocheckpoint=60"  # pages: the log is emptied many times in a short life


async def live(folder: Path, texts: int, saw: Callable[[str], None]) -> None:
    """One life: all texts are acknowledged, and what waits goes out; then the power goes."""
    url = f"sqlite:///{folder / FILE}"
    settings = read_settings({**os.environ, "DATABASE_URL": url})
    database = Database.open(url, Keyring.parse(settings.keys), hold=True)
    app = App(settings, database, shipped(), role="worker")
    chance = random.Random(folder.name)

    async def sent(_: TwilioMessenger, outgoing: object) -> str:
        saw(f"sent {outgoing.outbox_id}")  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        return f"SMout{outgoing.outbox_id}"  # type: ignore[attr-defined]

    async def texting(phone: str) -> None:
        for number in range(texts):
            words = chance.choice(SAID)
            inbound = Inbound(channel=Channel.SMS, provider_id=f"SM{phone}-{number}", address=phone, text=words)
            await app.take(inbound)
            saw(f"acknowledged {inbound.provider_id}")

    TwilioMessenger.send = sent  # type: ignore[method-assign,assignment]
    await app.start()
    await asyncio.gather(*(texting(phone) for phone in phones_of(PHONES)))


def main(folder: Path, texts: int, levels: list[str]) -> None:
    logs.configure("text", open(os.devnull, "w"))  # noqa: SIM115 - for the whole life
    pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in pacing.PACES}
    as_it_is = engines._PRAGMAS
    assert "PRAGMA synchronous=FULL" in as_it_is
    loops = []  # those of lives that are over are left as they stand, like a machine whose power has gone
    for level in levels:
        asked = (pragma.replace("synchronous=FULL", f"synchronous={level}") for pragma in as_it_is)
        engines._PRAGMAS = (*asked, OFTEN)
        world = os.open(folder / level / WORLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        loops.append(asyncio.new_event_loop())
        loops[-1].run_until_complete(live(folder / level, texts, partial(_say, world)))
    os._exit(0)


def _say(world: int, line: str) -> None:
    os.write(world, f"{line}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
