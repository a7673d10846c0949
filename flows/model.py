"""The values that everything else speaks in: people, content, sessions, replies. Frozen; no I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from flows.statuses import PersonStatus

Clock = time  # by another name, for values that have a ``time`` of their own
NOTHING: Mapping[str, str] = MappingProxyType({})

# What a turn makes anew is a NamedTuple: as frozen as a dataclass, and made and changed in a third of the time.

# ---------------------------------------------------------------- people and phones


class Look(StrEnum):
    """How a message is laid out: numbered lists, or buttons."""

    SMS = "sms"
    TELEGRAM = "telegram"


class Channel(StrEnum):
    """A way to reach somebody. The practice channels reach only the screen in front of you."""

    SMS = "sms"
    TELEGRAM = "telegram"
    PRACTICE = "practice"
    PRACTICE_TELEGRAM = "practice-telegram"

    @property
    def look(self) -> Look:
        return Look.TELEGRAM if self in (Channel.TELEGRAM, Channel.PRACTICE_TELEGRAM) else Look.SMS

    @property
    def is_practice(self) -> bool:
        return self in (Channel.PRACTICE, Channel.PRACTICE_TELEGRAM)


class Heard(StrEnum):
    """What kind of thing arrived."""

    TEXT = "text"
    TAP = "tap"  # a button; ``text`` is its value, ``tap`` names the question it belongs to
    MEDIA = "media"  # voice, sticker, picture, place …; ``text`` is the caption, often empty
    EDIT = "edit"  # a message changed after it was sent
    GROUP = "group"  # something said in a group chat
    LEFT = "left"  # the person blocked the bot or left the chat
    CAME_BACK = "came back"  # … and unblocked it
    OPT_OUT = "opt out"  # the carrier took a STOP (OptOutType)
    OPT_IN = "opt in"
    CARRIER_HELP = "carrier help"  # the carrier answered HELP for us
    OTHER = "other"  # a kind of update we do not know


class Inbound(NamedTuple):
    """One thing that arrived, after its channel has read it. ``(channel, provider_id)`` is unique.

    ``address`` is E.164 for SMS, the chat id in decimal for Telegram. ``sent_at`` is the provider's time, if known.
    """

    channel: Channel
    provider_id: str
    address: str
    kind: Heard = Heard.TEXT
    text: str = ""
    tap: str = ""
    sent_at: datetime | None = None
    callback_id: str = ""  # Telegram: the tap to answer, so that the button stops spinning


class Participant(NamedTuple):
    """What a turn may know about somebody. ``values`` holds everything remembered, as text."""

    id: int
    status: PersonStatus
    channel: Channel
    language: str = "en"
    time_zone: str = ""  # empty: the service's own
    joined_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_until: date | None = None
    in_crisis: bool = False  # a crisis alert is open: a hold on what the bot starts
    has_mentor: bool = False
    leaving: bool = False  # asked to be forgotten: the goodbye is on its way, or an open crisis comes first
    values: Mapping[str, str] = NOTHING
    rated: Mapping[str, str] = NOTHING  # "instrument.item" → ISO date last answered


# ---------------------------------------------------------------- where and what, in content


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a content file, as an editor counts it (from 1)."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Level(StrEnum):
    ERROR = "E"  # blocks a release
    WARNING = "W"  # wants a look


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in content: where, what, and the thing to type instead."""

    place: Place
    level: Level
    code: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.place}  {self.level}  {self.what}" + (f" Fix: {self.fix}" if self.fix else "")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as a coordinator wrote them, by language (``en`` is always there), with channel overrides."""

    text: Mapping[str, str]
    sms: Mapping[str, str] = field(default_factory=dict)
    telegram: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None

    def spoken(self, language: str, look: Look) -> str:
        """The words for this language and channel; English where a translation is missing."""
        special = self.sms if look is Look.SMS else self.telegram
        for table in (special, self.text):
            if table:
                found = table.get(language)
                if found is not None:
                    return found
        return special.get("en") or self.text["en"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as written: clock time, or time in which the service is at work."""

    length: timedelta
    working: bool = False
    written: str = ""


# ---------------------------------------------------------------- kinds of answer


@dataclass(frozen=True, slots=True)
class Answer:
    """A kind of answer that an ``ask`` understands."""


@dataclass(frozen=True, slots=True)
class YesNo(Answer):
    pass


@dataclass(frozen=True, slots=True)
class Number(Answer):
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Scale(Answer):
    low: int
    high: int
    low_label: str
    high_label: str


@dataclass(frozen=True, slots=True)
class Text(Answer):
    longest: int


@dataclass(frozen=True, slots=True)
class Postcode(Answer):
    pass


@dataclass(frozen=True, slots=True)
class DayOrAny(Answer):
    pass


@dataclass(frozen=True, slots=True)
class DayAndTime(Answer):
    """``earliest`` is included, ``latest`` is not (content format: ``between``)."""

    earliest: time | None = None
    latest: time | None = None


@dataclass(frozen=True, slots=True)
class DateAnswer(Answer):
    pass


@dataclass(frozen=True, slots=True)
class Phone(Answer):
    pass


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers. ``then`` is the index of the first step of its outcome, None to fall through."""

    name: str
    words: Wording
    then: int | None = None
    clears: bool = False  # chosen, it drops the others (``pick: many``)


@dataclass(frozen=True, slots=True)
class Choices(Answer):
    choices: tuple[Choice, ...]
    many: bool = False


# ---------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a condition: ``name op value``. ``op`` is as written: is, is not, at least, answered …"""

    name: str
    op: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests joined by one word: ``and`` or ``or``. Brackets nest."""

    join: str
    parts: tuple[Test | Condition, ...]
    written: str = ""


# ---------------------------------------------------------------- steps


@dataclass(frozen=True, slots=True)
class NoReply:
    """What silence does. All lengths count from when the question was sent."""

    nudge: timedelta | None = None
    say: Wording | None = None
    close: timedelta | None = None
    close_until: str = ""  # a date variable: while it lies ahead, ``close_sooner`` is used instead
    close_sooner: timedelta | None = None
    then: int | None = None  # steps that run at close; the flow ends after them


@dataclass(frozen=True, slots=True)
class When:
    """A branch under ``when``: yes, no, not answered, nothing found, a value, or a range of numbers."""

    key: str
    then: int | None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. Steps of a flow are numbered; ``next`` is where talk goes after it, None at the foot."""

    at: Place
    index: int
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    words: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    words: Wording
    name: str  # what the answer is called
    remember: bool  # True: the person's record; False: this flow's answers
    answer: Answer
    when: tuple[When, ...] = ()
    no_reply: NoReply | None = None
    skip: bool = False
    must: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Step):
    instrument: str
    count: int | None  # None: all the items


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(Step):
    words: Wording
    name: str
    near: str = ""
    on: str = ""
    needs_met: str = ""  # ``with:`` the answer that lists what must be true of a group
    needs: str = ""  # ``for:`` the needs it should serve
    show: int = 3
    when: tuple[When, ...] = ()
    no_reply: NoReply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class If(Step):
    test: Condition
    then: int | None
    otherwise: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signpost(Step):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Step):
    policy: str
    within: Span | None
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Step):
    name: str  # "" when ``forget_me``
    to: str | None = None  # None: forget this one value
    forget_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Step):
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later(Step):
    flow: str
    on: str = ""  # "day after group", a date variable, or a weekday
    clock: time | None = None  # the flow's ``at:``; here ``at`` is the step's place
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Step):
    reason: str


# ---------------------------------------------------------------- the content folder, read


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


@dataclass(frozen=True, slots=True)
class Variable:
    """Something remembered about a person. ``kind`` is the kind of answer, or "consent"."""

    name: str
    kind: str
    longest: int | None = None
    private: bool = False
    shows: bool = False
    if_empty: str | None = None
    keep_for: timedelta | None = None
    set_by_staff: bool = False
    first_half_only: bool = False
    place: Place | None = None


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


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    say: Wording
    domain: str
    reverse: bool = False
    low_signpost: str = ""
    low_at_most: int | None = None


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
    """A row of the directory: something that meets, and when and where. ``day`` counts from Monday = 0."""

    id: str
    name: str
    kind: str
    day: int
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
class Policy:
    """Who hears about an alert, and when. In this form: its name, whether hours count, its steps as written."""

    name: str
    any_hour: bool
    steps: tuple[tuple[str, tuple[str, ...]], ...]  # ("at once" | "after 2 working hours", roles)
    repeat: str
    place: Place


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
    private_words: tuple[str, ...]  # may not show on a locked phone
    kinder_words: Mapping[str, str]  # hurtful → kinder


# ---------------------------------------------------------------- one person's run through a flow


class Frame(NamedTuple):
    """A flow in progress. ``step`` is where it stands; a frame below another waits for that one to finish."""

    flow: str
    step: int | None
    interrupted: bool = False  # a word started the frame above while this one's question was open


class Waiting(NamedTuple):
    """An open question, or a ``wait``. Times are aware UTC."""

    question: int  # counts up through the session, so that an old button is known for old
    asked_at: datetime
    misses: int = 0
    confirm: str = ""  # the value that we asked "did you mean …" about
    nudge_at: datetime | None = None
    close_at: datetime | None = None
    options: tuple[tuple[str, str], ...] = ()  # (name, label) offered at run time by ``find``
    item: str = ""  # the instrument item being rated
    items_left: tuple[str, ...] = ()

    @property
    def due(self) -> datetime | None:
        times = [t for t in (self.nudge_at, self.close_at) if t is not None]
        return min(times) if times else None


class Session(NamedTuple):
    """One person's run through a flow. A turn returns a new one. ``answers`` is flow → name → value."""

    release: str
    frames: tuple[Frame, ...]
    answers: Mapping[str, Mapping[str, str]]
    waiting: Waiting
    started_at: datetime

    @property
    def flow(self) -> str:
        return self.frames[0].flow
