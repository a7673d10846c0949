"""What the engine may look at while it takes one turn: the content, the person, the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time

from flows import blanks, timing
from flows.content import Group, Library, Service
from flows.directory.meetings import next_session
from flows.directory.ranking import Directory
from flows.directory.telling import group_blanks, month_phrase
from flows.effects import Rated
from flows.model import Participant
from flows.steps import Answer
from flows.talking.offers import NAME, TOLD, short, told
from flows.talking.spoken import as_said, said_clock
from flows.talking.words import Vocabulary
from flows.translating import ENGLISH

Past = Callable[[], Sequence[tuple[datetime, Rated]]]
"""What the person has rated so far, oldest first. Asked for only where it is needed: most turns never do."""


def nothing_rated() -> Sequence[tuple[datetime, Rated]]:
    """The past of somebody new."""
    return ()


Gaps = Callable[[], Sequence[tuple[datetime, datetime]]]
"""From when to when nobody will be on duty. Likewise asked for only where something promises a person."""


def always_covered() -> Sequence[tuple[datetime, datetime]]:
    """The gaps of a rota that has none."""
    return ()


class Stage:
    """``library`` is the release the session started on; ``live`` is today's, for what is never pinned."""

    __slots__ = ("_here", "directory", "gaps", "library", "live", "now", "past", "person", "vocabulary")

    def __init__(
        self,
        *,
        library: Library,
        live: Library,
        vocabulary: Vocabulary,
        directory: Directory,
        now: datetime,
        person: Participant,
        gaps: Gaps = always_covered,
        past: Past = nothing_rated,
    ) -> None:
        self.library = library
        self.live = live
        self.vocabulary = vocabulary
        self.directory = directory
        self.now = now
        self.person = person
        self.gaps = gaps  # no message promises what may not happen
        self.past = past
        self._here: datetime | None = None  # worked out when first asked for: most turns never ask

    def with_person(self, person: Participant) -> Stage:
        """The same stage, on which the person has changed."""
        return Stage(
            library=self.library,
            live=self.live,
            vocabulary=self.vocabulary,
            directory=self.directory,
            now=self.now,
            person=person,
            gaps=self.gaps,
            past=self.past,
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

    @property
    def language(self) -> str:
        return spoken_to(self.person, self.live.service)

    def phrase(self, name: str, values: Mapping[str, str] | None = None) -> str:
        """The bot's own words (phrases.yaml), filled in."""
        text = self.live.phrases[name].spoken(self.language, self.person.channel.look)
        return blanks.fill(text, (values or {}).get) if "((" in text else text

    def as_said(self, kind: Answer | None, value: str) -> str:
        """An answer as this person would say it."""
        person = self.person
        return as_said(kind, value, language=self.language, look=person.channel.look, phrase=self.phrase)

    def spoken_time(self, at: datetime) -> str:
        """A time as a person would say it: "3pm today", "10am on Tuesday"."""
        name, values = timing.speak_time(at, self.now, self.zone)
        return self.phrase(name, values | {"time": self.spoken_clock(timing.local(at, self.zone).time())})

    def spoken_clock(self, clock: time) -> str:
        """A time of day: "3pm" in English, "15:00" where people say it so."""
        return said_clock(clock, self.phrase)

    def spoken_date(self, day: date) -> str:
        """A day to come: "Monday 7 December"."""
        return f"{self.phrase(f'day {timing.DAYS[day.weekday()]}')} {day.day} {self.phrase(month_phrase(day))}"

    def about_service(self, key: str) -> str:
        """A setting of the service in words; ``languages`` are those on offer, as each calls itself."""
        service = self.live.service
        if key == "languages":
            names = self.live.phrases["language name"].text
            return ", ".join(names.get(language, language) for language in service.languages)
        return service.written_in.get(key, {}).get(self.language) or service.written.get(key, "")

    def group(self, group_id: str) -> Group | None:
        return self.directory.group(group_id)

    def days_until(self, group_id: str) -> str | None:
        """In how many days a group next meets, 0 for today; None where nobody knows."""
        meets = self.meets(group_id)
        return str((meets - self.today).days) if meets is not None else None

    def meets(self, group_id: str) -> date | None:
        """The day on which a group next meets."""
        group = self.group(group_id)
        return next_session(group, self.today, self.here.time()) if group is not None else None

    def about_group(self, group_id: str, column: str, miles: float | None = None) -> str | None:
        """One column of a group, as it reads today; None where the group is gone or the column is empty."""
        group = self.group(group_id)
        if group is None:
            return None
        look = self.person.channel.look
        if column in TOLD:
            return told(group, column, self.today, look, self.phrase, miles)
        if column == "name":
            return short(group.name, NAME, look)
        return group_blanks(group, self.today, self.here.time(), self.phrase).get(column) or None


def spoken_to(person: Participant, service: Service) -> str:
    """The language that somebody is spoken to in: theirs, where it is on offer today; a draft is heard in practice."""
    is_heard = person.language in service.languages or person.channel.is_practice
    return person.language if is_heard else ENGLISH
