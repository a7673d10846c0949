"""The content that is live, and the older releases that people in mid-conversation still stand on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.team import team_of
from flows.content import Library
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from storage import alerts, releases
from storage.statements import Db

Draw = Callable[[int], int]
Gaps = tuple[tuple[datetime, datetime], ...]
_GAPS_LAST = timedelta(minutes=1)  # so long the rota is not read again: it is asked for with every turn


class Desk:
    """What turns are taken with: the live conversation, pinned releases, the go-live gate, and a source of chance."""

    def __init__(self, live: Conversation, draw: Draw) -> None:
        self.live = live
        self.draw = draw  # a number from 0 up to its argument; seeded under the simulator
        self._pinned: dict[str, Library] = {}
        self._gate_open = False
        self._gaps: Gaps = ()
        self._gaps_at: datetime | None = None

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

    def gaps(self, db: Db, now: datetime) -> Gaps:
        """From when to when nobody will be on duty, over the next two days."""
        if self._gaps_at is None or abs(now - self._gaps_at) >= _GAPS_LAST:
            self._gaps = team_of(db, self.live.library.service.time_zone).gaps(now)
            self._gaps_at = now
        return self._gaps

    def gate_is_open(self, db: Db) -> bool:
        """Whether people may join on a real channel."""
        if not self._gate_open:
            self._gate_open = alerts.gate_is_open(db)
        return self._gate_open
