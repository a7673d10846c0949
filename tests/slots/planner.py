"""A planner in a few lines, with no database: it wakes when it was told to, and keeps what fell due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache

from flows.content import Library, Schedule, Service
from flows.model import Channel, Participant
from flows.slots import Due, Plan, plan
from flows.statuses import PersonStatus
from flows.timing import at_local, local
from tests.reading.folder import VARIABLES, reading_of, told

LONDON = "Europe/London"
FLOW = """\
flow: talk
starts: schedule
no_reply:
  close: 24 hours
steps:
  - ask: How are things? Y or N
    save: well
    answer: yes or no
"""
DATES = "left_rehab:\n  type: date\n  set_by: staff\n"


def library(text: str) -> Library:
    """A small content folder with these lines as its ``schedules.yaml``, each schedule starting the flow ``talk``."""
    files: dict[str, str | bytes | None] = {
        "flows/talk.yaml": FLOW,
        "variables.yaml": VARIABLES + DATES,
        "schedules.yaml": text,
    }
    found = reading_of(files).library
    assert found is not None, told(reading_of(files).problems)
    return found


@lru_cache(maxsize=256)
def schedules(settings: str, name: str = "it") -> Mapping[str, Schedule]:
    """One schedule, given by its settings, one a line; a phase is set in by the one who writes it."""
    lines = "".join(f"  {line}\n" for line in settings.strip("\n").split("\n"))
    return library(f"- schedule: {name}\n  flow: talk\n{lines}").schedules


WEEKLY = schedules("every: week\nat: checkin_time\notherwise: Wed 11:00")
SERVICE = library("- schedule: it\n  flow: talk\n  every: day\n  at: 12:00\n").service
NO_NIGHT = replace(SERVICE, quiet_from=time(0), quiet_to=time(0))


def somebody(
    joined: datetime | str = "2026-11-02 09:30", *, zone: str = "", id: int = 41, **values: str
) -> Participant:
    """Somebody who joined then: local London time, if it is text."""
    at = moment(joined) if isinstance(joined, str) else joined
    return Participant(id, PersonStatus.ACTIVE, Channel.SMS, time_zone=zone, joined_at=at, values=values)


def moment(written: str, zone: str = LONDON) -> datetime:
    """``2026-11-02 09:30`` on a clock in ``zone``."""
    at = datetime.fromisoformat(written)
    return at_local(at.date(), at.time(), zone)


def shown(at: datetime, zone: str = LONDON) -> str:
    """An instant as a clock in ``zone`` shows it."""
    return f"{local(at, zone):%Y-%m-%d %H:%M}"


class Planner:
    """Wakes at ``next_at`` and never looks twice at the same stretch of time."""

    def __init__(self, schedules: Mapping[str, Schedule], now: datetime | str, service: Service = SERVICE) -> None:
        self.schedules = schedules
        self.service = service
        self.planned_at: datetime | None = None
        self.now = moment(now) if isinstance(now, str) else now
        self.last: dict[str, date] = {}
        self.slots: list[Due] = []

    def look(self, person: Participant, now: datetime | None = None) -> Plan:
        """Plan up to ``now``, and keep what fell due."""
        self.now = now or self.now
        found = plan(self.schedules, person, since=self.planned_at, now=self.now, last=self.last, service=self.service)
        for slot in found.due:
            assert (slot.schedule, slot.local_date) not in {(each.schedule, each.local_date) for each in self.slots}
            self.last[slot.schedule] = max(slot.local_date, self.last.get(slot.schedule, slot.local_date))
        self.slots += found.due
        self.planned_at = self.now
        return found

    def run(self, person: Participant, until: datetime | str) -> list[Due]:
        """Everything that falls due from now until then, looking only when there is something to see."""
        until = moment(until) if isinstance(until, str) else until
        before = len(self.slots)
        next_at = self.look(person).next_at
        while next_at is not None and next_at <= until:
            assert next_at > self.now
            next_at = self.look(person, next_at).next_at
        self.look(person, until)
        return self.slots[before:]

    def change(self) -> None:
        """What they are due has changed: nothing before now was due under it."""
        self.planned_at = self.now


def due_times(slots: Iterable[Due], zone: str = LONDON) -> list[str]:
    """When slots fall due, on a clock in ``zone``."""
    return [shown(slot.due_at, zone) for slot in slots]


def days(slots: Iterable[Due]) -> str:
    """The local dates of slots: ``Mon 02/11, Mon 09/11``."""
    return ", ".join(f"{slot.local_date:%a %d/%m}" for slot in slots)
