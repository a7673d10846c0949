"""The content that is live, and the older releases that people in mid-conversation still stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Lock

from bot.team import team_of
from flows import withdrawing
from flows.content import Group, Library
from flows.directory.stock import stocked
from flows.model import Session
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from flows.wording import Level
from storage import alerts, releases
from storage.statements import Db

Draw = Callable[[int], int]
Gaps = tuple[tuple[datetime, datetime], ...]
NEVER_PINNED = frozenset({"phrases.yaml", "directory/signposts.yaml", "safety/crisis.yaml", "safety/words.yaml"})
LARGE = 2000  # groups: a twentieth of a second's work
_GAPS_LAST = timedelta(minutes=1)  # so long the rota is not read again: it is asked for with every turn


class Desk:
    """What turns are taken with: the live conversation, pinned releases, the go-live gate, and a source of chance.

    ``live`` is changed while turns are taken on other threads. So whoever needs it twice for one decision asks once.
    """

    def __init__(self, live: Conversation, draw: Draw) -> None:
        self.live = live
        self.draw = draw  # a number from 0 up to its argument; seeded under the simulator
        self.withdrawn: frozenset[str] = frozenset()  # flows of the live release that nobody may start
        self._whole = live  # the live release as it was released
        self._standing: tuple[tuple[str, str], ...] = ()  # flows that were withdrawn, and what they spelled then
        self._read: dict[str, Library] = {}  # older releases, as they were released
        self._pinned: dict[str, tuple[Library, frozenset[str]]] = {}  # … without what was withdrawn since
        self._changing = Lock()  # what is live is put together from several things, on more threads than one
        self._imported: tuple[Group, ...] = ()  # groups that came from other people's directories
        self._checked_on: Mapping[str, date] = {}
        self._hidden: frozenset[str] = frozenset()
        self._gate_open = False
        self._gaps: Gaps = ()
        self._gaps_at: datetime | None = None

    # ------------------------------------------------------------ what is live

    def go_live(self, conversation: Conversation) -> None:
        """Talk by another release from now on. Conversations under way end in the words they began with."""
        with self._changing:
            self.keep(self._whole.library)
            self._whole = conversation
            self._put_together()

    def withdraw(self, standing: Iterable[tuple[str, str]]) -> bool:
        """Know these flows for withdrawn, each with what it spelled then, and no others; whether that is news."""
        standing = tuple(standing)
        if standing == self._standing:
            return False
        with self._changing:
            self._standing = standing
            self._put_together()
        return True

    def restock(
        self, imported: tuple[Group, ...], checked_on: Mapping[str, date], hidden: frozenset[str] = frozenset()
    ) -> None:
        """Offer these groups beside those of the release; when rows were last found true, and which nobody is sent
        to, by the id of a group or an initiative. With tens of thousands it takes seconds: then call it in a thread."""
        with self._changing:
            self._imported, self._checked_on, self._hidden = imported, checked_on, hidden
            self._put_together()

    @property
    def is_large(self) -> bool:
        """Whether putting the directory together takes so long that nobody may wait for it."""
        return len(self._imported) > LARGE

    @property
    def directory(self) -> tuple[Group, ...]:
        """Every group of the release and of the imported sources, hidden ones among them."""
        return (*self._whole.library.groups, *self._imported)

    def knows_withdrawn(self, flow: str, spelling: str) -> bool:
        """Whether this process has heard yet that a flow was withdrawn."""
        return (flow, spelling) in self._standing

    def _put_together(self) -> None:
        whole = self._whole
        self.withdrawn = withdrawing.withdrawn_live(whole.library, self._standing)
        silenced = withdrawing.without(whole.library, self.withdrawn, whole.library)
        live = whole.with_library(silenced) if self.withdrawn else whole
        if self._imported or self._checked_on or self._hidden:
            live = live.with_groups(stocked(live.library.groups, self._imported, self._checked_on, self._hidden))
            _ = live.directory.index  # made here, and not while somebody waits for an answer
        self.live = live
        self._pinned = {}

    # ------------------------------------------------------------ what people in mid-conversation stand on

    def keep(self, library: Library) -> None:
        """Have a release at hand that somebody may still stand on."""
        self._read[library.release] = library

    def library(self, db: Db, release: str) -> Library | None:
        """The release a conversation began on; None where it can no longer be read: nothing else may stand in for it,
        for the same step of another release asks another question."""
        live = self.live.library
        if release == live.release:
            return live
        found = self._older(db, release, live)
        return None if found is None else found[0]

    def is_withdrawn(self, db: Db, session: Session) -> bool:
        """Whether a conversation stands in a flow that was withdrawn, or would come back to one."""
        if not self._standing:
            return False
        live, withdrawn = self.live.library, self.withdrawn
        if session.release != live.release:
            found = self._older(db, session.release, live)
            withdrawn = found[1] if found is not None else frozenset(name for name, _ in self._standing)
        return any(frame.flow in withdrawn for frame in session.frames)

    def _older(self, db: Db, release: str, live: Library) -> tuple[Library, frozenset[str]] | None:
        pinned = self._pinned
        if release not in pinned:
            if release not in self._read:
                files = releases.get(db, release)
                found = read_pinned(release, files) if files is not None else None
                if found is None:
                    return None
                self.keep(found)
            whole = self._read[release]
            gone = withdrawing.withdrawn_pinned(whole, self._whole.library, self._standing)
            pinned[release] = withdrawing.without(whole, gone, live), gone
        return pinned[release]

    # ------------------------------------------------------------ the rota and the gate

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


def read_pinned(release: str, files: dict[str, bytes]) -> Library | None:
    """An older release, for conversations that began on it; None where this program cannot read it.

    What is never pinned may be at fault: a newer program may want phrases that did not exist then.
    """
    reading = read_library(files)
    broken = {problem.place.file for problem in reading.problems if problem.level is Level.ERROR}
    # under the name that it is stored by: a newer program may spell the same words otherwise
    return replace(reading.draft, release=release) if broken <= NEVER_PINNED else None
