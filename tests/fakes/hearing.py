"""Somebody who is written to: what reached them, read in order, each message once."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes.waiting import DEADLINE, Happenings

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def _plain(text: str) -> str:
    """Without what tells two spellings of the same words apart: case, and what SMS folds."""
    return text.translate(PLAIN).casefold()


class Listener:
    """The person's side of a conversation."""

    def __init__(self, name: str, happenings: Happenings) -> None:
        self.name = name
        self.received: list[str] = []
        self._read = 0
        self._happenings = happenings

    def _reached_by(self, text: str) -> None:
        self.received.append(text)
        self._happenings.changed()

    async def says(self, text: str) -> None:
        """Write to the service."""
        raise NotImplementedError

    @property
    def unread(self) -> Sequence[str]:
        return tuple(self.received[self._read :])

    async def hears(self, fragment: str = "", *, seconds: float = DEADLINE) -> str:
        """Wait for a message that holds ``fragment`` (any message without one) and read on from there.

        Returns all that was read, up to and with that message. Letters compare without case and with plain quotes.
        """

        def look() -> int | None:
            for at in range(self._read, len(self.received)):
                if _plain(fragment) in _plain(self.received[at]):
                    return at
            return None

        found = await self._happenings.until(
            look, lambda: f"{self.name} did not hear {fragment!r} but {list(self.unread)!r}", seconds=seconds
        )
        return self._read_to(found + 1)

    async def hears_one_of(self, *fragments: str, seconds: float = DEADLINE) -> str:
        """Wait for a message that holds any of the fragments; returns what was read."""

        def look() -> int | None:
            for at in range(self._read, len(self.received)):
                if any(_plain(fragment) in _plain(self.received[at]) for fragment in fragments):
                    return at
            return None

        found = await self._happenings.until(
            look, lambda: f"{self.name} heard none of {fragments!r} but {list(self.unread)!r}", seconds=seconds
        )
        return self._read_to(found + 1)

    async def hears_all(self, *fragments: str, seconds: float = DEADLINE) -> str:
        """Wait until each of the fragments has come, in any order and in any message; returns what was read."""

        def look() -> bool | None:
            said = _plain("\n".join(self.unread))
            return all(_plain(fragment) in said for fragment in fragments) or None

        await self._happenings.until(
            look, lambda: f"{self.name} did not hear all of {fragments!r} but {list(self.unread)!r}", seconds=seconds
        )
        return self.reads_all()

    def reads_all(self) -> str:
        """Read what has come so far, without waiting."""
        return self._read_to(len(self.received))

    def _read_to(self, end: int) -> str:
        read, self._read = self.received[self._read : end], end
        return "\n".join(read)
