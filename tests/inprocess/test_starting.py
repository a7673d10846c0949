"""What a start does before anything else: it ends what its forerunner was sending, and judges nobody's silence yet."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.effects import Purpose
from flows.model import Channel
from storage import claiming, outbox, people
from storage.claiming import Hours, Lane
from storage.database import Database
from storage.fields import Keyring
from storage.outbox import Message
from storage.statements import Db
from tests.daytwo.test_upgrade import serving
from tests.fakes.faults import html
from tests.fakes.twilio import TwilioFake
from tests.inprocess.town import unhurried

SAM = "+447700900123"
LINES = "Samaritans: 116 123"


def was_being_sent(db: Db) -> None:
    """A crisis reply that somebody had begun to send when the process died, a moment ago."""
    now = datetime.now(UTC)
    address = people.address(db, Channel.SMS, SAM, now)
    outbox.queue(db, [Message(address_id=address, channel=Channel.SMS, purpose=Purpose.CRISIS, text=LINES)], now)
    lane = Lane(Channel.SMS, outbox.PRIORITY[Purpose.CRISIS])
    hours = Hours(quiet_until=lambda _: None, today=lambda _: now.date())
    assert len(claiming.claim(db, now, 1, [lane], hours).messages) == 1


async def test_a_crisis_reply_that_was_being_sent_goes_out_again_at_once(sqlite_url: str, keyring: Keyring) -> None:
    """Within seconds, not when whoever was sending it must be dead by the clock."""
    with Database.open(sqlite_url, keyring) as database:
        database.run_now(was_being_sent)
    async with TwilioFake() as twilio:
        with unhurried():
            async with serving(sqlite_url, keyring, twilio):
                await twilio.phone(SAM).hears(LINES)
        assert [form["Body"] for form in twilio.requests] == [LINES]


async def test_nobodys_silence_is_judged_before_it_has_looked_for_what_it_missed(
    sqlite_url: str, keyring: Keyring
) -> None:
    async with TwilioFake() as twilio:
        twilio.will(html(503, times=100), does="list")
        async with serving(sqlite_url, keyring, twilio) as app:
            await app.clockwork.run("missed texts")
            assert app.catching_up.is_behind(datetime.now(UTC))
            twilio.faults.clear()
            await app.clockwork.run("missed texts")
            assert not app.catching_up.is_behind(datetime.now(UTC))
