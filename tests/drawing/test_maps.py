"""The map of a flow: all of it, in the order of its page, in words; and the same as a chart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.draw import draw
from bot.content import read_files
from flows import drawing, mermaid
from flows.content import Library
from flows.reading.library import read_library
from flows.steps import Step
from tests.reading.folder import reading_of, told

CONTENT = Path(__file__).resolve().parents[2] / "content"

TALK = """\
flow: talk
about: A talk.
words: talk, chat
only_if: consent_checkins is yes
no_reply:
  nudge: 3 hours
  say: Still there?
  close: 48 hours, 24 hours until early_until
  then:
    - alert: went quiet
steps:
  - ask: How are things?
    save: mood
    scale: 1 rough to 5 good
    when:
      1 to 2:
        - ask: What would help?
          save: help_wanted
          choices:
            - choice: A mentor
              name: mentor
              then:
                - alert: asked for a mentor
                  within: 4 hours
            - choice: Nothing
          no_reply:
            close: 1 hour
            then:
              - signpost: lines
  - if: mood answered
    then:
      - set: goal
        to: rest
    else:
      - end: said nothing
  - say: Thanks.
"""
MAP = """\
talk: A talk.
starts by texting TALK or CHAT
only if consent_checkins is yes
no reply: asks once more after 3 hours, closes after 48 hours (24 hours until early_until)
at its longest: 4 texts, 16p

asks “How are things?” (1 rough to 5 good, saved as mood)
  1 to 2 →
    asks “What would help?” (choose one, saved as help_wanted)
      A mentor →
        tells staff: asked for a mentor, within 4 hours
      Nothing
      no reply: closes after 1 hour →
        sends the entry lines
if mood answered
  then →
    remembers goal as rest
  else →
    ends: said nothing
says “Thanks.”
when it closes without a reply →
  tells staff: went quiet
"""
ARROWS = {
    ("start", "", "step0"),
    ("step0", "1 to 2", "step1"),
    ("step0", "another answer / not answered", "step4"),
    ("step1", "A mentor", "step2"),
    ("step1", "Nothing / not answered", "step4"),
    ("step1", "no reply: closes after 1 hour", "step3"),
    ("step2", "", "step4"),
    ("step3", "", "foot"),
    ("step4", "yes", "step5"),
    ("step4", "no", "step6"),
    ("step5", "", "step7"),
    ("step7", "", "foot"),
    ("quiet", "", "step8"),
    ("step8", "", "foot"),
}
_BOX = re.compile(r'  (\w+)(?:\(\[|\[\[|\(\(|\[|\{)"([^"]*)"(?:\]\)|\]\]|\)\)|\]|\})')
_ARROW = re.compile(r'  (\w+)(?:[^\w\s-].*)? (?:-->|-\.->|-- "(?P<a>[^"]*)" -->|-\. "(?P<b>[^"]*)" \.->) (\w+)')


@pytest.fixture(scope="module")
def library() -> Library:
    found = read_library(read_files(CONTENT)[0]).library
    assert found is not None
    return found


def small(**files: str) -> Library:
    reading = reading_of({f"flows/{name}.yaml": text for name, text in files.items()})
    assert reading.library is not None, told(reading.problems)
    return reading.library


def arrows(chart: str) -> set[tuple[str, str, str]]:
    found = [_ARROW.fullmatch(line) for line in chart.splitlines()]
    return {(each[1], each["a"] or each["b"] or "", each[4]) for each in found if each is not None}


def test_a_map_reads_like_its_page() -> None:
    library = small(talk=TALK)
    assert drawing.outline(library.flows["talk"], library) == MAP


def test_a_chart_has_every_way_on() -> None:
    library = small(talk=TALK)
    assert arrows(mermaid.chart(library.flows["talk"], library)) == ARROWS


@pytest.mark.parametrize(
    ("asks", "ways"),
    [
        ("answer: yes or no", {("no / not answered", "foot"), ("yes", "step1")}),
        ("answer: yes or no\n    must: yes", {("no", "foot"), ("yes", "step1")}),
    ],
)
def test_no_answer_is_a_no_where_a_clear_yes_is_needed(asks: str, ways: set[tuple[str, str]]) -> None:
    library = small(
        talk=f"""\
flow: talk
no_reply:
  close: 24 hours
steps:
  - ask: Well? Y or N
    save: well
    {asks}
    when:
      yes:
        - say: Good.
"""
    )
    chart = mermaid.chart(library.flows["talk"], library)
    assert {(label, to) for start, label, to in arrows(chart) if start == "step0"} == ways


def test_every_step_of_what_ships_is_on_its_map_once_and_in_order(library: Library) -> None:
    for flow in library.flows.values():
        drawn = [line.step for line in drawing.body(flow) if line.step is not None]
        assert sorted(drawn) == list(range(len(flow.steps))), flow.name


def test_every_flow_says_how_it_starts_and_nothing_starts_by_accident(library: Library) -> None:
    unnamed = {name for name, flow in library.flows.items() if drawing.starts(flow, library) == [drawing.UNNAMED]}
    assert unnamed == {"still-you", "welcome-back"}  # the program begins these two by itself


def test_all_flows_together_show_what_leads_where(library: Library) -> None:
    told = drawing.overview(library)
    assert "check-in: One open question" in told
    assert "  starts by the schedule weekly check-in" in told
    assert "  goes through: find-group\n  may tell staff: asked for a mentor, went quiet\n" in told
    assert "  books for later: did-you-go, group-reminder\n" in told


def test_every_line_of_a_chart_is_mermaid_and_every_arrow_leads_to_a_box(library: Library) -> None:
    for chart in (mermaid.charts(library), *(mermaid.chart(flow, library) for flow in library.flows.values())):
        first, *lines = chart.splitlines()
        assert first in ("flowchart TD", "flowchart LR")
        boxes = {found[1] for line in lines if (found := _BOX.match(line))}
        for line in lines:
            arrow = _ARROW.fullmatch(line)
            assert arrow is not None or _BOX.fullmatch(line), line
            assert arrow is None or {arrow[1], arrow[4]} <= boxes, line


@pytest.mark.parametrize("words", ['"] --> x', "<b>bold</b>", "a # note", "```", "say; graph TD", "{a} | b & c"])
def test_no_words_can_break_out_of_their_box(words: str) -> None:
    library = small(talk=f"flow: talk\nsteps:\n  - say: {words}\n")
    line = mermaid.chart(library.flows["talk"], library).splitlines()[3]
    found = _BOX.fullmatch(line)
    assert found is not None, line
    inside = re.sub(r"#\d+;", lambda code: chr(int(code[0][1:-1])), found[2])
    assert inside == f"says “{words}”"
    assert not set('<>"`|{}&;') & set(re.sub(r"#\d+;", "", found[2]))


def test_every_kind_of_step_has_words_of_its_own() -> None:
    plain = {kind.__name__.lower() for kind in Step.__subclasses__()}
    drawn = Path(drawing.__file__).read_text(encoding="utf-8")
    assert [name for name in plain if f"case {name.capitalize()}(" not in drawn] == []


# ---------------------------------------------------------------- the command


def test_the_command_prints_one_flow_or_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    for flow, as_mermaid, begins in (
        ("check-in", False, "check-in: One open question"),
        ("check-in", True, "flowchart TD"),
        ("", False, "check-in: One open question"),
        ("", True, "flowchart LR"),
    ):
        assert draw(flow, as_mermaid=as_mermaid) == 0
        assert capsys.readouterr().out.startswith(begins)


def test_what_cannot_be_drawn_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    assert draw("chekin", as_mermaid=False) == 2
    assert capsys.readouterr().err == "There is no flow chekin: did you mean check-in?\n"
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path / "nowhere"))
    assert draw("", as_mermaid=False) == 2
    assert "There is no content folder" in capsys.readouterr().err
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "talk.yaml").write_text("flow: talk\nsteps:\n  - sya: Hi\n", encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    assert draw("", as_mermaid=False) == 2
    assert "flows/talk.yaml:3:" in capsys.readouterr().err
