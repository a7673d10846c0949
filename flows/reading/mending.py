"""Writes down what the tidy pass mends: the same file, line by line, with its comments and layout.

Only what is certain is written. A line that was refused stays as its author left it (but for ``say:Hi``, which can mean
one thing only), and a file that would not say exactly the same afterwards is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.reading.encoding import read_text
from flows.reading.keys import KNOWN, holds_words
from flows.reading.nodes import List, Map, Node, Text, read_yaml
from flows.reading.problems import Problems
from flows.reading.tidy import GLUED, KEY, ODD_SPACES, TO_SPACES, Pass, straight, tidy
from flows.wording import Level

_ONE_MEANING = "glued"
_SPOILED = "odd character"  # a letter that cannot be shown was read as a space: only its author knows which it was


@dataclass(frozen=True, slots=True)
class Mended:
    """A file as it should be. ``lines`` are the numbers of those that changed; ``letters``: its encoding did."""

    raw: bytes
    lines: tuple[int, ...]
    letters: bool


def mend(raw: bytes, file: str) -> Mended | None:
    """The mended file, or None where there is nothing that can be mended with certainty. Never raises."""
    problems = Problems()
    text = read_text(raw, file, problems)
    letters = any(problem.code == "older letters" for problem in problems.found) or raw[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    )
    if any(problem.code == _SPOILED for problem in problems.found):
        return None
    mending = _Mending(file, problems)
    mending.run(text)
    lines = mending.mended()
    changed = tuple(
        number + 1 for number, (was, now) in enumerate(zip(mending.lines, lines, strict=True)) if was != now
    )
    if not (changed or letters):
        return None
    end = "\r\n" if b"\r\n" in raw or b"\r\x00\n\x00" in raw or b"\x00\r\x00\n" in raw else "\n"
    written = end.join(lines).encode()
    return Mended(written, changed, letters) if _says_the_same(raw, written, file) else None


class _Mending(Pass):
    """A tidy pass that remembers where each line begins and what it says once its list mark is mended."""

    def __init__(self, file: str, problems: Problems) -> None:
        super().__init__(file, problems)
        self.widths: dict[int, int] = {}
        self.bodies: dict[int, str] = {}

    def _indent(self, number: int, space: str) -> int:
        self.widths[number] = super()._indent(number, space)
        return self.widths[number]

    def _keyed(self, number: int, indent: int, body: str, raw: str) -> str:
        self.bodies[number] = body
        return super()._keyed(number, indent, body, raw)

    def mended(self) -> list[str]:
        refused = {p.place.line - 1 for p in self.problems.found if p.level is Level.ERROR and p.code != _ONE_MEANING}
        return [line if number in refused else self._mended(number, line) for number, line in enumerate(self.lines)]

    def _mended(self, number: int, line: str) -> str:
        body = line.lstrip(" " + ODD_SPACES)
        if not body:
            return line
        if number in self.bodies:
            body = self._with_key(self.bodies[number])
        mended = " " * self.widths[number] + body
        return line if mended == line.rstrip(" ") else mended

    def _with_key(self, body: str) -> str:
        found = KEY.match(body)
        gap = body[found.end("colon") : found.end()] if found is not None else " "
        found = found or GLUED.match(body)
        if found is None or found["key"].strip().lower() not in KNOWN:
            return body
        key = found["key"].strip().lower()
        value = body[found.end() :]
        if not holds_words(self.file, key):
            value = straight(value)
        return f"{found['dashes']}{key}:{gap.translate(TO_SPACES)}{value}"


def _says_the_same(raw: bytes, mended: bytes, file: str) -> bool:
    before, after = Problems(), Problems()
    was, now = (read_yaml(tidy(each, file, into), into) for each, into in ((raw, before), (mended, after)))
    worse = {p.code for p in after.found if p.level is Level.ERROR} - {p.code for p in before.found}
    return _plain(was) == _plain(now) and not worse


def _plain(node: Node | None) -> object:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, List):
        return [_plain(item) for item in node.items]
    if isinstance(node, Map):
        return [(key.value, _plain(value)) for key, value in node.pairs]
    return None
