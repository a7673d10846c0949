"""Every other file of the content folder: what it means, and what is said when it cannot be read."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from flows.phrasebook import PHRASES
from tests.reading.folder import (
    CRISIS,
    ESCALATION,
    INSTRUMENT,
    PHRASES_FILE,
    SERVICE,
    SIGNPOSTS,
    STYLE,
    VARIABLES,
    WORDS,
    flow_text,
    reading_of,
    told,
)


def test_a_folder_with_nothing_wrong_reads() -> None:
    reading = reading_of()
    assert told(reading.problems) == ""
    library = reading.library
    assert library is not None
    service = library.service
    assert (service.name, service.languages, service.time_zone) == ("West Kent Friends", ("en",), "Europe/London")
    assert (service.work_days, service.work_from, service.work_to) == (frozenset(range(5)), time(9), time(17))
    assert (service.quiet_from, service.quiet_to, service.price_per_text) == (time(20), time(9), 40)
    assert service.holidays == {date(2026, 12, 25), date(2026, 12, 28)}
    assert (service.written["keep_for"], service.written["privacy_link"]) == ("90 days", "https://example.org/privacy")
    assert library.variables["nickname"].longest == 20
    assert library.variables["nickname"].shows
    assert library.variables["early_until"].set_by_staff
    assert library.variables["consent_mentor"].kind == "consent"
    assert library.helplines["lines"].say.text == {"en": "Samaritans: 116 123, free."}
    assert library.helplines["lines"].checked == date(2026, 11, 1)
    assert library.crisis[0].hear == {"en": ("want to die",)}
    assert [line for _, line in library.crisis[0].must_not_alarm] == ["want to dye my hair"]
    assert library.idioms == {"en": ("dying for (a|an) (drink|brew)",)}
    assert library.words["en"]["stop"] == ("STOP", "stop please")
    policy = library.policies["asked for a mentor"]
    assert [(step.after.written, step.roles) for step in policy.steps] == [
        ("at once", ("mentor",)),
        ("2 working hours", ("coordinators",)),
    ]
    assert policy.repeat is not None
    assert (policy.repeat.length, policy.repeat.working) == (timedelta(hours=8), True)
    assert (policy.any_hour, library.policies["went quiet"].any_hour) == (False, True)
    capital = library.instruments["capital"]
    assert (capital.minimum, capital.within, capital.scale.high) == (1, timedelta(days=42), 10)
    assert (capital.items["mind"].low_opens, capital.items["mind"].low_at_most) == ("lines", 3)
    assert library.private_words == ("sober", "rehab")
    assert library.kinder_words == {"junkie": "person who uses"}
    assert set(library.phrases) == set(PHRASES)


GOOD = [
    ("service.yaml", SERVICE, "price_per_text: 4p", "price_per_text: 3.5p"),
    ("service.yaml", SERVICE, "price_per_text: 4p", "price_per_text: £0.04"),
    ("service.yaml", SERVICE, "Mon to Fri 09:00 to 17:00", "Mon, Wed, Sat 9am to 5.30pm"),
    ("service.yaml", SERVICE, "Mon to Fri 09:00 to 17:00", "Sat to Tue 09:00 to noon"),
    ("service.yaml", SERVICE, "languages: en", "languages: en, cy"),
    ("variables.yaml", VARIABLES, "type: text up to 60", "type: number 0 to 10\n  keep_for: 2 years\n  private: yes"),
    ("variables.yaml", VARIABLES, "type: postcode", "type: postcode\n  keep: first half only\n  was: postcode"),
    (
        "escalation.yaml",
        ESCALATION,
        "every working day",
        "every 4 working hours\n  two in a row: coordinators\n  by: sms",
    ),
    ("escalation.yaml", ESCALATION, "every 15 minutes", "every hour"),
    ("safety/crisis.yaml", CRISIS, "- want to die", "- want to (die|end … it)  # both"),
    ("safety/crisis.yaml", CRISIS, "reply: lines\n  hear en", "reply: lines\n  hear cy:\n    - eisiau marw\n  hear en"),
    ("safety/words.yaml", WORDS, "  pause: PAUSE", "  pause: PAUSE   # PAUSE 2 WEEKS"),
    ("style.yaml", STYLE, "private words: sober, rehab", "private words:\n  - sober\n  - rehab"),
    ("directory/signposts.yaml", SIGNPOSTS, "2026-11-01", "01/11/2026"),
]


@pytest.mark.parametrize(("file", "text", "old", "new"), GOOD)
def test_other_ways_to_write_it_are_read(file: str, text: str, old: str, new: str) -> None:
    assert old in text
    assert told(reading_of({file: text.replace(old, new, 1)}).problems) == ""


BAD = [
    ("service.yaml", SERVICE, "time_zone: Europe/London", "time_zone: London", "time_zone: London", "Europe/London"),
    ("service.yaml", SERVICE, "time_zone: Europe/London", "time_zone: ../etc", "is not understood", "Europe/London"),
    ("service.yaml", SERVICE, "time_zone: Europe/London\n", "", "has no time_zone:", "time_zone: Europe/London"),
    ("service.yaml", SERVICE, "Mon to Fri 09:00 to 17:00", "weekdays", "is not understood", "Mon to Fri"),
    ("service.yaml", SERVICE, "Mon to Fri 09:00 to 17:00", "Mon to Fri 17:00 to 09:00", "is not understood", "Mon to"),
    ("service.yaml", SERVICE, "20:00 to 09:00", "8 to 9", "quiet_hours: 8 to 9", "20:00 to 09:00"),
    ("service.yaml", SERVICE, "quiet_hours", "quite_hours", "no setting quite_hours:", "did you mean quiet_hours?"),
    ("service.yaml", SERVICE, "price_per_text: 4p", "price_per_text: 4", "price_per_text: 4", "4p or 3.5p"),
    ("service.yaml", SERVICE, "28/12/2026", "31/02/2026", "is not understood", "2026-12-25"),
    ("service.yaml", SERVICE, "audit: 6 years", "audit: always", "audit: always", "90 days or 24 months"),
    (
        "service.yaml",
        SERVICE,
        "holidays:",
        "limits:\n  texts a day: 9\nholidays:",
        "no setting texts a day",
        "did you mean",
    ),
    ("service.yaml", SERVICE, "holidays:", "limits:\n  texts a month: x\nholidays:", "is not understood", "a number"),
    ("service.yaml", SERVICE, "keep:\n", "keep: 90 days\nkept:\n", "keep: takes lines of its own", "a new line"),
    ("service.yaml", SERVICE, "message text: 90", "mesage text: 90", "no setting mesage text:", "message text?"),
    (
        "service.yaml",
        SERVICE,
        "holidays:",
        "small_numbers: some\nholidays:",
        "small_numbers: some is not",
        "hide 1 to 4",
    ),
    ("service.yaml", SERVICE, "holidays:", "small_numbers: hide 4 to 1\nholidays:", "is not understood", "hide 1 to 4"),
    ("service.yaml", SERVICE, "holidays:", "caseload:\n  volunter: 8\nholidays:", "no setting volunter:", "volunteer?"),
    ("variables.yaml", VARIABLES, "type: text up to 20", "type: text", "type: text is not understood", "text up to 20"),
    ("variables.yaml", VARIABLES, "  type: text up to 20\n", "", "A variable has no type:", "type: text up to 20"),
    ("variables.yaml", VARIABLES, "shows: yes", "shows: sometimes", "shows: sometimes", "shows: yes or shows: no"),
    ("variables.yaml", VARIABLES, "set_by: staff", "set_by: mentor", "set_by: mentor", "set_by: staff"),
    ("variables.yaml", VARIABLES, "type: postcode", "type: postcode\n  keep: half", "keep: half", "first half only"),
    ("variables.yaml", VARIABLES, "goal:", "nickname:", "nickname: is said twice", "- nickname:"),
    ("variables.yaml", VARIABLES, "goal:", "My goal:", "cannot be the name of a variable", "type my_goal:"),
    (
        "variables.yaml",
        VARIABLES,
        "up to 20",
        "up to 20\n  keep: first half only",
        "only a postcode",
        "leave the keep:",
    ),
    (
        "variables.yaml",
        VARIABLES,
        "type: consent",
        "type: consent\n  keep_for: 1 year",
        "is a consent",
        "leave the keep_",
    ),
    ("variables.yaml", VARIABLES, "up to 60", "up to 60\n  keep_for: 0 days", "would not be kept", "90 days"),
    ("variables.yaml", VARIABLES, "up to 60", "up to 60\n  was: adult", "adult is still here", "leave out was: adult"),
    ("escalation.yaml", ESCALATION, "hours: working", "hours: office", "hours: office", "hours: working"),
    ("escalation.yaml", ESCALATION, "at once: mentor", "at once: menter", "role menter", "did you mean mentor?"),
    ("escalation.yaml", ESCALATION, "after 2 working hours", "in 2 hours", "in 2 hours is not a time", "- after 2"),
    (
        "escalation.yaml",
        ESCALATION,
        "- after 2 working hours: coordinators",
        "- coordinators",
        "a time and who",
        "- after 2",
    ),
    ("escalation.yaml", ESCALATION, "every working day", "daily", "repeat: daily", "every working day"),
    (
        "escalation.yaml",
        ESCALATION,
        "went quiet",
        "asked for a mentor",
        "two entries called asked for a mentor",
        "another",
    ),
    ("escalation.yaml", ESCALATION, "repeat: every 15 minutes", "by: post", "sent by post", "use one of sms, telegram"),
    ("directory/signposts.yaml", SIGNPOSTS, "  checked: 2026-11-01\n", "", "has no checked:", "checked:"),
    ("directory/signposts.yaml", SIGNPOSTS, "2026-11-01", "last week", "checked: last week", "2026-11-01"),
    ("directory/signposts.yaml", SIGNPOSTS, "signpost: lines", "signpost:", "Nothing follows signpost:", "its name"),
    (
        "directory/signposts.yaml",
        SIGNPOSTS,
        "- signpost: lines\n  ",
        "lines:\n  ",
        "This file is a list",
        "- signpost:",
    ),
    ("safety/crisis.yaml", CRISIS, "tier: B", "tier: A", "There is no policy crisis A", "did you mean crisis B?"),
    ("safety/crisis.yaml", CRISIS, "tier: B", "tier: C", "tier: C is not understood", "A, B or S"),
    ("safety/crisis.yaml", CRISIS, "reply: lines", "reply: liens", "There is no signpost liens", "did you mean lines?"),
    ("safety/crisis.yaml", CRISIS, "reply: lines", "reply: lines\n  then: flee", "There is no flow flee", ""),
    ("safety/crisis.yaml", CRISIS, "  hear en:\n    - want to die\n", "", "hears nothing", "hear en:"),
    ("safety/crisis.yaml", CRISIS, "- rule: wish", "- a stray line\n- rule: wish", "An entry is expected", "- rule:"),
    ("variables.yaml", VARIABLES, "adult:\n  type: yes or no\n", "adult:\n", "Nothing is set in below adult:", "type:"),
    ("safety/crisis.yaml", CRISIS, "must alarm", "must alert", "no setting must alert", "did you mean must alarm?"),
    ("instruments/capital.yaml", INSTRUMENT, "licence: CC0\n", "", "names no licence", "licence:"),
    ("instruments/capital.yaml", INSTRUMENT, "licence: CC0", "licence:", "names no licence", "licence:"),
    ("instruments/capital.yaml", INSTRUMENT, "instrument: capital", "instrument: cap", "the instrument cap", "rename"),
    ("instruments/capital.yaml", INSTRUMENT, "lines at most 3", "lines under 3", "low: lines under 3", "at most 3"),
    (
        "instruments/capital.yaml",
        INSTRUMENT,
        "lines at most 3",
        "liens at most 3",
        "no signpost or flow liens",
        "mean lines?",
    ),
    ("instruments/capital.yaml", INSTRUMENT, "1 of 1 within", "7 of 9 within", "1 items here, not 9", "7 of 1"),
    (
        "instruments/capital.yaml",
        INSTRUMENT,
        "licence: CC0",
        "licence: CC0\nwording: mine",
        "a file of their own in private/",
        "private/mine.yaml",
    ),
    ("instruments/capital.yaml", INSTRUMENT, "within 42 days", "within a bit", "a bit is not understood", "42 days"),
    ("style.yaml", STYLE, "private words", "privat words", "no setting privat words", "did you mean private words?"),
    ("phrases.yaml", PHRASES_FILE, "stopped:", "stoped:", "no setting stoped:", "did you mean stopped?"),
    ("phrases.yaml", PHRASES_FILE, "stopped: stopped", "stopped: bye ((name))", "Nothing fills ((name))", ""),
    ("phrases.yaml", PHRASES_FILE, "stopped: stopped", "stopped: bye ((name)", "is not whole", "((name))"),
    ("phrases.yaml", PHRASES_FILE, "stopped: stopped\n", "", "The phrase stopped is missing", "a line stopped:"),
]


@pytest.mark.parametrize(("file", "text", "old", "new", "what", "fix"), BAD)
def test_a_setting_that_cannot_be_read_says_what_to_type(
    file: str, text: str, old: str, new: str, what: str, fix: str
) -> None:
    assert old in text
    reading = reading_of({file: text.replace(old, new, 1), "flows/flea.yaml": "flow: flea\nsteps:\n  - say: a\n"})
    assert reading.library is None
    found = [problem for problem in reading.problems if what in problem.what and fix in problem.fix]
    assert found, told(reading.problems)
    assert found[0].place.file == file


def test_a_phrase_may_differ_by_channel_and_language() -> None:
    text = PHRASES_FILE.replace("stopped: stopped\n", "stopped:\n  en: Bye: bye\n  cy: 'Hwyl\n  telegram: Bye #2\n")
    library = reading_of({"phrases.yaml": text}).library
    assert library is not None
    stopped = library.phrases["stopped"]
    assert stopped.text == {"en": "Bye: bye", "cy": "'Hwyl"}
    assert stopped.telegram == {"en": "Bye #2"}


@pytest.mark.parametrize(
    ("changes", "what", "fix"),
    [
        (
            {"directory/signposts.yaml": "# none yet\n"},
            "There is nothing in this file",
            "put its lines back",
        ),
        ({"escalation.yaml": ""}, "There is nothing in this file", "put its lines back"),
        (
            {"instruments/capital.yaml": None, "flows/talk.yaml": flow_text("- rate: all from capital")},
            "There is no instrument capital",
            "add capital to instruments/",
        ),
    ],
)
def test_what_nothing_defines_is_refused_also_where_there_is_none_of_its_kind(
    changes: dict[str, str | bytes | None], what: str, fix: str
) -> None:
    reading = reading_of(changes)
    assert reading.library is None
    assert any(what in each.what and fix in each.fix for each in reading.problems), told(reading.problems)


def test_a_file_that_is_missing_is_said_once_and_not_for_every_name_in_it() -> None:
    reading = reading_of({"directory/signposts.yaml": None})
    assert [problem.code for problem in reading.problems] == ["missing"]


def test_a_limit_that_nothing_keeps_to_is_said_to_be_none() -> None:
    """Somebody would trust it: that a budget cannot be overrun, that nobody is texted too often."""
    limits = "limits:\n  texts a person a day: 12\n  texts a month: 20000\n"
    reading = reading_of({"service.yaml": SERVICE + limits})
    assert reading.library is not None
    service = reading.library.service
    assert (service.texts_a_day, service.texts_a_month) == (12, 20000)
    assert [(problem.code, str(problem.level)) for problem in reading.problems] == [("not kept", "W")]
