"""The tidy pass mends what is certain and never touches the words; what it refuses has a place and a mended line."""

from __future__ import annotations

import pytest

from flows.reading.nodes import List, Map, Node, Text, read_yaml
from flows.reading.problems import Problems
from flows.reading.tidy import tidy
from tests.reading.folder import told

Plain = str | list["Plain"] | dict[str, "Plain"] | None


def plain(node: Node | None) -> Plain:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, List):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs} if isinstance(node, Map) else None


def read(raw: str | bytes, file: str = "flows/a.yaml") -> tuple[Node | None, Problems]:
    problems = Problems()
    root = read_yaml(tidy(raw.encode() if isinstance(raw, str) else raw, file, problems), problems)
    return root, problems


LITERAL = [
    ("say: FRANK: 0300 123 6600", "FRANK: 0300 123 6600"),
    ("say: Reply #1", "Reply #1"),
    ("say: one #two", "one #two"),
    ("cy: 'Dyn ni yma", "'Dyn ni yma"),
    ('say: "quoted: yes"', "quoted: yes"),
    ("say: 'It's fine'", "It's fine"),
    ("say: 'It''s fine'", "It's fine"),
    ('say: "Yes" or "no"', '"Yes" or "no"'),
    ("say: 'a' or 'b'", "'a' or 'b'"),
    ("say: “Hello”", "Hello"),
    ("say: ‘Hello’", "Hello"),
    ("say: “Hello” she said", "“Hello” she said"),
    ("say: [a, b]", "[a, b]"),
    ("say: {a: b}", "{a: b}"),
    ("say: & * ! @ ` %", "& * ! @ ` %"),
    ("say: - no list", "- no list"),
    ("say: back\\slash \\n", "back\\slash \\n"),
    ("say: ((nickname)): hi", "((nickname)): hi"),
    ("ask: Y or N?", "Y or N?"),
    ("about: a: b", "a: b"),
    ("choice: Yes: really", "Yes: really"),
    ("telegram: *bold* _x_", "*bold* _x_"),
    ("pl: Cześć: ty", "Cześć: ty"),
    ("say: 1️⃣ first", "1️⃣ first"),
    ("say: no", "no"),
    ("say:   spaced   ", "spaced"),
    ("say: a\u00a0b", "a\u00a0b"),
    ("say:\tafter a tab", "after a tab"),
]


@pytest.mark.parametrize(("line", "words"), LITERAL)
def test_words_are_taken_as_they_stand(line: str, words: str) -> None:
    root, problems = read(line + "\n")
    assert isinstance(root, Map)
    assert plain(root.pairs[0][1]) == words
    assert problems.found == []


def test_a_note_behind_words_would_be_sent_and_is_pointed_out() -> None:
    root, problems = read("- say: Hello   # not for them\n")
    assert plain(root) == [{"say": "Hello   # not for them"}]
    assert [(str(p.place), str(p.level), p.code) for p in problems.found] == [("flows/a.yaml:1:3", "W", "note sent")]


PLAIN_VALUES = [
    ("must: no", {"must": "no"}),
    ("at: 08:30", {"at": "08:30"}),
    ("name: +447700900123", {"name": "+447700900123"}),
    ("name: 0115", {"name": "0115"}),
    ("name: 1_000", {"name": "1_000"}),
    ("name: null", {"name": "null"}),
    ("name: ~", {"name": "~"}),
    ("save: mood   # the first", {"save": "mood"}),
    ("save: “mood”", {"save": "mood"}),
    ("save: 'mood'", {"save": "mood"}),
    ("Save: mood", {"save": "mood"}),
    ("ASK: How?", {"ask": "How?"}),
    ("save : mood", {"save": "mood"}),
    ("say: |\n  two\n  lines", {"say": "two\nlines"}),
    ("words: JOIN, # first\n  more # second\nsave: x", {"words": "JOIN, more", "save": "x"}),
    ("say: Hello there,\n  and more: of it\nsms: x", {"say": "Hello there, and more: of it", "sms": "x"}),
    ("talk:\n  > hi\n  < *\nname: x", {"talk": "> hi\n< *", "name": "x"}),
    ("talk: |\n\t> hi\n\t< *\n\n\t# note\nname: x", {"talk": "> hi\n< *\n\n# note", "name": "x"}),
]


@pytest.mark.parametrize(("text", "value"), PLAIN_VALUES)
def test_other_values_are_text_whatever_they_look_like(text: str, value: Plain) -> None:
    root, problems = read(text)
    assert plain(root) == value
    assert [problem for problem in problems.found if problem.code != "tidied"] == []


MARKS = ["- say: Hi", "•\tsay: Hi", "• say: Hi", "– say: Hi", "— say: Hi", "* say: Hi", "-\u00a0say: Hi", "-say: Hi"]


@pytest.mark.parametrize("line", MARKS)
def test_a_list_mark_from_word_is_a_dash(line: str) -> None:
    root, problems = read(f"{line}\n{line}\n")
    assert plain(root) == [{"say": "Hi"}, {"say": "Hi"}]
    assert [p.level for p in problems.found if p.code != "tidied"] == []
    assert any(problem.code == "tidied" for problem in problems.found) == (line != "- say: Hi")


@pytest.mark.parametrize("line", ["-5", "*", "< *"])
def test_a_dash_or_star_inside_a_conversation_stays(line: str) -> None:
    root, _ = read(f"talk: |\n  {line}\n")
    assert plain(root) == {"talk": line}


def test_tabs_set_a_file_in_as_spaces_do() -> None:
    root, _ = read("steps:\n\t- ask: Hi\n\t\tchoices:\n\t\t\t- choice: A\n\t\t\t\tname: b\n")
    assert plain(root) == {"steps": [{"ask": "Hi", "choices": [{"choice": "A", "name": "b"}]}]}


TABS = [
    ("- ask: A\n  choices:\n    - choice: B\n\tname: c", "4:1", "take the Tab out and put 6 spaces:       name: c"),
    ("a:\n  - ask: A\n\tsave: b\n    number: 1", "3:1", "take the Tab out and put 4 spaces:     save: b"),
    ("a:\n  b:\n    c:\n\t- say: A", "4:1", "take the Tab out and put 6 spaces:       - say: A"),
]


@pytest.mark.parametrize(("text", "at", "fix"), TABS)
def test_a_tab_between_lines_set_in_with_spaces_is_refused_once(text: str, at: str, fix: str) -> None:
    _, problems = read(text)
    assert [str(problem).partition("  ")[0] for problem in problems.found] == [f"flows/a.yaml:{at}"]
    assert fix in str(problems.found[0])


LOST_DASHES = [
    "steps:\n  ask: A\n    save: b\n  - say: C\n",
    "steps:\n    ask: A\n    save: b\n  - say: C\n",
    "steps:\n\task: A\n\t\tsave: b\n\t- say: C\n",
]


@pytest.mark.parametrize("text", LOST_DASHES)
def test_the_first_dash_of_a_list_is_missed_once_and_the_rest_is_read(text: str) -> None:
    root, problems = read(text)
    assert plain(root) == {"steps": [{"ask": "A", "save": "b"}, {"say": "C"}]}
    (found,) = [problem for problem in problems.found if problem.code != "tidied"]
    assert (found.place.line, found.what) == (2, "A dash is missing before this line.")
    assert found.fix == "type - ask: A"


ENCODINGS = [
    ("say: £250. Right?".encode(), "£250. Right?", None),
    ("say: £250. Right?".encode("utf-8-sig"), "£250. Right?", None),
    ("say: £250. Right?".encode("cp1252"), "£250. Right?", "I read it as £250. Right?"),
    ("say: it’s – “here”…".encode("cp1252"), "it’s – “here”…", "I read it as it’s"),
    (b"\xff\xfe" + "say: £250".encode("utf-16-le"), "£250", None),
    (b"\xfe\xff" + "say: £250".encode("utf-16-be"), "£250", None),
    (b"say: a\r\nsms: b\r\n", "a", None),
    (b"say: a\rsms: b\r", "a", None),
]


@pytest.mark.parametrize(("raw", "words", "asked"), ENCODINGS)
def test_files_from_windows_read(raw: bytes, words: str, asked: str | None) -> None:
    root, problems = read(raw)
    assert isinstance(root, Map)
    assert plain(root.pairs[0][1]) == words
    assert (asked in told(problems.found)) if asked else problems.found == []


COLUMNS = [
    (b"- say: Hi\n  save: x", (2, 3), (2, 9)),
    (b"\xef\xbb\xbf- say: Hi\n  save: x", (2, 3), (2, 9)),
    (b"- say: Hi\r\n  save: x\r\n", (2, 3), (2, 9)),
    (b"- say: Hi\n\tsave: x", (2, 2), (2, 8)),
    (b"- say: Hi\n  save:    x", (2, 3), (2, 12)),
    ("• say: Hi\n  save: “x”".encode(), (2, 3), (2, 9)),
]


@pytest.mark.parametrize(("raw", "key", "value"), COLUMNS)
def test_places_are_the_authors_own(raw: bytes, key: tuple[int, int], value: tuple[int, int]) -> None:
    root, _ = read(raw)
    assert isinstance(root, List)
    step = root.items[0]
    assert isinstance(step, Map)
    name, node = step.pairs[1]
    assert (name.place.line, name.place.column) == key
    assert (node.place.line, node.place.column) == value


@pytest.mark.parametrize(
    ("line", "column"), [("•\tsay: Hi", 3), ("-say: Hi", 2), ("\t- say: Hi", 4), ("-  say: Hi", 4)]
)
def test_the_column_of_a_mended_line_is_the_one_that_the_author_sees(line: str, column: int) -> None:
    root, _ = read(line)
    assert isinstance(root, List)
    assert root.items[0].place.column == column


def test_the_lines_of_a_conversation_know_their_places() -> None:
    root, _ = read(b"talk: |\r\n  > hi\r\n\r\n    < there\r\n")
    assert isinstance(root, Map)
    talk = root.pairs[0][1]
    assert isinstance(talk, Text)
    assert [(place.line, place.column, line.strip()) for place, line in talk.lines()] == [
        (2, 3, "> hi"),
        (3, 1, ""),
        (4, 5, "< there"),
    ]


REFUSED = [
    ("- say:Hi", "1:7", "A space is missing", "type - say: Hi"),
    ("- ask: A\n  save:mood", "2:8", "A space is missing", "type save: mood"),
    ("- say: A\n    - say: B", "2:5", "the one above it (line 1) has none", "put no spaces before it: - say: B"),
    ("a:\n  - say: A\n    - say: B", "3:5", "the one above it (line 2) has 2", "put 2 spaces before it:   - say: B"),
    ("- say: A\n     sms: B", "2:6", "and belongs under say: (line 1)", "put 2 spaces before it:   sms: B"),
    ("- save: a\n     scale: 1 b to 2 c", "2:6", "belongs under save: (line 1)", "put 2 spaces before it:   scale:"),
    ("words: [a, b]", "1:8", "Square and curly brackets", "type words: a, b"),
    ("when: {yes: a}", "1:7", "Square and curly brackets", "a line of its own"),
    ("name: &x b", "1:7", "cannot begin with &", 'name: "&x b"'),
    ("name: *x", "1:7", "cannot begin with *", 'name: "*x"'),
    ("name: !x b", "1:7", "cannot begin with !", 'name: "!x b"'),
    ("name: @x", "1:7", "cannot begin with this sign", 'name: "@x"'),
    ("name: a: b", "1:8", "two colons", 'name: "a: b"'),
    ("name: 'a", "1:7", "never closed", "close it on the same line"),
    ("name: [a", "1:7", "never closed", "close it on the same line"),
    ("name: a\n---\nsave: b", "2:1", "second page", "delete the ---"),
    ("name: a\nsay hello", "2:1", "no colon and no dash", "type say: hello"),
    ("a:\n  - b\n c: d", "3:2", "the one above it (line 1) has none", "put no spaces before it: c: d"),
    ("say: a\x07b", "1:7", "cannot be shown (U+0007)", "delete it"),
]


@pytest.mark.parametrize(("text", "at", "what", "fix"), REFUSED)
def test_what_is_refused_has_its_place_and_the_mended_line(text: str, at: str, what: str, fix: str) -> None:
    _, problems = read(text)
    assert len(problems.found) == 1, told(problems.found)
    said = str(problems.found[0])
    assert said.startswith(f"flows/a.yaml:{at}  E  ")
    assert what in said
    assert fix in said.partition("Fix: ")[2]


def test_a_step_that_an_indent_swallowed_is_still_read_with_all_its_lines() -> None:
    root, problems = read("steps:\n  - say: A\n      - ask: B\n        save: b\n  - say: C\n")
    assert plain(root) == {"steps": [{"say": "A"}, {"ask": "B", "save": "b"}, {"say": "C"}]}
    assert len(problems.found) == 1


def test_a_broken_line_does_not_hide_those_below_it() -> None:
    root, problems = read("name: a: b\nsave: x\ngiven: c: d\nshow: y\n")
    assert plain(root) == {"save": "x", "show": "y"}
    assert [problem.place.line for problem in problems.ordered()] == [1, 3]


@pytest.mark.parametrize("line", ["- wish id not wake up: x", "- it's #1", "- 'quoted'", "- (he|she) hit me", "- *x*"])
def test_phrases_to_listen_for_are_one_a_line_as_they_stand(line: str) -> None:
    root, problems = read(f"en:\n  {line}\n", "safety/idioms.yaml")
    expected = line.removeprefix("- ").strip("'").partition(" #")[0]
    assert plain(root) == {"en": [expected]}
    assert problems.found == []
