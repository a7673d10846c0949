"""What the checks say of words: times that are promised, and words that never reach what they are for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.checking.care import CARRIER_WORDS
from flows.checking.static import check_library
from flows.steps import Ask, Choices
from tests.checking.pieces import (
    CHOICES,
    HEAD,
    THANKS,
    TODAY,
    YES_NO,
    found,
)
from tests.reading.folder import flow_text, reading_of

PROMISED = [
    ("A mentor will ring you tomorrow.", "tomorrow"),
    ("Thanks. Someone will be in touch within 2 days.", "within"),
    ("You’ll hear by Friday.", "by friday"),
    ("We'll call on Monday to see how you are.", "on monday"),
    ("I'll phone you in an hour.", "in an hour"),
    ("They will come and see you next week.", "next week"),
]
NOT_PROMISED = [
    "A mentor will ring you.",
    "I'll ask the rest tomorrow.",
    "I'll text you tomorrow.",
    "Will you come on Monday?",
    "The group meets today. You will see people there.",
    "Text MENTOR and somebody will ring you today.",
    "Carry on any time this week. We will not mind.",
]


@pytest.mark.parametrize(("words", "time"), PROMISED)
def test_a_time_is_promised_where_nobody_is_told(words: str, time: str) -> None:
    (problem,) = found(f"- say: {words}\n")
    assert (problem.code, problem.what) == ("promise", f"This promises {time}, and nobody is told.")
    assert problem.fix == "put an alert: step above it, and say by ((alert.by))"


@pytest.mark.parametrize("words", NOT_PROMISED)
def test_these_words_promise_no_time(words: str) -> None:
    assert found(f"- say: {words}\n") == []


def test_a_promise_further_down_from_its_alert_is_told_what_to_say() -> None:
    (problem,) = found(f"{YES_NO}- alert: went quiet\n- say: Thanks.\n- say: A mentor will ring you tomorrow.\n")
    assert (problem.code, problem.fix) == ("promise", "say by ((alert.by))")


def test_a_promise_after_a_flow_that_fetches_somebody_is_not_called_empty() -> None:
    other = {"flows/other.yaml": f"flow: other\nsteps:\n  - alert: went quiet\n  {THANKS}"}
    problems = found("- run: other\n- say: A mentor will ring you tomorrow.\n", more=dict(other))
    assert [problem.fix for problem in problems] == ["say by ((alert.by))"]


@pytest.mark.parametrize("word", sorted(CARRIER_WORDS))
def test_every_word_that_a_network_acts_on_is_refused_as_a_choice(word: str) -> None:
    problems = found(f"{CHOICES}    - choice: {word.capitalize()}\n    - choice: Other\n{THANKS}")
    assert [problem.code for problem in problems] == ["swallowed"]


def test_a_choice_that_is_swallowed_in_another_language_is_refused() -> None:
    reading = reading_of({"flows/talk.yaml": flow_text(f"{CHOICES}    - choice: A\n    - choice: B\n{THANKS}", HEAD)})
    assert reading.library is not None
    flow = reading.library.flows["talk"]
    ask = flow.steps[0]
    assert isinstance(ask, Ask)
    assert isinstance(ask.answer, Choices)
    first, second = ask.answer.choices
    welsh = replace(first, words=replace(first.words, text={"en": "A", "cy": "Stop"}))
    steps = (replace(ask, answer=Choices((welsh, second))), *flow.steps[1:])
    library = replace(reading.library, flows={"talk": replace(flow, steps=steps)})
    problems = check_library(replace(reading, english=library), TODAY)
    assert [problem.code for problem in problems] == ["swallowed"]


HEARD_ELSEWHERE = [
    ("stop please", "already means stop everywhere"),
    ("Stop texting me", "already means stop everywhere"),
    ("pause 2 weeks", "already means pause everywhere"),
    ("yes", "already means yes everywhere"),
    ("nope", ""),
    ("stop craft", "stop craft begins with STOP"),
    ("cancel my place", "begins with CANCEL"),
    ("stopgap", ""),
    ("craft stop", ""),
    ("mentor", ""),  # a word of ours, and there is no flow of that name: this one does its work
    ("ring me", ""),
]


@pytest.mark.parametrize(("word", "what"), HEARD_ELSEWHERE)
def test_a_word_that_would_never_reach_its_flow_is_refused(word: str, what: str) -> None:
    problems = found(THANKS, f"words: craft, {word}\n")
    assert [(problem.code, str(problem.level)) for problem in problems] == ([("taken word", "E")] if what else [])
    assert not what or what in problems[0].what


def test_a_word_of_ours_starts_the_flow_of_its_name_and_no_other() -> None:
    mentor = {"flows/mentor.yaml": "flow: mentor\nwords: mentor\nsteps:\n  - say: Hello.\n"}
    assert found(THANKS, "words: craft\n", dict(mentor)) == []
    assert [problem.code for problem in found(THANKS, "words: mentor please\n", dict(mentor))] == ["taken word"]


def test_join_starts_the_flow_that_a_first_message_starts() -> None:
    assert found(THANKS, "starts: first message\nwords: join, start\n") == []
    assert [problem.code for problem in found(THANKS, "words: join\n")] == ["taken word"]
