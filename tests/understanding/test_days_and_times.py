"""Days, times of the week and dates, as people here write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from flows.steps import DateAnswer, DayAndTime, DayOrAny
from flows.talking.replies import NotRead, Understood
from tests.understanding.asking import hears, short

DAYTIME = DayAndTime(time(9), time(20))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *[
            (text, "monday")
            for text in ("mon", "Mon.", "MONDAY", "mondays", "monday please", "on monday", "moday", "Llun")
        ],
        *[(text, "tuesday") for text in ("tue", "tues", "Tuesday!", "tuseday", "next tuesday", "wtorek")],
        *[(text, "wednesday") for text in ("wed", "weds", "wensday", "wednesday is best", "Środa")],
        *[(text, "thursday") for text in ("thu", "thur", "thurs", "thrusday")],
        *[(text, "friday") for text in ("fri", "firday", "gwener")],
        *[(text, "saturday") for text in ("sat", "saterday", "Sat x")],
        *[(text, "sunday") for text in ("sun", "sunady", "sunday morning")],
        *[
            (text, "any")
            for text in ("any", "ANY", "any day", "anyday", "whenever", "I don't mind", "dont mind", "not fussed")
        ],
        *[
            (text, "any")
            for text in ("doesn’t matter", "any day is fine", "any time", "no preference", "either", "you choose")
        ],
        ("today", "monday"),
        ("tomorrow", "tuesday"),
        ("2moro", "tuesday"),
        ("mon or tues", "monday/tuesday?"),
        ("Mon/Tue", "monday/tuesday?"),
        ("monday to friday", "monday/friday?"),
        ("weekend", "saturday/sunday?"),
        ("not monday", "?"),
        ("any day but sunday", "?"),
        ("can't do mondays", "?"),
        ("i sat down", "saturday?"),
        ("in the sun today lol", "sunday/monday?"),
        *[
            (text, "retry day")
            for text in ("", "7", "money", "friend", "month", "evenings", "purple", "😀", "\x00", "idk")
        ],
        *[(text, "retry day") for text in ("weekdays", "someday", "anything but", "never")],
    ],
)
def test_a_day_or_any(text: str, result: str) -> None:
    assert short(hears(DayOrAny(), text)) == result


def test_a_time_beside_the_day_is_kept_as_a_note() -> None:
    assert hears(DayOrAny(), "Tuesday evenings after 6") == Understood("tuesday", "evenings after 6")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *[
            (text, "monday 10:00")
            for text in ("mon 10am", "Mon 10:00", "10 mon", "MONDAY 10 AM", "monday 10", "10am monday")
        ],
        *[
            (text, "monday 10:00")
            for text in ("mon at 10", "mon 10.00", "mon 1000", "mondays at ten", "mon 10 o'clock")
        ],
        *[
            (text, "monday 10:00")
            for text in ("mon, 10am please", "mon 10a.m.", "Monday @ 10am", "mon 10am x", "mon ten am")
        ],
        *[(text, "monday 10:00") for text in ("today 10am", "mon 10th at 10am", "mon 10 in the morning")],
        *[
            (text, "monday 10:30")
            for text in ("monday at half ten", "mon half past 10", "mon 10.30am", "mon 1030", "mon half 10?")
        ],
        *[(text, "monday 10:45") for text in ("quarter to 11 mon", "mon quarter to eleven")],
        *[(text, "monday 10:10") for text in ("mon ten past 10", "mon 10:10")],
        *[
            (text, "wednesday 14:30")
            for text in ("wed 2.30pm", "weds 1430", "wed 14:30", "wed half two in the afternoon")
        ],
        *[(text, "thursday 12:00") for text in ("thurs noon", "thu midday", "thursday 12", "thu 12pm")],
        *[(text, "friday 19:00") for text in ("fri 7pm", "friday 7 in the evening")],
        *[(text, "friday 19:00") for text in ("fri 19:00", "7pm on friday")],
        ("mon 9", "monday 09:00"),
        ("mon 9:00", "monday 09:00"),
        ("mon 09:00", "monday 09:00"),
        ("mon 19:59", "monday 19:59"),
        ("mon 7", "monday 19:00?"),
        ("mon half 7", "monday 19:30?"),
        ("mon 7:30", "monday 19:30?"),
        ("tomorrow at 3", "tuesday 15:00?"),
        ("mon or tues 10am", "monday 10:00/tuesday 10:00?"),
        ("mon 10am or 11am", "monday 10:00/monday 11:00?"),
        ("mon 9-10am", "monday 09:00/monday 10:00?"),
        ("not mon 10am", "?"),
        *[
            (text, "retry between")
            for text in ("3am sunday", "mon 8:59", "mon 8pm", "mon 20:00", "mon 07:00", "mon midnight")
        ],
        *[
            (text, "retry day and time")
            for text in ("", "mon", "10am", "monday morning", "fri 25:00", "fri 10:75", "purple")
        ],
        *[(text, "retry day and time") for text in ("😀", "\x00", "whenever")],
        *[(text, "retry day and time") for text in ("10", "mon £10", "mon 10/11/2026")],
    ],
)
def test_a_day_and_a_time(text: str, result: str) -> None:
    assert short(hears(DAYTIME, text)) == result


def test_a_time_outside_is_told_the_hours() -> None:
    assert hears(DAYTIME, "3am sunday") == NotRead("retry between", {"earliest": "09:00", "latest": "20:00"})


def test_without_between_an_hour_that_could_be_either_is_asked_about() -> None:
    assert short(hears(DayAndTime(), "mon 9")) == "monday 09:00/monday 21:00?"
    assert short(hears(DayAndTime(), "mon 3am")) == "monday 03:00"


def test_words_around_a_day_and_time_become_a_note() -> None:
    result = hears(DAYTIME, "mon 10am but not in half term, Dad's away")
    assert short(result) == "?"
    assert hears(DAYTIME, "mon 10am because Dad’s away") == Understood("monday 10:00", "because Dad’s away")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *[(text, "2026-04-03") for text in ("3/4/2026", "03/04/26", "3.4.2026")],
        *[(text, "2026-04-03") for text in ("3-4-26", "2026-04-03", "3 4 2026")],
        *[
            (text, "2026-04-03")
            for text in ("3 april 2026", "3rd of April 2026", "April 3 2026", "april 3rd, 2026", "3 Apr '26")
        ],
        *[(text, "2026-04-03") for text in ("Friday 3 April 2026", "on 3 april 2026", "3RD APRIL 2026.")],
        ("today", "2026-11-23"),
        ("yesterday", "2026-11-22"),
        ("tomorrow", "2026-11-24"),
        ("2 weeks ago", "2026-11-09"),
        ("in 3 days", "2026-11-26"),
        ("last friday", "2026-11-20"),
        ("1/1/1975", "1975-01-01"),
        ("1/1/75", "1975-01-01"),
        ("29/2/2024", "2024-02-29"),
        ("3 april", "2027-04-03?"),
        ("3 october", "2026-10-03?"),
        ("3/10", "2026-10-03?"),
        ("friday", "2026-11-27?"),
        ("Monday 3 April 2026", "2026-04-03?"),
        ("4/13/2026", "2026-04-13?"),
        ("3/4/2026 or 4/4/2026", "2026-04-03/2026-04-04?"),
        *[
            (text, "retry date")
            for text in ("", "31/2/2026", "29/2/2026", "0/0/0", "99/99/9999", "april", "soon", "7", "😀")
        ],
        *[(text, "retry date") for text in ("07700 900123", "1/1/0001", "dunno")],
        *[(text, "retry date") for text in ("9999 years ago", "\x00", "may")],
    ],
)
def test_a_date_is_read_day_first(text: str, result: str) -> None:
    assert short(hears(DateAnswer(), text, today=date(2026, 11, 23))) == result


def test_words_around_a_date_become_a_note() -> None:
    assert hears(DateAnswer(), "it was 3 April 2026 I think") == Understood("2026-04-03", "it was … I think")
