"""Reading Twilio's own log of messages: what became of one of ours, and what people sent us.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from flows.model import Inbound

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as Twilio lists it: what became of one whose sending ended unknown."""

    provider_id: str
    status: str
    code: int | None


class Arrived(NamedTuple):
    """What people sent, oldest first, and the ``numbers`` they sent it to, as far as they are known to be ours."""

    inbound: tuple[Inbound, ...]
    numbers: frozenset[str]


def ours_among(messages: Iterable[object], words: str, since: datetime) -> tuple[Listed, ...]:
    """Our own messages of these ``words``, made after ``since``; oldest first."""
    found = [m for m in messages if isinstance(m, dict) and _is_ours(m, words, since)]
    return tuple(
        Listed(str(m["sid"])[:80], str(m.get("status", "")), code(m.get("error_code")))
        for m in sorted(found, key=lambda m: made_at(m) or since)
        if m.get("sid")
    )


def _is_ours(message: Resource, words: str, since: datetime) -> bool:
    made = made_at(message)
    return (
        str(message.get("direction", "")).startswith("outbound")
        and str(message.get("body", "")).strip() == words
        # Twilio dates to the second, and its clock is not ours
        and (made is None or made >= since - timedelta(seconds=5))
    )


def numbers_of(messages: Iterable[object], service: str) -> frozenset[str]:
    """The numbers of a messaging service, from what it has sent and been sent. Nothing else tells them."""
    found: set[str] = set()
    for message in messages:
        if service and isinstance(message, dict) and message.get("messaging_service_sid") == service:
            number = message.get("to" if message.get("direction") == "inbound" else "from")
            if isinstance(number, str) and number:
                found.add(number)
    return frozenset(found)


def texts_among(
    messages: Iterable[object], numbers: Collection[str]
) -> Iterator[tuple[dict[str, str], datetime | None]]:
    """What was sent to ``numbers``: the fields of the webhook that should have brought it, and when that was."""
    for message in messages:
        if isinstance(message, dict) and message.get("direction") == "inbound" and message.get("to") in numbers:
            names = {"MessageSid": "sid", "From": "from", "To": "to", "Body": "body", "NumMedia": "num_media"}
            yield {ours: str(message.get(theirs) or "") for ours, theirs in names.items()}, made_at(message)


def made_at(message: Resource) -> datetime | None:
    """``date_created``: RFC 2822, GMT."""
    try:
        at = parsedate_to_datetime(str(message.get("date_created", "")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def code(value: object) -> int | None:
    """An error code of Twilio's; None for none, or for something else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
