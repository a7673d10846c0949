"""twilio-python and python-telegram-bot, pointed at the fakes: clients that know nothing of us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.fakes.telegram import TOKEN, TelegramFake
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, TwilioFake

SAM = "+447700900123"
KIM = "+447700900456"
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="7:yes"), InlineKeyboardButton("No", callback_data="7:no")]]
)


Result = TypeVar("Result")


class TowardsTheFake(TwilioHttpClient):  # type: ignore[misc]  # the library has no types
    """The library's own HTTP client, with the host changed."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5, pool_connections=False)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **kwargs)


class Calling:
    """The official client, on a thread of its own so that the fake can answer on this one."""

    def __init__(self, fake: TwilioFake, token: str = AUTH_TOKEN) -> None:
        self.client = Client(fake.account_sid, token, http_client=TowardsTheFake(fake.url))

    async def does(self, work: Callable[[Client], Result]) -> Result:
        return await asyncio.to_thread(work, self.client)

    async def sends(self, body: str = "How are things?", to: str = SAM, **more: object) -> Any:
        sender = {} if "messaging_service_sid" in more else {"from_": NUMBER}
        return await self.does(lambda client: client.messages.create(to=to, body=body, **sender, **more))


def a_bot(fake: TelegramFake, token: str = TOKEN) -> Bot:
    # two polls at once is one of the things tried here
    return Bot(token, base_url=f"{fake.url}/bot", get_updates_request=HTTPXRequest(connection_pool_size=2))
