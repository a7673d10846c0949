"""``schedules.yaml``: what is understood, and what is refused with the thing to type."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from flows.content import FromDate, Schedule
from flows.reading.library import Reading
from flows.reading.rhythms import DayTime, read_day_time, read_every, read_on
from flows.wording import Level
from tests.reading.folder import SERVICE, VARIABLES, mutilated, reading_of, told
from tests.slots.planner import FLOW

SAYS = "flow: says\nstarts: schedule\nsteps:\n  - say: Good luck this week.\n"
RUNS = "flow: runs\nstarts: schedule\nno_reply:\n  close: 24 hours\nsteps:\n  - run: talk\n"
ONLY = f"only_if: consent_checkins is yes\n{FLOW}".replace("flow: talk", "flow: only")
WORDS_ONLY = FLOW.replace("flow: talk\nstarts: schedule\n", "flow: texted\n")

WEEKLY = """\
- schedule: weekly
  flow: talk
  for: consent_checkins is yes
  every: week
  at: checkin_time
  otherwise: Wed 11:00
  spread: 20 minutes
  phases:
    - until: early_until
      every: 2 days
    - until: 8 weeks after joined
      every: 3 days
"""
MONTHLY = """\
- schedule: monthly
  flow: talk
  every: month
  on: first Monday
  at: 12:00
  silence: nobody is told
"""
MONDAYS = "- schedule: mondays\n  flow: talk\n  every: week\n  at: Mon 12:00\n"
REVIEW = """\
- schedule: review
  flow: talk
  once: 12 weeks after joined
  at: checkin_time
"""


def read(text: str, service: str = SERVICE) -> Reading:
    files: dict[str, str | bytes | None] = {
        "flows/talk.yaml": FLOW,
        "flows/says.yaml": SAYS,
        "flows/runs.yaml": RUNS,
        "flows/only.yaml": ONLY,
        "flows/texted.yaml": WORDS_ONLY,
        "variables.yaml": VARIABLES,
        "service.yaml": service,
        "schedules.yaml": text,
    }
    return reading_of(files)


def the(text: str) -> Schedule:
    library = read(text).library
    assert library is not None, told(read(text).problems)
    assert told(read(text).problems) == ""
    (schedule,) = library.schedules.values()
    return schedule


# ---------------------------------------------------------------- what is understood


def test_a_schedule_is_what_it_says() -> None:
    weekly = the(WEEKLY)
    assert (weekly.name, weekly.flow, weekly.once, weekly.tells) == ("weekly", "talk", None, True)
    assert weekly.only_for is not None
    assert weekly.only_for.written == "consent_checkins is yes"
    rhythm = weekly.rhythm
    assert (rhythm.count, rhythm.unit, rhythm.variable) == (1, "week", "checkin_time")
    assert (rhythm.weekday, rhythm.clock, rhythm.spread) == (2, time(11), timedelta(minutes=20))


def test_a_phase_takes_what_it_does_not_say_from_the_schedule() -> None:
    weekly = the(WEEKLY)
    assert [phase.until for phase in weekly.phases] == [FromDate(0, "early_until"), FromDate(56, "joined")]
    assert [(phase.rhythm.count, phase.rhythm.unit) for phase in weekly.phases] == [(2, "day"), (3, "day")]
    assert all(phase.rhythm.spread == timedelta(minutes=20) for phase in weekly.phases)
    assert all(phase.rhythm.variable == "checkin_time" for phase in weekly.phases)


def test_a_phase_that_counts_days_leaves_the_weekday_out() -> None:
    text = WEEKLY.replace("every: week\n", "every: week\n  on: Monday\n")
    weekly = the(text)
    assert weekly.rhythm.on == 0
    assert [phase.rhythm.on for phase in weekly.phases] == [None, None]


def test_a_phase_that_counts_days_keeps_the_time_and_leaves_the_day_of_at_out() -> None:
    (phase,) = the(f"{MONDAYS}  phases:\n    - until: early_until\n      every: 2 days\n").phases
    assert (phase.rhythm.unit, phase.rhythm.clock) == ("day", time(12))


def test_a_day_of_the_month() -> None:
    monthly = the(MONTHLY)
    assert (monthly.rhythm.on, monthly.rhythm.nth, monthly.rhythm.clock, monthly.tells) == (0, 1, time(12), False)


def test_once() -> None:
    review = the(REVIEW)
    assert (review.once, review.rhythm.unit, review.rhythm.clock) == (FromDate(84, "joined"), "once", time(11))


@pytest.mark.parametrize("file", [WEEKLY, MONTHLY, REVIEW, f"{WEEKLY}{MONTHLY}{REVIEW}"])
def test_ordinary_schedules_are_well(file: str) -> None:
    assert told(read(file).problems) == ""


def test_a_flow_that_runs_a_question_can_be_answered() -> None:
    assert told(read(WEEKLY.replace("flow: talk", "flow: runs")).problems) == ""


EVERY = {
    "day": (1, "day"),
    "2 days": (2, "day"),
    "two weeks": (2, "week"),
    "a week": (1, "week"),
    "Month": (1, "month"),
    "12 months": (12, "month"),
    "366 days": (366, "day"),
    "": None,
    "0 days": None,
    "367 days": None,
    "53 weeks": None,
    "13 months": None,
    "year": None,
    "fortnight": None,
    "-1 days": None,
    "1.5 days": None,
    "day day": None,
    "2 hours": None,
}


@pytest.mark.parametrize(("written", "read_as"), EVERY.items())
def test_how_often(written: str, read_as: tuple[int, str] | None) -> None:
    assert read_every(written) == read_as


ON = {
    "Monday": (0, None),
    "sun": (6, None),
    "first Monday": (0, 1),
    "2nd tue": (1, 2),
    "Last Friday": (4, -1),
    "": None,
    "first": None,
    "fifth Monday": None,
    "the first Monday": None,
    "first Monday of May": None,
    "day 15": None,
}


@pytest.mark.parametrize(("written", "read_as"), ON.items())
def test_on_which_day(written: str, read_as: tuple[int, int | None] | None) -> None:
    assert read_on(written) == read_as


AT = {
    "12:00": DayTime(None, time(12)),
    "Wed 11:00": DayTime(2, time(11)),
    "wednesday 7pm": DayTime(2, time(19)),
    "noon": DayTime(None, time(12)),
    "Wed": None,
    "": None,
    "11": None,
    "25:00": None,
    "Wed at 11:00": None,
    "Wodin 11:00": None,
}


@pytest.mark.parametrize(("written", "read_as"), AT.items())
def test_at_what_time(written: str, read_as: DayTime | None) -> None:
    assert read_day_time(written) == read_as


# ---------------------------------------------------------------- what is refused

# the text, what to change in it, where that is (line:column), what is wrong, what to type
REFUSED = {
    "an unknown flow": (WEEKLY, "flow: talk", "flow: tolk", "2:9", "no flow tolk", "did you mean talk?"),
    "no flow": (WEEKLY, "  flow: talk\n", "", "1:3", "has no flow:", "add flow:"),
    "a flow that asks nothing": (WEEKLY, "flow: talk", "flow: says", "2:9", "says asks nothing", "put an ask:"),
    "no name": (WEEKLY, "schedule: weekly", "schedule:", "1:3", "Nothing follows schedule:", "its name"),
    "a name beyond all length": (WEEKLY, "weekly", "w" * 81, "1:13", "81 letters long", "80 at most"),
    "a name twice": (WEEKLY + MONTHLY, ": monthly", ": weekly", "13:13", "two entries called weekly", "another name"),
    "an unknown setting": (WEEKLY, "spread:", "spraed:", "7:3", "no setting spraed:", "did you mean spread?"),
    "an unknown setting of a phase": (
        WEEKLY,
        "      every: 2",
        "      evry: 2",
        "10:7",
        "setting evry:",
        "mean every?",
    ),
    "an unknown name in for:": (
        WEEKLY,
        "for: consent",
        "for: konsent",
        "3:8",
        "Nothing is called konsent",
        "did you mean",
    ),
    "another flow's answer in for:": (
        *(WEEKLY, "for: consent_checkins is yes", "for: talk.well is yes", "3:8"),
        *("only test what is remembered", "use one of"),
    ),
    "both every: and once:": (
        REVIEW,
        "  at:",
        "  every: week\n  at:",
        "1:3",
        "either every: or once:",
        "keep every: week",
    ),
    "neither": (REVIEW, "  once: 12 weeks after joined\n", "", "1:3", "either every: or once:", "keep every: week"),
    "every what": (WEEKLY, "every: week", "every: fortnight", "4:10", "fortnight is not understood", "every: 2 days"),
    "every: in a phase": (
        WEEKLY,
        "every: 2 days",
        "every: 2 dayz",
        "10:14",
        "2 dayz is not understood",
        "every: 2 days",
    ),
    "no time": (MONTHLY, "  at: 12:00\n", "", "1:3", "has no at:", "at: 12:00"),
    "an empty time": (MONTHLY, "at: 12:00", "at:", "5:3", "Nothing follows at:", "12:00"),
    "an unknown variable": (
        WEEKLY,
        "at: checkin_time",
        "at: chekin_time",
        "5:7",
        "neither a time nor",
        "mean checkin_time?",
    ),
    "a variable that holds no time": (
        WEEKLY,
        "at: checkin_time",
        "at: goal",
        "5:7",
        "goal is kept as text",
        "checkin_time",
    ),
    "a date for a time": (WEEKLY, "at: checkin_time", "at: early_until", "5:7", "kept as date", "checkin_time"),
    "otherwise what": (
        WEEKLY,
        "otherwise: Wed 11:00",
        "otherwise: soon",
        "6:14",
        "soon is not understood",
        "Wed 11:00",
    ),
    "otherwise when": (
        WEEKLY,
        "otherwise: Wed 11:00",
        "otherwise: 11:00",
        "6:14",
        "does not say on which day",
        "Wed 11:00",
    ),
    "otherwise for nobody": (
        MONTHLY,
        "  at: 12:00",
        "  at: 12:00\n  otherwise: Wed 11:00",
        "6:14",
        "never used",
        "leave",
    ),
    "spread over what": (
        WEEKLY,
        "spread: 20 minutes",
        "spread: a bit",
        "7:11",
        "a bit is not understood",
        "20 minutes",
    ),
    "spread over days": (WEEKLY, "spread: 20 minutes", "spread: 2 days", "7:11", "a day or more", "20 minutes"),
    "a week without a day": (
        MONTHLY,
        "month\n  on: first Monday",
        "week",
        "4:7",
        "does not say on which day",
        "on: Monday",
    ),
    "a week with a day of the month": (
        MONTHLY,
        "every: month",
        "every: week",
        "4:7",
        "takes a weekday",
        "type on: Monday",
    ),
    "once, with a day of the month": (
        REVIEW,
        "  at:",
        "  on: first Monday\n  at:",
        "4:7",
        "takes a weekday",
        "on: Monday",
    ),
    "days with a weekday": (MONTHLY, "every: month", "every: 2 days", "4:7", "counts days", "every: week"),
    "days at a time on a weekday": (
        MONTHLY,
        "month\n  on: first Monday\n  at:",
        "day\n  at: Mon",
        "4:7",
        "The Monday",
        "12:00",
    ),
    "a month with a weekday": (
        MONTHLY,
        "on: first Monday",
        "on: Monday",
        "4:7",
        "which Monday of the month",
        "first Monday",
    ),
    "a month at a time on a weekday": (
        MONTHLY,
        "on: first Monday\n  at:",
        "at: Mon",
        "4:7",
        "which Monday",
        "on: first Monday",
    ),
    "two weekdays": (MONTHLY, "at: 12:00", "at: Tue 12:00", "5:7", "Tuesday of at: cannot be kept", "type at: 12:00"),
    "a phase of weeks without a day": (
        *(MONTHLY, "  silence: nobody is told", "  phases:\n    - until: early_until\n      every: week", "8:14"),
        *("does not say on which day", "on: Monday"),
    ),
    "a phase of months with a weekday": (
        *(
            MONTHLY,
            "month\n  on: first Monday\n  at: 12:00",
            "week\n  at: Mon 12:00\n  phases:\n    - until: early_until\n      every: month",
        ),
        *("7:14", "which Monday of the month", "add on: first Monday"),
    ),
    "on what": (MONTHLY, "first Monday", "fifth Monday", "4:7", "fifth Monday is not understood", "on: first Monday"),
    "after what": (
        REVIEW,
        "after joined",
        "after joining",
        "3:9",
        "joining is neither joined nor a date",
        "use one of early_until, joined.",
    ),
    "after something that is no date": (
        REVIEW,
        "after joined",
        "after goal",
        "3:9",
        "goal is kept as text",
        "early_until",
    ),
    "how long after": (
        REVIEW,
        "12 weeks after",
        "soon after",
        "3:9",
        "soon is not a number of days",
        "12 weeks after joined",
    ),
    "hours after": (REVIEW, "12 weeks after", "36 hours after", "3:9", "36 hours is not a number of days", "12 weeks"),
    "years and years after": (REVIEW, "12 weeks after", "50 years after", "3:9", "longer than five years", "12 weeks"),
    "once without after": (
        REVIEW,
        "12 weeks after joined",
        "12 weeks",
        "3:9",
        "12 weeks is not understood",
        "after joined",
    ),
    "phases of what comes once": (
        *(REVIEW, "  at:", "  phases:\n    - until: early_until\n      every: week\n  at:", "5:5"),
        *("comes once has no phases", "leave phases: out"),
    ),
    "phases on one line": (
        WEEKLY.split("phases")[0],
        "spread: 20 minutes",
        "phases: early",
        "7:11",
        "lines of its own",
        "until",
    ),
    "for something that only conversations know": (
        WEEKLY,
        "for: consent_checkins is yes",
        "for: rated answered",
        "3:8",
        "for: can only test what is remembered",
        "ask in the flow",
    ),
    "a phase without an end": (
        WEEKLY,
        "- until: early_until\n      every",
        "- every",
        "9:7",
        "has no until:",
        "joined",
    ),
    "until what": (
        WEEKLY,
        "until: early_until",
        "until: erly_until",
        "9:14",
        "erly_until is neither",
        "early_until?",
    ),
    "until something that is no date": (
        WEEKLY,
        "until: early_until",
        "until: goal",
        "9:14",
        "goal is kept as text",
        "joined",
    ),
    "until how long after": (
        WEEKLY,
        "8 weeks after",
        "a while after",
        "11:14",
        "a while is not a number",
        "8 weeks after joined",
    ),
    "a phase that is over at once": (
        WEEKLY,
        "8 weeks after",
        "1 day after",
        "11:7",
        "over before the first",
        "at the top",
    ),
    "a phase that never comes": (
        *(WEEKLY, "until: early_until", "until: 9 weeks after joined", "11:7"),
        *("never comes", "ends first at the top"),
    ),
    "a phase that comes twice": (WEEKLY, "8 weeks after joined", "early_until", "11:7", "never comes", "at the top"),
    "silence: what": (MONTHLY, "nobody is told", "golden", "6:12", "golden is not understood", "nobody is told"),
    "a flow that cannot start": (
        *(WEEKLY.replace("talk", "only"), "consent_checkins is yes", "consent_checkins is no", "3:8"),
        *("only starts if consent_checkins is yes", "change one of the two"),
    ),
}


@pytest.mark.parametrize(("text", "old", "new", "place", "what", "fix"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_kept_is_refused_with_the_thing_to_type(
    text: str, old: str, new: str, place: str, what: str, fix: str
) -> None:
    assert old in text
    reading = read(text.replace(old, new, 1))
    assert reading.library is None
    errors = [problem for problem in reading.problems if problem.level is Level.ERROR]
    assert [str(problem.place) for problem in errors] == [f"schedules.yaml:{place}"], told(reading.problems)
    assert what in errors[0].what, told(reading.problems)
    assert fix in errors[0].fix, told(reading.problems)


SEVERAL = WEEKLY.replace("flow: talk", "flow: tolk").replace("checkin_time", "goal").replace("20 minutes", "long")


def test_one_fault_hides_no_other() -> None:
    places = [str(problem.place) for problem in read(SEVERAL).problems]
    assert places == ["schedules.yaml:2:9", "schedules.yaml:5:7", "schedules.yaml:7:11"]


def test_nothing_in_the_file_makes_reading_raise() -> None:
    for text in mutilated(WEEKLY + MONTHLY + REVIEW):
        read(text)


# ---------------------------------------------------------------- what wants a look

NO_NIGHT = SERVICE.replace("20:00 to 09:00", "00:00 to 00:00")
WARNED = {
    "at night": (
        SERVICE,
        "at: 12:00",
        "at: 02:30",
        "5:7",
        "02:30 is in quiet hours: it goes out when they end, at 09:00.",
    ),
    "at the start of the night": (SERVICE, "at: 12:00", "at: 20:00", "5:7", "when they end, at 09:00."),
    "just before the night": (SERVICE, "at: 12:00", "at: 19:50", "5:7", "a quarter of an hour earlier"),
    "when the clocks go forward": (
        *(NO_NIGHT, "at: 12:00", "at: 01:30", "5:7"),
        "On the day the clocks go forward there is no 01:30: it goes out at 02:30 then.",
    ),
    "otherwise at night": (
        *(SERVICE, "on: first Monday\n  at: 12:00", "at: checkin_time\n  otherwise: 21:00", "5:14"),
        "21:00 is in quiet hours",
    ),
    "spread into the night": (
        *(SERVICE, "at: 12:00", "at: 19:30\n  spread: 40 minutes", "6:11"),
        "40 minutes after 19:30 runs into quiet hours: it stops at 19:45.",
    ),
    "spread over more than a day's hours": (
        *(SERVICE, "on: first Monday\n  at: 12:00", "at: checkin_time\n  spread: 12 hours", "5:11"),
        "12 hours after 09:00 runs into quiet hours: it stops at 19:45.",
    ),
    "a flow that is started otherwise": (SERVICE, "flow: talk", "flow: texted", "2:9", "does not say that a schedule"),
}


@pytest.mark.parametrize(("service", "old", "new", "place", "what"), WARNED.values(), ids=WARNED.keys())
def test_what_will_be_otherwise_than_it_seems_is_said(service: str, old: str, new: str, place: str, what: str) -> None:
    assert old in MONTHLY
    reading = read(MONTHLY.replace(old, new, 1), service)
    assert reading.library is not None, told(reading.problems)
    assert [(p.level, str(p.place)) for p in reading.problems] == [(Level.WARNING, f"schedules.yaml:{place}")]
    assert what in reading.problems[0].what


def test_a_phase_that_changes_nothing_is_pointed_out() -> None:
    reading = read(WEEKLY.replace("      every: 2 days\n", ""))
    assert [(p.level, str(p.place)) for p in reading.problems] == [(Level.WARNING, "schedules.yaml:9:7")]


@pytest.mark.parametrize(
    ("service", "clock"), [(SERVICE, "12:00"), (SERVICE, "09:00"), (SERVICE, "19:45"), (NO_NIGHT, "02:30")]
)
def test_a_time_that_is_kept_as_it_is_needs_no_word(service: str, clock: str) -> None:
    assert told(read(MONTHLY.replace("12:00", clock), service).problems) == ""


# ---------------------------------------------------------------- what makes another release


def test_a_schedule_that_changes_makes_another_release() -> None:
    before, after = read(WEEKLY).library, read(WEEKLY.replace("3 days", "4 days")).library
    assert before is not None
    assert after is not None
    assert before.release != after.release
    assert before.schedules != after.schedules


@pytest.mark.parametrize("text", [f"# a note\n\n{WEEKLY}", WEEKLY.replace("20 minutes", "20 min")])
def test_one_that_stands_elsewhere_or_is_said_otherwise_makes_none(text: str) -> None:
    before, after = read(WEEKLY).library, read(text).library
    assert before is not None
    assert after is not None
    assert before.release == after.release
    assert before.schedules == after.schedules


def test_the_order_of_schedules_matters_to_nobody() -> None:
    before, after = read(WEEKLY + MONTHLY).library, read(MONTHLY + WEEKLY).library
    assert before is not None
    assert after is not None
    assert before.schedules == after.schedules
