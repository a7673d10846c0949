"""The notation of a phrase to be heard: words, ``(a|b)``, ``(maybe)``, ``…`` and names of word lists in capitals.

``(a|b)`` is one of several, ``(a)`` may be there or not, ``…`` is up to four words between, and ``SOMEBODY`` is any
entry of the list of that name. Words pass through the same normalising as the texts that people send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flows.talking.normalise import words_of

GAP = 4  # how many words ``…`` may stand for
_PART = re.compile(r"…|\.\.\.|[()|]|[^\s()|…]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: any of these, or any word at all where there are none."""

    spellings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several; an empty row among them makes it optional."""

    ways: tuple[Part, ...]


Part = Word | Row | Either
NOTHING = Row(())
_ANY = Word(frozenset())


class PhraseError(ValueError):
    """A phrase whose brackets do not pair, or that says nothing. The message is fit for an author to read."""


def parse(phrase: str, lists: Mapping[str, Part]) -> Part:
    """The pattern of ``phrase``; a capital word that is a key of ``lists`` stands for that pattern.

    Raises PhraseError when a bracket is left open or closed too often, or when no word is left.
    """
    parts = _PART.findall(phrase)
    pattern, rest = _row(parts, 0, lists)
    if rest != len(parts):
        raise PhraseError("a closing bracket has no opening one")
    if shortest(pattern) == 0:
        raise PhraseError("there is no word that has to be heard")
    return pattern


def one_of(phrases: tuple[str, ...], lists: Mapping[str, Part]) -> Part:
    """The pattern of a word list."""
    return _either([parse(phrase, lists) for phrase in phrases])


def shortest(part: Part) -> int:
    """The fewest words that satisfy it."""
    if isinstance(part, Word):
        return 1
    if isinstance(part, Row):
        return sum(shortest(inner) for inner in part.parts)
    return min((shortest(way) for way in part.ways), default=0)


def telltale(part: Part, besides: frozenset[str]) -> frozenset[str]:
    """Words of which every way of saying it has one; the fewest that can be found, none of them in ``besides``.

    Empty where there are no such words: then it might be heard in anything.
    """
    if isinstance(part, Word):
        return part.spellings if part.spellings.isdisjoint(besides) else frozenset()
    if isinstance(part, Row):
        found = [words for words in (telltale(inner, besides) for inner in part.parts) if words]
        return min(found, key=len, default=frozenset())
    each = [telltale(way, besides) for way in part.ways]
    return frozenset().union(*each) if all(each) else frozenset()


def ends_open(phrase: str) -> bool:
    """Whether the phrase ends in ``…``."""
    return phrase.rstrip(" )").endswith(("…", "..."))


def _row(parts: list[str], at: int, lists: Mapping[str, Part]) -> tuple[Part, int]:
    row: list[Part] = []
    words: list[str] = []  # a run of plain words is normalised together: "my self" is one word

    def settle() -> None:
        if words:
            row.extend(Word(frozenset((word,))) for word in words_of(" ".join(words)))
            words.clear()

    while at < len(parts) and parts[at] not in ("|", ")"):
        part = parts[at]
        at += 1
        if part == "(":
            settle()
            bracket, at = _bracket(parts, at, lists)
            row.append(bracket)
        elif part in ("…", "..."):
            settle()
            row.append(_gap())
        elif part in lists:
            settle()
            row.append(lists[part])
        else:
            words.append(part)
    settle()
    return (row[0] if len(row) == 1 else Row(tuple(row))), at


def _bracket(parts: list[str], at: int, lists: Mapping[str, Part]) -> tuple[Part, int]:
    ways: list[Part] = []
    several = False
    while True:
        begin = at
        way, at = _row(parts, at, lists)
        if way != NOTHING or at == begin:  # a way of filler words alone is left out: it must not free the others
            ways.append(way)
        if at >= len(parts):
            raise PhraseError("a bracket is not closed")
        at += 1
        if parts[at - 1] == ")":
            break
        several = True
    if not several or not ways:
        ways.append(NOTHING)
    return _either(ways), at


def _either(ways: list[Part]) -> Part:
    """Single words of a choice merge into one, which keeps the scan small."""
    single: set[str] = set()
    others: list[Part] = []
    for way in ways:
        for inner in way.ways if isinstance(way, Either) else (way,):
            if isinstance(inner, Word) and inner.spellings:
                single |= inner.spellings
            else:
                others.append(inner)
    if single:
        others.insert(0, Word(frozenset(single)))
    return others[0] if len(others) == 1 else Either(tuple(others))


@cache
def _gap() -> Part:
    gap: Part = NOTHING
    for _ in range(GAP):
        gap = Either((Row((_ANY, gap)), NOTHING))
    return gap
