"""Takes people out of a flow that was withdrawn: an apology and a way to a person, whether they write or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk import Desk
from bot.inlet import Arrival
from bot.ledger import Ledger, Standing
from bot.stepping import SWEEP, opened
from flows.effects import Effect, Ended, Purpose, Say, Turn
from flows.model import Session
from flows.talking.conversation import Conversation, Scene
from storage import withdrawals
from storage.statements import Db
from storage.withdrawals import WITHDRAWN

SEEN_BY_ALL = timedelta(seconds=30)  # by then no process starts the flow any more: whoever is in it then is the last
NOT_UNDERSTOOD = frozenset({"did not understand", "old button"})  # it was an answer to what we withdrew


def heard(live: Conversation, scene: Scene, session: Session, arrival: Arrival) -> Turn:
    """Somebody writes who is in a withdrawn flow: words for anything else mean what they always do."""
    turn = live.hear(scene._replace(session=None, pinned=None), arrival.inbound, arrival.finding)
    effects: list[Effect] = [Ended(session.flow, WITHDRAWN)]
    for effect in turn.effects:
        if isinstance(effect, Say) and effect.about in NOT_UNDERSTOOD:
            effects += live.say(scene, WITHDRAWN).effects
        else:
            effects.append(effect)
    return turn._replace(effects=tuple(effects))


def taken_out(live: Conversation, person: Scene, session: Session, *, told: bool = True) -> Turn:
    """The conversation ends. ``told`` False: nothing of it reached them, so that there is nothing to be sorry for."""
    said = live.say(person._replace(session=None, pinned=None), WITHDRAWN).effects if told else ()
    apology = tuple(effect._replace(purpose=Purpose.STARTED) for effect in said if isinstance(effect, Say))
    return Turn(None, (Ended(session.flow, WITHDRAWN), *apology))


def scene_of(standing: Standing, now: datetime) -> Scene:
    """Enough of a scene to say one thing to somebody."""
    return Scene(person=standing.person, session=None, now=now)


def end_withdrawn(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Look through open conversations for those in a flow that was withdrawn, and end them; how many were looked at.

    All are looked through twice: another process may have started it in the seconds before it knew.
    """
    due = withdrawals.due(db, now)
    if due is None or not desk.knows_withdrawn(due.flow, due.spelled):
        return 0
    if due.reached == 0:
        withdrawals.cancel(db, due.flow, now)
    talking = withdrawals.talking(db, due.reached, limit)
    found = opened(db, sorted({participant_id for _, participant_id in talking}))
    ledger = Ledger(db, desk, now)
    theirs = [
        (ledger.standing(contact), contact.session)
        for contact in found.contacts.values()
        if contact.session is not None and desk.is_withdrawn(db, contact.session)
    ]
    withdrawals.keep_back(db, [standing.person.id for standing, _ in theirs])
    unsent = withdrawals.heard_nothing(db, [standing.asked_by for standing, _ in theirs if standing.asked_by])
    for standing, session in theirs:
        reached = standing.asked_by not in unsent or any(session.answers.values())
        ledger.take(standing, taken_out(desk.live, scene_of(standing, now), session, told=reached))
    ledger.write()
    if len(talking) == limit:
        withdrawals.go_on(db, due.id, talking[-1][0], due.look_at)
    else:
        is_last = due.look_at is not None and due.look_at >= due.at + SEEN_BY_ALL
        withdrawals.go_on(db, due.id, 0, None if is_last else due.at + SEEN_BY_ALL)
    return len(talking)
