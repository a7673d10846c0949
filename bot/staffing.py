"""What happens when staff text: pairing a phone, taking an alert, finishing it."""

from __future__ import annotations

from datetime import datetime

from bot.alerting import alias, notices, raise_test, spoken, to_staff
from bot.desk import Desk
from flows.effects import Purpose
from flows.model import Channel, Heard, Inbound
from flows.statuses import AlertStatus, StaffStatus
from flows.talking.staff_words import DONE, ON_IT, StaffWord, read_pairing_code, read_staff_word
from storage import alerts, audit, outbox, people, staff
from storage.people import Contact
from storage.statements import Db

PHRASES = {
    alerts.Said.NO_SUCH: "alert unknown code",
    alerts.Said.WHICH: "alert unknown code",
    alerts.Said.ALREADY: "alert not yours",
    alerts.Said.NOT_THEIRS: "alert not yours",
}


def staff_says(db: Db, desk: Desk, contact: Contact | None, inbound: Inbound, inbox_id: int, now: datetime) -> bool:
    """Do what a staff phone asked for. False: it was no staff matter, and is taken as anybody's message."""
    if inbound.kind is Heard.OPT_OUT:
        # their carrier blocks us from now on: an alert sent there would reach nobody
        _ends_alerts(db, contact, now)
    if inbound.kind is not Heard.TEXT:
        return False
    code = read_pairing_code(inbound.text)
    if code is not None and _pairs(db, desk, contact, inbound, code, inbox_id, now):
        return True
    if contact is None or contact.staff is None or contact.staff.status is not StaffStatus.CONFIRMED:
        return False
    member = contact.staff
    # also while they are joining, or have been asked whether it is safe to text
    also_participant = contact.session is not None or (
        contact.participant is not None and contact.participant.joined_at is not None
    )
    command = desk.live.vocabulary.hear(inbound.text)
    if command is not None and command.word in ("stop", "wrong number"):
        _ends_alerts(db, contact, now)
        return False  # one phone, and STOP means all of it: the participant's side is stopped and confirmed too
    if command is not None and command.word == "join" and not also_participant:
        return False
    word = read_staff_word(inbound.text)
    if word is None or word.word not in (ON_IT, DONE):
        if also_participant:
            return False
        answers = [to_staff(desk, _phone(contact, member), "staff help", {}, inbox_id=inbox_id)]
    elif word.word == ON_IT:
        answers = _takes(db, desk, _phone(contact, member), _code(word), inbox_id, now)
    else:
        answers = _finishes(db, desk, _phone(contact, member), _code(word), inbox_id, now)
    outbox.queue(db, answers, now)
    return True


def _code(word: StaffWord) -> str:
    return word.codes[0] if word.codes else ""


def _ends_alerts(db: Db, contact: Contact | None, now: datetime) -> None:
    """Nothing more goes to this phone as staff."""
    if contact is not None and contact.staff is not None and contact.staff.status is StaffStatus.CONFIRMED:
        staff.stop(db, contact.staff.id)
        audit.write(db, [audit.Line(audit.staff(contact.staff.id), "staff.stopped")], now)


def _phone(contact: Contact, member: staff.StaffMember) -> staff.StaffPhone:
    return staff.StaffPhone(member, contact.address_id, contact.channel)


def _pairs(
    db: Db, desk: Desk, contact: Contact | None, inbound: Inbound, code: str, inbox_id: int, now: datetime
) -> bool:
    """Six digits: a pairing code, if anybody waits for one. Six digits from anybody else are just a message."""
    address_id = (
        contact.address_id if contact is not None else people.address(db, inbound.channel, inbound.address, now)
    )
    pairing, member = staff.confirm(db, address_id, code, now)
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
    phone = staff.StaffPhone(member, address_id, inbound.channel)
    messages = [to_staff(desk, phone, "pair ok", {"name": member.name}, inbox_id=inbox_id)]
    if member.role is staff.Role.COORDINATOR:
        for alert in alerts.unresolved(db):  # what was raised while nobody was there to hear it
            if alert.status is AlertStatus.OPEN and not alert.is_test:
                messages.extend(notices(db, desk, alert, only=member.id))
    if member.role is staff.Role.COORDINATOR and not desk.gate_is_open(db):
        messages.extend(raise_test(db, desk, now))
    outbox.queue(db, messages, now)
    return True


def _takes(
    db: Db, desk: Desk, phone: staff.StaffPhone, code: str, inbox_id: int, now: datetime
) -> list[outbox.Message]:
    """ON IT: the alert is theirs. They get the number to ring, and the others hear that somebody has it."""
    said, alert = alerts.acknowledge(db, phone.member, code, now)
    if said is not alerts.Said.TAKEN or alert is None:
        return [to_staff(desk, phone, PHRASES.get(said, "alert unknown code"), {}, inbox_id=inbox_id)]
    if alert.is_test:
        alerts.resolve(db, alert.id, "test", now, audit.staff(phone.member.id))
        return [to_staff(desk, phone, "gate opened", {}, inbox_id=inbox_id)]
    who = alias(desk, alert.participant_id)
    messages = [to_staff(desk, phone, "alert ack", {"who": who, "code": alert.code}, inbox_id=inbox_id)]
    if alert.participant_id is not None:
        given = _how_to_reach(db, desk, alert, alert.participant_id)
        messages.append(to_staff(desk, phone, "alert contact", given, inbox_id=inbox_id))
        seen = audit.Line(audit.staff(phone.member.id), "number.seen", alert.participant_id, {"alert": alert.id})
        audit.write(db, [seen], now)
    for other in staff.coordinators(db):
        if other.member.id != phone.member.id:
            values = {"who": who, "code": alert.code, "owner": phone.member.name}
            messages.append(to_staff(desk, other, "alert owner", values))
    return messages


def _finishes(
    db: Db, desk: Desk, phone: staff.StaffPhone, code: str, inbox_id: int, now: datetime
) -> list[outbox.Message]:
    """DONE: the alert is closed by the one who has it; a code is needed unless they have exactly one."""
    theirs = [alert for alert in alerts.unresolved(db) if alert.acknowledged_by == phone.member.id]
    named = [alert for alert in theirs if alert.code == code] if code else theirs
    if len(named) != 1:
        return [to_staff(desk, phone, "alert unknown code", {}, inbox_id=inbox_id)]
    alert = named[0]
    alerts.resolve(db, alert.id, "done", now, audit.staff(phone.member.id))
    values = {"who": alias(desk, alert.participant_id), "code": alert.code}
    return [to_staff(desk, phone, "alert resolved", values, inbox_id=inbox_id)]


def _how_to_reach(db: Db, desk: Desk, alert: alerts.Alert, participant_id: int) -> dict[str, str]:
    """First name, number and safe times: what ON IT gives, and nothing else."""
    values, reached = people.values_of(db, participant_id)
    texted = next((address for channel, address in reached if channel in (Channel.SMS, Channel.PRACTICE)), "")

    def said(phrase: str) -> str:
        return spoken(desk, Channel.SMS, phrase, {})

    return {
        "name": values.get("nickname") or said("no name given"),
        "number": values.get("ring_number") or texted or said("only telegram"),
        "times": values.get("safe_times") or said("times not asked"),
        "code": alert.code,
    }
