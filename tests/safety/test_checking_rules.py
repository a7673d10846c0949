"""What the check says of crisis rules: lines that do not alarm, idioms that hide, phrases that would page every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest

from flows.checking.alarms import check_rules
from flows.content import CrisisRule
from flows.talking.safety import Screen
from flows.wording import Place
from tests.safety.lines import library, screen

PLACE = Place("safety/crisis.yaml", 1)


class Given(NamedTuple):
    hear: Sequence[str] = ("want to die",)
    must: Sequence[str] = ()
    must_not: Sequence[str] = ()
    tier: str = "B"
    name: str = "wish to die"


def rule(given: Given) -> CrisisRule:
    return CrisisRule(
        name=given.name,
        tier=given.tier,
        reply="lines",
        then="",
        hear={"en": tuple(given.hear)},
        must_alarm=tuple((PLACE, line) for line in given.must),
        must_not_alarm=tuple((PLACE, line) for line in given.must_not),
        place=PLACE,
    )


def codes(*given: Given, idioms: Sequence[str] = ()) -> list[str]:
    found: Mapping[str, Sequence[str]] = {"en": idioms} if idioms else {}
    return [problem.code for problem in check_rules([rule(each) for each in given], found)]


def test_the_rules_that_we_ship_are_sound() -> None:
    assert check_rules(library().crisis, library().idioms) == ()


@pytest.mark.parametrize(
    ("given", "idioms", "wrong"),
    [
        (Given(must=["i want 2 die"]), [], []),
        (Given(must=["i want to sleep"]), [], ["not heard"]),
        (Given(must=["i do not want to die"]), [], []),
        (Given(must_not=["want to dye my hair"]), [], []),
        (Given(must_not=["i want to die laughing"]), [], ["false alarm"]),
        (Given(must_not=["i want to die laughing"]), ["want to die laughing"], []),
        (Given(must=["i want to die laughing"]), ["want to die laughing"], ["not heard"]),
        (Given(), ["want to die"], ["idiom hides"]),
        (Given(), ["to (die|sleep)"], ["idiom hides"]),
        (Given(), ["want to die (laughing)"], ["idiom hides"]),
        (Given(), ["dying for a …"], ["open idiom"]),
        (Given(), ["dying (for a brew"], ["phrase"]),
        (Given(hear=["want to (die"]), [], ["phrase"]),
        (Given(hear=["(die)"]), [], ["phrase"]),
        (Given(hear=["i'm tired"]), [], ["everyday words"]),
        (Given(hear=["feel (bad|suicidal)"]), [], ["everyday words"]),
        (Given(hear=["tired of being alive"]), [], []),
        (Given(hear=["suicidal"]), [], []),
        (Given(hear=["i'm tired"], tier="S"), [], []),
        (Given(hear=["want to die TONIGHT"]), [], ["unknown word list"]),
        (Given(hear=["not WORRY"]), [], ["worry"]),
    ],
)
def test_what_is_wrong_is_named(given: Given, idioms: list[str], wrong: list[str]) -> None:
    assert codes(given, idioms=idioms) == wrong


def test_a_line_heard_in_a_softer_tier_than_its_own_is_not_heard() -> None:
    grave = Given(hear=["end my life"], must=["i want to die"], tier="A", name="going to act")
    assert codes(grave, Given()) == ["not heard"]


def test_a_word_list_is_read_wherever_it_is_named_below() -> None:
    words = Given(hear=["tonight", "tomorrow"], tier="words", name="SOON")
    assert codes(words, Given(hear=["die SOON"], must=["i will die tmrw"])) == []
    assert codes(Given(hear=["die SOON"]), words) == ["unknown word list"]


def test_a_no_softens_only_what_it_stands_before() -> None:
    soft = Given(hear=["not WORRY"], tier="S", name="said not to be so")
    heard = Screen([rule(Given(hear=["suicidal", "end my life"])), rule(soft)], {})
    tiers = {text: heard.read(text) for text in ("im not suicidal", "not suicidal, will end my life", "suicidal")}
    assert [found and found.tier for found in tiers.values()] == ["S", "B", "B"]


def test_the_version_names_the_rules_and_idioms_it_was_made_of() -> None:
    version = screen().version
    assert Screen(library().crisis, library().idioms).version == version
    assert Screen(library().crisis[:-1], library().idioms).version != version
    assert Screen(library().crisis, {}).version != version
