"""Check-ins: who is due one now, and whether it starts, waits, or ends unsent in a named state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from bot import logs
from bot.alerting import raise_alert
from bot.desk import Desk
from bot.ledger import Ledger
from bot.stepping import CANNOT_GO_ON, LOOK_AGAIN, SWEEP, TALKING, Hold, may_start, opened, stepped
from flows import slots as planning
from flows.content import Library
from flows.renames import flow_named
from flows.statuses import Because, SlotStatus
from storage import arming, marks, plans, slots
from storage.database import Database
from storage.people import Contact
from storage.plans import Plan
from storage.slots import Ended, Planned
from storage.statements import Db

log = logs.get_logger(__name__)

LOOKS_BACK = timedelta(days=31)  # after a longer outage older slots are no longer written down
TRY_AGAIN = timedelta(days=1)  # whoever cannot be planned for is looked at this often
IN_ONE_UNIT = 5000  # people planned for anew, by one UPDATE
SCHEDULES = "schedules"  # the mark that says by which schedules everybody is planned for
BEGUN = "begun "  # … or is just being planned for
FOLLOWS_WITHIN = timedelta(minutes=1)  # in which every process has followed a release that went live elsewhere


class Begins(NamedTuple):
    """A slot whose conversation is to begin."""

    slot_id: int
    contact: Contact
    flow: str
    until_at: datetime


# ---------------------------------------------------------------- what falls due


def plan(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Write down every slot that has fallen due, start those that may, and say when to look next; how many people."""
    claimed = plans.claim_due(db, now, limit)
    if not claimed or _others_plan_otherwise(db, desk.live.library, now):
        return 0
    found = opened(db, list(claimed))
    last = slots.last_dates(db, list(found.contacts))
    armed_at = arming.armed_at(db)
    ledger = Ledger(db, desk, now)
    planned: list[Planned] = []
    may_begin: list[Contact | None] = []  # beside ``planned``: whom to start with, if it is new
    coming: list[Plan] = []
    failed: list[int] = []
    for participant_id, contact in found.contacts.items():
        try:
            due, next_at = _due(desk, contact, claimed[participant_id], last.get(participant_id, {}), now)
        except Exception as error:
            log.error("checkin.not_planned", participant=participant_id, exc_info=error)
            failed.append(participant_id)
            continue
        coming.append(Plan(participant_id, next_at, now))
        begun = False
        for slot in due:
            verdict = _verdict(desk, contact, slot.until_at, "", now)
            if verdict is None and begun:
                verdict = Hold(now + LOOK_AGAIN, TALKING)  # at most one a person, whatever an outage has left
            if armed_at is not None and slot.due_at < armed_at:
                verdict = Ended(0, SlotStatus.EXCUSED, Because.RESTORED)  # asked elsewhere, or not: nobody here knows
            begun = begun or verdict is None
            planned.append(_row(participant_id, slot, verdict, now))
            may_begin.append(contact if verdict is None else None)
    ids = slots.add(db, planned, now)
    plans.write(db, coming)
    _begin(
        ledger,
        [
            Begins(slot_id, contact, one.flow, one.until_at)
            for slot_id, contact, one in zip(ids, may_begin, planned, strict=True)
            if slot_id and contact is not None
        ],
    )
    ledger.write()
    plans.put_off(db, claimed.keys() - {one.participant_id for one in coming}, now + TRY_AGAIN)
    for participant_id in (*found.unreadable, *failed):
        raise_alert(db, desk, participant_id, CANNOT_GO_ON, now)
    return len(claimed)


def _due(
    desk: Desk, contact: Contact, planned_at: datetime | None, last: Mapping[str, date], now: datetime
) -> planning.Plan:
    assert contact.participant is not None
    library = desk.live.library
    since = None if planned_at is None else max(planned_at, now - LOOKS_BACK)
    return planning.plan(
        library.schedules, contact.participant, since=since, now=now, last=last, service=library.service
    )


def _row(participant_id: int, slot: planning.Due, verdict: Hold | Ended | None, now: datetime) -> Planned:
    row = Planned(
        participant_id,
        slot.schedule,
        slot.flow,
        slot.local_date,
        slot.due_at,
        slot.until_at,
        SlotStatus.WAITING,
        look_at=now,
    )
    if isinstance(verdict, Ended):
        return row._replace(status=verdict.status, reason=verdict.reason, look_at=None)
    if verdict is not None:
        return row._replace(reason=verdict.reason, look_at=min(verdict.until, slot.until_at))
    return row


def _verdict(
    desk: Desk, contact: Contact | None, until_at: datetime, waited_for: str, now: datetime
) -> Hold | Ended | None:
    """None: its conversation may begin. ``waited_for`` is why it has waited until now."""
    verdict = may_start(desk, contact, now)
    if isinstance(verdict, str):
        return Ended(0, SlotStatus.EXCUSED, verdict)
    if now >= until_at and waited_for == TALKING:
        return Ended(0, SlotStatus.EXCUSED, TALKING)
    if now >= until_at:
        return Ended(0, SlotStatus.NOT_SENT, "too late")
    return verdict


# ---------------------------------------------------------------- what waited


def start_waiting(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Look again at the slots that waited behind another conversation, or for the night to end; how many."""
    waiting = slots.waiting_due(db, now, limit)
    if not waiting:
        return 0
    found = opened(db, list(dict.fromkeys(slot.participant_id for slot in waiting)))
    ledger = Ledger(db, desk, now)
    ended: list[Ended] = []
    put_off: list[tuple[int, str, datetime]] = []
    begins: dict[int, Begins] = {}
    for slot in waiting:
        contact = found.contacts.get(slot.participant_id)
        verdict = _verdict(desk, contact, slot.until_at, slot.reason or "", now)
        if slot.participant_id in found.unreadable:
            verdict = Ended(0, SlotStatus.EXCUSED, "unreadable")
        if verdict is None and slot.participant_id in begins:
            verdict = Hold(now + LOOK_AGAIN, TALKING)
        if isinstance(verdict, Ended):
            ended.append(verdict._replace(id=slot.id))
        elif verdict is not None:
            put_off.append((slot.id, verdict.reason, min(verdict.until, slot.until_at)))
        elif contact is not None:
            begins[slot.participant_id] = Begins(slot.id, contact, slot.flow, slot.until_at)
    slots.end(db, ended, now)
    slots.put_off(db, put_off)
    _begin(ledger, begins.values())
    ledger.write()
    return len(waiting)


# ---------------------------------------------------------------- starting


def _begin(ledger: Ledger, begins: Iterable[Begins]) -> None:
    asked: list[tuple[int, int | None]] = []
    ended: list[Ended] = []
    for one in begins:
        end = _begin_one(ledger, one)
        if end is None:
            assert one.contact.participant is not None
            asked.append((one.slot_id, ledger.standings[one.contact.participant.id].asked_by))
        else:
            ended.append(end)
    slots.asked(ledger.db, asked)
    slots.end(ledger.db, ended, ledger.now)


def _begin_one(ledger: Ledger, one: Begins) -> Ended | None:
    """Begin the conversation of a slot; None, or how the slot ended at once."""
    live = ledger.desk.live
    if flow_named(live.library, one.flow) is None:
        return Ended(one.slot_id, SlotStatus.NOT_SENT, "no such flow")
    if one.flow in ledger.desk.withdrawn:
        return Ended(one.slot_id, SlotStatus.EXCUSED, "withdrawn")
    standing = ledger.standing(one.contact)
    turn, failed = stepped(ledger, standing, partial(live.start, flow=one.flow))
    if turn.session is None and not turn.effects:
        return Ended(one.slot_id, SlotStatus.EXCUSED, "not for them")
    standing.expires_at = one.until_at
    ledger.take(standing, turn)
    standing.expires_at = None
    if failed:
        return Ended(one.slot_id, SlotStatus.NOT_SENT, "failed")
    if turn.session is None:
        return Ended(one.slot_id, SlotStatus.EXCUSED, "asks nothing")
    standing.slot_id = one.slot_id
    return None


# ---------------------------------------------------------------- a release with other schedules


async def plan_anew(database: Database, library: Library, now: datetime) -> None:
    """Plan everybody again where the schedules of ``library`` are not those that they are planned for by.

    Written down when it is done, so that one which was cut short is begun again at the next start.
    """
    written = _fingerprint(library)
    if await database.run(lambda db: marks.get(db, SCHEDULES)) == written:
        return
    await database.run(lambda db: marks.put(db, SCHEDULES, BEGUN + written, now))
    after = 0
    while True:
        reached = await database.run(partial(_plan_chunk, after, now))
        if reached is None:
            break
        after = reached
    await database.run(lambda db: marks.put(db, SCHEDULES, written, now))


def _others_plan_otherwise(db: Db, library: Library, now: datetime) -> bool:
    """Whether another process plans by other schedules already: then this one has a release to follow first."""
    found = marks.written_at(db, SCHEDULES)
    if found is None or found[0].removeprefix(BEGUN) == _fingerprint(library):
        return False
    return found[1] is not None and now - found[1] < FOLLOWS_WITHIN


def _plan_chunk(after: int, now: datetime, db: Db) -> int | None:
    ids = plans.next_ids(db, after, IN_ONE_UNIT)
    plans.again(db, ids, now)
    return ids[-1] if ids else None


def _fingerprint(library: Library) -> str:
    """What decides when somebody is due something, told apart in a few letters."""
    service = library.service
    schedules = [
        (one.name, one.flow, one.only_for, one.once, one.rhythm, one.phases) for one in library.schedules.values()
    ]
    written = repr((schedules, service.time_zone, service.quiet_from, service.quiet_to))
    return sha256(written.encode()).hexdigest()[:16]
