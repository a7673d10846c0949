"""Telling people what was decided about what they handed in: once, when the bot may begin something with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk import Desk
from bot.ledger import Ledger
from bot.stepping import SWEEP, Hold, may_start, opened, scene_of
from flows.effects import Purpose, Say
from flows.statuses import SubmissionStatus
from storage import submissions
from storage.statements import Db
from storage.submissions import Submission

PHRASES = {
    SubmissionStatus.ACCEPTED: "submission accepted",
    SubmissionStatus.DECLINED: "submission declined",
    SubmissionStatus.WITHDRAWN: "submission withdrawn",
}
PASSES = frozenset({"crisis", "paused", "in doubt"})  # they are told once that is over
LOOK_AGAIN = timedelta(hours=1)


def tell(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Queue what was decided to whoever may be told now; how many were looked at.

    Never at night, in a crisis, in a pause or on top of a conversation; after STOP not at all.
    """
    due = submissions.claim_untold(db, now, limit)
    if not due:
        return 0
    contacts, unreadable = opened(db, sorted({one.participant_id for one in due}))
    ledger = Ledger(db, desk, now)
    for one in due:
        contact = contacts.get(one.participant_id)
        verdict = may_start(desk, contact, now)
        if isinstance(verdict, Hold):
            submissions.tell_later(db, one.id, verdict.until)
        elif verdict in PASSES:
            submissions.tell_later(db, one.id, now + LOOK_AGAIN)
        elif verdict is not None or contact is None:
            why = "unreadable" if one.participant_id in unreadable else verdict
            submissions.leave_untold(db, one.id, why or "nobody there")
        else:
            standing = ledger.standing(contact)
            stage = desk.live.stage(scene_of(ledger, standing))
            text = desk.live.laid_out(stage, stage.phrase(PHRASES[one.status], words_of(one)))
            said = Say(text=text, purpose=Purpose.STARTED, about=PHRASES[one.status])
            ledger.say(standing, said, None, dedupe=f"submission {one.id}")
            submissions.told(db, one.id, now)
    ledger.write()
    return len(due)


def words_of(one: Submission) -> dict[str, str]:
    """The blanks of the phrase that tells of it."""
    return {"about": one.about, "words": one.said}
