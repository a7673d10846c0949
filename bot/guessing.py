"""Codes that match nothing: who keeps guessing from a staff phone takes nothing by a code for a while.

Codes have two digits, so that they can be typed at night. What was sent to somebody, or is theirs, always works.
"""

from __future__ import annotations

from datetime import timedelta

from bot.saying import Saying
from storage import alerts, audit, codes

TOLD_AGAIN = timedelta(days=1)  # coordinators hear of the same phone once in so long


def may_try(saying: Saying, code: str) -> bool:
    """Whether a code counts: one of theirs does, another only while this phone has not sent too many wrong ones."""
    return not code or not codes.rests(saying.db, saying.phone.address_id, saying.now) or _is_theirs(saying, code)


def refused(saying: Saying, code: str) -> None:
    """A code took nothing. Too many of them within an hour, and coordinators hear whose phone it is."""
    if not code or _is_theirs(saying, code):
        return
    phone = saying.phone.address_id
    if not codes.missed(saying.db, phone, saying.now):
        return
    audit.write(saying.db, [audit.Line(audit.staff(saying.member.id), "codes.rest")], saying.now)
    if codes.is_told_of(saying.db, phone, saying.now, TOLD_AGAIN):
        # where a crisis has reached that phone, somebody else might be about to close it: that cannot wait
        urgent = any(alert.is_crisis for alert in saying.theirs())
        saying.tell(saying.other_coordinators(), "staff codes tried", {"owner": saying.member.name}, urgent=urgent)


def _is_theirs(saying: Saying, code: str) -> bool:
    """An alert that was sent to them or that they have taken, open or not."""
    alert = alerts.last_of_code(saying.db, code)
    return alert is not None and (
        alert.acknowledged_by == saying.member.id or alerts.was_told(saying.db, saying.member.id, alert.id)
    )
