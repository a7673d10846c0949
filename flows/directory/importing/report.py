"""The report of an import, written while it is read: what was left out, what was read around, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

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
        """What was read, no two with one id; a refusal where that is nothing at all."""
        return Imported(tuple(_told_apart(initiatives)), tuple(self._notes), "" if initiatives else NOTHING)


def _told_apart(initiatives: Iterable[Initiative]) -> Iterator[Initiative]:
    """The same, a number behind an id that a source gives to several things: whoever hides one hides no other."""
    taken: set[str] = set()
    for each in initiatives:
        sessions = tuple(replace(session, id=_free(session.id, taken)) for session in each.sessions)
        yield replace(each, id=_free(each.id, taken), sessions=sessions)


def _free(identity: str, taken: set[str]) -> str:
    found, number = identity, 1
    while found in taken:
        number += 1
        found = f"{identity[:_LONGEST]}-{number}"
    taken.add(found)
    return found


_LONGEST = 114  # letters of an id, and six for the number that tells it apart
