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
from tests.fakes.twilio import TwilioFake
from tests.turns.table import MONDAY

PHONES = tuple(f"+447700900{number}" for number in range(201, 213))
SAID = ("checkin", "4", "7", "2", "MENU", "WHO IS THIS", "help", "privacy", "want to die", "Y", "what now")


def everybody_has_joined(url: str, keyring: Keyring, phones: Sequence[str] = PHONES) -> None:
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
        self.stopping = False

    async def phone_texts(self, number: str) -> None:
        """One phone, texting all the while; the carrier brings a message again until it is answered 200."""
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
            form = phone.form(message)
            while not self.stopping:
                called = await self.twilio.calls(self.twilio.inbound_url, form)
                if called.status == 200:
                    self.acknowledged.add(message.sid)
                    break
                assert called.status in (None, 503), called
                await asyncio.sleep(0.05)
            await asyncio.sleep(0)

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
    assert len(account.acknowledged) > len(PHONES)
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
    assert set(twice) <= {"crisis", "alert"}, f"sent twice: {twice}"
    assert max(sends.values()) <= 2
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
