"""What no conversation test has tried, and every path walked with a worrying word at each question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.content import load_folder
from flows.checking import walking
from flows.checking.paths import walk
from flows.checking.rehearsing import noting, rehearse
from flows.checking.walking import walk_paths
from flows.content import Flow
from flows.directory.geography import Geography
from flows.steps import If
from flows.talking.conversation import Conversation
from flows.wording import Problem
from tests.house.tree import ROOT
from tests.reading.folder import flow_text, reading_of, told

HEAD = "words: talk\nno_reply:\n  close: 24 hours\n"
ASKS = """\
- ask: Well? Y or N
  save: well
  answer: yes or no
  when:
    yes:
      - say: Good.
    no:
      - alert: asked for a mentor
      - say: By ((alert.by)).
    not answered:
      - say: Never mind.
- if: well is yes
  then:
    - say: And thanks.
"""
NO = "! alert asked for a mentor\n< By\n! end"


def talking(steps: str, *talks: str, head: str = HEAD, given: str = "") -> Conversation:
    tests = "".join(
        f"  - name: {number}\n    given: {given}\n    talk: |\n"
        + "".join(f"      {line}\n" for line in talk.split("\n"))
        for number, talk in enumerate(talks)
    )
    reading = reading_of({"flows/talk.yaml": flow_text(steps, head) + (f"tests:\n{tests}" if tests else "")})
    assert reading.library is not None, told(reading.problems)
    return Conversation(reading.library, Geography.read("outcode,latitude,longitude\n"))


def shown(problems: tuple[Problem, ...]) -> list[tuple[str, str, int]]:
    return [(str(problem.level), problem.code, problem.place.line) for problem in problems]


def test_where_every_answer_is_tried_nothing_is_said() -> None:
    talks = (
        "< asks well\n> y\n< Good\n< thanks\n! end",
        f"< asks well\n> n\n{NO}",
        "< asks well\n> zx\n> zx\n< *\n< *",
    )
    assert told(rehearse(talking(ASKS, *talks))) == ""


UNTRIED = {
    "nothing at all": (ASKS, (), [("W", "untried", 1), ("E", "alert untried", 13)]),
    "an alert that is passed and not named": (
        ASKS,
        ("> talk\n> y", "> talk\n> n\n< By", "> talk\n> zx\n> zx"),
        [("E", "alert untried", 13)],
    ),
    "an answer": (ASKS, (f"> talk\n> n\n{NO}", "> talk\n> zx\n> zx"), [("W", "untried", 6), ("W", "untried", 17)]),
    "an answer that cannot be read": (ASKS, ("> talk\n> y", f"> talk\n> n\n{NO}"), [("W", "untried", 6)]),
    "the else of an if": (
        "- if: nickname answered\n  then:\n    - say: A\n  else:\n    - say: B\n",
        ("> talk\n< B",),
        [("W", "untried", 6)],
    ),
    "silence": (
        "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n  no_reply:\n    close: 1 hour\n    then:\n"
        "      - say: Bye.\n- say: Thanks.\n",
        ("> talk\n> y\n< Thanks",),
        [("W", "untried", 6)],
    ),
}


@pytest.mark.parametrize("name", UNTRIED)
def test_what_no_test_tries_is_told(name: str) -> None:
    steps, talks, expected = UNTRIED[name]
    problems = rehearse(talking(steps, *talks))
    assert shown(problems) == expected, told(problems)


def test_a_flow_that_only_speaks_needs_no_test() -> None:
    assert rehearse(talking("- say: Hi.\n")) == ()


def test_a_test_of_another_flow_counts() -> None:
    asks = "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n- say: ok\n"
    files = {"flows/talk.yaml": flow_text(asks, HEAD)}
    other = "flow: other\nsteps:\n  - run: talk\ntests:\n  - name: a\n    talk: |\n      < asks well\n      > y\n"
    reading = reading_of({**files, "flows/other.yaml": other})
    assert reading.library is not None
    assert rehearse(Conversation(reading.library, Geography.read("outcode,latitude,longitude\n"))) == ()


# ---------------------------------------------------------------- every path


def test_every_path_of_a_good_flow_is_walked_without_a_word() -> None:
    assert walk_paths(talking(ASKS)) == ()


def spoiled(conversation: Conversation, flow: Flow) -> Conversation:
    """The same, with a flow that could not have been read so."""
    library = replace(conversation.library, flows={**conversation.library.flows, flow.name: flow})
    return Conversation(library, conversation.geography)


def test_a_path_on_which_the_program_stumbles_is_told_with_the_answer_that_leads_there() -> None:
    conversation = talking(ASKS)
    flow = conversation.library.flows["talk"]
    steps = tuple(replace(step, then=99) if isinstance(step, If) else step for step in flow.steps)
    (problem,) = walk_paths(spoiled(conversation, replace(flow, steps=steps)))
    assert problem.code == "stumbles"
    assert problem.what.startswith("When somebody answers yes here, the program stumbles (IndexError")


@pytest.mark.parametrize(
    ("steps", "head", "code"),
    [
        ("- say: ((nickname))\n- say: ((goal))\n", HEAD, "hole"),
        ("- ask: Well? Y or N\n  save: well\n  answer: yes or no\n- say: Thanks.\n", "", "no limit"),
    ],
)
def test_what_only_shows_on_the_way_is_told(steps: str, head: str, code: str) -> None:
    assert [problem.code for problem in walk_paths(talking(steps, head=head))] == [code]


def test_words_that_worry_us_are_tried_at_every_question() -> None:
    conversation = talking(ASKS)
    asked: list[str] = []
    crisis = conversation.crisis

    def remembered(scene, finding):  # type: ignore[no-untyped-def]
        asked.append(scene.session.frames[-1].flow)
        turn = crisis(scene, finding)
        return turn._replace(effects=turn.effects[1:])  # the reply is lost

    conversation.crisis = remembered  # type: ignore[method-assign]
    problems = walk_paths(conversation)
    assert asked == ["talk"]
    assert [(problem.code, problem.place.line) for problem in problems] == [("worry unheard", 6)]
    assert "“i want to die”" in problems[0].what


def test_a_flow_with_more_ways_than_can_be_walked_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_TURNS", 100)
    ranges = "".join(f"    {number}:\n      - say: {number}\n" for number in range(1, 10))
    asks = "".join(f"- ask: How many?\n  save: n{q}\n  answer: number 1 to 9\n  when:\n{ranges}" for q in range(4))
    tests = "".join(f"- if: n{q} is {n}\n  then:\n    - say: a\n" for q in range(4) for n in range(1, 10))
    problems = walk_paths(talking(asks + tests))
    assert [(str(problem.level), problem.code) for problem in problems] == [("W", "too many ways")]


def test_every_step_of_the_sample_content_is_walked() -> None:
    conversation = load_folder(ROOT / "content").conversation
    assert conversation is not None
    noted, watched = noting(conversation)
    assert walk_paths(watched) == ()
    flows = conversation.library.flows
    missed = {name: set(walk(flows[name], {})) - steps.passed for name, steps in noted.items()}
    assert {name: steps for name, steps in missed.items() if steps} == {}


@pytest.mark.parametrize(("words", "codes"), [("Still there?", []), ("((goal))", ["hole"])])
def test_the_nudge_is_said_on_every_path_as_well(words: str, codes: list[str]) -> None:
    """Its words go out by themselves, hours later, when nobody is looking."""
    head = f"words: talk\nno_reply:\n  nudge: 3 hours\n  say: {words}\n  close: 24 hours\n"
    found = walk_paths(talking(ASKS, head=head))
    assert [problem.code for problem in found] == codes
    assert all("nobody answers here, an empty message" in problem.what for problem in found)
