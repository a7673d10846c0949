"""What somebody found hard who had read only the guide, and what was changed: it stays so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import content as checking
from bot.cli.commands import cli
from bot.cli.translations import report
from flows.checking.static import check_library
from flows.diffing import compare
from flows.reading.library import read_library
from tests.guide.scratch import content_files, copy_of_content, problems_with

QUIZ = """flow: quiz
words: quiz
no_reply:
  close: 48 hours
steps:
  - ask: Will you come on Friday? Y or N
    save: coming
    answer: yes or no
  - say: Thanks.
tests:
  - name: comes
    talk: |
      > quiz
      < asks comming
"""


def said(folder: Path, flow: str) -> list[str]:
    return [str(problem) for problem in problems_with(folder, {"flows/quiz.yaml": flow}, tests=True)]


def test_a_flow_without_no_reply_is_told_both_lines_that_it_needs(tmp_path: Path) -> None:
    """Told only ``add close: 48 hours``, the reader put it below the question."""
    found = said(tmp_path, QUIZ.replace("no_reply:\n  close: 48 hours\n", ""))
    assert any("no_reply: and, set in below it, close: 48 hours" in line for line in found)


def test_a_test_that_goes_another_way_is_told_in_one_line(tmp_path: Path) -> None:
    """The choices of the question stood on lines of their own, and ten faults looked like forty."""
    flow = QUIZ.replace("    answer: yes or no\n", "    choices:\n      - choice: Sure\n      - choice: Not now\n")
    [line] = [line for line in said(tmp_path, flow) if "goes another way" in line]
    assert "It asks coming: Will you come on Friday? Y or N / 1 Sure / 2 Not now Fix:" in line


def test_a_flow_whose_tests_are_out_of_date_can_be_talked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who had changed a question could not see the talk until every test of the folder was mended."""
    copy_of_content(tmp_path, {"flows/quiz.yaml": QUIZ})
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["chat", "quiz"], input="yes\n")
    assert "< Thanks." in done.output


def test_a_schedule_that_changed_is_told_as_it_is_written() -> None:
    """``rhythm is changed`` said neither from what nor to what."""
    old = content_files()
    new = {**old, "schedules.yaml": old["schedules.yaml"].replace(b"every: week\n", b"every: 2 weeks\n")}
    before, after = (read_library(files).library for files in (old, new))
    assert before is not None
    assert after is not None
    assert [str(change) for change in compare(before, after)] == [
        "schedules: weekly check-in, comes every 2 weeks, not every week"
    ]


def test_one_good_file_among_broken_ones_is_not_called_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``All is well`` was said of the one file that was asked for, while nothing could go live."""
    copy = copy_of_content(tmp_path, {"flows/quiz.yaml": QUIZ.replace("save: coming", "saev: coming")})
    monkeypatch.setattr(checking, "clock", lambda: datetime(2026, 11, 23, 10, tzinfo=UTC))
    done = CliRunner().invoke(cli, ["check", str(copy / "flows" / "menu.yaml")])
    assert done.output == "1 file checked. Nothing to mend here. In other files: 1 more; type fingerpost check.\n"


BLANKS = [
    ("Hi ((alert by)).", "near ((alert by)). Fix: type ((alert.by))"),
    ("Hi ((nick name)), well?", "near ((nick name)), well?. Fix: type ((nick_name))"),
    ("Hi (( group.day) then.", "near (( group.day) then. Fix: type ((group.day))"),
    ("Hi nickname)).", "near )). Fix: write it like ((nickname))."),
]


@pytest.mark.parametrize(("words", "told"), BLANKS)
def test_a_blank_that_is_not_whole_is_told_what_was_meant(words: str, told: str) -> None:
    """``((alert by))..`` ended in two stops, and said ``write it like ((nickname))``."""
    files = {**content_files(), "flows/quiz.yaml": QUIZ.replace("Thanks.", words).encode()}
    found = [str(problem) for problem in read_library(files).problems if problem.code == "blank"]
    assert [line.partition("whole ")[2] for line in found] == [told]


def test_one_word_that_changed_its_meaning_is_told_once_a_language() -> None:
    """One word gave twenty-two lines: one for each translation that teaches it."""
    files = content_files()
    words = files["safety/words.yaml"].replace(b"menu: MENU", b"menu: MENUS")
    found = check_library(read_library({**files, "safety/words.yaml": words}))
    told = [problem for problem in found if problem.code == "taught word" and "translations/cy/" in str(problem)]
    assert len(told) <= 2, [str(problem) for problem in told]


def test_what_was_written_already_is_not_told_to_be_written(tmp_path: Path) -> None:
    copy = copy_of_content(tmp_path, {"flows/quiz.yaml": QUIZ.replace("comming", "coming")})
    lines = [report(copy, "cy", write=write)[0] for write in (False, True)]
    fixes = [[p.fix for p in found if p.place.file == "translations/cy/quiz.yaml"] for found in lines]
    assert fixes == [
        ["fingerpost check --translations cy --write puts the English there."],
        ["write the words after each cy: that is still empty."],
    ]
