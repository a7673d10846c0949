"""What every test's log lines must be: an action and ids. Whoever logs a number, a name or words fails the test."""

from __future__ import annotations

import io
import re

from bot import logs

_PAIR = r" ([a-z_]+)=([^\s\"]*|\"[^\"]*\")"
_LINE = re.compile(rf"\S+ (?:debug|info|warning|error|critical) +[a-z_]+(?:\.[a-z_]+)+(?:{_PAIR})*")
_VALUE = re.compile(_PAIR)
_KEYS = logs.NUMBERS | logs.WORDS | logs.HASHES
# the numbers that tests use, in any spelling: kept for drama, nobody has them
_NUMBER = re.compile(r"(?<!\d)(?:\+?44|0)?[ .-]?(?:7700[ .-]?900|1632[ .-]?960)[ .-]?\d{3}(?!\d)")
_NAMES = re.compile(r"\b(?:Sam|Alex|Kim|Dee|Coordinator)\b")  # what people are called in tests
_TOKENS = re.compile(r"(?:AC|SK)[0-9a-f]{32}|\d{6,}:[A-Za-z0-9_-]{6,}|[A-Za-z0-9+/]{43}=|the-token-that-signs|canary")


class Paper(io.StringIO):
    """Where the log of a test goes."""

    def taken(self) -> list[str]:
        """The lines written since this was last asked."""
        found = self.getvalue().splitlines()
        self.seek(0)
        self.truncate()
        return found


def fault_of(line: str) -> str:
    """Why a log line must not be; "" where it may."""
    if not _LINE.fullmatch(line):
        return "it is more than an action and known keys"
    if logs.KEPT_OUT in line or " left_out=" in line:
        return "something had to be kept out of it"
    if others := [key for key, _ in _VALUE.findall(line) if key not in _KEYS]:
        return f"{others[0]} is not on the list"
    for what, pattern in (("a number", _NUMBER), ("a name", _NAMES), ("a token", _TOKENS)):
        if pattern.search(line):
            return f"it holds {what}"
    return ""


def must_be_quiet(lines: list[str]) -> None:
    """Fail at the first line that says too much."""
    for line in lines:
        if fault := fault_of(line):
            raise AssertionError(f"a log line says too much, {fault}: {line}")
