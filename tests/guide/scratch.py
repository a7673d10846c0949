"""The content that ships, with some of it changed: what ``check`` says of that."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.content import check_folder
from flows.wording import Problem
from tests.house.tree import ROOT

CONTENT = ROOT / "content"


def content_files() -> dict[str, bytes]:
    """Every file of the content that ships, by its path inside the folder."""
    return {path.relative_to(CONTENT).as_posix(): path.read_bytes() for path in CONTENT.rglob("*") if path.is_file()}


def copy_of_content(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    """A copy to write in, with these files put in or replaced."""
    copy = folder / "content"
    shutil.copytree(CONTENT, copy)
    for name, text in (changed or {}).items():
        (copy / name).write_text(text, encoding="utf-8")
    return copy


def problems_with(folder: Path, changed: Mapping[str, str], *, tests: bool = False) -> tuple[Problem, ...]:
    """What is wrong once these files are changed."""
    return check_folder(copy_of_content(folder, changed), tests=tests).problems
