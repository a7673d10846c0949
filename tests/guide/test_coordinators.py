"""The coordinators' guide is true: its fifteen minutes go as written, and what it shows can be typed."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import content as checking
from bot.cli.commands import cli
from bot.content import check_folder
from flows.wording import Level
from tests.guide.blocks import Block, blocks, goes_like, typed
from tests.guide.scratch import CONTENT, copy_of_content
from tests.house.tree import read

GUIDE = read("docs/coordinators.md")
WALK = "## Fifteen minutes"
LESSON = WALK + GUIDE.split(WALK)[1].split("\n## ")[0]
NEW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SHOWN = [block for block in blocks(GUIDE.replace(LESSON, "")) if block.language == "yaml"]


# ---------------------------------------------------------------- fifteen minutes


@pytest.mark.parametrize(
    ("said", "shown", "like"),
    [
        ("a\nb\n", "a\nb", True),
        ("a\nb\n", "a", False),
        ("a\nb\nc\n", "a\n…\nc", True),
        ("a\nc\n", "a\n…\nc", True),
        ("30 files.\n", "… files.", True),
        ("30 files.\nmore\n", "… files.", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(said: str, shown: str, like: bool) -> None:
    assert goes_like(said, shown) is like


def test_the_fifteen_minutes_go_as_the_guide_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_of_content(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checking, "clock", lambda: NEW)  # the helplines of the samples grow old, and check says so
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'lesson.db'}")
    file = tmp_path / Path(re.search(r"`(content/flows/[\w-]+\.yaml)`", LESSON)[1])  # type: ignore[index]
    find: str | None = None
    did = 0
    for block in blocks(LESSON):
        if block.language == "console":
            assert find is None
            did += 1
            _type(block)
        elif block.language == "yaml" and find is None:
            find = block.text
        elif block.language == "yaml":
            text = file.read_text(encoding="utf-8")
            assert text.count(find or "") == 1, f"nobody finds this in {file.name}: {find}"
            file.write_text(text.replace(find or "", block.text), encoding="utf-8")
            find = None
    assert did >= 9


def _type(block: Block) -> None:
    entry = typed(block)
    done = CliRunner().invoke(cli, shlex.split(entry.command), input="".join(f"{line}\n" for line in entry.lines))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    said = done.output.rstrip("\n") + "\n"
    assert goes_like(said, entry.shows), f"fingerpost {entry.command} says:\n{said}\nand not:\n{entry.shows}"


# ---------------------------------------------------------------- everything else that it shows


def file_of(block: Block) -> str:
    first = block.text.split("\n")[0]
    named = re.fullmatch(r"# ([\w./-]+\.yaml)", first)
    assert named is not None, f"the first line of this says which file it goes into: {first}"
    return named[1]


def test_what_the_guide_shows_passes_check_when_it_is_typed(tmp_path: Path) -> None:
    """A block goes into the file that its first line names: a flow of its own, or more of a file that is there."""
    changed: dict[str, str] = {}
    for block in SHOWN:
        name = file_of(block)
        there = (CONTENT / name).read_text(encoding="utf-8") if (CONTENT / name).is_file() else ""
        changed[name] = changed.get(name, there) + "\n" + block.text + "\n"
    assert {"flows/lift-home.yaml", "translations/cy/lift-home.yaml"} <= set(changed)
    assert len(changed) >= 4
    found = check_folder(copy_of_content(tmp_path, changed)).problems
    assert [str(each) for each in found if each.level is Level.ERROR or "lift-home" in each.place.file] == []


def test_the_guide_names_every_file_of_the_folder() -> None:
    table = GUIDE.split("## The folder")[1].split("\n## ")[0]
    named = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    files = [path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*") if path.is_file()]
    seen = [file for file in files if not file.startswith(".")]
    assert [file for file in seen if not any(file.startswith(name) for name in named)] == []
    assert [name for name in named if not any(file.startswith(name) for file in seen)] in ([], ["translations/"])
