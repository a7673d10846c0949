"""Finds the line that does not line up, and how many spaces it wants: what was meant is found by trying.

A parser only knows where it lost its way. The spaces that a line should have are those of a line above it, and where
several would do, the ones are taken with which the rest of the file reads best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flows.reading.tidy import BLOCK, KEY

_DASHES = 2  # on one line: more of them is nothing that a person set in
_LINES = 2000  # the longest file in which places are tried
_WAYS = 24  # how many are looked at
_TRIED = 10  # and how many read

_NOTHING, _LINES_BELOW, _WORDS = "nothing", "lines below", "words"

Judge = Callable[[str], int]  # a file's text, and how much is wrong in it once it parses


class Move(NamedTuple):
    """Lines ``first`` to ``last`` (from 0) want ``by`` spaces more; ``like`` is the line to line up with.

    ``under``: that line is not beside them, but the one that they belong to.
    """

    first: int
    last: int
    by: int
    like: int
    under: bool


@dataclass(slots=True)
class _Level:
    """Lines that begin in one column: the items of a list, or the settings of one thing."""

    is_list: bool
    column: int
    opened: int
    last: int
    inside: int  # the column of what it belongs to; -2 for the file itself, whose lines begin at the left edge


class _Lost(NamedTuple):
    """A line that fits none of the levels that are open where it stands."""

    line: int
    column: int
    is_list: bool
    levels: list[_Level]
    waiting: tuple[int, int] | None  # column and line of a setting just above with nothing after its colon


class _Walk:
    """Goes down the lines. Without ``go_on`` it ends at the first that is lost; with it, each is put where it fits."""

    def __init__(self, lines: Sequence[str], *, go_on: bool, until: int | None = None) -> None:
        self.go_on = go_on
        self.until = until
        self.at: _Lost | None = None  # how things are where the line ``until`` begins
        self.levels: list[_Level] = []
        self.opened: Counter[tuple[bool, int]] = Counter()  # how far in the levels begin: list or not, spaces
        self.waiting: tuple[int, int] | None = None
        self.lost: list[_Lost] = []
        block: int | None = None
        for number, line in enumerate(lines):
            body = line.lstrip(" ")
            indent = len(line) - len(body)
            if not body.strip() or (block is not None and indent > block):
                continue
            block = None
            if body.startswith("#"):
                continue
            block = self._line(number, indent, body)
            if self.at is not None or (self.lost and not go_on):
                return

    def _line(self, number: int, column: int, body: str) -> int | None:
        """Returns the column of a setting whose words stand on lines of their own."""
        for _ in range(_DASHES):
            if not body.startswith("-") or not (body.startswith("- ") or body == "-"):
                break
            column = self._stand(number, column, is_list=True)
            rest = body[1:].lstrip(" ")
            column, body = column + len(body) - len(rest), rest
        value = _value(body)
        if value is None:
            self.waiting = None if body else self.waiting
            return None
        column = self._stand(number, column, is_list=False)
        self.waiting = (column, number) if value is _NOTHING else None
        return column if value is _LINES_BELOW else None

    def _stand(self, number: int, column: int, *, is_list: bool) -> int:
        """The column that the line is taken to stand in."""
        waiting, self.waiting = self.waiting, None
        if number == self.until and self.at is None:
            self.at = _Lost(number, column, is_list, list(self.levels), waiting)
        after_dash = bool(self.levels) and self.levels[-1].is_list and self.levels[-1].last == number
        if after_dash or not self.levels or (waiting and (column > waiting[0] or (is_list and column == waiting[0]))):
            inside = waiting[0] if waiting else self.levels[-1].column if self.levels else -2
            while self.levels and self.levels[-1].column > inside:
                self.levels.pop()
            self.levels.append(_Level(is_list, column, number, number, inside))
            if not after_dash:
                self.opened[is_list, column - inside] += 1
            return column
        fitting = [level for level in self.levels if level.is_list == is_list]
        here = next((level for level in fitting if level.column == column), None)
        if here is None:
            self.lost.append(_Lost(number, column, is_list, list(self.levels), waiting))
            if not self.go_on or not fitting:
                return column
            here = min(fitting, key=lambda level: abs(level.column - column))
        here.last = number
        self.levels = self.levels[: self.levels.index(here) + 1]
        return here.column


@lru_cache(maxsize=4096)  # the same lines are looked at again for every place that is tried
def _value(body: str) -> str | None:
    """What follows the colon of a setting, or None where the line is none."""
    found = KEY.match(body)
    if found is None or found["dashes"]:
        return None
    value = body[found.end() :]
    if not value or value.startswith("#"):
        return _NOTHING
    return _LINES_BELOW if BLOCK.fullmatch(value) else _WORDS


def misplaced(lines: Sequence[str], by_line: int, judge: Judge) -> Move | None:
    """What would put the first line right that does not line up; None where all do as far as ``by_line``."""
    lost = next(iter(_Walk(lines, go_on=False).lost), None) if len(lines) <= _LINES else None
    if lost is None or lost.line > by_line:
        return None
    ways = _nearest(_ways(lost, lines))
    tried = {move: moved(lines, move) for move in ways}
    usual = _usual(lines)
    slips = {move: _slips(text, usual) for move, text in tried.items()}
    fewest = min((number for number, _ in slips.values()), default=0)
    ways = [move for move in ways if slips[move][0] == fewest][:_TRIED]
    if len(ways) > 1:
        faults = {move: judge("\n".join(tried[move])) for move in ways}
        ways = [move for move in ways if faults[move] == min(faults.values())]
    # The nearest of those left, and the fewest lines; then the one further in, as the line above it most likely is.
    return min(ways, key=lambda move: (slips[move][1], *_effort(move), move.first < lost.line), default=None)


def fitting(lines: Sequence[str], suspects: Sequence[int], faults: int, judge: Judge) -> Move | None:
    """What would put one of these lines right, which line up where nothing takes them.

    There must be less wrong afterwards than ``faults``, or they are none that a few spaces put right.
    """
    walks = [_Walk(lines, go_on=False, until=line).at for line in suspects] if len(lines) <= _LINES else []
    every = _nearest(move for at in walks if at is not None for move in _ways(at, lines))
    ways = [move for move in every if not _Walk(moved(lines, move), go_on=False).lost][:_TRIED]
    wrong = {move: judge("\n".join(moved(lines, move))) for move in ways}
    best = min(ways, key=lambda move: (wrong[move], *_effort(move), move), default=None)
    return best if best is not None and wrong[best] < faults else None


def _nearest(ways: Iterable[Move]) -> list[Move]:
    return sorted(set(ways), key=lambda move: (*_effort(move), move))[:_WAYS]


def _effort(move: Move) -> tuple[int, int, int]:
    return abs(move.by), move.last - move.first, -move.by


def moved(lines: Sequence[str], move: Move) -> list[str]:
    """The lines as they are once it is done."""
    found = list(lines)
    for number in range(move.first, move.last + 1):
        body = found[number].lstrip(" ")
        if body:
            found[number] = " " * max(len(found[number]) - len(body) + move.by, 0) + body
    return found


def _usual(lines: Sequence[str]) -> dict[bool, int]:
    """How far in this file's author sets lists, and settings: two spaces, where there is no telling."""
    opened = _Walk(lines, go_on=True).opened + Counter({(True, 2): 1, (False, 2): 1})
    return {
        is_list: max((count, far == 2, far) for (of_list, far), count in opened.items() if of_list is is_list)[2]
        for is_list in (True, False)
    }


def _slips(lines: Sequence[str], usual: dict[bool, int]) -> tuple[int, int]:
    """How many lines are lost, and how many levels begin elsewhere than this author's others."""
    walk = _Walk(lines, go_on=True)
    odd = sum(count for (is_list, far), count in walk.opened.items() if usual[is_list] != far)
    return len(walk.lost), odd


def _ways(lost: _Lost, lines: Sequence[str]) -> Iterator[Move]:
    """All that may have been meant: the line moves, with or without what is set in below it, or one above it does."""
    yield from _moves(lost, lines)
    for level in lost.levels:
        if level.column != lost.column and level.opened < lost.line:
            for end in {level.opened, lost.line - 1}:
                yield Move(level.opened, end, lost.column - level.column, lost.line, under=False)
        above = _Walk(lines, go_on=False, until=level.last).at if level.opened < level.last < lost.line else None
        if above is not None:
            yield from _moves(above, lines)


def _moves(lost: _Lost, lines: Sequence[str]) -> Iterator[Move]:
    last = _last_below(lost.line, lost.column, lines)
    for column, like, under in _columns_for(lost):
        if column != lost.column:
            for end in {lost.line, last}:
                yield Move(lost.line, end, column - lost.column, like, under)


def _columns_for(lost: _Lost) -> Iterator[tuple[int, int, bool]]:
    for number, level in enumerate(lost.levels):
        if level.is_list == lost.is_list:
            below_dash = not level.is_list and level.last == level.opened and number > 0
            yield level.column, level.last, below_dash and lost.levels[number - 1].last == level.last
    if lost.waiting is not None:
        yield lost.waiting[0] + 2, lost.waiting[1], True


def _last_below(line: int, column: int, lines: Sequence[str]) -> int:
    """The last of the lines that are set in below this one."""
    last = line
    for number in range(line + 1, len(lines)):
        body = lines[number].lstrip(" ")
        if body and len(lines[number]) - len(body) <= column:
            break
        last = number if body else last
    return last
