"""Telegram: sending, and the few other calls we make.

Plain aiohttp and not python-telegram-bot's ``Bot``: its errors do not say whether the request had left, its
``BadRequest`` is a ``NetworkError``, and httpx writes URLs, which hold the token, into its log.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from bot import charts, logs
from bot.channels import http, provider_codes
from bot.channels.base import Clock, Outgoing, fitting
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.config import TelegramSettings
from flows.effects import Button
from flows.errors import OutcomeUnknown, SendError, SendFailed
from flows.model import Channel

log = logs.get_logger(__name__)

LONGEST_TEXT = 4096  # UTF-16 units
LONGEST_CAPTION = 1024
ROW_LETTERS = 24  # about what fits side by side on a narrow phone
ROW_BUTTONS = 6


class TelegramMessenger:
    """Calls the Bot API; ``open`` first, ``close`` last."""

    channel = Channel.TELEGRAM

    def __init__(self, settings: TelegramSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = http.open_session()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send the message once; Telegram's id for it. Raises SendFailed or OutcomeUnknown."""
        drawn = await self._drawn(outgoing)
        if drawn is None:
            message = await self.call("sendMessage", message_fields(outgoing))
        else:
            message = await self._ask("sendPhoto", data=photo_form(outgoing, drawn))
        number = message.get("message_id") if isinstance(message, dict) else None
        if not isinstance(number, int):
            raise OutcomeUnknown("a message without a message_id")
        return str(number)

    async def _drawn(self, outgoing: Outgoing) -> bytes | None:
        """The picture to send; None where there is none, or it cannot be drawn: the words say the same."""
        if outgoing.picture is None:
            return None
        try:
            return await asyncio.to_thread(charts.draw, outgoing.picture)
        except Exception as error:
            log.error("picture.not_drawn", outbox=outgoing.outbox_id, exc_info=error)
            return None

    async def answer_tap(self, callback_id: str) -> bool:
        """Stop the button spinning. Best effort: a tap too old to answer changes nothing, so it only says whether."""
        try:
            await self.call("answerCallbackQuery", {"callback_query_id": callback_id}, seconds=5)
        except SendError:
            return False
        return True

    async def get_updates(self, offset: int | None, wait_seconds: int) -> list[Any]:
        """Updates from ``offset`` on, waiting up to ``wait_seconds`` for one. Asking confirms all before ``offset``."""
        fields: dict[str, Any] = {"timeout": wait_seconds, "limit": 100, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            fields["offset"] = offset
        updates = await self.call("getUpdates", fields, seconds=wait_seconds + http.ANSWER_SECONDS)
        return updates if isinstance(updates, list) else []

    async def set_webhook(self, url: str) -> None:
        """Have updates brought to ``url``, with our secret on each."""
        await self.call(
            "setWebhook",
            {"url": url, "secret_token": self._settings.webhook_secret, "allowed_updates": list(ALLOWED_UPDATES)},
        )

    async def drop_webhook(self) -> None:
        """Polling needs that no webhook is set. What waits at Telegram is kept."""
        await self.call("deleteWebhook", {"drop_pending_updates": False})

    async def call(self, method: str, fields: Mapping[str, Any], seconds: float | None = None) -> Any:
        """Call one method; its ``result``. Raises SendFailed when refused, OutcomeUnknown when nobody can know."""
        return await self._ask(method, seconds, json=dict(fields))

    async def _ask(self, method: str, seconds: float | None = None, **request: Any) -> Any:
        if self._session is None:
            raise RuntimeError("open() comes before any call")
        url = f"{self._settings.api_url}/bot{self._settings.token}/{method}"
        answer = await http.ask(self._session, "POST", url, self._clock, seconds=seconds, **request)
        body = answer.body
        if answer.took_it:
            if body is None or body.get("ok") is not True:
                raise OutcomeUnknown(f"{answer.status} without ok")
            return body.get("result")
        if body is None and provider_codes.is_gateway_silence(answer.status):
            raise OutcomeUnknown(str(answer.status))
        raise self._refusal(answer)

    def _refusal(self, answer: http.Answered) -> SendFailed:
        body = answer.body or {}
        meaning = provider_codes.of_telegram(answer.status, str(body.get("description", "")))
        parameters = body.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        at = answer.retry_at
        if isinstance(wait, int) and wait >= 0:
            at = self._clock() + min(timedelta(seconds=wait), http.LONGEST_HOLD)
        return SendFailed(meaning, str(answer.status), at)


def message_fields(outgoing: Outgoing) -> dict[str, Any]:
    """The fields of sendMessage. Links get no preview: a shared phone should not show more than the words."""
    fields: dict[str, Any] = {
        "chat_id": int(outgoing.address) if outgoing.address.lstrip("-").isdecimal() else outgoing.address,
        "text": fitting(outgoing.text, LONGEST_TEXT, unit_bytes=2),
        "link_preview_options": {"is_disabled": True},
    }
    if outgoing.picture is not None:
        fields["entities"] = [_covered(fields["text"])]  # it could not be drawn, and its words are as private
    if outgoing.buttons:
        fields["reply_markup"] = _keyboard(outgoing.buttons)
    return fields


def _covered(text: str) -> dict[str, Any]:
    """Telegram shows these words once they are tapped."""
    return {"type": "spoiler", "offset": 0, "length": len(text.encode("utf-16-le")) // 2}


def photo_form(outgoing: Outgoing, drawn: bytes) -> aiohttp.FormData:
    """The form of sendPhoto. Picture and words come covered, also in the notification: a tap of the person's shows
    them."""
    caption = fitting(outgoing.text, LONGEST_CAPTION, unit_bytes=2)
    form = aiohttp.FormData()
    form.add_field("chat_id", outgoing.address)
    form.add_field("caption", caption)
    form.add_field("caption_entities", json.dumps([_covered(caption)]))
    form.add_field("has_spoiler", "true")
    form.add_field("photo", drawn, filename="picture.png", content_type="image/png")
    if outgoing.buttons:
        form.add_field("reply_markup", json.dumps(_keyboard(outgoing.buttons)))
    return form


def _keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": b.label, "callback_data": b.data} for b in row] for row in rows(buttons)]}


def rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Buttons in rows, in order: short labels side by side, a long one on a row of its own."""
    laid: list[list[Button]] = []
    for button in buttons:
        row = [*laid[-1], button] if laid else []
        # Telegram gives the buttons of a row the same width
        if row and len(row) <= ROW_BUTTONS and len(row) * (max(len(b.label) for b in row) + 2) <= ROW_LETTERS:
            laid[-1] = row
        else:
            laid.append([button])
    return laid
