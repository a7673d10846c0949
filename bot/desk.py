"""The content that is live, and the older releases that people in mid-conversation still stand on."""

from __future__ import annotations

from collections.abc import Callable

from flows.content import Library
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from storage import alerts, releases
from storage.statements import Db

Draw = Callable[[int], int]


class Desk:
    """What turns are taken with: the live conversation, pinned releases, the go-live gate, and a source of chance."""

    def __init__(self, live: Conversation, draw: Draw) -> None:
        self.live = live
        self.draw = draw  # a number from 0 up to its argument; seeded under the simulator
        self._pinned: dict[str, Library] = {}
        self._gate_open = False

    def library(self, db: Db, release: str) -> Library | None:
        """The release a conversation began on; None where it can no longer be read: nothing else may stand in for it,
        for the same step of another release asks another question."""
        if release == self.live.library.release:
            return self.live.library
        if release not in self._pinned:
            found = self._read(db, release)
            if found is None:
                return None
            self._pinned[release] = found
        return self._pinned[release]

    def _read(self, db: Db, release: str) -> Library | None:
        files = releases.get(db, release)
        return read_library(files).library if files is not None else None

    def gate_is_open(self, db: Db) -> bool:
        """Whether people may join on a real channel."""
        if not self._gate_open:
            self._gate_open = alerts.gate_is_open(db)
        return self._gate_open
