"""What happens when a message could not be delivered, whether the provider refused it or the carrier did later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.provider_codes import ADDRESS_TROUBLE
from flows.effects import Purpose
from flows.errors import Meaning
from flows.model import Channel
from storage import people, sessions
from storage.statements import Db


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that reached nobody. ``meaning`` None: nobody can know whether it did."""

    outbox_id: int
    channel: Channel
    address_id: int
    purpose: Purpose
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None
    meaning: Meaning | None
    code: str


class Addressed(Protocol):
    """A message of the outbox in any of the forms that storage gives it."""

    @property
    def id(self) -> int: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def address_id(self) -> int: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def participant_id(self) -> int | None: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def alert_id(self) -> int | None: ...


def lost(message: Addressed, meaning: Meaning | None, code: str) -> Undelivered:
    """That ``message`` reached nobody, and why."""
    return Undelivered(
        outbox_id=message.id,
        channel=message.channel,
        address_id=message.address_id,
        purpose=message.purpose,
        participant_id=message.participant_id,
        staff_id=message.staff_id,
        alert_id=message.alert_id,
        meaning=meaning,
        code=code,
    )


# Called inside the unit that records the end, so that telling staff is in the same commit: it only writes.
OnUndeliverable = Callable[[Db, Undelivered, datetime], None]


def note(db: Db, undelivered: Undelivered, tell: OnUndeliverable, now: datetime) -> None:
    """Write beside the address why it cannot be reached, where that is the reason, and tell whoever must know."""
    if undelivered.meaning in ADDRESS_TROUBLE:
        people.set_trouble(db, undelivered.address_id, undelivered.meaning)
    sessions.look_now(db, [undelivered.outbox_id], now)
    tell(db, undelivered, now)
