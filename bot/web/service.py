"""What the web part needs from the rest of the bot; ``bot/app.py`` provides it, tests provide a small fake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot.config import Settings
from flows.model import Inbound
from storage.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the service is. ``ready`` is False when ticks stall, the database is away or the schema is not ours.

    ``last_tick_seconds`` and ``oldest_outbox_seconds`` are ages; None: no tick yet, nothing waiting. ``troubles`` are
    short names of what is wrong ("credentials are refused (sms)"). ``content``: whether what is saved is what is live.
    """

    ready: bool
    version: str
    release: str
    database: str
    last_tick_seconds: float | None = None
    oldest_outbox_seconds: float | None = None
    practice: bool = False
    troubles: tuple[str, ...] = ()
    content: str = "live"


class Service(Protocol):
    """The rest of the bot, seen from its front door."""

    @property
    def settings(self) -> Settings: ...

    @property
    def metrics(self) -> CollectorRegistry: ...

    async def take(self, inbound: Inbound) -> None:
        """Return once the message and all that it causes are committed. Raises StorageError when they are not."""

    async def receipt(self, receipt: Receipt) -> None:
        """Return once the receipt is committed. Raises StorageError when it is not."""

    async def health(self) -> Health: ...


SERVICE = web.AppKey("service", Service)
