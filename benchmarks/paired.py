"""Fingerpost beside other bots: the same bytes, the same six questions, in one run.

Every contender is a process of its own, and their rounds take turns, so that whatever else the machine does falls on
all of them alike. What counts is CPU time a turn, and its ratio within each round; the medians are printed.

    python -m benchmarks.paired
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.contender import ROOT, Contender

PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
ROUNDS = 15
ENGINE = "engine alone, session as JSON each turn"
GROUPED = "durable, SQLite, 16 at once"
PTB = "python-telegram-bot, nothing kept"
MUTE = "… its replies not written as requests"
PICKLE = "… PicklePersistence each turn, 50 people"


class Entry(NamedTuple):
    """A contender before it runs: its module, settings, and how many people talk in a round (seven turns each)."""

    name: str
    settings: tuple[str, ...]
    people: int
    peer: bool = False


OURS = (
    Entry(ENGINE, ("benchmarks.ours", "engine"), 256),
    *(
        Entry(f"durable, {name}, {at_once} at once", ("benchmarks.ours", kind, str(at_once)), people)
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL"))
        for at_once, people in ((1, 8), (16, 64), (64, 128))
    ),
)
THEIRS = (
    Entry(PTB, ("benchmarks.peers.ptb", "memory"), 64, peer=True),
    Entry(MUTE, ("benchmarks.peers.ptb", "mute"), 64, peer=True),
    Entry(PICKLE, ("benchmarks.peers.ptb", "pickle", "50"), 50, peer=True),
    Entry("… the same, 1,000 people", ("benchmarks.peers.ptb", "pickle", "1000"), 10, peer=True),
    Entry("aiogram, nothing kept", ("benchmarks.peers.aiogram_fsm", "memory"), 32, peer=True),
    Entry("aiogram, aiogram-sqlite-storage", ("benchmarks.peers.aiogram_fsm", "sqlite"), 10, peer=True),
)

# (theirs, ours, at least so many times cheaper, and what we should like)
AIMS = ((PTB, ENGINE, 6.0, None), (PTB, GROUPED, 3.0, 6.0), (PICKLE, GROUPED, 10.0, 20.0))


class Row(NamedTuple):
    """Medians of one contender: µs of CPU and of the clock a turn, µs of its database server."""

    name: str
    cpu: float
    wall: float
    server: float


class Result(NamedTuple):
    """``ratios``: theirs over ours, by their two names, each within a round."""

    rows: list[Row]
    ratios: dict[tuple[str, str], float]


def measure(entries: Sequence[Entry], rounds: int = ROUNDS, peers: Path = PEERS) -> Result:
    """Run all of them beside each other. One round to warm up does not count."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                Contender(each.name, str(peers) if each.peer else sys.executable, *each.settings, people=each.people)
            )
            for each in entries
        ]
        for contender in running:
            contender.runs()
        for number in range(rounds):
            for place in range(len(running)):
                contender = running[(place + number) % len(running)]
                contender.rounds.append(contender.runs())
    rows = [
        Row(
            each.name,
            statistics.median(one.each for one in each.rounds),
            statistics.median(one.wall / one.turns * 1e6 for one in each.rounds),
            statistics.fmean(one.server / one.turns * 1e6 for one in each.rounds),
        )
        for each in running
    ]
    ratios = {
        (theirs.name, ours.name): statistics.median(
            one.each / other.each for one, other in zip(theirs.rounds, ours.rounds, strict=True)
        )
        for theirs in running
        for ours in running
    }
    return Result(rows, ratios)


def fdatasyncs_a_second(folder: Path) -> float:
    """How many small writes a second this disk makes durable, one after another."""
    with (folder / "synced").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(200):
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
        return 200 / (time.perf_counter() - began)


def main(rounds: int = ROUNDS) -> bool:
    """Measure and print; whether every aim was met."""
    with tempfile.TemporaryDirectory() as name:
        print(f"The disk: {fdatasyncs_a_second(Path(name)):.0f} fdatasync a second, one after another")
    found = measure((*OURS, *THEIRS), rounds)
    print(f"Medians of {rounds} rounds, a turn:   {'CPU µs':>8} {'server':>7} {'clock':>7} {'× engine':>9} {'× 16':>6}")
    for row in found.rows:
        server = f"{row.server:7.0f}" if row.server else " " * 7
        beside = (found.ratios[row.name, ours] for ours in (ENGINE, GROUPED))
        engine, grouped = (f"{ratio:.2f}" for ratio in beside)
        print(f"{row.name:41} {row.cpu:>8.1f} {server} {row.wall:>7.0f} {engine:>9} {grouped:>6}")
    told = [_told(found, *aim) for aim in AIMS]
    return all(told)


def _told(found: Result, theirs: str, ours: str, least: float, hoped: float | None) -> bool:
    ratio = found.ratios[theirs, ours]
    met = ratio >= least
    hope = "" if hoped is None else f", hoped for {hoped:g}: {'met' if ratio >= hoped else 'not yet'}"
    label = theirs.removeprefix("… ")
    print(f"{label} costs {ratio:.1f} × {ours}: aim {least:g} {'met' if met else 'MISSED'}{hope}")
    return met


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
