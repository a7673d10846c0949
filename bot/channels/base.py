"""What a channel must be able to do. Its fake is small: see tests/fakes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flows.effects import Button, Purpose
from flows.model import Channel
from flows.picture import Picture

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way out, laid out for its channel. ``expires_at`` (aware UTC): of no use after that.

    ``text`` says what the ``picture`` shows: a channel that sends no pictures leaves nothing out.
    """

    outbox_id: int
    address: str
    text: str
    purpose: Purpose
    buttons: tuple[Button, ...] = ()
    expires_at: datetime | None = None
    picture: Picture | None = None


class Messenger(Protocol):
    """Sends on one channel. ``open`` comes first, ``close`` last; between them ``send`` may run many at once."""

    @property
    def channel(self) -> Channel: ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        """Send it once and return the provider's id for it.

        Raises SendFailed when it was surely not sent, OutcomeUnknown when nobody can know.
        """
        ...


_NO_LETTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def readable(text: str, longest: int = 20_000) -> str:
    """What arrived, in a form that can be stored and shown on a screen: what no keyboard makes becomes �.

    Half surrogates and NULs no database takes; escapes would move the cursor of whoever reads it in a terminal.
    """
    return _NO_LETTERS.sub("\ufffd", text[:longest])


def fitting(text: str, limit: int, unit_bytes: int = 1) -> str:
    """``text``, cut at a word when it is longer than the provider takes: half a message beats none.

    ``limit`` counts characters, or UTF-16 units where ``unit_bytes`` is 2 (as Telegram counts).
    """

    def size(piece: str) -> int:
        return len(piece.encode("utf-16-le", "surrogatepass")) // 2 if unit_bytes == 2 else len(piece)

    if size(text) <= limit:
        return text
    cut = text[: limit - 1]
    while size(cut) > limit - 1:
        cut = cut[: -max(1, (size(cut) - limit + 1) // 2)]
    at_word = re.sub(r"\s+\S*$", "", cut)
    return (at_word or cut) + "…"


def fingerprint(raw: bytes) -> str:
    """A stand-in for a missing provider id, so that a repeat of the same unreadable thing is known for one."""
    return "unread-" + hashlib.sha256(raw).hexdigest()[:40]
