"""Ciphertext put elsewhere does not open; whoever is concerned hears something kind, and never another's words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text, update
from typer.testing import CliRunner

from bot.cli.commands import cli
from bot.content import Checked
from flows.errors import Unreadable
from storage import checkup, records, tables
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.e2e.stories import joins
from tests.fakes.phones import Phone
from tests.inprocess.town import Town, unhurried
from tests.privacy.everything import SEALED, filled, sealed_values
from tests.shipped import CONTENT, shipped
from tests.storage.scene import ALEX, participant, person_id
from tests.storage.test_erasure import CANARY

KIND = "something went wrong at our end"
OTHER = "wombatten"


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


@pytest.fixture
async def town(database_url: str, keyring: Keyring, checked: Checked) -> AsyncIterator[Town]:
    with unhurried():
        async with Town(database_url, keyring, checked, CONTENT) as found:
            await found.opens()
            yield found
            found.twilio.must_be_clean()


def test_no_value_opens_in_the_place_of_another(database: Database) -> None:
    filled(database)
    values = sealed_values(database)
    assert {(table, column) for table, column, _ in values} == set(SEALED)

    def opens(db: Db) -> list[object]:
        wrong: list[object] = []
        for here in values:
            for there, sealed in values.items():
                try:
                    db.vault.open(*here, sealed)
                except Unreadable:
                    assert here != there
                else:
                    wrong += [(here, there)] if here != there else []
        return wrong

    assert database.run_now(opens) == []


def test_one_value_that_does_not_open_hides_nobody_else(
    database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(database_url, keyring) as database:
        sam, alex = filled(database), participant(database, ALEX)
        move = "UPDATE addresses SET sealed = (SELECT sealed FROM addresses WHERE id = :there) WHERE id = :here"
        there = {"there": alex.address_id, "here": sam.address_id}
        database.run_now(lambda db: db.connection.execute(text(move), there))
        notes = "UPDATE notes SET body = (SELECT body FROM inbox LIMIT 1)"
        database.run_now(lambda db: db.connection.execute(text(notes)))
        export = database.run_now(lambda db: records.export(db, person_id(sam)))
    assert export is not None
    assert [row["body"] for row in export["notes"]] == [records.SHUT]
    assert [row["body"] for row in export["inbox"]] == [CANARY]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    done = CliRunner().invoke(cli, ["people", "list"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "(does not open)" in done.stdout
    assert "…002" in done.stdout


def swap(town: Town, table: str, column: str, one: int, other: int) -> None:
    """Each of two rows gets what the other held."""
    rows = tables.metadata.tables[table].c

    def unit(db: Db) -> None:
        found = db.connection.execute(select(rows.id, rows[column]).where(rows.id.in_((one, other))))
        held = {row[0]: row[1] for row in found}
        for row, value in ((one, held[other]), (other, held[one])):
            db.connection.execute(update(rows.id.table).where(rows.id == row).values({column: value}))

    town.database.run_now(unit)


async def two_people(town: Town) -> tuple[Phone, Phone, int, int]:
    """Two who have joined, with an open conversation each; and their ids."""
    phones = town.new_phone(), town.new_phone()
    for phone in phones:
        await joins(phone)
    await town.rests()
    town.nobody_is_due()
    ids = [row[0] for row in town.rows(select(tables.participants.c.id).order_by(tables.participants.c.id))]
    for phone in phones:
        await phone.says("IDEA")
        await phone.hears("your idea")
    return *phones, ids[0], ids[1]


@pytest.mark.parametrize("table", ["participants", "sessions"])
async def test_whose_record_or_conversation_was_swapped_hears_something_kind_and_staff_are_told(
    town: Town, table: str
) -> None:
    sam, alex, first, second = await two_people(town)
    if table == "sessions":
        open_ones = (
            select(tables.sessions.c.id).where(text("status = 'open'")).order_by(tables.sessions.c.participant_id)
        )
        first, second = (row[0] for row in town.rows(open_ones))
    swap(town, table, "state" if table == "sessions" else "sealed", first, second)
    assert table in town.database.run_now(checkup.unreadable)
    await sam.says(f"a {OTHER} walk")
    assert OTHER not in await sam.hears(KIND)
    assert "could not read a message" in town.alerts()
    await alex.says("gonna kms fr this time")
    assert "999" in await alex.hears("999")
    await town.coordinator.hears("URGENT")
    await sam.says("STOP")
    await town.rests()
    stopped = select(tables.participants.c.status).order_by(tables.participants.c.id)
    assert town.rows(stopped)[0][0] == "stopped"


async def test_whose_number_was_swapped_is_texted_at_no_wrong_number_and_staff_are_told(town: Town) -> None:
    sam, alex, _, _ = await two_people(town)
    addresses = tables.addresses.c
    theirs = select(addresses.id).where(addresses.participant_id.is_not(None)).order_by(addresses.participant_id)
    first, second = (row[0] for row in town.rows(theirs))
    before = len(alex.received)
    swap(town, "addresses", "sealed", first, second)
    await sam.says("gonna kms fr this time")
    await town.rests()
    assert len(alex.received) == before
    await town.coordinator.hears("URGENT")
    await town.coordinator.hears("could not be delivered")
    await sam.says("hello?")
    await town.rests()
    assert len(alex.received) == before
    assert "could not read a message" in town.alerts()
