"""What the search for missed texts asks the store, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import catching_up
from bot.channels.twilio_log import Arrived
from flows.model import Channel, Inbound
from storage import audit, erasure, inbox
from storage.database import Database
from storage.inbox import Arrival
from tests.storage.scene import NOW, SAM, participant, person_id

OTHER = "+447700900055"
MINUTE = timedelta(minutes=1)


def text(number: int, sender: str = OTHER, *, minutes: int = 5) -> Inbound:
    """A text of so many minutes ago."""
    return Inbound(Channel.SMS, f"SM{number:032x}", sender, text="hello", sent_at=NOW - minutes * MINUTE)


def test_what_is_kept_is_known_however_long_the_list(database: Database) -> None:
    kept = [text(number) for number in (1, 700, 1400)]
    database.run_now(lambda db: inbox.keep(db, [Arrival(each) for each in kept], NOW))
    listed = [text(number).provider_id for number in range(1500)]
    assert database.run_now(lambda db: inbox.known(db, Channel.SMS, listed)) == {each.provider_id for each in kept}
    assert database.run_now(lambda db: inbox.known(db, Channel.TELEGRAM, listed)) == set()
    assert database.run_now(lambda db: inbox.known(db, Channel.SMS, [])) == set()
    assert database.run_now(lambda db: inbox.newest(db, Channel.SMS)) == NOW
    assert database.run_now(lambda db: inbox.newest(db, Channel.TELEGRAM)) is None


def test_what_was_sent_before_its_sender_was_erased_is_not_missing(database: Database) -> None:
    contact = participant(database, SAM)
    erased_at = NOW - 4 * MINUTE
    database.run_now(lambda db: erasure.erase(db, person_id(contact), erased_at, audit.PARTICIPANT))
    listed = [text(1, SAM[1], minutes=5), text(2, SAM[1], minutes=3), text(3, minutes=5), text(4, minutes=1)]
    missing = database.run_now(lambda db: catching_up._missing(db, listed, NOW - 2 * MINUTE))
    assert missing == [listed[1], listed[2]]


class Twilio:
    """Lists what it is given, and remembers from when on it was asked."""

    def __init__(self, *arrived: Inbound) -> None:
        self.arrived_texts = arrived
        self.since: list[timedelta] = []

    async def arrived(self, since: object, numbers: object) -> Arrived:
        self.since.append(NOW - since)  # type: ignore[operator]
        return Arrived(self.arrived_texts, frozenset({"+447700900000"}))


@pytest.mark.parametrize(
    ("kept_for", "away", "expected"),
    [
        (None, timedelta(hours=3), timedelta(hours=3, minutes=10)),
        (None, timedelta(days=90), catching_up.LONGEST),
        (timedelta(days=7), timedelta(days=8), timedelta(days=7)),
    ],
)
async def test_it_looks_back_to_the_last_text_and_no_further_than_texts_are_kept(
    database: Database, kept_for: timedelta | None, away: timedelta, expected: timedelta
) -> None:
    database.run_now(lambda db: inbox.keep(db, [Arrival(text(1))], NOW - away))
    taken: list[Inbound] = []

    async def take(inbound: Inbound) -> None:
        taken.append(inbound)

    twilio = Twilio(text(1), text(2))
    catching = catching_up.CatchingUp(database, twilio, take, lambda: NOW, lambda: kept_for)
    assert await catching.look() == 1
    assert taken == [text(2)]
    assert twilio.since == [expected]
    again = catching_up.CatchingUp(database, twilio, take, lambda: NOW, lambda: kept_for)
    await again.look()
    assert twilio.since[1] == catching_up.GRACE + catching_up.OVERLAP
    assert await again.look() == 0
    assert len(twilio.since) == 2, "another look a moment later finds nothing new"
