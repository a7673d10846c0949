"""The steps of a flow, the answers that they understand and the conditions that they test. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from flows.wording import Place, Span, Wording


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
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)  # other languages → both labels

    def ends(self, language: str) -> tuple[str, str]:
        """The labels in this language; English where a translation is missing."""
        return self.labels.get(language) or (self.low_label, self.high_label)


@dataclass(frozen=True, slots=True)
class Text(Answer):
    longest: int


@dataclass(frozen=True, slots=True)
class Postcode(Answer):
    """``towns``: a town will do as well."""

    towns: bool = False


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
    was: str = ""  # the name that the answer had before


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Step):
    instrument: str
    count: int | None  # None: all the items


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Step):
    """Says what has changed in somebody's self-ratings."""

    instrument: str


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
    was: str = ""


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


QUEUES = ("idea", "grant", "survey")
"""What ``submit`` may hand answers to: each a list that staff read and decide on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Step):
    queue: str
    answers: tuple[str, ...]  # names of this flow's answers; none: all of them
    about: str


CAME = ("company wanted", "went", "did not go", "not there", "no answer")
"""What ``referral`` may note of the group that somebody chose."""

MORE_FLOW = "group-more"
"""The flow that MORE starts, once a group has been chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Step):
    came: str  # one of CAME
    why: str = ""  # the answer that says what got in the way


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
    on: str = ""  # "day after group", "day before group", a date variable, or a weekday
    clock: time | None = None  # the flow's ``at:``; here ``at`` is the step's place
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Step):
    reason: str
