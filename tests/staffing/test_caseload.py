"""Who supports whom, and how many at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from flows.errors import Refused
from flows.model import Channel
from storage import audit, caseload, people, staff
from storage.caseload import Support
from storage.database import Database
from storage.fields import Keyring
from storage.people import Key
from storage.staff import Role, StaffMember
from storage.statements import Db
from storage.tables import addresses
from tests.storage.scene import NOW, SAM, lowest, participant, person_id

CAPS = {"volunteer": 2, "paid": 3}


def number(last: int) -> Key:
    return Channel.SMS, f"+4477009000{last:02}"


def mentor(database: Database, name: str, last: int, *, role: Role = Role.MENTOR, paid: bool = False) -> StaffMember:
    """Somebody on the staff with a confirmed phone."""

    def unit(db: Db) -> StaffMember:
        address_id = people.address(db, *number(last), NOW)
        code = staff.add(db, name, role, address_id, NOW, lowest, paid=paid)
        _, member = staff.confirm(db, address_id, code, NOW)
        assert member is not None
        return member

    return database.run_now(unit)


def invited(database: Database, name: str) -> StaffMember:
    def unit(db: Db) -> StaffMember:
        staff.add(db, name, Role.MENTOR, None, NOW, lowest)
        return staff.everybody(db)[-1]

    return database.run_now(unit)


def somebody(database: Database, last: int = 1) -> int:
    return person_id(participant(database, number(last)))


def assign(
    database: Database, participant_id: int, who: StaffMember | None, backup: StaffMember | None = None
) -> Support:
    ids = [each.id if each is not None else None for each in (who, backup)]
    return database.run_now(lambda db: caseload.assign(db, participant_id, ids[0], ids[1], CAPS, NOW))


def test_somebody_gets_a_mentor_and_a_backup_and_it_is_written_down(database: Database) -> None:
    ana, ben = mentor(database, "Ana", 41), mentor(database, "Ben", 42)
    sam = somebody(database)
    assert assign(database, sam, ana, ben) == Support(ana, ben)
    assert database.run_now(lambda db: caseload.of(db, sam)) == Support(ana, ben)
    assert database.run_now(caseload.count) == {ana.id: 1}
    (_, line), *_ = database.run_now(lambda db: audit.of(db, sam))
    assert (line.action, line.detail) == ("participant.moved", {"mentor": ana.id, "backup": ben.id})


def test_a_mentor_can_be_taken_away(database: Database) -> None:
    ana, sam = mentor(database, "Ana", 41), somebody(database)
    assign(database, sam, ana)
    assert assign(database, sam, None) == Support(None, None)
    assert database.run_now(caseload.count) == {}


@pytest.mark.parametrize(
    ("role", "paid", "most", "kind"),
    [
        (Role.MENTOR, False, 2, "volunteer"),
        (Role.MENTOR, True, 3, "paid mentor"),
        (Role.COORDINATOR, False, 3, "coordinator"),
    ],
)
def test_over_the_cap_is_refused_with_who_has_how_many(
    database: Database, role: Role, paid: bool, most: int, kind: str
) -> None:
    ana = mentor(database, "Ana", 41, role=role, paid=paid)
    people_there = [somebody(database, last) for last in range(1, most + 2)]
    for each in people_there[:most]:
        assign(database, each, ana)
    with pytest.raises(Refused, match=f"Ana supports {most} people already, and a {kind} supports at most {most}"):
        assign(database, people_there[most], ana)
    assert database.run_now(caseload.count) == {ana.id: most}
    assign(database, people_there[0], ana)  # who is theirs already is no new one


def test_a_backup_counts_towards_nobodys_cap(database: Database) -> None:
    ana, ben = mentor(database, "Ana", 41), mentor(database, "Ben", 42)
    for last in (1, 2, 3):
        assign(database, somebody(database, last), None, ana)
    assert assign(database, somebody(database, 4), ana, ben).mentor == ana


def test_no_limit_set_is_no_limit(database: Database) -> None:
    ana = mentor(database, "Ana", 41)
    for last in (1, 2, 3):
        person = somebody(database, last)
        database.run_now(lambda db, p=person: caseload.assign(db, p, ana.id, None, {}, NOW))  # type: ignore[misc]
    assert database.run_now(caseload.count) == {ana.id: 3}


def test_nobody_mentors_themselves(database: Database) -> None:
    ana, sam = mentor(database, "Ana", 41), somebody(database)
    database.run_now(
        lambda db: db.connection.execute(
            update(addresses).where(addresses.c.staff_id == ana.id).values(participant_id=sam)
        )
    )
    for who, backup in ((ana, None), (None, ana)):
        with pytest.raises(Refused, match="nobody mentors themselves"):
            assign(database, sam, who, backup)


def test_a_backup_is_somebody_else(database: Database) -> None:
    ana = mentor(database, "Ana", 41)
    with pytest.raises(Refused, match="somebody else"):
        assign(database, somebody(database), ana, ana)


def test_a_mentor_who_has_not_confirmed_is_assigned_with_a_warning(database: Database) -> None:
    (warning,) = assign(database, somebody(database), invited(database, "Cai")).warnings
    assert warning == ("Cai is invited: nothing reaches them until they text a code. Type: fingerpost staff code Cai")


def test_a_mentor_with_no_phone_is_assigned_with_a_warning(database: Database) -> None:
    ana = mentor(database, "Ana", 41)
    database.run_now(
        lambda db: db.connection.execute(update(addresses).where(addresses.c.staff_id == ana.id).values(staff_id=None))
    )
    (warning,) = assign(database, somebody(database), ana).warnings
    assert "no phone" in warning


def test_nobody_can_be_assigned_who_is_not_there(database: Database) -> None:
    sam = person_id(participant(database, SAM))
    with pytest.raises(Refused, match="nobody on the staff"):
        database.run_now(lambda db: caseload.assign(db, sam, 17, None, CAPS, NOW))
    with pytest.raises(Refused, match="no participant"):
        database.run_now(lambda db: caseload.assign(db, 17, None, None, CAPS, NOW))


@pytest.fixture
def database_with_threads(database_url: str, keyring: Keyring) -> Iterator[Database]:
    with Database.open(database_url, keyring, hold=True) as opened:
        yield opened


def test_two_who_assign_to_the_same_mentor_at_once_do_not_pass_the_cap(database_with_threads: Database) -> None:
    database = database_with_threads
    ana = mentor(database, "Ana", 41)
    people_there = [somebody(database, last) for last in range(1, 7)]

    def one(person: int) -> bool:
        try:
            assign(database, person, ana)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(one, people_there))
    assert done.count(True) == 2
    assert database.run_now(caseload.count) == {ana.id: 2}
