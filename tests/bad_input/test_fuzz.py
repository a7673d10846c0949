"""Webhooks are fuzzed: for a second with every change, for a minute by ``make prove``."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this Python or machine")


def fuzzes(seconds: int, folder: Path) -> None:
    """In a process of its own: the fuzzer changes what is imported, and ends the process by itself."""
    command = [sys.executable, "-m", "tests.bad_input.fuzz", str(seconds), str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not list(folder.glob("found-*"))


def test_no_body_of_a_webhook_raises_or_is_read_as_what_cannot_be_stored(tmp_path: Path) -> None:
    fuzzes(1, tmp_path)


@pytest.mark.prove
def test_nor_does_one_in_a_minute_of_looking(tmp_path: Path) -> None:
    fuzzes(60, tmp_path)
