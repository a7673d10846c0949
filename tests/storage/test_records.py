"""Ratings, notes, consents, bookings, audit, marks, releases and the lists staff see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.effects import BookLater, KeepNote, Rated
from flows.errors import StorageError
from flows.statuses import BookingStatus, PersonStatus
from storage import answers, audit, bookings, marks, records, releases
from storage.answers import Consent
from storage.database import Database
from tests.storage.scene import (
    A_DAY,
    ALEX,
    CHAT,
    CHRISTMAS,
    NOW,
    SAM,
    participant,
    person_id,
    rows,
    strangers,
)


def test_ratings_come_back_as_they_were_given(database: Database) -> None:
    sam = person_id(participant(database))
    rated = [Rated("recovery-capital", "1", "mind", 7), Rated("recovery-capital", "1", "hope", None)]
    database.run_now(lambda db: answers.keep_ratings(db, [(sam, one) for one in rated], NOW))
    assert database.run_now(lambda db: answers.ratings_of(db, sam)) == [(NOW, one) for one in rated]


def test_the_last_answer_to_a_consent_counts_and_keeps_its_wording(database: Database) -> None:
    sam = person_id(participant(database))
    yes = Consent("consent_mentor", True, "Can I tell a mentor?", "en", "a" * 64)
    no = Consent("consent_mentor", False, "Can I still tell a mentor?", "en", "b" * 64)
    database.run_now(lambda db: answers.keep_consents(db, [(sam, yes)], NOW))
    database.run_now(lambda db: answers.keep_consents(db, [(sam, no)], NOW + A_DAY))
    assert database.run_now(lambda db: answers.consents_of(db, sam)) == {"consent_mentor": (NOW + A_DAY, no)}
    assert len(rows(database, "SELECT 1 FROM consents")) == 2


def test_notes_are_sealed(database: Database) -> None:
    sam = person_id(participant(database))
    database.run_now(lambda db: answers.keep_notes(db, [(sam, KeepNote("mood", "7, but the nights"))], NOW))
    ((row_id, body),) = rows(database, "SELECT id, body FROM notes")
    assert b"nights" not in body
    assert database.run_now(lambda db: db.vault.open("notes", "body", row_id, body)) == "7, but the nights"


def test_a_booking_comes_when_it_is_due_with_what_it_carries(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    booked = BookLater("group-followup", NOW + A_DAY, (("find-group.group", "walk"),))
    later = BookLater("review", NOW + A_DAY)
    database.run_now(lambda db: bookings.add(db, [(sam, booked), (sam, later), (alex, later)], NOW))

    def due(after: timedelta) -> list[bookings.Booking]:
        return database.run_now(lambda db: bookings.claim_due(db, NOW + after, 10))

    assert due(A_DAY - timedelta(microseconds=1)) == []
    first, other = due(A_DAY)
    assert (first.participant_id, first.flow, first.answers) == (sam, booked.flow, booked.answers)
    assert (other.participant_id, other.flow, other.answers) == (alex, "review", ())
    database.run_now(lambda db: bookings.end(db, first.id, BookingStatus.STARTED))
    database.run_now(lambda db: bookings.put_off(db, other.id, NOW + 2 * A_DAY))
    assert [booking.flow for booking in due(A_DAY)] == ["review"]
    assert {booking.participant_id for booking in due(2 * A_DAY)} == {sam, alex}


def test_the_same_flow_at_the_same_time_is_booked_once_with_what_was_said_last(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    walk, choir = (BookLater("did-you-go", NOW + A_DAY, (("*chosen.group", name),)) for name in ("walk", "choir"))
    other = BookLater("did-you-go", NOW + 2 * A_DAY)
    for each in ([(sam, walk), (sam, choir)], [(sam, other)], [(alex, choir)], [(alex, walk)]):
        database.run_now(lambda db, e=each: bookings.add(db, e, NOW))  # type: ignore[misc]
    assert len(database.run_now(bookings.waiting)) == 3
    due = database.run_now(lambda db: bookings.claim_due(db, NOW + A_DAY, 10))
    assert {booking.participant_id: booking.answers for booking in due} == {sam: choir.answers, alex: walk.answers}


def test_audit_lines_come_back_newest_first(database: Database) -> None:
    lines = [audit.Line(audit.staff(12), "person.viewed", 41, {"alert": 5}), audit.Line(audit.SERVICE, "x", 42)]
    database.run_now(lambda db: audit.write(db, lines, NOW))
    database.run_now(lambda db: audit.write(db, [audit.Line(audit.OPERATOR, "person.paused", 41)], NOW))
    found = database.run_now(lambda db: audit.of(db, 41))
    assert [(at, line.actor, line.action, line.detail) for at, line in found] == [
        (NOW, "operator", "person.paused", {}),
        (NOW, "staff 12", "person.viewed", {"alert": 5}),
    ]


def test_a_mark_is_written_over_and_forgotten(database: Database) -> None:
    assert database.run_now(lambda db: marks.get(db, "offset")) is None
    for value in ("1", "2"):
        database.run_now(lambda db, value=value: marks.put(db, "offset", value, NOW))  # type: ignore[misc]
    assert database.run_now(lambda db: marks.get(db, "offset")) == "2"
    database.run_now(lambda db: marks.drop(db, "offset"))
    assert database.run_now(lambda db: marks.get(db, "offset")) is None


def test_a_release_comes_back_byte_for_byte_and_the_last_to_go_live_is_live(database: Database) -> None:
    old = {"flows/a.yaml": "say: Helô ❤".encode(), "phrases.yaml": bytes(range(256))}
    for number, files in enumerate((old, {"flows/a.yaml": b"say: new"}, {})):
        release = f"{number}" * 64
        database.run_now(lambda db, r=release, f=files: releases.store(db, r, f, NOW))  # type: ignore[misc]
    assert database.run_now(releases.live) is None
    database.run_now(lambda db: releases.store(db, "0" * 64, {}, NOW))  # is there already: stays as it was
    assert database.run_now(lambda db: releases.get(db, "0" * 64)) == old
    database.run_now(lambda db: releases.go_live(db, "1" * 64, NOW))
    database.run_now(lambda db: releases.go_live(db, "0" * 64, NOW + A_DAY))
    live = database.run_now(releases.live)
    assert live is not None
    assert live.hash == "0" * 64
    assert len(database.run_now(releases.listed)) == 3


def test_a_release_that_is_not_stored_cannot_go_live(database: Database) -> None:
    assert database.run_now(lambda db: releases.get(db, "f" * 64)) is None
    with pytest.raises(StorageError):
        database.run_now(lambda db: releases.go_live(db, "f" * 64, NOW))


def test_people_are_listed_shown_and_found_with_their_addresses_opened(database: Database) -> None:
    sam = participant(database, private={"nickname": "Sam"}, remembered={"area": "TN9"}, paused_until=CHRISTMAS)
    strangers(database, CHAT)
    everybody = database.run_now(records.listed)
    assert [person.status for person in everybody] == [PersonStatus.ACTIVE, PersonStatus.STRANGER]
    found = database.run_now(lambda db: records.find(db, *SAM))
    assert found == everybody[0] == database.run_now(lambda db: records.show(db, person_id(sam)))
    assert found is not None
    assert [(reach.channel, reach.address) for reach in found.addresses] == [SAM]
    assert (found.values, found.paused_until, found.joined_at) == ({"nickname": "Sam", "area": "TN9"}, CHRISTMAS, NOW)
    assert database.run_now(lambda db: records.find(db, *ALEX)) is None
    assert database.run_now(lambda db: records.show(db, 404)) is None
    assert database.run_now(lambda db: records.listed(db, after=everybody[0].id)) == everybody[1:]
