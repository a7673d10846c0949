"""The account that is kept outside the program: what was acknowledged to the world, what is stored, what was sent."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from flows.model import Channel
from flows.statuses import PersonStatus
from storage import people, tables
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.receipts import RANK
from storage.statements import Db
from tests.fakes.faults import drop_after_accepting
from tests.fakes.twilio import TwilioFake
from tests.turns.table import MONDAY

SAID = ("checkin", "4", "7", "2", "MENU", "WHO IS THIS", "help", "privacy", "want to die", "Y", "what now")
COPIES = (1, 1, 1, 2, 5)  # of a webhook that come at once
COMES_AGAIN = 0.1  # the chance, with each text, that one of long ago comes once more
ANSWER_IS_LOST = 0.01


def phones_of(count: int) -> tuple[str, ...]:
    """So many numbers that nobody has; up to 700."""
    return tuple(f"+447700900{number}" for number in range(201, 201 + count))


def everybody_has_joined(url: str, keyring: Keyring, phones: Sequence[str]) -> None:
    """Nobody here is asked for consent, so that nobody declines and is rightly erased."""
    agreed = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes"}

    def unit(db: Db) -> None:
        contacts = people.create_strangers(db, [(Channel.SMS, number) for number in phones], MONDAY)
        for contact in contacts.values():
            assert contact.participant is not None
            change = PersonChange(id=contact.participant.id, status=PersonStatus.ACTIVE, joined_at=MONDAY)
            change.remembered = agreed
            people.save(db, [change], MONDAY)

    with Database.open(url, keyring) as database:
        database.run_now(unit)


class Account:
    """What the world saw, whatever the program says: which webhooks were answered 200."""

    def __init__(self, twilio: TwilioFake, seed: int) -> None:
        self.twilio = twilio
        self.chance = random.Random(seed)
        self.acknowledged: set[str] = set()
        self.repeated = 0  # webhooks that came again after they had been answered 200
        self.deaths = 0
        self.stopping = False
        self._brought: list[dict[str, str]] = []

    def __str__(self) -> str:
        counts = (self.deaths, len(self.acknowledged), self.repeated, len(self.twilio.requests), len(self.receipts))
        said = "{} deaths, {} texts acknowledged, {} brought again later, {} sends, {} with a receipt acknowledged"
        return said.format(*counts)

    async def phone_texts(self, number: str) -> None:
        """One phone, texting all the while; the carrier brings a message again until it is answered 200, and after.

        Now and then the provider takes one of ours and its answer is lost.
        """
        phone = self.twilio.phone(number)
        while not self.stopping:
            message = self.twilio.add(
                body=self.chance.choice(SAID),
                sender=number,
                to=self.twilio.number,
                direction="inbound",
                status="received",
                service=self.twilio.messaging_service_sid,
            )
            if self.chance.random() < ANSWER_IS_LOST:
                self.twilio.will(drop_after_accepting(), to=number)
            await self._is_brought(phone.form(message))
            if self.chance.random() < COMES_AGAIN and self._brought:
                self.repeated += await self._comes(self.chance.choice(self._brought))
            await asyncio.sleep(0)

    async def _is_brought(self, form: dict[str, str]) -> None:
        while not self.stopping:
            copies = self.chance.choice(COPIES)
            if any(await asyncio.gather(*(self._comes(form) for _ in range(copies)))):
                self.acknowledged.add(form["MessageSid"])
                self._brought.append(form)
                return
            await asyncio.sleep(0.05)

    async def _comes(self, form: dict[str, str]) -> bool:
        called = await self.twilio.calls(self.twilio.inbound_url, form)
        assert called.status in (200, None, 503), called
        return called.status == 200

    @property
    def receipts(self) -> dict[str, str]:
        """By the provider's id: the furthest receipt that was answered 200."""
        furthest: dict[str, str] = {}
        for called in self.twilio.called:
            status = called.form.get("MessageStatus", "")
            sid = called.form["MessageSid"]
            if called.status == 200 and status and RANK[status] > RANK.get(furthest.get(sid, ""), -1):
                furthest[sid] = status
        return furthest


def rows(url: str, table: str) -> list[Any]:
    """A whole table, by a connection of our own."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return list(connection.execute(select(tables.metadata.tables[table])))
    finally:
        engine.dispose()


def sends_by_message(twilio: TwilioFake) -> Counter[int]:
    """How often each of our messages reached the provider: its id is in the address for receipts."""
    return Counter(int(parse_qs(urlsplit(form["StatusCallback"]).query)["m"][0]) for form in twilio.requests)


def must_have_kept_its_word(url: str, account: Account, twilio: TwilioFake) -> None:
    """Nothing acknowledged is lost or half done, nothing routine went out twice, no crisis reply was given up."""
    inbox = rows(url, "inbox")
    outbox = {row.id: row for row in rows(url, "outbox")}
    _nothing_is_lost(inbox, outbox, account, twilio)
    _nothing_is_doubled(outbox, twilio)
    _no_crisis_is_given_up(outbox, twilio)
    _no_receipt_is_lost(outbox, account)
    assert not [row for row in rows(url, "sessions") if row.status == "open" and row.version < 1]


def _nothing_is_lost(inbox: list[Any], outbox: dict[int, Any], account: Account, twilio: TwilioFake) -> None:
    kept = Counter(row.provider_id for row in inbox)
    assert account.acknowledged
    lost = account.acknowledged - set(kept)
    assert not lost, f"{len(lost)} of {len(account.acknowledged)} acknowledged messages were lost"
    assert max(kept.values()) == 1, "a message that came again was kept twice"
    assert all(row.status == "done" for row in inbox)
    answered = {row.inbox_id for row in outbox.values()}
    unanswered = [row.provider_id for row in inbox if row.id not in answered]
    assert not unanswered, f"kept and never answered: {[twilio.messages[sid].body for sid in unanswered]}"


def _nothing_is_doubled(outbox: dict[int, Any], twilio: TwilioFake) -> None:
    sends = sends_by_message(twilio)
    twice = [outbox[number].purpose for number, times in sends.items() if times > 1]
    assert not twice, f"sent twice: {twice}"
    again = [row for row in outbox.values() if (row.dedupe or "").startswith("again ")]
    assert {row.purpose for row in again} <= {"crisis", "alert"}, "a routine message was queued once more"
    firsts = [outbox[int(row.dedupe.split()[1])] for row in again]
    assert not [row for row in firsts if (row.dedupe or "").startswith("again ")], "queued a third time"
    # what was unknown may have been found by its words at the provider, so the ids are what must agree
    theirs = Counter(row.provider_id for row in outbox.values() if row.status == "sent")
    assert set(theirs) <= set(twilio.messages), "marked as sent, and the provider has no such message"
    assert not theirs or max(theirs.values()) == 1, "two of ours claim one of the provider's"


def _no_crisis_is_given_up(outbox: dict[int, Any], twilio: TwilioFake) -> None:
    sends = sends_by_message(twilio)
    unsent = [row for row in outbox.values() if row.purpose == "crisis" and row.id not in sends]
    # killed between marking it and sending it: nobody can know, so it goes once more as a row of its own
    unsent = [row for row in unsent if row.status != "sent"]  # found by its words at the provider
    assert {row.status for row in unsent} <= {"unknown"}, "a crisis reply was given up"
    again = {row.dedupe for row in outbox.values() if row.dedupe}
    first = [row for row in unsent if not (row.dedupe or "").startswith("again ")]
    assert all(f"again {row.id}" in again for row in first), "a crisis reply was not tried again"


def _no_receipt_is_lost(outbox: dict[int, Any], account: Account) -> None:
    ours = {row.provider_id: row.receipt for row in outbox.values() if row.provider_id}
    behind = [sid for sid, status in account.receipts.items() if RANK.get(ours.get(sid) or "", -1) < RANK[status]]
    assert not behind, f"{len(behind)} of {len(account.receipts)} acknowledged receipts were lost"
