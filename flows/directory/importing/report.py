"""The report of an import, written while it is read: what was left out, what was read around, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flows.directory.model import Imported, Initiative, Note

NOTHING = "It holds nothing that anybody could be offered."


MOST_NOTES = 200
"""Rows that are named for one fault. Whoever mends it at the source needs no more of them than that."""


class Report:
    """Collects notes in the order in which they are met, each once; of one fault the first, and how many more."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}
        self._met: Counter[tuple[str, bool]] = Counter()

    def left_out(self, row: str, what: str) -> None:
        """A row, or one of its sessions, that nobody will be offered."""
        self._add(Note(row, what, left_out=True))

    def read_around(self, row: str, what: str) -> None:
        """A row that is kept without what was wrong in it."""
        self._add(Note(row, what))

    def _add(self, note: Note) -> None:
        if note in self._notes:
            return
        fault = (_fault(note.what), note.left_out)
        self._met[fault] += 1
        if self._met[fault] <= MOST_NOTES:
            self._notes[note] = None

    def done(self, initiatives: Sequence[Initiative]) -> Imported:
        """What was read, no two with one id; a refusal where that is nothing at all."""
        more = [
            Note(f"{met - MOST_NOTES} more", what, left_out, met - MOST_NOTES)
            for (what, left_out), met in self._met.items()
            if met > MOST_NOTES
        ]
        return Imported(tuple(_told_apart(initiatives)), (*self._notes, *more), "" if initiatives else NOTHING)


def _fault(what: str) -> str:
    """A sentence without what it quotes from a row, so that the same fault of many rows is one."""
    said, quoted, _ = what.partition("“")
    return f"{said}…" if quoted else said


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
