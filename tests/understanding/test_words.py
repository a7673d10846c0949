"""The words that mean something at any time: STOP above all, then PAUSE, MENTOR, JOIN and the rest."""

from __future__ import annotations

from datetime import date

import pytest

from flows.talking.words import (
    CARRIER_HELP,
    CARRIER_START,
    CARRIER_STOP,
    CARRIER_WORDS,
    Command,
    Vocabulary,
    read_pause,
)
from tests.understanding.asking import TODAY, VOCABULARY

STOPS = [
    *(
        "STOP",
        "stop",
        "Stop.",
        "STOP!!",
        " stop ",
        "/stop",
        "/stop@FingerpostBot",
        "“STOP”",
        "ＳＴＯＰ",
        "s\u200btop",
        "STOP\n",
    ),
    *(
        "stop please",
        "please stop",
        "pls stop",
        "stop plz x",
        "stop now",
        "STOP STOP STOP",
        "stooop",
        "ok stop",
        "just stop",
    ),
    *("stop texting me", "please stop texting me", "stop txting me", "stop txtin me"),
    *("can you stop texting me please",),
    *(
        "stop txt",
        "stop texts",
        "stop these messages",
        "stop all messages",
        "stop sending me texts",
        "stop messaging me",
    ),
    *(
        "stop contacting me",
        "stop all",
        "STOPALL",
        "stop bothering me",
        "i want you to stop texting me",
        "stop the check ins",
    ),
    *(
        "i want to stop getting texts",
        "I'd like you to stop messaging me",
        "stop texting me anymore",
        "stop. no more texts",
    ),
    *("unsubscribe", "UNSUBSCRIBE ME", "unsubscribe please", "unsubscribe me from this list"),
    *("i want to unsubscribe",),
    *(
        "END",
        "end please",
        "QUIT",
        "CANCEL",
        "cancel please",
        "cancel texts",
        "cancel my subscription",
        "REVOKE",
        "OPTOUT",
    ),
    *("opt out", "opt me out", "I want to opt out", "leave me alone", "no more texts"),
    *("no more messages please",),
    *(
        "don't text me",
        "dont text me again",
        "do not contact me",
        "i dont want any more texts",
        "dont message me ever again",
    ),
    *("take me off your list", "remove me", "remove my number", "remove me from this list", "STOPIO"),
    *("stop, please",),
    *(
        "STOP I've moved away",
        "STOP. I don't need these now",
        "please please stop",
        "Stop, leave me alone",
        "stop\nstop",
    ),
]
NOT_STOPS = [
    *(
        "stop it",
        "stop it lol",
        "stop that",
        "stop being daft",
        "cant stop",
        "I can’t stop",
        "cant stop thinking",
        "nonstop",
    ),
    *("i want to stop", "i need to stop", "I want to stop drinking", "stop drinking", "stop smoking"),
    *("trying to stop",),
    *(
        "STOP SMOKING",
        "STOP IT NOW",
        "make it stop",
        "make him stop",
        "he wont stop texting me",
        "stop him",
        "stop hitting me",
    ),
    *("end of the month is tight", "end it", "end it all", "i want to end", "the end", "weekend"),
    *("in the end i went", "cancel my appointment", "cancel the meeting", "quit smoking"),
    *("i quit my job", "im quitting"),
    *(
        "he wont leave me alone",
        "they left me alone",
        "bus stop",
        "one stop shop",
        "stopped",
        "i stopped",
        "i stopped texting him",
    ),
    *("when do the texts stop", "dont stop", "please dont stop texting me", "i dont text", "text me"),
    *("text me later",),
    *(
        "no more",
        "no more drinking",
        "remove the stain",
        "i opted out of school",
        "",
        " ",
        "?",
        "s",
        "top",
        "step",
        "shop",
    ),
    *("stop at the shops?", "pit stop", "I can stop any time", "how do i stop", "STOP being silly"),
    *("I revoke nothing",),
]


@pytest.mark.parametrize("text", STOPS)
def test_stop_is_heard_however_it_is_put(text: str) -> None:
    assert VOCABULARY.hear(text) == Command("stop")


@pytest.mark.parametrize("text", NOT_STOPS)
def test_what_only_holds_a_stop_is_not_one(text: str) -> None:
    heard = VOCABULARY.hear(text)
    assert heard is None or heard.word != "stop"


@pytest.mark.parametrize("word", [*CARRIER_STOP, *CARRIER_HELP, "START", "UNSTOP"])
def test_the_carriers_words_are_heard_whatever_the_content_says(word: str) -> None:
    bare = Vocabulary({})
    expected = "stop" if word in CARRIER_STOP else "help" if word in CARRIER_HELP else "join"
    for text in (word, word.lower(), f" {word}. ", f"{word} please"):
        assert bare.hear(text) == Command(expected), text


def test_the_carriers_words_are_all_known() -> None:
    assert frozenset((*CARRIER_STOP, *CARRIER_START, *CARRIER_HELP)) == CARRIER_WORDS
    assert len(CARRIER_WORDS) == 13


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("JOIN", Command("join")),
        ("/start", Command("join")),
        ("/start  AB12", Command("join", "AB12")),
        ("/start@FingerpostBot", Command("join")),
        ("help", Command("help")),
        ("Help me!", Command("help")),
        ("/help", Command("help")),
        ("info", Command("help")),
        ("MENTOR", Command("mentor")),
        ("mentor please", Command("mentor")),
        ("menter", Command("mentor")),
        ("metnor", Command("mentor")),
        ("can I talk to someone please", Command("mentor")),
        ("i need a mentor", Command("mentor")),
        ("I'd like to talk to someone", Command("mentor")),
        ("call me", Command("mentor")),
        ("DELETE", Command("delete")),
        ("delete my data please", Command("delete")),
        ("Wrong number", Command("wrong number")),
        ("wrong number mate", Command("wrong number")),
        ("wrong number, stop texting me", Command("wrong number")),
        ("who is this?", Command("who")),
        ("WHO’S THIS", Command("who")),
        ("whos this??", Command("who")),
        ("my data", Command("my data")),
        ("/my_data", Command("my data")),
        ("MENU", Command("menu")),
        ("cymraeg", Command("language", "cy")),
        ("Polski please", Command("language", "pl")),
        ("language english", Command("language", "en")),
        ("PAUSE", Command("pause")),
        ("pause please", Command("pause")),
        ("pause 2 weeks", Command("pause", "2 weeks")),
        ("Pause for 2 weeks please", Command("pause", "2 weeks")),
        ("PAUSE TILL MONDAY", Command("pause", "TILL MONDAY")),
        ("pause until 3/1", Command("pause", "until 3/1")),
        ("pause my check ins for a week", Command("pause", "a week")),
        ("saib 2 weeks", Command("pause", "2 weeks")),
        ("stop texting me for a week", Command("pause", "for a week")),
        ("stop the texts till monday", Command("pause", "till monday")),
    ],
)
def test_a_word_is_heard(text: str, command: Command) -> None:
    assert VOCABULARY.hear(text) == command


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "hello", "7", "yes", "Y", "no", "skip", "pass", "mentors are great", "my mentor is nice", "menus"),
        *("help with my rent", "i cant help it", "call me Sam", "ring me up a coffee", "time flies", "in no time"),
        *(
            "pause for thought",
            "what a pause",
            "delete it",
            "start of the week",
            "i might join",
            "join us",
            "start again?",
        ),
        *(
            "who is this person i became",
            "mental",
            "memory",
            "/unknown",
            "/",
            "//",
            "/ stop it",
            "\x00",
            "😀",
            "\u202e",
        ),
        *("stop" * 2000, "please " * 500, "MENTOR " * 30),
    ],
)
def test_a_word_inside_a_sentence_is_only_a_word(text: str) -> None:
    assert VOCABULARY.hear(text) is None


@pytest.mark.parametrize("text", ["START", "start", "UNSTOP", "unstop.", "JOIN", "join please", "/start", "“Join”"])
def test_start_unstop_and_join_lift_a_stop(text: str) -> None:
    assert VOCABULARY.is_lifting(text)


@pytest.mark.parametrize(
    "text", ["YES", "yes", "Y", "ok", "hello", "STOP", "start me off", "restart", "", "i want to start"]
)
def test_nothing_else_lifts_a_stop(text: str) -> None:
    assert not VOCABULARY.is_lifting(text)


def test_yes_never_lifts_a_stop_even_where_the_content_says_so() -> None:
    vocabulary = Vocabulary({"en": {"join": ("START", "YES", "Y")}})
    assert not vocabulary.is_lifting("YES")
    assert not vocabulary.is_lifting("y")


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("GROUPS", "find-group"),
        ("groups please", "find-group"),
        ("Check-in", "check-in"),
        ("check in!", "check-in"),
        ("join", "onboarding"),
        ("my groups are full", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_flow_starts_by_its_word(text: str, flow: str | None) -> None:
    assert VOCABULARY.flow_for(text) == flow


@pytest.mark.parametrize(
    ("rest", "until"),
    [
        *[("", date(2026, 12, 7)), ("2 weeks", date(2026, 12, 7)), ("two weeks please", date(2026, 12, 7))],
        *[("2", date(2026, 12, 7)), ("a fortnight", date(2026, 12, 7)), ("for a couple of weeks", date(2026, 12, 7))],
        *[("a week", date(2026, 11, 30)), ("1 wk", date(2026, 11, 30)), ("next week", date(2026, 11, 30))],
        *[
            ("till monday", date(2026, 11, 30)),
            ("TILL MON", date(2026, 11, 30)),
            ("until next week", date(2026, 11, 30)),
        ],
        *[("until friday", date(2026, 11, 27)), ("a few days", date(2026, 11, 26)), ("tomorrow", date(2026, 11, 24))],
        *[("24 hours", date(2026, 11, 24)), ("1 day", date(2026, 11, 24)), ("a month", date(2026, 12, 23))],
        *[("until 3 jan", date(2027, 1, 3)), ("till 3/1", date(2027, 1, 3)), ("until january", date(2027, 1, 1))],
        ("till 3/1/2027", date(2027, 1, 3)),
        ("until 2026-12-25", date(2026, 12, 25)),
        # never longer than twelve weeks
        *[("6 months", date(2027, 2, 15)), ("9999 weeks", date(2027, 2, 15)), ("a year", date(2027, 2, 15))],
        *[
            (rest, None)
            for rest in ("bananas", "0 days", "till 2020-01-01", "thought", "till 31 feb", "\x00\x01x", "-3 days")
        ],
    ],
)
def test_pause_reads_a_length_or_a_day(rest: str, until: date | None) -> None:
    assert read_pause(rest, TODAY) == until
