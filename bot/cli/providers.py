"""Whether Telegram and Twilio answer to our credentials: one question each, answered in seconds or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.cli.findings import Finding, stop, well
from bot.config import Settings

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider's answer comes to, and its clock."""

    finding: Finding
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    status: int
    body: Mapping[str, Any]
    at: datetime | None


async def telegram(given: Settings) -> Answer | None:
    """getMe; None where Telegram is not set up."""
    if given.telegram is None:
        return None
    said = await _ask(f"{given.telegram.api_url}/bot{given.telegram.token}/getMe")
    if isinstance(said, str):
        return Answer(stop(f"Telegram does not answer ({said}).", "look at the network, and at TELEGRAM_API_URL."))
    if said.status in (401, 403, 404):
        return Answer(stop("Telegram refuses the token.", "copy TELEGRAM_BOT_TOKEN again from BotFather."), said.at)
    bot = said.body.get("result")
    if said.status != 200 or not isinstance(bot, dict):
        return Answer(stop(f"Telegram answers strangely (status {said.status}).", "try again in a minute."), said.at)
    return Answer(well(f"Telegram knows this bot as @{bot.get('username', '?')}."), said.at)


async def twilio(given: Settings) -> Answer | None:
    """The account; None where Twilio is not set up."""
    if given.twilio is None:
        return None
    url = f"{given.twilio.api_url}/2010-04-01/Accounts/{quote(given.twilio.account, safe='')}.json"
    said = await _ask(url, aiohttp.encode_basic_auth(given.twilio.account, given.twilio.token))
    if isinstance(said, str):
        return Answer(stop(f"Twilio does not answer ({said}).", "look at the network, and at TWILIO_API_URL."))
    if said.status in (401, 403, 404):
        cure = "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN again from Twilio's console."
        return Answer(stop("Twilio refuses the account or its token.", cure), said.at)
    if said.status != 200:
        return Answer(stop(f"Twilio answers strangely (status {said.status}).", "try again in a minute."), said.at)
    status = said.body.get("status", "active")
    if status != "active":
        return Answer(stop(f"The Twilio account is {status}.", "see to it in Twilio's console."), said.at)
    return Answer(well("Twilio opens the account."), said.at)


async def _ask(url: str, authorization: str = "") -> _Said | str:
    """The answer, or the kind of error; never its words, which may hold the URL and so the token."""
    headers = {"Authorization": authorization} if authorization else {}
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            at = None
            with contextlib.suppress(ValueError):
                at = parsedate_to_datetime(response.headers.get("Date", ""))
            body: Any = None
            with contextlib.suppress(ValueError):
                body = await response.json(content_type=None)
            return _Said(response.status, body if isinstance(body, dict) else {}, at)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return type(error).__name__
