"""The half of the Telegram fake that tells the bot what happened: by long polling, or by webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError

from tests.fakes.server import FakeServer, without_nothing

FIRST_UPDATE = 500_000_001
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Update = dict[str, Any]
Params = Mapping[str, Any]


class Refused(Exception):
    """Telegram says no: ``ok`` is false."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, object] | None = None) -> None:
        super().__init__(description)
        self.body = without_nothing(
            {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        )
        self.status = status


class Updates(FakeServer):
    """What the bot has not confirmed yet, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[Update] = []
        self.webhook: dict[str, Any] = {}
        self.webhook_answers: list[int | None] = []  # None: nobody answered
        self._allowed: list[str] = []
        self._everything = False
        self._next_update = FIRST_UPDATE
        self._poller: asyncio.Event | None = None  # set: the poll under way was ended by another
        self._delivering = asyncio.Lock()

    def happens(self, kind: str, body: Mapping[str, object]) -> Update:
        """Something happened that the bot is to be told of."""
        update: Update = {"update_id": self._next_update, kind: dict(body)}
        self._next_update += 1
        wanted = kind in self._allowed if self._allowed else kind not in NOT_BY_DEFAULT
        if wanted or self._everything:
            self.updates.append(update)
            self.happenings.changed()
            if self.webhook:
                self.in_background(self._deliver_all())
        return update

    def a_quiet_week_passes(self, next_update: int) -> None:
        """Nothing happens for so long that the numbers of updates go on from somewhere else, higher or lower.

        https://core.telegram.org/bots/api#update: after a week without one the next is chosen at random.
        """
        assert not self.updates, "somebody still waits"
        self._next_update = next_update

    def allow_everything(self) -> None:
        """Tell the bot of every kind of update, though it did not ask for them: an old setting may linger."""
        self._everything = True

    async def _get_updates(self, params: Params) -> list[Update]:
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
                " webhook first",
            )
        if self._poller is not None:
            self._poller.set()  # the older of two pollers is the one that loses
            self.happenings.changed()
        ended = self._poller = asyncio.Event()
        self._confirm(int(params.get("offset", 0)))
        if "allowed_updates" in params:
            self._allowed = list(params["allowed_updates"])
        try:
            await self.happenings.until(
                lambda: True if self.updates or ended.is_set() else None,
                lambda: "nothing new",
                seconds=max(float(params.get("timeout", 0)), 0.001),
            )
        except AssertionError:
            return []  # a long poll that found nothing
        finally:
            if self._poller is ended:
                self._poller = None
        if ended.is_set():
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return self.updates[: int(params.get("limit", 100))]

    def _confirm(self, offset: int) -> None:
        """Forget what lies before ``offset``; a negative one keeps that many of the newest."""
        if offset < 0:
            self.updates = self.updates[offset:]
        else:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        self.happenings.changed()

    async def everything_confirmed(self) -> None:
        """Wait until the bot has taken every update there is."""
        await self.happenings.until(
            lambda: True if not self.updates else None,
            lambda: f"{len(self.updates)} updates were not confirmed",
        )

    # ------------------------------------------------------------ the webhook

    def _set_webhook(self, params: Params) -> bool:
        url = str(params.get("url", ""))
        if url and not url.startswith("https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if params.get("drop_pending_updates"):
            self.updates.clear()
        if "allowed_updates" in params:
            self._allowed = list(params["allowed_updates"])
        self.webhook = dict(params) if url else {}
        if url:
            self.in_background(self._deliver_all())
        return True

    def _delete_webhook(self, params: Params) -> bool:
        if params.get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {}
        return True

    def _webhook_info(self, params: Params) -> dict[str, object]:
        return without_nothing(
            {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": len(self.updates),
                "allowed_updates": self._allowed or None,
                "max_connections": self.webhook.get("max_connections", 40) if self.webhook else None,
            }
        )

    async def _deliver_all(self) -> None:
        """Post the updates in order; one that is not answered with 2xx stays, with all behind it."""
        async with self._delivering:
            while self.updates and self.webhook:
                update = self.updates[0]
                status = await self.posts(update)
                if status is None or status >= 300:
                    return
                self.updates = [each for each in self.updates if each["update_id"] != update["update_id"]]
                self.happenings.changed()

    async def deliver_again(self) -> None:
        """Try the webhook again with what it did not take."""
        await self._deliver_all()

    async def posts(self, update: Update | bytes, *, secret: str | None = None) -> int | None:
        """Post one update to the webhook, with this secret or the one that was set; None: nobody answered."""
        data = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {"Content-Type": "application/json"}
        token = self.webhook.get("secret_token") if secret is None else secret
        if token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = str(token)
        try:
            async with self._calls.post(self._way(self.webhook["url"]), data=data, headers=headers) as answer:
                self.webhook_answers.append(answer.status)
        except (ClientError, TimeoutError):
            self.webhook_answers.append(None)
        self.happenings.changed()
        return self.webhook_answers[-1]
