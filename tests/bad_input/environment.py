"""A machine that is not what the service needs."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection

from bot import __main__ as program
from bot.watching import Watchman
from storage.fields import Keyring
from tests.bad_input.house import House
from tests.bad_input.kinds import KEPT, Group
from tests.edges.front_door import BOTH

GROUP = Group("Environment")
ROBOT = "“I'm a robot”"
NOT_STORED = f"`503`, `inlet.not_stored` and `request.not_stored` in the log; {KEPT} once it is brought again"
NOBODY = "nothing: the service does not start"


def told(words: str) -> str:
    return f"exit code 2 and, on the terminal, `{words}`"


# ---------------------------------------------------------------- while it runs


@contextlib.contextmanager
def set_to(house: House, name: str, value: int, after: int) -> Iterator[None]:
    """A setting of the service's own connection to SQLite, and what it is put back to."""

    def put(to: int) -> None:
        def outside_a_transaction(connection: Connection) -> object:
            driver: Any = connection.connection.dbapi_connection
            return driver.execute(f"PRAGMA {name}={to}").fetchall()

        house.database._hand_over_and_wait(outside_a_transaction, False)

    put(value)
    try:
        yield
    finally:
        put(after)


async def is_brought_again(house: House, fields: dict[str, str]) -> None:
    """Twilio tries once more; of the tries before nothing is left."""
    assert house.heard == []
    assert await house.calls(fields) == 200


@GROUP.of("A full disk", f"an answer as soon as there is room: {ROBOT}", NOT_STORED)
async def _(house: House) -> None:
    pages = house.database.run_now(lambda db: db.connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    with set_to(house, "max_page_count", int(pages), 1 << 30):
        fields = house.phone().form("x" * 1500)
        for _ in range(200):  # what is left of the last page is used up first
            if await house.calls(fields) == 503:
                break
            fields = house.phone().form("x" * 1500)
        assert house.statuses[-1] == 503
        house.begins()
        assert await house.calls(fields) == 503
    await is_brought_again(house, fields)


@GROUP.of("A disk that can only be read", f"an answer as soon as it can be written: {ROBOT}", NOT_STORED)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    with set_to(house, "query_only", 1, 0):
        assert await house.calls(fields) == 503
    await is_brought_again(house, fields)


@GROUP.of(
    "A disk that fails while it commits",
    f"an answer as soon as it works again: {ROBOT}",
    f"`503`, `request.not_stored` in the log; {KEPT} once it is brought again",
)
async def _(house: House) -> None:
    fields = house.phone().form("x" * 1500)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, usual[1]))  # no file of ours can be written
    try:
        assert await house.calls(fields) == 503
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    await is_brought_again(house, fields)


@GROUP.of("Another program that keeps the database locked", f"an answer as soon as it lets go: {ROBOT}", NOT_STORED)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    other = sqlite3.connect(house.file, isolation_level=None)
    with set_to(house, "busy_timeout", 0, 5000):
        other.execute("BEGIN IMMEDIATE")
        assert await house.calls(fields) == 503
        other.execute("ROLLBACK")
    other.close()
    await is_brought_again(house, fields)


async def clock_jumps(house: House, by: timedelta) -> None:
    """The wall clock is set while somebody is being asked something, and they answer."""
    phone = await house.phone_at("OK to start")
    begun, usual = house.now, house.app.watchman
    house.app.watchman = Watchman(house.app, wall=lambda: house.now, monotonic=begun.timestamp)
    try:
        house.now += by
        assert await phone.texts("yes") == 200
        house.said += [trouble for trouble in (await house.app.health()).troubles if "clock" in trouble]
    finally:
        house.now, house.app.watchman = begun, usual


JUMPED = f"{KEPT}; `the clock has jumped` in /health"


@GROUP.of("A clock that jumps three hours on", "an answer: “What shall I call you?”", JUMPED)
async def _(house: House) -> None:
    await clock_jumps(house, timedelta(hours=3))


@GROUP.of("A clock that jumps three hours back", "an answer: “What shall I call you?”", JUMPED)
async def _(house: House) -> None:
    await clock_jumps(house, timedelta(hours=-3))


# ---------------------------------------------------------------- at the start


def starts(house: House, **changed: str) -> None:
    """``fingerpost run`` with these settings: what it says on the terminal before it gives up."""
    settings = {**BOTH, "CONSOLE_SECRET": "a secret of the console, long enough", **changed}
    said = io.StringIO()
    with (
        patch.dict(os.environ, settings, clear=True),
        patch.object(sys, "argv", ["fingerpost", "run"]),
        patch("bot.logs.configure"),
        contextlib.redirect_stderr(said),
        pytest.raises(SystemExit, match="2"),
    ):
        program.main()
    assert "Traceback" not in said.getvalue()
    house.said.append(said.getvalue())


def copy_of(house: House, name: str) -> str:
    """A copy of the database as it is now; its URL."""
    path = house.folder / name
    with contextlib.closing(sqlite3.connect(house.file)) as db:
        db.execute("VACUUM INTO ?", (str(path),))
    return f"sqlite:///{path}"


@GROUP.of("Keys that are not those of the database", NOBODY, told("The keys do not open what is stored"))
async def _(house: House) -> None:
    url = copy_of(house, "other keys.db")
    starts(house, DATABASE_URL=url, FINGERPOST_KEYS=Keyring.generate().format())


@GROUP.of("A database file that is none", NOBODY, told("file is not a database"))
async def _(house: House) -> None:
    path = house.folder / "garbled.db"
    path.write_bytes(b"this was a shopping list once" * 400)
    starts(house, DATABASE_URL=f"sqlite:///{path}", FINGERPOST_KEYS=house.keyring.format())


@GROUP.of("A database that a newer Fingerpost has used", NOBODY, told("Install the newer Fingerpost"))
async def _(house: House) -> None:
    url = copy_of(house, "newer.db")
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    starts(house, DATABASE_URL=url, FINGERPOST_KEYS=house.keyring.format())


@GROUP.of("A content folder that is not there", NOBODY, told("There is no content folder"))
async def _(house: House) -> None:
    path = house.folder / "empty.db"
    shutil.copy(house.template, path)
    settings = {"CONTENT_DIR": str(house.folder / "nowhere"), "FINGERPOST_KEYS": house.keyring.format()}
    starts(house, DATABASE_URL=f"sqlite:///{path}", **settings)
