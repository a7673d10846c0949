"""Flows that were put off (``later``): started when their time has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.desk import Desk
from bot.ledger import Ledger
from bot.stepping import SWEEP, Hold, may_start, opened, stepped
from flows.model import Participant
from flows.statuses import BookingStatus
from flows.talking.booking import carried_answers
from flows.timing import quiet_hours
from storage import bookings
from storage.bookings import THE_GROUP, Booking
from storage.statements import Db
from storage.withdrawals import WITHDRAWN

TOO_LATE = timedelta(days=1)  # what is about a day, and has waited so long, is excused: it would no longer make sense
AT_ALL = timedelta(days=3)  # … and so is anything else: a check-in that nobody answers stands in its way for two


def start_booked(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Start the flows that were booked for now; how many were looked at.

    Nothing starts in quiet hours, in a pause, after STOP, in a crisis, or on top of a conversation.
    """
    due = bookings.claim_due(db, now, limit)
    if not due:
        return 0
    contacts, _ = opened(db, [booking.participant_id for booking in due])
    ledger = Ledger(db, desk, now)
    for booking in due:
        contact = contacts.get(booking.participant_id)
        verdict: Hold | str | None = "too late" if _is_too_late(booking, now) else may_start(desk, contact, now)
        if booking.flow in desk.withdrawn:
            verdict = WITHDRAWN
        if isinstance(verdict, Hold):
            bookings.put_off(db, booking.id, verdict.until)
        elif isinstance(verdict, str) or contact is None:
            bookings.end(db, booking.id, BookingStatus.EXCUSED, verdict or "nobody there")
        else:
            standing = ledger.standing(contact)
            carried = carried_answers(booking.answers)
            turn, _ = stepped(ledger, standing, partial(desk.live.start, flow=booking.flow, answers=carried))
            standing.expires_at = _tonight(desk, standing.person, now)
            ledger.take(standing, turn)
            standing.expires_at = None
            bookings.end(db, booking.id, BookingStatus.STARTED)
    ledger.write()
    return len(due)


def _is_too_late(booking: Booking, now: datetime) -> bool:
    about_a_day = any(name == THE_GROUP for name, _ in booking.answers)
    return now - booking.due_at > (TOO_LATE if about_a_day else AT_ALL)


def _tonight(desk: Desk, person: Participant, now: datetime) -> datetime:
    """Until when it may go out: a provider that was away all day must not have it sent the next morning."""
    return quiet_hours(person.time_zone, desk.live.library.service).begin(now) or now + TOO_LATE
