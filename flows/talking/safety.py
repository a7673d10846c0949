"""The crisis screen: hears words that worry us in any text, by content rules alone, the same way every time.

Idioms are cut out, and what is left is scanned. The highest tier wins; within a tier, the rule that stands first. A
worry that a soft rule covers ("used to cut myself"), or that stands in one of its frames (``not WORRY``,
``WORRY … years ago``), counts only as that soft rule, and only when nothing else was heard.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flows.content import CrisisRule
from flows.talking.normalise import words_of
from flows.talking.notation import Part, Word, one_of, parse, telltale
from flows.talking.scanner import Scanner

TIERS = ("A", "B", "S")  # gravest first: life at risk now, page duty staff, offer the lines
WORD_LIST = "words"  # the tier of an entry that alarms nobody: a list that phrases name in capitals
WORRY = "WORRY"  # in a soft rule's phrase: whatever a graver rule heard
_CUT = "\x00cut"  # stands where an idiom stood; no phrase has it
_WORRIED = "\x00worry"
_AROUND = 14  # how many words either side of a worry its frame may reach
_METHOD = "1"  # raise it when the way of reading changes, so that old findings stay traceable


@dataclass(frozen=True, slots=True)
class Finding:
    """What was heard: ``tier`` A, B or S, the rule, its reply (a signpost) and the flow that follows, or ""."""

    tier: str
    rule: str
    reply: str
    then: str


class Screen:
    """Every language is heard at once: people text in the one that they think in that night.

    ``version`` is a hash of all that the answer depends on; keep it beside what was found.
    Raises notation.PhraseError when a phrase cannot be read (the content check names it first).
    """

    def __init__(self, rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> None:
        lists = word_lists(rules)
        self.rules = tuple(rule for rule in rules if rule.tier != WORD_LIST)
        self.version = _version(rules, idioms)
        self._rank = [TIERS.index(rule.tier) for rule in self.rules]
        self._soft = TIERS.index("S")
        frame_lists = {**lists, WORRY: Word(frozenset((_WORRIED,)))}
        heard: list[Part] = []
        frames: list[Part] = []
        self._rule_of: list[int] = []
        self._frame_rule: list[int] = []
        for number, rule in enumerate(self.rules):
            for phrase in (phrase for phrases in rule.hear.values() for phrase in phrases):
                if WORRY in phrase.split():
                    frames.append(parse(phrase, frame_lists))
                    self._frame_rule.append(number)
                else:
                    heard.append(parse(phrase, lists))
                    self._rule_of.append(number)
        self._phrases = Scanner(heard)
        self._frames = Scanner(frames)
        tells = [telltale(frame, frozenset((_WORRIED,))) for frame in frames]
        self._may_soften = (
            frozenset().union(*tells) if all(tells) else None
        )  # without one of these words, no frame fits
        self._idioms = Scanner([parse(phrase, lists) for phrases in idioms.values() for phrase in phrases])

    def read(self, text: str) -> Finding | None:
        """The gravest thing that ``text`` says, or None. Never raises; time is in proportion to the length."""
        words = words_of(text)
        idioms = self._idioms.scan(words)
        if idioms:
            words = self._cut(words, idioms)
        found = self._phrases.scan(words)
        if not found:
            return None
        return self._weigh(words, found)

    def idioms_in(self, text: str) -> set[int]:
        """The idioms, numbered as given, that would be cut out of ``text``."""
        return {idiom for _, idiom in self._idioms.scan(words_of(text))}

    def _cut(self, words: list[str], idioms: Iterable[tuple[int, int]]) -> list[str]:
        inside = bytearray(len(words))
        for end, idiom in idioms:
            start = self._idioms.start_of(words, end, idiom, longest=True)
            inside[start : end + 1] = b"\x01" * (end + 1 - start)
        left: list[str] = []
        for word, cut in zip(words, inside, strict=True):
            if not cut:
                left.append(word)
            elif not left or left[-1] != _CUT:
                left.append(_CUT)
        return left

    def _weigh(self, words: list[str], found: list[tuple[int, int]]) -> Finding:
        """From the gravest rule down, the first worry that nothing softens; else the soft rule they come down to."""
        by_rule: dict[int, list[tuple[int, int]]] = {}
        for end, phrase in found:
            by_rule.setdefault(self._rule_of[phrase], []).append((end, phrase))
        comes_down_to = [rule for rule in by_rule if self._rank[rule] == self._soft]
        rules = sorted(by_rule, key=lambda rule: (self._rank[rule], rule))
        if not comes_down_to and self._may_soften is not None and self._may_soften.isdisjoint(words):
            return self._finding(rules[0])
        covers = self._covers(words, by_rule)
        for rule in rules:
            if self._rank[rule] == self._soft:
                break
            for end, phrase in by_rule[rule]:
                softened = self._softened(words, end, phrase, covers)
                if softened is None:
                    return self._finding(rule)
                comes_down_to.append(softened)
        return self._finding(min(comes_down_to))

    def _covers(self, words: list[str], by_rule: Mapping[int, list[tuple[int, int]]]) -> list[tuple[int, int]]:
        """By word: how far the furthest soft phrase reaches that begins there or earlier, and its rule."""
        reach = [(-1, 0)] * len(words)
        for rule, heard in by_rule.items():
            if self._rank[rule] == self._soft:
                for end, phrase in heard:
                    start = self._phrases.start_of(words, end, phrase, longest=True)
                    reach[start] = max(reach[start], (end, rule))
        return list(accumulate(reach, max))

    def _softened(self, words: list[str], end: int, phrase: int, covers: list[tuple[int, int]]) -> int | None:
        """The soft rule that this worry comes down to, or None where it stands as it is."""
        start = self._phrases.start_of(words, end, phrase, longest=False)
        reach, rule = covers[start]
        if reach >= end:
            return rule
        around = [*words[max(0, start - _AROUND) : start], _WORRIED, *words[end + 1 : end + 1 + _AROUND]]
        framed = self._frames.scan(around)
        return self._frame_rule[framed[0][1]] if framed else None

    def _finding(self, number: int) -> Finding:
        rule = self.rules[number]
        return Finding(rule.tier, rule.name, rule.reply, rule.then)


_ready: dict[str, Screen] = {}  # by version, the last few: to make one costs as much as reading ten flows
_MOST_READY = 4


def screen_of(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> Screen:
    """The screen of these rules; one that was made already serves again, for a screen never changes its answers."""
    version = _version(rules, idioms)
    found = _ready.get(version)
    if found is None:
        while len(_ready) >= _MOST_READY:
            _ready.pop(next(iter(_ready)), None)
        found = _ready[version] = Screen(rules, idioms)
    return found


def word_lists(rules: Sequence[CrisisRule]) -> dict[str, Part]:
    """The lists that phrases may name, each in capitals; a list may use those above it."""
    lists: dict[str, Part] = {}
    for rule in rules:
        if rule.tier == WORD_LIST:
            lists[rule.name] = one_of(tuple(p for phrases in rule.hear.values() for p in phrases), lists)
    return lists


def _version(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> str:
    digest = hashlib.sha256(_METHOD.encode())
    for rule in rules:
        hear = sorted((language, tuple(phrases)) for language, phrases in rule.hear.items())
        digest.update(repr((rule.name, rule.tier, rule.reply, rule.then, hear)).encode())
    digest.update(repr(sorted((language, tuple(phrases)) for language, phrases in idioms.items())).encode())
    return digest.hexdigest()[:12]
