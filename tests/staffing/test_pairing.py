"""A staff phone receives nothing until its code has come back, and somebody may have several."""

from __future__ import annotations

from typing import Any

from flows.model import Channel, Heard
from storage import staff
from storage.staff import Role
from tests.staffing.room import ANA, BEN, CAI, DEE, SAM, Room
from tests.turns.table import COORDINATOR, Table

CHAT = "770201"


def invited(room: Room, name: str, code: int = 123456, **more: Any) -> None:
    table = room.table
    table.database.run_now(lambda db: staff.add(db, name, Role.MENTOR, None, table.now, lambda _: code, **more))


def test_thanks_comes_before_the_drill(closed_table: Table) -> None:
    table = closed_table
    code = table.database.run_now(lambda db: staff.add(db, "Ana", Role.COORDINATOR, None, table.now, table.desk.draw))
    table.says(SAM, "took all my tablets")  # what waited comes after the thanks as well
    told = table.says(COORDINATOR, code)
    assert told[0] == "Thanks Ana. This phone now gets alerts. HELP shows the words, STOP ends them."
    assert any("TEST" in text for text in told[1:])
    assert any("URGENT" in text for text in told[1:])


def test_nothing_reaches_somebody_before_their_code(room: Room) -> None:
    invited(room, "Eve")
    room.supports("Eve")
    before = room.now
    code = room.asks_for_mentor()
    room.table.passes(hours=1)
    assert {message.address for message in room.table.sent[before:]} <= {SAM, ANA}
    assert room.alert(code).status == "open"


def test_telegrams_start_before_the_code_asks_nobody_to_join(room: Room) -> None:
    invited(room, "Eve")
    room.says(CHAT, "/start", channel=Channel.TELEGRAM)
    assert any("Thanks Eve" in text for text in room.says(CHAT, "123456", channel=Channel.TELEGRAM))
    assert not room.table.rows("sessions", status="open")
    (said,) = room.says(CHAT, "list", channel=Channel.TELEGRAM)
    assert said == "Nothing is open for you now."
    before = room.now
    room.table.passes(hours=60)
    assert [message.text for message in room.table.sent[before:] if message.address == CHAT] == []


def test_a_second_phone_gets_alerts_in_the_order_that_they_like(room: Room) -> None:
    assert any("Thanks Ben" in text for text in room.adds_phone("Ben", CHAT))
    table, ben = room.table, room.id_of("Ben")
    for prefers, address in ((None, CHAT), (Channel.SMS, BEN), (Channel.TELEGRAM, CHAT)):
        table.database.run_now(lambda db, p=prefers: staff.set_prefers(db, ben, p))  # type: ignore[misc]
        code = room.asks_for_mentor()
        table.hears(BEN)
        (page,) = [message for message in table.sent if f"ON IT {code}" in message.text]
        assert page.address == address
        room.says(address, f"done {code}", channel=page.channel)


def test_a_code_is_no_use_from_somebody_elses_staff_phone(room: Room) -> None:
    table, ben = room.table, room.id_of("Ben")
    code = table.database.run_now(lambda db: staff.new_code(db, ben, table.now, lambda _: 123456))
    said = room.says(CAI, code)
    assert not any("Thanks" in text for text in said)
    assert any("Thanks Ben" in text for text in room.says(DEE, code))


def test_a_button_takes_the_alert_that_it_hangs_under(room: Room) -> None:
    room.adds_phone("Ben", CHAT)
    code = room.asks_for_mentor()
    room.table.hears(CHAT)
    said = room.table.taps(CHAT, "On it")
    assert any(f"code {code}, is yours" in text for text in said)
    assert any("+447700900123" in text for text in said)


def test_pass_is_a_button_too(room: Room) -> None:
    room.adds_phone("Ben", CHAT)
    code = room.asks_for_mentor()
    room.table.hears(CHAT)
    before = room.now
    assert any("goes to the next person" in text for text in room.table.taps(CHAT, "Pass"))
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))


def test_a_crisis_is_taken_by_its_button_without_a_code(room: Room) -> None:
    room.adds_phone("Ana", CHAT)
    room.says(SAM, "want to die")
    room.table.hears(CHAT)
    assert any("is yours" in text for text in room.table.taps(CHAT, "On it"))


def test_old_buttons_are_answered_kindly_and_never_take_another_alert(room: Room) -> None:
    room.adds_phone("Ben", CHAT)
    code = room.asks_for_mentor()
    room.table.hears(CHAT)
    room.table.taps(CHAT, "On it")
    room.says(CHAT, "done", channel=Channel.TELEGRAM)
    assert room.table.taps(CHAT, "On it") == ["That alert is over. Text LIST for what is open."]
    assert room.alert(code).status == "resolved"
    # somebody else has it by now
    code = room.asks_for_mentor()
    room.table.hears(CHAT)
    room.table.taps(CHAT, "Pass")
    room.says(CAI, f"on it {code}")
    (said,) = room.table.taps(CHAT, "On it")
    assert said.startswith("Cai has Person ")


def test_a_made_up_button_does_nothing(room: Room) -> None:
    room.adds_phone("Ben", CHAT)
    code = room.asks_for_mentor()
    room.table.hears(CHAT)
    for tap, value in (("alert 99", "on it"), ("alert x", "on it"), (f"alert {room.alert(code).id}", "done")):
        room.says(CHAT, value, channel=Channel.TELEGRAM, kind=Heard.TAP, tap=tap)
    assert room.alert(code).status == "open"


def test_nobody_elses_tap_takes_an_alert(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    tap = f"alert {room.alert(code).id}"
    room.says("770999", "on it", channel=Channel.TELEGRAM, kind=Heard.TAP, tap=tap)
    assert room.alert(code).status == "open"
