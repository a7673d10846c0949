"""Conditions in words: what they mean, when they are true, and what is said when one cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from flows import conditions
from flows.conditions import holds, parse, with_words
from flows.steps import Condition
from flows.wording import Place, Problem
from tests.reading.folder import reading_flow, told

HERE = Place("flows/a.yaml", 3, 7)
TODAY = date(2026, 11, 22)
ANSWERS = {
    "mood": "2",
    "adult": "yes",
    "day": "tuesday",
    "needs": "women;step_free",
    "until": "2026-12-01",
    "grant.goal": "a flat",
    "empty": "",
    "today": "2026-11-22",
    "channel": "telegram",
    "number": "10",
    "half": "7.5",
}

TRUE = [
    "mood is 2",
    "mood is 2.0",
    "mood is not 3",
    "mood at most 2",
    "mood at least 2",
    "mood more than 1",
    "mood less than 10",
    "mood <= 2",
    "mood>=2",
    "mood = 2",
    "mood != 3",
    "number more than 9",
    "half more than 7",
    "mood one of 1, 2",
    "mood answered",
    "missing not answered",
    "empty not answered",
    "adult is YES",
    "adult is Yes",
    "day one of Monday, Tuesday",
    "needs includes women",
    "needs includes Step_Free",
    "until more than today",
    "until is 1/12/2026",
    "today is 2026-11-22",
    "today at most today",
    "grant.goal is a flat",
    'grant.goal is "a flat"',
    "mood not answered or mood at most 2",
    "missing not answered or mood at most 1",
    "mood is 2 and adult is yes",
    "(mood is 9 or adult is yes) and day is tuesday",
    "mood is 9 or (adult is yes and day is tuesday)",
    "((mood is 2))",
    "channel is telegram",
]
FALSE = [
    "mood is 3",
    "mood is not 2",
    "mood at most 1",
    "mood more than 2",
    "mood less than 2",
    "missing is 2",
    "missing is not 2",
    "missing at most 9",
    "missing answered",
    "mood not answered",
    "empty is not x",
    "needs includes children",
    "needs includes step",
    "day at most 3",
    "day more than monday",
    "until less than today",
    "mood at most today",
    "mood is 2 and adult is no",
    "mood is 9 or adult is no",
    "(mood is 2 or adult is no) and day is monday",
]


@pytest.mark.parametrize(("text", "true"), [*((text, True) for text in TRUE), *((text, False) for text in FALSE)])
def test_a_condition_holds_as_it_reads(text: str, true: bool) -> None:
    condition = parse(text, HERE)
    assert isinstance(condition, Condition)
    assert holds(condition, ANSWERS.get, TODAY) is true


REFUSED = [
    ("", "The condition is empty", "mood at most 2"),
    ("mood", "After mood I expect is", "mood at most 2"),
    ("mood is", "Nothing follows mood is", "mood is 2"),
    ("mood equals 2", "After mood I expect is", "mood at most 2"),
    ("is 2", "After is I expect", "mood at most 2"),
    ("2 is mood", "2 is not one", "mood at most 2"),
    ("mood is 2 and", "stops too early", "mood at most 2"),
    ("a is 1 and b is 2 or c is 3", "both and and or", "put brackets"),
    ("(a is 1", "never closed", "add a )"),
    ("a is 1)", "I cannot read this condition from ) on", "every ( needs its )"),
    ('a is "b', "never closed", "close it"),
    ("a answered b", "from b on", "every ("),
    ("(" * 40 + "a is 1" + ")" * 40, "too many brackets", "fewer"),
    ("__import__('os') is 1", "I expect is", "mood at most 2"),
    ("a + b is 2", "After a I expect", "mood at most 2"),
]


@pytest.mark.parametrize(("text", "what", "fix"), REFUSED)
def test_a_condition_that_cannot_be_read_says_why(text: str, what: str, fix: str) -> None:
    problem = parse(text, HERE)
    assert isinstance(problem, Problem)
    assert what in problem.what
    assert fix in problem.fix
    assert problem.place == HERE


def test_a_condition_keeps_its_words_and_its_names() -> None:
    condition = parse("mood not answered  or (day is x and area answered)", HERE)
    assert isinstance(condition, Condition)
    assert condition.written == "mood not answered or (day is x and area answered)"
    assert [(test.name, test.op, test.value) for test in conditions.tests_of(condition)] == [
        ("mood", "not answered", ""),
        ("day", "is", "x"),
        ("area", "answered", ""),
    ]


@pytest.mark.parametrize(
    ("signs", "words"),
    [("mood<=2", "mood at most 2"), ("a > 1 or b != 2", "a more than 1 or b is not 2"), ("mood at most 2", None)],
)
def test_signs_are_put_in_words(signs: str, words: str | None) -> None:
    assert with_words(signs) == words


def test_signs_are_accepted_and_explained() -> None:
    steps = "- ask: How?\n  save: mood\n  scale: 1 a to 5 b\n- if: mood <= 2\n  then:\n    - say: a\n"
    reading = reading_flow(steps)
    assert reading.library is not None
    assert told(reading.problems) == ("flows/talk.yaml:8:9  W  I read the sign here as words. Fix: type mood at most 2")


ASKS = """\
- ask: One?
  save: mood
  scale: 1 rough to 5 good
- ask: Two?
  save: said
  answer: text up to 20
- ask: Three?
  save: pick
  choices:
    - choice: A group
      name: group
    - choice: Nothing
      name: fine
- ask: Four?
  save: many
  pick: many
  choices:
    - choice: Women only
      name: women
- ask: Five?
  save: day
  answer: date
- ask: Six?
  save: sure
  answer: yes or no
"""

FITS = [
    "mood at most 2",
    "mood one of 1, 2",
    "said answered",
    "said not answered",
    "pick is group",
    "pick is not fine",
    "many includes women",
    "day at most today",
    "sure is no",
    "consent_mentor is yes",
    "early_until more than today",
    "channel is sms",
    "language is cy",
    "talk.mood at most 2",
    "nickname answered",
]
MISFITS = [
    ("moood at most 2", "Nothing is called moood", "did you mean mood?"),
    ("mood at most 6", "6 is outside it", "use 1 to 5"),
    ("mood is good", "good is outside it", "use 1 to 5"),
    ("said is yes", "said is free text", "said answered"),
    ("nickname is Sam", "nickname is free text", "nickname answered"),
    ("pick is groop", "pick has no choice named groop", "did you mean group?"),
    ("pick at most 2", "not a number or a date", "pick is"),
    ("pick includes group", "one answer, not several", "pick is group"),
    ("many includes men", "many has no choice named men", "did you mean women?"),
    ("day is soon", "soon is not", "2026-12-25"),
    ("sure is maybe", "yes or no, never maybe", "sure is yes"),
    ("consent_mentor at most 2", "not a number or a date", ""),
    ("channel is post", "There is no channel post", "sms"),
    ("talk.moood is 2", "Nothing is called talk.moood", "did you mean talk.mood?"),
    ("tolk.mood is 2", "Nothing is called tolk.mood", "did you mean talk.mood?"),
]


@pytest.mark.parametrize("text", FITS)
def test_a_test_that_fits_its_answer_passes(text: str) -> None:
    assert told(reading_flow(f"{ASKS}- if: {text}\n  then:\n    - say: a\n").problems) == ""


@pytest.mark.parametrize(("text", "what", "fix"), MISFITS)
def test_a_test_that_an_answer_can_never_meet_is_refused(text: str, what: str, fix: str) -> None:
    problems = reading_flow(f"{ASKS}- if: {text}\n  then:\n    - say: a\n").problems
    assert any(what in p.what and fix in p.fix and p.place.line == 30 for p in problems), told(problems)
