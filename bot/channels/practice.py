"""The practice channel: nothing leaves this machine. The practice phone reads the outbox from the database."""

from __future__ import annotations

from bot.channels.base import Outgoing
from flows.model import Channel


class PracticeMessenger:
    """Takes every message and sends none."""

    def __init__(self, channel: Channel = Channel.PRACTICE) -> None:
        if not channel.is_practice:
            raise ValueError(f"{channel} reaches real people")
        self.channel = channel

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def send(self, outgoing: Outgoing) -> str:
        return f"practice-{outgoing.outbox_id}"
