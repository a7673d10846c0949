"""What can be seen without talking: each check beside what passes it, with the thing to type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.checking.care import CARRIER_WORDS
from flows.checking.static import check_library
from flows.steps import Ask, Choices
from flows.wording import Level, Problem
from tests.reading.folder import FLOW, SERVICE, SIGNPOSTS, WHOLE, flow_text, mutilated, reading_of, told

HEAD = "no_reply:\n  close: 24 hours\n"
TODAY = date(2026, 11, 22)


def found(steps: str, head: str = HEAD, more: dict[str, str | bytes | None] | None = None) -> list[Problem]:
    """What the checks say about a flow that reads well."""
    reading = reading_of({"flows/talk.yaml": flow_text(steps, head), **(more or {})})
    assert reading.library is not None, told(reading.problems)
    return [problem for problem in check_library(reading, TODAY) if problem.place.file == "flows/talk.yaml"]


def test_a_folder_with_nothing_wrong_passes() -> None:
    assert told(check_library(reading_of(), TODAY)) == ""


YES_NO = "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n"
SCALE = "- ask: How are you?\n  save: mood\n  scale: 1 rough to 5 good\n"
PERSON = "- say: Text MENTOR to reach a person.\n"
NUMBER = "- ask: How many?\n  save: number\n  answer: number 1 to 9\n"
AGE = "- ask: Are you 18 or over? Y or N\n  remember: adult\n  answer: yes or no\n"
CONSENT = "- ask: Tell a mentor? Y or N\n  remember: consent_mentor\n  answer: yes or no\n"
CHOICES = "- ask: Which?\n  save: which\n  choices:\n"
THANKS = "- say: Thanks.\n"
AIM = "- ask: Goal?\n  save: aim\n  answer: text up to 20\n"
UNANSWERED_ENDS = "  when:\n    not answered:\n      - end: x\n"
FIND = "- find: groups\n  ask: Which?\n  save: group\n"
LOW = "- if: mood not answered or mood at most 2\n  then:\n"
SCHEDULED = f"starts: schedule\n{HEAD}"


def inside(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip("\n").split("\n"))


PASSES = {
    "an ask with a limit of its own": (f"{YES_NO}  no_reply:\n    close: 1 hour\n{THANKS}", ""),
    "a flow that asks nothing needs no limit": (THANKS, ""),
    "an answer that is thanked": (YES_NO + THANKS, HEAD),
    "an answer that ends on purpose": (f"{YES_NO}  when:\n    no:\n      - end: not now\n{THANKS}", HEAD),
    "choices that fall through to a message": (f"{CHOICES}    - choice: A\n    - choice: B\n{THANKS}", HEAD),
    "ranges that meet": (f"{NUMBER}  when:\n    1 to 4:\n      - say: a\n    5:\n      - say: b\n{THANKS}", HEAD),
    "ranges with an open end": (f"{NUMBER}  when:\n    1 to 2:\n      - say: a\n{THANKS}", HEAD),
    "consent that must be clear": (f"{CONSENT}  must: yes\n{THANKS}", HEAD),
    "age that must be clear": (
        f"- ask: Are you 18 or over? Y or N\n  {'save: age'}\n  answer: yes or no\n  must: yes\n{THANKS}",
        HEAD,
    ),
    "over, and no age": ("- ask: Is it over? Y or N\n  save: well\n  answer: yes or no\n" + THANKS, HEAD),
    "consent withdrawn": ("- set: consent_mentor\n  to: no\n- say: Done.\n", HEAD),
    "feelings with a way out": (SCALE + PERSON, HEAD),
    "a rating with a signpost": ("- rate: next 1 from capital\n- signpost: lines\n", HEAD),
    "help for the unanswered": (f"{SCALE}{LOW}    - signpost: lines\n{PERSON}", HEAD),
    "help in a range and for the unanswered": (
        f"{SCALE}  when:\n    1 to 2:\n      - signpost: lines\n    not answered:\n      - signpost: lines\n{PERSON}",
        HEAD,
    ),
    "silence that tells a mentor who may be told": (
        f"{SCALE}{LOW}"
        + inside(YES_NO)
        + "      no_reply:\n        close: 3 hours\n        then:\n          - if: consent_mentor is yes\n"
        + "            then:\n              - alert: went quiet\n"
        + PERSON,
        HEAD,
    ),
    "an alert that was asked for": (
        f"{YES_NO}  when:\n    yes:\n      - alert: asked for a mentor\n{THANKS}",
        SCHEDULED,
    ),
    "an alert that was chosen": (
        f"{CHOICES}    - choice: A mentor\n      then:\n        - alert: asked for a mentor\n    - choice: B\n{THANKS}",
        SCHEDULED,
    ),
    "an alert in a flow that a word starts": (f"- alert: asked for a mentor\n{THANKS}", f"words: mentor\n{HEAD}"),
    "an alert under consent": (
        f"- if: consent_mentor is yes\n  then:\n    - alert: went quiet\n{THANKS}",
        SCHEDULED,
    ),
    "an alert in a flow for those who agreed": (
        f"- alert: went quiet\n{THANKS}",
        f"only_if: consent_mentor is yes\n{SCHEDULED}",
    ),
    "a blank with something for the empty": ("- say: Hi ((nickname)).\n", HEAD),
    "a blank that was just answered, or skipped around": (
        f"{AIM}- if: aim answered\n  then:\n    - say: So ((aim)).\n{THANKS}",
        HEAD,
    ),
    "a blank in the branch of an answer": (
        f"{NUMBER}  when:\n    1 to 9:\n      - say: That is ((number)).\n{THANKS}",
        HEAD,
    ),
    "a blank whose unanswered ends": (
        f"{NUMBER}  when:\n    not answered:\n      - end: x\n- say: So ((number)).\n",
        HEAD,
    ),
    "a blank of what must be answered": (f"{YES_NO}  must: yes\n- say: So ((well)).\n", HEAD),
    "a group that was surely found": (
        f"{FIND}{UNANSWERED_ENDS}    nothing found:\n      - end: none\n- say: ((group.name)).\n",
        HEAD,
    ),
    "a time promised after an alert": (f"{YES_NO}- alert: went quiet\n- say: By ((alert.by)).\n", HEAD),
    "words of ours in capitals": ("- say: Text MENTOR, PAUSE 2 WEEKS or STOP. Or reply Y.\n", HEAD),
    "a word for somebody else's number": ("- say: Text SHOUT to 85258.\n", HEAD),
    "a word that another flow has": ("- say: Text TALK any time.\n", f"words: talk\n{HEAD}"),
    "capitals that are no word to text": ("- say: The NHS and the GP are free. Send me a UK number.\n", HEAD),
    "a first line with nothing private": ("- say: Hi ((nickname)), all well?\n", SCHEDULED),
    "something private once they wrote first": ("- say: Being sober is hard.\n", f"words: talk\n{HEAD}"),
    "fifteen words": (f"- say: {' '.join(['word'] * 15)}.\n", HEAD),
    "one hundred and sixty letters": (f"- say: {('abc abcd. ' * 16)[:159]}.\n", HEAD),
    "short and everyday words": (
        "- say: Thanks for that. You can text me at any time of the day or of the night.\n",
        HEAD,
    ),
    "few words, however long": ("- say: Congratulations on your recovery anniversary.\n", HEAD),
    "an answer that a missing one need not have": (
        f"{NUMBER}- if: number not answered or number is 3\n  then:\n    - say: a\n{THANKS}",
        HEAD,
    ),
    "an if that says what else": (
        f"{NUMBER}- if: number is 3\n  then:\n    - say: a\n  else:\n    - say: b\n",
        HEAD,
    ),
    "an if on what was surely answered": (
        f"{YES_NO}  must: yes\n- if: well is yes\n  then:\n    - say: a\n{THANKS}",
        HEAD,
    ),
    "an if on what is remembered": ("- if: consent_mentor is yes\n  then:\n    - say: a\n", HEAD),
    "no time promised after something was handed in": (
        f"{AIM}- submit: idea\n  with: aim\n  about: an idea\n- say: Thanks. Somebody will read it.\n",
        HEAD,
    ),
    "a flow that runs another after a question": (f"{YES_NO}- run: talk\n", HEAD),
}


@pytest.mark.parametrize("name", PASSES)
def test_passes(name: str) -> None:
    steps, head = PASSES[name]
    assert told(found(steps, head)) == ""


FAILS = {
    "a question without a limit": (YES_NO + THANKS, "", "E", 3, "no limit", "close: 48 hours"),
    "a limit that its own no_reply lost": (
        f"{YES_NO}  no_reply:\n    nudge: 1 hour\n    say: Hi.\n{THANKS}",
        HEAD,
        "E",
        5,
        "no limit",
        "close: 48 hours",
    ),
    "a rating without a limit": (f"- rate: all from capital\n{PERSON}", "", "E", 3, "no limit", "close: 48 hours"),
    "a step after the end": (f"- say: a\n- end: x\n{THANKS}", HEAD, "E", 7, "unreachable", "above the end: step"),
    "an answer that hears nothing": (YES_NO, HEAD, "E", 5, "dead end", "- say: Thanks"),
    "one choice that hears nothing": (
        f"{CHOICES}    - choice: A\n      then:\n        - say: a\n    - choice: B\n",
        HEAD,
        "E",
        5,
        "dead end",
        "- say: Thanks",
    ),
    "an answer that only alerts": (
        f"{YES_NO}  when:\n    yes:\n      - alert: asked for a mentor\n    no:\n      - say: OK.\n",
        HEAD,
        "E",
        5,
        "dead end",
        "- say: Thanks",
    ),
    "ranges that overlap": (
        f"{NUMBER}  when:\n    1 to 4:\n      - say: a\n    4 to 9:\n      - say: b\n{THANKS}",
        HEAD,
        "E",
        5,
        "range",
        "one of them",
    ),
    "a gap between ranges": (
        f"{NUMBER}  when:\n    1 to 3:\n      - say: a\n    6 to 9:\n      - say: b\n{THANKS}",
        HEAD,
        "E",
        5,
        "range",
        "add 4 to 5:",
    ),
    "consent that may be muddled": (CONSENT + THANKS, HEAD, "E", 5, "must", "must: yes"),
    "age that may be muddled": (
        AGE + THANKS,
        HEAD,
        "E",
        5,
        "must",
        "must: yes",
    ),
    "consent that is set": ("- set: consent_mentor\n  to: yes\n- say: Done.\n", HEAD, "E", 5, "consent", "ask for it"),
    "feelings without a way out": (SCALE + THANKS, HEAD, "E", 5, "no way out", "Text MENTOR"),
    "a rating without a way out": (f"- rate: all from capital\n{THANKS}", HEAD, "E", 5, "no way out", "Text MENTOR"),
    "help that the unanswered miss": (
        f"{SCALE}- if: mood at most 2\n  then:\n    - signpost: lines\n{PERSON}",
        HEAD,
        "E",
        8,
        "help skipped",
        "type - if: mood not answered or mood at most 2",
    ),
    "help for the lowest that the unanswered miss": (
        f"{SCALE}- if: mood is 1\n  then:\n    - signpost: lines\n{PERSON}",
        HEAD,
        "E",
        8,
        "help skipped",
        "mood not answered or mood is 1",
    ),
    "help in a range that the unanswered miss": (
        f"{SCALE}  when:\n    1 to 2:\n      - signpost: lines\n{PERSON}",
        HEAD,
        "E",
        5,
        "help skipped",
        "add not answered:",
    ),
    "silence that lets go": (f"{SCALE}{LOW}{inside(YES_NO)}{PERSON}", HEAD, "E", 10, "silence", "tell a mentor"),
    "an alert that nobody asked for": (
        f"- alert: went quiet\n{THANKS}",
        SCHEDULED,
        "E",
        6,
        "consent",
        "consent_mentor",
    ),
    "an alert after a no": (
        f"{YES_NO}  when:\n    no:\n      - alert: went quiet\n{THANKS}",
        SCHEDULED,
        "E",
        11,
        "consent",
        "consent_mentor",
    ),
    "an alert after silence": (
        f"{YES_NO}  no_reply:\n    close: 1 day\n    then:\n      - alert: went quiet\n{THANKS}",
        HEAD,
        "E",
        11,
        "consent",
        "consent_mentor",
    ),
    "a choice that a network takes": (
        f"{CHOICES}    - choice: Cancel\n    - choice: B\n{THANKS}",
        HEAD,
        "E",
        8,
        "swallowed",
        "other words",
    ),
    "a choice that is a word of ours": (
        f"{CHOICES}    - choice: Stop, please!\n    - choice: Pause\n{THANKS}",
        HEAD,
        "E",
        9,
        "swallowed",
        "other words",
    ),
    "a private word in an opening": ("- say: Still sober?\n", SCHEDULED, "E", 6, "private word", "without that word"),
    "a private word behind an if": (
        "- if: nickname answered\n  then:\n    - say: Out of Rehab?\n",
        SCHEDULED,
        "E",
        8,
        "private word",
        "without that word",
    ),
    "a private word in a nudge": (
        f"{YES_NO}  no_reply:\n    nudge: 1 hour\n    say: Sober?\n    close: 1 day\n{THANKS}",
        HEAD,
        "E",
        10,
        "private word",
        "without that word",
    ),
    "a saved answer in an opening": (
        "- if: goal answered\n  then:\n    - say: How is ((goal))?\n",
        SCHEDULED,
        "E",
        8,
        "private word",
        "shows: yes",
    ),
    "a hole where nothing was remembered": ("- say: So ((goal)).\n", HEAD, "E", 5, "hole", "if_empty: to goal"),
    "a hole where an answer was skipped": (
        f"{NUMBER}- say: So ((number)).\n",
        HEAD,
        "E",
        8,
        "hole",
        "- if: number answered",
    ),
    "a hole where no group was found": (f"{FIND}- say: ((group.name)).\n", HEAD, "E", 8, "hole", "nothing found:"),
    "a time promised before an alert": ("- say: By ((alert.by)).\n", HEAD, "E", 5, "hole", "alert: step before"),
    "a word that nothing understands": ("- say: Text SAIB for a break.\n", HEAD, "E", 5, "taught word", "words.yaml"),
    "one of several words": ("- say: Text PAUSE, SAIB or STOP.\n", HEAD, "E", 5, "taught word", "words.yaml"),
    "a long sentence": (f"- say: {' '.join(['word'] * 16)}.\n", HEAD, "W", 5, "long sentence", "two of it"),
    "a hurtful word": ("- say: Once a Junkie.\n", HEAD, "W", 5, "hurtful word", "person who uses"),
    "today promised after an alert": (
        f"{YES_NO}- alert: went quiet\n- say: Somebody rings today.\n",
        HEAD,
        "W",
        9,
        "promise",
        "((alert.by))",
    ),
    "long words": (
        "- say: Consequently, participants experiencing considerable difficulties require an individual medical "
        "consultation immediately, please.\n",
        HEAD,
        "W",
        5,
        "reading age",
        "Consequently",
    ),
    "an if that passes over a missing answer": (
        f"{NUMBER}- if: number is 3\n  then:\n    - say: a\n{THANKS}",
        HEAD,
        "W",
        8,
        "may be unanswered",
        "type - if: number not answered or number is 3",
    ),
    "a not that passes over what was never said": (
        "- if: consent_checkins is not yes\n  then:\n    - say: a\n",
        HEAD,
        "W",
        5,
        "may be unanswered",
        "consent_checkins not answered or",
    ),
    "this week promised after something was handed in": (
        f"{AIM}- submit: idea\n  with: aim\n  about: an idea\n- say: Somebody reads it this week.\n",
        HEAD,
        "W",
        11,
        "promise",
        "no time",
    ),
    "more than one text": (f"- say: {'abc abcd. ' * 16}abc.\n", HEAD, "W", 5, "long text", "shorter"),
    "a letter that forces short texts": (f"- say: Siôn ŵ {'abc abc. ' * 8}\n", HEAD, "W", 5, "long text", "shorter"),
    "more than one text with its longest name": (
        f"- say: Hi ((nickname)). {('abc abc. ' * 20)[:141]}\n",
        HEAD,
        "W",
        5,
        "long text",
        "shorter",
    ),
    "a flow that runs itself": ("- say: a\n- run: talk\n", HEAD, "E", 6, "round and round", "ask:"),
}


@pytest.mark.parametrize("name", FAILS)
def test_fails(name: str) -> None:
    steps, head, level, line, code, fix = FAILS[name]
    problems = found(steps, head)
    assert [(p.code, p.place.line, str(p.level)) for p in problems] == [(code, line, level)], told(problems)
    assert fix in problems[0].fix


def test_what_a_long_text_costs_is_said_with_the_letter_that_forces_it() -> None:
    problems = found(f"- say: ŵ {'abc abc. ' * 8}\n")
    assert told(problems).endswith("At its longest this is 2 texts because of ŵ: 8p each time. Fix: make it shorter.")


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


def test_flows_that_run_each_other_without_a_question_are_refused_at_each_end() -> None:
    other = {"flows/other.yaml": "flow: other\nsteps:\n  - say: b\n  - run: talk\n"}
    assert [problem.code for problem in found("- say: a\n- run: other\n", HEAD, dict(other))] == ["round and round"]
    assert found(f"{YES_NO}- run: other\n", HEAD, dict(other)) == []


def test_an_opening_is_private_wherever_it_is_said() -> None:
    other = {"flows/other.yaml": "flow: other\nstarts: schedule\nsteps:\n  - run: talk\n"}
    assert [problem.code for problem in found("- say: Sober?\n", HEAD, dict(other))] == ["private word"]
    booked = {"flows/other.yaml": "flow: other\nsteps:\n  - later: talk\n    after: 1 week\n  - say: OK.\n"}
    assert [problem.code for problem in found("- say: Sober?\n", HEAD, dict(booked))] == ["private word"]


def test_the_name_of_the_service_is_looked_at_where_it_is_shown() -> None:
    named = {"service.yaml": SERVICE.replace("West Kent Friends", "Rehab Friends")}
    assert [p.code for p in found("- say: Hi from ((service.name)).\n", SCHEDULED, dict(named))] == ["private word"]


def test_what_follows_a_flow_that_another_runs_is_said_there() -> None:
    other = {"flows/other.yaml": "flow: other\nsteps:\n  - run: talk\n  - say: Thanks.\n"}
    assert found(YES_NO, HEAD, dict(other)) == []


def test_a_language_on_offer_needs_words_that_worry() -> None:
    asks = flow_text(f"- ask: Goal?\n  save: aim\n  answer: text up to 20\n{THANKS}")
    reading = reading_of(
        {"flows/talk.yaml": asks, "service.yaml": SERVICE.replace("languages: en", "languages: en, cy")}
    )
    problems = check_library(reading, TODAY)
    told_of_words = [
        (problem.code, problem.fix.partition(" to ")[0]) for problem in problems if problem.code == "language"
    ]
    assert told_of_words == [("language", "add hear cy:")]


def test_the_words_of_phrases_and_signposts_are_looked_at_too() -> None:
    phrases = WHOLE["phrases.yaml"].replace("stopped: stopped", "stopped: Text SAIB.")
    signposts = SIGNPOSTS.replace("Samaritans: 116 123, free.", "A junkie can ring 116 123.")
    problems = check_library(reading_of({"phrases.yaml": phrases, "directory/signposts.yaml": signposts}), TODAY)
    assert [(problem.place.file, problem.code) for problem in problems] == [
        ("directory/signposts.yaml", "hurtful word"),
        ("phrases.yaml", "taught word"),
    ]


@pytest.mark.parametrize(("today", "old"), [(date(2027, 4, 30), False), (date(2027, 5, 1), True)])
def test_a_helpline_is_old_after_a_hundred_and_eighty_days(today: date, old: bool) -> None:
    problems = check_library(reading_of(), today)
    assert [problem.code for problem in problems] == (["old check"] if old else [])
    assert all(problem.level is Level.WARNING for problem in problems)


def test_a_flow_that_did_not_read_is_not_checked_for_what_it_lacks_and_the_others_are() -> None:
    broken = flow_text(f"{YES_NO}- saay: Thanks.\n")
    reading = reading_of(
        {"flows/broken.yaml": broken.replace("flow: talk", "flow: broken"), "flows/talk.yaml": flow_text(YES_NO)}
    )
    assert [(problem.place.file, problem.code) for problem in check_library(reading)] == [
        ("flows/broken.yaml", "unknown step"),
        ("flows/talk.yaml", "dead end"),
    ]


def test_a_flow_that_runs_one_that_did_not_read_is_still_checked() -> None:
    broken = flow_text(f"- saay: Hi.\n{YES_NO}- run: talk\n").replace("flow: talk", "flow: broken")
    talk = flow_text(f"- run: broken\n{YES_NO}{THANKS}", SCHEDULED)
    problems = found_among({"flows/broken.yaml": broken, "flows/talk.yaml": talk})
    assert [(problem.place.file, problem.code) for problem in problems] == [("flows/broken.yaml", "unknown step")]


def found_among(changes: dict[str, str | bytes | None]) -> tuple[Problem, ...]:
    return check_library(reading_of(changes), TODAY)


@pytest.mark.parametrize("file", ["variables.yaml", "service.yaml", "safety/words.yaml", "flows/talk.yaml"])
def test_a_slip_in_any_line_is_survived(file: str) -> None:
    text = FLOW if file == "flows/talk.yaml" else WHOLE[file]
    for changed in list(mutilated(text))[:120]:
        found_among({"flows/talk.yaml": FLOW, file: changed})


def test_a_group_is_old_after_a_hundred_and_eighty_days() -> None:
    groups = (
        "id,name,kind,day,time,until,every,postcode,town,place,needs,access,for,cost,contact,phone,link,source,checked\n"
        "ton-tue,Tuesday Table,peer group,Tuesday,18:30,20:00,week,TN9 1AA,Tonbridge,Room,people,step_free:yes,anyone,"
        "free,host,01632 960101,,own list,2026-05-25\n"
    )
    reading = reading_of({"directory/groups-sample.csv": groups})
    assert told(check_library(reading, date(2026, 11, 21))) == ""
    (problem,) = check_library(reading, date(2026, 11, 22))
    assert (problem.place.file, problem.place.line, problem.code) == ("directory/groups-sample.csv", 2, "old check")
