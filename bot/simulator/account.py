"""What was seen from outside: who sent what and whether it was acknowledged, and what each provider was handed."""

from __future__ import annotations

from collections import defaultdict
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Leaving:
    """One call to a provider. Times are true; ``by_clock`` is what the service's own clock said."""

    outbox_id: int
    channel: str
    address: str
    purpose: str
    text: str
    at: datetime
    by_clock: datetime
    accepted_at: datetime | None = None
    end: str = ""  # "sent", "refused CODE" or "unknown", as the service learnt it; "" while under way, or it died
    wait_until: datetime | None = None  # the provider asked for that
    carried: str = ""  # what the carrier made of it: "delivered" or "undelivered"


@dataclass(slots=True)
class Texted:
    """Something that somebody sent. ``acknowledged_at`` is when the provider was told that it is safe."""

    channel: str
    provider_id: str
    address: str
    text: str
    at: datetime
    acknowledged_at: datetime | None = None
    acknowledged: int = 0  # how often: repeats are acknowledged too
    lost: bool = False  # the provider gave up


CALL: ContextVar[Leaving | None] = ContextVar("call", default=None)
"""The call that a messenger is making: how a provider knows which of ours it has taken."""


@dataclass(slots=True)
class Account:
    """Everything seen so far."""

    calls: dict[int, list[Leaving]] = field(default_factory=lambda: defaultdict(list))  # by outbox id
    to: dict[str, list[Leaving]] = field(default_factory=lambda: defaultdict(list))  # by address
    texts: dict[tuple[str, str], Texted] = field(default_factory=dict)
    of: dict[str, list[Texted]] = field(default_factory=lambda: defaultdict(list))  # by address
    up_since: datetime | None = None  # of the service; None while it is down
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)  # when it was down, from and until
    disturbed_at: dict[str, datetime] = field(default_factory=dict)  # channel → its provider last ailed

    def leaves(self, call: Leaving) -> None:
        self.calls[call.outbox_id].append(call)
        self.to[call.address].append(call)

    def texted(self, text: Texted) -> None:
        self.texts[text.channel, text.provider_id] = text
        self.of[text.address].append(text)

    def heard_from(self, address: str, since: datetime, until: datetime) -> bool:
        """Whether anything from there was acknowledged between the two."""
        return any(
            text.acknowledged_at is not None and since <= text.acknowledged_at <= until for text in self.of[address]
        )
