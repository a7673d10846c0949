"""What is in the repository, as git knows it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "tests/requirements.txt", "benchmarks/requirements.txt")


@cache
def tracked() -> tuple[str, ...]:
    """Every file under version control, as a path from the root."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True
    ).stdout
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).exists()))


def python_files(*rooms: str) -> tuple[Path, ...]:
    """The tracked Python files of these top-level folders."""
    return tuple(ROOT / name for name in tracked() if name.endswith(".py") and name.split("/")[0] in rooms)


@cache
def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def words_of(*endings: str) -> dict[str, str]:
    """The text of every tracked file with one of these endings, by name."""
    return {name: read(name) for name in tracked() if name.endswith(endings)}
