"""A coordinator who is a participant too: their own crisis is the others', and never theirs to hear of or close."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.cli import doctor
from bot.cli.findings import Level
from bot.config import read_settings
from flows.model import Channel
from storage import tables
from storage.staff import Role
from tests.edges.front_door import BOTH
from tests.staffing.room import ANA, BEN, CAI, DEE, SAM, Room

DESPAIR = "i want to die"


@pytest.fixture
def both(room: Room) -> Room:
    """Ana, who coordinates, has joined as a participant as well; Dee coordinates too."""
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    _joins(room, ANA)
    return room


def _joins(room: Room, phone: str) -> None:
    for text in ("JOIN", "Y", "Y", "Ana", "SKIP", "Y", "mon 10am", "Y", "any time"):
        room.says(phone, text)
    assert any("all set" in text for text in room.says(phone, "N"))


def test_a_coordinators_own_crisis_is_told_to_the_others_and_is_never_theirs(both: Room) -> None:
    before = both.now
    assert any("999" in text for text in both.says(ANA, DESPAIR))
    code = both.alert_of_crisis()
    for text in (f"on it {code}", f"done {code}", f"who {code}", f"later {code} 2h"):
        (said,) = both.says(ANA, text)
        assert "yours to take" in said or "Nothing is open" in said, text
    assert both.alert(code).status == "open"
    assert any("URGENT" in text for text in both.told(DEE, before))
    assert not any("URGENT" in text for text in both.told(ANA, before) + both.told(CAI, before))


def test_nor_may_they_open_it_again_or_be_handed_it(both: Room) -> None:
    both.says(ANA, DESPAIR)
    code = both.alert_of_crisis()
    both.says(DEE, f"on it {code}")
    assert any("cannot take" in text or "can't" in text for text in both.says(DEE, f"pass {code} to Ana"))
    both.says(DEE, f"done {code}")
    (said,) = both.says(ANA, f"reopen {code}")
    assert "yours to take" in said
    assert both.alert(code).status == "resolved"


def test_nobody_is_asked_to_look_after_whoever_took_their_own_crisis(both: Room) -> None:
    both.says(ANA, DESPAIR)
    code = both.alert_of_crisis()
    before = both.now
    both.says(DEE, f"on it {code}")
    both.says(DEE, f"done {code}")
    both.table.passes(hours=1)
    assert not any(code in text for text in both.told(ANA, before))


def test_what_they_had_taken_is_the_others_once_it_turns_out_to_be_about_themselves(room: Room) -> None:
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    room.says(SAM, DESPAIR)
    code = room.alert_of_crisis()
    room.says(ANA, f"on it {code}")
    before = room.now
    room.adds_phone("Ana", SAM, Channel.SMS)
    (said,) = room.says(ANA, f"done {code}")
    assert "yours to take" in said or "Nothing is open" in said
    assert room.alert(code).status == "open"
    assert any("URGENT" in text for text in room.told(DEE, before))


def test_nor_do_they_close_what_they_took_before_anybody_knew_that(room: Room) -> None:
    room.says(SAM, DESPAIR)
    code = room.alert_of_crisis()
    room.says(ANA, f"on it {code}")
    theirs = update(tables.addresses).where(tables.addresses.c.participant_id == room.sam)
    ana = room.id_of("Ana")
    room.table.database.run_now(lambda db: db.connection.execute(theirs.values(staff_id=ana)))
    (said,) = room.says(ANA, f"done {code}")
    assert "yours to take" in said
    assert room.alert(code).status == "acknowledged"


def test_where_nobody_else_coordinates_paid_staff_hear_rather_than_nobody(room: Room) -> None:
    _joins(room, ANA)
    before = room.now
    room.says(ANA, DESPAIR)
    code = room.alert_of_crisis()
    assert any("URGENT" in text for text in room.told(CAI, before))
    assert not any("URGENT" in text for text in room.told(BEN, before) + room.told(ANA, before))
    assert any("is yours" in text for text in room.says(CAI, f"on it {code}"))


def test_doctor_says_that_nobody_coordinates_beside_them(room: Room) -> None:
    def said() -> list[str]:
        real = read_settings({**BOTH})
        found = room.table.database.run_now(lambda db: list(doctor.people_to_alert(db, real)))
        return [each.what for each in found if each.level is Level.LOOK]

    assert said() == []
    _joins(room, ANA)
    assert "joined as a participant" in said()[0]
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    assert said() == []
