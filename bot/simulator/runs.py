"""Many worlds, one after another or side by side, until so many years have been lived; and what they came to."""

from __future__ import annotations

import gc
import logging
import multiprocessing
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO

import structlog

from bot.simulator.oracle.findings import Broken
from bot.simulator.stock import Stock
from bot.simulator.world import Figures, World

DAYS = (30, 45, 60, 100)  # how long a world lasts: the longest see the review after twelve weeks
YEAR = 365.0


@dataclass(slots=True)
class Total:
    """What all worlds came to."""

    seeds: list[int] = field(default_factory=list)
    person_days: float = 0.0
    texts: int = 0
    sent: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    checked: Counter[int] = field(default_factory=Counter)
    crisis_waits: list[float] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    @property
    def years(self) -> float:
        return self.person_days / YEAR

    def add(self, figures: Figures) -> None:
        self.seeds.append(figures.seed)
        self.person_days += figures.person_days
        self.texts += figures.texts
        self.sent += figures.sent
        self.faults.update(figures.faults)
        self.slots.update(figures.slots)
        self.alerts.update(figures.alerts)
        self.checked.update(figures.checked)
        self.crisis_waits.extend(figures.crisis_waits)
        self.broken.extend(figures.broken)


def days_of(seed: int) -> int:
    """How many days the world of a seed lasts."""
    return Random(f"length {seed}").choice(DAYS)


@contextmanager
def quietly() -> Iterator[None]:
    """No log lines, which would be millions, and no collector, which would find nothing within one world."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
        logging.disable(logging.NOTSET)
        structlog.configure(**before)


def live(
    stock: Stock,
    seed: int,
    *,
    people: int,
    kinds: Collection[str],
    days: int | None = None,
    out: IO[str] | None = None,
    only_first: Collection[int] = (),
) -> Figures:
    """One world, from its seed."""
    with quietly():
        return World(
            seed, stock, people=people, days=days or days_of(seed), kinds=kinds, out=out, only_first=only_first
        ).run()


def live_many(
    folder: Path,
    seed: int,
    years: float,
    *,
    people: int,
    kinds: Collection[str],
    jobs: int,
    lived: Callable[[Total], bool],
) -> Total:
    """Worlds from ``seed`` on until ``years`` of participants have been lived, or ``lived`` says that it is enough."""
    total = Total()
    seeds = _enough(seed, years, people)
    if jobs == 1:
        stock = Stock.read(folder)
        for each in seeds:
            total.add(live(stock, each, people=people, kinds=kinds))
            if not lived(total):
                break
        return total
    with ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(folder,)
    ) as pool:
        for figures in pool.map(_live_one, [(each, people, frozenset(kinds)) for each in seeds]):
            total.add(figures)
            if not lived(total):
                pool.shutdown(cancel_futures=True)
                break
    return total


def _enough(seed: int, years: float, people: int) -> list[int]:
    seeds: list[int] = []
    left = years * YEAR
    while left > 0:
        seeds.append(seed + len(seeds))
        left -= days_of(seeds[-1]) * people
    return seeds


_stock: Stock | None = None


def _prepare(folder: Path) -> None:
    global _stock
    _stock = Stock.read(folder)


def _live_one(given: tuple[int, int, frozenset[str]]) -> Figures:
    seed, people, kinds = given
    assert _stock is not None
    return live(_stock, seed, people=people, kinds=kinds)
