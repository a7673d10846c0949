"""What a coordinator should check next: the most urgent first, each once, and only what is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from flows.content import Group, Helpline
from flows.directory.stock import stocked
from flows.directory.upkeep import Due, Why, to_check
from flows.wording import Place, Wording
from tests.directory.rows import group

TODAY = date(2026, 11, 23)


def checked(days: int | None, id: str = "ton-tue", **changes: Any) -> Group:
    day = TODAY - timedelta(days=days) if days is not None else None
    made = replace(group(), id=id, initiative=id, checked=day, sample=False, at=None)
    return replace(made, **changes)


def line(days: int | None) -> Helpline:
    day = TODAY - timedelta(days=days) if days is not None else None
    return Helpline("lines", Wording({"en": "Ring"}), "https://example.org", day, Place("signposts.yaml", 3))


def due(*groups: Group, reported: Mapping[str, str] | None = None, practice: bool = False) -> tuple[Due, ...]:
    return to_check(groups, (), TODAY, {}, reported or {}, practice=practice)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (0, None),
        (182, None),
        (184, Why.FADING),
        (364, Why.FADING),
        (365, Why.RING_FIRST),
        (729, Why.RING_FIRST),
        (730, Why.TOO_OLD),
        (None, Why.RING_FIRST),
    ],
)
def test_how_long_ago_it_was_checked_says_how_urgent_it_is(days: int | None, why: Why | None) -> None:
    assert [each.why for each in due(checked(days))] == ([why] if why is not None else [])


def test_the_most_urgent_is_first_and_then_the_oldest() -> None:
    found = due(
        checked(200, "fades"), checked(800, "old"), checked(900, "older"), checked(10, "shut"), checked(400, "ring"),
        reported={"shut": "two reports"},
    )  # fmt: skip
    assert [each.id for each in found] == ["shut", "older", "old", "ring", "fades"]
    assert found[0].reason == "two reports"


@pytest.mark.parametrize("days_ago", [0, 20, 30])
def test_what_one_person_found_shut_is_listed_whatever_day_its_source_gives(days_ago: int) -> None:
    found = to_check([checked(20)], (), TODAY, {}, {}, {"ton-tue": TODAY - timedelta(days=days_ago)})
    assert [each.why for each in found] == [Why.DOUBTED]


def test_the_sessions_of_one_initiative_are_one_line() -> None:
    both = [checked(400, f"table.{day}", initiative="table") for day in ("tu", "th")]
    assert [each.id for each in due(*both)] == ["table"]
    assert [each.id for each in due(*both, reported={"table.tu": ""})] == ["table.tu", "table"]
    assert [(each.id, each.why) for each in due(*both, reported={"table": ""})] == [("table", Why.REPORTED)]


def test_each_row_of_your_own_list_is_a_line_of_its_own() -> None:
    both = [checked(400, f"table-{day}", initiative="csv/table", at=Place("groups.csv", 2)) for day in ("tu", "th")]
    assert [each.id for each in due(*both)] == ["table-th", "table-tu"]


def test_invented_groups_are_checked_only_in_practice() -> None:
    invented = checked(400, sample=True)
    assert due(invented) == ()
    assert len(due(invented, practice=True)) == 1


@pytest.mark.parametrize(("days", "listed"), [(149, False), (150, True), (None, True)])
def test_helplines_go_by_a_rule_of_their_own(days: int | None, listed: bool) -> None:
    found = to_check((), (line(days),), TODAY, {}, {})
    assert [each.why for each in found] == ([Why.HELPLINE] if listed else [])


def test_a_check_makes_it_as_fresh_as_that_day() -> None:
    assert to_check([checked(400)], (), TODAY, {"ton-tue": TODAY}, {}) == ()
    (older,) = stocked([checked(0)], (), {"ton-tue": TODAY - timedelta(days=900)})
    assert older.checked == TODAY, "an older check takes nothing from a newer one"


THEIRS: dict[str, Any] = {
    "id": "kent/1",
    "initiative": "kent/1",
    "source": "kent",
    "name": "tuesday  TABLE!",
    "postcode": "TN9 2XX",
}


@pytest.mark.parametrize(
    ("theirs", "offered"),
    [
        ({}, ["Tuesday Table"]),
        ({"postcode": ""}, ["Tuesday Table", "tuesday  TABLE!"]),
        ({"postcode": "TN8 2XX"}, ["Tuesday Table", "tuesday  TABLE!"]),
        ({"time": time(19)}, ["Tuesday Table", "tuesday  TABLE!"]),
        ({"day": 2}, ["Tuesday Table", "tuesday  TABLE!"]),
        ({"name": "Tuesday Tables"}, ["Tuesday Table", "Tuesday Tables"]),
    ],
)
def test_a_group_in_two_lists_is_offered_once(theirs: dict[str, Any], offered: list[str]) -> None:
    ours = checked(0, at=Place("groups.csv", 2))
    assert [each.name for each in stocked([ours], [checked(0, **{**THEIRS, **theirs})])] == offered


@pytest.mark.parametrize(
    ("ours", "theirs", "offered"),
    [(10, 10, "ton-tue"), (9, 10, "ton-tue"), (10, 9, "kent/1"), (800, 9, "kent/1"), (None, 900, "kent/1")],
)
def test_of_two_listings_the_one_that_was_known_to_be_true_last_is_offered(
    ours: int | None, theirs: int, offered: str
) -> None:
    rows = [checked(ours, at=Place("groups.csv", 2))], [checked(theirs, **THEIRS)]
    assert [each.id for each in stocked(*rows)] == [offered]
    assert [each.id for each in stocked(*rows, {"ton-tue": TODAY})] == ["ton-tue"], "a coordinator has been there"


@pytest.mark.parametrize("hidden", ["ton-tue", "kent/1"])
@pytest.mark.parametrize("days", [0, 800])
def test_a_group_that_is_hidden_in_one_list_is_not_offered_from_another(hidden: str, days: int) -> None:
    ours = checked(days, at=Place("groups.csv", 2))
    assert stocked([ours], [checked(5, **THEIRS)], {}, {hidden}) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "closed", "offered"),
    [
        (10, 5, "ours", False),
        (5, 10, "ours", False),
        (10, 5, "theirs", False),
        (5, 5, "theirs", False),
        (5, 10, "theirs", True),  # a feed goes on saying so; coordinators knew better later
        (5, None, "theirs", True),
    ],
)
def test_a_group_that_one_list_calls_closed_is_not_offered_from_another(
    ours: int, theirs: int | None, closed: str, offered: bool
) -> None:
    shut: dict[str, Any] = {"access": {"closed": True}}
    own = checked(ours, at=Place("groups.csv", 2), **(shut if closed == "ours" else {}))
    found = stocked([own], [checked(theirs, **THEIRS, **(shut if closed == "theirs" else {}))])
    assert any(not each.access.get("closed") for each in found) == offered


def test_what_is_invented_is_no_twin_of_what_is_real() -> None:
    invented = checked(0, at=Place("groups-sample.csv", 2), sample=True)
    assert [each.id for each in stocked([invented], [checked(900, **THEIRS)])] == ["ton-tue", "kent/1"]
    assert len(stocked([invented], [checked(0, **THEIRS)], {}, {"ton-tue"})) == 1


def test_the_listing_that_takes_a_group_away_is_on_the_list_to_check() -> None:
    both = checked(0, at=Place("groups.csv", 2)), checked(5, **THEIRS)
    assert due(*both) == ()
    assert [(each.id, each.reason) for each in due(*both, reported={"kent/1": "shut"})] == [("kent/1", "shut")]
    doubts = to_check(both, (), TODAY, {}, {}, {"kent/1": TODAY})
    assert [each.id for each in doubts] == ["kent/1"]


def test_a_source_that_lists_two_groups_alike_ought_to_know() -> None:
    both = [checked(0, **{**THEIRS, "id": name}) for name in ("kent/1", "kent/2")]
    assert len(stocked([], both)) == 2


def test_what_coordinators_wrote_goes_before_what_was_imported() -> None:
    ours, theirs = checked(0), checked(0, name="Other")
    assert [each.name for each in stocked([ours], [theirs])] == ["Tuesday Table"]
