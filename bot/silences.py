"""When nobody answers: the nudge, the close, and which of the three kinds of silence it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bot import withdrawing
from bot.desk import Desk
from bot.ledger import Ledger, Standing
from bot.stepping import LOOK_AGAIN, SWEEP, give_up, opened, stepped
from flows.effects import Ended, ForgetMe, OpenAlert, Turn
from flows.model import Session, Waiting
from flows.reached import Question, Reach, is_refused, may_close_at, reach, silence_ends
from flows.statuses import PersonStatus, SlotStatus
from storage import inbox, outbox, sessions, slots
from storage.statements import Db

MISSED = OpenAlert("missed check-in", None, "did not answer a check-in", asked=False)
QUIET = OpenAlert(
    "went quiet", None, "wrote back to a check-in without an answer I could read, then went quiet", asked=False
)
LOST = OpenAlert("contact lost", None, "a message from us did not reach them")
WITHOUT_END = timedelta(days=1)  # a question with no deadline, should there be one, is looked at this often
FAILED = (Reach.UNDELIVERED, Reach.NOT_SENT, Reach.HELD_BACK)


class _Taken(NamedTuple):
    """A turn that time brought. ``closed``: the check-in that it ended, by silence. ``expires_at`` is a nudge's."""

    standing: Standing
    turn: Turn
    session: Session
    closed: slots.Ended | None = None
    expires_at: datetime | None = None
    silent: bool = False  # what was asked arrived, and silence ended it


@dataclass(slots=True)
class _Found:
    """What a sweep found: to be written with one statement a table."""

    later: list[tuple[int, int, datetime]] = field(default_factory=list)  # session, version, when to look again
    sent: list[int] = field(default_factory=list)  # slots whose question has really gone
    taken: list[_Taken] = field(default_factory=list)


def time_out(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Nudge or close every conversation whose question is due; how many there were.

    A wait counts from when the question was really sent. One that never arrived ends its conversation at once, and is
    never a miss.
    """
    claimed = sessions.claim_due(db, now, limit)
    if not claimed:
        return 0
    contacts, _ = opened(db, claimed)
    asked = outbox.questions(db, [each.asked_by for each in contacts.values() if each.asked_by is not None])
    began = {participant_id: each.session_id for participant_id, each in contacts.items() if each.session is not None}
    written = inbox.who_wrote(db, began)
    ledger = Ledger(db, desk, now)
    found = _Found()
    for participant_id, contact in contacts.items():
        contact.has_written = participant_id in written
        if contact.session is not None:
            _look(ledger, found, ledger.standing(contact), contact.session, asked.get(contact.asked_by or 0))
    sessions.look_at(db, found.later)
    slots.sent(db, found.sent)
    closed = [one.closed for one in found.taken if one.closed is not None]
    slots.end(db, closed, now)  # before any alert: two in a row is read from what is stored
    told_of = (SlotStatus.MISSED, SlotStatus.PARTLY)
    schedules = slots.schedules_of(db, [slot.id for slot in closed if slot.status in told_of])
    for one in found.taken:
        if one.closed is not None:
            one.standing.slot_id = None
        one.standing.expires_at = one.expires_at
        ledger.take(one.standing, one.turn)
        one.standing.expires_at = None
        if one.silent:
            _tell(ledger, one, schedules.get(one.closed.id) if one.closed is not None else None)
    ledger.write()
    give_up(db, desk, set(claimed) - set(contacts), now)
    return len(claimed)


def _look(ledger: Ledger, found: _Found, standing: Standing, session: Session, question: Question | None) -> None:
    """What is to become of one conversation that is due."""
    contact, now = standing.contact, ledger.now
    joined = standing.person.status is PersonStatus.ACTIVE
    reached, why = reach(question, contact.trouble)
    if reached is Reach.PERHAPS and _heard(standing, session):
        reached = Reach.ARRIVED  # who answers has had it
    if reached is Reach.ON_ITS_WAY:
        found.later.append((contact.session_id, contact.session_version, now + LOOK_AGAIN))
        return
    if reached in FAILED and joined:
        _lose(found, standing, session, reached, why, refused=is_refused(question))
        return
    waiting = session.waiting
    sent_at = question.sent_at if question is not None else None
    shifted = sent_at is not None and sent_at > waiting.asked_at
    if sent_at is not None and shifted:
        waiting = _shifted(waiting, sent_at)
        standing.session = session = session._replace(waiting=waiting)
        if standing.slot_id is not None:
            found.sent.append(standing.slot_id)
    if shifted and waiting.due is not None and waiting.due > now:
        return  # the ledger writes it with its new deadlines
    if waiting.due is None or waiting.due > now:
        found.later.append((contact.session_id, contact.session_version, waiting.due or now + WITHOUT_END))
        return
    closing = waiting.close_at is not None and waiting.close_at <= now
    settled = may_close_at(question)
    if closing and settled is not None and settled > now:
        found.later.append((contact.session_id, contact.session_version, settled))
    elif closing and reached is Reach.PERHAPS and joined:
        _lose(found, standing, session, reached, why)
    else:
        _step(ledger, found, standing, session)


def _shifted(waiting: Waiting, sent_at: datetime) -> Waiting:
    """The same wait, counted from when its question was really sent."""
    late = sent_at - waiting.asked_at
    return waiting._replace(
        asked_at=sent_at,
        nudge_at=None if waiting.nudge_at is None else waiting.nudge_at + late,
        close_at=None if waiting.close_at is None else waiting.close_at + late,
    )


def _heard(standing: Standing, session: Session) -> bool:
    """Whether they have said anything since the conversation began."""
    return standing.contact.has_written or session.waiting.misses > 0 or any(session.answers.values())


def _lose(
    found: _Found, standing: Standing, session: Session, reached: Reach, why: str, *, refused: bool = False
) -> None:
    """Their silence says nothing, for they were not asked: the conversation ends, without its steps for silence."""
    lost = (refused or reached in (Reach.UNDELIVERED, Reach.PERHAPS)) and not standing.person.in_crisis
    reason = "undelivered" if lost and not refused else str(reached)
    turn = Turn(None, (Ended(session.flow, reason), *((LOST,) if lost else ())))
    found.taken.append(_Taken(standing, turn, session, _closed(standing, session, reached, why)))


def _step(ledger: Ledger, found: _Found, standing: Standing, session: Session) -> None:
    if ledger.desk.is_withdrawn(ledger.db, session):
        scene = withdrawing.scene_of(standing, ledger.now)
        found.taken.append(_Taken(standing, withdrawing.taken_out(ledger.desk.live, scene, session), session))
        return
    turn = stepped(ledger, standing, ledger.desk.live.time_out)
    waiting = session.waiting
    closed = expires_at = None
    silent = False
    if turn.failed:
        pass
    elif turn.turn.session is None and not any(isinstance(effect, ForgetMe) for effect in turn.turn.effects):
        closed = _closed(standing, session, Reach.ARRIVED, "")
        silent = True
    elif waiting.nudge_at is not None and waiting.close_at is not None and waiting.close_at > ledger.now:
        # one that is held past its half-way point is dropped
        expires_at = waiting.nudge_at + (waiting.close_at - waiting.nudge_at) / 2
    found.taken.append(_Taken(standing, turn.turn, session, closed, expires_at, silent))


def _closed(standing: Standing, session: Session, reached: Reach, why: str) -> slots.Ended | None:
    """How the check-in ends that this conversation belongs to."""
    if standing.slot_id is None:
        return None
    status = silence_ends(reached, heard=_heard(standing, session))
    return slots.Ended(standing.slot_id, status, why or None)


def _tell(ledger: Ledger, one: _Taken, schedule: str | None) -> None:
    """Whoever supports them hears of a check-in that was missed, or that we could make nothing of before they fell
    silent, where its schedule tells anybody and the flow has not told them itself.

    One that has no slot any more was taken up late, or they texted for it.
    """
    person, library = one.standing.person, ledger.library_of(one.session)
    if any(isinstance(effect, OpenAlert) for effect in one.turn.effects):
        return
    if schedule is not None:
        found = library.schedules.get(schedule)
        tells = found is None or found.tells
    else:
        tells = any(each.flow == one.session.flow and each.tells for each in library.schedules.values())
    if not tells:
        return
    if one.closed is not None and one.closed.status is SlotStatus.MISSED:
        ledger.alert(one.standing, MISSED, twice=slots.missed_in_a_row(ledger.db, person.id) > 1)
    elif person.status is PersonStatus.ACTIVE and _unread(one):
        ledger.alert(one.standing, QUIET)


def _unread(one: _Taken) -> bool:
    """Whether they wrote, nothing of it answered anything, and then they fell silent."""
    silent = any(isinstance(effect, Ended) and effect.reason == "no reply" for effect in one.turn.effects)
    return silent and _heard(one.standing, one.session) and not any(one.session.answers.values())
