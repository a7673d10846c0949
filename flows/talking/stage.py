"""What the engine may look at while it takes one turn: the content, the person, the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flows import blanks, timing
from flows.directory.finding import group_blanks
from flows.directory.geography import Geography
from flows.model import Group, Library, Participant
from flows.talking.words import Vocabulary


@dataclass(frozen=True)
class Stage:
    """``library`` is the release the session started on; ``live`` is today's, for what is never pinned."""

    library: Library
    live: Library
    vocabulary: Vocabulary
    geography: Geography
    now: datetime
    person: Participant

    @cached_property
    def zone(self) -> str:
        return self.person.time_zone or self.live.service.time_zone

    @cached_property
    def here(self) -> datetime:
        """What a clock on the person's wall shows."""
        return timing.local(self.now, self.zone)

    @cached_property
    def today(self) -> date:
        return self.here.date()

    @cached_property
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
