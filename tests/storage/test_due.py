"""The next thing that is due, and the conversation of one address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from flows.effects import BookLater, Button
from flows.statuses import OutboxStatus
from storage import alerts, bookings, due, exchanges, inbox, plans, sessions, tables
from storage.checkup import last_written, unreadable
from storage.database import Database
from storage.due import Due, Waits
from storage.fields import Keyring
from storage.plans import Plan
from storage.sessions import Opened
from storage.statements import Db
from tests.storage.scene import ALEX, NOW, SAM, a_session, claim, participant, person_id, queue, text, to

HOUR = timedelta(hours=1)


def next_due(database: Database, after: object = NOW) -> Due | None:
    return database.run_now(lambda db: due.next_due(db, after))  # type: ignore[arg-type]


def test_nothing_is_due_in_an_empty_store(database: Database) -> None:
    assert next_due(database) is None


def test_what_is_due_comes_in_its_order(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam, not_before=NOW + 30 * HOUR))
    database.run_now(lambda db: bookings.add(db, [(person_id(sam), BookLater("check-in", NOW + 27 * HOUR))], NOW))
    opened = Opened(participant_id=person_id(sam), session=a_session())
    database.run_now(lambda db: sessions.open_(db, [opened], NOW))
    alarm = alerts.Alarm(participant_id=person_id(sam), policy="missed check-in", about="")
    alert, _ = database.run_now(lambda db: alerts.open_(db, alarm, NOW, lambda _: 0))
    slot = {"id": 1, "participant_id": person_id(sam), "schedule": "weekly", "flow": "check-in", "status": "waiting"}
    slot |= {"local_date": NOW.date(), "due_at": NOW, "until_at": NOW + 9 * HOUR, "look_at": NOW + 2 * HOUR}

    def further(db: Db) -> None:
        db.connection.execute(insert(tables.slots).values(**slot))
        db.connection.execute(update(tables.participants).values(plan_at=NOW + 4 * HOUR))
        db.connection.execute(update(tables.alerts).where(tables.alerts.c.id == alert.id).values(next_at=NOW + HOUR))

    database.run_now(further)
    met = [
        Due(NOW + HOUR, Waits.ALERT),
        Due(NOW + 2 * HOUR, Waits.HELD),
        Due(NOW + 4 * HOUR, Waits.CHECK_IN),
        Due(NOW + 24 * HOUR, Waits.QUESTION),
        Due(NOW + 27 * HOUR, Waits.BOOKING),
        Due(NOW + 30 * HOUR, Waits.MESSAGE),
    ]
    found, after = [], NOW
    while (coming := next_due(database, after)) is not None:
        found.append(coming)
        after = coming.at
    assert found == met


def test_what_is_over_is_not_due(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam))
    claim(database)
    ended = Opened(participant_id=person_id(sam), session=a_session(), outcome="done")
    database.run_now(lambda db: sessions.open_(db, [ended], NOW))
    database.run_now(lambda db: plans.write(db, [Plan(person_id(sam), None, NOW)]))
    assert next_due(database, NOW - HOUR) is None


def test_an_address_has_its_own_conversation_and_no_other(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    arrival = inbox.Arrival(text("hello", "m1"), sam.address_id, person_id(sam))
    database.run_now(lambda db: inbox.keep(db, [arrival], NOW))
    queue(database, to(sam, words="Hi", buttons=(Button("Yes", "1:yes"),)), to(alex, words="Not yours"))
    received, written = database.run_now(lambda db: exchanges.at(db, *SAM))
    assert [(one.provider_id, one.text, one.at) for one in received] == [("m1", "hello", NOW)]
    assert [(one.text, one.buttons, one.status) for one in written] == [
        ("Hi", (Button("Yes", "1:yes"),), OutboxStatus.QUEUED)
    ]
    assert database.run_now(lambda db: exchanges.at(db, SAM[0], "+447700900055")) == ((), ())


def test_only_the_last_of_a_long_conversation_is_given(database: Database) -> None:
    sam = participant(database)
    queue(database, *(to(sam, words=str(number)) for number in range(5)))
    _, written = database.run_now(lambda db: exchanges.at(db, *SAM, limit=2))
    assert [one.text for one in written] == ["3", "4"]


def test_what_other_keys_sealed_is_noticed(database: Database) -> None:
    participant(database)
    assert database.run_now(unreadable) == ()
    own = database.vault
    database.vault = type(own)(Keyring.generate("k2"))
    assert database.run_now(unreadable) == ("addresses",)


def test_the_newest_row_tells_when_it_was_written(database: Database) -> None:
    assert database.run_now(last_written) is None
    sam = participant(database)
    queue(database, to(sam), at=NOW + HOUR)
    assert database.run_now(last_written) == (NOW + HOUR).replace(microsecond=123000)
