"""Bugs planted in the real code, one at a time: the simulator finds each, by a promise that it breaks."""

from __future__ import annotations

import pytest

from bot.simulator.stock import Stock
from tests.house.tree import ROOT
from tests.simulator.finding import MOST, Found, find
from tests.simulator.planted import BUGS, Bug

# found in the first world, each by another promise
QUICK = (
    "the inbox forgets that an id is unique",
    "a webhook is answered before the commit",
)
PROOF = ROOT / "docs" / "proof.md"


def row(bug: Bug, found: Found) -> str:
    """As it stands in docs/proof.md."""
    return f"| {bug.name} | {bug.faults} | {found.broken.promise} | {found.seeds} | {found.years:.1f} |"


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.name in QUICK], ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, stock: Stock) -> None:
    assert find(bug, stock, most=3) is not None


def test_there_are_twenty_bugs_and_each_is_in_the_proof() -> None:
    written = PROOF.read_text(encoding="utf-8")
    assert len(BUGS) >= 20
    assert [bug.name for bug in BUGS if f"| {bug.name} |" not in written] == []


@pytest.mark.prove
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_planted_bug_is_found(bug: Bug, stock: Stock) -> None:
    found = find(bug, stock, most=MOST)
    assert found is not None
    print(row(bug, found))
    # how many worlds it takes moves with the program and its content; which promises it breaks does not
    assert found.broken.promise in bug.promises
