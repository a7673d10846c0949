"""What a batch of turns does to the store: meet, keep, advance, queue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.effects import Purpose
from flows.errors import StorageError
from flows.model import Channel, Heard, Inbound
from flows.statuses import InboxStatus, PersonStatus
from storage import inbox, people, sessions
from storage.database import Database
from storage.inbox import Arrival
from storage.people import Contact, PersonChange
from storage.sessions import Advanced, Finished, Opened
from storage.statements import Db
from tests.storage.scene import ALEX, CHAT, NOW, SAM, a_session, ends, meet, person_id, queue, stop, strangers, text, to


def test_nobody_is_known_before_they_have_written(database: Database) -> None:
    assert meet(database, SAM, ALEX) == {}


def test_a_stranger_is_made_once_and_found_again(database: Database) -> None:
    made = strangers(database, SAM, ALEX, SAM)
    again = strangers(database, SAM)
    assert set(made) == {SAM, ALEX}
    assert again[SAM].participant == made[SAM].participant == meet(database, SAM)[SAM].participant
    sam = again[SAM].participant
    assert sam is not None
    assert sam.status is PersonStatus.STRANGER
    assert person_id(made[SAM]) != person_id(made[ALEX])


def test_the_same_number_on_another_channel_is_another_address(database: Database) -> None:
    made = strangers(database, SAM, CHAT)
    assert made[SAM].address_id != made[CHAT].address_id


def test_what_a_turn_changed_is_there_next_time(database: Database) -> None:
    sam = person_id(strangers(database, SAM)[SAM])
    change = PersonChange(
        id=sam,
        status=PersonStatus.ACTIVE,
        language="cy",
        joined_at=NOW,
        paused_until=date(2026, 12, 24),
        remembered={"area": "TN9"},
        private={"nickname": "Sam ❤"},
        rated={"recovery-capital.mind": "2026-11-01"},
    )
    database.run_now(lambda db: people.save(db, [change], NOW))
    found = meet(database, SAM)[SAM].participant
    assert found is not None
    assert (found.status, found.language, found.joined_at) == (PersonStatus.ACTIVE, "cy", NOW)
    assert found.paused_until == date(2026, 12, 24)
    assert found.values == {"area": "TN9", "nickname": "Sam ❤"}
    assert found.rated == {"recovery-capital.mind": "2026-11-01"}

    database.run_now(lambda db: people.save(db, [PersonChange(id=sam, paused_until=None, private={})], NOW))
    found = meet(database, SAM)[SAM].participant
    assert found is not None
    assert (found.paused_until, found.values, found.language) == (None, {"area": "TN9"}, "cy")


def test_a_status_moves_only_along_the_table(database: Database) -> None:
    sam = person_id(strangers(database, SAM)[SAM])
    database.run_now(lambda db: people.save(db, [PersonChange(id=sam, status=PersonStatus.ACTIVE)], NOW))
    with pytest.raises(StorageError):
        database.run_now(lambda db: people.save(db, [PersonChange(id=sam, status=PersonStatus.JOINING)], NOW))


def test_a_message_is_kept_once_however_often_it_comes(database: Database) -> None:
    contact = strangers(database, SAM)[SAM]

    def keep(*messages: Inbound) -> set[tuple[Channel, str]]:
        arrivals = [Arrival(message, contact.address_id, person_id(contact)) for message in messages]
        return set(database.run_now(lambda db: inbox.keep(db, arrivals, NOW)))

    assert keep(text("hello", "SM1"), text("hello", "SM1"), text("again", "SM2")) == {(SAM[0], "SM1"), (SAM[0], "SM2")}
    assert keep(text("hello", "SM1"), text("third", "SM3")) == {(SAM[0], "SM3")}
    assert keep() == set()
    kept = database.run_now(lambda db: inbox.recent(db, person_id(contact)))
    assert [row.text for row in kept] == ["third", "again", "hello"]
    assert kept[0].kind is Heard.TEXT


def test_a_turn_that_raised_can_be_found_and_tried_again(database: Database) -> None:
    kept = database.run_now(lambda db: inbox.keep(db, [Arrival(text("oh", "SM1"))], NOW))[SAM[0], "SM1"]
    database.run_now(lambda db: inbox.mark_failed(db, [(kept, "KeyError")]))
    (failed,) = database.run_now(inbox.failed)
    assert (failed.id, failed.text, failed.status, failed.error) == (kept, "oh", InboxStatus.FAILED, "KeyError")
    database.run_now(lambda db: inbox.mark_done(db, kept))
    assert database.run_now(inbox.failed) == []


def test_a_conversation_goes_on_where_it_stood(database: Database) -> None:
    sam = person_id(strangers(database, SAM)[SAM])
    database.run_now(lambda db: sessions.open_(db, [Opened(participant_id=sam, session=a_session())], NOW))
    met = meet(database, SAM)[SAM]
    assert (met.session, met.session_version) == (a_session(), 1)

    advanced = Advanced(met.session_id, met.session_version, a_session(step=5))
    database.run_now(lambda db: sessions.advance(db, [advanced]))
    met = meet(database, SAM)[SAM]
    assert (met.session, met.session_version) == (a_session(step=5), 2)

    with pytest.raises(StorageError):
        database.run_now(lambda db: sessions.advance(db, [advanced]))

    finished = Finished(met.session_id, met.session_version, "done", a_session(step=6))
    database.run_now(lambda db: sessions.end(db, [finished], NOW))
    assert meet(database, SAM)[SAM].session is None


def test_one_person_has_one_open_conversation(database: Database) -> None:
    sam = person_id(strangers(database, SAM)[SAM])
    opened = Opened(participant_id=sam, session=a_session())
    ended = Opened(participant_id=sam, session=a_session(), outcome="done")
    database.run_now(lambda db: sessions.open_(db, [ended, opened, ended], NOW))
    with pytest.raises(StorageError):
        database.run_now(lambda db: sessions.open_(db, [opened], NOW))


def test_silence_is_noticed_when_it_is_due_and_not_before(database: Database) -> None:
    made = strangers(database, SAM, ALEX)
    opened = [Opened(participant_id=person_id(contact), session=a_session()) for contact in made.values()]
    database.run_now(lambda db: sessions.open_(db, opened, NOW))

    def due(after: timedelta) -> dict[int, Contact]:
        return database.run_now(lambda db: people.load(db, sessions.claim_due(db, NOW + after, 10)))

    assert due(timedelta(hours=24) - timedelta(microseconds=1)) == {}
    found = due(timedelta(hours=24))
    assert set(found) == {person_id(contact) for contact in made.values()}
    contact = found[person_id(made[SAM])]
    assert (contact.session, contact.channel) == (a_session(), Channel.SMS)
    assert contact.address_id == made[SAM].address_id


def test_messages_go_to_the_address_last_used(database: Database) -> None:
    made = strangers(database, SAM, CHAT)
    sam = person_id(made[SAM])

    def link_and_hear(db: Db) -> None:
        db.connection.exec_driver_sql(f"UPDATE addresses SET participant_id = {sam}")
        people.heard(db, [made[CHAT].address_id], NOW + timedelta(minutes=1))

    database.run_now(link_and_hear)
    assert database.run_now(lambda db: people.load(db, [sam]))[sam].channel is Channel.TELEGRAM


def test_hearing_from_an_address_ends_its_trouble(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    database.run_now(lambda db: people.set_trouble(db, sam.address_id, "blocked"))
    assert meet(database, SAM)[SAM].trouble == "blocked"
    database.run_now(lambda db: people.heard(db, [sam.address_id], NOW))
    assert meet(database, SAM)[SAM].trouble is None


def test_stop_holds_whatever_is_queued_but_crisis_and_its_own_confirmation(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    queue(
        database, *(to(sam, purpose) for purpose in (Purpose.STARTED, Purpose.REPLY, Purpose.CRISIS, Purpose.CONFIRM))
    )
    stop(database, sam)
    assert ends(database) == [("suppressed", "stopped"), ("suppressed", "stopped"), ("queued", None), ("queued", None)]


def test_a_message_with_the_same_key_is_queued_once(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    message = to(sam, dedupe="welcome 1")
    queue(database, message, message)
    queue(database, message)
    assert len(ends(database)) == 1
