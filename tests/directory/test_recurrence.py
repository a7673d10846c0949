"""How often something meets, as feeds write it: what is followed, what is read around, what is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil import rrule
from hypothesis import example, given
from hypothesis import strategies as st

from flows.directory import recurrence
from flows.directory.recurrence import LOOK_AHEAD, NotARule, Rule, dates, ended_by_date, read_around, read_rule

MON = date(2026, 11, 23)


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


def ended(text: str, starts: date, days: int = 7500) -> Rule:
    """The rule as an import keeps it: with a last date in the place of a COUNT."""
    found = ended_by_date(rule(text), starts, days)
    assert isinstance(found, Rule), found
    return found


def on(year: int, month: int, *days: int) -> list[date]:
    return [date(year, month, day) for day in days]


@pytest.mark.parametrize(
    ("text", "starts", "since", "meets"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", None, MON, on(2026, 11, 24) + on(2026, 12, 1)),
        ("RRULE:freq=weekly; byday=tu ;", None, MON, on(2026, 11, 24)),
        ("FREQ=WEEKLY", date(2026, 11, 5), MON, on(2026, 11, 26)),
        ("FREQ=WEEKLY;BYDAY=TU,TH", date(2026, 11, 26), MON, on(2026, 11, 26) + on(2026, 12, 1)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2026, 11, 3), MON, on(2026, 12, 1, 15)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU", date(2026, 11, 3), MON, on(2026, 12, 1, 15)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", date(2026, 11, 3), MON, on(2026, 12, 6)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", date(2026, 11, 3), MON, on(2026, 11, 29)),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124", None, MON, on(2026, 11, 24)),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124T183000Z", None, MON, on(2026, 11, 24)),  # a literal Z is wall-clock time
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=2026-11-23", None, MON, []),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", date(2026, 11, 10), MON, on(2026, 11, 24)),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", date(2026, 11, 3), MON, []),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=1", None, MON, on(2027, 1, 5, 12)),
        ("FREQ=DAILY", None, MON, on(2026, 11, 23, 24)),
        ("FREQ=DAILY;INTERVAL=3", date(2005, 1, 1), MON, on(2026, 11, 25, 28)),
        ("FREQ=MONTHLY;BYDAY=1TU", None, MON, on(2026, 12, 1) + on(2027, 1, 5)),
        ("FREQ=MONTHLY;BYDAY=+2TU,4TU", None, MON, on(2026, 11, 24) + on(2026, 12, 8, 22)),
        ("FREQ=MONTHLY;BYDAY=-1FR", None, MON, on(2026, 11, 27)),
        ("FREQ=MONTHLY;BYDAY=5MO", None, MON, on(2026, 11, 30) + on(2027, 3, 29)),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU", date(2026, 9, 1), MON, on(2027, 1, 5) + on(2027, 3, 2)),
        ("FREQ=MONTHLY;BYMONTHDAY=15", None, MON, on(2026, 12, 15)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", None, MON, on(2026, 12, 31) + on(2027, 1, 31) + on(2027, 3, 31)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", None, MON, on(2026, 11, 30)),
        ("FREQ=MONTHLY", date(2020, 1, 7), MON, on(2026, 12, 7)),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", None, MON, on(2026, 11, 30) + on(2026, 12, 31)),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", None, MON, on(2026, 12, 25) + on(2027, 12, 25)),
        ("FREQ=YEARLY", date(2000, 2, 1), MON, on(2027, 2, 1)),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", None, MON, []),  # no such day: given up on, not looked for for ever
    ],
)
def test_a_rule_gives_its_dates(text: str, starts: date | None, since: date, meets: list[date]) -> None:
    kept = ended(text, starts) if starts else rule(text)
    assert list(islice(dates(kept, starts, since), max(len(meets), 1))) == meets


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "how often"),
        ("BYDAY=TU", "how often"),
        ("FREQ=HOURLY", "no rhythm of days"),
        ("FREQ=WEEKLY;BYDAY=TUE", "BYDAY=TUE"),
        ("FREQ=WEEKLY;BYDAY=2TU", "which one of the month"),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYDAY=6TU", "no month has"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
        ("FREQ=MONTHLY;BYSETPOS=1", "not of what"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=18", "BYHOUR"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=YEARLY;INTERVAL=9999", "INTERVAL=9999"),
        ("FREQ=WEEKLY;COUNT=-1", "COUNT=-1"),
        ("FREQ=WEEKLY;UNTIL=sometime", "ends at"),
        ("FREQ=WEEKLY;UNTIL=20260231", "no date"),
        ("FREQ=WEEKLY;FREQ=DAILY", "cannot be read"),
        ("every Tuesday", "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_followed_says_why(text: str, why: str) -> None:
    found = read_rule(text)
    assert isinstance(found, NotARule)
    assert why in found.why


def test_weekly_days_of_the_month_are_passed_over_where_the_weekday_is_named() -> None:
    assert read_around("FREQ=WEEKLY;BYDAY=TH,FR;BYMONTHDAY=2,3,4") == (
        rule("FREQ=WEEKLY;BYDAY=TH,FR"),
        "BYMONTHDAY=2,3,4",
    )
    assert read_around("FREQ=WEEKLY;BYDAY=TU") == (rule("FREQ=WEEKLY;BYDAY=TU"), "")
    assert isinstance(read_around("FREQ=WEEKLY;BYMONTHDAY=2"), NotARule)


def test_whichever_ends_a_rule_first_ends_it() -> None:
    both = "FREQ=WEEKLY;BYDAY=TU;COUNT=3;UNTIL=20261124"
    assert list(dates(ended(both, date(2026, 11, 17)), date(2026, 11, 17), MON)) == on(2026, 11, 24)
    assert ended(both, date(2026, 11, 17)).until == date(2026, 11, 24)
    assert ended("FREQ=WEEKLY;BYDAY=TU;COUNT=3", date(2026, 11, 17)).until == date(2026, 12, 1)
    assert ended("FREQ=WEEKLY;BYDAY=TU;COUNT=1000", date(2026, 11, 17)).until == date(2046, 1, 9)
    assert ended("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261101;COUNT=3", date(2026, 11, 17)).until == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("FREQ=MONTHLY;BYDAY=5MO;COUNT=1000", date(2020, 1, 1)),  # two hundred years of them
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=1001", date(2020, 1, 1)),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", date(1800, 1, 1)),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", date.max),
    ],
)
def test_a_count_is_followed_only_so_far(text: str, starts: date) -> None:
    found = ended_by_date(rule(text), starts, 7500)
    assert isinstance(found, NotARule)
    assert found.why.startswith("counts ")


def test_nobody_who_waits_for_a_group_waits_for_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[date] = []
    monkeypatch.setattr(recurrence, "_fits", lambda _, day, __: looked.append(day))

    assert list(dates(rule("FREQ=MONTHLY;BYDAY=5MO;COUNT=1000"), date(1900, 1, 1), MON)) == []
    assert looked == []


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)
WEEK_STARTS, WHICH = st.sampled_from(["MO", "SU"]), st.sampled_from([1, 2, 3, 4, -1])
RULES = st.one_of(
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={};WKST={}".format, st.integers(1, 5), DAYS.map(",".join), WEEK_STARTS),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYDAY={}{}".format, st.integers(1, 3), WHICH, WEEK_STARTS),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 28)),
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds("FREQ=DAILY;BYDAY={};BYMONTHDAY={}".format, DAYS.map(",".join), st.integers(-9, -1)),
    st.builds("FREQ=MONTHLY;BYDAY={};BYSETPOS={}".format, DAYS.map(",".join), st.sampled_from(["1", "-1", "2,3"])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}{}".format, st.integers(1, 12), WHICH, WEEK_STARTS),
    st.builds("FREQ=YEARLY;BYDAY={}{}".format, WHICH, WEEK_STARTS),
    st.builds("FREQ=YEARLY;BYMONTHDAY={};BYMONTH={}".format, st.integers(1, 28), st.integers(1, 12)),
    st.sampled_from(["FREQ=YEARLY", "FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=DAILY"]),
    st.builds("FREQ=WEEKLY;BYDAY={};COUNT={}".format, DAYS.map(",".join), st.integers(1, 9)),
)
NEAR = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(RULES, NEAR, NEAR)
@example("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", date(2026, 11, 4), date(2026, 11, 4))
def test_the_quick_way_finds_what_the_library_finds(text: str, starts: date, since: date) -> None:
    ours = list(islice(dates(ended(text, starts), starts, since), 6))
    theirs = rrule.rrulestr(text, dtstart=datetime.combine(starts, time()))
    wanted = [each.date() for each in theirs.xafter(datetime.combine(since, time()), count=6, inc=True)]
    assert ours == [day for day in wanted if day <= max(since, starts) + LOOK_AHEAD]


@given(st.text(alphabet="FREQWKLYBDAMOTUH=;,0123456789-", max_size=40))
def test_no_text_at_all_is_too_odd(text: str) -> None:
    found = read_rule(text)
    assert isinstance(found, NotARule) or read_rule(found.written()) == found


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=YEARLY;INTERVAL=366",
        "FREQ=WEEKLY;INTERVAL=99;BYDAY=MO",
    ],
)
def test_a_rule_that_no_day_fits_comes_to_an_end(text: str) -> None:
    assert list(dates(rule(text), MON, MON + timedelta(days=1))) == []


def test_a_rule_that_begins_at_the_end_of_time_has_no_dates() -> None:
    assert list(dates(rule("FREQ=WEEKLY;BYDAY=TU"), date.max, MON)) == []
    assert list(dates(rule("FREQ=WEEKLY;BYDAY=TU;COUNT=3"), date.max, MON)) == []
