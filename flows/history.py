"""What is known of somebody's days, as values: storage/explaining.py reads them, flows/explaining.py words them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flows.statuses import BookingStatus, OutboxStatus, PersonStatus, SlotStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A message that the bot began with. ``receipt`` and ``code`` are what the carrier said of it later."""

    made_at: datetime
    next_at: datetime
    status: OutboxStatus
    sent_at: datetime | None = None
    reason: str = ""
    receipt: str = ""
    code: str = ""


class Told(StrEnum):
    """Whether anybody on the staff heard that a check-in was missed."""

    STAFF = "staff"
    NOT_AGREED = "not agreed"  # they never said that a mentor may be told
    NOBODY = "nobody"  # the schedule tells nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A slot, with the message that asked."""

    schedule: str
    local_date: date
    due_at: datetime
    until_at: datetime
    status: SlotStatus
    reason: str = ""
    look_at: datetime | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    replied_at: datetime | None = None
    message: Started | None = None
    told: Told = Told.NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A conversation that was put off."""

    flow: str
    due_at: datetime
    look_at: datetime
    status: BookingStatus
    reason: str = ""


class Became(StrEnum):
    """What somebody's standing became, as it was written down when it happened."""

    JOINED = "participant.joined"
    STOPPED = "participant.stopped"
    IN_DOUBT = "participant.in_doubt"
    PAUSED = "participant.paused"  # or came back early: then ``until`` is empty


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    what: Became
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """An answer to whether they want check-ins."""

    at: datetime
    given: bool


@dataclass(frozen=True, slots=True)
class Crisis:
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Somebody as they stand, and all that is kept of the days asked about. Lists are oldest first."""

    status: PersonStatus
    created_at: datetime
    joined_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_until: date | None = None
    leaving: bool = False
    time_zone: str = ""
    plan_at: datetime | None = None
    check_ins: tuple[CheckIn, ...] = ()
    others: tuple[Started, ...] = ()  # nudges and what was booked: started by the bot, and no check-in's question
    booked: tuple[Booked, ...] = ()
    changes: tuple[Change, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    crises: tuple[Crisis, ...] = ()
