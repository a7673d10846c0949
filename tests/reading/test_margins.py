"""A slip of a space or two in any line is told once, and whoever does what it says has the file as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.content import Flow
from flows.reading.library import read_library
from flows.wording import Level, Problem
from tests.reading.folder import folder
from tests.shipped import CONTENT

_PUT = re.compile(r"put (no|\d+) spaces? before it")
_TO_LINE = re.compile(r"to line (\d+)")


def read(text: str, stem: str) -> tuple[list[Problem], Flow | None]:
    """What is wrong with the flow's file, leaving aside the names that this folder does not have."""
    file = f"flows/{stem}.yaml"
    reading = read_library({file: text.encode()})
    errors = [found for found in reading.problems if found.level is Level.ERROR and found.place.file == file]
    return errors, reading.draft.flows.get(stem)


def obeyed(text: str, problem: Problem) -> str:
    """The file once the author has put as many spaces as the advice says."""
    found = _PUT.search(problem.fix)
    assert found is not None, problem
    lines = text.split("\n")
    first = problem.place.line - 1
    by = (0 if found[1] == "no" else int(found[1])) - margin(lines[first])
    assert by != 0, f"it has these already: {problem}"
    more = _TO_LINE.search(problem.fix)
    for number in range(first, int(more[1]) if more else first + 1):
        line = lines[number]
        lines[number] = " " * (margin(line) + by) + line.lstrip(" ") if line else line
    return "\n".join(lines)


def margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def slips(text: str, every: int) -> Iterator[str]:
    """The file with one line a space or two further left or right: each line, or each ``every``-th."""
    lines = text.split("\n")
    written = [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    for number in written[::every]:
        for by in (-2, -1, 1, 2):
            column = margin(lines[number]) + by
            if column >= 0:
                yield "\n".join([*lines[:number], " " * column + lines[number].lstrip(" "), *lines[number + 1 :]])


def survives_every_slip(stem: str, every: int) -> None:
    text = (CONTENT / "flows" / f"{stem}.yaml").read_text(encoding="utf-8")
    unharmed = {problem.what for problem in read(text, stem)[0]}
    told = 0
    for slipped in slips(text, every):
        errors = [problem for problem in read(slipped, stem)[0] if problem.what not in unharmed]
        if errors:
            told += 1
            assert [problem.code for problem in errors] == ["not lined up"], [str(problem) for problem in errors]
            assert obeyed(slipped, errors[0]) == text, errors[0]
    assert told > 5


@pytest.mark.parametrize(("stem", "every"), [("did-you-go", 17), ("check-in", 13), ("grant", 5)])
def test_whoever_obeys_has_the_file_as_it_was(stem: str, every: int) -> None:
    survives_every_slip(stem, every)


@pytest.mark.prove
@pytest.mark.parametrize("stem", sorted(path.stem for path in (CONTENT / "flows").glob("*.yaml")))
def test_whoever_obeys_has_every_flow_as_it_was(stem: str) -> None:
    survives_every_slip(stem, 1)


TWO_STEPS = """\
flow: tea
steps:
  - say: A
  - if: channel is sms
    then:
      - say: B
      - say: C
    else:
      - say: D
"""
TOLD = [
    ("      - say: C", "    - say: C", "7:5", "This step has 4 spaces before it; the one above it (line 6) has 6."),
    ("      - say: B", "        - say: B", "6:9", "This step has 8 spaces before it; the one below it (line 7) has 6."),
    ("    else:", "      else:", "8:7", "This line has 6 spaces before it; the one above it (line 5) has 4."),
    ("    then:", "      then:", "5:7", "This line has 6 spaces before it, and belongs under if: (line 4)."),
    ("  - say: A", " - say: A", "3:2", "This step has 1 space before it; the one below it (line 4) has 2."),
    ("flow: tea", " flow: tea", "1:2", "This line has 1 space before it; the one below it (line 2) has none."),
]


@pytest.mark.parametrize(("line", "instead", "at", "what"), TOLD)
def test_the_line_to_go_by_is_named(line: str, instead: str, at: str, what: str) -> None:
    slipped = TWO_STEPS.replace(line, instead)
    (problem,) = read(slipped, "tea")[0]
    assert str(problem).startswith(f"flows/tea.yaml:{at}  E  {what} Fix: put ")
    assert obeyed(slipped, problem) == TWO_STEPS


def test_a_whole_block_that_moved_is_told_in_one_line() -> None:
    slipped = TWO_STEPS.replace("    else:\n      - say: D", "   else:\n     - say: D")
    (problem,) = read(slipped, "tea")[0]
    assert problem.fix.endswith("put 4 spaces before it:     else:")
    assert not read(obeyed(slipped, problem), "tea")[0]


def test_two_slips_are_two_faults_and_another_fault_is_told_beside_them() -> None:
    slipped = TWO_STEPS.replace("      - say: C", "    - say: C").replace("- say: D", "- saay: D")
    assert [problem.code for problem in read(slipped, "tea")[0]] == ["not lined up", "unknown step"]


@pytest.mark.parametrize("by", [0, 1, 3, 9])
def test_how_far_in_the_lines_of_a_conversation_begin_says_nothing(by: int) -> None:
    talk = "tests:\n  - name: x\n    talk: |\n      > tea\n{}< A\n      > b\n"
    errors, flow = read(TWO_STEPS + talk.format(" " * by), "tea")
    assert errors == []
    assert flow is not None
    assert [line for _, line in flow.tests[0].talk] == ["> tea", "< A", "> b"]


OTHER_FILES = [
    ("escalation.yaml", "    - after 2 working hours: coordinators", "  - after 2 working hours: coordinators"),
    ("variables.yaml", "  set_by: staff", " set_by: staff"),
    ("directory/signposts.yaml", "  source: https://www.samaritans.org", " source: https://www.samaritans.org"),
    ("safety/crisis.yaml", "  reply: lines", "   reply: lines"),
]


@pytest.mark.parametrize(("file", "line", "instead"), OTHER_FILES)
def test_the_other_files_are_told_likewise(file: str, line: str, instead: str, tmp_path: Path) -> None:
    text = folder()[file].decode()
    slipped = text.replace(line, instead)
    assert slipped != text
    problems = read_library({**folder(), file: slipped.encode()}).problems
    (problem,) = [problem for problem in problems if problem.code == "not lined up"]
    assert obeyed(slipped, problem) == text
