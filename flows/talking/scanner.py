"""Finds many phrases in one pass over the words of a text.

A position automaton (Glushkov 1961) whose sets of positions are worked out as texts need them and kept, so that a word
costs one look-up however many phrases there are, and nothing ever backtracks.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.talking.notation import Either, Part, Word

_MOST_STATES = 4_000  # about 10 MB; past it the kept sets are thrown away and grow anew
_UNKNOWN = ""  # stands for every word that no phrase has


# Word → the positions that it reaches, and those that any other word reaches.
_Step = tuple[dict[str, list[int]], list[int]]


class _State:
    """A set of positions that the words so far may have reached; ``ends`` are the phrases complete here."""

    __slots__ = ("ends", "next", "positions")

    def __init__(self, positions: frozenset[int], ends: tuple[int, ...]) -> None:
        self.positions = positions
        self.ends = ends
        self.next: dict[str, _State] = {}


class Scanner:
    """Hears phrases, numbered in the order given, in lists of normalised words."""

    def __init__(self, patterns: Sequence[Part]) -> None:
        self._words: list[frozenset[str]] = []  # by position: what it accepts; empty accepts anything
        self._follow: list[list[int]] = []
        self._phrase: list[int] = []
        self._first: list[list[int]] = []  # by phrase
        self._last: set[int] = set()
        self._own: list[range] = []  # by phrase: its positions
        for number, pattern in enumerate(patterns):
            begin = len(self._words)
            _, first, last = self._lay(pattern, number)
            self._own.append(range(begin, len(self._words)))
            self._first.append(first)
            self._last.update(last)
        self._known = frozenset(word for words in self._words for word in words)
        self._steps: list[_Step | None] = [None] * len(self._words)  # worked out when first needed
        self._starts = _by_word(self._words, [position for first in self._first for position in first])
        self._states: dict[frozenset[int], _State] = {}
        self._root = self._state(frozenset())

    def scan(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """(index of its last word, number of the phrase) for every phrase heard."""
        heard: list[tuple[int, int]] = []
        state = self._root
        known = self._known
        for index, word in enumerate(words):
            if word not in known:
                word = _UNKNOWN
            state = state.next.get(word) or self._step(state, word)
            if state.ends:
                heard += [(index, phrase) for phrase in state.ends]
        return heard

    def start_of(self, words: Sequence[str], end: int, phrase: int, *, longest: bool) -> int:
        """The index at which ``phrase``, heard to end at ``end``, begins: its latest beginning, or its earliest."""
        first = set(self._first[phrase])
        own = self._own[phrase]
        here = {p for p in own if p in self._last and self._accepts(p, words[end])}
        found = end
        index = end
        while here:
            if not first.isdisjoint(here):
                found = index
                if not longest:
                    break
            index -= 1
            if index < 0:
                break
            here = {p for p in own if self._accepts(p, words[index]) and not here.isdisjoint(self._follow[p])}
        return found

    def held(self, inners: int) -> list[tuple[int, int]]:
        """Which of the first ``inners`` phrases stand whole within one of the others; ``…`` holds none."""
        begins = len(self._words) if inners == len(self._own) else self._own[inners].start
        at: dict[str, list[int]] = {}
        for position in range(begins, len(self._words)):
            for word in self._words[position]:
                at.setdefault(word, []).append(position)
        pairs = [
            (mine, theirs)
            for number in range(inners)
            for mine in self._first[number]
            for theirs in {theirs for word in self._words[mine] for theirs in at.get(word, ())}
        ]
        seen = set(pairs)
        found: set[tuple[int, int]] = set()
        while pairs:
            mine, theirs = pairs.pop()
            if mine in self._last:
                found.add((self._phrase[mine], self._phrase[theirs] - inners))
            for after in self._follow[mine]:
                for then in self._follow[theirs]:
                    if (after, then) not in seen and not self._words[after].isdisjoint(self._words[then]):
                        seen.add((after, then))
                        pairs.append((after, then))
        return sorted(found)

    def _accepts(self, position: int, word: str) -> bool:
        return not self._words[position] or word in self._words[position]

    def _step(self, state: _State, word: str) -> _State:
        by_word, on_any = self._starts
        reached = set(by_word.get(word, on_any))
        for position in state.positions:
            step = self._steps[position]
            if step is None:
                step = self._steps[position] = _by_word(self._words, self._follow[position])
            by_word, on_any = step
            here = by_word.get(word, on_any)
            if here:
                reached.update(here)
        state.next[word] = after = self._state(frozenset(reached))
        return after

    def _state(self, positions: frozenset[int]) -> _State:
        state = self._states.get(positions)
        if state is None:
            if len(self._states) >= _MOST_STATES:
                self._states = {}
                self._root = self._state(frozenset())
            ends = tuple(sorted({self._phrase[p] for p in positions & self._last}))
            state = self._states[positions] = _State(positions, ends)
        return state

    def _lay(self, part: Part, phrase: int) -> tuple[bool, list[int], list[int]]:
        """Gives the words of ``part`` their positions; returns whether it may be empty, its first and its last ones."""
        if isinstance(part, Word):
            self._words.append(part.spellings)
            self._follow.append([])
            self._phrase.append(phrase)
            here = [len(self._words) - 1]
            return False, here, here
        first: list[int] = []
        last: list[int] = []
        if isinstance(part, Either):
            empty = False
            for way in part.ways:
                way_empty, way_first, way_last = self._lay(way, phrase)
                empty = empty or way_empty
                first += way_first
                last += way_last
            return empty, first, last
        empty = True
        for inner in part.parts:
            inner_empty, inner_first, inner_last = self._lay(inner, phrase)
            for position in last:
                self._follow[position] += inner_first
            if empty:
                first = first + inner_first
            last = last + inner_last if inner_empty else inner_last
            empty = empty and inner_empty
        return empty, first, last


def overlaps(inner: Sequence[Part], outer: Sequence[Part]) -> list[tuple[int, int]]:
    """(inner, outer) for each inner pattern that some way of saying an outer one holds from end to end."""
    both = Scanner([*inner, *outer])
    return both.held(len(inner))


def _by_word(words: list[frozenset[str]], positions: list[int]) -> _Step:
    by_word: dict[str, list[int]] = {}
    on_any = [position for position in positions if not words[position]]
    for position in positions:
        for word in words[position]:
            by_word.setdefault(word, []).append(position)
    if on_any:
        for reached in by_word.values():
            reached += on_any
    return by_word, on_any
