"""Blanks are filled once, with plain text, and never read again."""

from __future__ import annotations

import pytest

from flows.blanks import fill, names_in, spoiled

VALUES = {"nickname": "Sam", "service.name": "Friends", "group.name": "((nickname))", "low_label": "rough"}

FILLED = [
    ("Hi ((nickname)).", "Hi Sam."),
    ("Hi (( nickname )).", "Hi Sam."),
    ("((nickname))((nickname))", "SamSam"),
    ("((service.name))", "Friends"),
    ("(((low_label)))", "(rough)"),
    ("((group.name))", "((nickname))"),
    ("((missing))!", "!"),
    ("(nickname)", "(nickname)"),
    ("((2 many))", "((2 many))"),
    ("(see (this))", "(see (this))"),
]


@pytest.mark.parametrize(("text", "said"), FILLED)
def test_a_blank_takes_its_value_as_plain_text(text: str, said: str) -> None:
    assert fill(text, VALUES.get) == said


def test_names_come_in_order_with_repeats() -> None:
    assert names_in("((a)) ((b.c)) ((a)) (d)") == ("a", "b.c", "a")


@pytest.mark.parametrize(
    ("text", "at"),
    [("Hi ((nickname))", None), ("(((low)))", None), ("(a)", None), ("Hi ((nick", 3), ("a ((b) c", 2), ("a)) b", 1)],
)
def test_a_blank_that_is_not_whole_is_found(text: str, at: int | None) -> None:
    assert spoiled(text) == at
