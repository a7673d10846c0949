"""Blanks in words: ``((nickname))``. No logic, and a value is never read again as a blank."""

from __future__ import annotations

import re
from collections.abc import Callable

BLANK = re.compile(r"\(\(\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*\)\)")


def names_in(text: str) -> tuple[str, ...]:
    """The names that the blanks of ``text`` stand for, in order, repeats included."""
    return tuple(BLANK.findall(text))


def fill(text: str, value_of: Callable[[str], str | None]) -> str:
    """``text`` with every blank filled; a name without a value leaves nothing behind.

    >>> fill("Hi ((nickname)).", {"nickname": "((goal))"}.get)
    'Hi ((goal)).'
    """
    return BLANK.sub(lambda blank: value_of(blank[1]) or "", text)


def spoiled(text: str) -> int | None:
    """Where a blank was begun or closed wrongly: the offset of the stray ``((`` or ``))``, None if all is well."""
    rest = BLANK.sub(lambda blank: " " * len(blank[0]), text)
    strays = [at for at in (rest.find("(("), rest.find("))")) if at >= 0]
    return min(strays, default=None)
