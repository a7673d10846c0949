"""What can be seen without talking: each check beside what passes it, with the thing to type."""

from __future__ import annotations

import pytest

from flows.checking.static import check_library
from tests.checking.pieces import (
    AGE,
    AIM,
    CHOICES,
    CONSENT,
    FIND,
    HEAD,
    LOW,
    NUMBER,
    PERSON,
    SCALE,
    SCHEDULED,
    THANKS,
    TODAY,
    UNANSWERED_ENDS,
    YES_NO,
    found,
    inside,
)
from tests.reading.folder import reading_of, told


def test_a_folder_with_nothing_wrong_passes() -> None:
    assert told(check_library(reading_of(), TODAY)) == ""


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
