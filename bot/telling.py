"""What a staff phone is sent: the service's own phrases, and a name for somebody that says nothing about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.desk import Desk
from flows import blanks, timing
from flows.effects import Button, Purpose
from flows.model import Channel, Look
from flows.talking import sms
from flows.talking.render import lay_out
from flows.talking.staff_words import ON_IT, PASS, tap_of
from storage import outbox, staff
from storage.alerts import Alert

_ALIAS_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; no figures, so none is taken for a code
_ALIAS_LENGTH = 6  # of sixty-four million: nobody on any caseload shares one
_SPREADS = 0x9E3779B97F4A7C15  # 2^64 / golden ratio (Knuth, TAOCP 3, 6.4): ids of the same minute end far apart


def to_staff(
    desk: Desk,
    phone: staff.StaffPhone,
    phrase: str,
    values: Mapping[str, str],
    *,
    alert_id: int | None = None,
    inbox_id: int | None = None,
    crisis: bool = False,
    purpose: Purpose = Purpose.ALERT,
    buttons: tuple[Button, ...] = (),
    not_before: datetime | None = None,
    dedupe: str | None = None,
) -> outbox.Message:
    """One message to one staff phone. An answer to something they sent (``inbox_id``) is a reply."""
    text = spoken(desk, phone.channel, phrase, values)
    return outbox.Message(
        address_id=phone.address_id,
        channel=phone.channel,
        purpose=Purpose.REPLY if inbox_id is not None else purpose,
        text=text,
        buttons=buttons if phone.channel.look is Look.TELEGRAM else (),
        staff_id=phone.member.id,
        alert_id=alert_id,
        inbox_id=inbox_id,
        about=phrase,
        parts=sms.parts(text).count if phone.channel in (Channel.SMS, Channel.PRACTICE) else 1,
        crisis=crisis,
        not_before=not_before,
        dedupe=dedupe,
    )


def spoken(desk: Desk, channel: Channel, phrase: str, values: Mapping[str, str]) -> str:
    """A phrase in English, laid out for a staff phone."""
    written = desk.live.library.phrases[phrase].spoken("en", channel.look)
    text = blanks.fill(written, values.get)
    return lay_out(text, None, question=0, look=channel.look, language="en", phrase=lambda *_: "")[0]


def alias(desk: Desk, participant_id: int | None) -> str:
    """What staff texts call somebody: never their name. The same person keeps the same one."""
    if participant_id is None:
        return spoken(desk, Channel.SMS, "alias nobody", {})
    return spoken(desk, Channel.SMS, "alias", {"number": alias_letters(participant_id)})


def alias_letters(participant_id: int) -> str:
    """Six letters that stand for somebody: made from the id, and of no use to anybody without the database."""
    left = (participant_id * _SPREADS % 2**64) >> 20
    letters = []
    for _ in range(_ALIAS_LENGTH):
        left, letter = divmod(left, len(_ALIAS_LETTERS))
        letters.append(_ALIAS_LETTERS[letter])
    return "".join(letters)


def about_alert(desk: Desk, alert: Alert, now: datetime) -> dict[str, str]:
    """The blanks of a message about an alert: who (an alias), what, when and how often, and the code."""
    when = _when(desk, alert.opened_at, now)
    if alert.times > 1:
        when = spoken(desk, Channel.SMS, "alert times", {"when": when, "times": str(alert.times)})
    return {"who": alias(desk, alert.participant_id), "what": alert.about, "when": when, "code": alert.code}


def _when(desk: Desk, at: datetime, now: datetime) -> str:
    zone = desk.live.library.service.time_zone
    then, today = timing.local(at, zone), timing.local(now, zone)
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then.day}/{then.month} {then:%H:%M}"


def alert_phrase(alert: Alert, *, answered: bool) -> str:
    """Which phrase tells of an alert. ``answered``: a reply to what they wrote can reach them."""
    if alert.is_test:
        return "alert test"
    if alert.is_crisis:
        return "alert crisis" if answered else "alert crisis unanswered"
    return "alert new"


def alert_buttons(desk: Desk, alert: Alert) -> tuple[Button, ...]:
    """What Telegram shows below an alert."""
    return tuple(
        Button(spoken(desk, Channel.TELEGRAM, f"button {word}", {}), tap_of(alert.id, word)) for word in (ON_IT, PASS)
    )
