"""``fingerpost simulate``: worlds of people lived through in virtual time, and whether any promise was broken."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from bot.quantities import quantity
from bot.simulator.faults import read_kinds
from bot.simulator.runs import Total, live, live_many
from bot.simulator.stock import Stock
from flows.errors import ContentError

FIRST_LINES = 12  # of the trace before a broken promise


def simulate(
    years: float, seed: int, faults: str, people: int, trace: Path | None, jobs: int, seconds: float | None
) -> int:
    """Run, print the figures; the exit code: 1 where a promise was broken, 2 where nothing could be run."""
    try:
        kinds = read_kinds(faults)
        folder = Path(os.environ.get("CONTENT_DIR") or "content")
        began = time.monotonic()
        if trace is not None:
            total = Total()
            with trace.open("w", encoding="utf-8") as out:
                total.add(live(Stock.read(folder), seed, people=people, kinds=kinds, out=out))
        else:
            with _Bar(years, None if seconds is None else began + seconds) as bar:
                total = live_many(folder, seed, years, people=people, kinds=kinds, jobs=jobs, lived=bar.lived)
    except ValueError as error:
        typer.echo(f"simulate: {error}", err=True)
        return 2
    except ContentError as error:
        typer.echo(f"simulate: the content cannot be used. Type: fingerpost check\n{error}", err=True)
        return 2
    typer.echo(told(total, time.monotonic() - began))
    return 1 if total.broken else 0


def told(total: Total, seconds: float) -> str:
    """The figures, in lines."""
    first, last = total.seeds[0], total.seeds[-1]
    lines = [
        f"{total.years:.1f} participant-years in {quantity(len(total.seeds), 'world')} (seeds {first} to {last}), "
        f"{seconds:.0f} seconds: {total.years / max(seconds, 0.001) * 60:.1f} a minute",
        f"texts in: {total.texts}    messages out: {total.sent}",
        _counted("faults", total.faults),
        _counted("check-ins by end", total.slots),
        _counted("alerts", total.alerts),
        _counted("looked at, by promise", {str(number): total.checked[number] for number in sorted(total.checked)}),
    ]
    if total.crisis_waits:
        waits = sorted(total.crisis_waits)
        lines.append(
            f"crisis to first staff phone: median {waits[len(waits) // 2]:.1f} s, "
            f"p99 {waits[int((len(waits) - 1) * 0.99)]:.1f} s (faults included), {quantity(len(waits), 'time')}"
        )
    for broken in total.broken:
        lines.append(f"BROKEN {broken}")
        lines += [f"    {line}" for line in broken.trace[-FIRST_LINES:]]
    if not total.broken:
        lines.append("No promise was broken.")
    else:
        lines.append(f"To see it again: fingerpost simulate --seed {total.broken[0].seed} --trace trace.txt")
    return "\n".join(lines)


def _counted(name: str, counts: dict[str, int]) -> str:
    return f"{name}: " + (", ".join(f"{each} {count}" for each, count in counts.items()) or "none")


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, years: float, until: float | None) -> None:
        self._years = years
        self._until = until
        self._progress: Any = None
        self._show: Callable[[Total], None] = lambda _: None

    def lived(self, total: Total) -> bool:
        """Whether to go on."""
        self._show(total)
        return self._until is None or time.monotonic() < self._until

    def __enter__(self) -> _Bar:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            progress = self._progress = Progress(console=Console(stderr=True), transient=True)
            progress.start()
            task = progress.add_task("participant-years", total=self._years)

            def show(total: Total) -> None:
                progress.update(task, completed=total.years, description=f"{len(total.broken)} broken promises")

            self._show = show
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()
