"""The bot's own words, as short as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping

from flows import blanks
from flows.phrasebook import PHRASES
from flows.steps import Choice, Choices
from flows.wording import Wording

WORDS = {
    "hint scale": "Reply ((low)) (((low_label))) to ((high)) (((high_label))).",
    "hint number": "Reply with a number, ((low)) to ((high)).",
    "hint yes or no": "Y or N",
    "hint many": "Send all the numbers you want.",
    "hint day or any": "Send a day, or ANY.",
    "hint day and time": "Like MON 10AM.",
    "hint date": "Like 3 May.",
    "hint example": "Like ((example)).",
    "hint skip": "Or SKIP.",
    "group label": "((name)), ((day)) ((time))",
    "group label away": "((name)), ((day)) ((time)), ((away))",
    "away online": "online",
    "away close by": "close by",
    "away a mile": "about a mile",
    "away miles": "about ((miles)) miles",
}


def phrase(name: str, values: Mapping[str, str]) -> str:
    """A phrase that the phrasebook knows, given the blanks that it is promised."""
    assert set(values) == set(PHRASES[name]), name
    words = WORDS.get(name) or name.removeprefix("button ").removeprefix("day ").removeprefix("month ").capitalize()
    return blanks.fill(words, values.get)


def choices(*labels: str, many: bool = False) -> Choices:
    """Choices named by their labels' first words."""
    return Choices(tuple(Choice(label.split()[0].lower(), Wording({"en": label})) for label in labels), many=many)
