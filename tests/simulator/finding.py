"""Worlds with a planted bug, one seed after another, until it is found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.simulator.faults import read_kinds
from bot.simulator.oracle.findings import Broken
from bot.simulator.runs import YEAR, live
from bot.simulator.stock import Stock
from tests.simulator.planted import Bug

PEOPLE, DAYS = 8, 21
MOST = 20  # worlds


@dataclass(frozen=True, slots=True)
class Found:
    """How long it took: worlds, participant-years, and what was broken first."""

    seeds: int
    years: float
    broken: Broken


def find(bug: Bug, stock: Stock, *, most: int, first: int = 1) -> Found | None:
    """The first of its promises that breaks in up to ``most`` worlds; None where none did."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        bug.plant(monkeypatch)
        days = 0.0
        for seed in range(first, first + most):
            kinds = read_kinds(bug.faults)
            figures = live(stock, seed, people=PEOPLE, kinds=kinds, days=DAYS, only_first=bug.promises)
            days += figures.person_days
            for broken in figures.broken:
                if broken.promise in bug.promises:
                    return Found(seed - first + 1, days / YEAR, broken)
    return None
