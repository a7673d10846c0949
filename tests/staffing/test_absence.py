"""OFF, BACK and STOP, WHO and LIST: nothing is left lying, and everybody knows who has what."""

from __future__ import annotations

from datetime import date

import pytest

from flows.model import Heard
from storage import staff
from storage.staff import Role
from tests.staffing.room import ANA, BEN, CAI, DEE, SAM, Room


def away_until(room: Room, name: str) -> date | None:
    member = room.id_of(name)
    return room.table.database.run_now(lambda db: staff.load(db, [member]))[member].away_until


# ---------------------------------------------------------------- OFF and BACK


@pytest.mark.parametrize(
    ("text", "until", "said"),
    [
        ("OFF TILL MONDAY", date(2026, 11, 9), "Monday 9/11"),
        ("off 2 weeks", date(2026, 11, 16), "Monday 16/11"),
        ("Off today", date(2026, 11, 3), "Tuesday 3/11"),
    ],
)
def test_off_says_until_when_and_coordinators_hear_of_it(room: Room, text: str, until: date, said: str) -> None:
    before = room.now
    assert room.says(BEN, text) == [f"OK, nothing more for you until {said}. Text BACK to return sooner."]
    assert away_until(room, "Ben") == until
    assert room.told(ANA, before) == [f"Ben is off until {said}. Alerts that move on: 0."]


def test_what_somebody_has_moves_on_when_they_go_off(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    before = room.now
    (said,) = room.says(BEN, "off till friday")
    assert "What was yours goes to somebody else." in said
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))
    assert "Ben is off until Friday 6/11. Alerts that move on: 1." in room.told(ANA, before)
    assert room.alert(code).status == "open"


def test_a_cover_hears_instead_while_somebody_is_off(room: Room) -> None:
    from bot import absence
    from storage import audit

    room.pairs("Eve", DEE, paid=True)
    ids = room.id_of("Ben"), room.id_of("Eve")
    table = room.table
    table.database.run_now(
        lambda db: absence.leave(
            db, staff.load(db, [ids[0]])[ids[0]], date(2026, 11, 9), ids[1], table.now, audit.OPERATOR
        )
    )
    before = room.now
    code = room.asks_for_mentor()
    assert any(f"ON IT {code}" in text for text in room.told(DEE, before))
    assert not any(f"ON IT {code}" in text for text in room.told(BEN, before))
    room.says(BEN, "off 2 weeks")  # longer: who covers stays
    again = table.database.run_now(lambda db: staff.load(db, [ids[0]]))[ids[0]]
    assert (again.away_until, again.cover_id) == (date(2026, 11, 16), ids[1])


def test_back_brings_alerts_to_them_again(room: Room) -> None:
    room.says(BEN, "off till friday")
    before = room.now
    assert room.says(BEN, "I'm back") == ["Welcome back. Text LIST for what waits for you."]
    assert away_until(room, "Ben") is None
    assert room.told(ANA, before) == ["Ben is back."]
    before = room.now
    code = room.asks_for_mentor()
    assert any(f"ON IT {code}" in text for text in room.told(BEN, before))


def test_off_without_a_day_asks_for_one(room: Room) -> None:
    for text in ("OFF", "off till i feel better"):
        assert room.says(BEN, text) == ["Till when? Text OFF TODAY, OFF TILL MONDAY or OFF 2 WEEKS."]
    assert away_until(room, "Ben") is None


def test_the_only_coordinator_who_goes_off_is_told_what_still_comes(room: Room) -> None:
    off, alone = room.says(ANA, "off till friday")
    assert "Friday 6/11" in off
    assert alone == "No other coordinator is here, so what nobody else hears still comes to you."
    before = room.now
    room.says(SAM, "want to die")
    assert any("URGENT" in text for text in room.told(ANA, before))


def test_coordinators_hear_who_is_off_when_they_are_at_work(room: Room) -> None:
    room.table.passes(hours=12)  # ten in the evening
    before = room.now
    room.says(BEN, "off till friday")
    assert room.told(ANA, before) == []
    room.table.passes(hours=12)
    assert any("Ben is off" in text for text in room.told(ANA, before))


# ---------------------------------------------------------------- STOP


def test_stop_of_a_mentor_falls_through_and_warns_the_coordinator(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    before = room.now
    room.says(BEN, "STOP")
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))
    (warned,) = [text for text in room.told(ANA, before) if "Ben" in text]
    assert warned.startswith("Ben gets no alerts any more.")
    before = room.now
    room.asks_for_mentor()
    room.table.passes(hours=8)
    assert room.told(BEN, before) == []


def test_a_stop_that_the_carrier_took_does_the_same(room: Room) -> None:
    before = room.now
    room.says(BEN, "STOP", kind=Heard.OPT_OUT)
    assert any(text.startswith("Ben gets no alerts any more.") for text in room.told(ANA, before))


def test_when_the_last_coordinator_stops_everybody_else_hears_it(room: Room) -> None:
    before = room.now
    room.says(ANA, "STOP")
    for phone in (BEN, CAI):
        assert room.told(phone, before) == ["No coordinator gets alerts any more. Please ring one of them."]


def test_whoever_stopped_can_pair_again(room: Room) -> None:
    room.says(BEN, "STOP")
    assert any("This phone now gets alerts" in text for text in room.adds_phone("Ben", "770201"))
    code = room.asks_for_mentor()
    room.table.hears("770201")
    assert [m.address for m in room.table.sent if f"ON IT {code}" in m.text] == ["770201"]


# ---------------------------------------------------------------- WHO and LIST


def test_who_says_who_has_it_since_when_and_who_was_told(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    (said,) = room.says(BEN, "who")
    assert said.endswith(f"code {code}: nobody has it yet. Open since 10am today. Told: Ben.")
    room.table.passes(hours=2.5)
    room.says(CAI, f"on it {code}")
    (said,) = room.says(BEN, f"who's got {code}?")
    assert said.endswith(f"code {code}: Cai has it since 12:30pm today. Told: Ben, Cai.")
    (said,) = room.says(ANA, f"who {code}")
    assert "Cai has it" in said


def test_who_tells_a_mentor_nothing_of_what_never_reached_them(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    assert room.says(CAI, f"who {code}") == ["Nothing is open for you now."]


def test_list_says_what_is_theirs_and_what_waits_for_them(room: Room) -> None:
    room.table.joins("+447700900124")
    room.supports("Ben", whom=room.other())
    codes = [room.asks_for_mentor(), room.asks_for_mentor("+447700900124")]
    room.told(BEN)
    room.says(BEN, f"on it {codes[0]}")
    assert room.says(BEN, "list") == [
        f"Yours: {codes[0]}. Waiting for you: {codes[1]}. Text WHO and a code to see more."
    ]


# ---------------------------------------------------------------- anything else


@pytest.mark.parametrize("text", ["HELP", "?", "thanks", "47", "what do i do", "I'm done with this"])
def test_anything_else_from_staff_gets_the_words(room: Room, text: str) -> None:
    (said,) = room.says(BEN, text)
    assert said.startswith("ON IT takes an alert")
    assert "999" in said
    assert "116 123" in said
    assert len(said) <= 160


def test_a_voice_note_from_staff_gets_the_words_and_makes_them_no_participant(room: Room) -> None:
    before = len(room.table.rows("participants"))
    (said,) = room.says(BEN, "", kind=Heard.MEDIA)
    assert said.startswith("ON IT takes an alert")
    assert len(room.table.rows("participants")) == before


def test_a_long_list_of_names_is_cut_short(room: Room) -> None:
    for number in range(6):
        room.pairs(f"Coordinator{number}", f"+4477009003{number:02}", role=Role.COORDINATOR)
    room.says(SAM, "took all my tablets")
    code = room.alert_of_crisis()
    room.told(ANA)
    (said,) = room.says(ANA, f"who {code}")
    assert " and 3 more." in said
    assert len(said) <= 160
