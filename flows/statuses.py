"""Every status and, in one table, every move between statuses. Nothing else may change one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PersonStatus(StrEnum):
    """Where somebody stands with the service. A pause is a date beside it, not a status."""

    STRANGER = "stranger"  # texted us, has agreed to nothing
    JOINING = "joining"  # inside onboarding, before consent
    ACTIVE = "active"  # agreed to join
    IN_DOUBT = "in doubt"  # wrote after a very long silence: who has the phone now is asked before anything else
    STOPPED = "stopped"  # sent STOP: nothing is started


class SessionStatus(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class InboxStatus(StrEnum):
    DONE = "done"
    FAILED = "failed"  # kept whole, staff told, can be tried again


class OutboxStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # committed before the provider is called
    SENT = "sent"
    FAILED = "failed"  # surely not sent
    SUPPRESSED = "suppressed"  # we decided not to, and say why
    UNKNOWN = "unknown"  # nobody can know


class AlertStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class StaffStatus(StrEnum):
    INVITED = "invited"  # receives nothing until the code comes back from that phone
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


class SlotStatus(StrEnum):
    """One person's check-in on one local date. Three kinds of silence, never mixed: missed, undelivered, not sent."""

    WAITING = "waiting"  # due, and held: quiet hours, or another conversation
    ASKED = "asked"  # queued or sent; the wait runs from the real send
    ANSWERED = "answered"
    PARTLY = "partly"  # some of it: counts as answered
    MISSED = "missed"  # it was sent, and nobody replied
    NOT_SENT = "not_sent"  # our doing: an outage, too late in the day
    UNDELIVERED = "undelivered"  # the carrier's: failed, blocked, or nobody can know
    EXCUSED = "excused"  # paused, stopped, in a crisis, or in another conversation


class Because(StrEnum):
    """Why a check-in or a message waits, or did not go, in our own words. A carrier's reason is a Meaning."""

    QUIET_HOURS = "quiet hours"
    TALKING = "another conversation"
    TOO_LATE = "too late"
    EXPIRED = "expired"  # queued in time, and its time was over before it could go
    STOPPED = "stopped"
    STOP = "stop"  # STOP in the middle of it; likewise the next three
    PAUSE = "pause"
    PAUSED = "paused"
    CRISIS = "crisis"
    WRONG_NUMBER = "wrong number"
    ERASING = "erasing"
    IN_DOUBT = "in doubt"
    REPLIED = "replied"
    NOT_FOR_THEM = "not for them"
    ASKS_NOTHING = "asks nothing"
    NO_SUCH_FLOW = "no such flow"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    NOBODY_THERE = "nobody there"
    WITHDRAWN = "withdrawn"  # it did harm: nobody is in that flow any more
    NEVER_TAKEN = "never reached the provider"
    RESTORED = "restored copy"  # of before a copy was armed: the service that it was made from has seen to it, or not


class SubmissionStatus(StrEnum):
    """What somebody handed in, and what became of it."""

    WAITING = "waiting"  # for a person to read it
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # they took it back


class BookingStatus(StrEnum):
    WAITING = "waiting"
    STARTED = "started"
    EXCUSED = "excused"


class ReferralStatus(StrEnum):
    """A group that was offered to a person, and what came of it."""

    OFFERED = "offered"
    CHOSEN = "chosen"
    WENT = "went"
    DID_NOT_GO = "did not go"
    NOT_THERE = "not there"  # they went, and it was shut or gone
    NO_ANSWER = "no answer"  # asked twice whether they got there, and silent both times


MOVES: Mapping[type[StrEnum], Mapping[str, frozenset[str]]] = {
    PersonStatus: {
        PersonStatus.STRANGER: frozenset({PersonStatus.JOINING, PersonStatus.ACTIVE, PersonStatus.STOPPED}),
        PersonStatus.JOINING: frozenset({PersonStatus.ACTIVE, PersonStatus.STOPPED, PersonStatus.STRANGER}),
        # back to STRANGER: asked to be forgotten, and all that was known of them is gone
        PersonStatus.ACTIVE: frozenset({PersonStatus.IN_DOUBT, PersonStatus.STOPPED, PersonStatus.STRANGER}),
        PersonStatus.IN_DOUBT: frozenset({PersonStatus.ACTIVE, PersonStatus.STOPPED, PersonStatus.STRANGER}),
        PersonStatus.STOPPED: frozenset({PersonStatus.ACTIVE, PersonStatus.JOINING, PersonStatus.STRANGER}),
    },
    SessionStatus: {
        SessionStatus.OPEN: frozenset({SessionStatus.ENDED}),
        SessionStatus.ENDED: frozenset(),
    },
    InboxStatus: {
        InboxStatus.FAILED: frozenset({InboxStatus.DONE}),
        InboxStatus.DONE: frozenset(),
    },
    OutboxStatus: {
        OutboxStatus.QUEUED: frozenset({OutboxStatus.SENDING, OutboxStatus.SUPPRESSED, OutboxStatus.FAILED}),
        # back to QUEUED only when the provider surely refused and a later try may pass (429, 5xx)
        OutboxStatus.SENDING: frozenset(
            {OutboxStatus.SENT, OutboxStatus.FAILED, OutboxStatus.UNKNOWN, OutboxStatus.QUEUED}
        ),
        OutboxStatus.UNKNOWN: frozenset({OutboxStatus.SENT, OutboxStatus.FAILED}),
        OutboxStatus.SENT: frozenset(),
        OutboxStatus.FAILED: frozenset(),
        OutboxStatus.SUPPRESSED: frozenset(),
    },
    AlertStatus: {
        AlertStatus.OPEN: frozenset({AlertStatus.ACKNOWLEDGED, AlertStatus.RESOLVED}),
        AlertStatus.ACKNOWLEDGED: frozenset({AlertStatus.RESOLVED, AlertStatus.OPEN}),
        AlertStatus.RESOLVED: frozenset({AlertStatus.OPEN}),
    },
    StaffStatus: {
        StaffStatus.INVITED: frozenset({StaffStatus.CONFIRMED}),
        StaffStatus.CONFIRMED: frozenset({StaffStatus.STOPPED}),
        StaffStatus.STOPPED: frozenset({StaffStatus.CONFIRMED}),
    },
    SlotStatus: {
        SlotStatus.WAITING: frozenset(
            {SlotStatus.ASKED, SlotStatus.ANSWERED, SlotStatus.NOT_SENT, SlotStatus.UNDELIVERED, SlotStatus.EXCUSED}
        ),
        SlotStatus.ASKED: frozenset(
            {
                SlotStatus.ANSWERED,
                SlotStatus.PARTLY,
                SlotStatus.MISSED,
                SlotStatus.NOT_SENT,
                SlotStatus.UNDELIVERED,
                SlotStatus.EXCUSED,
            }
        ),
        SlotStatus.ANSWERED: frozenset(),
        SlotStatus.PARTLY: frozenset(),
        SlotStatus.MISSED: frozenset(),
        SlotStatus.NOT_SENT: frozenset(),
        SlotStatus.UNDELIVERED: frozenset(),
        SlotStatus.EXCUSED: frozenset(),
    },
    SubmissionStatus: {
        SubmissionStatus.WAITING: frozenset(
            {SubmissionStatus.ACCEPTED, SubmissionStatus.DECLINED, SubmissionStatus.WITHDRAWN}
        ),
        SubmissionStatus.ACCEPTED: frozenset(),
        SubmissionStatus.DECLINED: frozenset(),
        SubmissionStatus.WITHDRAWN: frozenset(),
    },
    BookingStatus: {
        BookingStatus.WAITING: frozenset({BookingStatus.STARTED, BookingStatus.EXCUSED}),
        BookingStatus.STARTED: frozenset(),
        BookingStatus.EXCUSED: frozenset(),
    },
    ReferralStatus: {
        ReferralStatus.OFFERED: frozenset({ReferralStatus.CHOSEN}),
        ReferralStatus.CHOSEN: frozenset(
            {ReferralStatus.WENT, ReferralStatus.DID_NOT_GO, ReferralStatus.NOT_THERE, ReferralStatus.NO_ANSWER}
        ),
        # a late answer is an answer
        ReferralStatus.NO_ANSWER: frozenset({ReferralStatus.WENT, ReferralStatus.DID_NOT_GO, ReferralStatus.NOT_THERE}),
        # "no" comes first, and only then why
        ReferralStatus.DID_NOT_GO: frozenset({ReferralStatus.NOT_THERE}),
        ReferralStatus.WENT: frozenset(),
        ReferralStatus.NOT_THERE: frozenset(),
    },
}


def may_become(new: StrEnum) -> tuple[str, ...]:
    """Every status that may become ``new``: what the WHERE of a fenced UPDATE lists."""
    return tuple(old for old, moves in MOVES[type(new)].items() if new in moves)
