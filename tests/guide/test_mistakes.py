"""The page of the commonest mistakes says what ``check`` says: each is made, looked at, and mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.content import check_folder
from tests.guide.scratch import CONTENT, copy_of_content
from tests.house.tree import read

PAGE = read("docs/mistakes.md")
_FENCE = re.compile(r"```\w*\n(.*?)\n```", re.DOTALL)
TEA = "flows/tea.yaml"


class Mistake(NamedTuple):
    title: str
    file: str
    typed: str
    said: list[str]
    mended: str


def mistakes() -> list[Mistake]:
    found = []
    for section in PAGE.split("\n## ")[1:]:
        files = re.findall(r"Typed, in `([^`]+)`", " ".join(section.split()))
        blocks = _FENCE.findall(section)
        assert files, section
        assert len(blocks) == 3 * len(files), section
        for number, file in enumerate(files):
            typed, said, mended = blocks[3 * number : 3 * number + 3]
            name = file if "/" in file else f"flows/{file}"
            found.append(Mistake(section.splitlines()[0], name, typed, said.split("\n"), mended))
    return found


MISTAKES = mistakes()
FLOW: str = _FENCE.findall(PAGE)[0] + "\n"


def as_it_was(mistake: Mistake) -> str:
    return FLOW if mistake.file == TEA else (CONTENT / mistake.file).read_text(encoding="utf-8")


def test_there_are_twenty() -> None:
    assert sorted({int(mistake.title.split(".")[0]) for mistake in MISTAKES}) == list(range(1, 21))


def test_the_flow_that_the_mistakes_are_made_in_has_nothing_to_mend(tmp_path: Path) -> None:
    found = check_folder(copy_of_content(tmp_path, {TEA: FLOW})).problems
    assert [str(problem) for problem in found if problem.place.file == TEA] == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.title}: {mistake.typed.strip()[:20]}")
def test_check_says_what_the_page_says(mistake: Mistake, tmp_path: Path) -> None:
    before = as_it_was(mistake)
    assert before.count(mistake.mended) == 1, "the mended lines are those of the file"
    spoiled = before.replace(mistake.mended, mistake.typed)
    folder = copy_of_content(tmp_path, {TEA: FLOW, mistake.file: spoiled})
    by_a_test = any("the test “" in line for line in mistake.said)
    found = [
        problem for problem in check_folder(folder, tests=by_a_test).problems if problem.place.file == mistake.file
    ]
    assert [str(problem) for problem in found] == mistake.said
