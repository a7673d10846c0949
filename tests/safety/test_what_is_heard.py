"""The crisis rules that we ship, tried on lines that have to be heard beside lines that may not alarm."""

from __future__ import annotations

import pytest

from flows.talking.safety import TIERS
from tests.safety.lines import ours, screen, shared_examples, tier_of
from tests.shared import shared

FIRES, SILENT = shared_examples()
LISTS = (".yaml", "_more.yaml", "_5.yaml")
HEARD = [line for name in LISTS for line in ours("must_alarm" + name)]
EVERYDAY = [line for name in LISTS for line in ours("must_not_alarm" + name)]
KNOWN_MISSES = frozenset(
    (
        "ive got a plan and its gonna be friday",  # a plan for what, only the talk before it says
        "got everything ready for tonight just waiting for the kids to sleep",  # or it is Christmas Eve
    )
)
KNOWN_FALSE_ALARMS = frozenset(
    (
        "dont want to be here when the inlaws come round lol",  # "here" may be a party, or this world
        "went blue with cold doing the sea swim",  # blue lips are worth a call, whatever turned them
    )
)


def at_least(tier: str, wanted: str) -> bool:
    return tier in TIERS and TIERS.index(tier) <= TIERS.index(wanted)


def test_the_shared_examples_are_all_read() -> None:
    shared("data/crisis-examples.md")
    assert (len(FIRES), len(SILENT)) == (30, 30)


@pytest.mark.parametrize(("text", "tier"), FIRES)
def test_a_shared_example_is_heard_in_its_tier_or_a_graver_one(text: str, tier: str) -> None:
    assert at_least(tier_of(text), tier)


@pytest.mark.parametrize(("text", "tier"), SILENT)
def test_a_shared_example_alarms_nobody(text: str, tier: str) -> None:
    assert tier_of(text) == tier


@pytest.mark.parametrize(("text", "tier"), HEARD)
def test_a_worry_is_heard_in_its_tier_or_a_graver_one(text: str, tier: str) -> None:
    assert at_least(tier_of(text), tier) is (text not in KNOWN_MISSES)


@pytest.mark.parametrize(("text", "allowed"), EVERYDAY)
def test_everyday_talk_alarms_nobody(text: str, allowed: str) -> None:
    quiet = ("",) if allowed == "silent" else ("", "S")
    assert (tier_of(text) in quiet) is (text not in KNOWN_FALSE_ALARMS)


@pytest.mark.parametrize(
    ("joke", "meant"),
    [
        ("dying for a drink", "dying for a drink, wish i was dead"),
        ("not suicidal", "not suicidal but keep thinkin about the bridge"),
        ("killing it this week", "killing it at work but going home to kill myself"),
        ("od'd on chocolate", "od'd on chocolate then i took all my tablets"),
        ("used to self harm", "used to self harm, cutting myself again"),
    ],
)
def test_a_joke_or_a_no_hides_only_itself(joke: str, meant: str) -> None:
    assert tier_of(joke) in ("", "S")
    assert tier_of(meant) in ("A", "B")


@pytest.mark.parametrize("text", ["he hit me", "my ex is outside kicking the door in", "im scared of him"])
def test_a_reply_about_danger_from_somebody_asks_whether_it_is_safe_to_text(text: str) -> None:
    found = screen().read(text)
    assert found is not None
    assert (found.reply, found.then) == ("unsafe-now", "safe-to-text")


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("i took some pills", "S"),
        ("ive taken a few tablets", "S"),
        ("i swallowed pills", "S"),
        ("ive taken something stupid", "S"),
        ("took a handful of tablets", "A"),
        ("took some tablets and i feel weird", "A"),
        ("ive taken a few of his pills n feel really odd", "A"),
        ("took some paracetamol, i feel better", ""),
        ("took my meds", ""),
        ("took some paracetamol for my head", ""),
    ],
)
def test_whoever_took_something_hears_of_999_and_111_and_what_is_surely_too_much_alarms(text: str, tier: str) -> None:
    assert (tier_of(text) or "") == tier
