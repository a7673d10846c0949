"""Telegram as far as the service can see it: updates to be fetched and confirmed, and chats to be written to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.simulator.account import CALL, Leaving, Texted
from bot.simulator.wires import Reply, carry

if TYPE_CHECKING:
    from bot.simulator.world import World

KEPT = timedelta(hours=24)  # how long an update waits to be fetched


class ChatProvider:
    """The Bot API."""

    channel = "telegram"

    def __init__(self, world: World) -> None:
        self.world = world
        self.blocked: set[str] = set()
        self._updates: list[tuple[int, dict[str, Any], Texted]] = []
        self._next = world.chance.randrange(10**6)
        self._messages = 0
        self._news: asyncio.Future[None] | None = None

    async def answer(self, _method: str, url: str, request: Mapping[str, Any], /) -> Reply:
        world, call, fields = self.world, CALL.get(), request["json"]
        what = url.rsplit("/", 1)[1]
        if what == "getUpdates":
            return await self.updates(fields.get("offset"))
        if what == "sendMessage":
            return await carry(world.weather, "telegram", lambda: self.take(fields, call), self.throttle, self.latency)
        return Reply(200, {"ok": True, "result": True})

    def latency(self) -> float:
        return self.world.chance.uniform(0.03, 0.4)

    def throttle(self) -> Reply:
        wait = self.world.chance.choice((1, 3, 10, 40, 300))
        body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": wait}}
        return Reply(429, body)

    def take(self, fields: Mapping[str, Any], call: Leaving | None) -> Reply:
        world, chat = self.world, str(fields["chat_id"])
        if chat in self.blocked:
            words = "Forbidden: bot was blocked by the user"
            return Reply(403, {"ok": False, "error_code": 403, "description": words})
        self._messages += 1
        if call is not None:
            call.accepted_at = world.clock.true()
            call.carried = "delivered"
        world.trace.add("chat taken", chat, call.outbox_id if call else "?", fields["text"][:60].replace("\n", "/"))
        keyboard = fields.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((each["text"], each["callback_data"]) for row in keyboard for each in row)
        world.later(world.chance.uniform(0.5, 2), world.hears, "telegram", chat, fields["text"], buttons)
        return Reply(200, {"ok": True, "result": {"message_id": self._messages}})

    # ------------------------------------------------------------ what people send

    def texts(self, chat: str, body: str, tap: str = "") -> None:
        """A message in a chat, or a tap on a button."""
        who: dict[str, Any] = {"id": int(chat), "is_bot": False, "first_name": "x"}
        where: dict[str, Any] = {"id": int(chat), "type": "private"}
        if tap:
            update: dict[str, Any] = {
                "callback_query": {"id": f"q{self._next}", "from": who, "data": tap, "message": {"chat": where}}
            }
        else:
            at = int(self.world.clock.true().timestamp())
            update = {"message": {"message_id": self._next, "date": at, "chat": where, "from": who, "text": body}}
        self.arrives(chat, tap or body, update)

    def leaves(self, chat: str, *, back: bool = False) -> None:
        """Somebody blocks the bot, or unblocks it."""
        (self.blocked.discard if back else self.blocked.add)(chat)
        old, new = ("kicked", "member") if back else ("member", "kicked")
        change: dict[str, Any] = {"chat": {"id": int(chat), "type": "private"}, "from": {"id": int(chat)}}
        states = {"old_chat_member": {"status": old}, "new_chat_member": {"status": new}}
        self.arrives(chat, "", {"my_chat_member": change | states})

    def arrives(self, chat: str, said: str, update: dict[str, Any]) -> None:
        self._next += 1
        text = Texted("telegram", str(self._next), chat, said, self.world.clock.true())
        self.world.account.texted(text)
        self.world.trace.add("chat", chat, self._next, said)
        self._updates.append((self._next, {"update_id": self._next, **update}, text))
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def updates(self, offset: int | None) -> Reply:
        """A long poll. It waits until there is something: an empty answer would only be asked again."""
        world = self.world
        if world.weather.strikes("polling loss"):
            await asyncio.sleep(25)
            raise TimeoutError
        now = world.clock.true()
        if offset is not None:
            for number, _, text in self._updates:
                if number < offset:
                    world.acknowledged(text)
            self._updates = [each for each in self._updates if each[0] >= offset]
        for each in [each for each in self._updates if now - each[2].at > KEPT]:
            each[2].lost = not each[2].acknowledged
            self._updates.remove(each)
        while not self._updates:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        await asyncio.sleep(self.latency())
        found = [update for _, update, _ in self._updates[:100]]
        if len(found) > 1 and world.weather.strikes("inbound reordered"):
            found.reverse()
        if world.weather.strikes("inbound repeated"):
            found = found * 2
        return Reply(200, {"ok": True, "result": json.loads(json.dumps(found))})
