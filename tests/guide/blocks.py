"""The blocks that a document sets as code, and what was typed and shown in a terminal."""

from __future__ import annotations

import re
from typing import NamedTuple

_FENCE = re.compile(r"^```(\w*)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    language: str
    text: str


class Typed(NamedTuple):
    """A command line, what is typed into it line by line, and what it shows: … stands for anything."""

    command: str
    lines: tuple[str, ...]
    shows: str


def blocks(document: str) -> list[Block]:
    """Every fenced block, in page order."""
    return [Block(*found) for found in _FENCE.findall(document)]


def typed(block: Block) -> Typed:
    """A ``console`` block that begins with ``$ fingerpost …``."""
    first, _, rest = block.text.partition("\n")
    lines = tuple(line.removeprefix("> ") for line in rest.split("\n") if line.startswith("> "))
    return Typed(first.removeprefix("$ fingerpost "), lines, rest)


def goes_like(said: str, shown: str) -> bool:
    """Whether a terminal said what a document shows: … in a line is anything, alone on a line any lines or none."""
    pattern = ""
    for line in shown.split("\n"):
        pattern += r"(?:.*\n)*?" if line == "…" else r"[^\n]*".join(map(re.escape, line.split("…"))) + r" *\n"
    return re.fullmatch(pattern, said) is not None
