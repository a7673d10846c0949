"""Which groups a person is offered: small stories. Every search has the three that a text holds, unless it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import geography
from flows.content import Group
from flows.directory.choosing import POOL
from flows.directory.geography import Point, miles
from flows.directory.ranking import FARTHEST, NEAR, NOTHING, Directory, Found, Offer, Wanted, search
from flows.timing import weekday_named
from tests.directory.rows import ONLINE, group

UK = geography()
MON = date(2026, 11, 23)

TABLE = group(id="table", name="Table", postcode="TN9 1AA", day="Tue", place="Hall", kind="peer group")
MUGS = group(id="mugs", name="Mugs", postcode="TN1 1AA", day="Mon", place="Library", kind="drop-in")
WALK = group(id="walk", name="Walk", postcode="TN13 1AA", day="Wed", place="Gates", kind="activity", needs="body")
KITCHEN = group(id="kitchen", name="Kitchen", postcode="ME15 6AA", day="Fri", access="step_free:no", needs="money")
WOMEN = group(id="women", name="Women", postcode="TN13 1AA", day="Wed", for_="women")
CALL = group(id="call", name="Call", day="Sun", **ONLINE)
FAR = group(id="far", name="Far", postcode="EH1 1AA")
ALL = (FAR, CALL, WOMEN, KITCHEN, WALK, MUGS, TABLE)


def look(
    groups: Sequence[Group] = ALL,
    *,
    near: str = "TN9 1",
    on: str = "any",
    must: str = "",
    needs: str = "",
    show: int = 3,
    today: date = MON,
    clock: time = time(0),
    practice: bool = True,
    hidden: str = "",
    seen: str = "",
) -> Found:
    def listed(written: str) -> frozenset[str]:
        return frozenset(written.split())

    wanted = Wanted(
        near, weekday_named(on), listed(needs), listed(must), today, clock, practice, listed(hidden), listed(seen)
    )
    return search(Directory(tuple(groups), UK), wanted, show)


def names(found: Found) -> list[str]:
    return [offer.group.id for offer in found.offers]


# ---------------------------------------------------------------- near, soon, true, needed


def test_somebody_in_tonbridge_is_offered_the_nearest_first() -> None:
    found = look()
    assert names(found) == ["table", "mugs", "walk"]
    assert found.widened == ""
    assert [round(offer.miles or 0) for offer in found.offers] == [0, 5, 6]
    assert names(look(near="ME15 6"))[0] == "kitchen"
    assert names(look(near="Tonbridge")) == names(found)
    assert names(look(show=1)) == ["table"]


def test_of_two_as_near_the_sooner_comes_first() -> None:
    friday = group(id="friday", name="Friday", postcode="TN9 1BB", day="Fri")
    assert names(look((friday, TABLE))) == ["table", "friday"]
    assert names(look((friday, TABLE), today=date(2026, 11, 25))) == ["friday", "table"]


def test_a_weekly_group_a_little_further_comes_before_a_monthly_one_three_weeks_away() -> None:
    monthly = group(id="monthly", name="Monthly", postcode="TN9 1AA", day="Fri", every="third Friday")
    near_by = group(id="near", name="Near by", postcode="TN11 9AA", day="Tue")
    assert names(look((monthly, near_by))) == ["near", "monthly"]


def test_a_need_that_was_named_goes_before_a_shorter_way_but_shuts_nothing_out() -> None:
    assert names(look(needs="money"))[0] == "kitchen"
    assert names(look(needs="body"))[0] == "walk"
    assert set(names(look((TABLE, KITCHEN), needs="money"))) == {"kitchen", "table"}
    assert names(look(needs="something_else")) == names(look())


def test_a_group_that_serves_both_needs_goes_before_one_that_serves_one() -> None:
    both = group(id="both", name="Both", postcode="TN9 1BB", needs="money;hope", day="Sat")
    one = group(id="one", name="One", postcode="TN9 1AA", needs="money", day="Tue")
    assert names(look((one, both), needs="money hope")) == ["both", "one"]


def test_what_nobody_has_checked_for_long_fades_then_is_rung_first_then_is_gone() -> None:
    def last_known(checked: str) -> Group:
        return group(id=f"g{checked}", name=checked, checked=checked, postcode="TN9 1AA")

    fresh, faded = last_known("2026-10-30"), last_known("2026-03-01")
    year_old, gone = last_known("2025-11-01"), last_known("2024-11-01")
    found = look((gone, year_old, faded, fresh))
    assert [offer.group for offer in found.offers] == [fresh, faded, year_old]
    assert [offer.ring_first for offer in found.offers] == [False, False, True]
    assert look((gone,)) == NOTHING


# ---------------------------------------------------------------- gates


@pytest.mark.parametrize(
    ("must", "expected"),
    [
        ("step_free", ["table", "mugs", "call", "walk"]),  # a no is no; and nobody needs a ramp to join from home
        ("children", ["table", "mugs", "walk"]),  # what the call does not say is no yes
        ("online", ["call"]),
        ("women", ["women"]),
        ("women step_free", ["women"]),
        ("women online", []),
        ("hearing_loop", []),
        ("no_such_thing", []),
    ],
)
def test_what_a_person_must_have_is_surely_there(must: str, expected: list[str]) -> None:
    assert sorted(names(look(must=must, show=9))) == sorted(expected)


def test_nothing_is_stretched_past_what_a_person_must_have() -> None:
    assert look((KITCHEN,), must="step_free") == NOTHING
    assert look((WOMEN,), on="Mon") == NOTHING


def test_a_closed_group_is_offered_to_nobody_and_one_for_some_only_to_them() -> None:
    closed = group(id="closed", access="closed:yes;step_free:yes")
    either = group(id="either", for_="women; anyone")
    assert names(look((WOMEN, closed, either))) == ["either"]
    assert look((closed,), must="step_free") == NOTHING
    assert names(look((WOMEN, TABLE), must="women")) == ["women"]


def test_a_group_for_some_ages_is_offered_to_whoever_asks_for_such() -> None:
    young = replace(group(id="young", for_="young people"), max_age=25)
    older = replace(group(id="older", for_="anyone"), min_age=50)
    adults = replace(group(id="adults", for_="anyone"), min_age=18)
    assert names(look((young, older, adults))) == ["adults"]
    assert look((young, older, replace(adults, max_age=17))) == NOTHING
    asked = Wanted("TN9", None, frozenset(), frozenset({"young people"}), MON, practice=True)
    assert names(search(Directory((young, older), UK), asked)) == ["young"]


def test_an_invented_group_is_for_practice_alone() -> None:
    assert look(practice=False) == NOTHING
    assert all(each.sample for each in ALL)


def test_what_is_reported_shut_or_was_seen_already_is_passed_over() -> None:
    assert names(look(hidden="table"))[0] == "mugs"
    assert "walk" not in names(look(seen=f"{TABLE.initiative} {WALK.initiative}"))
    everything = " ".join(each.initiative for each in ALL)
    assert look(seen=everything) == NOTHING


def test_however_much_was_seen_or_is_out_of_date_the_rest_is_still_found() -> None:
    many = [replace(CALL, id=f"old-{n}", initiative=f"old-{n}", checked=date(2024, 1, 1)) for n in range(150)]
    many += [replace(CALL, id=f"seen-{n}", initiative=f"seen-{n}") for n in range(150)]
    last = replace(CALL, id="last", checked=None)
    seen = " ".join(f"seen-{n}" for n in range(150))
    assert names(look((*many, last), seen=seen, needs="money", near="ZE1")) == ["last"]
    assert names(look((*many, last), seen=seen)) == ["last"]


def test_what_has_begun_today_is_next_weeks() -> None:
    tuesday = date(2026, 11, 24)
    assert look((TABLE,), today=tuesday, clock=time(18)).offers[0].next_date == tuesday
    assert look((TABLE,), today=tuesday, clock=time(19)).offers[0].next_date == date(2026, 12, 1)


# ---------------------------------------------------------------- three that differ


def test_never_two_meetings_of_one_group() -> None:
    again = group(id="table-2", name="TABLE", postcode="TN9 1AA", day="Mon")
    assert names(look((again, TABLE, MUGS))) == ["table-2", "mugs"]
    assert names(look((again, TABLE, MUGS), on="Tue")) == ["table"]


def test_three_ways_to_spend_one_evening_in_one_hall_are_not_three_offers() -> None:
    alike = tuple(
        group(id=f"alike-{number}", name=f"Alike {number}", postcode="TN9 1AA", place="Hall") for number in range(5)
    )
    found = names(look((*alike, MUGS, WALK)))
    assert found[0].startswith("alike")
    assert sorted(found[1:]) == ["mugs", "walk"]


# ---------------------------------------------------------------- never an empty answer


def test_a_day_that_something_near_meets_on_is_kept_to() -> None:
    found = look(on="Friday")
    assert (names(found), found.widened) == (["kitchen"], "")


def test_nothing_near_on_that_day_is_looked_for_farther_away() -> None:
    hastings = group(id="sea", name="Sea", postcode="TN34 1AA", day="Sat")
    found = look((*ALL, hastings), on="Saturday")
    assert (names(found), found.widened) == (["sea"], "farther")
    assert NEAR < (found.offers[0].miles or 0) <= FARTHEST


def test_nothing_on_that_day_is_looked_for_on_another_and_online_on_the_day_comes_too() -> None:
    found = look(on="Sunday")
    assert found.widened == "any day"
    assert names(found) == ["table", "mugs", "call"]


def test_where_nothing_is_near_there_is_still_what_is_online() -> None:
    found = look(near="ZE1")
    assert (names(found), found.widened) == (["call"], "online")
    assert look(near="ZE1", on="Sunday").offers == look(near="ZE1", on="Monday").offers


def test_in_the_end_something_is_offered_however_far_it_is() -> None:
    found = look((FAR, TABLE), near="ZE1", on="Friday")
    assert (names(found), found.widened) == (["far", "table"], "farther")
    assert 250 < (found.offers[0].miles or 0) < 350


@pytest.mark.parametrize("near", ["TN9", "ZE1", "Belfast", ""])
@pytest.mark.parametrize("on", ["any", *["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]])
@pytest.mark.parametrize("needs", ["", "money", "unheard_of"])
def test_there_is_always_an_offer_where_any_group_passes_the_gates(near: str, on: str, needs: str) -> None:
    assert look((FAR,), near=near, on=on, needs=needs).offers
    assert look((CALL,), near=near, on=on, needs=needs).offers
    assert look((), near=near, on=on, needs=needs) == NOTHING


@pytest.mark.parametrize("near", ["BT1", "JE2", "ZZ1"])
def test_a_place_that_is_on_no_map_has_no_distance_made_up(near: str) -> None:
    assert names(look(near=near)) == ["call"]
    found = look((TABLE, FAR), near=near, on="Friday")
    assert (sorted(names(found)), found.widened) == (["far", "table"], "farther")
    assert {offer.miles for offer in found.offers} == {None}


def test_a_group_whose_place_nobody_knows_is_offered_when_there_is_nothing_else() -> None:
    somewhere = replace(group(id="somewhere"), postcode="", town="")
    assert names(look((somewhere, TABLE))) == ["table"]
    found = look((somewhere,))
    assert (names(found), found.widened, found.offers[0].miles) == (["somewhere"], "farther", None)


def test_on_an_island_that_no_map_of_ours_shows_its_own_groups_are_offered() -> None:
    here = group(id="here", name="Here", postcode="JE2 3AB", town="")
    other = group(id="other", name="Other", postcode="GY1 1AA", town="")
    found = look((TABLE, other, here, CALL), near="JE3")
    assert names(found) == ["here", "call"]
    assert found.offers[0].miles is None


def test_in_northern_ireland_a_town_is_as_good_as_a_postcode() -> None:
    lisburn = group(id="lisburn", name="Lisburn", postcode="BT28 1AA", town="Lisburn")
    found = look((lisburn, TABLE), near="Belfast")
    assert names(found) == ["lisburn"]
    assert 5 < (found.offers[0].miles or 0) < 10


def test_without_a_place_everything_is_offered_and_no_distance_made_up() -> None:
    found = look(near="", show=9)
    assert set(names(found)) == {"table", "mugs", "walk", "kitchen", "call", "far"}
    assert {offer.miles for offer in found.offers} == {None}
    assert names(look(near="", on="Friday")) == ["kitchen"]


def test_what_meets_online_and_in_a_room_has_a_distance_only_where_it_can_be_reached() -> None:
    both = group(id="both", postcode="TN9 1AA", access="online:yes")
    assert look((both,)).offers[0].miles == 0
    assert look((both,), near="EH1").offers[0].miles is None


# ---------------------------------------------------------------- dates


def test_a_group_that_meets_on_the_15th_is_found_by_the_weekday_that_this_is() -> None:
    monthly = replace(TABLE, id="monthly", rule="FREQ=MONTHLY;BYMONTHDAY=15", starts=date(2026, 1, 15), day=None)
    found = look((monthly,), on="Tuesday")
    assert [(offer.group.id, offer.next_date) for offer in found.offers] == [("monthly", date(2026, 12, 15))]
    assert look((replace(monthly, rule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20260101"),)) == NOTHING  # it has ended


# ---------------------------------------------------------------- the short way and the long one


def long_way(groups: Sequence[Group], wanted: Wanted, here: Point) -> set[str]:
    """Whatever is in reach and passes the gates, by looking at every group."""
    return {
        each.id
        for each in groups
        if (there := UK.venue(each.postcode))
        and miles(here, there) <= FARTHEST
        and (wanted.day is None or each.day == wanted.day)
        and all(each.access.get(must, False) for must in wanted.must)
    }


PLACES = ("TN9 1", "TN1 1", "TN13 1", "ME15 6", "DA1 2", "BR1 1", "SE1 1", "TN34 1", "CT1 1", "BN1 1", "EH1 1")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ROWS = st.tuples(st.sampled_from(PLACES), st.sampled_from(DAYS), st.booleans(), st.sampled_from(("hope", "money")))
POOL_OF = {
    (place, day, ramp, need): group(
        id="g", postcode=f"{place}AA", day=day, access=f"step_free:{'yes' if ramp else 'no'}", needs=need
    )
    for place in PLACES
    for day in DAYS
    for ramp in (True, False)
    for need in ("hope", "money")
}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(ROWS, max_size=40),
    st.sampled_from(PLACES),
    st.sampled_from([None, 1, 4]),
    st.booleans(),
    st.sets(st.sampled_from(("hope", "money"))),
)
def test_the_map_leaves_out_nothing_that_looking_at_each_group_would_find(
    rows: list[tuple[str, str, bool, str]], near: str, day: int | None, ramp: bool, needs: set[str]
) -> None:
    groups = [replace(POOL_OF[each], id=f"g{n}", initiative=f"i{n}") for n, each in enumerate(rows)]
    must = frozenset({"step_free"}) if ramp else frozenset[str]()
    wanted = Wanted(near, day, frozenset(needs), must, MON, practice=True)
    here = UK.where(near)
    assert here
    there = long_way(groups, wanted, here)
    found = search(Directory(tuple(groups), UK), wanted, POOL)
    if there:
        assert len(found.offers) == min(len(there), POOL)
        assert {offer.group.id for offer in found.offers} <= there
        best = max(_weight(each, wanted, here) for each in groups if each.id in there)
        assert _weight(found.offers[0].group, wanted, here) == pytest.approx(best)
    else:
        assert found.widened in ("farther", "any day", "nothing")


def _weight(each: Group, wanted: Wanted, here: Point) -> float:
    there = UK.venue(each.postcode)
    assert there
    assert each.day is not None
    meets = MON + timedelta(days=each.day)
    served = len(each.needs & wanted.needs) / len(wanted.needs) if wanted.needs else 1.0
    need = 1.0 if not wanted.needs else 0.6 + 0.4 * served if served else 0.15
    return need * max(0.1, 2 ** (-miles(here, there) / 6)) * (1 - 0.5 * (meets - MON).days / 28)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([(51.2, 0.27), (58.9, -3.2), (0.0, 0.0), (-33.9, 18.4)]),
    st.lists(st.tuples(st.floats(-0.6, 0.6), st.floats(-0.9, 0.9)), min_size=1, max_size=30),
)
def test_rings_hold_all_that_is_in_reach_and_nothing_nearer_than_they_say(
    here: Point, offsets: list[tuple[float, float]]
) -> None:
    groups = [
        replace(TABLE, id=f"g{n}", point=(here[0] + north, here[1] + east)) for n, (north, east) in enumerate(offsets)
    ]
    met = set()
    for nearest, entries in Directory(tuple(groups), UK).index.around(here, FARTHEST):
        for entry in entries:
            assert entry.point
            assert miles(here, entry.point) >= nearest
            met.add(entry.number)
    in_reach = {n for n, each in enumerate(groups) if each.point and miles(here, each.point) <= FARTHEST}
    assert in_reach <= met


def test_past_thirty_miles_what_is_online_goes_first() -> None:
    near, past = (
        replace(TABLE, id=name, point=(51.196 + north, 0.276)) for name, north in (("in", 0.43), ("out", 0.44))
    )
    assert (names(look((near, CALL))), look((near, CALL)).widened) == (["call", "in"], "farther")
    assert (names(look((past, CALL))), look((past, CALL)).widened) == (["call"], "online")


def test_an_offer_is_all_that_is_said_of_a_group() -> None:
    assert look((TABLE,)).offers == (Offer(TABLE, 0.0, date(2026, 11, 24)),)


def test_nothing_is_nothing() -> None:
    assert look(()) == NOTHING
    assert look(show=0) == NOTHING
