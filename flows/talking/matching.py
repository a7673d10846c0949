"""Finds which lines of a list some words mean: by label, first words, name, number, or one letter off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from flows.talking.counting import Piece, pieces
from flows.talking.plain import bare, listed

_SHORTEST_SLIP = 4
_LONGEST_LABEL = 80
_ORDINAL_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL_ENDINGS = ("st", "nd", "rd")
_ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS, start=1)}
_ORDINALS |= {f"{number}{ending}": number for number, ending in enumerate(_ORDINAL_ENDINGS, start=1)}
_ORDINALS |= {f"{number}th": number for number in range(4, 21)}
_NUMBERED = re.compile(r"(?:number|option|choice|no|num) (\w+)")

# Around a choice these say nothing of their own: "ill go for number 2 please". Alone, none of them is a choice's start.
FILLERS = listed(
    """
    number, option, no, num, nr, the, a, an, one, please, pls, plz, ta, thanks, thank, you, i, id, ill, im,
    would, want, like, need, to, go, for, with, choose, pick, maybe, probably, think, just, me, my, answer, is,
    its, it, ok, okay, yes, yeah, hi, um, erm, can, could, have, get, some, of, them, x, xx, xxx, mate, talk,
    send, lets, do, and, try, about, that, this, will, be, take, both, cheers, thx, wanna, choice, so, say,
    well, prefer, best, really, only
    """
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of the list, named inside a longer message. ``whole``: by more than one word of its label."""

    line: int
    start: int
    end: int
    whole: bool = False
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a list, ready to be matched; each is known by its place, from 0."""

    names: tuple[str, ...]
    labels: tuple[str, ...]  # in bare words
    spoken: tuple[str, ...]  # the names, in bare words
    exact: dict[str, int]  # label or name → line
    begins: dict[str, list[tuple[int, list[str]]]]  # first word → line and all the words, the longest first

    def numbered(self, number: int | None) -> int | None:
        """The line that a person counts as ``number``."""
        return number - 1 if number is not None and 1 <= number <= len(self.names) else None

    def match(self, words: str) -> tuple[int, ...]:
        """The lines that the whole of ``words`` can mean: none, one, or those that begin alike."""
        line = self.exact.get(words)
        if line is None:
            said = _NUMBERED.fullmatch(words)
            line = self.numbered(_number(said[1])) if said else None
        if line is not None:
            return (line,)
        begun = tuple(line for line, label in enumerate(self.labels) if label.startswith(f"{words} "))
        if begun and words not in FILLERS:
            return begun
        number = _number(words)
        if number is not None:
            line = self.numbered(number)
            return () if line is None else (line,)
        return self._slip(words)

    def only(self, words: str) -> int | None:
        """The one line that ``words`` mean."""
        found = self.match(words)
        return found[0] if len(found) == 1 else None

    def _slip(self, words: str) -> tuple[int, ...]:
        """The lines from which ``words`` is one letter away, in words of four letters or more."""
        if len(words) < _SHORTEST_SLIP:
            return ()
        count = words.count(" ") + 1
        return tuple(
            line for line in range(len(self.labels)) if any(_near(words, aim) for aim in self._aims(line, count))
        )

    def _aims(self, line: int, count: int) -> tuple[str, ...]:
        label = self.labels[line]
        return " ".join(label.split(" ", count)[:count]), label, self.spoken[line]

    def mentions(self, folded: str) -> list[Mention]:
        """Every line that a longer message names, in order."""
        said = pieces(folded.lower())
        words = [piece.text.replace("'", "") for piece in said]
        found: list[Mention] = []
        place = 0
        while place < len(said):
            named = next(self._named(words, place), None)
            if named is not None:
                line, last, whole = named
                found.append(Mention(line, said[place].start, said[last].end, whole=whole))
                place = last
            else:
                counted = self.numbered(_counted(said, words, place))
                if counted is not None:
                    found.append(Mention(counted, said[place].start, said[place].end, figure=said[place].figures))
            place += 1
        return found

    def _named(self, words: list[str], place: int) -> Iterator[tuple[int, int, bool]]:
        """Lines whose label or name stands at ``place``, marks between its words or not ("step-free")."""
        for line, aim in self.begins.get(words[place], ()):
            spans = [at for at in range(place, min(len(words), place + 2 * len(aim))) if words[at][:1].isalnum()]
            if [words[at] for at in spans[: len(aim)]] == aim:
                yield line, spans[len(aim) - 1], len(aim) > 1

    def lacks(self, folded: str) -> bool:
        """Whether a number was sent that the list does not have."""
        return any(piece.figures and not piece.tail and self.numbered(piece.number) is None for piece in pieces(folded))


@lru_cache(maxsize=1024)
def lines_of(pairs: tuple[tuple[str, str], ...]) -> Lines:
    """Makes ready a list of (name, label)."""
    labels = tuple(bare(label)[:_LONGEST_LABEL].strip() for _, label in pairs)
    spoken = tuple(bare(name) for name, _ in pairs)
    exact: dict[str, int] = {}
    for line in range(len(pairs)):
        for words in (labels[line], spoken[line]):
            if words:
                exact.setdefault(words, line)
    begins: dict[str, list[tuple[int, list[str]]]] = {}
    for words, line in sorted(exact.items(), key=lambda each: -len(each[0])):
        begins.setdefault(words.split()[0], []).append((line, words.split()))
    return Lines(tuple(name for name, _ in pairs), labels, spoken, exact, begins)


def _near(words: str, aim: str) -> bool:
    return len(aim) >= _SHORTEST_SLIP and OSA.distance(words, aim, score_cutoff=1) <= 1


def _number(words: str) -> int | None:
    if words in _ORDINALS:
        return _ORDINALS[words]
    said = pieces(words)
    return said[0].number if len(said) == 1 and not said[0].tail and not said[0].half else None


def _counted(said: Sequence[Piece], words: Sequence[str], place: int) -> int | None:
    """The number at ``place``, but not the "one" of "the second one"."""
    if said[place].half or (words[place] == "one" and place and words[place - 1] not in ("number", "option")):
        return None
    return _ORDINALS.get(words[place], said[place].number)
