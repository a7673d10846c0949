"""When somebody is forgotten, nothing of them is left: not in a table, not in the file, not in its log."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, text

from flows.effects import Answered, BookLater, KeepNote, Offered, Purpose, Rated, Submit
from storage import (
    alerts,
    answers,
    audit,
    bookings,
    erasure,
    inbox,
    outbox,
    people,
    records,
    referrals,
    sessions,
    submissions,
    values,
)
from storage.alerts import Alarm
from storage.answers import Consent
from storage.database import Database
from storage.engines import ProcessLock
from storage.fields import Keyring
from storage.inbox import Arrival
from storage.people import Contact, Key, PersonChange
from storage.sessions import Opened
from storage.statements import Db
from storage.tables import metadata
from tests.storage.scene import (
    ALEX,
    NOW,
    SAM,
    a_session,
    claim,
    coordinator,
    ends,
    lowest,
    meet,
    participant,
    person_id,
    queue,
    rows,
    stop,
    to,
)
from tests.storage.scene import text as inbound

CANARY = "canary-7f3a"


def with_everything(database: Database, key: Key = SAM) -> Contact:
    """Somebody who has left something in every table, and told us the canary wherever they could."""
    member, staff_address = coordinator(database)
    sam = participant(database, key)
    sam_id = person_id(sam)

    def unit(db: Db) -> None:
        people.save(
            db,
            [PersonChange(id=sam_id, remembered={"area": CANARY}, private={"nickname": CANARY}, rated={"a.b": CANARY})],
            NOW,
        )
        kept = inbox.keep(db, [Arrival(inbound(CANARY, CANARY, key), sam.address_id, sam_id, CANARY)], NOW)
        inbox.mark_failed(db, [(row_id, CANARY) for row_id in kept.values()])
        sessions.open_(db, [Opened(participant_id=sam_id, session=a_session())], NOW)
        alert, _ = alerts.open_(db, Alarm(participant_id=sam_id, policy="help", about=CANARY), NOW, lowest)
        about_them = outbox.Message(
            address_id=staff_address,
            channel=key[0],
            purpose=Purpose.ALERT,
            text=CANARY,
            staff_id=member.id,
            alert_id=alert.id,
            about=CANARY,
        )
        _, told = outbox.queue(db, [to(sam, words=CANARY, about=CANARY, dedupe=CANARY), about_them], NOW)
        page = {"id": 1, "alert_id": alert.id, "staff_id": member.id, "outbox_id": told, "channel": key[0], "step": 0}
        db.connection.execute(insert(metadata.tables["pages"]).values(**page, round_at=NOW, at=NOW))
        slot = {"id": 1, "participant_id": sam_id, "schedule": CANARY, "flow": CANARY, "local_date": NOW.date()}
        slot |= {"due_at": NOW, "until_at": NOW, "status": "asked"}
        db.connection.execute(insert(metadata.tables["slots"]).values(**slot))
        answers.keep_ratings(db, [(sam_id, Rated(CANARY, "1", "mind", 5))], NOW)
        answers.keep_notes(db, [(sam_id, KeepNote(CANARY, CANARY))], NOW)
        answers.keep_consents(db, [(sam_id, Consent("consent_join", True, CANARY, "en", "a" * 64))], NOW)
        bookings.add(db, [(sam_id, BookLater(CANARY, NOW, (("a.b", CANARY),)))], NOW)
        handed_in = Submit("grant", (Answered("who", CANARY, CANARY),), CANARY, CANARY)
        submissions.add(db, [(sam_id, "a" * 64, handed_in)], NOW)
        referrals.offer(db, sam_id, Offered(((CANARY, CANARY),)), NOW)
        values.kept(db, [(sam_id, CANARY)], NOW)
        audit.write(db, [audit.Line(audit.PARTICIPANT, "person.joined", sam_id, {"rule": "none"})], NOW)

    database.run_now(unit)
    return meet(database, key)[key]


def erase(database: Database, contact: Contact) -> None:
    database.run_now(lambda db: erasure.erase(db, person_id(contact), NOW, audit.OPERATOR))


def count(database: Database, table: str) -> int:
    return int(rows(database, f"SELECT count(*) FROM {table}")[0][0])


def test_every_table_says_what_an_erasure_does_to_it() -> None:
    assert set(erasure.WHAT_HAPPENS) == set(metadata.tables)
    for name, table in metadata.tables.items():
        if "participant_id" in table.columns and name != "audit":
            assert erasure.WHAT_HAPPENS[name] == erasure.DELETED, name


def test_every_table_that_is_deleted_from_had_something_and_has_nothing(database: Database) -> None:
    sam = with_everything(database)
    deleted = [table for table, what in erasure.WHAT_HAPPENS.items() if what == erasure.DELETED]
    before = {table: count(database, table) for table in deleted}
    assert all(before.values()), before
    erase(database, sam)
    left = {table: count(database, table) for table in deleted}
    assert left.pop("addresses") == 1  # the coordinator's
    assert left.pop("inbox") == 1  # the hash by which their text is known when it comes again
    assert not any(left.values()), left


def test_nobody_else_loses_anything(database: Database) -> None:
    sam = with_everything(database)
    alex = participant(database, ALEX)
    (kept,) = queue(database, to(alex))
    erase(database, sam)
    assert meet(database, ALEX)[ALEX].participant == alex.participant
    assert rows(database, "SELECT id FROM outbox") == [(kept,)]


def test_what_is_left_is_a_hash_and_lines_without_words(database: Database) -> None:
    sam = with_everything(database)
    erase(database, sam)
    assert database.run_now(lambda db: erasure.suppressed(db, *SAM)) == "erased"
    lines = database.run_now(lambda db: audit.of(db, person_id(sam)))
    assert [line.action for _, line in lines] == ["participant.erased", "person.joined"]
    assert CANARY not in str(lines)
    assert meet(database, SAM) == {}


def test_somebody_who_had_stopped_stays_stopped_for_whoever_adds_them_again(database: Database) -> None:
    sam = participant(database)
    stop(database, sam)
    erase(database, sam)
    assert database.run_now(lambda db: erasure.suppressed(db, *SAM)) == "stop"


def test_a_mentors_phone_stays_the_mentors(database: Database) -> None:
    member, address_id = coordinator(database, SAM)
    sam = participant(database)
    erase(database, sam)
    met = meet(database, SAM)[SAM]
    assert (met.address_id, met.staff, met.participant) == (address_id, member, None)


def test_erasing_nobody_does_nothing(database: Database) -> None:
    database.run_now(lambda db: erasure.erase(db, 404, NOW, audit.OPERATOR))
    assert count(database, "audit") == 0


def bytes_of(database: Database) -> bytes:
    assert database.path is not None
    files = [database.path, database.path.with_name(database.path.name + "-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists())


def traces(database: Database, contact: Contact) -> list[bytes]:
    """Byte strings that stand in the file because of this person: plain words, hashes and ciphertext."""

    def unit(db: Db) -> list[bytes]:
        found = [CANARY.encode(), db.vault.blind(*SAM)]
        for name, table in metadata.tables.items():
            if erasure.WHAT_HAPPENS[name] == erasure.DELETED and "participant_id" in table.columns:
                sealed = [column.name for column in table.columns if column.info.get("sealed")]
                for column in sealed:
                    values = db.connection.execute(
                        text(f"SELECT {column} FROM {name} WHERE participant_id = :id"), {"id": person_id(contact)}
                    ).scalars()
                    found += [value for value in values if value]
        return found

    return database.run_now(unit)


def test_no_byte_of_them_is_left_in_the_file_or_its_log(sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring, hold=True) as database:
        sam = with_everything(database)
        hash_kept = database.run_now(lambda db: db.vault.blind(*SAM))
        signs = traces(database, sam)
        assert len(signs) == 9
        stored = bytes_of(database)
        assert all(sign in stored for sign in signs)
        claim(database)  # rewrites rows: older copies of them must go as well
        erase(database, sam)
        assert database.scrub_now()
        left = bytes_of(database)
        assert [sign for sign in signs if sign in left] == [hash_kept]  # the suppression


async def test_scrubbing_is_asked_for_by_an_erasure_and_then_done(database: Database) -> None:
    assert await database.scrub()
    erase(database, participant(database))
    assert len(rows(database, "SELECT value FROM marks WHERE name = 'scrub asked'")) == 1
    assert await database.scrub()
    assert rows(database, "SELECT value FROM marks WHERE name = 'scrub asked'") == []


def test_the_command_line_leaves_scrubbing_to_a_running_service(sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring, hold=True) as service, Database.open(sqlite_url, keyring) as beside:
        sam = participant(beside)
        erase(beside, sam)
        assert not beside.scrub_now()
        assert service.scrub_now()
        assert beside.scrub_now()  # nothing is asked for any more


def test_without_a_service_the_command_line_scrubs_and_gives_the_lock_back(sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring) as beside:
        erase(beside, participant(beside))
        assert beside.scrub_now()
        assert beside.path is not None
        ProcessLock.take(beside.path).release()


def test_delete_waits_for_an_open_crisis_and_is_done_with_its_end(database: Database) -> None:
    sam = participant(database)
    alarm = Alarm(participant_id=person_id(sam), policy="crisis-a", about="going to act", tier="A")
    alert, _ = database.run_now(lambda db: alerts.open_(db, alarm, NOW, lowest))
    other = Alarm(participant_id=person_id(sam), policy="crisis-b", about="thinking of it", tier="B")
    second, _ = database.run_now(lambda db: alerts.open_(db, other, NOW, lowest))

    assert not database.run_now(lambda db: erasure.ask(db, person_id(sam), NOW))
    assert meet(database, SAM)[SAM].participant is not None
    assert not database.run_now(lambda db: alerts.resolve(db, second.id, "spoke", NOW, "staff 1"))[1]
    ended, erased = database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, "staff 1"))
    assert (ended.id, erased) == (alert.id, True)
    assert meet(database, SAM) == {}


def test_a_crisis_that_opened_a_moment_ago_keeps_them_though_an_operator_may(database: Database) -> None:
    sam = person_id(participant(database))
    alarm = Alarm(participant_id=sam, policy="crisis-a", about="going to act", tier="A")
    database.run_now(lambda db: alerts.open_(db, alarm, NOW, lowest))
    assert not database.run_now(lambda db: erasure.erase(db, sam, NOW, audit.PARTICIPANT))
    assert database.run_now(lambda db: erasure.erase(db, sam, NOW, audit.OPERATOR))


def test_delete_without_a_crisis_is_done_at_once(database: Database) -> None:
    sam = participant(database)
    assert database.run_now(lambda db: erasure.ask(db, person_id(sam), NOW))
    assert meet(database, SAM) == {}


def test_a_wrong_number_hears_no_more_and_the_record_stays(database: Database) -> None:
    sam = participant(database)
    database.run_now(lambda db: sessions.open_(db, [Opened(participant_id=person_id(sam), session=a_session())], NOW))
    queue(database, to(sam))
    database.run_now(lambda db: erasure.wrong_number(db, sam.address_id, NOW))
    assert ends(database) == [("suppressed", "wrong number")]
    met = meet(database, SAM)[SAM]
    assert (met.participant, met.session) == (None, None)
    person = database.run_now(lambda db: records.show(db, person_id(sam)))
    assert person is not None
    assert person.addresses == ()
    assert database.run_now(lambda db: erasure.suppressed(db, *SAM)) == "wrong number"
    assert rows(database, "SELECT status, outcome FROM sessions") == [("ended", "wrong number")]
    database.run_now(lambda db: erasure.wrong_number(db, sam.address_id, NOW))


def test_whoever_has_the_number_now_is_somebody_new(database: Database) -> None:
    sam = participant(database)
    database.run_now(lambda db: erasure.wrong_number(db, sam.address_id, NOW))
    new = database.run_now(lambda db: people.create_strangers(db, [SAM], NOW))[SAM]
    assert person_id(new) != person_id(sam)
    assert new.address_id == sam.address_id


@pytest.mark.parametrize(
    "table",
    # who on the staff was told is about them, not about this person
    sorted(name for name, what in erasure.WHAT_HAPPENS.items() if what == erasure.DELETED and name != "pages"),
)
def test_an_export_holds_every_table_of_a_person(table: str) -> None:
    exported = {"participants", *(each.name for each in records.TABLES)}
    assert table in exported


def test_an_export_is_opened_and_complete(database: Database) -> None:
    sam = with_everything(database)
    exported: Any = database.run_now(lambda db: records.export(db, person_id(sam)))
    assert exported["participant"]["sealed"] == {"nickname": CANARY}
    assert exported["addresses"][0]["sealed"] == SAM[1]
    assert exported["inbox"][0]["body"] == CANARY
    assert exported["outbox"][0]["body"] == CANARY
    assert exported["notes"][0]["body"] == CANARY
    assert exported["sessions"][0]["started_at"] == NOW.isoformat()
    assert all(exported[each.name] for each in records.TABLES)
    assert database.run_now(lambda db: records.export(db, 404)) is None


async def test_an_erasure_during_a_scrub_asks_for_another(
    sqlite_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(sqlite_url, keyring, inline=True) as database:
        sam, alex = participant(database), participant(database, ALEX)
        erase(database, sam)
        empty_log = database._empty_log

        def erased_meanwhile(connection: Any) -> bool:
            emptied = empty_log(connection)
            database._transact(connection, lambda db: erasure.erase(db, person_id(alex), NOW, audit.OPERATOR))
            return emptied

        monkeypatch.setattr(database, "_empty_log", erased_meanwhile)
        assert not await database.scrub()
        monkeypatch.undo()
        assert await database.scrub()
