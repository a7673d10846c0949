"""The content that ships, read once a process: reading it takes longer than most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.content import Checked, check_folder

CONTENT = Path(__file__).resolve().parents[1] / "content"


@cache
def shipped() -> Checked:
    """As a service runs it. ``fingerpost check`` tries that its own conversations go as written."""
    found = check_folder(CONTENT, tests=False)
    assert found.conversation is not None, found.errors
    return found
