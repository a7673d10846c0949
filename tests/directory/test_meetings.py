"""When a group meets next, from the words in its ``every`` column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.directory.cells import Refused
from flows.directory.meetings import next_session, read_every
from tests.directory.rows import group

MON, TUE, WED = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("week", "week"),
        ("Weekly", "week"),
        ("every week", "week"),
        ("1 week", "week"),
        ("2 weeks", "2 weeks"),
        ("fortnightly", "2 weeks"),
        ("every other week", "2 weeks"),
        ("Every 3 weeks from 3/11/2026", "3 weeks from 2026-11-03"),
        ("fortnight from 2026-11-03", "2 weeks from 2026-11-03"),
        ("first Tuesday", "first Tuesday"),
        ("1st Tue", "first Tuesday"),
        ("1st", "first Tuesday"),
        ("last Tuesday of the month", "last Tuesday"),
        ("second tuesday monthly", "second Tuesday"),
        ("first and third Tuesday", "first and third Tuesday"),
        ("1st & 3rd Tues of every month", "first and third Tuesday"),
        ("2nd, 4th Tue", "second and fourth Tuesday"),
    ],
)
def test_how_often_is_read_as_people_put_it(written: str, said: str) -> None:
    assert group(every=f'"{written}"').every == said


@pytest.mark.parametrize(
    "written", ["month", "monthly", "sometimes", "day", "fifth Tuesday", "0 weeks", "13 weeks", "Tuesday", ""]
)
def test_what_does_not_say_how_often_is_refused(written: str) -> None:
    assert isinstance(read_every(written), Refused)


def test_every_other_week_from_no_date_is_refused() -> None:
    assert isinstance(read_every("2 weeks from whenever"), Refused)


@pytest.mark.parametrize(
    ("every", "exceptions", "today", "meets"),
    [
        ("week", "", MON, date(2026, 11, 24)),
        ("week", "", TUE, date(2026, 11, 24)),
        ("week", "", WED, date(2026, 12, 1)),
        ("week", "24/11/2026", MON, date(2026, 12, 1)),
        ("week", "24/11/2026;1/12/2026", MON, date(2026, 12, 8)),
        ("week", "", date(2026, 12, 30), date(2027, 1, 5)),
        ("2 weeks from 2026-11-24", "", MON, date(2026, 11, 24)),
        ("2 weeks from 2026-11-17", "", MON, date(2026, 12, 1)),
        ("2 weeks from 2026-11-17", "01/12/2026", MON, date(2026, 12, 15)),
        ("2 weeks from 2026-11-18", "", MON, date(2026, 12, 1)),  # a date in the week is enough to say which
        ("2 weeks from 2026-12-08", "", MON, date(2026, 12, 8)),  # it has not begun yet
        ("3 weeks from 2026-11-03", "", WED, date(2026, 12, 15)),
        ("first Tuesday", "", MON, date(2026, 12, 1)),
        ("first Tuesday", "", date(2026, 12, 1), date(2026, 12, 1)),
        ("first Tuesday", "", date(2026, 12, 2), date(2027, 1, 5)),
        ("first Tuesday", "1/12/2026", MON, date(2027, 1, 5)),
        ("fourth Tuesday", "", MON, date(2026, 11, 24)),
        ("last Tuesday", "", MON, date(2026, 11, 24)),
        ("last Tuesday", "", WED, date(2026, 12, 29)),
        ("last Tuesday", "", date(2027, 2, 1), date(2027, 2, 23)),
        ("first and third Tuesday", "", MON, date(2026, 12, 1)),
        ("first and third Tuesday", "", date(2026, 12, 2), date(2026, 12, 15)),
        ("last and first Tuesday", "", MON, date(2026, 11, 24)),
    ],
)
def test_the_next_meeting(every: str, exceptions: str, today: date, meets: date) -> None:
    assert next_session(group(every=every, exceptions=exceptions), today) == meets


@pytest.mark.parametrize(
    ("clock", "meets"),
    [(time(9), TUE), (time(18, 30), TUE), (time(18, 31), date(2026, 12, 1)), (time(23), date(2026, 12, 1))],
)
def test_a_meeting_that_has_begun_is_next_times(clock: time, meets: date) -> None:
    assert next_session(group(time="18:30"), TUE, clock) == meets


def test_a_group_that_never_meets_again_has_no_next_meeting() -> None:
    gone = frozenset(TUE + timedelta(weeks=number) for number in range(70))
    assert next_session(replace(group(), exceptions=gone), MON) is None
    assert next_session(replace(group(), exceptions=gone - {TUE + timedelta(weeks=50)}), MON) == date(2027, 11, 9)


EVERY = st.sampled_from(["week", "2 weeks", "3 weeks from 2026-11-03", "first Tue", "last Tue", "2nd and 4th Tue"])


@given(EVERY, st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_the_next_meeting_is_on_its_day_and_nothing_comes_before_it(every: str, today: date, days: int) -> None:
    found = group(every=every)
    meets = next_session(found, today)
    assert meets is not None
    assert meets >= today
    assert meets.weekday() == found.day
    later = today + timedelta(days=days)
    if later <= meets:
        assert next_session(found, later) == meets
