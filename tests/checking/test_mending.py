"""``check --fix`` writes what was mended, and nothing else: comments, layout and every word stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.reading.mending import mend
from flows.reading.problems import Problems
from flows.reading.tidy import tidy

CONTENT = Path(__file__).resolve().parents[2] / "content"


def mended(text: str | bytes, file: str = "flows/a.yaml") -> str | None:
    found = mend(text if isinstance(text, bytes) else text.encode(), file)
    return found.raw.decode() if found is not None else None


MENDS: dict[str, tuple[str | bytes, str]] = {
    "tabs": ("steps:\n\t- ask: Hi\n\t\tsave: b\n", "steps:\n  - ask: Hi\n    save: b\n"),
    "bullets": ("# a note\n•\tsave: hi   # so\n\n– say: Ho\n", "# a note\n- save: hi   # so\n\n- say: Ho\n"),
    "a dash without its space": ("-say: Hi\n", "- say: Hi\n"),
    "capitals": ("Ask: How?\nSAVE: Mood\n", "ask: How?\nsave: Mood\n"),
    "a space before the colon": ("save : mood\n", "save: mood\n"),
    "no space after it": ("- say:Hi there\n", "- say: Hi there\n"),
    "curly quotes around a value": ("save: “mood”\n", 'save: "mood"\n'),
    "curly quotes in words stay": ("Say: “Hello” she said\n", "say: “Hello” she said\n"),
    "no-break spaces before a line": ("- say: Hi\n\u00a0\u00a0save: x\n", "- say: Hi\n  save: x\n"),
    "no-break spaces in words stay": ("Say: a\u00a0b\n", "say: a\u00a0b\n"),
    "a tab after the colon": ("say:\tHi\n", "say: Hi\n"),
    "tabs in a conversation": ("talk: |\n\t> hi\n\t< *\n", "talk: |\n  > hi\n  < *\n"),
    "a message on two lines": ("\t- say: Hello\n\t\t\tthere, you\n", "  - say: Hello\n      there, you\n"),
    "Windows line ends stay": ("Ask: a\r\nsave: b\r\n", "ask: a\r\nsave: b\r\n"),
    "the mark that Notepad begins with": (b"\xef\xbb\xbfAsk: a\n", "ask: a\n"),
    "older Windows letters": ("say: £5, it’s – fine".encode("cp1252"), "say: £5, it’s – fine"),
    "what Notepad calls Unicode": (b"\xff\xfe" + "say: £5\r\n".encode("utf-16-le"), "say: £5\r\n"),
}


@pytest.mark.parametrize("name", MENDS)
def test_mends(name: str) -> None:
    before, after = MENDS[name]
    assert mended(before) == after
    assert mended(after) is None, "what is mended needs no mending"
    problems = Problems()
    tidy(after.encode(), "flows/a.yaml", problems)
    assert problems.found == []


LEAVES = {
    "nothing to mend": "# note\nsteps:\n  - say: Hi  \n\n    sms:   Ho   # no\n",
    "spaces at the end of a line": "save: mood   \n",
    "a line that was refused": "- say: Hi\n      save: x\n",
    "a Tab among spaces": "- ask: A\n  choices:\n    - choice: B\n\tname: c\n",
    "a lost dash": "steps:\n  ask: A\n    save: b\n  - say: C\n",
    "a letter that cannot be shown": "Ask: a\x07b\n",
    "a name that is nobody's": "Zebra: one\n",
}


@pytest.mark.parametrize("name", LEAVES)
def test_leaves_alone(name: str) -> None:
    assert mended(LEAVES[name]) is None


def test_one_line_that_was_refused_does_not_keep_the_others_from_being_mended() -> None:
    assert mended("Ask: a\nsave: b\nsave\n") == "ask: a\nsave: b\nsave\n"


def test_which_lines_were_mended_is_told() -> None:
    found = mend(b"# x\nAsk: a\nsave: b\nWhen : c\n", "flows/a.yaml")
    assert found is not None
    assert found.lines == (2, 4)
    assert not found.letters


@pytest.mark.parametrize("path", sorted(CONTENT.glob("flows/*.yaml")), ids=lambda path: path.stem)
def test_a_flow_as_word_and_a_phone_would_leave_it_is_mended_to_what_it_was(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert mended("".join(map(as_word_would, text.splitlines(keepends=True)))) == text


def as_word_would(line: str) -> str:
    """A line with tabs for spaces, a bullet for its dash and a capital for its setting."""
    said = line.lstrip(" ")
    depth = (len(line) - len(said)) // 2
    if said.startswith("- "):
        said = f"•\t{said[2:]}"
    return "\t" * depth + said.replace("save: ", "Save : ").replace("then:", "Then:")
