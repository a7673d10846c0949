"""No words from a staff phone upset a turn, and each gets an answer."""

from __future__ import annotations

from structlog.testing import capture_logs

from tests.bad_input.house import COORDINATOR, House

ODD = (
    "ON IT", "ON IT ²", "on it ١٢", "ON IT 1 2 3 4 5", "ON IT 99999999999999999999", "ON IT -1", "ON IT \x00",
    "LATER 2H", "LATER ٣H", "LATER -1H", "LATER 0M", "LATER 25:61", "LATER 1e400h", "LATER 99999999999H",
    "LATER TILL 9999-12-31", "LATER LATER", "PASS", "PASS 12 \u202eANA", "PASS " + "x" * 1500, "DONE", "DONE ½",
    "DONE 999999999999999999999999", "WHO -1", "WHO 9" + "9" * 80, "LIST 1e9", "REOPEN 5", "REOPEN \ufffd",
    "OFF TILL 30/02/2027", "OFF TILL 99/99/9999", "OFF TILL 31 DEC 9999", "OFF TILL 1 JAN 0001", "OFF 0 DAYS",
    "OFF 999999999 WEEKS", "OFF TILL THE COWS COME HOME", "BACK", "BACK TO THE FUTURE", "HELP HELP", "'; --", "((who))",
)  # fmt: skip


async def test_whatever_staff_text_they_are_answered(house: House) -> None:
    coordinator = house.phone(COORDINATOR)
    with capture_logs() as house.lines:
        house.begins()
        for text in ODD:
            before = len(house.sms.sent)
            assert await coordinator.texts(text) == 200
            heard = [each for each in house.sms.sent[before:] if each.address == COORDINATOR]
            assert heard, f"nothing came of {text!r}"
        assert [line for line in house.lines if line["log_level"] == "error"] == []
        assert not house.lost()
