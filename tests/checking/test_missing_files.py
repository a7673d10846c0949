"""A file that is not there is one fault, said once, with the way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import read_files
from flows.checking.static import check_library
from flows.reading.library import read_library
from tests.reading.folder import reading_of

CONTENT = Path(__file__).resolve().parents[2] / "content"
NEEDED = ("service.yaml", "phrases.yaml", "escalation.yaml", "directory/signposts.yaml", "safety/crisis.yaml")


@pytest.mark.parametrize("file", NEEDED)
def test_a_missing_file_is_said_once_and_what_follows_from_it_is_not(file: str) -> None:
    files, _ = read_files(CONTENT)
    del files[file]

    problems = check_library(read_library(files))

    assert [(problem.place.file, problem.what) for problem in problems] == [(file, "This file is missing.")]


@pytest.mark.parametrize("file", [*NEEDED, "variables.yaml", "safety/words.yaml"])
@pytest.mark.parametrize("left", [b"", b"# to be written\n"])
def test_an_empty_file_is_told_like_a_missing_one(file: str, left: bytes) -> None:
    reading = reading_of({file: left})

    assert reading.library is None
    (problem,) = [each for each in reading.problems if each.place.file == file]
    assert problem.what == "There is nothing in this file."


def test_a_file_that_may_be_missing_is_told_too_where_it_is_empty() -> None:
    (problem,) = reading_of({"schedules.yaml": b""}).problems
    assert str(problem).startswith("schedules.yaml:1:1  W  There is nothing in this file.")


def test_a_name_that_no_setting_has_is_still_told_where_the_file_is_there() -> None:
    files, _ = read_files(CONTENT)
    files["flows/who.yaml"] = files["flows/who.yaml"].replace(b"service.sender", b"service.sendr")

    problems = check_library(read_library(files))

    assert [problem.fix for problem in problems] == ["did you mean service.sender?"]
