"""Reads a choice from a list, or as many as somebody wants; what may mean another line, or none, is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.steps import Choices
from flows.talking.matching import FILLERS, Lines, Mention, lines_of
from flows.talking.plain import bare, listed, unstretched
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure

_MOST_OPTIONS = 4

_DENIES = listed("not, dont, cant, never, except, but, without, isnt, wont, nor, neither, anything, bar, no")
_NONE = listed("none, none of them, none of these, none of those, neither, no, nope, nah, nothing, n")
_ALL = listed("all, all of them, all of these, everything, the lot, both, them all, every one")

_JOINTS = re.compile(r"\s*(?:[,;/&+\n.]|\band\b|\bplus\b|\bn\b)\s*")
_ONLY_NUMBERS = re.compile(
    r"\s*\d{1,2}(?:(?:\s*(?:[,;&+.]|and|n)\s*|\s+)\d{1,2})*\s*[.!]*\s*", re.ASCII | re.IGNORECASE
)
_FIGURES = re.compile(r"\d+")
_RANGE = re.compile(r"\d\s*(?:-|to)\s*\d")


def read_answer(answer: Choices, asked: Asked) -> Result:
    """The chosen name, or with ``pick: many`` the names joined by ``;`` in the order of the list.

    Somebody who has just changed languages may still be answering the list above it.
    """
    found = _read(answer, asked.options or _pairs(answer, asked.language), asked)
    if asked.options or asked.language == "en" or not isinstance(found, NotRead):
        return found
    again = _read(answer, _pairs(answer, "en"), asked)
    return found if isinstance(again, NotRead) else again


def _read(answer: Choices, options: tuple[tuple[str, str], ...], asked: Asked) -> Result:
    lines = lines_of(options)
    text = asked.text.strip()
    if text in lines.names:  # a tapped button
        return Understood(text)
    if answer.many:
        return _Many(answer, lines, asked).read()
    return _read_one(lines, asked)


def _pairs(answer: Choices, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, each.words.text.get(language) or each.words.text["en"]) for each in answer.choices)


# ---------------------------------------------------------------- one


def _read_one(lines: Lines, asked: Asked) -> Result:
    words = unstretched(bare(asked.text))
    if words.isdecimal():
        line = lines.numbered(int(words[:9]))
        if line is not None:
            return Understood(lines.names[line])
    found = lines.match(words) or lines.match(asked.vocabulary.polished(words)) if words else ()
    if found:
        return _chosen(lines, found)
    return _read_around(lines, asked)


def _chosen(lines: Lines, found: Sequence[int]) -> Result:
    names = tuple(lines.names[line] for line in found[:_MOST_OPTIONS])
    return Understood(names[0]) if len(names) == 1 else Unsure(names)


def _read_around(lines: Lines, asked: Asked) -> Result:
    """A choice with other words around it."""
    folded, origins = asked.traced()
    mentions = lines.mentions(folded)
    if not mentions:
        last = len(lines.names)
        return NotRead("retry choices", {"last": str(last)}) if last > 1 else NotRead("retry one")
    start, end = mentions[0].start, mentions[-1].end
    before = bare(folded[:start]).split()
    if not _DENIES.isdisjoint(before) and before != ["no"]:  # "no. 2" is a number
        return Unsure()
    found = list(dict.fromkeys(mention.line for mention in mentions))
    if len(found) > 1:
        return _chosen(lines, found)
    name = lines.names[found[0]]
    others = [word for word in bare(f"{folded[:start]} {folded[end:]}").split() if word not in FILLERS]
    if not others:
        return Understood(name)
    # "2 cos im tired" and a whole label are plain; "group therapy is rubbish" only happens to hold a name
    plain = any(mention.whole or (mention.figure and FILLERS.issuperset(before)) for mention in mentions)
    if not plain or _counts_things(folded[end:]):
        return Unsure((name,))
    return Understood(name, asked.without(origins, start, end))


def _counts_things(after: str) -> bool:
    """Whether what follows a number makes it a count: "2 of my kids", "3 days sober"."""
    words = bare(after).split()
    return bool(words) and (words[0] == "of" or (words[0].endswith("s") and len(words[0]) > 3 and after[:1] == " "))


# ---------------------------------------------------------------- many


class _Many:
    """A reply to a list of which several may be chosen. A choice that clears drops the others."""

    def __init__(self, answer: Choices, lines: Lines, asked: Asked) -> None:
        self.lines = lines
        self.asked = asked
        self.clearing = [line for line, choice in enumerate(answer.choices) if choice.clears]
        self.retry = NotRead("retry many", {"last": str(len(lines.names))})

    def read(self) -> Result:
        lines, text = self.lines, self.asked.text
        if _ONLY_NUMBERS.fullmatch(text):
            numbered = [lines.numbered(int(figures)) for figures in _FIGURES.findall(text)]
            found = [line for line in numbered if line is not None]
            if len(found) == len(numbered):
                return Understood(self.joined(found))
        words = self.asked.vocabulary.polished(unstretched(bare(text)))
        if not words:
            return self.retry
        matched = lines.match(words)
        if matched:
            return Understood(self.joined(matched)) if len(matched) == 1 else _chosen(lines, matched)
        if words in _ALL:
            return Understood(self.joined(self.everything()))
        if words in _NONE:
            # "no" to a list that has a line for it, "show me everything", is that line
            return _chosen(lines, self.clearing) if self.clearing else self.retry
        return self.read_list()

    def everything(self) -> list[int]:
        """What "all" means: the choice that says so, else each that clears nothing."""
        meant = [line for line in self.clearing if not _ALL.isdisjoint(self.lines.labels[line].split())]
        return meant or [line for line in range(len(self.lines.names)) if line not in self.clearing]

    def read_list(self) -> Result:
        """Several choices in one message. One that is not on the list is asked about, never dropped."""
        folded, origins = self.asked.traced()
        parts = [part for part in (bare(part) for part in _JOINTS.split(folded.lower())) if part]
        found = [self.lines.only(self.asked.vocabulary.polished(part)) for part in parts]
        each = [line for line in found if line is not None]
        if len(each) > 1 and len(each) == len(parts):
            return Understood(self.joined(each))
        mentions = self.lines.mentions(folded)
        if not mentions:
            return self.retry
        if not _DENIES.isdisjoint(bare(folded).split()) or _RANGE.search(folded):
            return Unsure()
        value = self.joined([mention.line for mention in mentions])
        start, end = mentions[0].start, mentions[-1].end
        blanked = _blanked(folded, mentions)
        strange = not FILLERS.issuperset(bare(blanked[start:end]).split())
        others = not FILLERS.issuperset(bare(blanked).split())
        if strange or self.lines.lacks(folded) or (others and _counts_things(folded[end:])):
            return Unsure((value,))
        return Understood(value, self.asked.without(origins, start, end) if others else "")

    def joined(self, found: Sequence[int]) -> str:
        cleared = [line for line in found if line in self.clearing]
        return ";".join(self.lines.names[line] for line in cleared[:1] or sorted(set(found)))


def _blanked(folded: str, mentions: Sequence[Mention]) -> str:
    for mention in mentions:
        folded = folded[: mention.start] + " " * (mention.end - mention.start) + folded[mention.end :]
    return folded
