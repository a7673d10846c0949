"""Which groups a person is offered, and how they are told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

import pytest

from bot.content import geography
from flows.content import Group
from flows.directory.finding import FARTHEST, GROUP_BLANKS, Found, away_words, find_groups, group_blanks, label
from tests.directory.rows import ONLINE, group
from tests.layout.phrases import phrase

UK = geography()
MON = date(2026, 11, 23)
NONE: frozenset[str] = frozenset()

TABLE = group(id="table", name="Table", postcode="TN9 1AA", day="Tue")
MUGS = group(id="mugs", name="Mugs", postcode="TN1 1AA", day="Mon")
KITCHEN = group(id="kitchen", name="Kitchen", postcode="ME15 6AA", day="Fri", access="step_free:no", needs="money")
WOMEN = group(id="women", name="Women", postcode="TN13 1AA", day="Wed", for_="women")
CALL = group(id="call", name="Call", day="Sun", **ONLINE)
FAR = group(id="far", name="Far", postcode="EH1 1AA")
ALL = (FAR, CALL, WOMEN, KITCHEN, MUGS, TABLE)


def found(
    groups: Sequence[Group] = ALL,
    *,
    near: str = "TN9 1AB",
    on: str = "any",
    must: frozenset[str] = NONE,
    needs: frozenset[str] = NONE,
    show: int = 9,
    today: date = MON,
    practice: bool = True,
    clock: time = time(0),
) -> tuple[Found, ...]:
    return find_groups(
        groups, UK, near=near, on=on, must=must, needs=needs, show=show, today=today, practice=practice, clock=clock
    )


def names(offered: Sequence[Found]) -> list[str]:
    return [each.group.id for each in offered]


def test_the_nearest_come_first_and_online_last() -> None:
    assert names(found()) == ["table", "mugs", "kitchen", "call"]
    assert names(found(near="ME15")) == ["kitchen", "table", "mugs", "call"]
    assert names(found(show=2)) == ["table", "mugs"]


def test_of_two_as_near_the_sooner_comes_first() -> None:
    friday = group(id="friday", name="Friday", postcode="TN9 1BB", day="Fri")
    assert names(found((friday, TABLE))) == ["table", "friday"]
    assert names(found((friday, TABLE), today=date(2026, 11, 25))) == ["friday", "table"]


@pytest.mark.parametrize(
    ("on", "expected"), [("tuesday", ["table"]), ("friday", ["kitchen"]), ("saturday", []), ("sunday", ["call"])]
)
def test_a_day_leaves_the_groups_of_that_day(on: str, expected: list[str]) -> None:
    assert names(found(on=on)) == expected


@pytest.mark.parametrize(
    ("must", "expected"),
    [
        ({"step_free"}, ["table", "mugs"]),  # a no is no, and what the call does not say is no yes
        ({"children"}, ["table", "mugs"]),
        ({"online"}, ["call"]),
        ({"women"}, ["women"]),
        ({"women", "step_free"}, ["women"]),
        ({"women", "online"}, []),
        ({"hearing_loop"}, []),
    ],
)
def test_what_a_person_must_have_is_surely_there(must: set[str], expected: list[str]) -> None:
    assert names(found(must=frozenset(must))) == expected


def test_a_need_is_met_by_any_group_that_serves_it() -> None:
    assert names(found(needs=frozenset({"money"}))) == ["kitchen"]
    assert names(found(needs=frozenset({"money", "people"}))) == ["table", "mugs", "kitchen", "call"]


def test_a_group_for_some_is_not_offered_to_others_nor_a_closed_one_to_anybody() -> None:
    closed = group(id="closed", access="closed:yes;step_free:yes")
    either = group(id="either", for_="women; anyone")
    assert names(found((WOMEN, closed, either))) == ["either"]
    assert names(found((closed,), must=frozenset({"step_free"}))) == []


def test_never_two_meetings_of_one_group() -> None:
    again = group(id="table-2", name="TABLE", postcode="TN1 1AA", day="Mon")
    assert names(found((again, TABLE, MUGS))) == ["table", "mugs"]
    assert names(found((again, TABLE, MUGS), show=2)) == ["table", "mugs"]
    assert names(found((again, TABLE, MUGS), on="monday")) == ["mugs", "table-2"]


@pytest.mark.parametrize("near", ["BT1 1AA", "ZZ1", "ZE1"])
def test_where_nothing_is_near_only_online_groups_are_left(near: str) -> None:
    assert names(found(near=near)) == ["call"]
    assert found((TABLE, FAR), near=near) == ()


def test_no_group_is_offered_past_a_days_reach() -> None:
    assert names(found((FAR,))) == []
    assert names(found((FAR,), near="EH2")) == ["far"]
    assert all(each.miles is None or each.miles <= FARTHEST for each in found())


def test_without_a_place_everything_is_offered_and_no_distance_made_up() -> None:
    offered = found(near="")
    assert names(offered) == ["mugs", "far", "table", "kitchen", "call"]
    assert {each.miles for each in offered} == {None}


def test_a_real_person_is_never_sent_to_an_invented_group() -> None:
    assert found(practice=False) == ()
    assert all(each.sample for each in ALL)


def test_nothing_is_nothing() -> None:
    assert found(()) == ()
    assert found(show=0) == ()


def test_a_group_that_meets_online_and_in_a_room_has_a_distance_only_when_it_can_be_reached() -> None:
    both = group(id="both", postcode="TN9 1AA", access="online:yes")
    assert found((both,))[0].miles == 0
    assert found((both,), near="EH1")[0].miles is None


# ---------------------------------------------------------------- said


def labels(offered: Sequence[Found]) -> list[str]:
    return [label(each, phrase) for each in offered]


def test_a_choice_says_what_when_and_how_far() -> None:
    assert labels(found()) == [
        "Table, Tue 18:30, close by",
        "Mugs, Mon 18:30, about 5 miles",
        "Kitchen, Fri 18:30, about 12 miles",
        "Call, Sun 18:30, online",
    ]
    assert labels(found((TABLE,), near="")) == ["Table, Tue 18:30"]


def test_a_date_is_said_where_the_weekday_alone_would_mislead() -> None:
    monthly = group(id="m", name="Monthly", every="first Monday", day="Mon")
    fortnight = group(id="f", name="Fortnight", every="2 weeks from 2026-11-27", day="Fri")
    closed_this_week = group(id="c", name="Closed", exceptions="24/11/2026")
    assert labels(found((monthly, fortnight, closed_this_week), near="")) == [
        "Fortnight, Fri 27 Nov 18:30",
        "Closed, Tue 1 Dec 18:30",
        "Monthly, Mon 7 Dec 18:30",
    ]
    assert group_blanks(monthly, MON)["day"] == "Monday 7 December"
    assert group_blanks(closed_this_week, MON)["day"] == "Tuesday 1 December"


def test_what_has_begun_today_is_offered_for_next_week() -> None:
    tuesday = date(2026, 11, 24)
    assert labels(found((TABLE,), today=tuesday, clock=time(18))) == ["Table, Tue 18:30, close by"]
    assert labels(found((TABLE,), today=tuesday, clock=time(19))) == ["Table, Tue 1 Dec 18:30, close by"]
    assert group_blanks(TABLE, tuesday, time(19))["day"] == "Tuesday 1 December"


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
