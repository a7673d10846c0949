"""A schedule of Open Referral: the rule, the hours and the end, on the clock of the wall; or why nobody should go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from flows.directory import recurrence
from flows.directory.importing.counting import Counting
from flows.directory.importing.hours import Hour, read_date, read_hour
from flows.directory.meetings import next_session
from flows.directory.model import all_offers
from flows.directory.recurrence import NotARule, Rule
from tests.directory.importing.feeds import TODAY, looked_over, referral, schedule, service, session, times, why


def read(**changes: object) -> list[str]:
    return times(referral(service(schedules=[schedule(**changes)])))


def reason(**changes: object) -> str:
    (said,) = why(referral(service(schedules=[schedule(**changes)])))
    return said


def next_date(**changes: object) -> date | None:
    (group,) = all_offers(referral(service(schedules=[schedule(**changes)])).initiatives)
    return next_session(group, TODAY)


# ---------------------------------------------------------------- the time on the wall


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("09:00", Hour(time(9))),
        ("9:05", Hour(time(9, 5))),
        ("09:00:00", Hour(time(9))),
        ("09:00:00Z", Hour(time(9))),  # a literal Z in a UK feed is the wall's time all the same
        ("09:00:00.000Z", Hour(time(9))),
        ("2000-01-01T08:30:00.000Z", Hour(time(8, 30))),
        ("2000-01-01 08:30:00", Hour(time(8, 30))),
        ("09:00:00+01:00", Hour(time(9), 60)),
        ("09:00-05:00", Hour(time(9), -300)),
        ("24:00", Hour(time(0))),
        ("6:30pm", Hour(time(18, 30))),
        ("6.30 p.m.", Hour(time(18, 30))),
        ("12am", Hour(time(0))),
        ("midday", Hour(time(12))),
        ("9 AM", Hour(time(9))),
    ],
)
def test_a_time_is_read(written: str, hour: Hour) -> None:
    assert read_hour(written) == hour


@pytest.mark.parametrize(
    "written", ["", "9", "25:00", "09:60", "13pm", "0pm", "soon", "0.375", "-1:00", "٠٩:٩٠", "9:0"]
)
def test_what_is_no_time_is_not_guessed(written: str) -> None:
    assert read_hour(written) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-09-10", date(2026, 9, 10)),
        ("2026-09-10T00:00:00.000Z", date(2026, 9, 10)),
        ("2026-09-09T23:00:00.000Z", date(2026, 9, 10)),  # midnight in London, in summer
        ("2026-09-10T10:00:00+01:00", date(2026, 9, 10)),
        ("2026-02-30", None),
        ("10/09/2026", None),
        ("0000-00-00", None),
        ("9999-12-31T23:00:00Z", None),
        ("", None),
    ],
)
def test_a_date_is_read(written: str, day: date | None) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"opens_at": "18:00:00Z", "closes_at": "20:00:00Z"}, ["tu 18:00-20:00"]),
        ({"opens_at": "18:00+01:00", "timezone": 1}, ["tu 18:00"]),
        ({"opens_at": "18:00", "timezone": "Europe/London"}, ["tu 18:00"]),
        ({"opens_at": "18:00", "timezone": 0}, ["tu 18:00"]),
        ({"opens_at": "18:00", "timezone": "Z"}, ["tu 18:00"]),
        ({"opens_at": "18:00", "timezone": "GMT Standard Time"}, ["tu 18:00"]),
        ({"opens_at": "22:00", "closes_at": "00:00"}, ["tu 22:00-00:00"]),
        ({"opens_at": "22:00", "closes_at": "02:00"}, ["tu 22:00-02:00"]),
        ({"opens_at": "18:00", "closes_at": "17:00"}, ["tu 18:00"]),
        ({"opens_at": "18:00", "closes_at": "18:00"}, ["tu 18:00"]),
    ],
)
def test_hours_stay_as_the_wall_shows_them(changes: dict[str, object], met: list[str]) -> None:
    assert read(**({"closes_at": None} | changes)) == met


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"timezone": 3}, "It is on another clock than ours (3)."),
        ({"timezone": "+05:30"}, "It is on another clock than ours (+05:30)."),
        ({"timezone": "America/New_York"}, "It is on another clock than ours (America/New_York)."),
        ({"opens_at": "10:00-05:00"}, "It is on another clock than ours (10:00-05:00)."),
        ({"opens_at": None}, "It does not say what time."),
        ({"opens_at": "by appointment"}, "It opens at “by appointment”, which is no time of day."),
        ({"opens_at": "00:00", "closes_at": "23:59"}, "It is open day and night, which is no time at which to come."),
        ({"attending_type": "phone"}, "It is by phone or at home, and not a place to go to."),
        ({"attending_type": "home visits"}, "It is by phone or at home, and not a place to go to."),
    ],
)
def test_hours_that_would_send_somebody_at_the_wrong_time_are_left_out(changes: dict[str, object], said: str) -> None:
    assert reason(**changes) == said


# ---------------------------------------------------------------- how often


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"byday": "MO,TU,WE,TH"}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"),
        ({"byday": ["MO", "TU"]}, "FREQ=WEEKLY;BYDAY=MO,TU"),
        ({"byday": " mo , Tuesday "}, "FREQ=WEEKLY;BYDAY=MO,TU"),
        ({"freq": "week"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"freq": None}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"freq": None, "byday": "1TU"}, "FREQ=MONTHLY;BYDAY=1TU"),
        ({"freq": "MONTHLY", "byday": "1SA"}, "FREQ=MONTHLY;BYDAY=1SA"),
        ({"freq": "MONTHLY", "byday": "-1FR"}, "FREQ=MONTHLY;BYDAY=-1FR"),
        ({"freq": "MONTHLY", "byday": None, "bymonthday": "15"}, "FREQ=MONTHLY;BYMONTHDAY=15"),
        ({"freq": "MONTHLY", "byday": None, "bymonthday": 15}, "FREQ=MONTHLY;BYMONTHDAY=15"),
        ({"freq": "MONTHLY", "byday": None, "dtstart": "2026-01-15"}, "FREQ=MONTHLY;BYMONTHDAY=15"),
        ({"byday": None, "dtstart": "2026-11-05"}, "FREQ=WEEKLY;BYDAY=TH"),
        ({"interval": 2, "dtstart": "2026-11-03"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ({"interval": "2.0", "dtstart": "2026-11-03"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ({"interval": 0}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"until": "2027-03-31"}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270331"),
        ({"valid_to": "2027-03-31", "until": "2027-01-31"}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131"),
        ({"dtstart": "2005-01-04"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"freq": "daily", "byday": None}, "FREQ=DAILY"),
        ({"count": 4, "dtstart": "2026-11-05"}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201"),
        ({"count": "4", "byday": "TU,TH", "dtstart": "2026-11-19"}, "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261201"),
        ({"count": 9, "until": "2026-12-01", "dtstart": "2026-11-05"}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201"),
    ],
)
def test_a_rule_is_read(changes: dict[str, object], rule: str) -> None:
    found = referral(service(schedules=[schedule(**changes)]))
    assert [each.rule for one in found.initiatives for each in one.sessions] == [rule]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"valid_to": "2020-12-04"}, "It ended on 4/12/2020."),
        ({"dtstart": "2005-01-01", "until": "2005-01-01"}, "It ended on 1/1/2005."),
        ({"freq": "YEARLY", "byyearday": "2,3"}, "Its rule says BYYEARDAY, which no group meets by."),
        ({"byweekno": "41,42"}, "Its rule says BYWEEKNO, which no group meets by."),
        ({"byday": "XX"}, "It meets on “XX”, which is no day of the week."),
        ({"byday": "1TU"}, "Its rule is weekly and says which one of the month."),
        ({"freq": "fortnight"}, "It says that it meets “fortnight”, and only weekly and monthly can be followed."),
        ({"freq": None, "byday": None}, "It does not say how often it meets, nor when."),
        ({"byday": None}, "It does not say on which day it meets."),
        ({"byday": None, "weekday": 2}, "It numbers the day of the week, and nobody can tell which day comes first."),
        ({"interval": 2}, "It meets every 2 weeks or months, and no date says which ones."),
        ({"interval": -1}, "Its rule says INTERVAL=-1, which cannot be read."),
        (
            {"bymonthday": "15", "byday": None, "dtstart": "2026-11-05"},
            "Its rule is weekly and names days of the month (BYMONTHDAY).",
        ),
        ({"freq": "MONTHLY", "byday": "9TU"}, "Its rule names a week that no month has."),
        ({"freq": "MONTHLY", "byday": None, "bymonthday": "32"}, "Its rule says BYMONTHDAY=32, which cannot be read."),
        ({"freq": "WEEKLY;BYDAY=MO"}, "It says that it meets “WEEKLY;BYDAY=MO”, and only weekly"),
        ({"dtstart": "2026-12-25", "valid_to": "2026-12-24"}, "It has no date on which it meets."),
        ({"freq": None, "byday": None, "dtstart": "2025-01-01"}, "It ended on 1/1/2025."),
        ({"count": 2, "dtstart": "2026-11-05"}, "It ended on 17/11/2026."),
        ({"count": 3}, "Its rule counts its meetings, and no date says from when."),
        ({"count": 2000, "dtstart": "2026-11-05"}, "Its rule counts 2000 meetings, and no more than 1000 are counted."),
        ({"count": 900, "dtstart": "2016-11-05"}, "Its rule counts its meetings from more than ten years ago."),
        (
            {"freq": "MONTHLY", "byday": "5MO", "count": 1000, "dtstart": "2020-01-01"},
            "Its rule counts more meetings than can be followed.",
        ),
    ],
)
def test_a_rule_that_cannot_be_followed_is_left_out_with_its_reason(changes: dict[str, object], said: str) -> None:
    assert reason(**changes).startswith(said)


def test_weekly_with_days_of_the_month_keeps_its_weekdays_and_says_so() -> None:
    found = referral(service(schedules=[schedule(byday="TH,FR", bymonthday="2,3,4")]))

    assert times(found) == ["th 10:00-12:00", "fr 10:00-12:00"]
    assert looked_over(found) == ["Its rule is weekly and has BYMONTHDAY=2,3,4 as well: the days of the week are kept."]


def test_a_feed_full_of_counts_is_followed_no_further_than_one_that_has_few(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[date] = []
    fits = recurrence._fits

    def counted(rule: Rule, day: date, since: date) -> bool:
        looked.append(day)
        return fits(rule, day, since)

    monkeypatch.setattr(recurrence, "_fits", counted)
    counting, today = Counting(days=1000), date(2026, 11, 23)
    endless = Rule("MONTHLY", by_day=((5, 0),), count=999)

    said = [counting.ended(endless, date(2020, 1, day), today) for day in range(1, 29)]

    assert all(isinstance(each, NotARule) for each in said)
    assert len(looked) <= 1100
    assert counting.ended(replace(endless, count=None), TODAY, today) == replace(endless, count=None)


def test_every_other_week_keeps_its_weeks_when_it_becomes_valid_later() -> None:
    assert next_date(interval=2, dtstart="2026-09-01") == date(2026, 11, 24)
    assert next_date(interval=2, dtstart="2026-09-01", valid_from="2026-11-25") == date(2026, 12, 8)
    assert next_date(interval=2, dtstart="2026-09-01", valid_from="2026-12-01") == date(2026, 12, 8)


def test_what_is_valid_only_from_a_later_date_is_not_offered_before_it() -> None:
    assert next_date(valid_from="2027-01-06") == date(2027, 1, 12)


def test_a_single_date_is_a_session_of_its_own() -> None:
    assert next_date(freq=None, byday=None, dtstart="2026-12-05") == date(2026, 12, 5)


def test_the_day_is_right_on_both_sides_of_summer_time() -> None:
    (group,) = all_offers(referral(service(schedules=[schedule(byday="SU", opens_at="09:00:00Z")])).initiatives)

    assert [next_session(group, day) for day in (date(2027, 3, 22), date(2027, 3, 29))] == [
        date(2027, 3, 28),
        date(2027, 4, 4),
    ]
    assert group.time == time(9)


# ---------------------------------------------------------------- dates that differ


def test_the_holidays_of_version_1_are_dates_on_which_it_does_not_meet() -> None:
    closed = [
        {"closed": True, "start_date": "2026-12-22", "end_date": "2026-12-23"},
        {"closed": False, "start_date": "2026-12-29", "end_date": "2026-12-29"},
        {"closed": True, "start_date": "2026-01-01", "end_date": "2036-01-01"},
    ]

    assert session(referral(service(holiday_schedules=closed))).except_on == {date(2026, 12, 22), date(2026, 12, 23)}


def test_dates_in_our_own_notes_are_taken_back() -> None:
    notes = "Bring a mug. Not on 2026-12-25, 2027-01-01. Also on 2026-12-28."

    found = session(referral(service(schedules=[schedule(notes=notes)])))

    assert found.except_on == {date(2026, 12, 25), date(2027, 1, 1)}
    assert found.also_on == {date(2026, 12, 28)}
