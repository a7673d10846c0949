"""What the database keeps of somebody's days, put together: on both databases, from real rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.channels import provider_codes
from flows.effects import Purpose
from flows.errors import Meaning
from flows.explaining import NOBODY, explain
from flows.statuses import PersonStatus
from storage import audit, explaining, tables
from storage.database import Database
from storage.outbox import Message
from storage.people import Contact
from storage.tables import outbox
from tests.explaining.test_words import SERVICE
from tests.storage.scene import NOW, coordinator, participant, person_id, queue, to

DAY = date(2026, 11, 24)  # a Tuesday, the day after NOW, in winter time
LATER = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def sam(database: Database) -> Contact:
    """Joined the day before, and agreed to check-ins."""
    contact = participant(database)
    unplanned = update(tables.participants).values(plan_at=None)
    database.run_now(lambda db: db.connection.execute(unplanned))
    add(
        database,
        tables.consents,
        participant_id=person_id(contact),
        name="consent_checkins",
        given=True,
        wording="Shall I check in?",
        language="en",
        release="a" * 64,
        at=NOW,
    )
    return contact


def add(database: Database, table: Any, **values: Any) -> int:
    def unit(db: Any) -> int:
        row_id = db.ids.next(NOW)
        db.connection.execute(insert(table).values(id=row_id, **values))
        return int(row_id)

    return database.run_now(unit)


def slot(database: Database, contact: Contact, **changes: Any) -> int:
    values = {
        "participant_id": person_id(contact),
        "schedule": "weekly check-in",
        "local_date": DAY,
        "flow": "check-in",
        "due_at": at(10),
        "until_at": at(20),
        "status": "answered",
    }
    return add(database, tables.slots, **values | changes)


TEN = at(10)


def asks(database: Database, contact: Contact, made: datetime = TEN, **changes: Any) -> int:
    [row_id] = queue(database, to(contact, Purpose.STARTED), at=made)
    if changes:
        database.run_now(
            lambda db: db.connection.execute(update(outbox).where(outbox.c.id == row_id).values(**changes))
        )
    return row_id


def meaning_of(code: str) -> Meaning:
    return provider_codes.of_receipt(int(code) if code else None)


def said(database: Database, contact: Contact, day: date = DAY, now: datetime = LATER) -> tuple[str, ...]:
    known = database.run_now(lambda db: explaining.history(db, person_id(contact), day, day))
    return explain(known, day, service=SERVICE, meaning_of=meaning_of, now=now)


SENT: dict[str, Any] = {"status": "sent", "sent_at": at(10, 4)}


@pytest.mark.parametrize(
    ("its_slot", "its_message", "line"),
    [
        ({"status": "answered", "asked_at": at(10, 4)}, SENT, "sent 10:04 and answered"),
        ({"status": "answered"}, SENT, "sent 10:04 and answered"),
        ({"status": "asked"}, SENT, "sent 10:04, no reply yet"),
        ({"status": "asked"}, {"next_at": at(9, day=25)}, "held for quiet hours until 09:00 on Wednesday 25 November"),
        ({"status": "asked"}, {"status": "unknown", "reason": "timeout"}, "outcome unknown: it may have arrived"),
        (
            {"status": "undelivered", "reason": "undelivered 30005"},
            {**SENT, "receipt": "undelivered", "receipt_code": "30005"},
            "did not arrive: the number or chat does not exist, or cannot take texts",
        ),
        (
            {"status": "undelivered", "reason": "blocked 403"},
            {"status": "failed", "reason": "blocked 403"},
            "did not arrive: they, or their network, block us",
        ),
        (
            {"status": "not_sent", "reason": "expired"},
            {"status": "suppressed", "reason": "expired"},
            "not sent: it could not go out in its time, which is ours to answer for",
        ),
        ({"status": "excused", "reason": "paused"}, None, "not sent: they had paused"),
        ({"status": "excused", "reason": "crisis"}, None, "not sent: a crisis was open"),
        (
            {"status": "excused", "reason": "stop", "asked_at": at(10, 4)},
            SENT,
            "sent 10:04, then let go: they had sent STOP",
        ),
        (
            {"status": "waiting", "reason": "another conversation", "look_at": at(10, 15)},
            None,
            "waits, another conversation is open; looked at again at 10:15",
        ),
        (
            {"status": "not_sent", "reason": "too late"},
            None,
            "not sent: it was too late in the day, after an outage or a delay of ours",
        ),
    ],
)
def test_a_check_in_is_explained_from_its_rows(
    database: Database, sam: Contact, its_slot: Mapping[str, Any], its_message: Mapping[str, Any] | None, line: str
) -> None:
    question = asks(database, sam, **dict(its_message)) if its_message is not None else None
    slot(database, sam, outbox_id=question, **its_slot)
    assert said(database, sam, now=at(12)) == (f"weekly check-in: {line}",)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("alert.opened", "staff alerted 10:04 on Thursday 26 November"),
        ("alert.again", "staff alerted 10:04 on Thursday 26 November"),
        ("alert.not_consented", "nobody told: they have not agreed to that"),
        ("alert.resolved", "nobody told: this one tells nobody"),
    ],
)
def test_a_missed_one_says_who_was_told(database: Database, sam: Contact, action: str, line: str) -> None:
    ended = at(10, 4, day=26)
    slot(database, sam, status="missed", asked_at=at(10, 4), ended_at=ended)
    written = audit.Line(audit.PARTICIPANT, action, person_id(sam), {"policy": "missed check-in"})
    database.run_now(lambda db: audit.write(db, [written], ended))
    assert said(database, sam) == (f"weekly check-in: sent 10:04, nobody replied (missed), {line}",)


def test_a_nudge_is_told_and_the_words_before_a_question_are_not(database: Database, sam: Contact) -> None:
    greeting: Message = to(sam, Purpose.STARTED)
    queue(database, greeting, at=at(10))
    question = asks(database, sam, **SENT)
    slot(database, sam, status="asked", outbox_id=question)
    asks(database, sam, at(11), status="sent", sent_at=at(11, 1))
    assert said(database, sam) == (
        "weekly check-in: sent 10:04, no reply yet",
        "reminder or booked message: sent 11:01",
    )


def test_an_answer_to_something_they_sent_is_no_message_of_the_bot_s_own(database: Database, sam: Contact) -> None:
    queue(database, to(sam), at=at(10))
    assert said(database, sam) == ("no check-in due, and none is to come",)


def test_stop_and_coming_back_are_read_from_what_was_written_down(database: Database, sam: Contact) -> None:
    def became(action: str, when: datetime, **detail: str) -> None:
        line = audit.Line(audit.PARTICIPANT, action, person_id(sam), detail)
        database.run_now(lambda db: audit.write(db, [line], when))

    became("participant.stopped", at(9))
    became("participant.joined", at(9, day=26))
    became("participant.paused", at(9, day=27), until="2026-11-29")
    days = {day: said(database, sam, date(2026, 11, day)) for day in (23, 24, 25, 26, 27, 28, 29)}
    assert days == {
        23: ("no check-in due, and none is to come",),
        24: ("had sent STOP (09:00)",),
        25: ("had sent STOP (09:00 on Tuesday 24 November)",),
        26: ("no check-in due, and none is to come",),
        27: ("paused until Sunday 29 November",),
        28: ("paused until Sunday 29 November",),
        29: ("no check-in due, and none is to come",),
    }


def test_a_crisis_holds_and_a_drill_does_not(database: Database, sam: Contact) -> None:
    alert = {
        "participant_id": person_id(sam),
        "policy": "crisis A",
        "about": "x",
        "tier": "A",
        "snapshot": {},
        "opened_at": at(8),
        "status": "resolved",
        "resolved_at": at(7, day=25),
    }
    add(database, tables.alerts, code="47", is_test=True, **alert)
    assert said(database, sam) == ("no check-in due, and none is to come",)
    add(database, tables.alerts, code="48", is_test=False, **alert)
    assert said(database, sam) == ("a crisis was open",)
    assert said(database, sam, date(2026, 11, 26)) == ("no check-in due, and none is to come",)


def test_the_next_one_is_named(database: Database, sam: Contact) -> None:
    slot(database, sam, local_date=date(2026, 11, 27), due_at=at(10, day=27))
    assert said(database, sam) == ("no check-in due: the next is 10:00 on Friday 27 November",)


def test_who_has_not_joined_or_agreed_or_is_not_there(database: Database, sam: Contact) -> None:
    database.run_now(lambda db: db.connection.execute(tables.consents.delete()))
    assert said(database, sam) == ("had not agreed to check-ins",)
    assert said(database, sam, date(2026, 11, 22)) == ("had not written to us yet",)
    stranger = update(tables.participants).values(joined_at=None, status=PersonStatus.STRANGER)
    database.run_now(lambda db: db.connection.execute(stranger))
    assert said(database, sam) == ("had not joined",)
    assert database.run_now(lambda db: explaining.history(db, 1, DAY, DAY)) is None
    assert explain(None, DAY, service=SERVICE, meaning_of=meaning_of, now=LATER) == (NOBODY,)


def test_staff_messages_are_nobody_s_day(database: Database, sam: Contact) -> None:
    member, address_id = coordinator(database)
    message = Message(
        address_id=address_id, channel=sam.channel, purpose=Purpose.STARTED, text="Hello", staff_id=member.id
    )
    queue(database, message, at=at(10))
    assert said(database, sam) == ("no check-in due, and none is to come",)


def test_a_fortnight_is_read_with_a_handful_of_questions(database: Database, sam: Contact) -> None:
    for ahead in range(14):
        slot(database, sam, local_date=DAY + timedelta(days=ahead), outbox_id=asks(database, sam, **SENT))
    asked = []

    def unit(db: Any) -> None:
        execute = db.connection.execute

        def counted(*given: Any) -> Any:
            asked.append(given)
            return execute(*given)

        db.connection.execute = counted
        explaining.history(db, person_id(sam), DAY, DAY + timedelta(days=13))
        del db.connection.execute

    database.run_now(unit)
    assert len(asked) <= 9
