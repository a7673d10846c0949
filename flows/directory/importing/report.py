"""The report of an import, written while it is read: what was left out, what was read around, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from flows.directory.model import Imported, Initiative, Note

NOTHING = "It holds nothing that anybody could be offered."


class Report:
    """Collects notes in the order in which they are met, each once."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}

    def left_out(self, row: str, what: str) -> None:
        """A row, or one of its sessions, that nobody will be offered."""
        self._notes[Note(row, what, left_out=True)] = None

    def read_around(self, row: str, what: str) -> None:
        """A row that is kept without what was wrong in it."""
        self._notes[Note(row, what)] = None

    def done(self, initiatives: Sequence[Initiative]) -> Imported:
        """What was read; a refusal where that is nothing at all."""
        return Imported(tuple(initiatives), tuple(self._notes), "" if initiatives else NOTHING)
