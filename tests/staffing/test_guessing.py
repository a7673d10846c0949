"""Wrong codes from one staff phone: a few are slips, many are guesses, and what was sent to a phone always works."""

from __future__ import annotations

from datetime import timedelta

from storage.staff import Role
from tests.staffing.room import ANA, BEN, CAI, DEE, SAM, Room

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WRONG = "Too many codes that match nothing."


def codes_besides(*known: str) -> list[str]:
    return [code for code in map(str, range(10, 100)) if code not in known]


def test_guessing_codes_takes_nothing(room: Room) -> None:
    code = room.asks_for_mentor()  # it has not reached Ana
    wrong = codes_besides(code)
    said = room.says(ANA, "DONE " + " ".join(wrong[:5]))
    assert not any(WRONG in text for text in said)
    (rests,) = room.says(ANA, f"DONE {code} {wrong[5]} {wrong[6]}")
    assert rests.startswith(WRONG)
    for words in ("ON IT", "WHO", "PASS", "LATER 2H", "REOPEN"):
        assert any(WRONG in text for text in room.says(ANA, f"{words} {code}")), words
    assert room.alert(code).status == "open"
    room.table.now += HOUR
    assert any("is yours" in text for text in room.says(ANA, f"ON IT {code}"))


def test_wrong_codes_from_one_phone_leave_the_others_alone(room: Room) -> None:
    code = room.asks_for_mentor()
    room.says(ANA, "DONE " + " ".join(codes_besides(code)[:5]))
    room.told(BEN)
    assert any("is yours" in text for text in room.says(BEN, f"ON IT {code}"))


def test_what_was_sent_to_them_works_whatever_they_have_guessed(room: Room) -> None:
    room.says(SAM, "want to die")
    room.told(ANA)
    crisis = room.alert_of_crisis()
    for _ in range(2):
        room.says(ANA, "ON IT " + " ".join(codes_besides(crisis)[:5]))
    assert any("is yours" in text for text in room.says(ANA, f"ON IT {crisis}"))
    assert any("is open again" in text or "is open already" in text for text in room.says(ANA, f"REOPEN {crisis}"))


def test_whoever_guesses_from_a_forged_number_closes_no_crisis(room: Room) -> None:
    room.says(SAM, "want to die")
    room.told(ANA)
    crisis = room.alert_of_crisis()
    for wrong in codes_besides(crisis)[:5]:
        room.says(ANA, f"DONE {wrong}")
    (refused,) = room.says(ANA, f"DONE {crisis} SPOKE")
    assert "can't close" in refused
    assert room.alert(crisis).status == "open"
    room.table.now += HOUR
    assert any("is closed" in text for text in room.says(ANA, f"DONE {crisis} SPOKE"))


def test_a_crisis_that_is_closed_is_told_at_once_to_all_who_may_open_it_again(room: Room) -> None:
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    room.table.now += 14 * HOUR  # midnight
    room.says(SAM, "took all my tablets")
    room.table.now += 10 * MINUTE  # when all paid staff are paged as well
    room.told(ANA)
    crisis, before = room.alert_of_crisis(), room.now
    room.says(ANA, f"DONE {crisis}")
    told = {phone: [text for text in room.told(phone, before) if f"REOPEN {crisis}" in text] for phone in (DEE, CAI)}
    assert [len(texts) for texts in told.values()] == [1, 1]
    assert not [text for phone in (ANA, BEN) for text in room.told(phone, before) if "REOPEN" in text]
    assert any("is open again" in text for text in room.says(DEE, f"REOPEN {crisis}"))


def test_wrong_codes_an_hour_apart_are_slips(room: Room) -> None:
    code = room.asks_for_mentor()
    for wrong in codes_besides(code)[:12]:
        room.says(ANA, f"ON IT {wrong}")
        room.table.now += HOUR / 4 + MINUTE
    assert any("is yours" in text for text in room.says(ANA, f"ON IT {code}"))


def test_an_old_code_of_their_own_is_no_wrong_one(room: Room) -> None:
    mine = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, f"DONE {mine}")
    for _ in range(6):
        assert room.says(BEN, f"DONE {mine}") == [f"Code {mine} is closed already. Text LIST for what is open."]


def test_the_other_coordinators_hear_of_it_once(room: Room) -> None:
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    code, before = room.asks_for_mentor(), room.now
    for _ in range(3):
        for wrong in codes_besides(code)[:7]:
            room.says(ANA, f"DONE {wrong}")
        room.table.now += HOUR
    told = [text for text in room.told(DEE, before) if text.startswith("Many wrong codes came from ")]
    assert len(told) == 1


def test_in_a_crisis_they_hear_of_it_at_once(room: Room) -> None:
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    room.table.now += 14 * HOUR  # midnight
    room.says(SAM, "want to die")
    room.told(ANA)
    before = room.now
    room.says(ANA, "DONE " + " ".join(codes_besides(room.alert_of_crisis())[:5]))
    assert any(text.startswith("Many wrong codes came from ") for text in room.told(DEE, before))
