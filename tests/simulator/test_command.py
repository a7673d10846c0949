"""``fingerpost simulate``: its figures, its trace, and what it says of a fault that there is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commands import cli
from tests.house.tree import ROOT
from tests.simulator.planted import BUGS


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("CONTENT_DIR", raising=False)
    # a world of its usual length would take a while
    monkeypatch.setattr("bot.simulator.runs.DAYS", (3,))


def test_it_prints_what_it_came_to_and_writes_the_trace(tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"

    ran = CliRunner().invoke(cli, ["simulate", "--seed", "7", "--people", "4", "--trace", str(trace)])

    assert ran.exit_code == 0, ran.output
    assert "participant-years in 1 world (seeds 7 to 7)" in ran.output
    assert "No promise was broken." in ran.output
    assert "leaves sms" in trace.read_text(encoding="utf-8")


def test_a_broken_promise_ends_it_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    next(bug for bug in BUGS if bug.promises == (1,)).plant(monkeypatch)

    ran = CliRunner().invoke(cli, ["simulate", "--seed", "7", "--people", "4", "--years", "0.01"])

    assert ran.exit_code == 1
    assert "BROKEN promise 1, seed 7" in ran.output
    assert "To see it again: fingerpost simulate --seed 7" in ran.output


def test_a_fault_that_is_not_known_is_named() -> None:
    ran = CliRunner().invoke(cli, ["simulate", "--faults", "meteor"])

    assert ran.exit_code == 2
    assert "no fault called meteor" in ran.output
