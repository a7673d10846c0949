"""Puts a conversation test at the foot of a flow's file, and touches nothing else in it. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

_TESTS = re.compile(r"tests\s*:\s*(#.*)?", re.IGNORECASE)
_DASH = re.compile(r"(?P<indent>[ \t]*)[-–—•*]\s")
_PLAIN = re.compile(r"[^\W_][\w ,.'’()/!?-]*[\w.)!?]|\w")  # a name that YAML reads as it stands
_BYTE_ORDER = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Page:
    """A file as its author saved it: its text, and what it takes to save it that way again."""

    text: str
    mark: bytes = b""  # the byte order mark that it begins with
    encoding: str = "utf-8"

    @classmethod
    def of(cls, raw: bytes) -> Page:
        """The page of these bytes: UTF-8, what Notepad calls Unicode, or the older Windows letters. Never raises."""
        for mark, encoding in _BYTE_ORDER.items():
            if raw.startswith(mark):
                return cls(raw[len(mark) :].decode(encoding, errors="replace"), mark, encoding)
        try:
            return cls(raw.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(raw.decode("cp1252", errors="replace"), encoding="cp1252")

    def saved(self, text: str) -> bytes:
        """Other text, saved in the same way. Raises UnicodeEncodeError where the older letters lack one of these."""
        return self.mark + text.encode(self.encoding)


def with_test(text: str, name: str, given: str, talk: Sequence[str]) -> str:
    """``text`` with one more test: after the last one that stands there, else under a ``tests:`` of its own."""
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    lines = re.split(f"(?<={end[-1]})", text)
    if lines[-1] == "":
        lines.pop()
    elif not lines[-1].endswith(end):
        lines[-1] += end
    at, indent, apart = _foot(lines)
    written = [*([""] if apart else []), *([] if indent is not None else ["tests:"])]
    written += _test(name, given, talk, "  " if indent is None else indent)
    return "".join((*lines[:at], *(line + end for line in written), *lines[at:]))


def _foot(lines: Sequence[str]) -> tuple[int, str | None, bool]:
    """Before which line the test goes, how far its dash is set in (None: there are no tests), and whether a blank line
    goes before it."""
    head = next((number for number, line in enumerate(lines) if _TESTS.fullmatch(line.strip("\ufeff\r\n"))), None)
    if head is None:
        return len(lines), None, bool(lines) and bool(lines[-1].strip())
    last, dashes = head, list[tuple[int, str]]()
    for number in range(head + 1, len(lines)):
        line = lines[number]
        if not line.strip() or line.startswith("#"):
            continue
        dash = _DASH.match(line)
        if not line[0].isspace() and dash is None:
            break  # a setting of the flow again
        last = number
        if dash is not None and (not dashes or dash["indent"] == dashes[0][1]):
            dashes.append((number, dash["indent"]))
    apart = len(dashes) > 1 and not lines[dashes[-1][0] - 1].strip()
    return last + 1, dashes[0][1] if dashes else "  ", apart


def _test(name: str, given: str, talk: Sequence[str], indent: str) -> list[str]:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    shown = name if _PLAIN.fullmatch(name) and not name[0].isdigit() else f'"{quoted}"'
    lines = [f"{indent}- name: {shown}"]
    if given:
        lines.append(f"{indent}  given: {given}")
    return [*lines, f"{indent}  talk: |", *(f"{indent}    {line}" for line in talk)]
