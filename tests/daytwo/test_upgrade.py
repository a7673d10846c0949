"""An upgrade while people text: nothing that was acknowledged is lost or doubled, and the older program steps aside."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, insert, inspect, select

from bot.app import App
from bot.config import read_settings
from flows.errors import SchemaMismatch, StorageError
from storage import schema
from storage.database import Database
from storage.engines import make_engine
from storage.fields import Keyring
from storage.tables import metadata
from tests.daytwo import newer
from tests.fakes.twilio import TwilioFake
from tests.inprocess.town import unhurried
from tests.postgres import Postgres
from tests.shipped import CONTENT, shipped
from tests.storage.test_erasure import with_everything

PUBLIC_URL = "https://fingerpost.test"
PHONES = [f"+447700900{number}" for number in range(301, 307)]
SAID = ("hello", "yes", "MENU", "help", "what now", "4")
ENOUGH = 15  # texts acknowledged in each of its phases


class Carrier:
    """Six phones that text without a pause; each text is brought again until it is acknowledged."""

    def __init__(self, twilio: TwilioFake) -> None:
        self.twilio = twilio
        self.acknowledged: list[str] = []
        self.answers: Counter[int | None] = Counter()
        self.stopping = False

    async def phone_texts(self, number: str) -> None:
        turn = 0
        while not self.stopping:
            turn += 1
            message = self.twilio.add(
                body=SAID[turn % len(SAID)],
                sender=number,
                to=self.twilio.number,
                direction="inbound",
                status="received",
                service=self.twilio.messaging_service_sid,
            )
            form = self.twilio.phone(number).form(message)
            while not self.stopping:
                called = await self.twilio.calls(self.twilio.inbound_url, form)
                self.answers[called.status] += 1
                if called.status == 200:
                    self.acknowledged.append(message.sid)
                    break
                await asyncio.sleep(0.02)

    async def brings_more(self) -> None:
        enough = len(self.acknowledged) + ENOUGH
        await self.twilio.happenings.until(lambda: len(self.acknowledged) >= enough or None, lambda: "nothing is taken")


@asynccontextmanager
async def serving(url: str, keyring: Keyring, twilio: TwilioFake) -> AsyncIterator[App]:
    """The program as it is just now, at work on this database."""
    settings = read_settings(
        {
            "DATABASE_URL": url,
            "CONTENT_DIR": str(CONTENT),
            "PUBLIC_URL": PUBLIC_URL,
            "FINGERPOST_KEYS": keyring.format(),
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_MESSAGING_SERVICE_SID": twilio.messaging_service_sid,
            "TWILIO_API_URL": twilio.url,
        }
    )
    with Database.open(url, keyring, hold=True) as database:
        app = App(settings, database, shipped())
        await app.start()
        runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        twilio.leads_to(PUBLIC_URL, f"http://127.0.0.1:{runner.addresses[0][1]}")
        twilio.inbound_url = f"{PUBLIC_URL}/webhooks/twilio/message"
        try:
            yield app
        finally:
            await runner.cleanup()
            await app.stop()


def inbox(url: str) -> Counter[str]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return Counter(connection.execute(select(metadata.tables["inbox"].c.provider_id)).scalars())
    finally:
        engine.dispose()


# a server that stops while six phones call it leaves some of their sockets to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_an_upgrade_under_load_loses_nothing(
    database_url: str, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer.with_one_more_migration(tmp_path, monkeypatch)
    async with TwilioFake() as twilio:
        carrier = Carrier(twilio)
        with unhurried():
            async with serving(database_url, keyring, twilio) as older:
                phones = [asyncio.create_task(carrier.phone_texts(number)) for number in PHONES]
                await carrier.brings_more()
                if not older.database.is_sqlite:  # beneath the running program, as a release command does it
                    with newer.running(monkeypatch):
                        await asyncio.to_thread(schema.migrate, database_url)
                    await carrier.brings_more()
                    assert not (await older.health()).ready
                    assert "the database is of another form" in (await older.health()).troubles
            if database_url.startswith("sqlite"):
                with newer.running(monkeypatch):
                    schema.migrate(database_url)  # as a start does it
            with pytest.raises(SchemaMismatch, match="newer"):
                Database.open(database_url, keyring)
            with newer.running(monkeypatch):
                async with serving(database_url, keyring, twilio) as now:
                    await carrier.brings_more()
                    assert (await now.health()).ready
                    carrier.stopping = True
                    await asyncio.gather(*phones)
    kept = inbox(database_url)
    assert set(carrier.acknowledged) <= set(kept), "acknowledged, and lost"
    assert max(kept.values()) == 1
    assert set(carrier.answers) <= {200, 503, None}, carrier.answers
    assert len(carrier.acknowledged) >= 2 * ENOUGH


def test_an_upgrade_that_breaks_off_half_way_changes_nothing(
    database_url: str, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column has been added and filled by then; the program of before goes on with every row."""
    with Database.open(database_url, keyring) as database:
        with_everything(database)
    before = inbox(database_url)
    newer.with_one_more_migration(tmp_path, monkeypatch, newer.FAILS)
    with newer.running(monkeypatch), pytest.raises(StorageError):
        schema.migrate(database_url)
    engine = make_engine(database_url)
    columns = {column["name"] for column in inspect(engine).get_columns("inbox")}
    engine.dispose()
    assert columns == set(metadata.tables["inbox"].columns.keys())
    with Database.open(database_url, keyring):
        assert inbox(database_url) == before


# ---------------------------------------------------------------- from every form that has landed

LONG = pytest.mark.prove
LANDED = ("0001", "0002", "0003", "0004")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'older.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.fresh(migrated=False) as url:
            yield url


def test_every_form_that_has_landed_is_tried() -> None:
    assert LANDED[-1] <= schema.VERSION <= f"{int(LANDED[-1]) + 1:04}"


@pytest.mark.parametrize(
    "version",
    [
        pytest.param(each, marks=() if each == max(older for older in LANDED if older < schema.VERSION) else LONG)
        for each in LANDED
        if each < schema.VERSION
    ],
)
def test_an_upgrade_from_any_form_keeps_every_row(
    empty_url: str, version: str, keyring: Keyring, migrated_file: Path, tmp_path: Path
) -> None:
    full = tmp_path / "full.db"
    full.write_bytes(migrated_file.read_bytes())
    with Database.open(f"sqlite:///{full}", keyring) as database:
        with_everything(database)
    before = as_an_older_program_left_it(empty_url, version, f"sqlite:///{full}")
    assert sum(map(len, before.values())) > 12
    schema.migrate(empty_url)
    after = rows(empty_url, {name: [*found[0]] for name, found in before.items() if found})
    assert after == {name: found for name, found in before.items() if found}
    Database.open(empty_url, keyring).close()


def as_an_older_program_left_it(url: str, version: str, full: str) -> dict[str, list[dict[str, Any]]]:
    """Make the tables of an older form, and put in of ``full`` what they have room for; what they hold."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    engine, source = make_engine(url), make_engine(full)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, version)
        older = MetaData()
        with engine.begin() as connection, source.connect() as newest:
            older.reflect(connection)
            for table in metadata.sorted_tables:
                if table.name not in older.tables:
                    continue
                columns = [column for column in table.columns if column.name in older.tables[table.name].columns]
                found = [dict(row) for row in newest.execute(select(*columns)).mappings()]
                wanted = [column for column in older.tables[table.name].columns if column.name not in table.columns]
                assert all(column.nullable for column in wanted), (
                    "a column went that an older program cannot do without"
                )
                if found:
                    connection.execute(insert(table).values(), found) if len(columns) == len(table.columns) else [
                        connection.execute(insert(table).values(row)) for row in found
                    ]
        names = {
            name: [each.name for each in table.columns if each.name in metadata.tables[name].columns]
            for name, table in older.tables.items()
            if name in metadata.tables
        }
        return rows(
            url, {name: [c for c in each if c in metadata.tables[name].columns] for name, each in names.items()}
        )
    finally:
        engine.dispose()
        source.dispose()


def rows(url: str, columns: dict[str, list[str]]) -> dict[str, list[dict[str, Any]]]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return {
                name: sorted(
                    (
                        dict(row)
                        for row in connection.execute(
                            select(*(metadata.tables[name].c[each] for each in names))
                        ).mappings()
                    ),
                    key=repr,
                )
                for name, names in columns.items()
            }
    finally:
        engine.dispose()
