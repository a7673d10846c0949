"""A service behind the web part that only remembers, and the requests that providers make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from prometheus_client import CollectorRegistry
from twilio.request_validator import RequestValidator

from bot.config import Settings, read_settings
from bot.web.service import Health
from flows.model import Inbound
from storage.receipts import Receipt

PUBLIC_URL = "https://bot.example.org"
TWILIO_TOKEN = "the-token-that-signs"
TELEGRAM_SECRET = "a-long-secret_word-42"

BOTH = {
    "PUBLIC_URL": PUBLIC_URL,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
    "TWILIO_FROM": "+447700900000",
    "TELEGRAM_BOT_TOKEN": "123456:abc-DEF",
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
}


@dataclass
class RememberingService:
    """Takes everything; ``will_raise`` makes the next calls fail."""

    environ: Mapping[str, str] = field(default_factory=lambda: BOTH)
    taken: list[Inbound] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    will_raise: BaseException | None = None
    healthy: Health = field(
        default_factory=lambda: Health(ready=True, version="0.1.0", release="abc", database="sqlite")
    )
    look: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.metrics = CollectorRegistry()

    @property
    def settings(self) -> Settings:
        return read_settings(self.environ)

    async def take(self, inbound: Inbound) -> None:
        if self.will_raise is not None:
            raise self.will_raise
        self.taken.append(inbound)

    async def receipt(self, receipt: Receipt) -> None:
        if self.will_raise is not None:
            raise self.will_raise
        self.receipts.append(receipt)

    async def health(self) -> Health:
        self.look()
        return self.healthy


SMS = {
    "MessageSid": "SM" + "a" * 32,
    "AccountSid": "AC" + "0" * 32,
    "From": "+447700900123",
    "To": "+447700900000",
    "Body": "Hello there",
    "NumMedia": "0",
}


def signature(fields: Mapping[str, str], path: str, token: str = TWILIO_TOKEN, base: str = PUBLIC_URL) -> str:
    """As Twilio's own library computes it."""
    return str(RequestValidator(token).compute_signature(base + path, fields))


def form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()


def headers_for(fields: Mapping[str, str], path: str) -> dict[str, str]:
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(fields, path),
    }
