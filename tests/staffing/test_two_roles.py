"""A mentor who is also a participant, on one phone: one person, two roles, never mixed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import caseload
from tests.staffing.room import ANA, BEN, CAI, SAM, Room


@pytest.fixture
def both(room: Room) -> Room:
    """Ben has joined as a participant as well."""
    room.says(BEN, "JOIN")
    for text in ("Y", "Y", "Ben", "SKIP", "Y", "mon 10am", "Y", "any time"):
        room.says(BEN, text)
    assert any("all set" in text for text in room.says(BEN, "N"))
    return room


def test_with_no_alert_open_everything_is_the_participants(both: Room) -> None:
    for text in ("done", "pass", "on it", "who", "later"):
        said = both.says(BEN, text)
        assert not any("open for you" in each or "code" in each for each in said), text


@pytest.mark.parametrize(("text", "starts"), [("LIST", "Nothing is open"), ("OFF TILL MONDAY", "OK, nothing more")])
def test_with_no_question_open_the_words_about_themselves_are_staffs(both: Room, text: str, starts: str) -> None:
    assert both.says(BEN, text)[0].startswith(starts)


def test_off_as_an_answer_stays_an_answer(both: Room) -> None:
    both.says(BEN, "checkin")
    both.says(BEN, "off today")
    assert both.table.rows("audit", action="staff.away") == []


def test_with_an_alert_open_the_staff_words_are_staffs(both: Room) -> None:
    code = both.asks_for_mentor()
    both.told(BEN)
    assert any("is yours" in text for text in both.says(BEN, "on it"))
    assert any("is closed" in text for text in both.says(BEN, "done"))
    assert both.alert(code).status == "resolved"


def test_a_code_is_staffs_even_when_nothing_is_open(both: Room) -> None:
    assert both.says(BEN, "ON IT 47") == ["Nothing is open for you now."]


def test_a_check_in_is_answered_while_an_alert_is_open(both: Room) -> None:
    both.asks_for_mentor()
    both.told(BEN)
    both.says(BEN, "checkin")
    said = both.says(BEN, "4")
    assert said
    assert not any("code" in text or "ON IT" in text for text in said)


def test_everyday_words_take_no_alert(both: Room) -> None:
    code = both.asks_for_mentor()
    both.told(BEN)
    for text in ("got it", "sorted", "thanks", "yes", "I'm done with this"):
        both.says(BEN, text)
    assert both.alert(code).status == "open"


def test_help_gives_the_lines_and_with_an_alert_open_the_words_too(both: Room) -> None:
    said = both.says(BEN, "HELP")
    assert not any(text.startswith("ON IT takes") for text in said)
    assert any("999" in text for text in said)
    both.says(BEN, "menu")
    both.asks_for_mentor()
    both.told(BEN)
    said = both.says(BEN, "HELP")
    assert any(text.startswith("ON IT takes") for text in said)
    assert any("116 123" in text and not text.startswith("ON IT takes") for text in said)


def test_crisis_words_come_first_even_with_an_alert_open(both: Room) -> None:
    both.asks_for_mentor()
    both.told(BEN)
    assert any("999" in text for text in both.says(BEN, "i want to die"))
    assert ("crisis B", "open") in both.table.alerts()


def test_their_own_crisis_goes_to_coordinators_only_and_is_never_theirs(both: Room) -> None:
    both.says(BEN, "i want to die")
    code = both.alert_of_crisis()
    assert any("URGENT" in text for text in both.told(ANA))
    assert not any("URGENT" in text for text in both.told(BEN) + both.told(CAI))
    for text in (f"on it {code}", f"done {code}", f"who {code}", f"pass {code}", f"later {code} 2h"):
        (said,) = both.says(BEN, text)
        assert "yours to take" in said or "Nothing is open" in said, text
    assert both.alert(code).status == "open"
    assert any("is yours" in text for text in both.says(ANA, f"on it {code}"))


def test_their_own_request_for_a_mentor_goes_to_coordinators_only(both: Room) -> None:
    ben = both.other()
    cai, now = both.id_of("Cai"), both.table.now
    both.table.database.run_now(lambda db: caseload.assign(db, ben, cai, None, {}, now))
    before = both.now
    code = both.asks_for_mentor(BEN)
    assert any(f"ON IT {code}" in text for text in both.told(ANA, before))
    assert not any(f"ON IT {code}" in text for text in both.told(CAI, before) + both.told(BEN, before))


def test_stop_ends_both_and_is_confirmed_once(both: Room) -> None:
    both.asks_for_mentor()
    both.told(BEN)
    said = both.says(BEN, "STOP")
    assert len(said) == 1
    assert "START" in said[0]
    assert both.table.status(BEN) == "stopped"
    assert [row.status for row in both.table.rows("staff") if row.id == both.id_of("Ben")] == ["stopped"]


def test_a_participants_six_digits_are_their_own_words_while_somebody_waits_to_pair(both: Room) -> None:
    from storage import staff
    from storage.staff import Role

    table = both.table
    table.database.run_now(lambda db: staff.add(db, "Eve", Role.MENTOR, None, table.now, lambda _: 999_999))
    for phone in (SAM, BEN):
        for _ in range(6):
            assert not any("didn't work" in text for text in both.says(phone, "020384"))
    # and none of them was a try: the code still counts
    assert any("Thanks Eve" in text for text in both.says("+447700900299", "999999"))


def test_what_they_text_as_staff_does_not_hide_their_own_silence(both: Room) -> None:
    ben, table = both.other(), both.table
    both.supports("Cai", whom=ben)
    while not table.rows("slots", participant_id=ben, status="asked"):
        table.passes(hours=1)
    table.passes(minutes=40)
    table.nobody_is_due()
    code = both.asks_for_mentor()
    both.told(BEN)
    assert any("is yours" in text for text in both.says(BEN, f"on it {code}"))
    before = both.now
    table.passes(hours=24)
    assert any("No rush" in text for text in both.told(BEN, before))
    both.says(BEN, f"done {code}")
    table.passes(hours=26)
    assert [row.status for row in table.rows("slots", participant_id=ben)] == ["missed"]
    assert [row.policy for row in table.rows("alerts", participant_id=ben)] == ["missed check-in"]
    # and an answer that comes minutes after a staff word is a reply all the same
    both.says(BEN, "ON IT 47")
    table.now += timedelta(minutes=2)
    both.says(BEN, "4")
    assert [row.outcome for row in table.rows("alerts", participant_id=ben)] == ["replied"]


def test_a_nudge_goes_to_somebody_who_has_only_texted_as_staff_meanwhile(both: Room) -> None:
    ben, table = both.other(), both.table
    while not table.rows("slots", participant_id=ben, status="asked"):
        table.passes(hours=1)
    code = both.asks_for_mentor()
    both.told(BEN)
    table.nobody_is_due()
    table.passes(hours=23)
    table.is_down = True
    table.passes(hours=1)
    both.table.take(table.inbound(BEN, f"on it {code}"))
    table.is_down = False
    before = both.now
    table.passes(hours=1)
    assert any("No rush" in text for text in both.told(BEN, before))
