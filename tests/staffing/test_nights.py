"""What staff are woken for: a life at risk, and nothing that can wait for the morning."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.staffing.room import ANA, BEN, SAM, Room

EVE = "+447700900205"
FRIDAY = datetime(2026, 11, 6, 16, 50, tzinfo=UTC)
NIGHT = datetime(2026, 11, 7, 2, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 7, 9, 0, tzinfo=UTC)


def test_a_page_that_an_outage_held_back_until_the_night_waits_for_the_morning(room: Room) -> None:
    table, before = room.table, room.now
    table.now, table.is_down = FRIDAY, True
    table.take(table.inbound(SAM, "MENTOR"))
    table.ticks()
    table.now, table.is_down = NIGHT, False
    table.deliver()
    assert room.told(BEN, before) == []
    table.now = MORNING
    table.deliver()
    assert len(room.told(BEN, before)) == 1


def test_whoever_it_is_passed_to_at_night_hears_in_the_morning(room: Room) -> None:
    room.pairs("Eve", EVE, paid=True)
    room.table.now = FRIDAY
    code = room.asks_for_mentor()
    room.told(BEN)
    before = room.now
    room.table.now = datetime(2026, 11, 6, 23, 30, tzinfo=UTC)
    assert any("I'm telling Eve" in text for text in room.says(BEN, f"pass {code} to eve"))
    assert room.told(EVE, before) == []
    room.table.now = MORNING
    assert len(room.told(EVE, before)) == 1


def test_a_crisis_wakes_whoever_it_is_passed_to(room: Room) -> None:
    room.pairs("Eve", EVE, paid=True)
    room.table.now = NIGHT
    room.says(SAM, "want to die")
    room.told(ANA)
    before = room.now
    room.says(ANA, f"pass {room.alert_of_crisis()} to eve")
    assert len(room.told(EVE, before)) == 1
