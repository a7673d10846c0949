"""A server to be measured by benchmarks/webhooks.py: ``ours``, the whole service on SQLite, or aiohttp's ``hello``.

It prints its port; then, for every line it is given, the CPU seconds it has used.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop
from aiohttp import web

from benchmarks import ours, webhooks
from benchmarks.town import number, sqlite_url
from bot import logs
from bot.app import App
from bot.collecting import collect_seldom
from bot.config import read_settings
from bot.content import Checked
from flows.model import Channel
from storage.database import Database
from storage.fields import Keyring

PEOPLE = 64


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


def answer_for_cpu() -> None:
    for _ in sys.stdin:
        print(time.process_time(), flush=True)
    os._exit(0)


async def listen(application: web.Application) -> None:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    threading.Thread(target=answer_for_cpu, daemon=True).start()


def service(stack: ExitStack) -> App:
    """The service, which takes everything in and sends nothing: nobody here delivers."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(sqlite_url(folder))
    keyring = Keyring.generate()
    database = stack.enter_context(Database.open(url, keyring, hold=True))
    ours.settle(database, Channel.SMS, [number(person) for person in range(PEOPLE)])
    settings = read_settings(
        {
            "DATABASE_URL": url,
            "CONTENT_DIR": str(ours.ROOT / "content"),
            "PUBLIC_URL": webhooks.PUBLIC_URL,
            "FINGERPOST_KEYS": keyring.format(),
            "CONSOLE_SECRET": "a secret of the console, long enough",
            "TWILIO_ACCOUNT_SID": webhooks.ACCOUNT,
            "TWILIO_AUTH_TOKEN": webhooks.TOKEN,
            "TWILIO_FROM": webhooks.OUR_NUMBER,
        }
    )
    talks = ours.conversation()
    files = dict(ours.files())
    return App(settings, database, Checked(files, talks, ()), role="web")


def main(kind: str) -> None:
    logs.configure("text", open(os.devnull, "w"))  # noqa: SIM115 - it lives as long as the process
    loop = uvloop.new_event_loop()
    with ExitStack() as stack:
        if kind == "hello":
            application = web.Application()
            application.router.add_post(webhooks.PATH, hello)
        else:
            app = service(stack)
            loop.run_until_complete(app.start())
            application = app.web()
        collect_seldom()
        loop.run_until_complete(listen(application))
        loop.run_forever()


if __name__ == "__main__":
    main(sys.argv[1])
