"""What the engine may look at while it takes one turn: the content, the person, the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flows import blanks, timing
from flows.content import Group, Library
from flows.directory.finding import group_blanks
from flows.directory.geography import Geography
from flows.model import Participant
from flows.talking.words import Vocabulary


class Stage:
    """``library`` is the release the session started on; ``live`` is today's, for what is never pinned."""

    __slots__ = ("_here", "gaps", "geography", "library", "live", "now", "person", "vocabulary")

    def __init__(
        self,
        *,
        library: Library,
        live: Library,
        vocabulary: Vocabulary,
        geography: Geography,
        now: datetime,
        person: Participant,
        gaps: Sequence[tuple[datetime, datetime]] = (),
    ) -> None:
        self.library = library
        self.live = live
        self.vocabulary = vocabulary
        self.geography = geography
        self.now = now
        self.person = person
        self.gaps = gaps  # from when to when nobody will be on duty: no message promises what may not happen
        self._here: datetime | None = None  # worked out when first asked for: most turns never ask

    def with_person(self, person: Participant) -> Stage:
        """The same stage, on which the person has changed."""
        return Stage(
            library=self.library,
            live=self.live,
            vocabulary=self.vocabulary,
            geography=self.geography,
            now=self.now,
            person=person,
            gaps=self.gaps,
        )

    @property
    def zone(self) -> str:
        return self.person.time_zone or self.live.service.time_zone

    @property
    def here(self) -> datetime:
        """What a clock on the person's wall shows."""
        if self._here is None:
            self._here = timing.local(self.now, self.zone)
        return self._here

    @property
    def today(self) -> date:
        return self.here.date()

    @property
    def sample_groups_too(self) -> bool:
        """Invented groups are for practice; a real person is never sent to one."""
        return self.person.channel.is_practice

    def phrase(self, name: str, values: Mapping[str, str] | None = None) -> str:
        """The bot's own words (phrases.yaml), filled in."""
        text = self.live.phrases[name].spoken(self.person.language, self.person.channel.look)
        return blanks.fill(text, (values or {}).get) if "((" in text else text

    def spoken_time(self, at: datetime) -> str:
        """A time as a person would say it: "3pm today", "10am on Tuesday"."""
        name, values = timing.speak_time(at, self.now, self.zone)
        return self.phrase(name, values)

    def group(self, group_id: str) -> Group | None:
        return next((group for group in self.live.groups if group.id == group_id), None)

    def about_group(self, group_id: str, column: str) -> str | None:
        """One column of a group, as it reads today; None where the group is gone or the column is empty."""
        group = self.group(group_id)
        if group is None:
            return None
        return group_blanks(group, self.today, self.here.time()).get(column) or None
