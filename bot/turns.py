"""A turn: one thing that happened to one person, and all that follows, in one transaction for a whole batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import logs, withdrawing
from bot.alerting import raise_alert
from bot.coming_back import ComingBack
from bot.desk import Desk
from bot.inlet import Arrival
from bot.ledger import Ledger, Standing
from bot.staffing import staff_says
from bot.stepping import SWEEP, scene_of
from flows import phones, timing
from flows.effects import OpenAlert, Purpose, Say, Turn
from flows.errors import Meaning, StorageError, Unreadable
from flows.model import Channel, Heard, Inbound
from flows.talking.conversation import REJOIN_WITHIN, Scene
from storage import audit, erasure, inbox, people, repeats, sessions
from storage.claiming import FRESH
from storage.ids import made_at
from storage.people import Contact, Key
from storage.statements import Db

log = logs.get_logger(__name__)

LATE = timedelta(hours=2)  # an answer that comes so long after the message owes a word of why
APOLOGY = "late answer"
LONGEST_ABOUT = 150  # letters of what an alert is about, before the word that it is late

NOBODY_KNOWS_WHO = "words that worry us, from a sender that cannot be read"
IN_GROUPS = "one to one"
IN_A_GROUP = "words that worry us, in a group chat, from somebody we do not know"


def take(db: Db, desk: Desk, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Take a batch of arrivals; how many were new. A repeat of one already taken changes nothing.

    A turn that raises while it is stepped has touched nothing: its inbox row is kept as failed, the person hears a
    kind sentence, staff are told, and the rest of the batch goes on.
    """
    try:
        met = people.meet(db, {key for arrival in arrivals for key in _keys(arrival)})
    except Unreadable:
        if len(arrivals) > 1:
            raise  # each is then taken alone, and only the one concerned comes here again
        return _take_unreadable(db, desk, arrivals[0], now)
    arrivals = _without_what_was_forgotten(db, met, arrivals, now)
    arrivals = [_spoken_alone(arrival, met) for arrival in arrivals]
    rows = [_row(arrival, met) for arrival in arrivals]
    kept = inbox.keep(db, rows, now)
    if not kept:
        return 0
    ledger = Ledger(db, desk, now)
    back = ComingBack(ledger, met.values())
    failures: list[tuple[int, str]] = []
    heard: set[int] = set()
    left: list[Contact] = []
    new = 0
    for arrival, row in zip(arrivals, rows, strict=True):
        inbound = arrival.inbound
        row_id = kept.get((inbound.channel, inbound.provider_id))
        if row_id is None:
            continue
        new += 1
        del kept[inbound.channel, inbound.provider_id]
        if arrival.urgent and (not inbound.address or inbound.kind is Heard.GROUP):
            _alert_about_nobody(db, desk, arrival, now)
            arrival = arrival._replace(finding=None)
        if not inbound.address:
            continue
        contact = met.get((inbound.channel, inbound.address))
        if ledger.has_let_go(contact):
            # somebody else has this phone now: what it says next is theirs
            ledger.write()
            back.write()
            ledger = Ledger(db, desk, now)
            met = people.meet(db, {key for each in arrivals for key in _keys(each)})
            back = ComingBack(ledger, met.values())
            contact = met.get((inbound.channel, inbound.address))
        if _is_staff_matter(db, desk, contact, arrival, row_id, now):
            if contact is not None:
                heard.add(contact.address_id)
            if row.participant_id is not None:
                inbox.is_staffs(db, row_id)
            continue
        contact = _participant_at(db, met, contact, inbound, now)
        if contact.participant is not None and row.participant_id != contact.participant.id:
            # kept before anybody knew whose it is; it is forgotten with the rest of theirs
            inbox.belongs_to(db, row_id, contact.address_id, contact.participant.id)
        failure = _hear(ledger, back, contact, arrival, row_id)
        if failure:
            failures.append((row_id, failure))
        if inbound.kind is Heard.LEFT:
            left.append(contact)
        elif inbound.kind is Heard.CAME_BACK:
            people.set_trouble(db, contact.address_id, None)  # nothing was said yet: they are as silent as before
        else:
            heard.add(contact.address_id)
    ledger.write()
    back.write()
    _have_left(db, left, now)
    people.heard(db, heard, now)
    inbox.mark_failed(db, failures)
    return new


def _have_left(db: Db, contacts: Sequence[Contact], now: datetime) -> None:
    """They blocked us: whatever was asked of them cannot be answered any more."""
    for contact in contacts:
        people.set_trouble(db, contact.address_id, Meaning.BLOCKED)
        if contact.participant is not None:
            sessions.look_now_at(db, [contact.participant.id], now)


def _without_what_was_forgotten(
    db: Db, met: Mapping[Key, Contact], arrivals: Sequence[Arrival], now: datetime
) -> Sequence[Arrival]:
    """Leave out what comes again from before somebody was forgotten: their rows are gone, and it looks new."""

    def is_new_to_us(arrival: Arrival) -> bool:
        contact = met.get((arrival.inbound.channel, arrival.inbound.address))
        person = contact.participant if contact is not None else None
        return person is None or made_at(person.id) > now - repeats.AGAIN_WITHIN

    doubtful = [(each.inbound.channel, each.inbound.provider_id) for each in arrivals if is_new_to_us(each)]
    again = repeats.among(db, doubtful)
    if not again:
        return arrivals
    return [each for each in arrivals if (each.inbound.channel, each.inbound.provider_id) not in again]


def _keys(arrival: Arrival) -> tuple[Key, ...]:
    """Where it came from; for something said in a group also who said it."""
    inbound = arrival.inbound
    here = (inbound.channel, inbound.address)
    return (here, (inbound.channel, inbound.author)) if inbound.author else (here,)


def _spoken_alone(arrival: Arrival, met: Mapping[Key, Contact]) -> Arrival:
    """Words that worry us, said in a group, are answered where only the one who said them reads the answer."""
    inbound = arrival.inbound
    if arrival.finding is None or inbound.kind is not Heard.GROUP:
        return arrival
    contact = met.get((inbound.channel, inbound.author))
    if contact is not None and contact.participant is not None:
        return arrival._replace(inbound=inbound._replace(address=inbound.author, kind=Heard.TEXT))
    # we have no way to reach them alone: staff are told, and the group hears nothing of it
    return arrival if arrival.urgent else arrival._replace(finding=None)


def _alert_about_nobody(db: Db, desk: Desk, arrival: Arrival, now: datetime) -> None:
    """Staff hear of words that worry us even where nobody can be answered."""
    finding = arrival.finding
    assert finding is not None, "only what worries us comes here"
    about = IN_A_GROUP if arrival.inbound.address else NOBODY_KNOWS_WHO
    alarm = OpenAlert(f"crisis {finding.tier}", None, about, tier=finding.tier, rule=finding.rule)
    raise_alert(db, desk, None, alarm, now)


def _row(arrival: Arrival, met: Mapping[Key, Contact]) -> inbox.Arrival:
    inbound, finding = arrival.inbound, arrival.finding
    contact = met.get((inbound.channel, inbound.address))
    person = contact.participant if contact is not None else None
    # what somebody says after asking to be forgotten is a stranger's, and is not erased with the rest
    theirs = person is not None and (not person.leaving or person.in_crisis)
    return inbox.Arrival(
        inbound,
        contact.address_id if contact is not None and theirs else None,
        person.id if person is not None and theirs else None,
        f"{finding.tier} {finding.rule}" if finding is not None else None,
    )


def _is_staff_matter(db: Db, desk: Desk, contact: Contact | None, arrival: Arrival, row_id: int, now: datetime) -> bool:
    """Whether a staff phone asked for something, and it was done. Words that worry us are never a staff matter."""
    return arrival.finding is None and staff_says(db, desk, contact, arrival.inbound, row_id, now)


def _participant_at(
    db: Db, met: dict[Key, Contact], contact: Contact | None, inbound: Inbound, now: datetime
) -> Contact:
    """Who wrote: known, or a stranger from now on. Who asked to be forgotten is forgotten before they speak."""
    if contact is not None and contact.participant is not None and not contact.participant.leaving:
        return contact
    if contact is not None and contact.participant is not None:
        if contact.participant.in_crisis:
            return contact  # a person has to have seen to the crisis first
        # it waits where another worker opened a crisis a moment ago, and they are then found as they are now
        erasure.erase(db, contact.participant.id, now, audit.PARTICIPANT)
    key = (inbound.channel, inbound.address)
    contact = met[key] = people.create_strangers(db, [key], now)[key]
    return contact


def _take_unreadable(db: Db, desk: Desk, arrival: Arrival, now: datetime) -> int:
    """One from somebody whose record or conversation does not open, its key gone: STOP and crisis count all the same.

    Anything else is apologised for and told to staff. The conversation is over, so that the next text may be read.
    """
    inbound = arrival.inbound
    if inbound.author:
        return take(db, desk, [arrival._replace(inbound=inbound._replace(author=""))], now)
    contact = people.outline(db, (inbound.channel, inbound.address))
    if contact is None or contact.participant is None:
        raise StorageError("Somebody's record cannot be opened, and nobody is at the address.")
    person = contact.participant
    finding = f"{arrival.finding.tier} {arrival.finding.rule}" if arrival.finding is not None else None
    kept = inbox.keep(db, [inbox.Arrival(inbound, contact.address_id, person.id, finding)], now)
    if not kept:
        return 0
    (row_id,) = kept.values()
    sessions.give_up(db, person.id, now)
    ledger = Ledger(db, desk, now)
    standing = ledger.standing(contact)
    command = desk.live.vocabulary.hear(inbound.text)
    asks_to_stop = inbound.kind is Heard.OPT_OUT or (command is not None and command.word == "stop")
    if asks_to_stop and not arrival.urgent:
        scene = Scene(person=person, session=None, now=now)
        ledger.take(standing, desk.live.stop(scene, confirm=inbound.kind is not Heard.OPT_OUT), row_id)
    else:
        ledger.take(standing, _apology(ledger, standing, arrival), row_id)
    ledger.write()
    people.heard(db, {contact.address_id}, now)
    inbox.mark_failed(db, [(row_id, "Unreadable")])
    return 1


def _hear(ledger: Ledger, back: ComingBack, contact: Contact, arrival: Arrival, row_id: int) -> str:
    """Take one turn into the ledger; the kind of error if it raised, else nothing."""
    standing = ledger.standing(contact)
    standing.answers_at = _answers_at(ledger, standing, arrival)
    try:
        scene = scene_of(ledger, standing)._replace(doubtful=_may_be_somebody_else(contact, ledger.now))
        # what comes later in this batch comes from whoever this turn was taken with
        contact.used_at, contact.trouble = ledger.now, None
        scene = back.scene(standing, scene, arrival)
        back.heard(standing, scene, arrival)
        if scene.session is not None and ledger.desk.is_withdrawn(ledger.db, scene.session):
            turn = withdrawing.heard(ledger.desk.live, scene, scene.session, arrival)
        elif _may_answer(arrival):
            turn = ledger.desk.live.hear(scene, arrival.inbound, arrival.finding)
        else:
            turn = _unanswerable(ledger, standing, scene, arrival.inbound)
        waited = _waited(arrival, ledger.now)
        if waited > LATE:
            turn = _told_late(turn, waited)
            turn = turn if arrival.urgent else _with_apology(ledger, scene, turn)
    except StorageError:
        raise
    except Exception as error:
        log.error("turn.failed", inbox=row_id, participant=standing.person.id, exc_info=error)
        ledger.take(standing, _apology(ledger, standing, arrival), row_id)
        return type(error).__name__
    ledger.take(standing, turn, row_id)
    return ""


def _waited(arrival: Arrival, now: datetime) -> timedelta:
    """How long ago it was sent, where its provider says so."""
    sent_at = arrival.inbound.sent_at
    return now - sent_at if sent_at is not None else timedelta()


def _answers_at(ledger: Ledger, standing: Standing, arrival: Arrival) -> datetime | None:
    """When the answer may go, if not at once: one to a message over ten minutes old wakes nobody, but in a crisis."""
    if arrival.urgent or _waited(arrival, ledger.now) <= FRESH:
        return None
    ends = timing.quiet_ends(ledger.now, standing.person.time_zone, ledger.desk.live.library.service)
    return ends if ends > ledger.now else None


def _told_late(turn: Turn, waited: timedelta) -> Turn:
    """Whoever is told of what they wrote is told that it is old: they may be long past it, or long in it."""
    words = f", sent {waited // timedelta(hours=1)} hours before it reached us"
    effects = (
        replace(each, about=each.about[:LONGEST_ABOUT] + words) if isinstance(each, OpenAlert) else each
        for each in turn.effects
    )
    return turn._replace(effects=tuple(effects))


def _with_apology(ledger: Ledger, scene: Scene, turn: Turn) -> Turn:
    """They wrote hours ago, and hear why the answer comes now; once, however much they wrote meanwhile."""
    answers = any(isinstance(effect, Say) and effect.purpose is Purpose.REPLY for effect in turn.effects)
    if not answers or any(each.about == APOLOGY and each.participant_id == scene.person.id for each in ledger.messages):
        return turn
    return turn._replace(effects=(*ledger.desk.live.say(scene, APOLOGY).effects, *turn.effects))


def _may_be_somebody_else(contact: Contact, now: datetime) -> bool:
    """Whether the phone may have changed hands: numbers that are not used, or no longer exist, are given out again."""
    long_silent = contact.used_at is not None and now - contact.used_at > REJOIN_WITHIN
    return long_silent or contact.trouble == Meaning.BAD_ADDRESS


def _may_answer(arrival: Arrival) -> bool:
    """Texts to other numbers than UK mobiles cost more, which somebody could run up for us; a crisis always counts.

    In a group all talk comes to us, and hardly any of it is meant for us.
    """
    inbound = arrival.inbound
    if inbound.kind is Heard.GROUP:
        return False
    # drama numbers belong to no real phone, so that texting one costs nothing
    return inbound.channel is not Channel.SMS or arrival.urgent or phones.is_uk_mobile(inbound.address, practice=True)


def _unanswerable(ledger: Ledger, standing: Standing, scene: Scene, inbound: Inbound) -> Turn:
    """One kind line, once, to a number that we do not text; a short code or a name cannot be answered at all.

    A group reads the same line whatever was said there, once an hour at most.
    """
    if inbound.kind is Heard.GROUP:
        said = ledger.desk.live.say(scene, IN_GROUPS).effects
        once = (each._replace(about=f"{IN_GROUPS} {ledger.now:%d/%m %H}") for each in said if isinstance(each, Say))
        ledger.say_once(standing, Turn(standing.session, tuple(once)))
    elif phones.kind_of_sender(inbound.address) == "number":
        ledger.say_once(standing, ledger.desk.live.say(scene, "not this number"))
    return Turn(standing.session)


def _apology(ledger: Ledger, standing: Standing, arrival: Arrival) -> Turn:
    """What somebody hears when their turn failed: never silence, and in a crisis the lines all the same."""
    live = ledger.desk.live
    scene = Scene(person=standing.person, session=None, now=ledger.now)
    if arrival.finding is not None and arrival.urgent:
        # without the flow that follows: it may be what failed
        offered = live.crisis(scene, replace(arrival.finding, then=""))
        return Turn(standing.session, tuple(e for e in offered.effects if isinstance(e, Say | OpenAlert)))
    alert = OpenAlert("could not read a message", None, "sent something that the program could not take")
    return Turn(standing.session, (*live.say(scene, "something broke").effects, alert))


def forget(db: Db, now: datetime, limit: int = SWEEP) -> int:
    """Erase whoever asked for it and may be erased now; how many. Then ``Database.scrub``."""
    leaving = erasure.due(db, now, limit)
    for participant_id in leaving:
        erasure.erase(db, participant_id, now, audit.PARTICIPANT)
    return len(leaving)
