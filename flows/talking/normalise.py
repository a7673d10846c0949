"""One plain spelling for the many ways of texting a thing, so that a rule's author writes it once.

Texts and rules both pass through here; what comes out is for matching, not for reading ("killing" and "kiling" are both
"kiling", every number but 1, 2, 4 and the emergency ones is "9"). It never raises, whatever the text, and takes time in
proportion to its length.
"""

from __future__ import annotations

import re
import unicodedata

from flows.talking.disguises import GRAVE, NOT_RUN_TOGETHER, RUNS_TOGETHER, SLIPPABLE, one_slip_from
from flows.talking.spellings import DOUBLED, EMOJI, ENDS_IN_IN, JOINED, LOOKALIKES, SPELLINGS, set_of

# Zero-width and formatting characters, accents, variation selectors, fillers, control characters: all unseen. So is �,
# which stands for a byte that got lost: of the old controls those stay that were a dash or dots (\x85, \x96, \x97).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x95\x98-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f"
    "\ufeff\uffa0\ufff9-\ufffb\ufffd"
    "\U000e0000-\U000e0fff]"
)
_APOSTROPHES = str.maketrans("’‘ʼ′`´‛＇ʹ", "'''''''''")
_SQUARED = {
    start + letter: chr(ord("a") + letter)
    for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)  # letters in squares and circles, and the halves of flags
    for letter in range(26)
}
_PICTURES = str.maketrans(EMOJI)

_LOST_APOSTROPHE = re.compile(r"(?<=[a-z])\?(?=(?:t|s|m|d|ll|re|ve)\b)")  # don?t: an old phone's encoding
_CONTRACTION = re.compile(r"([a-z]'(?:ll|re|ve|m)|\b(?:i|he|she|we|you|they|it|who|that|there)'d)\b")
_CONTRACTED = {"ll": " will", "d": " would", "re": " are", "ve": " have", "m": " am"}

_WORD = re.compile(r"\$?[^\W_]+(?:[!@$*|+]+[^\W_]+)*")
_SPACED_LETTERS = re.compile(r"(?<![^\W_])[a-z0-9!@$](?:[\s.\-_*,]{1,3}[a-z0-9!@$](?![^\W_])){2,40}")
_OVERDOSED = re.compile(r"\bo\.?d\.?'(?:d|ed)\b")
_DOTTED_OD = re.compile(r"\bo\.d\b")

_LEET = str.maketrans("013457!@$|+", "oieastiasit")
_LEET_L = str.maketrans("1!|", "lll")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE_CONSONANT = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1")
_NUMBER_AND_WORD = re.compile(r"(\d+)([a-z]+)|([a-z]+)(\d+)")
_TOGETHER = re.compile("|".join(sorted(RUNS_TOGETHER, key=len, reverse=True)))
_HIDDEN = re.compile("|".join(sorted(GRAVE, key=len, reverse=True)))
_STARRED = {len_: tuple(w for w in sorted(GRAVE) if len(w) == len_) for len_ in range(3, 12)}
_EMERGENCY = frozenset(("999", "111", "101", "112"))
_NUMBER_WORDS = set_of(
    "three five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred"
)
_SLIPS = one_slip_from(SLIPPABLE)

_LONGEST_WORD = 40  # past this a run of letters is no word of ours; only its run-together parts are looked at
_MOST_REMEMBERED = 50_000
_remembered: dict[str, tuple[str, ...]] = {}


def normalise(text: str) -> str:
    """The words of ``text`` in one plain spelling, with single spaces between."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words of ``text``, each in its one plain spelling."""
    if not (text.isascii() and text.isprintable()):
        text = _fold(text)
    text = text.casefold()
    if "'" in text:
        text = _CONTRACTION.sub(_expand, _OVERDOSED.sub("overdosed", text)).replace("'", "")
    if "?" in text:
        text = _LOST_APOSTROPHE.sub("", text)
    if _SPACED_LETTERS.search(text) is not None:
        text = _SPACED_LETTERS.sub(_unspace, text)
    if "o.d" in text:
        text = _DOTTED_OD.sub("od", text)
    words: list[str] = []
    for raw in _WORD.findall(text):
        words += _remembered.get(raw) or _plain(raw)
    return _join(words)


def _fold(text: str) -> str:
    """Letters in fancy dress (full-width, bold, accented, Cyrillic look-alikes) as plain ones; the unseen taken out."""
    text = text.translate(_PICTURES).translate(_SQUARED).translate(_APOSTROPHES)
    text = unicodedata.normalize("NFKD", text)
    return _UNSEEN.sub("", text).casefold().translate(LOOKALIKES).translate(_APOSTROPHES)


def _expand(match: re.Match[str]) -> str:
    word, _, end = match[0].partition("'")
    return word + _CONTRACTED[end]


def _unspace(match: re.Match[str]) -> str:
    """``k m s`` and ``d.i.e`` as words, where the letters hide a grave one; other single letters stay apart."""
    letters = "".join(c for c in match[0] if c.isalnum() or c in "!@$")
    for reading in (letters.translate(_LEET), letters.translate(_LEET_L).translate(_LEET)):
        if _HIDDEN.search(reading) is not None:
            kept = _TOGETHER.sub(lambda m: f" {m[0]} ", reading)
            return f" {kept} "
    return match[0]


def _plain(raw: str) -> tuple[str, ...]:
    """One word as typed → the plain word or words that it means, worked out once."""
    known = _remembered.get(raw)
    if known is not None:
        return known
    found = SPELLINGS.get(raw)
    if found is None:
        found = _work_out(raw)
    plain = tuple(_settle(word) for word in found)
    if len(raw) <= _LONGEST_WORD:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[raw] = plain
    return plain


def _work_out(raw: str) -> tuple[str, ...]:
    if raw.isdecimal():
        return (raw if raw in _EMERGENCY else "9",)
    if not raw.isalpha():
        return _undisguise(raw)
    word = raw
    if _LONG_RUN.search(word) is not None:
        double = _LONG_RUN.sub(r"\1\1", word)
        single = _LONG_RUN.sub(r"\1", word)
        word = next((w for w in (double, single) if w in DOUBLED or w in SPELLINGS or w in GRAVE), single)
    if word in SPELLINGS:
        return SPELLINGS[word]
    if len(word) >= 4 and word.endswith("in") and word not in ENDS_IN_IN:
        word += "g"
        if word in SPELLINGS:
            return SPELLINGS[word]
    if word in _SLIPS:
        return (_SLIPS[word],)
    if len(word) >= 6 and word not in RUNS_TOGETHER and word not in NOT_RUN_TOGETHER:
        pieces = _TOGETHER.findall(word)
        if sum(map(len, pieces)) == len(word):
            return tuple(plain for piece in pieces for plain in SPELLINGS.get(piece, (piece,)))
    return (word[:_LONGEST_WORD],)


def _undisguise(raw: str) -> tuple[str, ...]:
    """A word with digits or symbols in it: ``k!ll``, ``su1cide``, ``k*ll``, ``20pills``, ``me2``, ``help!now``."""
    if len(raw) <= _LONGEST_WORD:
        for reading in (raw.translate(_LEET), raw.translate(_LEET_L).translate(_LEET)):
            if reading.isalpha() and (reading in RUNS_TOGETHER or reading in _SLIPS):
                return SPELLINGS.get(reading) or (_SLIPS.get(reading, reading),)
        if "*" in raw:
            for word in _STARRED.get(len(raw), ()):
                if all(typed in ("*", letter) for typed, letter in zip(raw, word, strict=True)):
                    return SPELLINGS.get(word, (word,))
    both = _NUMBER_AND_WORD.fullmatch(raw)
    if both is not None:
        return tuple(plain for part in both.groups() if part for plain in _plain(part))
    parts = re.findall(r"[^\W\d_]+|\d+", raw)
    if len(parts) > 1 and not any(symbol in raw for symbol in "!@$*|+"):
        reading = raw.translate(_LEET)
        return _work_out(reading) if reading.isalpha() else (raw[:_LONGEST_WORD],)
    return tuple(plain for part in parts if part != raw for plain in _plain(part)) or (raw[:_LONGEST_WORD],)


def _settle(word: str) -> str:
    """The last touches, the same for every word: numbers alike, double consonants single (few can spell them)."""
    if word in _NUMBER_WORDS:
        return "9"
    return _DOUBLE_CONSONANT.sub(r"\1", word) if len(word) > 3 else word


def _join(words: list[str]) -> list[str]:
    """``my self`` as one word again."""
    if JOINED_FIRSTS.isdisjoint(words):
        return words
    joined: list[str] = []
    for word in words:
        whole = _JOINED.get((joined[-1], word)) if joined else None
        if whole is None:
            joined.append(word)
        else:
            joined[-1] = whole
    return joined


_JOINED = {(_settle(a), _settle(b)): _settle(whole) for (a, b), whole in JOINED.items()}
JOINED_FIRSTS = frozenset(first for first, _ in _JOINED)
