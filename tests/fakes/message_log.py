"""What Twilio keeps of every message that passes through it, and how its list of them is filtered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

GSM = re.compile(r"[A-Za-z0-9 \r\n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\\[~\]|€]*")


def parts_of(body: str) -> int:
    """How many parts a text takes, near enough for the log of a fake."""
    one, more = (160, 153) if GSM.fullmatch(body) else (70, 67)
    return 1 if len(body) <= one else -(-len(body) // more)


@dataclass(slots=True)
class Message:
    """A row of the Messages resource."""

    sid: str
    body: str
    sender: str | None
    to: str
    direction: str
    status: str
    created: datetime
    sent: datetime | None = None
    updated: datetime | None = None
    service: str | None = None
    callback: str = ""
    validity: int | None = None
    error_code: int | None = None
    media: int = 0
    history: list[str] = field(default_factory=list)  # every status it has had

    def is_from(self, ago: timedelta) -> None:
        """It was sent so long before."""
        self.created -= ago
        self.sent = self.created

    def becomes(self, status: str, error_code: int | None, now: datetime) -> None:
        self.status, self.error_code, self.updated = status, error_code, now
        self.history.append(status)
        if status in ("sent", "delivered", "received") and self.sent is None:
            self.sent = now


def as_resource(message: Message, account_sid: str) -> dict[str, Any]:
    """A message as the API shows it."""
    at = f"/2010-04-01/Accounts/{account_sid}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": format_datetime(message.created),
        "date_sent": format_datetime(message.sent) if message.sent else None,
        "date_updated": format_datetime(message.updated or message.created),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": message.service,
        "num_media": str(message.media),
        "num_segments": str(parts_of(message.body)),
        "price": None,
        "price_unit": "GBP",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{at}/Media.json"},
        "to": message.to,
        "uri": f"{at}.json",
    }


def matches(message: Message, query: Mapping[str, str]) -> bool:
    """Whether a message belongs in a list with these filters. A time filter leaves out what has no time yet."""
    if query.get("To", message.to) != message.to or query.get("From", message.sender) != message.sender:
        return False
    for name, holds in (("DateSent", _same_day), ("DateSent<", _not_after), ("DateSent>", _not_before)):
        if name in query and (message.sent is None or not holds(message.sent, query[name])):
            return False
    return True


def _same_day(sent: datetime, asked: str) -> bool:
    return sent.date().isoformat() == asked[:10]


def _not_after(sent: datetime, asked: str) -> bool:
    return sent.replace(microsecond=0) <= _moment(asked, end_of_day=True)


def _not_before(sent: datetime, asked: str) -> bool:
    return sent.replace(microsecond=0) >= _moment(asked, end_of_day=False).replace(microsecond=0)


def _moment(asked: str, *, end_of_day: bool) -> datetime:
    if len(asked) == 10:
        asked += "T23:59:59Z" if end_of_day else "T00:00:00Z"
    return datetime.fromisoformat(asked.replace("Z", "+00:00"))
