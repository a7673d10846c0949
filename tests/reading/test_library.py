"""A whole folder: every fault in one list, never an exception, the same release for the same words, fast."""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flows
from flows.directory.telling import group_blanks
from flows.reading.library import read_library
from flows.reading.linking import GROUP_COLUMNS
from flows.wording import Level
from tests.reading.folder import FLOW, SERVICE, WHOLE, flow_text, folder, mutilated, reading_of, told


def test_every_fault_of_every_file_comes_in_one_list_in_page_order() -> None:
    reading = reading_of(
        {
            "flows/talk.yaml": "flow: talk\nsteps:\n  - saay: a\n  - run: away\n  - say: a\n    - end: x\n  - say:b\n",
            "flows/other.yaml": "flow: other\nsteps: [a]\ntests:\n  - name: a: b\n",
            "service.yaml": SERVICE.replace("4p", "4"),
            "directory/signposts.yaml": "lines",
            "safety/words.yaml": None,
            "flows/grant.yaml.txt": "flow: grant\n",
            "flows/old.yml": "flow: old\n",
            "extra.yaml": "a: b\n",
        }
    )
    assert reading.library is None
    assert list(reading.problems) == sorted(reading.problems)
    seen = [(str(problem.place), str(problem.level)) for problem in reading.problems]
    assert [place for place, level in seen if level == "E"] == [
        "directory/signposts.yaml:1:1",
        "flows/grant.yaml.txt:1:1",
        "flows/old.yml:1:1",
        "flows/other.yaml:2:8",
        "flows/other.yaml:2:9",
        "flows/other.yaml:4:12",
        "flows/talk.yaml:3:5",
        "flows/talk.yaml:4:10",
        "flows/talk.yaml:6:5",
        "flows/talk.yaml:7:9",
        "safety/words.yaml:1:1",
        "service.yaml:9:17",
    ]
    assert [place for place, level in seen if level == "W"] == ["extra.yaml:1:1"]


def test_a_message_names_the_file_the_line_the_column_the_fault_and_the_cure() -> None:
    reading = reading_of({"flows/talk.yaml": "flow: talk\nsteps:\n  - signpost: line\n"})
    assert told(reading.problems) == (
        "flows/talk.yaml:3:15  E  There is no signpost line in directory/signposts.yaml. Fix: did you mean lines?"
    )


UNKIND = ("invalid", "mapping", "scalar", "sequence", "node", "token", "parse", "exception", "illegal", "error")


def sentences(source: str) -> Iterator[str]:
    """What a module says to coordinators: the words given to ``error`` and ``warn``, and those put in ``what``."""
    for part in ast.walk(ast.parse(source)):
        said: list[ast.expr] = []
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in ("error", "warn"):
            said = part.args[2:]
        elif isinstance(part, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "what" for t in part.targets):
            said = [part.value]
        for expression in said:
            for inner in ast.walk(expression):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


def test_no_message_speaks_like_a_program() -> None:
    said = [
        text
        for folder_name in ("reading", "checking")
        for path in sorted((Path(flows.__file__).parent / folder_name).glob("*.py"))
        for text in sentences(path.read_text(encoding="utf-8"))
    ]
    assert len(said) > 100
    assert [text for text in said if any(word in text.lower() for word in UNKIND)] == []


@pytest.mark.parametrize(
    ("name", "level", "fix"),
    [
        ("flows/grant.yaml.txt", Level.ERROR, "rename it to grant.yaml"),
        ("directory/groups.csv.txt", Level.ERROR, "rename it to groups.csv"),
        ("flows/grant.yml", Level.ERROR, "rename it to grant.yaml"),
        ("flows/Grant.YAML", Level.ERROR, "rename it to Grant.yaml"),
        ("flows/deep/grant.yaml", Level.WARNING, "move it to flows/"),
    ],
)
def test_a_file_that_nothing_reads_is_noticed(name: str, level: Level, fix: str) -> None:
    problems = reading_of({name: "flow: grant\n"}).problems
    assert [(problem.level, fix in problem.fix) for problem in problems] == [(level, True)]


@pytest.mark.parametrize(
    "name", ["README.md", ".schema/flow.json", "flows/.talk.yaml.swp", ".git/x.yaml", "flows/notes.md"]
)
def test_a_file_that_is_not_content_is_let_be(name: str) -> None:
    assert reading_of({name: b"\xff{"}).problems == ()


def test_a_file_that_cannot_be_read_does_not_make_its_name_unknown() -> None:
    reading = reading_of({"flows/talk.yaml": flow_text("- run: other"), "flows/other.yaml": "- a\n"})
    assert [problem.place.file for problem in reading.problems] == ["flows/other.yaml"]


WORD_CLASHES = [
    ("words: hello, hi", "words: bye", ""),
    ("words: hello, hi", "words: HI", "The word hi starts both other and talk."),
]


@pytest.mark.parametrize(("one", "other", "what"), WORD_CLASHES)
def test_a_word_that_people_text_means_one_thing(one: str, other: str, what: str) -> None:
    heads = {"flows/talk.yaml": f"flow: talk\n{one}\n", "flows/other.yaml": f"flow: other\n{other}\n"}
    problems = reading_of({file: f"{head}steps:\n  - say: a\n" for file, head in heads.items()}).problems
    assert "\n".join(problem.what for problem in problems) == what


def test_a_value_that_is_set_fits_its_variable() -> None:
    variables = WHOLE["variables.yaml"] + "size:\n  type: number 0 to 10\nday:\n  type: day or any\n"
    fits = {("size", "10"): True, ("size", "11"): False, ("size", "big"): False, ("day", "any"): True}
    fits |= {("day", "tue"): True, ("day", "soon"): False, ("goal", "x" * 60): True, ("goal", "x" * 61): False}
    for (name, value), fine in fits.items():
        flow = flow_text(f"- set: {name}\n  to: {value}\n")
        problems = reading_of({"variables.yaml": variables, "flows/talk.yaml": flow}).problems
        assert [problem.code for problem in problems] == ([] if fine else ["kind"]), (name, value)


# ---------------------------------------------------------------- the release


def release(changes: dict[str, str | bytes | None]) -> str:
    reading = reading_of({"flows/talk.yaml": FLOW, **changes})
    assert reading.library is not None, told(reading.problems)
    return reading.library.release


SAME = {
    "a comment": {"flows/talk.yaml": f"# hello\n\n{FLOW}"},
    "Windows line ends": {"flows/talk.yaml": FLOW.replace("\n", "\r\n")},
    "quotes around words": {"flows/talk.yaml": FLOW.replace("Thanks.", '"Thanks."')},
    "a test": {"flows/talk.yaml": f"{FLOW}tests:\n  - name: a\n    talk: |\n      > a\n"},
    "a file that is not content": {"README.md": "hello"},
}
OTHER = {
    "a word said": {"flows/talk.yaml": FLOW.replace("Thanks.", "Thank you.")},
    "a time": {"flows/talk.yaml": FLOW.replace("4 hours", "5 hours")},
    "a condition": {"flows/talk.yaml": FLOW.replace("at most 2", "at most 1")},
    "where a step leads": {"flows/talk.yaml": FLOW.replace("  - say: Thanks.", "      - say: Thanks.")},
    "a setting of the service": {"service.yaml": SERVICE.replace("4p", "5p")},
    "a crisis phrase": {"safety/crisis.yaml": WHOLE["safety/crisis.yaml"].replace("- want to die", "- going to die")},
    "another flow": {"flows/more.yaml": "flow: more\nsteps:\n  - say: a\n"},
}


@pytest.mark.parametrize("change", SAME)
def test_layout_does_not_make_another_release(change: str) -> None:
    assert release(dict(SAME[change])) == release({})


@pytest.mark.parametrize("change", OTHER)
def test_meaning_makes_another_release(change: str) -> None:
    assert release(dict(OTHER[change])) != release({})


def test_invented_groups_are_marked_as_such() -> None:
    examples = (
        "id,name,kind,day,time,until,every,postcode,town,place,needs,access,for,cost,contact,phone,link,source,checked\n"
        "ton-tue,Tuesday Table,peer group,Tuesday,18:30,20:00,week,TN9 1AA,Tonbridge,Room,people,step_free:yes,anyone,"
        "free,host,01632 960101,,own list,2026-10-30\n"
    )
    files = folder({"directory/groups-sample.csv": examples})
    reading = read_library(files)
    assert reading.library is not None, told(reading.problems)
    assert [(group.id, group.sample) for group in reading.library.groups] == [("ton-tue", True)]
    columns = group_blanks(reading.library.groups[0], date(2026, 11, 23))
    assert set(columns) == set(GROUP_COLUMNS)


# ---------------------------------------------------------------- any bytes at all

LINES = st.sampled_from(
    [line for text in (*WHOLE.values(), FLOW) for line in text.split("\n")]
    + [
        "\t- say: x",
        "- - - a",
        "? a",
        "&a *b !c",
        "{[",
        "]}",
        "'",
        '"',
        "|",
        ">",
        "a: |",
        "---",
        "...",
        "%YAML 1.1",
        "- ",
        "  :",
        ":",
        "no_reply:",
        "  when:",
        "    yes:",
        "talk:",
        "> x",
        "\x00",
        "\u2028",
        "\ufeff",
        "é" * 3,
        "- " * 60,
        "((",
        "))",
    ]
)
FILES = st.sampled_from([*WHOLE, "flows/talk.yaml", "directory/groups.csv", "schedules.yaml"])
INDENTS = st.sampled_from(["", " ", "  ", "    ", "      ", "\t", "\u00a0"])


@st.composite
def jumbled(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.tuples(INDENTS, LINES), max_size=25))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(indent + line for indent, line in lines)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-16-le", "utf-8-sig"])), "replace")


@settings(max_examples=150, deadline=None)
@given(
    FILES,
    st.one_of(st.binary(max_size=200), jumbled(), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))),
)
def test_no_bytes_raise(file: str, raw: bytes) -> None:
    reading = read_library({**folder({"flows/talk.yaml": FLOW}), file: raw})
    assert (reading.library is None) == any(problem.level is Level.ERROR for problem in reading.problems)
    for problem in reading.problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.what


@pytest.mark.parametrize("file", [*WHOLE, "flows/talk.yaml"])
def test_a_slip_in_any_line_is_survived(file: str) -> None:
    text = FLOW if file == "flows/talk.yaml" else WHOLE[file]
    for changed in list(mutilated(text))[:160]:
        read_library({**folder({"flows/talk.yaml": FLOW}), file: changed.encode()})


def test_a_file_that_is_far_too_large_is_refused() -> None:
    assert "far too large" in told(reading_of({"flows/talk.yaml": b"a" * 1_000_001}).problems)


@pytest.mark.parametrize("deep", ["- " * 5000, "a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 400))])
def test_a_file_set_in_without_end_is_refused(deep: str) -> None:
    assert reading_of({"flows/talk.yaml": deep}).library is None


def test_a_hundred_flows_are_read_in_well_under_a_second() -> None:
    hundred: dict[str, str | bytes | None] = {
        f"flows/talk{n}.yaml": FLOW.replace("flow: talk", f"flow: talk{n}") for n in range(100)
    }
    start = time.process_time()  # whatever else the machine does
    reading = reading_of(hundred)
    took = time.process_time() - start
    assert reading.library is not None, told(reading.problems)
    assert took < (3 if os.environ.get("PYTEST_XDIST_WORKER") else 1)
