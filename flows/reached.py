"""Whether a question reached somebody: three kinds of silence, never mixed (product.md). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from flows.errors import Meaning
from flows.statuses import OutboxStatus, SlotStatus

ARRIVED_AFTER = timedelta(hours=1)  # sent, and no receipt says that it failed: it counts as delivered then
THE_CARRIERS = (Meaning.BAD_ADDRESS, Meaning.BLOCKED, Meaning.OPTED_OUT, Meaning.UNREACHABLE)
REFUSED = (Meaning.NOT_ALLOWED, Meaning.BAD_MESSAGE)  # the provider's answer about this one message: no later try helps
NOT_DELIVERED = frozenset({"undelivered", "failed", "canceled"})  # receipts
DELIVERED = ("delivered", "read")
HELD_BACK = ("stopped", "paused", "crisis", "in doubt", "wrong number")  # why we decided not to: nobody's fault


class Question(NamedTuple):
    """What became of the message that asks. ``by_sms``: its carrier may still say that it did not arrive."""

    status: OutboxStatus
    reason: str = ""
    sent_at: datetime | None = None
    receipt: str = ""
    code: str = ""  # the carrier's, that came with the receipt
    by_sms: bool = False


class Reach(StrEnum):
    """How a question fared."""

    ON_ITS_WAY = "on its way"
    ARRIVED = "arrived"  # as far as anybody can know by now
    PERHAPS = "perhaps"  # its end is unknown: silence is then not theirs
    UNDELIVERED = "undelivered"  # the carrier's
    NOT_SENT = "not sent"  # ours
    HELD_BACK = "held back"  # they stopped, paused, or are in a crisis


def reach(question: Question | None, trouble: str | None) -> tuple[Reach, str]:
    """How a question fared, and why it did not arrive. ``trouble`` is what is known against their address.

    No question at all, because it was forgotten or nothing was asked, counts as arrived.
    """
    if question is None:
        return Reach.ARRIVED, ""
    match question.status:
        case OutboxStatus.QUEUED | OutboxStatus.SENDING:
            return Reach.ON_ITS_WAY, ""
        case OutboxStatus.FAILED:
            theirs = question.receipt in NOT_DELIVERED or question.reason.startswith(THE_CARRIERS)
            return (Reach.UNDELIVERED if theirs else Reach.NOT_SENT), question.reason or question.receipt
        case OutboxStatus.SUPPRESSED if question.reason in HELD_BACK:
            return Reach.HELD_BACK, question.reason
        case OutboxStatus.SUPPRESSED:
            theirs = question.reason.startswith(THE_CARRIERS)
            return (Reach.UNDELIVERED if theirs else Reach.NOT_SENT), question.reason
        case OutboxStatus.UNKNOWN:
            return Reach.PERHAPS, question.reason or "nobody can know"
        case _ if question.receipt in NOT_DELIVERED:
            return Reach.UNDELIVERED, f"{question.receipt} {question.code}".strip()
        case _ if trouble in THE_CARRIERS:
            return Reach.UNDELIVERED, str(trouble)
        case _:
            return Reach.ARRIVED, ""


def is_refused(question: Question | None) -> bool:
    """Whether the provider will not carry this to this one person. It is not sent, as in an outage, but nothing mends
    it, so that somebody must hear of it."""
    return question is not None and question.status is OutboxStatus.FAILED and question.reason.startswith(REFUSED)


def may_close_at(question: Question | None) -> datetime | None:
    """Before this silence means nothing yet: a receipt may still say that the question never arrived."""
    if question is None or not question.by_sms or question.sent_at is None or question.receipt in DELIVERED:
        return None
    return question.sent_at + ARRIVED_AFTER


def silence_ends(reached: Reach, *, heard: bool) -> SlotStatus:
    """How a check-in ends whose conversation ended without an answer."""
    if heard:
        return SlotStatus.PARTLY
    return {
        Reach.ARRIVED: SlotStatus.MISSED,
        Reach.PERHAPS: SlotStatus.UNDELIVERED,
        Reach.UNDELIVERED: SlotStatus.UNDELIVERED,
        Reach.HELD_BACK: SlotStatus.EXCUSED,
        Reach.NOT_SENT: SlotStatus.NOT_SENT,
        Reach.ON_ITS_WAY: SlotStatus.NOT_SENT,
    }[reached]
