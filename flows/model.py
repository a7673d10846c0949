"""People, what they send, and their conversations: the values that every part speaks in. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from flows.statuses import PersonStatus

NOTHING: Mapping[str, str] = MappingProxyType({})

# What a turn makes anew is a NamedTuple: as frozen as a dataclass, and made and changed in a third of the time.


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

    look: Look
    is_practice: bool

    def __init__(self, written: str) -> None:
        # plain attributes, not properties: a turn asks five times
        self.look = Look.TELEGRAM if written.endswith("telegram") else Look.SMS
        self.is_practice = written.startswith("practice")


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
    author: str = ""  # who said it in a group: the address of their own chat with us, if they have one


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
    sought: bool = False  # an alert about their silence is unresolved: whoever was told hears that they wrote
    has_mentor: bool = False
    leaving: bool = False  # asked to be forgotten: the goodbye is on its way, or an open crisis comes first
    values: Mapping[str, str] = NOTHING
    rated: Mapping[str, str] = NOTHING  # "instrument.item" → ISO date last answered


class Shift(NamedTuple):
    """When somebody is on duty, every week. ``starts`` and ``ends`` are minutes after midnight on the service's clock.

    One that ends no later than it starts goes on past midnight. ``weekday``: Monday is 0, the day that it begins on.
    """

    id: int
    staff_id: int
    weekday: int
    starts: int
    ends: int
    first_day: date
    last_day: date | None = None  # the last day that it begins on; None: every week until it is taken out


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
