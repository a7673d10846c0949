"""What a practice phone shows: every message with its parts and its price, or why it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.quantities import quantity
from flows.effects import Button
from flows.model import Channel, Look
from flows.picture import Picture
from flows.statuses import OutboxStatus
from flows.talking import sms
from storage.exchanges import Received, Written

NUMBERS = tuple(f"0770090000{last}" for last in range(1, 10))
"""Numbers kept for drama (Ofcom): no real phone has one."""

KEPT = 300  # bubbles that a phone remembers


@dataclass(frozen=True, slots=True)
class Phone:
    """One practice phone: a drama number, looking like SMS or like Telegram."""

    number: str
    look: Look = Look.SMS

    @property
    def channel(self) -> Channel:
        return Channel.PRACTICE_TELEGRAM if self.look is Look.TELEGRAM else Channel.PRACTICE

    @property
    def address(self) -> str:
        """E.164, or what a chat id looks like."""
        international = f"44{self.number.removeprefix('0')}"
        return international if self.look is Look.TELEGRAM else f"+{international}"


class State(StrEnum):
    """How a message stands."""

    SENT = "sent"
    WAITING = "waiting"  # goes in a moment
    HELD = "held"  # goes at a time
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message on the screen. ``mine``: the person sent it. ``until``: held so long; ``why`` it was not sent."""

    key: str
    mine: bool
    text: str
    at: datetime
    order: int
    buttons: tuple[Button, ...] = ()
    parts: int = 0
    state: State = State.SENT
    until: datetime | None = None
    why: str = ""
    picture: Picture | None = None


_WHY = {
    "stopped": "this phone has sent STOP.",
    "paused": "they asked for a pause.",
    "crisis": "a crisis alert is open, so the bot starts nothing.",
    "expired": "it came too late to be of use.",
    "acknowledged": "somebody has this alert already.",
    "resolved": "this alert is closed already.",
    "staff not confirmed": "this staff phone is not confirmed.",
    "unreadable": "the keys that sealed its words are gone.",
    "blocked": "this phone has blocked the bot.",
}
_FORGOTTEN = "it was deleted with all that was known of this phone."


def of_received(received: Received) -> Bubble:
    return Bubble(key=received.provider_id, mine=True, text=received.text, at=received.at, order=received.id)


def of_written(written: Written, now: datetime) -> Bubble:
    state, until, why = _standing(written, now)
    return Bubble(
        key=str(written.id),
        mine=False,
        text=written.text,
        at=written.sent_at or written.made_at,
        order=written.id,
        buttons=written.buttons,
        parts=written.parts,
        state=state,
        until=until,
        why=why,
        picture=written.picture,
    )


def _standing(written: Written, now: datetime) -> tuple[State, datetime | None, str]:
    match written.status:
        case OutboxStatus.SENT:
            return State.SENT, None, ""
        case OutboxStatus.QUEUED if written.next_at > now:
            return State.HELD, written.next_at, ""
        case OutboxStatus.QUEUED | OutboxStatus.SENDING:
            return State.WAITING, None, ""
        case OutboxStatus.UNKNOWN:
            return State.UNKNOWN, None, "the service stopped while it was on its way."
        case _:
            return State.NOT_SENT, None, _WHY.get(written.reason or "", f"{written.reason or 'no reason is kept'}.")


class Memory:
    """What each phone has on its screen. Like a real phone's: what the service forgets stays there."""

    def __init__(self) -> None:
        self._phones: dict[Phone, dict[str, Bubble]] = {}

    @property
    def phones(self) -> tuple[Phone, ...]:
        """Every phone that has been looked at."""
        return tuple(self._phones)

    def bubbles(self, phone: Phone) -> tuple[Bubble, ...]:
        """In the order of the screen."""
        return tuple(sorted(self._phones.get(phone, {}).values(), key=lambda bubble: (bubble.at, bubble.order)))

    def see(self, phone: Phone, received: Sequence[Received], written: Sequence[Written], now: datetime) -> None:
        """Take in what the store holds for a phone now."""
        known = self._phones.setdefault(phone, {})
        stored = {one.provider_id: of_received(one) for one in received}
        stored |= {str(one.id): of_written(one, now) for one in written}
        for key, bubble in known.items():
            if key not in stored and bubble.state is State.WAITING:
                # the store forgets somebody only after the last message to them has gone
                known[key] = replace(bubble, state=State.SENT)
            elif key not in stored and bubble.state is State.HELD:
                known[key] = replace(bubble, state=State.NOT_SENT, until=None, why=_FORGOTTEN)
        for key, bubble in stored.items():
            before = known.get(key)
            if before is not None and before.mine:
                # the store keeps a tap's value and not its label, so the words are known better here
                known[key] = replace(before, order=bubble.order)
            else:
                known[key] = bubble
        for key in [bubble.key for bubble in self.bubbles(phone)][:-KEPT]:
            del known[key]

    def typed(self, phone: Phone, key: str, text: str, at: datetime) -> None:
        """The person has sent this, whatever becomes of it."""
        known = self._phones.setdefault(phone, {})
        last = max((bubble.order for bubble in known.values()), default=0)
        known[key] = Bubble(key=key, mine=True, text=text, at=at, order=last + 1)


def price(parts: int, per_text: int) -> str:
    """What so many parts cost, ``per_text`` being tenths of a penny.

    >>> price(2, 40), price(1, 45), price(30, 40)
    ('8p', '4.5p', '£1.20')
    """
    tenths = parts * per_text
    if tenths >= 1000:
        return f"£{tenths / 1000:.2f}"
    return f"{tenths // 10}p" if tenths % 10 == 0 else f"{tenths / 10:.1f}p"


def cost(bubbles: Sequence[Bubble], per_text: int, look: Look) -> str:
    """What all that was sent to a phone adds up to."""
    sent = [bubble for bubble in bubbles if not bubble.mine and bubble.state is State.SENT]
    if not sent:
        return "Nothing sent yet"
    messages = quantity(len(sent), "message")
    if look is Look.TELEGRAM:
        return f"{messages}, free on Telegram"
    parts = sum(bubble.parts for bubble in sent)
    return f"{messages} in {quantity(parts, 'part')}, {price(parts, per_text)}"


def parts_and_price(bubble: Bubble, per_text: int, look: Look) -> str:
    """``1 part, 4p``; nothing for what the person sent. Where one letter makes it dearer, which."""
    if bubble.mine:
        return ""
    if look is Look.TELEGRAM:
        return "free"
    costly = sms.costly(bubble.text) if bubble.parts > 1 else ""
    why = f" (because of {costly}: only 70 letters a part)" if costly else ""
    return f"{quantity(bubble.parts, 'part')}, {price(bubble.parts, per_text)}{why}"


def day_of(at: datetime) -> str:
    """``Monday 23 November``, of a local time."""
    return f"{at:%A} {at.day} {at:%B}"


def spoken(at: datetime, *, year: bool = False) -> str:
    """``Monday 23 November, 10:05``, of a local time."""
    return f"{day_of(at)}{f' {at.year}' if year else ''}, {at:%H:%M}"
