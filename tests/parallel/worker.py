"""Workers as processes of their own: all is imported and the content read once, then every worker is a fork.

``python -m tests.parallel.worker`` reads one worker a line, ``AHEAD LAST``: by how many seconds its clock is ahead of
the others', and the step at which it is killed (0: it lives until standard input is closed). It prints ``born PID`` for
each, and ``gone SIGNAL-OR-CODE`` for each when all are over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from datetime import datetime, timedelta

from bot import stepping

stepping.SWEEP = 10  # so that a few hundred people are many chunks; read before the sweeps take it for their default

from bot import delivery, logs, pacing  # noqa: E402
from bot.app import App  # noqa: E402
from bot.clockwork import Clockwork  # noqa: E402
from bot.config import read_settings  # noqa: E402
from bot.content import Checked, load_folder  # noqa: E402
from storage.database import Database  # noqa: E402
from storage.fields import Keyring  # noqa: E402
from tests.kill.mother import Fate  # noqa: E402

BASE = "PARALLEL_BASE"  # what the service's clock shows …
EPOCH = "PARALLEL_EPOCH"  # … when the machine's shows this


async def work(checked: Checked, ahead: timedelta) -> None:
    """A worker until SIGTERM, its clock going on from the base."""
    settings = read_settings(os.environ)
    base, epoch = datetime.fromisoformat(os.environ[BASE]), float(os.environ[EPOCH])
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    with Database.open(settings.database_url, Keyring.parse(settings.keys), hold=True) as database:

        def now() -> datetime:
            return base + timedelta(seconds=time.monotonic() - epoch) + ahead

        app = App(settings, database, checked, role="worker", now=now)
        await app.start()
        await asked.wait()
        await app.stop()


def in_haste() -> None:
    """Ticks come ten times as often, and a dead worker is noticed in seconds, so that the test need not wait."""
    usual = Clockwork.ticks
    Clockwork.ticks = lambda self: {  # type: ignore[method-assign]
        name: (max(timedelta(seconds=0.5), every / 10), tick) for name, (every, tick) in usual(self).items()
    }
    delivery.STUCK, delivery.SWEEP = timedelta(seconds=3), timedelta(seconds=1)
    pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in pacing.PACES}


def main() -> None:
    logs.configure("text", open(os.devnull, "w"))  # noqa: SIM115 - for the whole life
    checked = load_folder(read_settings(os.environ).content_dir)
    in_haste()
    children = []
    for line in sys.stdin:
        ahead, last = line.split()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                Fate(int(last)).watch() if int(last) else None
                asyncio.run(work(checked, timedelta(seconds=float(ahead))))
                os._exit(0)
            os._exit(70)
        children.append(child)
        print("born", child, flush=True)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    for child in children:
        print("gone", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
