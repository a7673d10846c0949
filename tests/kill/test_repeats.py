"""One to twenty copies of every webhook, in any order: the end is the same as if each had come once.

Two tables: at one everything comes again and again, at the other only what came first does, at the same moments. What
stands in every table of the two databases must be the same then, but for the numbers of the rows.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import alerting
from bot import receipts as told
from bot.content import Checked
from flows.model import Channel, Heard, Inbound
from storage import tables
from storage.database import Database
from storage.fields import Keyring
from storage.receipts import Receipt
from storage.statements import Db
from tests.shipped import shipped
from tests.turns.table import COORDINATOR, Table

SAM, ALI, EVE = "+447700900123", "+447700900124", "+447700900125"
JOINING = ("hello", "Y", "Y", "Sam", "SKIP", "Y", "mon 10am", "Y", "any time", "N")
SCRIPTS = {
    SAM: (*JOINING, "CHECKIN", "2", "1", "MENTOR", "want to die", "MENU", "thanks"),
    ALI: ("hello", "STOP", "START", "Y", "HELP", "checkin", "7", "STOP"),
    EVE: ("hi", "Y", "nobody would miss me", "TIME", "PAUSE", "WRONG NUMBER", "who is this"),
    COORDINATOR: ("HELP", "ON IT 12345", "OFF"),
}
RECEIPTS = (("queued", "sent", "delivered"), ("sent", "undelivered"), ("sent",), ())
MOST = 20  # copies
A_BATCH = 30
A_NAME = re.compile(r"\d{12,}|\b[A-Z]{6}\b")  # a row's number, or the alias that staff know somebody by


@pytest.fixture(scope="module")
def checked() -> Checked:
    return shipped()


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came in one batch, and what of it had not come before."""

    all: list[Any]
    new: list[Any]


def in_any_order(events: Sequence[Any], chance: random.Random) -> Iterator[Arrived]:
    """One to twenty copies of each, shuffled, in batches of any size."""
    copies = [event for event in events for _ in range(chance.randint(1, MOST))]
    chance.shuffle(copies)
    seen: set[Any] = set()
    while copies:
        batch = [copies.pop() for _ in range(min(len(copies), chance.randint(1, A_BATCH)))]
        new = [event for event in dict.fromkeys(batch) if event not in seen]
        seen.update(new)
        yield Arrived(batch, new)


def texts() -> list[Inbound]:
    return [
        Inbound(channel=Channel.SMS, provider_id=f"SM{phone[-3:]}-{at}", address=phone, text=words, kind=Heard.TEXT)
        for phone, script in SCRIPTS.items()
        for at, words in enumerate(script)
    ]


def receipts(sent: int, chance: random.Random) -> list[tuple[int, str]]:
    """For each message, by its place among those sent: the receipts that its carrier gives."""
    return [(at, status) for at in range(sent) for status in chance.choice(RECEIPTS)]


def take_receipts(table: Table, arrived: Sequence[tuple[int, str]]) -> None:
    messages = [table.sent[at] for at, _ in arrived]
    spoken = [
        Receipt(
            status=status,
            code="30003" if status == "undelivered" else "",
            provider_id=f"P{message.id}",
            outbox_id=message.id,
        )
        for message, (_, status) in zip(messages, arrived, strict=True)
    ]

    def unit(db: Db) -> None:
        told.take(db, spoken, lambda db, lost, now: alerting.tell_undelivered(db, table.desk, lost, now), table.now)

    table.database.run_now(unit)


def lived(table: Table, seed: int, pick: Callable[[Arrived], list[Any]]) -> Table:
    """The same story at any table; ``pick`` says what of each batch comes to this one."""
    chance = random.Random(seed)
    table.opens()
    for arrived in in_any_order(texts(), chance):
        table.now += timedelta(seconds=20)
        if batch := pick(arrived):
            table.take(*batch)
        table.hears(SAM)
    for arrived in in_any_order(receipts(len(table.sent), chance), chance):
        table.now += timedelta(seconds=20)
        take_receipts(table, pick(arrived))
    table.hears(SAM)
    return table


def all_that_stands(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, opened; rows are called by their place instead of by their number."""

    def unit(db: Db) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        numbers: dict[str, str] = {}
        for table in tables.metadata.sorted_tables:
            if table.name == "marks":
                continue  # who runs, not what happened
            rows = db.connection.execute(select(table).order_by(*table.primary_key)).mappings().all()
            if "id" in table.c:
                numbers.update({str(row["id"]): f"{table.name} {at}" for at, row in enumerate(rows)})
            if "alias" in table.c:
                numbers.update({row["alias"]: f"alias {at}" for at, row in enumerate(rows)})
            sealed = tables.sealed_columns(table)
            found[table.name] = [
                {
                    name: db.vault.open(table.name, name, row["id"], value)
                    if name in sealed and value is not None
                    else value
                    for name, value in row.items()
                }
                for row in rows
            ]
        return {
            name: sorted(({column: _called(value, numbers) for column, value in row.items()} for row in rows), key=repr)
            for name, rows in found.items()
        }

    return database.run_now(unit)


def _called(value: Any, numbers: dict[str, str]) -> Any:
    if isinstance(value, int | str | dict | list) and not isinstance(value, bool):
        spelt = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        return A_NAME.sub(lambda match: numbers.setdefault(match[0], f"gone {len(numbers)}"), spelt)
    return value


def try_it(database: Database, keyring: Keyring, checked: Checked, seed: int) -> None:
    with Database.open("sqlite://", keyring, inline=True, node=7) as beside:
        again = lived(Table(database, checked), seed, lambda arrived: arrived.all)
        once = lived(Table(beside, checked), seed, lambda arrived: arrived.new)
        assert len(again.sent) == len(once.sent) > 20
        stands, should = all_that_stands(database), all_that_stands(beside)
    assert stands.keys() == should.keys()
    for name in should:
        assert stands[name] == should[name], name
    # and a day later every one of them once more
    again.now += timedelta(days=1)
    assert again.take(*texts()) == 0
    assert all_that_stands(database) == stands


LEAVING = (
    ("hello", "N"),  # declined
    ("hello", "Y", "WRONG NUMBER"),
    ("hello", "Y", "DELETE", "Y"),
)


@pytest.mark.parametrize("said", LEAVING, ids=[words[-2] + " " + words[-1] for words in LEAVING])
def test_what_comes_again_after_its_sender_was_forgotten_greets_nobody(
    database: Database, checked: Checked, said: tuple[str, ...]
) -> None:
    """The last text is the likeliest to come again: it is its own answer that was lost."""
    table = Table(database, checked)
    table.opens()
    arrived = [table.inbound(SAM, words) for words in said]
    for each in arrived:
        table.take(each)
        table.hears(SAM)
    table.ticks()
    assert table.status(SAM) == ""
    heard = len(table.sent)
    assert table.take(*arrived, arrived[-1]) == 0
    table.ticks()
    table.hears(SAM)
    assert len(table.sent) == heard
    # whoever writes from that phone from now on is new, and what came before is still not
    table.take(table.inbound(SAM, "hello"))
    assert table.status(SAM)
    assert table.take(*arrived) == 0


def test_copies_in_any_order_change_state_once(database: Database, keyring: Keyring, checked: Checked) -> None:
    try_it(database, keyring, checked, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(2, 62))
def test_sixty_orders_more(database: Database, keyring: Keyring, checked: Checked, seed: int) -> None:
    try_it(database, keyring, checked, seed)
