"""One contender, in a process of its own, and what it says of every round: turns, CPU seconds, seconds by the clock.

``serve`` is the contender's end and ``Contender`` the other. They talk in lines over a pipe: a number of people in, a
``Round`` out. So rounds of several contenders are interleaved, and nobody's garbage is counted as somebody else's.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from benchmarks import six

ROOT = Path(__file__).resolve().parent.parent
BEGINS = 1_793_620_800  # seconds since 1970: a Monday morning in November, when everybody writes for the first time
A_DAY = 24 * 60 * 60


class Round(NamedTuple):
    """What a round of turns cost. ``server``: CPU seconds of a database server that is not this process."""

    turns: int
    cpu: float
    wall: float
    server: float = 0.0

    @property
    def each(self) -> float:
        """Microseconds of CPU a turn, of the contender's own process."""
        return self.cpu / self.turns * 1e6

    @property
    def server_each(self) -> float:
        return self.server / self.turns * 1e6


Hold = Callable[[Sequence[Sequence[bytes]], int], int]


def serve(hold: Hold, server_cpu: Callable[[], float] = lambda: 0.0) -> None:
    """Hold conversations until the other end closes. ``hold`` gets all updates, turn by turn, and when the first was
    sent; it returns how many replies it has queued, which must be one a turn."""
    settle_down()
    number, at = 1_000_000, BEGINS
    print("ready", flush=True)
    for line in sys.stdin:
        people = int(line)
        said = list(six.rounds_of(number, people, at))
        number += people * six.TURNS
        at += A_DAY
        cpu, wall, server = time.process_time(), time.perf_counter(), server_cpu()
        replies = hold(said, at - A_DAY)
        took = Round(people * six.TURNS, time.process_time() - cpu, time.perf_counter() - wall, server_cpu() - server)
        if replies != took.turns:
            raise AssertionError(f"{took.turns} turns, and {replies} replies")
        print(json.dumps(took), flush=True)


def settle_down() -> None:
    """The collector looks for garbage as seldom as in our service, whoever the contender is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class Contender:
    """A contender that runs. ``with`` ends it."""

    def __init__(self, name: str, python: str, module: str, *settings: str, people: int) -> None:
        self.name = name
        self.people = people  # in a round
        self.rounds: list[Round] = []
        self._process = subprocess.Popen(
            [python, "-m", module, *settings], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._ready = False

    def runs(self) -> Round:
        """One round."""
        to, of = self._process.stdin, self._process.stdout
        assert to is not None
        assert of is not None
        while not self._ready:
            self._ready = self._line() == "ready"
        to.write(f"{self.people}\n")
        to.flush()
        return Round(*json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with exit code {self._process.wait()}")
        return line.strip()

    def __enter__(self) -> Contender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)
