"""What staff text, in every spelling that counts, beside what must never be taken for it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.content import load_folder
from flows.content import Service
from flows.talking.staff_times import read_later, read_off
from flows.talking.staff_words import StaffWord, alert_tapped, read_pairing_code, read_staff_word, tap_of
from tests.house.tree import ROOT

ON_IT_47 = StaffWord("on it", ("47",))
DONE_47 = StaffWord("done", ("47",))

ACCEPTED = {
    # ---- ON IT
    "ON IT": StaffWord("on it"),
    "onit": StaffWord("on it"),
    "On-it": StaffWord("on it"),
    "I'm on it": StaffWord("on it"),
    "I’m on it": StaffWord("on it"),
    "im on it pls": StaffWord("on it"),
    "ok on it x": StaffWord("on it"),
    "ON IT 👍🏽": StaffWord("on it"),
    "ill take it": StaffWord("on it"),
    "got it": StaffWord("on it", everyday=True),
    "on it 47": ON_IT_47,
    "On It 47!!": ON_IT_47,
    "on-it 47": ON_IT_47,
    "onit47": ON_IT_47,
    "47 on it": ON_IT_47,
    "47onit": ON_IT_47,
    "on it, code 47 please": ON_IT_47,
    "i'm on it 47 thanks": ON_IT_47,
    "on it #47": ON_IT_47,
    "ill take 47": ON_IT_47,
    "on it ４７": ON_IT_47,
    "on it 47 and 48": StaffWord("on it", ("47", "48")),
    "on it 47, 48": StaffWord("on it", ("47", "48")),
    "on it 1234": StaffWord("on it", ("1234",)),
    # ---- PASS
    "PASS": StaffWord("pass"),
    "pass it on": StaffWord("pass"),
    "psas 47": StaffWord("pass", ("47",)),
    "pass 47": StaffWord("pass", ("47",)),
    "cant do 47": StaffWord("pass", ("47",)),
    "can’t take 47 sorry": StaffWord("pass", ("47",)),
    "pass 47 to someone else": StaffWord("pass", ("47",)),
    "PASS 47 TO ANNA": StaffWord("pass", ("47",), name="anna"),
    "pass to anna 47": StaffWord("pass", ("47",), name="anna"),
    "47 pass on to Anna Marie": StaffWord("pass", ("47",), name="anna marie"),
    "pass to Anna": StaffWord("pass", name="anna"),
    # ---- DONE, and how it ended
    "done": StaffWord("done"),
    "all done thanks": StaffWord("done"),
    "sorted": StaffWord("done", everyday=True),
    "DONE 47": DONE_47,
    "47 done": DONE_47,
    "done47": DONE_47,
    "dnoe 47": DONE_47,
    "finished 47": DONE_47,
    "done47 spoke to him": StaffWord("done", ("47",), "spoke"),
    "DONE 47 SPOKE": StaffWord("done", ("47",), "spoke"),
    "spoke 47 done": StaffWord("done", ("47",), "spoke"),
    "Done. Spoke to Sam, 47": StaffWord("done", ("47",), "spoke"),
    "done 47 had a good chat": StaffWord("done", ("47",), "spoke"),
    "done 47 she rang back": StaffWord("done", ("47",), "spoke"),
    "DONE NO ANSWER": StaffWord("done", outcome="no answer"),
    "no answer 47 done": StaffWord("done", ("47",), "no answer"),
    "done 47, didn’t pick up": StaffWord("done", ("47",), "no answer"),
    "done 47 left a voicemail": StaffWord("done", ("47",), "no answer"),
    "done 47 no anser": StaffWord("done", ("47",), "no answer"),
    "done 47 no answr": StaffWord("done", ("47",), "no answer"),
    "47 DONE VISITED": StaffWord("done", ("47",), "visited"),
    "done 47 went round": StaffWord("done", ("47",), "visited"),
    "done 47 visted": StaffWord("done", ("47",), "visited"),
    "done 47 other": StaffWord("done", ("47",), "other"),
    # ---- LATER
    "LATER": StaffWord("later"),
    "LATER 2H": StaffWord("later", when="2h"),
    "later2h": StaffWord("later", when="2h"),
    "latr 2 hours": StaffWord("later", when="2 hours"),
    "LATER TOMORROW": StaffWord("later", when="tomorrow"),
    "Later 3pm please": StaffWord("later", when="3pm"),
    "later till 3.30pm": StaffWord("later", when="till 3.30pm"),
    "LATER 47": StaffWord("later", ("47",)),
    "later 2h 47": StaffWord("later", ("47",), when="2h"),
    "later 47 2h": StaffWord("later", ("47",), when="2h"),
    "47 later 15:30": StaffWord("later", ("47",), when="15:30"),
    "later half an hour": StaffWord("later", when="half an hour"),
    "snooze 47 1h": StaffWord("later", ("47",), when="1h"),
    "later tomorrow 10am": StaffWord("later", when="10am tomorrow"),
    # ---- the rest
    "WHO": StaffWord("who"),
    "who 47?": StaffWord("who", ("47",)),
    "who’s got 47": StaffWord("who", ("47",)),
    "who has it": StaffWord("who"),
    "OFF": StaffWord("off"),
    "OFF TILL MONDAY": StaffWord("off", when="till monday"),
    "im off till monday": StaffWord("off", when="till monday"),
    "off 2 weeks": StaffWord("off", when="2 weeks"),
    "Off today.": StaffWord("off", when="today"),
    "off sick until 3 jan": StaffWord("off", when="until 3 jan"),
    "off till I feel better": StaffWord("off", when="till i feel better"),  # asked for a day
    "away 2 weeks": StaffWord("off", when="2 weeks"),
    "on leave till monday": StaffWord("off", when="till monday"),
    "BACK": StaffWord("back"),
    "I'm back": StaffWord("back"),
    "back at work today": StaffWord("back"),
    "LIST": StaffWord("list"),
    "lsit please": StaffWord("list"),
    "/list": StaffWord("list"),
    "my alerts": StaffWord("list"),
    "REOPEN 47": StaffWord("reopen", ("47",)),
    "re-open 47": StaffWord("reopen", ("47",)),
    "47 open again": StaffWord("reopen", ("47",)),
    "HELP": StaffWord("help"),
    "hlep": StaffWord("help"),
    "?": StaffWord("help"),
}

REJECTED = """
I'm done with this
im done
done with it all
I've done it again
done 47 days clean
done 30 days today
done 2 weeks
done 47 and went to the pub
none
gone
who are you
who is this
whos this?
who is it
who cares
later mate
see you later
later today im going out
water 2h
off to work
off to work till monday is over
im off out
im off now
off my head
off the wagon today
off my meds 2 days
off it 2 weeks
off 47
off for good
away
back in a bit
call me back
back pain
im back on it
back on the drink
pass me the phone
pass to the group
pass to me
passed out
I passed
past 47
pass the exam
list of groups
lost 47
last
helped me
help me
hello
helo
on it again
on it since monday
im on it all day and night
on it like a car bonnet
got it wrong
im on 47
47
47 tablets
yes
no
ok
y
stop
mine
cant do it
i cant do this
open again?
no answer
spoke
123456
123 456
code 123456
on it 123456
1
""".strip().splitlines()


@pytest.mark.parametrize("text", list(ACCEPTED))
def test_staff_are_understood_however_they_spell_it(text: str) -> None:
    assert read_staff_word(text) == ACCEPTED[text]


@pytest.mark.parametrize("text", REJECTED)
def test_ordinary_words_are_never_taken_for_a_staff_word(text: str) -> None:
    assert read_staff_word(text) is None


def test_a_very_long_text_is_no_staff_word_and_costs_nothing() -> None:
    assert read_staff_word("on it 47 " * 5000) is None
    assert read_staff_word("later " * 16) is None


@pytest.mark.parametrize("text", ["123456", " 123 456. ", "code 123-456", "Pair: 123456"])
def test_a_pairing_code_is_six_digits(text: str) -> None:
    assert read_pairing_code(text) == "123456"
    assert read_staff_word(text) is None


@pytest.mark.parametrize("text", ["12345", "1234567", "my code is 123456", "123456 789", ""])
def test_anything_else_is_no_pairing_code(text: str) -> None:
    assert read_pairing_code(text) is None


# ---------------------------------------------------------------- times


@pytest.fixture(scope="module")
def service() -> Service:
    """Monday to Friday, nine to five, Europe/London."""
    conversation = load_folder(ROOT / "content").conversation
    assert conversation is not None
    return conversation.library.service


TUESDAY_11 = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
FRIDAY_16 = datetime(2026, 11, 6, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "now", "then"),
    [
        ("2h", TUESDAY_11, "2026-11-03 13:00"),
        ("90 mins", TUESDAY_11, "2026-11-03 12:30"),
        ("half an hour", TUESDAY_11, "2026-11-03 11:30"),
        ("an hour", TUESDAY_11, "2026-11-03 12:00"),
        ("3pm", TUESDAY_11, "2026-11-03 15:00"),
        ("till 3.30pm", TUESDAY_11, "2026-11-03 15:30"),
        ("noon", TUESDAY_11, "2026-11-03 12:00"),
        ("10am", TUESDAY_11, "2026-11-04 10:00"),  # past already: tomorrow's
        ("tomorrow", TUESDAY_11, "2026-11-04 09:00"),
        ("10am tomorrow", TUESDAY_11, "2026-11-04 10:00"),
        ("this afternoon", TUESDAY_11, "2026-11-03 13:00"),
        ("3 days", TUESDAY_11, "2026-11-04 11:00"),  # a day is the most
        ("friday", TUESDAY_11, "2026-11-04 11:00"),
        ("2h", FRIDAY_16, "2026-11-09 09:00"),  # nobody is at work then: when they next are
        ("tomorrow", FRIDAY_16, "2026-11-09 09:00"),
    ],
)
def test_later_is_at_most_a_day_on_and_in_working_hours(when: str, now: datetime, then: str, service: Service) -> None:
    assert f"{read_later(when, now, service):%Y-%m-%d %H:%M}" == then


@pytest.mark.parametrize("when", ["", "0h", "13pm", "25:00", "today", "a while"])
def test_later_without_a_time_ahead_is_not_guessed(when: str, service: Service) -> None:
    assert read_later(when, TUESDAY_11, service) is None


@pytest.mark.parametrize(
    ("when", "back"),
    [
        ("till monday", date(2026, 11, 9)),
        ("2 weeks", date(2026, 11, 17)),
        ("today", date(2026, 11, 4)),
        ("tomorrow", date(2026, 11, 5)),
        ("till tomorrow", date(2026, 11, 4)),
        ("this week", date(2026, 11, 9)),
        ("until 3 jan", date(2027, 1, 3)),
        ("3 days", date(2026, 11, 6)),
        ("40 weeks", date(2027, 1, 26)),  # twelve weeks are the most
    ],
)
def test_off_names_the_first_day_back(when: str, back: date) -> None:
    assert read_off(when, TUESDAY_11.date()) == back


@pytest.mark.parametrize("when", ["", "47", "till i feel better", "to work", "monday was bad", "till yesterday"])
def test_off_without_a_day_ahead_is_not_guessed(when: str) -> None:
    assert read_off(when, TUESDAY_11.date()) is None


# ---------------------------------------------------------------- buttons


def test_a_tap_carries_the_alerts_id_and_nothing_else_is_taken_for_one() -> None:
    question, _, value = tap_of(812_345_678_901_234, "on it").partition(":")
    assert (alert_tapped(question), value) == (812_345_678_901_234, "on it")
    assert len(tap_of(10**18, "on it").encode()) <= 64  # Telegram's limit
    for other in ("3", "", "alert", "alert x", "alert -1", "alert ٣", "alert " + "9" * 30):
        assert alert_tapped(other) is None
