"""Whole worlds, lived through: no promise is broken, and the same seed tells the same story."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.simulator.faults import KINDS, read_kinds
from bot.simulator.runs import live, live_many
from bot.simulator.stock import Stock
from tests.house.tree import ROOT

YEARS = 1000  # participant-years of the long proof
RUN = """
import io, logging, sys
from pathlib import Path
from bot.simulator.faults import KINDS
from bot.simulator.runs import live
from bot.simulator.stock import Stock
out = io.StringIO()
live(Stock.read(Path("content")), 11, people=4, days=3, kinds=KINDS, out=out)
sys.stdout.write(out.getvalue())
"""


# worlds that can be lived side by side
@pytest.mark.parametrize("seed", [101, 102])
def test_no_promise_is_broken_whatever_goes_wrong(stock: Stock, seed: int) -> None:
    figures = live(stock, seed, people=6, days=7, kinds=KINDS)

    assert [str(broken) for broken in figures.broken] == []
    assert figures.texts > 20
    assert set(figures.checked) >= {1, 3, 6, 15, 16}  # what no world can do without


def test_the_same_seed_gives_the_same_trace_to_the_byte(stock: Stock) -> None:
    first = io.StringIO()
    live(stock, 11, people=4, days=3, kinds=KINDS, out=first)

    # in another process, which has lived nothing before, and whose sets are in another order
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", RUN], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    assert told.stdout == first.getvalue()
    assert len(first.getvalue().splitlines()) > 40


def test_another_seed_is_another_world_and_without_faults_none_strike(stock: Stock) -> None:
    one, other = (live(stock, seed, people=3, days=2, kinds=()) for seed in (1, 2))
    assert one.digest != other.digest
    assert (one.faults, other.faults) == ({}, {})


def test_a_fault_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no fault called meteor"):
        read_kinds("crash, meteor")


@pytest.mark.prove
def test_a_thousand_years() -> None:
    total = live_many(
        ROOT / "content", 10_000, YEARS, people=16, kinds=KINDS, jobs=os.cpu_count() or 1, lived=lambda _: True
    )
    print(f"{total.years:.0f} participant-years, faults {sum(total.faults.values())}")
    assert [str(broken) for broken in total.broken] == []


def test_the_folder_of_content_is_the_one_that_ships(stock: Stock) -> None:
    assert Path(stock.settings.content_dir) == ROOT / "content"
