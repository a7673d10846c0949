"""What is said of a group, and of how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

import pytest

from flows.content import Group
from flows.directory.ranking import Offer
from flows.directory.telling import GROUP_BLANKS, away_words, group_blanks
from flows.model import Look
from flows.talking.offers import label
from tests.directory.rows import ONLINE, group
from tests.layout.phrases import phrase

MON = date(2026, 11, 23)
TABLE = group(id="table", name="Table", postcode="TN9 1AA", day="Tue")


# ---------------------------------------------------------------- said


def labelled(offered: Group, miles: float | None, meets: date, today: date = MON) -> str:
    return label(Offer(offered, miles, meets), today, Look.TELEGRAM, phrase)


def test_a_choice_says_what_when_and_how_far() -> None:
    call = group(id="call", name="Call", day="Sun", **ONLINE)
    assert labelled(TABLE, 0.2, date(2026, 11, 24)) == "Table, Tue 18:30, close by"
    assert labelled(TABLE, 4.6, date(2026, 11, 24)) == "Table, Tue 18:30, about 5 miles"
    assert labelled(TABLE, None, date(2026, 11, 24)) == "Table, Tue 18:30"
    assert labelled(call, None, date(2026, 11, 29)) == "Call, Sun 18:30, online"


def test_a_date_is_said_where_the_weekday_alone_would_mislead() -> None:
    monthly = group(id="m", name="Monthly", every="first Monday", day="Mon")
    fortnight = group(id="f", name="Fortnight", every="2 weeks from 2026-11-27", day="Fri")
    closed_this_week = group(id="c", name="Closed", exceptions="24/11/2026")
    assert labelled(fortnight, None, date(2026, 11, 27)) == "Fortnight, Fri 27 Nov 18:30"
    assert labelled(closed_this_week, None, date(2026, 12, 1)) == "Closed, Tue 1 Dec 18:30"
    assert labelled(monthly, None, date(2026, 12, 7)) == "Monthly, Mon 7 Dec 18:30"
    assert group_blanks(monthly, MON)["day"] == "Monday 7 December"
    assert group_blanks(closed_this_week, MON)["day"] == "Tuesday 1 December"


def test_what_has_begun_today_is_said_for_next_week() -> None:
    assert group_blanks(TABLE, date(2026, 11, 24), time(18))["day"] == "Tuesday"
    assert group_blanks(TABLE, date(2026, 11, 24), time(19))["day"] == "Tuesday 1 December"


@pytest.mark.parametrize(
    ("miles", "said"),
    [
        (0, "close by"),
        (0.4, "close by"),
        (0.6, "about a mile"),
        (1.4, "about a mile"),
        (1.6, "about 2 miles"),
        (3.2, "about 3 miles"),
        (12.8, "about 13 miles"),
    ],
)
def test_a_distance_is_said_in_whole_miles(miles: float, said: str) -> None:
    name, blanks = away_words(miles)
    assert phrase(name, blanks) == said


def test_the_blanks_of_a_group_are_its_columns() -> None:
    blanks: Mapping[str, str] = group_blanks(group(until="", phone="01632 960101", link="https://example.org/x"), MON)
    assert tuple(blanks) == GROUP_BLANKS
    assert (
        f"{blanks['name']}, {blanks['day']} {blanks['time']}, {blanks['place']}."
        == "Tuesday Table, Tuesday 18:30, Community Room."
    )
    assert (blanks["contact"], blanks["phone"], blanks["until"]) == ("welcome host", "01632 960101", "")
    assert group_blanks(group(), MON)["until"] == "20:00"
