"""Blanks in words: ``((nickname))``. No logic, and a value is never read again as a blank."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

BLANK = re.compile(r"\(\(\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*\)\)")


def names_in(text: str) -> tuple[str, ...]:
    """The names that the blanks of ``text`` stand for, in order, repeats included."""
    return tuple(BLANK.findall(text))


def fill(text: str, value_of: Callable[[str], str | None]) -> str:
    """``text`` with every blank filled; a name without a value leaves nothing behind.

    >>> fill("Hi ((nickname)).", {"nickname": "((goal))"}.get)
    'Hi ((goal)).'
    """
    pieces = list(_pieces(text))
    for at in range(1, len(pieces), 2):
        pieces[at] = value_of(pieces[at]) or ""
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Words and the names of blanks by turns: the same few texts are filled for everybody."""
    return tuple(BLANK.split(text))


def spoiled(text: str) -> int | None:
    """Where a blank was begun or closed wrongly: the offset of the stray ``((`` or ``))``, None if all is well."""
    rest = BLANK.sub(lambda blank: " " * len(blank[0]), text)
    strays = [at for at in (rest.find("(("), rest.find("))")) if at >= 0]
    return min(strays, default=None)
