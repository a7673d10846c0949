"""Tells staff. Every alert goes at once to every confirmed coordinator's phone.

An alert carries who (an alias), what, when, and the code to answer with; never words, scores or substances.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk import Desk
from bot.undelivered import Undelivered
from flows import blanks, escalation, timing
from flows.effects import OpenAlert, Purpose
from flows.errors import Meaning
from flows.model import Channel
from flows.talking import sms
from flows.talking.render import lay_out
from storage import alerts, outbox, staff
from storage.statements import Db


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert, opened or counted once more, and what goes to whom about it."""

    alert: alerts.Alert
    new: bool
    messages: tuple[outbox.Message, ...]


def raise_alert(db: Db, desk: Desk, participant_id: int | None, effect: OpenAlert, now: datetime) -> Raised:
    """Open the alert, or count it once more, and tell the coordinators of what is new to them."""
    policy = desk.live.library.policies.get(effect.policy)
    alert, new = alerts.open_(
        db,
        alerts.Alarm(
            participant_id=participant_id,
            policy=effect.policy,
            tier=effect.tier,
            about=effect.about,
            within_at=effect.by,
            snapshot=escalation.snapshot(policy),
        ),
        now,
        desk.draw,
    )
    tell = new or alerts.page_again(db, alert, now)
    return Raised(alert, new, notices(db, desk, alert) if tell else ())


def raise_test(db: Db, desk: Desk, now: datetime) -> tuple[outbox.Message, ...]:
    """The drill that opens the go-live gate: a crisis alert about nobody, for a coordinator to acknowledge."""
    alarm = alerts.Alarm(participant_id=None, policy="crisis A", about="test", tier="A", is_test=True)
    alert, _ = alerts.open_(db, alarm, now, desk.draw)
    return notices(db, desk, alert)


def notices(db: Db, desk: Desk, alert: alerts.Alert, only: int | None = None) -> tuple[outbox.Message, ...]:
    """The message about ``alert`` for each confirmed coordinator, or for ``only`` one of them."""
    phrase = "alert test" if alert.is_test else "alert crisis" if alert.is_crisis else "alert new"
    if alert.is_crisis and alert.participant_id is None and not alert.is_test:
        phrase = "alert crisis unanswered"
    zone = desk.live.library.service.time_zone
    values = {
        "who": alias(desk, alert.participant_id),
        "what": alert.about,
        "when": f"{timing.local(alert.opened_at, zone):%H:%M}",
        "code": alert.code,
    }
    return tuple(
        to_staff(desk, phone, phrase, values, alert_id=alert.id, crisis=alert.is_crisis or alert.is_test)
        for phone in staff.coordinators(db)
        if only in (None, phone.member.id)
    )


def to_staff(
    desk: Desk,
    phone: staff.StaffPhone,
    phrase: str,
    values: dict[str, str],
    *,
    alert_id: int | None = None,
    inbox_id: int | None = None,
    crisis: bool = False,
) -> outbox.Message:
    """One message to one staff phone."""
    text = spoken(desk, phone.channel, phrase, values)
    return outbox.Message(
        address_id=phone.address_id,
        channel=phone.channel,
        purpose=Purpose.REPLY if inbox_id is not None else Purpose.ALERT,
        text=text,
        staff_id=phone.member.id,
        alert_id=alert_id,
        inbox_id=inbox_id,
        about=phrase,
        parts=sms.parts(text).count if phone.channel in (Channel.SMS, Channel.PRACTICE) else 1,
        crisis=crisis,
    )


def spoken(desk: Desk, channel: Channel, phrase: str, values: dict[str, str]) -> str:
    """A phrase in English, laid out for a staff phone."""
    written = desk.live.library.phrases[phrase].spoken("en", channel.look)
    text = blanks.fill(written, values.get)
    return lay_out(text, None, question=0, look=channel.look, language="en", phrase=lambda *_: "")[0]


def alias(desk: Desk, participant_id: int | None) -> str:
    """What staff texts call somebody: never their name. The same person keeps the same one."""
    if participant_id is None:
        return spoken(desk, Channel.SMS, "alias nobody", {})
    number = f"{participant_id % 9973:04}"
    return blanks.fill(desk.live.library.phrases["alias"].spoken("en", Channel.SMS.look), {"number": number}.get)


def tell_undelivered(db: Db, desk: Desk, undelivered: Undelivered, now: datetime) -> None:
    """A message reached nobody. Staff hear of a crisis reply, and of somebody who cannot be answered."""
    participant_id = undelivered.participant_id
    if participant_id is None or undelivered.staff_id is not None:
        return
    if undelivered.purpose is Purpose.CRISIS:
        open_crisis = [each for each in alerts.about(db, participant_id) if each.is_crisis and not each.is_over]
        for alert in open_crisis[:1]:
            values = {"who": alias(desk, participant_id), "code": alert.code}
            outbox.queue(
                db,
                [
                    # without the alert's id: ON IT takes back its other notices, and whoever has it must hear this
                    to_staff(desk, phone, "undelivered crisis", values, crisis=True)
                    for phone in staff.coordinators(db)
                ],
                now,
            )
    elif undelivered.purpose is Purpose.REPLY and undelivered.meaning is Meaning.OPTED_OUT:
        about = "wrote to us, but their network blocks our texts until they text START"
        outbox.queue(
            db, raise_alert(db, desk, participant_id, OpenAlert("contact lost", None, about), now).messages, now
        )
