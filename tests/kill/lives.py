"""The lives that ``tests/kill/mother.py`` forks, seen from the test that ends them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from tests.e2e.service import ROOT


class Mother:
    """The process that forks lives, and the one that is alive."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.child = 0
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Mother:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kill.mother",
            cwd=ROOT,
            env={**kept, **self.settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        if process.returncode is None and self.child:
            os.kill(self.child, signal.SIGKILL)
        await process.wait()

    async def bears(self, last_step: int) -> None:
        """A new life, to be killed at this step (0: it may live)."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{last_step}\n".encode())
        await self._process.stdin.drain()
        self.child = int((await self._line("born"))[1])

    async def buries(self) -> int:
        """Wait until the life is over; how it ended."""
        code = int((await self._line("gone"))[1])
        self.child = 0
        return code

    async def _line(self, first: str) -> list[str]:
        assert self._process is not None
        assert self._process.stdout is not None
        words = (await self._process.stdout.readline()).decode().split()
        assert words[:1] == [first], f"expected {first}, read {words}"
        return words
