"""How old a reader has to be: the Flesch-Kincaid grade of a message, counted in British years.

Kincaid and others, "Derivation of new readability formulas", 1975. The people whom we write to read like nine to
eleven-year-olds; a message is only measured where it is long enough for a figure to mean something.
"""

from __future__ import annotations

import re

from flows import blanks

FEWEST_WORDS = 12  # a shorter message is not measured: one long word would decide it
OLDEST = 11  # years
_SCHOOL_BEGINS = 5  # years: grade 0

_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!:]+(?:\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeioudty]ed|[^aeiouscxzhg]es)$")


def reading_age(words: str) -> float | None:
    """The age in years of somebody who reads this with ease; None where there are too few words to tell."""
    said = _LINK.sub("", blanks.fill(words, lambda _: "Sam"))
    found = _WORD.findall(said)
    if len(found) < FEWEST_WORDS:
        return None
    sentences = sum(1 for part in _SENTENCE.split(said) if _WORD.search(part)) or 1
    syllables = sum(syllables_of(word) for word in found)
    grade = 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59
    return grade + _SCHOOL_BEGINS


def syllables_of(word: str) -> int:
    """How many syllables an English word has, by its letters: right nine times in ten, and never less than one.

    >>> [syllables_of(word) for word in ("hope", "texted", "mentor", "recovery", "STOP")]
    [1, 2, 2, 4, 1]
    """
    if word.isupper():
        return 1  # a word to text, or letters: people know it by sight
    lower = word.lower().replace("’", "'").split("'")[0]
    count = len(_VOWELS.findall(lower))
    if count > 1 and _SILENT.search(lower):
        count -= 1
    return max(count, 1)


def longest_words(words: str) -> list[str]:
    """The words of three syllables and more, each once: the ones to find another for."""
    found = dict.fromkeys(word for word in _WORD.findall(_LINK.sub("", words)) if syllables_of(word) > 2)
    return sorted(found, key=syllables_of, reverse=True)
