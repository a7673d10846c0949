"""The reference of steps: a page for every kind, as the program makes it, with flows that work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.editor import step_pages
from flows.pages import NOTES
from flows.reading.registry import KINDS
from flows.wording import Level
from tests.guide.scratch import problems_with
from tests.house.tree import ROOT

STEPS = ROOT / "docs" / "steps"
EXAMPLES = sorted((STEPS / "examples").glob("*/*.yaml"))


def test_the_pages_are_as_the_program_writes_them() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in STEPS.glob("*.md")}
    assert kept == step_pages(STEPS), "they are out of date: run .venv/bin/fingerpost schema --pages docs/steps"


def test_every_kind_of_step_has_notes_and_nothing_else_has() -> None:
    assert set(NOTES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_has_a_whole_flow_that_uses_it(kind: str) -> None:
    flows = [path.read_text(encoding="utf-8") for path in EXAMPLES if path.parent.name == kind]
    assert flows
    assert all(re.search(rf"^ *- {kind}:", flow, re.MULTILINE) for flow in flows)


def test_every_flow_of_the_reference_passes_check_and_its_own_conversations(tmp_path: Path) -> None:
    flows = {f"flows/{path.name}": path.read_text(encoding="utf-8") for path in EXAMPLES}
    found = problems_with(tmp_path, flows, tests=True)
    assert [str(problem) for problem in found if problem.place.file in flows or problem.level is Level.ERROR] == []


def test_every_flow_of_the_reference_has_a_test() -> None:
    assert [path.name for path in EXAMPLES if "\ntests:\n" not in path.read_text(encoding="utf-8")] == []
