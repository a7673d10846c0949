"""The real service as its own process, and what can be seen of it from outside."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import Executable, create_engine
from sqlalchemy.pool import NullPool

from tests.fakes.waiting import DEADLINE, Happenings

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT, PORTS = 20_000, 12_000
_TRIED = itertools.count(os.getpid() * 101)  # two processes that run tests begin far from each other
STARTING = 60.0  # seconds: a cold start on a busy machine, migrations included


def a_free_port() -> int:
    """One below those that outgoing connections are given: else one of them might take it before the service does."""
    for tried in _TRIED:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", FIRST_PORT + tried % PORTS))
            return int(found.getsockname()[1])
    raise AssertionError("there is always another port to try")


class Service:
    """``python -m bot run`` with these settings and no others. ``printed`` and ``logged`` are its two outputs.

    ``quick`` lifts the limit of messages a second, and changes nothing else.
    """

    def __init__(self, settings: Mapping[str, str], folder: Path, *, quick: bool = False) -> None:
        self.program = "tests.e2e.quickly" if quick else "bot"
        self.port = a_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {**settings, "PORT": str(self.port), "HOST": "127.0.0.1"}
        self.folder = folder
        self.printed: list[str] = []
        self.logged: list[str] = []
        self.happenings = Happenings()
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []

    # ------------------------------------------------------------ starting and stopping

    async def begins(self, *command: str) -> None:
        """Start the process and do not wait for it."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.program,
            *(command or ("run",)),
            cwd=ROOT,
            env={**kept, "PYTHONUNBUFFERED": "1", **self.settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(self._process.stdout, self.printed)),
            asyncio.create_task(self._read(self._process.stderr, self.logged)),
        ]

    async def starts(self, *command: str) -> None:
        """Start the process and wait until it says that it is ready."""
        await self.begins(*command)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STARTING
        pause = 0.02
        async with ClientSession(timeout=ClientTimeout(total=3)) as session:
            while not await self._is_ready(session):
                self.must_be_alive()
                assert loop.time() < deadline, f"not ready after {STARTING:g} seconds\n{self.output}"
                # nothing tells us when a port opens, so look again a little later each time
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, 0.5)

    async def _is_ready(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/ready") as answer:
                return answer.status == 200
        except (ClientError, TimeoutError):
            return False

    async def ends(self, *, seconds: float = STARTING) -> int:
        """Wait until the process has ended by itself; returns its exit code."""
        assert self._process is not None, "the service has not been started"
        code = await asyncio.wait_for(self._process.wait(), seconds)
        await asyncio.gather(*self._readers)
        self._process = None
        return code

    async def stops(self) -> int:
        """Ask it to end, as a host does, and return its exit code."""
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return await self.ends(seconds=DEADLINE)
        except TimeoutError:
            await self.is_killed()
            raise AssertionError(f"still running {DEADLINE:g} seconds after SIGTERM\n{self.output}") from None

    async def is_killed(self) -> None:
        """SIGKILL: no chance to tidy up."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self.ends()

    def must_be_alive(self) -> None:
        code = self._process.returncode if self._process is not None else None
        assert self._process is not None, f"the service is not running\n{self.output}"
        assert code is None, f"the service ended with exit code {code}\n{self.output}"

    async def _read(self, stream: asyncio.StreamReader, into: list[str]) -> None:
        async for line in stream:
            into.append(line.decode(errors="replace").rstrip("\n"))
            self.happenings.changed()

    # ------------------------------------------------------------ looking at it

    @property
    def output(self) -> str:
        """The end of what it printed and logged, for the words of a failure."""
        return "\n".join(["--- printed", *self.printed[-40:], "--- logged", *self.logged[-60:]])

    async def says(self, fragment: str, *, seconds: float = DEADLINE) -> str:
        """Wait for a line, printed or logged, that holds ``fragment``."""
        return await self.happenings.until(
            lambda: next((line for line in (*self.printed, *self.logged) if fragment in line), None),
            lambda: f"the service did not say {fragment!r}\n{self.output}",
            seconds=seconds,
        )

    async def asks(self, path: str) -> tuple[int, str]:
        """GET one of its pages."""
        async with ClientSession(timeout=ClientTimeout(total=10)) as session, session.get(self.url + path) as answer:
            return answer.status, await answer.text()

    def rows(self, query: Executable) -> Sequence[Any]:
        """Look into its database, without ever writing to it."""
        url = self.settings["DATABASE_URL"]
        if url.startswith("sqlite:///"):
            # read-only: a second writer, or a second checkpointer, is the one thing SQLite cannot have
            url = f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true"
        else:
            url = url.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url, poolclass=NullPool)
        try:
            with engine.connect() as db:
                return db.execute(query).all()
        finally:
            engine.dispose()
