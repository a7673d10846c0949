"""Messages in quotation marks, cut where they are long."""

from __future__ import annotations

LONGEST_QUOTE = 90  # letters
_BEFORE = 24  # letters that are kept before the first that differs, so that its sentence is known again


def quoted(words: str) -> str:
    """A message in quotation marks, cut at its end where it is long."""
    return _cut(_line(words), 0)


def beside(old: str, new: str) -> str:
    """``“old” → “new”``: of long ones, what is shown is what differs, and a little of what stands before it."""
    was, now = _line(old), _line(new)
    if max(len(was), len(now)) <= LONGEST_QUOTE:
        return f"{quoted(was)} → {quoted(now)}"
    same = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), None)
    start = max((same if same is not None else min(len(was), len(now))) - _BEFORE, 0)
    if start:
        start = was.find(" ", start) + 1 or start
    return f"{_cut(was, start)} → {_cut(now, start)}"


def _line(words: str) -> str:
    return " ".join(words.split())


def _cut(line: str, start: int) -> str:
    rest = ("…" if start else "") + line[start:]
    return f"“{rest if len(rest) <= LONGEST_QUOTE else rest[: LONGEST_QUOTE - 1] + '…'}”"
