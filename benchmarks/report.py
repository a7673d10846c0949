"""All measurements in a row, printed as they come, and written down as docs/benchmarks.md."""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from benchmarks import checking, paired, searching, shares, starting, sweep, webhooks
from benchmarks.contender import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
QUICK_TOWN = 3000

TOP = """\
# What it costs

`make bench` measures all of this and writes this page. CPU time is what counts: time by the clock swings with whatever
else a machine does. Figures belong together within one run; ratios are medians of rounds that took turns.

{machine}, Python {python}, {date}. All of it took {minutes:.0f} minutes.
"""


class Part(NamedTuple):
    """One measurement: a heading and what to know of it; ``run`` prints, and tells whether the aims were met."""

    heading: str
    about: str
    run: Callable[[], bool | None]


def parts(*, quick: bool) -> tuple[Part, ...]:
    rounds = 3 if quick else paired.ROUNDS
    return (
        Part(
            "A turn, beside other bots",
            "Six questions and their replies, from a webhook's bytes to the queued reply. Ours are screened for "
            "crisis, sealed, audited and committed (the engine alone only screens). The others get the same bytes, "
            "keep answers in their own way, and reply to a stub of the network; a pickle is not synced to the disk. "
            "`python -m benchmarks.paired`",
            lambda: paired.main(rounds),
        ),
        Part(
            "Where the time of a turn goes",
            "Shares of CPU by Python's profiler, which slows many small calls down more than a few large ones. "
            "Where an aim above is missed, this is why: a turn is hundreds of small calls, and no one place costs"
            " so much that the rest could stay as plain as it is. `python -m benchmarks.shares`",
            shares.main,
        ),
        Part(
            "Signed webhooks over HTTP",
            "The whole service on SQLite, answering when all is committed, beside aiohttp's hello-world. Where "
            "the share is missed: over half of ours is the durable turn, and of the rest half is reading the form"
            " and proving its signature, which Twilio's own library does. `python -m benchmarks.webhooks`",
            lambda: webhooks.main(rounds),
        ),
        Part(
            "Starting and idling",
            "From `fingerpost run` to the first reply in practice mode, which also checks the content with its tests. "
            "Where it is missed: the profile gives 45 in 100 to importing Python's modules, and 38 to that check. "
            "`python -m benchmarks.starting`",
            lambda: starting.main(1 if quick else starting.ROUNDS),
        ),
        Part("Checking a hundred flows", "`python -m benchmarks.checking`", checking.main),
        Part("Searching 50,000 sessions", "`python -m benchmarks.searching`", searching.main),
        Part(
            "Everybody due within one hour, and a cry for help amid it",
            "Where the sweep is missed: it is as flat as a turn. SQLite takes 12 in 100 of it, working out whose "
            "check-in falls due 23, the conversation 28. `python -m benchmarks.sweep`",
            lambda: sweep.main(QUICK_TOWN if quick else sweep.PEOPLE),
        ),
    )


def report(*, quick: bool) -> bool:
    """Measure everything; whether every aim was met. The page is written only where it was not ``quick``."""
    began = time.monotonic()
    met = True
    written = []
    for part in parts(quick=quick):
        print(f"\n{part.heading}\n", flush=True)
        shown = Both(sys.stdout)
        with contextlib.redirect_stdout(shown):
            met = part.run() is not False and met
        written.append(f"## {part.heading}\n{part.about}\n\n```\n{shown.kept.getvalue().strip()}\n```\n")
    if not quick:
        top = TOP.format(
            machine=machine(),
            python=platform.python_version(),
            date=f"{datetime.now(UTC):%-d %B %Y}",
            minutes=(time.monotonic() - began) / 60,
        )
        PAGE.write_text("\n".join((top, *written)), encoding="utf-8")
        print(f"\nWritten to {PAGE.relative_to(ROOT)}")
    return met


class Both(io.TextIOBase):
    """Writes on, and keeps what was written."""

    def __init__(self, on: TextIO) -> None:
        self.on = on
        self.kept = io.StringIO()

    def write(self, text: str) -> int:
        self.on.write(text)
        self.on.flush()
        return self.kept.write(text)


def machine() -> str:
    """The kind of machine; never its name."""
    model = platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        model = next(named, model)
    return f"{os.cpu_count()} cores of {model}"
