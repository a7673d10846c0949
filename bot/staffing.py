"""What happens when staff text: which words are theirs, and the code that makes a phone a staff phone.

A mentor may be a participant on the same phone: one person, two roles, never mixed. A staff word is staff's while an
alert that has reached them is open, or where it names a code; everything else is the participant's.
"""

from __future__ import annotations

from datetime import datetime

from bot import absence, answering, taking
from bot.alerting import let_go_of_their_own, raise_test, tell_newcomer
from bot.desk import Desk
from bot.saying import Saying
from bot.telling import spoken, to_staff
from flows.effects import Purpose
from flows.model import Heard, Inbound
from flows.statuses import PersonStatus, StaffStatus
from flows.talking.staff_words import (
    BACK,
    HELP,
    LIST,
    OFF,
    StaffWord,
    alert_tapped,
    read_pairing_code,
    read_staff_word,
)
from storage import audit, outbox, people, sessions, staff
from storage.people import Contact
from storage.sessions import Finished
from storage.staff import StaffPhone
from storage.statements import Db

_ENDS_IT = ("stop", "wrong number")
_UNREAD = frozenset({Heard.MEDIA, Heard.EDIT, Heard.CARRIER_HELP, Heard.OTHER})
_OF_THEIR_OWN = frozenset({OFF, BACK, LIST})  # say something of the staff member, not of an alert


def staff_says(db: Db, desk: Desk, contact: Contact | None, inbound: Inbound, inbox_id: int, now: datetime) -> bool:
    """Do what a staff phone asked for. False: it was no staff matter, and is taken as anybody's message."""
    if inbound.kind is Heard.TEXT:
        code = read_pairing_code(inbound.text)
        if code is not None and _pairs(db, desk, contact, inbound, code, inbox_id, now):
            return True
    if contact is None or contact.staff is None or contact.staff.status is not StaffStatus.CONFIRMED:
        return False
    member = contact.staff
    command = desk.live.vocabulary.hear(inbound.text) if inbound.kind is Heard.TEXT else None
    if inbound.kind is Heard.OPT_OUT or (command is not None and command.word in _ENDS_IT):
        # one phone, and STOP means all of it: the participant's side is stopped and confirmed too
        absence.stops(db, desk, member, now)
        contact.staff = None  # also for what came with it in the same batch
        return False
    if command is not None and command.word == "join" and not _is_participant(contact):
        return False
    saying = Saying(db, desk, StaffPhone(member, contact.address_id, contact.channel), inbox_id, now)
    done = _taps(saying, inbound) if inbound.kind is Heard.TAP else _says(saying, contact, inbound)
    saying.write()
    return done


def _is_participant(contact: Contact) -> bool:
    """Also while they are joining, or have been asked whether it is safe to text."""
    return contact.session is not None or (
        contact.participant is not None and contact.participant.joined_at is not None
    )


def _taps(saying: Saying, inbound: Inbound) -> bool:
    """A button below an alert. It carries the alert's id: the code may be another alert's by now."""
    alert_id = alert_tapped(inbound.tap)
    if alert_id is None or inbound.text not in ("on it", "pass"):
        return False
    taking.act(saying, StaffWord(inbound.text), alert_id)
    return True


def _says(saying: Saying, contact: Contact, inbound: Inbound) -> bool:
    both = _is_participant(contact)
    if inbound.kind is not Heard.TEXT:
        if both or inbound.kind not in _UNREAD:
            return False
        saying.answer("staff help")
        return True
    word = read_staff_word(inbound.text)
    if word is None or word.word == HELP:
        if not both or (word is not None and saying.theirs()):
            saying.answer("staff help")
        return not both  # HELP from both in one gets the participant's lines as well
    if both and not _is_staffs(saying, contact, word):
        return False
    if word.word == OFF:
        absence.goes_off(saying, word)
    elif word.word == BACK:
        absence.comes_back(saying)
    elif word.word in answering.QUESTIONS:
        answering.answer(saying, word)
    else:
        taking.act(saying, word)
    return True


def _is_staffs(saying: Saying, contact: Contact, word: StaffWord) -> bool:
    """Whether somebody who is a participant too says this as staff."""
    if word.codes:
        return True
    if word.everyday:
        return False
    return bool(saying.theirs()) or (contact.session is None and word.word in _OF_THEIR_OWN)


# ---------------------------------------------------------------- pairing


def _pairs(
    db: Db, desk: Desk, contact: Contact | None, inbound: Inbound, code: str, inbox_id: int, now: datetime
) -> bool:
    """Six digits: a pairing code, if anybody waits for one. Six digits from anybody else are just a message."""
    address_id = (
        contact.address_id if contact is not None else people.address(db, inbound.channel, inbound.address, now)
    )
    theirs = contact is not None and _is_participant(contact)
    pairing, member = staff.confirm(db, address_id, code, now, only_exactly=theirs)
    if pairing is staff.Pairing.NOT_ASKED:
        return False
    if member is None:
        refusal = outbox.Message(
            address_id=address_id,
            channel=inbound.channel,
            purpose=Purpose.REPLY,
            text=spoken(desk, inbound.channel, "pair failed", {}),
            inbox_id=inbox_id,
            about="pair failed",
        )
        outbox.queue(db, [refusal], now)
        return True
    audit.write(db, [audit.Line(audit.staff(member.id), "staff.confirmed", detail={"channel": inbound.channel})], now)
    let_go_of_their_own(db, member.id, now)
    _ends_joining(db, contact, now)
    if contact is not None:
        contact.staff = member
    thanks = to_staff(desk, StaffPhone(member, address_id, inbound.channel), "pair ok", {"name": member.name})
    # ahead of the alerts that this phone gets from now on
    thanks.crisis = True
    outbox.queue(db, [thanks], now)
    if member.role is staff.Role.COORDINATOR:
        tell_newcomer(db, desk, member.id, now)
        if not desk.gate_is_open(db):
            raise_test(db, desk, now)
    return True


def _ends_joining(db: Db, contact: Contact | None, now: datetime) -> None:
    """Telegram sends /start before anything else can be sent: whoever then pairs was not asking to join."""
    person = contact.participant if contact is not None else None
    if contact is None or contact.session is None or person is None:
        return
    if person.status in (PersonStatus.STRANGER, PersonStatus.JOINING):
        sessions.end(db, [Finished(contact.session_id, contact.session_version, "paired")], now)
        contact.session = None
