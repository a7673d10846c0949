"""What a new release would do to people who know the live one: names that changed, numbers that moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.checking.against import check_against
from flows.content import Library
from tests.reading.folder import VARIABLES, flow_text, reading_of, told

ASK = "- ask: What shall I call you?\n  remember: nickname\n  answer: text up to 20\n"
AIM = "- ask: What are you working towards?\n  save: aim\n  answer: text up to 60\n- say: Thanks.\n"
LIST = "- ask: Which?\n  save: which\n  choices:\n{}- say: Thanks.\n"


def choices(*names: str) -> str:
    return LIST.format("".join(f"    - choice: Something {name}\n      name: {name}\n" for name in names))


def library(steps: str, variables: str = VARIABLES, name: str = "talk", head: str = "about: A talk.\n") -> Library:
    text = flow_text(steps, f"{head}no_reply:\n  close: 24 hours\n").replace("flow: talk", f"flow: {name}")
    reading = reading_of({f"flows/{name}.yaml": text, "variables.yaml": variables})
    assert reading.library is not None, told(reading.problems)
    return reading.library


def once_called(was: str, new: Library, name: str) -> Library:
    """The same, where the flow or variable ``name`` says what it was called."""
    flows = {key: replace(flow, was=was if key == name else "") for key, flow in new.flows.items()}
    variables = {key: replace(each, was=was if key == name else "") for key, each in new.variables.items()}
    return replace(new, flows=flows, variables=variables)


RENAMED = ASK.replace("nickname", "called") + AIM
LIVE = library(ASK + AIM)
CALLED = VARIABLES.replace("nickname:", "called:")
ABC = library(choices("a", "b", "c"))

PASSES = {
    "nothing changed": (LIVE, LIVE),
    "a question said otherwise": (LIVE, library(ASK + AIM.replace("working towards", "hoping for"))),
    "a question taken out": (LIVE, library(AIM)),
    "another question in its place": (
        LIVE,
        library(ASK + AIM.replace("What are you working towards?", "Who is at home?").replace("aim", "home")),
    ),
    "a variable that says what it was": (LIVE, once_called("nickname", library(RENAMED, CALLED), "called")),
    "a flow that says what it was": (LIVE, once_called("talk", library(ASK + AIM, name="chat"), "chat")),
    "an answer that says what it was": (LIVE, library(ASK + AIM.replace("save: aim", "save: hope\n  was: aim"))),
    "a new choice at the foot": (ABC, library(choices("a", "b", "c", "d"))),
    "the last choice taken out": (ABC, library(choices("a", "b"))),
    "other choices altogether": (ABC, library(choices("x", "y"))),
}
FAILS = {
    "a variable renamed": (LIVE, library(RENAMED, CALLED), "E", "add was: nickname"),
    "a flow renamed": (LIVE, library(ASK + AIM, name="chat"), "E", "add was: talk"),
    "a saved name renamed": (LIVE, library(ASK + AIM.replace("aim", "hope")), "E", "add was: aim below save: hope"),
    "a new choice on top": (ABC, library(choices("d", "a", "b", "c")), "W", "put new choices last"),
    "two choices in another order": (ABC, library(choices("b", "a", "c")), "W", "put new choices last"),
    "a choice in the middle taken out": (ABC, library(choices("a", "c")), "W", "leave the others"),
}


@pytest.mark.parametrize("name", PASSES)
def test_passes(name: str) -> None:
    live, new = PASSES[name]
    assert told(check_against(live, new)) == ""


@pytest.mark.parametrize("name", FAILS)
def test_fails(name: str) -> None:
    live, new, level, fix = FAILS[name]
    (problem,) = check_against(live, new)
    assert str(problem.level) == level
    assert fix in problem.fix


def test_the_first_number_that_moved_is_named() -> None:
    (problem,) = check_against(ABC, library(choices("d", "a", "b", "c")))
    assert problem.what == "People have learned that 1 is a; here it is 2."
