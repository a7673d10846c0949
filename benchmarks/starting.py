"""From ``fingerpost run`` to the first reply, and what the service holds in memory when nothing happens.

Practice mode on a new SQLite file, as somebody who tries it out: the database is made, the content is checked, a
first "hello" is answered. Then the same again with the database there, as after every restart.

    python -m benchmarks.starting
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from benchmarks.contender import ROOT
from bot.practice.phones import NUMBERS

ROUNDS = 5
FIRST_REPLY = 2.0  # seconds
MEMORY = 150.0  # MB
IDLE = 5.0  # seconds without a message, in which the ticks have run, before memory is read
AT_MOST = 60.0
PHONE = {"phone": NUMBERS[0], "look": "sms"}


class Start(NamedTuple):
    """Seconds by the clock and of CPU until the first reply could be read; MB of memory when idle, None unless read."""

    wall: float
    cpu: float
    memory: float | None


def start(folder: Path, *, idle: float = 0.0) -> Start:
    """Start the service over ``folder`` and text it. ``idle``: how long it then rests before its memory is read."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    here = {
        "DATABASE_URL": f"sqlite:///{folder / 'fingerpost.db'}",
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "CONTENT_DIR": str(ROOT / "content"),
    }
    began = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={**kept, **here},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _first_reply(f"http://127.0.0.1:{port}", running, began)
        wall, cpu = time.perf_counter() - began, _cpu(running.pid)
        memory = None
        if idle:
            time.sleep(idle)
            memory = _memory(running.pid)
        return Start(wall, cpu, memory)
    finally:
        running.terminate()
        running.wait(AT_MOST)


def _first_reply(url: str, running: subprocess.Popen[bytes], began: float) -> None:
    """Text "hello" as soon as somebody listens, and wait until the screen of the practice phone shows the answer."""
    texted = False
    while time.perf_counter() - began < AT_MOST:
        if running.poll() is not None:
            raise RuntimeError(f"fingerpost run ended with exit code {running.returncode}")
        try:
            if not texted:
                _asked(f"{url}/practice/send", {**PHONE, "text": "hello"})
                texted = True
            shown = _asked(f"{url}/practice/messages?{urlencode(PHONE)}")
            if any(not each["mine"] for each in shown["messages"]):
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.01)
    raise TimeoutError(f"no reply in {AT_MOST:g} seconds")


def _asked(url: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    body = json.dumps(fields).encode() if fields is not None else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"})
    with urllib.request.urlopen(request, timeout=AT_MOST) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    """MB that stay in memory: the resident set."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main(rounds: int = ROUNDS) -> bool:
    """Measure and print; whether the aims were met. Only where there is /proc."""
    if not Path("/proc/self/stat").exists():
        print("Not measured here: it needs /proc.")
        return True
    first: list[Start] = []
    again: list[Start] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            first.append(start(Path(name)))
            again.append(start(Path(name), idle=0.0 if again else IDLE))
    print(f"Medians of {rounds} starts: seconds by the clock, and of CPU")
    for name, starts in (("the first start of all", first), ("every later start", again)):
        wall = statistics.median(one.wall for one in starts)
        cpu = statistics.median(one.cpu for one in starts)
        print(f"{name + ', to the first reply':44} {wall:>6.2f} {cpu:>6.2f}")
    slowest = max(statistics.median(one.wall for one in starts) for starts in (first, again))
    memory = next(one.memory for one in again if one.memory is not None)
    print(f"to the first reply: aim {FIRST_REPLY:g} seconds {'met' if slowest < FIRST_REPLY else 'MISSED'}")
    print(f"memory when idle {memory:.0f} MB: aim {MEMORY:g} MB {'met' if memory < MEMORY else 'MISSED'}")
    return slowest < FIRST_REPLY and memory < MEMORY


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
