"""The practice page as its script uses it."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse

from tests.practice.conftest import Client


class Handset:
    """One practice phone, over HTTP. ``screen`` is what it shows."""

    def __init__(self, client: Client, number: str = "07700900001", look: str = "sms") -> None:
        self._client = client
        self._which = {"phone": number, "look": look}
        self.screen: dict[str, Any] = {}

    async def looks(self, after: str = "") -> dict[str, Any]:
        return await self._shown(await self._client.get("/practice/messages", params={**self._which, "after": after}))

    async def texts(self, *texts: str) -> dict[str, Any]:
        for text in texts:
            await self._posts("send", text=text)
        return self.screen

    async def taps(self, label: str) -> dict[str, Any]:
        """Tap the newest button of this name."""
        buttons = [button for message in self.messages for button in message["buttons"] if button["label"] == label]
        return await self._posts("tap", data=buttons[-1]["data"])

    async def waits(self, **how: Any) -> dict[str, Any]:
        return await self._posts("clock", **how)

    async def _posts(self, door: str, **fields: Any) -> dict[str, Any]:
        return await self._shown(await self._client.post(f"/practice/{door}", json={**self._which, **fields}))

    async def _shown(self, answer: ClientResponse) -> dict[str, Any]:
        state: dict[str, Any] = await answer.json()
        assert answer.status == 200, state
        if state["messages"] is not None:
            self.screen = state
        return state

    @property
    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.screen["messages"]
        return found

    @property
    def last(self) -> dict[str, Any]:
        return self.messages[-1]

    def heard(self, fragment: str) -> dict[str, Any]:
        """The newest message from the bot that holds ``fragment``."""
        found = [message for message in self.messages if not message["mine"] and fragment in message["text"]]
        assert found, f"nothing with {fragment!r} in {[message['text'] for message in self.messages]}"
        return found[-1]
