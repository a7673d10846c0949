"""The content folder, read: flows, people's variables, groups, helplines, crisis rules. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from flows.steps import Condition, NoReply, Scale, Step
from flows.wording import Place, Span, Wording

Clock = time  # by another name, for values that have a ``time`` of their own


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation test as written: what is given, and the marked lines with their places."""

    name: str
    given: str
    talk: tuple[tuple[Place, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Flow:
    name: str
    about: str
    starts: str  # "schedule", "first message", "alert" or ""
    words: tuple[str, ...]
    only_if: Condition | None
    no_reply: NoReply | None
    first: int | None
    steps: tuple[Step, ...]
    tests: tuple[Transcript, ...]
    place: Place
    was: str = ""  # the name that it had before: what was booked under it starts this flow


@dataclass(frozen=True, slots=True)
class Variable:
    """Something remembered about a person. ``kind`` is the kind of answer, or "consent"."""

    name: str
    kind: str
    longest: int | None = None
    private: bool = False
    shows: bool = False
    if_empty: str | None = None
    if_empty_in: Mapping[str, str] = field(default_factory=dict)  # other languages → the same
    keep_for: timedelta | None = None
    set_by_staff: bool = False
    first_half_only: bool = False
    was: str = ""  # the name that it had before: stored values move from there
    place: Place | None = None


FORMATS = ("csv", "open-referral", "meeting-guide", "bmlt")
"""What a directory source may be written in."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A directory source: its name, how it is written (one of ``FORMATS``), and its address or file."""

    name: str
    format: str
    location: str


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    sender: str
    area: str
    time_zone: str
    languages: tuple[str, ...]
    work_days: frozenset[int]  # Monday is 0
    work_from: time
    work_to: time
    quiet_from: time
    quiet_to: time
    holidays: frozenset[date]
    price_per_text: int  # tenths of a penny
    keep: Mapping[str, timedelta]
    texts_a_day: int | None  # a person
    texts_a_month: int | None
    caseload: Mapping[str, int]
    written: Mapping[str, str]  # every key as written, for ((service.name)); "keep_for" is the longest in words
    small_numbers: tuple[int, int] | None = None  # a report shows none of these, both ends included
    second_approver: bool = False  # two coordinators agree before safety words, consent or escalation change
    written_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # key → other languages → the same
    sources: tuple[Feed, ...] = ()  # directories of others, read again every day


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    say: Wording
    domain: str
    short: Wording | None = None  # what it is called in a sentence: "hope"
    idea: Wording | None = None  # one thing to try where it is low
    reverse: bool = False
    low_opens: str = ""  # a signpost, or a flow to run
    low_at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far an instrument can be trusted, and who measured it: ``0.87 test-retest, Smith 2020``."""

    value: float  # between 0 and 1
    kind: str
    citation: str


@dataclass(frozen=True, slots=True)
class Instrument:
    name: str
    version: str
    about: str
    licence: str
    scale: Scale
    items: Mapping[str, Item]
    minimum: int
    within: timedelta
    place: Place
    score: str = "mean"  # or "sum"
    sd: float | None = None  # of the score, in the population that the citation names
    reliability: Reliability | None = None
    channels: tuple[str, ...] = ()  # those that the licence allows; none named: all of them
    locked: str = ""  # the mark of the words that were licensed

    def scored(self, item: str, value: int) -> int:
        """An answer as it counts: a ``reverse`` item's is turned round, so that higher is always better."""
        return self.scale.low + self.scale.high - value if self.items[item].reverse else value


@dataclass(frozen=True, slots=True)
class Helpline:
    """A checked entry of signposts.yaml."""

    name: str
    say: Wording
    source: str
    checked: date | None
    place: Place


@dataclass(frozen=True, slots=True)
class Group:
    """What a person is offered: one session of one initiative (flows/directory/model.py), and when and where it meets.

    ``day`` counts from Monday = 0; None where it is another one each time, as with "the 15th". ``rule`` is the body of
    an RRULE on local dates; "" means ``starts`` and ``also_on`` alone. ``every`` is the same in words. ``checked`` is
    when somebody last knew that all of this is true.
    """

    id: str
    name: str
    kind: str
    day: int | None
    time: Clock
    until: Clock | None
    every: str
    postcode: str
    town: str
    place: str
    needs: frozenset[str]
    access: Mapping[str, bool]
    audience: str  # the ``for`` column: "anyone", "women" …
    cost: str
    contact: str
    phone: str
    link: str
    source: str
    checked: date | None
    exceptions: frozenset[date] = frozenset()
    sample: bool = False  # invented: practice only, never sent to a real participant
    at: Place | None = None
    initiative: str = ""  # shared by all sessions of one
    rule: str = ""
    starts: date | None = None
    also_on: frozenset[date] = frozenset()
    point: tuple[float, float] | None = None  # latitude and longitude, where the source knows them
    min_age: int | None = None
    max_age: int | None = None
    eligibility: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class CrisisRule:
    name: str
    tier: str  # A, B or S
    reply: str  # a signpost
    then: str  # a flow that runs after the reply, or ""
    hear: Mapping[str, tuple[str, ...]]  # language → phrases
    must_alarm: tuple[tuple[Place, str], ...]
    must_not_alarm: tuple[tuple[Place, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """Who hears about an alert once it has been open so long. No length at all: at once."""

    after: Span
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who hears about an alert, and when. The last step repeats until somebody answers.

    Unless ``any_hour``, only working hours count and nobody is told outside them. ``two_in_a_row`` are roles that hear
    at once when it has happened twice running; ``by`` are channels ("sms", "telegram"), the first one first.
    """

    name: str
    any_hour: bool
    steps: tuple[PolicyStep, ...]
    repeat: Span | None = None
    two_in_a_row: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FromDate:
    """A day counted from a date of the person's: ``8 weeks after joined``. ``date`` is "joined" or a date variable."""

    days: int
    date: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, on which day and at what time: ``every: 2 weeks`` is 2 and "week".

    The time is the one kept in ``variable``; where that is empty, or there is none, ``weekday`` and ``clock`` count.
    """

    count: int
    unit: str  # "day", "week", "month" or "once"
    variable: str  # a variable that holds a day and a time, or ""
    clock: Clock
    weekday: int | None = None  # Monday is 0
    on: int | None = None  # ``on:`` goes before the weekday that the person chose
    nth: int | None = None  # of the month: 1 to 4, -1 for the last
    spread: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Phase:
    """A rhythm of its own while ``until`` lies ahead."""

    until: FromDate
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which flow, for whom, when. Two are equal that start the same for the same people at the same times."""

    name: str
    flow: str
    only_for: Condition | None
    once: FromDate | None
    rhythm: Rhythm
    phases: tuple[Phase, ...]
    tells: bool  # somebody is told of silence
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Library:
    """A whole content folder, read and linked. ``release`` is the SHA-256 of what it says."""

    release: str
    service: Service
    variables: Mapping[str, Variable]
    flows: Mapping[str, Flow]
    phrases: Mapping[str, Wording]
    instruments: Mapping[str, Instrument]
    helplines: Mapping[str, Helpline]
    groups: tuple[Group, ...]
    crisis: tuple[CrisisRule, ...]
    idioms: Mapping[str, tuple[str, ...]]  # language → phrases
    words: Mapping[str, Mapping[str, tuple[str, ...]]]  # language → word → spellings
    policies: Mapping[str, Policy]
    schedules: Mapping[str, Schedule]
    private_words: tuple[str, ...]  # may not show on a locked phone
    kinder_words: Mapping[str, str]  # hurtful → kinder
