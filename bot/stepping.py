"""What every sweep of the clock shares: people opened one by one, whether something may start, turns that raise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot import logs
from bot.alerting import raise_alert
from bot.desk import Desk
from bot.ledger import Ledger, Standing
from flows import timing
from flows.effects import Ended, OpenAlert, Turn
from flows.errors import StorageError, Unreadable
from flows.statuses import PersonStatus
from flows.talking.conversation import Scene
from storage import people, sessions
from storage.people import Contact
from storage.statements import Db

log = logs.get_logger(__name__)

SWEEP = 200  # people in one unit of a sweep: well under the 50 ms that a unit may take
LOOK_AGAIN = timedelta(minutes=15)  # what waits behind an open conversation is looked at this often
TALKING = "another conversation"
CANNOT_GO_ON = OpenAlert("could not read a message", None, "a conversation could not go on")


class Opened(NamedTuple):
    """People as a sweep found them. ``unreadable`` are those whose record or conversation does not open."""

    contacts: dict[int, Contact]
    unreadable: tuple[int, ...]


def opened(db: Db, ids: Sequence[int]) -> Opened:
    """``people.load``, where one who cannot be opened holds up nobody else."""
    try:
        return Opened(people.load(db, ids), ())
    except (Unreadable, ValueError) as error:
        if len(ids) == 1:
            log.error("turn.unreadable", participant=ids[0], exc_info=error)
            return Opened({}, tuple(ids))
    each = [opened(db, [one]) for one in ids]
    return Opened(
        {key: contact for one in each for key, contact in one.contacts.items()},
        tuple(key for one in each for key in one.unreadable),
    )


def give_up(db: Db, desk: Desk, ids: Iterable[int], now: datetime) -> None:
    """End conversations that can no longer be opened, and tell staff."""
    for participant_id in ids:
        sessions.give_up(db, participant_id, now)
        raise_alert(db, desk, participant_id, CANNOT_GO_ON, now)


def scene_of(ledger: Ledger, standing: Standing) -> Scene:
    """Where this person's conversation stands. One whose release cannot be read is not gone on with: an answer is
    never taken for another release's question."""
    session, person = standing.session, standing.person
    # always its own, also where that is live: another may go live before this turn is taken
    pinned = ledger.desk.library(ledger.db, session.release) if session is not None else None
    if pinned is None:
        session = None
    return Scene(
        person=person,
        session=session,
        now=ledger.now,
        pinned=pinned,
        may_join=person.channel.is_practice or person.joined_at is not None or ledger.desk.gate_is_open(ledger.db),
        gaps=partial(ledger.desk.gaps, ledger.db, ledger.now),
        past=partial(ledger.rated_by, person.id),
    )


class Stepped(NamedTuple):
    """A turn that time brings. ``failed``: it raised, so that the conversation ends and staff are told."""

    turn: Turn
    failed: bool = False


def stepped(ledger: Ledger, standing: Standing, step: Callable[[Scene], Turn]) -> Stepped:
    """The turn of ``step``; one that raises stops no sweep. It is not taken yet."""
    try:
        scene = scene_of(ledger, standing)
        if standing.session is not None and scene.session is None:
            raise StorageError(f"The release {standing.session.release} cannot be read.")
        return Stepped(step(scene))
    except Exception as error:
        log.error("turn.failed", participant=standing.person.id, exc_info=error)
        ended = (Ended(standing.session.flow, "failed"),) if standing.session is not None else ()
        return Stepped(Turn(None, (*ended, CANNOT_GO_ON)), failed=True)


class Hold(NamedTuple):
    """It may not start yet: look again at ``until``."""

    until: datetime
    reason: str


def may_start(desk: Desk, contact: Contact | None, now: datetime) -> Hold | str | None:
    """Whether the bot may begin a conversation with somebody. None: it may. A reason: not at all."""
    if contact is None or contact.participant is None:
        return "nobody there"
    person, service = contact.participant, desk.live.library.service
    if person.leaving:
        return "erasing"
    if person.status is PersonStatus.IN_DOUBT:
        return "in doubt"
    if person.status is not PersonStatus.ACTIVE:
        return "stopped"
    if person.in_crisis:
        return "crisis"
    zone = person.time_zone or service.time_zone
    if person.paused_until is not None and timing.local(now, zone).date() < person.paused_until:
        return "paused"
    if timing.is_quiet(now, zone, service):
        return Hold(timing.quiet_ends(now, zone, service), "quiet hours")
    return Hold(now + LOOK_AGAIN, TALKING) if contact.session is not None else None
