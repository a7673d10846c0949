"""``fingerpost check``: what it shows, what it leaves with, and what --fix writes."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import content
from bot.cli.commands import cli
from bot.content import read_files
from tests.reading.folder import WHOLE

FLOW = """\
flow: talk
no_reply:
  close: 24 hours

steps:
  - ask: Well? Y or N   # kept
    save: well
    answer: yes or no
  - say: Thanks.

tests:
  - name: well
    talk: |
      < asks well
      > y
      < Thanks
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder in which nothing is wrong, in a program that starts no flow by itself."""
    monkeypatch.setattr(content, "STARTED_BY_US", ())
    for name, text in {**WHOLE, "flows/talk.yaml": FLOW.replace("   # kept", "")}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


def flow_of(folder: Path, text: str) -> Path:
    path = folder / "flows" / "talk.yaml"
    path.write_bytes(text.encode())
    return path


def test_nothing_wrong_is_said_and_left_with_0(folder: Path) -> None:
    done = check(folder)
    assert done.stdout == "11 files checked. All is well.\n"
    assert done.exit_code == 0


def test_a_warning_is_left_with_0_and_an_error_with_1(folder: Path) -> None:
    flow_of(folder, FLOW)
    done = check(folder)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "11 files checked: 1 to look at.")
    flow_of(folder, FLOW.replace("save: well", "saev: well"))
    done = check(folder)
    assert done.exit_code == 1
    assert "flows/talk.yaml:7:5  E  ask: has no setting saev: Fix: did you mean save?" in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no", "There is no folder {}. Name one that there is."),
        ("flows/tlak.yaml", "There is no file {}. Name one that there is."),
        ("notes.txt", "{} lies in no content folder: no folder above it holds a service.yaml."),
    ],
)
def test_what_is_not_there_is_named_and_left_with_2(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    done = check(tmp_path / name)
    assert (done.exit_code, done.stderr) == (2, said.format(tmp_path / name) + "\n")


def test_one_file_is_shown_alone_and_the_folder_is_found_from_it(folder: Path) -> None:
    (folder / "style.yaml").write_text("private wards: sober\n", encoding="utf-8")
    path = flow_of(folder, FLOW)
    done = check(path)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["flows/talk.yaml", "1 file checked"]


def test_editors_get_one_object_a_problem(folder: Path) -> None:
    flow_of(folder, FLOW.replace("Well?", "Wêll?").replace("save: well", "saev: well"))
    done = check(folder, "--json")
    problems = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert {tuple(problem) for problem in problems} == {("file", "line", "column", "level", "code", "what", "fix")}
    assert ("flows/talk.yaml", 7, 5, "E", "unknown setting") in [tuple(p.values())[:5] for p in problems]


def test_without_the_tests_none_is_run(folder: Path) -> None:
    flow_of(folder, FLOW.replace("< Thanks", "< Bye"))
    assert check(folder).exit_code == 1
    assert check(folder, "--no-tests").exit_code == 0


# ---------------------------------------------------------------- --fix


def test_what_was_tidied_is_written_with_every_comment_and_told(folder: Path) -> None:
    path = flow_of(folder, FLOW.replace("  - ask:", "\t•\task:").replace("    save:", "\t\tSave:"))
    path.chmod(0o640)
    done = check(folder, "--fix")
    assert path.read_text(encoding="utf-8") == FLOW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert done.stderr == "flows/talk.yaml: I tidied lines 6, 7.\n"
    assert done.exit_code == 0
    assert check(folder, "--fix").stderr == ""
    assert not [*folder.rglob(".*")]


def test_only_the_files_that_are_named_are_mended(folder: Path) -> None:
    spoiled = FLOW.replace("save:", "Save:")
    path = flow_of(folder, spoiled)
    check(folder / "service.yaml", "--fix")
    assert path.read_text(encoding="utf-8") == spoiled


@pytest.mark.parametrize("name", ["more.yaml.txt", "more.yml", "more.YML.txt"])
def test_a_name_that_notepad_made_is_put_right(folder: Path, name: str) -> None:
    (folder / "flows" / name).write_text("flow: more\nsteps:\n  - say: Hi.\n", encoding="utf-8")
    assert check(folder).exit_code == 1
    done = check(folder, "--fix")
    assert done.stderr == f"flows/{name}: I renamed it to more.yaml.\n"
    assert done.exit_code == 0


def test_a_name_is_left_where_the_right_one_is_taken(folder: Path) -> None:
    (folder / "flows" / "talk.yaml.txt").write_text(FLOW, encoding="utf-8")
    done = check(folder, "--fix")
    assert "I left its name, for there is a talk.yaml beside it." in done.stderr
    assert done.exit_code == 1


def test_a_file_that_cannot_be_written_is_told_and_the_rest_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow_of(folder, FLOW.replace("save:", "Save:"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    done = check(folder, "--fix")
    assert done.stderr == "flows/talk.yaml: I could not change it (No space left on device).\n"
    assert done.exit_code == 0
    assert re.search("1 to look at", done.stdout)


# ---------------------------------------------------------------- folders


def test_a_folder_that_may_not_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path):  # type: ignore[no-untyped-def]
        if str(path).endswith("flows"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    _, problems = read_files(folder)
    assert [(problem.place.file, problem.code) for problem in problems] == [("flows", "reading")]


def test_a_name_that_no_letter_fits_is_told(folder: Path) -> None:
    (folder / "flows").joinpath(os.fsdecode(b"caf\xe9.yaml")).write_bytes(b"")
    done = check(folder)
    assert done.exit_code == 1
    assert "There is a letter in this file's name that cannot be shown." in done.stdout
