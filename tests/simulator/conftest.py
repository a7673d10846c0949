"""The content is read once a process: it takes longer than a small world."""

from __future__ import annotations

import pytest

from bot.simulator.stock import Stock
from tests.house.tree import ROOT


@pytest.fixture(scope="session")
def stock() -> Stock:
    return Stock.read(ROOT / "content")
