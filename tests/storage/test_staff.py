"""A staff number receives nothing until a code has come back from that phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flows.statuses import StaffStatus
from storage import people, staff
from storage.database import Database
from storage.people import Key
from storage.staff import CODE_LASTS, TRIES, Pairing, Role
from tests.storage.scene import ALEX, KIM, NOW, SAM, coordinator, drawing, meet, rows, strangers


def phone(database: Database, key: Key = KIM) -> int:
    return database.run_now(lambda db: people.address(db, key[0], key[1], NOW))


def invite(database: Database, address_id: int | None, code: int = 4711) -> str:
    return database.run_now(lambda db: staff.add(db, "Kim", Role.COORDINATOR, address_id, NOW, drawing(code)))


def confirm(database: Database, address_id: int, code: str, after: timedelta = timedelta(0)) -> Pairing:
    return database.run_now(lambda db: staff.confirm(db, address_id, code, NOW + after))[0]


def test_a_code_is_six_digits_and_only_its_keyed_hash_is_kept(database: Database) -> None:
    code = invite(database, phone(database))
    assert code == "004711"
    assert rows(database, "SELECT code_hash FROM staff")[0][0] != code.encode()


def test_the_right_code_from_that_phone_confirms_it(database: Database) -> None:
    address_id = phone(database)
    code = invite(database, address_id)
    assert database.run_now(staff.coordinators) == []
    assert confirm(database, address_id, code) is Pairing.CONFIRMED
    (found,) = database.run_now(staff.coordinators)
    assert (found.member.name, found.address_id, found.channel) == ("Kim", address_id, KIM[0])
    assert meet(database, KIM)[KIM].staff == found.member


def test_a_code_counts_once(database: Database) -> None:
    address_id = phone(database)
    code = invite(database, address_id)
    assert confirm(database, address_id, code) is Pairing.CONFIRMED
    assert confirm(database, address_id, code) is Pairing.NOT_ASKED


def test_another_phone_cannot_use_it(database: Database) -> None:
    code = invite(database, phone(database))
    assert confirm(database, phone(database, ALEX), code) is Pairing.NOT_ASKED


@pytest.mark.parametrize(
    ("after", "outcome"),
    [(CODE_LASTS - timedelta(seconds=1), Pairing.CONFIRMED), (CODE_LASTS, Pairing.NOT_ASKED)],
)
def test_a_code_lasts_a_day(database: Database, after: timedelta, outcome: Pairing) -> None:
    address_id = phone(database)
    assert confirm(database, address_id, invite(database, address_id), after) is outcome


def test_five_wrong_tries_spend_a_code_and_a_new_one_begins_again(database: Database) -> None:
    address_id = phone(database)
    code = invite(database, address_id)
    tried = [confirm(database, address_id, "000000") for _ in range(TRIES)]
    assert tried == [Pairing.WRONG] * (TRIES - 1) + [Pairing.TOO_MANY]
    assert confirm(database, address_id, code) is Pairing.NOT_ASKED
    (member,) = database.run_now(staff.everybody)
    fresh = database.run_now(lambda db: staff.new_code(db, member.id, NOW, drawing(815)))
    assert confirm(database, address_id, fresh) is Pairing.CONFIRMED


def test_the_fifth_try_may_be_the_right_one(database: Database) -> None:
    address_id = phone(database)
    code = invite(database, address_id)
    for _ in range(TRIES - 1):
        confirm(database, address_id, "000000")
    assert confirm(database, address_id, code) is Pairing.CONFIRMED


def test_the_first_coordinator_pairs_from_whatever_phone_has_the_code(database: Database) -> None:
    code = invite(database, None)
    kim = strangers(database, KIM)[KIM]
    assert confirm(database, kim.address_id, code) is Pairing.CONFIRMED
    assert [found.address_id for found in database.run_now(staff.coordinators)] == [kim.address_id]


def test_a_number_that_nobody_waits_for_is_not_a_code(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    assert confirm(database, sam.address_id, "123456") is Pairing.NOT_ASKED


def test_a_mentor_may_be_a_participant_on_the_same_phone(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    member, address_id = coordinator(database, SAM)
    met = meet(database, SAM)[SAM]
    assert address_id == sam.address_id
    assert (met.staff, met.participant) == (member, sam.participant)


def test_staff_who_stopped_are_sent_nothing_and_can_confirm_again(database: Database) -> None:
    member, address_id = coordinator(database)
    database.run_now(lambda db: staff.stop(db, member.id))
    assert database.run_now(staff.coordinators) == []
    code = database.run_now(lambda db: staff.new_code(db, member.id, NOW, drawing(7)))
    assert confirm(database, address_id, code) is Pairing.CONFIRMED
    assert [found.member.status for found in database.run_now(staff.coordinators)] == [StaffStatus.CONFIRMED]


def test_a_coordinator_is_reached_where_they_last_were_and_can_be(database: Database) -> None:
    member, first = coordinator(database)
    second = phone(database, ALEX)

    def link(db: Any) -> None:
        db.connection.exec_driver_sql(f"UPDATE addresses SET staff_id = {member.id} WHERE id = {second}")
        people.heard(db, [second], NOW + timedelta(minutes=1))

    database.run_now(link)
    assert [found.address_id for found in database.run_now(staff.coordinators)] == [second]
    database.run_now(lambda db: people.set_trouble(db, second, "blocked"))
    assert [found.address_id for found in database.run_now(staff.coordinators)] == [first]


def test_the_list_shows_who_and_which_phones(database: Database) -> None:
    member, _ = coordinator(database)
    assert database.run_now(staff.everybody) == [member]
    assert database.run_now(staff.phones_of) == {member.id: [KIM]}
