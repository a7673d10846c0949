"""However it is typed, a thing is read as one plain spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.talking.normalise import normalise
from tests.safety.lines import screen, tier_of

SAME = [
    ("im gonna do it 2nite", "I am going to do it tonight"),
    ("goin 2 b ok", "going to be ok"),
    ("wiv u n ur m8s", "with you and your mates"),
    ("dont", "don’t"),
    ("don?t", "do not"),
    ("don\ufffdt", "do not"),  # a byte that got lost
    ("don\x92t", "do not"),  # a quote of Windows-1252
    ("k\ufffdill my\x9bself", "kill myself"),
    ("ｋｉｌｌ ｍｙｓｅｌｆ", "kill myself"),
    ("𝓴𝓲𝓵𝓵 𝓶𝔂𝓼𝓮𝓵𝓯", "kill myself"),
    ("kіll mуself", "kill myself"),  # Cyrillic і and у
    ("ki\u200bll my\u00adself", "kill myself"),
    ("k!ll mys3lf", "kill myself"),
    ("k*ll myself", "kill myself"),
    ("kiiiiill myselfff", "kill myself"),
    ("k m s", "kms"),
    ("k.m.s", "kill myself"),
    ("killmyself", "kill myself"),
    ("kill my self", "kill myself"),
    ("suiside", "suicide"),
    ("overdoes", "overdose"),
    ("i really fucking just want to", "i want to"),
]
APART = [
    ("want to die", "want to dye"),
    ("tablets", "tables"),
    ("bleeding", "breeding"),
    ("heroin", "heroic"),
    ("2 pills", "22 pills"),
    ("hangover", "hang over"),
]


@pytest.mark.parametrize(("typed", "meant"), SAME)
def test_two_spellings_are_one(typed: str, meant: str) -> None:
    assert normalise(typed) == normalise(meant)


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_different_things_stay_two(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "typed",
    [
        "I WANT TO DIE",
        "i want 2 die",
        "iwanttodie",
        "i w@nt to d!e",
        "ι ωant to die",
        "i   want\nto...die",
        "i wnt 2 dieee",
    ],
)
def test_a_worry_in_disguise_is_heard(typed: str) -> None:
    assert tier_of(typed) == "B"


@given(st.text())
def test_no_text_upsets_the_screen(text: str) -> None:
    screen().read(text)


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_no_lone_surrogate_upsets_the_screen(text: str) -> None:
    screen().read("kill " + text + " myself")


@given(st.text(max_size=40))
def test_normalised_words_have_single_spaces_between(text: str) -> None:
    plain = normalise(text)
    assert plain == " ".join(plain.split())
