"""What a turn asks for. The engine returns these; storage and bot carry them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from flows.model import Session
from flows.picture import Picture
from flows.statuses import ReferralStatus


class Purpose(StrEnum):
    """Why a message goes out: decides what may hold it back, and how it is resent."""

    CRISIS = "crisis"  # never held, never throttled
    ALERT = "alert"  # to staff
    REPLY = "reply"  # answers something the person just sent
    CONFIRM = "confirm"  # the one confirmation that STOP allows
    STARTED = "started"  # the bot began it: check-in, nudge, later; quiet hours hold it
    NOTICE = "notice"  # to staff, routine


@dataclass(frozen=True, slots=True)
class Button:
    """One tap. ``data`` is what comes back, at most 64 bytes (Telegram's limit)."""

    label: str
    data: str


class Say(NamedTuple):
    """A message, already laid out for its channel."""

    text: str
    purpose: Purpose = Purpose.REPLY
    buttons: tuple[Button, ...] = ()
    asks: str = ""  # the name of the answer that it asks for
    about: str = ""  # signpost or phrase name, for the record
    picture: Picture | None = None  # shown with it where the channel can; ``text`` says the same in words


@dataclass(frozen=True, slots=True)
class OpenAlert:
    policy: str
    within: timedelta | None
    about: str
    tier: str = ""  # A or B in a crisis
    by: datetime | None = None  # when staff act at the latest, by rota and hours: what the person was told
    rule: str = ""
    asked: bool = True  # False: silence or the bot itself led to it, so that consent_mentor decides who may be told


@dataclass(frozen=True, slots=True)
class Remember:
    """Change the person's record; ``value`` None forgets. ``wording`` is kept where it is a consent."""

    name: str
    value: str | None
    wording: str = ""


class Rated(NamedTuple):
    instrument: str
    version: str
    item: str
    value: int | None  # None: offered and not answered


@dataclass(frozen=True, slots=True)
class KeepNote:
    """Extra words around an answer, for the mentor's page; sealed."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class BookLater:
    flow: str
    due: datetime
    answers: tuple[tuple[str, str], ...] = ()  # "flow.name" → value, carried along


class Answered(NamedTuple):
    """An answer as somebody who was not there can read it: its name, the question as it was put, what was said."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand these answers to a queue that staff read and decide on. ``flow`` is the one that they belong to."""

    queue: str
    answers: tuple[Answered, ...]
    about: str
    flow: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Groups that were shown to somebody to choose from: pairs of the group's id and its initiative's."""

    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """What came of a group that somebody was offered.

    ``status`` None changes nothing but ``company``: they would like somebody to go with them. ``meets`` is the day they
    mean to go on, ``why`` the name of the choice that says what got in the way.
    """

    group: str
    status: ReferralStatus | None = None
    meets: date | None = None
    why: str = ""
    company: bool = False


@dataclass(frozen=True, slots=True)
class Unmet:
    """Nothing in the directory was what somebody asked for: where and what, and never who."""

    near: str  # an outcode or a town
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erase this person; waits for an open crisis to be resolved. ``suppress`` keeps the hashed STOP entry."""

    wrong_number: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Consent to join has been given."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more may be started; queued messages are suppressed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Somebody else may have their phone now: nothing is started, and nothing of theirs is said, until they answer."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Start nothing before ``until`` (a local date). None ends a pause early."""

    until: date | None


@dataclass(frozen=True, slots=True)
class SpeakLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over. ``flow`` is its outermost flow; ``answers`` what was said in it, flow by flow."""

    flow: str
    reason: str
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Effect = (
    Say
    | OpenAlert
    | Remember
    | Rated
    | KeepNote
    | BookLater
    | Submit
    | Offered
    | Referred
    | Unmet
    | ForgetMe
    | Join
    | Stop
    | Doubt
    | Pause
    | SpeakLanguage
    | Ended
)


class Turn(NamedTuple):
    """All that one event causes: the session as it now stands (None: no conversation is open) and the effects."""

    session: Session | None
    effects: tuple[Effect, ...] = ()
    finding: str = ""  # what the crisis screen found: tier and rule, no words of theirs
