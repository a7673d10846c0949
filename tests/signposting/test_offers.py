"""How a group is told: in one text, whatever its source calls it; with what decides whether somebody can come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.content import Group
from flows.model import Channel, Look
from flows.talking import sms
from flows.talking.offers import short
from tests.shipped import shipped
from tests.signposting.phone import Phone

LONG = "The Weald and Downland Community Recovery Friendship and Wellbeing Partnership Drop-in"


def tuesday_table() -> Group:
    found = shipped().conversation
    assert found is not None
    return next(group for group in found.library.groups if group.id == "ton-tue")


def chooses(group: Group, channel: Channel = Channel.PRACTICE) -> tuple[str, str, str]:
    """The list, what is said of the one chosen, and MORE."""
    sam = Phone(channel, needs="all", area="TN13").with_groups(group)
    (offer,) = sam.texts("GROUPS ANY")
    details = sam.texts("1")[0]
    return offer, details, sam.texts("more")[0]


LONGEST = {
    "name": LONG,
    "place": LONG,
    "town": "Royal Tunbridge Wells",
    "contact": "friendly welcome host",
    "cost": LONG,
}


ONLINE = {
    "postcode": "",
    "town": "",
    "place": "",
    "access": {"online": True},
    "link": "https://example.org/" + "a" * 40,
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        LONGEST,
        {**LONGEST, "checked": date(2025, 1, 1)},
        {**LONGEST, "access": {}},
        {**LONGEST, "access": {"step_free": False}},
        {**LONGEST, "every": "first Tuesday", "rule": "FREQ=MONTHLY;BYDAY=4TU"},
        {**LONGEST, "name": "x" * 90, "place": "y" * 90},
        ONLINE,
    ],
)
def test_each_offer_is_one_text_whatever_its_source_calls_it(changes: dict[str, object]) -> None:
    for text in chooses(replace(tuesday_table(), **changes)):  # type: ignore[arg-type]
        assert sms.parts(sms.fold(text)).count == 1, text
        assert ", ," not in text
        assert ". ." not in text
        assert "  " not in text


def test_a_postcode_is_never_what_is_cut() -> None:
    _, details, more = chooses(replace(tuesday_table(), place=LONG))
    assert "Tonbridge TN9 1AA" in details
    assert "Tonbridge TN9 1AA" in more


def test_telegram_has_room_for_all_of_it() -> None:
    _, details, more = chooses(replace(tuesday_table(), name=LONG, place=LONG), Channel.PRACTICE_TELEGRAM)
    assert LONG in details
    assert LONG in more
    assert "Cost: free." in more


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"access": {"step_free": True}}, "Step-free."),
        ({"access": {"step_free": False}}, "Not step-free."),
        ({"access": {}}, "Step-free? Ask first."),  # unknown is neither
        ({"access": {"online": True}, "postcode": "", "place": "online"}, "Join from anywhere."),
        ({"checked": date(2025, 10, 1)}, "Ring first: 01632 960101."),
        ({"checked": None}, "Ring first: 01632 960101."),
        ({"checked": date(2025, 10, 1), "phone": ""}, "Step-free."),  # nobody to ring
    ],
)
def test_one_line_says_what_may_decide_it(changes: dict[str, object], said: str) -> None:
    _, details, _ = chooses(replace(tuesday_table(), **changes))  # type: ignore[arg-type]
    assert f" {said} Text MORE" in details


def test_a_distance_is_about_and_an_unknown_one_is_not_said() -> None:
    offer, details, _ = chooses(tuesday_table())
    assert "about 7 miles" in offer
    assert "Tonbridge TN9 1AA, about 7 miles." in details
    sam = Phone(needs="all", area="BT1").with_groups(replace(tuesday_table(), postcode="BT1 1AA", town="Belfast"))
    sam.texts("GROUPS ANY")
    assert "mile" not in sam.texts("1")[0]


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("Tuesday Table", 13, "Tuesday Table"),
        ("Tuesday Table", 12, "Tuesday"),
        ("Tables, and more", 8, "Tables"),
        ("x" * 9, 4, "xxxx"),
    ],
)
def test_names_are_cut_between_words(text: str, longest: int, kept: str) -> None:
    assert short(text, longest, Look.SMS) == kept
    assert short(text, longest, Look.TELEGRAM) == text


def test_what_is_chosen_below_a_stretched_list_says_its_own_day() -> None:
    sam = Phone(needs="all", area="TN9").with_groups(tuesday_table())
    (offer,) = sam.texts("GROUPS FRI")
    assert offer.startswith("None on that day.")
    assert sam.texts("1")[0].startswith("Tuesday Table, Tuesday 18:30.")
