"""``chat --save``: a talk becomes a test that passes, at the foot of its flow; the rest of the file stays as it was."""

from __future__ import annotations

import codecs
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies

from bot.cli import chat as chatting
from bot.cli import saving
from flows.adding import Page, with_test
from flows.reading.problems import Problems
from flows.reading.tidy import tidy
from flows.recording import fragment
from tests.practice.conftest import CONTENT, MONDAY, Terminal
from tests.reading.folder import reading_of, told

NAME = "written from a talk"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the content that ships, for a talk to be written into."""
    copied = tmp_path / "content"
    shutil.copytree(CONTENT, copied, ignore=shutil.ignore_patterns("translations", ".*"))  # less to read
    monkeypatch.setenv("CONTENT_DIR", str(copied))
    return copied


def added(folder: Path, flow: str) -> list[str]:
    """The lines that the file of a flow has and the one that ships has not; all its other lines are as they were."""
    before = (CONTENT / "flows" / f"{flow}.yaml").read_text(encoding="utf-8")
    after = (folder / "flows" / f"{flow}.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    return [line.strip() for line in after[len(before) :].splitlines()]


def test_a_talk_becomes_a_test_that_passes_and_nothing_else_changes(terminal: Terminal, folder: Path) -> None:
    said = terminal.types("2", "Mentor please", flow="check-in", save=NAME)
    assert said.endswith(f"as the test “{NAME}”. It passes.\n")
    assert added(folder, "check-in") == [
        f"- name: {NAME}",
        "given: nickname = Sam, consent_checkins = yes",
        "talk: |",
        "< asks mood",
        "> 2",
        "< asks help_wanted",
        "> Mentor please",
        "< I've asked a mentor to get in touch",
        "! saved help_wanted = mentor",
        "! alert asked for a mentor within 4 hours",
        "! end",
    ]


@pytest.mark.parametrize(
    ("flow", "typed", "look", "lines"),
    [
        (  # somebody new, with no flow named
            "",
            ["hello", "yh", "no"],
            "sms",
            ["> hello", "< asks adult", "> yh", "< asks consent_join", "! remembered adult = yes", "! forget me"],
        ),
        ("onboarding", [], "sms", ["> JOIN", "< asks adult"]),
        (
            "check-in",
            ["[2]", "[nothing just now]"],
            "telegram",
            ["given: channel = telegram, nickname = Sam, consent_checkins = yes", "> 2", "> nothing just now", "! end"],
        ),
        ("check-in", ["@ +26h", "@"], "sms", ["@ +26h", "< No rush", "@ +22h", "! nothing sent", "! end"]),
        ("check-in", ["@ 2027-03-02 11:00"], "sms", ["@ 2027-03-01 10:00", "@ 2027-03-02 11:00", "< No rush"]),
        ("check-in", ["dont want to be here anymore"], "sms", ["> dont want to be here anymore", "! crisis B"]),
        (
            "find-group",
            ["tn9 1ab", "weds", "5", "1", "yh"],
            "sms",
            ["! remembered area = TN9", "! saved day = wednesday", "! remembered needs = all", "! saved buddy = yes"],
        ),
    ],
)
def test_what_can_be_typed_can_be_written_down(
    terminal: Terminal, folder: Path, flow: str, typed: list[str], look: str, lines: list[str]
) -> None:
    assert "It passes." in terminal.types(*typed, flow=flow, look=look, save=NAME)
    written = iter(added(folder, flow or "onboarding"))
    for line in lines:  # in this order
        assert any(each.startswith(line) for each in written), (line, added(folder, flow or "onboarding"))


def test_a_talk_that_goes_beyond_the_flow_is_written_as_far_as_the_flow_goes(terminal: Terminal, folder: Path) -> None:
    said = terminal.types("4", "7", "4", "@ +4 days", "3", flow="check-in", save=NAME)  # the next one comes by schedule
    assert "The test ends before “@ +4 days”" in said
    assert added(folder, "check-in")[-1] == "! end"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a low day leads to a mentor", "has a test of that name already"),
        ("two\nlines", "needs a name of one line"),
        (" ", "needs a name of one line"),
        ("a" * 81, "needs a name of one line"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_anybody_talks(
    terminal: Terminal, folder: Path, name: str, says: str
) -> None:
    assert terminal.types("2", flow="check-in", save=name, status=2) == ""
    assert says in terminal.complaint
    assert added(folder, "check-in") == []


def test_a_talk_that_is_broken_off_is_not_written(
    terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off() -> Iterator[str]:
        yield "2"
        raise KeyboardInterrupt

    monkeypatch.setattr(chatting, "lines_typed", broken_off)
    terminal.types(flow="check-in", save=NAME, status=1)
    assert terminal.complaint == "Ctrl-C leaves without writing a test. Ctrl-D writes it.\n"
    assert added(folder, "check-in") == []


def test_what_cannot_be_written_is_shown_instead_and_the_old_file_stays(
    terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", full)
    terminal.types("4", flow="check-in", save=NAME, status=1)
    assert "No test was written." in terminal.complaint
    assert os.strerror(28) in terminal.complaint
    assert "< asks mood\n> 4\n" in terminal.complaint
    assert added(folder, "check-in") == []
    assert [path.name for path in (folder / "flows").iterdir() if path.name.startswith(".")] == []


def test_what_would_not_be_read_back_as_it_was_typed_is_not_written(terminal: Terminal, folder: Path) -> None:
    terminal.types("a letter that no file can hold: \x07", flow="check-in", save=NAME, status=1)
    assert "cannot stand in" in terminal.complaint
    assert added(folder, "check-in") == []


def test_older_letters_are_not_mixed_with_newer_ones(terminal: Terminal, folder: Path) -> None:
    page = folder / "flows" / "privacy.yaml"
    page.write_bytes(page.read_text(encoding="utf-8").encode("cp1252") + "# £\n".encode("cp1252"))
    older = page.read_bytes()
    terminal.types("ŵ", flow="privacy", save=NAME, status=1)
    assert "is in an older Windows format, which has no ŵ. Save it as UTF-8." in terminal.complaint
    assert page.read_bytes() == older


def test_content_that_was_broken_meanwhile_is_left_alone(terminal: Terminal, folder: Path) -> None:
    page = folder / "flows" / "check-in.yaml"
    page.write_text("flow: check-in\nsteps:\n  - sya: Hi\n", encoding="utf-8")
    terminal.types("4", flow="check-in", save=NAME, status=1)
    assert "cannot be read. Type fingerpost check" in terminal.complaint
    assert page.read_text(encoding="utf-8").endswith("- sya: Hi\n")


def test_a_talk_of_nothing_makes_no_test(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert saving.save(folder, "delete", NAME, [], MONDAY, []) == 1
    assert "There is nothing to write" in capsys.readouterr().err
    assert added(folder, "delete") == []


# ---------------------------------------------------------------- the page

PRIVACY = "flow: privacy\nsteps:\n  - say: We keep your number.\n"


@pytest.mark.parametrize(
    "name", ["a low day", "it's a low day: mentor", 'she "said" no', "7", "no", "- a #1", "[x]", "é!"]
)
def test_any_name_of_one_line_is_read_back_as_it_was_typed(name: str) -> None:
    reading = reading_of({"flows/privacy.yaml": with_test(PRIVACY, name, "channel = telegram", ["> hi", "< number"])})
    assert reading.library is not None, told(reading.problems)
    (test,) = reading.library.flows["privacy"].tests
    assert (test.name, test.given, [line for _, line in test.talk]) == (
        name,
        "channel = telegram",
        ["> hi", "< number"],
    )


ONE = "  - name: {}\n    talk: |\n      > hello\n"
A, B = ONE.format("A"), ONE.format("B")


def set_in(test: str, by: int) -> str:
    return "".join(" " * by + line[2:] for line in test.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("flow: x\ntests:\n" + A, "flow: x\ntests:\n" + A + B),
        ("flow: x\ntests:\n" + A.rstrip("\n"), "flow: x\ntests:\n" + A + B),  # no end of line at the end
        ("flow: x\ntests:\n" + A + "\n\n", "flow: x\ntests:\n" + A + B + "\n\n"),
        ("flow: x\ntests:\n" + A + "# the end\n", "flow: x\ntests:\n" + A + B + "# the end\n"),
        ("flow: x\ntests:\n" + A + "\nabout: y\n", "flow: x\ntests:\n" + A + B + "\nabout: y\n"),
        ("flow: x\ntests:   # below\n" + A, "flow: x\ntests:   # below\n" + A + B),
        ("flow: x\nTests :\n" + A, "flow: x\nTests :\n" + A + B),
        ("flow: x\ntests:\n", "flow: x\ntests:\n" + B),
        ("flow: x\n", "flow: x\n\ntests:\n" + B),
        ("flow: x\n\n", "flow: x\n\ntests:\n" + B),
        ("flow: x", "flow: x\n\ntests:\n" + B),
        ("tests:\n" + A + "\n" + A, "tests:\n" + A + "\n" + A + "\n" + B),  # a blank line between, as the author has it
        ("tests:\n" + set_in(A, 0), "tests:\n" + set_in(A, 0) + set_in(B, 0)),
        ("tests:\n" + set_in(A, 4), "tests:\n" + set_in(A, 4) + set_in(B, 4)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_test_goes_after_the_last_one_and_everything_else_stays(before: str, after: str, end: str) -> None:
    if "\n" not in before:
        end = "\n"  # nothing shows what the author's editor writes
    assert with_test(before.replace("\n", end), "B", "", ["> hello"]) == after.replace("\n", end)


LINES = [
    "tests:",
    "Tests : # below",
    "  - name: A",
    "- name: A",
    "\t- name: A",
    "    talk: |",
    "      > 2",
    "",
    "# x",
    "steps:",
]


@given(strategies.lists(strategies.sampled_from(LINES), max_size=9), strategies.sampled_from(["\n", "\r\n", "\r"]))
def test_whatever_a_page_looks_like_every_line_of_it_stays(lines: list[str], end: str) -> None:
    before = "".join(line + end for line in lines)
    after = with_test(before, "B", "x = y", ["> hello"])
    new = [line for line in after.split("\n" if end == "\r\n" else end) if "hello" in line]
    assert len(new) == 1
    left = iter(after.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(line in left for line in lines)  # all of them, in their order


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_file_is_saved_as_it_was(mark: bytes) -> None:
    for raw in (mark + "say: £ – ŵ\r\n".encode(), codecs.BOM_UTF16_LE + "say: £ ŵ\r\n".encode("utf-16-le")):
        page = Page.of(raw)
        assert page.saved(page.text) == raw
    older = Page.of("say: £250\r\n".encode("cp1252"))
    assert older.saved(older.text + "£") == "say: £250\r\n£".encode("cp1252")
    with pytest.raises(UnicodeEncodeError):
        older.saved("ŵ")


def test_a_page_is_read_as_the_reader_reads_it() -> None:
    for raw in (b"say: \xa3", b"\xef\xbb\xbfsay: \xc2\xa3", b"\xff\xfes\0a\0y\0:\0 \0\xa3\0"):
        assert tidy(raw, "flows/x.yaml", Problems()).written == [Page.of(raw).text]


@pytest.mark.parametrize(
    ("text", "known_by"),
    [
        ("Thanks Sam. I've asked a mentor to get in touch by 14:00 today.", "I've asked a mentor to get in touch"),
        ("OK.", "OK"),
        ("See you on Monday at 10.", "See you on"),
        ("=7", ""),
        ("asks mood", ""),
        ("14:00", ""),
    ],
)
def test_a_message_is_known_by_words_that_stay(text: str, known_by: str) -> None:
    assert fragment(text, ["Sam", "yes"]) == known_by
