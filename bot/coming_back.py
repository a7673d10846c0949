"""Late replies: somebody writes after a check-in that ended missed, or a conversation that silence closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.alerting import they_replied
from bot.inlet import Arrival
from bot.ledger import Ledger, Standing
from bot.stepping import scene_of
from flows.model import Heard, Inbound
from flows.statuses import PersonStatus
from flows.talking import engine
from flows.talking.conversation import Scene
from storage import sessions, slots
from storage.people import Contact

WITHIN = timedelta(days=7)  # after that a question is no longer taken up
NEVER_SHORTER = timedelta(minutes=15)  # whoever wrote more lately than that has missed nothing since
NO_REPLY = frozenset({Heard.LEFT, Heard.CAME_BACK, Heard.GROUP})  # nothing was said to us

STOP, WRONG_NUMBER = "stop", "wrong number"


class ComingBack:
    """What the people of a batch have left unanswered: asked once, and only about those who were silent a while."""

    __slots__ = ("_closed", "_ledger", "_missed", "_replied")

    def __init__(self, ledger: Ledger, contacts: Iterable[Contact]) -> None:
        now = ledger.now
        silent = [contact for contact in contacts if _was_silent(contact, now)]
        ids = [contact.participant.id for contact in silent if contact.participant is not None]
        alone = [each.participant.id for each in silent if each.participant is not None and each.session is None]
        self._ledger = ledger
        self._missed = slots.unanswered(ledger.db, ids, now - WITHIN)
        self._closed = sessions.closed_by_silence(ledger.db, alone, now - WITHIN)
        self._replied: list[int] = []

    def scene(self, standing: Standing, scene: Scene, arrival: Arrival) -> Scene:
        """The scene of somebody's turn: with the conversation that silence closed, where this answers it."""
        last = self._closed.pop(standing.person.id, None)
        live = self._ledger.desk.live
        if last is None or arrival.finding is not None or not live.answers_late(scene, last, arrival.inbound):
            return scene
        standing.session = engine.taken_up(last, self._ledger.now)
        again = scene_of(self._ledger, standing)
        if again.session is None:
            # the release it began on cannot be read any more
            standing.session = None
            return scene
        return again

    def heard(self, standing: Standing, scene: Scene, arrival: Arrival) -> None:
        """They have written: what they missed has its reply, and whoever was told of their silence hears of it."""
        if arrival.inbound.kind in NO_REPLY or scene.doubtful:
            return
        person = standing.person
        if not standing.was.sought and person.id not in self._missed:
            return
        word = self._leaves(arrival.inbound)
        if word == WRONG_NUMBER:
            return  # whoever has their phone now wrote, not they
        self._replied += self._missed.pop(person.id, ())
        if standing.was.sought:
            ledger, stopped = self._ledger, word == STOP
            ledger.messages.extend(they_replied(ledger.db, ledger.desk, person.id, ledger.now, stopped=stopped))
            standing.was = standing.was._replace(sought=False)
            standing.person = person._replace(sought=False)

    def _leaves(self, inbound: Inbound) -> str:
        """STOP or WRONG NUMBER, in whatever words; "" for anything else."""
        if inbound.kind is Heard.OPT_OUT:
            return STOP
        command = self._ledger.desk.live.vocabulary.hear(inbound.text) if inbound.kind is not Heard.TAP else None
        return command.word if command is not None and command.word in (STOP, WRONG_NUMBER) else ""

    def write(self) -> None:
        slots.replied(self._ledger.db, self._replied, self._ledger.now)


def _was_silent(contact: Contact, now: datetime) -> bool:
    person = contact.participant
    if person is None or person.status is not PersonStatus.ACTIVE:
        return False
    # what they said as staff a moment ago ends no silence of theirs
    return contact.staff is not None or contact.used_at is None or now - contact.used_at >= NEVER_SHORTER
