"""Starts the service again and again, fast: all is imported and the content read once, then each life is a fork.

``python -m tests.kill.mother`` reads one number a line from standard input: the step at which the next life is killed
(0: it lives until SIGTERM). A step is the edge of something that matters: before and after a commit, before and after
a call to the provider. It prints ``gone SIGNAL-OR-CODE`` when a life is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot import catching_up, delivery, logs, pacing
from bot.app import App
from bot.channels.twilio import TwilioMessenger
from bot.config import read_settings
from bot.content import Checked, load_folder
from storage.database import Database
from storage.fields import Keyring


class Fate:
    """Counts steps and kills at the one that was chosen."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Put the steps around every commit and every call to the provider."""
        transact: Callable[..., Any] = Database._transact
        send = TwilioMessenger.send

        def transacted(database: Database, connection: Any, unit: Any) -> Any:
            self.step()
            done = transact(database, connection, unit)
            self.step()
            return done

        async def sent(messenger: TwilioMessenger, outgoing: Any) -> str:
            self.step()
            provider_id = await send(messenger, outgoing)
            self.step()
            return provider_id

        Database._transact = transacted  # type: ignore[method-assign,assignment]
        TwilioMessenger.send = sent  # type: ignore[method-assign,assignment]


async def live(checked: Checked) -> None:
    settings = read_settings(os.environ)
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    with Database.open(settings.database_url, Keyring.parse(settings.keys), hold=True) as database:
        app = App(settings, database, checked)
        await app.start()
        runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port, reuse_address=True).start()
        await asked.wait()
        await runner.cleanup()
        await app.stop()


def main() -> None:
    settings = read_settings(os.environ)
    logs.configure("text", open(os.devnull, "w"))  # noqa: SIM115 - for the whole life
    checked = load_folder(settings.content_dir)
    # what Twilio lists is not fetched here: it would make good the very loss that is looked for
    catching_up.GRACE = timedelta(days=1)
    # a worker that died is noticed in seconds rather than in a minute, so that the test need not wait for it
    delivery.STUCK, delivery.SWEEP = timedelta(seconds=4), timedelta(seconds=1)
    pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in pacing.PACES}
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                Fate(int(line)).watch() if int(line) else None
                asyncio.run(live(checked))
                os._exit(0)
            os._exit(70)
        print("born", child, flush=True)
        _, status = os.waitpid(child, 0)
        print("gone", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
