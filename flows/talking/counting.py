"""Finds the numbers in what somebody wrote, in figures or words, and what stands around each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.talking.plain import listed

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

NUMBER_WORDS = {word: number for number, word in enumerate((*_ONES, *_TEENS))}
NUMBER_WORDS |= {word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
NUMBER_WORDS |= {"nil": 0, "nought": 0, "naught": 0, "hundred": 100, "fourty": 40}
NUMBER_WORDS |= {"sevn": 7, "svn": 7, "eigth": 8, "eigt": 8, "thre": 3, "fiv": 5, "sevem": 7, "fiev": 5}

TOO_LONG = 10**9  # stands for any longer row of digits: out of every range

_TOKEN = re.compile(
    r"""(?P<heart><[/\\]?3+)                                   # <3 is no three
      | (?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d))
      | (?P<decimal>\d{1,9}\.\d{1,9}(?![\d.]))
      | (?P<thousands>\d{1,3}(?:,\d{3})+(?![\d,]))
      | (?P<word>[^\W_]+(?:'[^\W_]+)*)
      | (?P<mark>[^\w\s]|_)""",
    re.VERBOSE,
)
# Digits with a letter O, l or I among them, and what people hang on the end.
_FIGURES = re.compile(r"(?P<figures>(?:[lI](?=[\dO]))?[0-9oO]*\d[0-9oO]*)(?P<tail>[a-zA-Z]*)", re.ASCII)
_MENDED = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})
_HARMLESS_TAILS = frozenset({"", "ish", "x", "xx", "xxx"})
COUNTING_TAILS = listed("th, st, nd, rd, am, pm, hrs, hr, mins, min, kg, mg, ml, yrs, p")


@dataclass(slots=True)
class Piece:
    """A word, a mark or a number, and where it stands. ``number`` is None for what is no number.

    ``half``: something between this number and the next was meant. ``tail``: a unit joined on, such as ``pm``.
    ``figures``: written in figures.
    """

    text: str
    start: int
    end: int
    number: int | None = None
    half: bool = False
    tail: str = ""
    figures: bool = False


def pieces(folded: str) -> list[Piece]:
    """The words, marks and numbers of ``folded`` in order; "twenty five" and "7 and a half" are one number each."""
    found: list[Piece] = []
    for match in _TOKEN.finditer(folded):
        kind, text = match.lastgroup, match.group()
        if kind != "heart":
            found.append(_piece(kind or "", text, *match.span()))
    return _joined(found)


def _piece(kind: str, text: str, start: int, end: int) -> Piece:
    if kind == "decimal":
        whole, _, part = text.partition(".")
        return Piece(text, start, end, int(whole), half=part.strip("0") != "", figures=True)
    if kind == "thousands":
        return Piece(text, start, end, _value(text.replace(",", "")), figures=True)
    if kind == "word":
        figures = _FIGURES.fullmatch(text)
        if figures is not None:
            tail = figures["tail"].lower()
            if tail in _HARMLESS_TAILS or tail in COUNTING_TAILS:
                number = _value(figures["figures"].translate(_MENDED))
                tail = "" if tail in _HARMLESS_TAILS else tail
                return Piece(text.lower(), start, end, number, tail=tail, figures=True)
            return Piece(text.lower(), start, end)  # 2nite, 4eva
        lowered = text.lower()
        ish = lowered.removesuffix("ish")
        return Piece(lowered, start, end, NUMBER_WORDS.get(ish))
    return Piece(text, start, end)


def _value(digits: str) -> int:
    return int(digits) if len(digits) <= 9 else TOO_LONG


def _joined(found: list[Piece]) -> list[Piece]:
    """Makes one number of several pieces: tens and ones, hundreds, and halves."""
    joined: list[Piece] = []
    place = 0
    while place < len(found):
        piece = found[place]
        place += 1
        if piece.number is not None and not piece.figures:
            place = _join_words(piece, found, place)
        elif piece.text in ("a", "½"):
            if piece.text == "a" and place < len(found) and found[place].text == "hundred":
                piece = found[place]
                place = _join_words(piece, found, place + 1)
            elif piece.text == "½" and joined and joined[-1].number is not None and _touches(joined[-1], piece):
                joined[-1].half, joined[-1].end = True, piece.end
                continue
        if piece.number is not None:
            place = _join_half(piece, found, place)
        joined.append(piece)
    return joined


def _touches(left: Piece, right: Piece) -> bool:
    return right.start - left.end <= 2


def _join_words(piece: Piece, found: list[Piece], place: int) -> int:
    """Adds what follows a number word to it; returns the place after."""
    while place < len(found) and piece.number is not None:
        step = 1
        following = found[place]
        if following.text in ("-", "and") and place + 1 < len(found):
            if following.text == "and" and piece.number < 100:
                break
            following, step = found[place + 1], 2
        if following.number is None or following.figures:
            break
        if following.number == 100 and 0 < piece.number < 10 and step == 1:
            piece.number *= 100
        elif (20 <= piece.number < 100 and piece.number % 10 == 0 and 0 < following.number < 10) or (
            piece.number % 100 == 0 and 0 < following.number < 100 and piece.number
        ):
            piece.number += following.number
        else:
            break
        piece.end = following.end
        place += step
    return place


_HALVES = (("and", "a", "half"), ("n", "a", "half"), ("&", "a", "half"), ("a", "half"), ("and", "half"), ("½",))


def _join_half(piece: Piece, found: Sequence[Piece], place: int) -> int:
    for words in _HALVES:
        ahead = found[place : place + len(words)]
        if tuple(each.text for each in ahead) == words:
            piece.half, piece.end = True, ahead[-1].end
            return place + len(words)
    ahead = found[place : place + 3]  # 7 1/2
    if [each.text for each in ahead] == ["1", "/", "2"] and ahead[0].start > piece.end:
        piece.half, piece.end = True, ahead[-1].end
        return place + 3
    return place
