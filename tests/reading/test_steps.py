"""Every kind of step is built as it is written, numbered in page order, and refused with a place and what to type."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from flows.reading.keys import HOLD_WORDS, KNOWN, STEP_NAMES
from flows.reading.registry import KINDS
from flows.steps import (
    Alert,
    Ask,
    Choices,
    DateAnswer,
    DayAndTime,
    DayOrAny,
    End,
    Find,
    If,
    Later,
    Number,
    Phone,
    Postcode,
    Rate,
    Run,
    Say,
    Scale,
    Set,
    Signpost,
    Submit,
    Text,
    Wait,
    YesNo,
)
from flows.wording import Span
from tests.reading.folder import flow_text, reading_flow, reading_of, the_flow, the_step, told

ANSWERS = [
    ("answer: yes or no", YesNo()),
    ("answer: number 0 to 10", Number(0, 10)),
    ("answer: text up to 20", Text(20)),
    ("answer: postcode", Postcode()),
    ("answer: postcode or town", Postcode(towns=True)),
    ("answer: day or any", DayOrAny()),
    ("answer: day and time", DayAndTime()),
    ("answer: day and time\nbetween: 09:00 and 20:00", DayAndTime(time(9), time(20))),
    ("answer: day and time\nbetween: 9am and 8pm", DayAndTime(time(9), time(20))),
    ("answer: date", DateAnswer()),
    ("answer: phone", Phone()),
    ("answer:  Yes  or no", YesNo()),
    ("scale: 1 rough to 5 good", Scale(1, 5, "rough", "good")),
    ("scale: 0 not at all to 10 completely", Scale(0, 10, "not at all", "completely")),
]


def ask(lines: str) -> str:
    return "- ask: How?\n  save: how\n" + "".join(f"  {line}\n" for line in lines.split("\n"))


@pytest.mark.parametrize(("lines", "answer"), ANSWERS)
def test_a_kind_of_answer_is_read_from_its_words(lines: str, answer: object) -> None:
    step = the_step(ask(lines))
    assert isinstance(step, Ask)
    assert step.answer == answer


NO_ANSWERS = [
    ("example: x", "does not say what kind of answer", "answer: yes or no"),
    ("answer: yes/no", "answer: yes/no is not understood", "did you mean yes or no?"),
    ("answer: number 10 to 0", "is not understood", "number 0 to 10"),
    ("answer: text up to 0", "is not understood", "text up to 20"),
    ("scale: 1 to 5", "is not understood", "scale: 1 rough to 5 good"),
    ("scale: 5 good to 1 rough", "is not understood", "scale: 1 rough to 5 good"),
    ("answer: yes or no\nscale: 1 a to 2 b", "both answer: and scale:", "keep one"),
    ("answer: yes or no\nbetween: 09:00 and 20:00", "between: goes with", "leave the between: line out"),
    ("answer: day and time\nbetween: 9 to 5", "is not understood", "between: 09:00 and 20:00"),
    ("answer: yes or no\npick: many", "pick: goes with choices", "pick: many"),
    ("choices: a, b", "needs a list of choices", "- choice: Find a group"),
    ("choices:\n  - Find a group", "A choice is expected", "- choice: Find a group"),
    ("choices:\n  - choice: A\n  - choice: A", "Two choices here are named a", "another name"),
    ("choices:\n  - choice: A\n    choice: B", "choice: is said twice", "a dash: - choice: B"),
    ("choices:\n  - choice: A\n    clears: yes", "clears: goes with pick: many", "leave the clears:"),
    ("choices:\n  - choice: A\n    then: say hi", "Steps stand here", "- say: Hello"),
    ("answer: yes or no\nmust: maybe", "must: maybe is not understood", "must: yes or must: no"),
    ("answer: yes or no\nwhen:\n  maybe:\n    - end: x", "no outcome maybe", "use yes, no, not answered"),
    ("answer: date\nwhen:\n  yes:\n    - end: x", "no outcome yes", "use not answered"),
    ("answer: number 1 to 5\nwhen:\n  6:\n    - end: x", "6 is outside it", "stay within 1 to 5"),
    ("answer: number 1 to 5\nwhen:\n  2 to 1:\n    - end: x", "2 to 1 is outside it", "stay within 1 to 5"),
    ("answer: yes or no\nsvae: x", "no setting svae:", "did you mean save?"),
    ("answer: yes or no\nsave: y", "save: is said twice", "keep one save: line"),
    ("answer: yes or no\nremember: goal", "both save: and remember:", "keep save:"),
    ("answer: yes or no\nno_reply:\n  nudge: 2 hours\n  close: 1 day", "no_reply has no say:", "say: No rush"),
    ("answer: yes or no\nno_reply:\n  close: soon", "close: soon is not understood", "24 hours"),
    ("answer: yes or no\nno_reply:\n  shut: 1 day", "no_reply has no setting shut:", "nudge"),
]


@pytest.mark.parametrize(("lines", "what", "fix"), NO_ANSWERS)
def test_a_question_that_cannot_be_built_says_why(lines: str, what: str, fix: str) -> None:
    problems = reading_flow(ask(lines)).problems
    assert any(what in problem.what and fix in problem.fix for problem in problems), told(problems)


STEPS = [
    ("- say: Hello\n  sms: Hi", Say, {}),
    ("- rate: next 2 from capital", Rate, {"instrument": "capital", "count": 2}),
    ("- rate: all from capital", Rate, {"instrument": "capital", "count": None}),
    ("- signpost: lines", Signpost, {"name": "lines"}),
    (
        "- alert: asked for a mentor\n  within: 2 working hours\n  about: asked: today",
        Alert,
        {
            "policy": "asked for a mentor",
            "within": Span(timedelta(hours=2), True, "2 working hours"),
            "about": "asked: today",
        },
    ),
    ("- alert: went quiet", Alert, {"policy": "went quiet", "within": None}),
    ("- set: forget me", Set, {"name": "", "forget_me": True, "to": None}),
    ("- set: goal", Set, {"name": "goal", "to": None}),
    ("- set: goal\n  to: a flat", Set, {"name": "goal", "to": "a flat"}),
    ("- run: talk", Run, {"flow": "talk"}),
    ("- later: talk\n  after: 1 week", Later, {"flow": "talk", "after": timedelta(weeks=1), "clock": None}),
    ("- later: talk\n  on: Tuesday\n  at: 11:00", Later, {"on": "Tuesday", "clock": time(11)}),
    ("- later: talk\n  on: early_until", Later, {"on": "early_until"}),
    ("- wait: 3 days", Wait, {"length": timedelta(days=3)}),
    ("- end: under 18", End, {"reason": "under 18"}),
    ("- submit: idea", Submit, {"queue": "idea", "answers": (), "about": "idea"}),
    ("- submit: survey\n  about: the café survey", Submit, {"queue": "survey", "about": "the café survey"}),
]


@pytest.mark.parametrize(("text", "kind", "values"), STEPS)
def test_a_step_is_built_as_it_is_written(text: str, kind: type, values: dict[str, object]) -> None:
    step = the_step(text)
    assert type(step) is kind
    assert {name: getattr(step, name) for name in values} == values
    assert (step.index, step.next, str(step.at)) == (0, None, "flows/talk.yaml:5:5")


BAD_STEPS = [
    ("- saay: Hi", "saay is not a kind of step", "did you mean say?"),
    ("- say:", "Nothing follows say:", "write the rest after say:"),
    ("- say", "Nothing follows say", "type say: and the rest"),
    ("- just words", "A step is expected here", "- say: Hello"),
    ("- submit: grants", "There is no queue grants", "did you mean grant?"),
    ("- submit: grant\n  with: nickname", "nickname is no answer of this flow", "there are none yet"),
    (
        "- ask: Who?\n  save: who\n  answer: text up to 20\n- submit: grant\n  with: whom",
        "whom is no answer of this flow",
        "did you mean who?",
    ),
    ("- rate: 2 from capital", "is not understood", "rate: next 2 from recovery-capital"),
    ("- rate: next 2 from capitol", "There is no instrument capitol", "did you mean capital?"),
    ("- signpost: line", "There is no signpost line", "did you mean lines?"),
    ("- alert: asked for mentor", "There is no policy asked for mentor", "did you mean asked for a mentor?"),
    ("- alert: went quiet\n  within: soon", "within: soon is not understood", "24 hours or 3 days"),
    ("- run: tlak", "There is no flow tlak", "did you mean talk?"),
    ("- later: talk", "does not say when", "after: 1 week"),
    ("- later: talk\n  on: Tuesday\n  after: 1 day", "both on: and after:", "keep one"),
    ("- later: talk\n  on: birthday", "Nothing is called birthday", "use one of"),
    ("- later: talk\n  after: 1 day\n  at: 25:00", "at: 25:00 is not understood", "11:00"),
    ("- later: talk\n  on: nickname", "nickname is not a date", "day after group"),
    ("- wait: 3", "wait: 3 is not understood", "24 hours or 3 days"),
    ("- wait: 2 working hours", "is not understood", "24 hours or 3 days"),
    ("- set: gaol", "There is no variable gaol in variables.yaml", "did you mean goal?"),
    ("- set: forget me\n  to: x", "forget me takes no value", "leave the to: line out"),
    ("- set: early_until\n  to: today", "Only staff change early_until", "leave this step out"),
    ("- set: adult\n  to: maybe", "adult is kept as yes or no", "a value of that kind"),
    ("- if: nickname answered", "if: has no then:", "then: and steps below it"),
    ("- find: people\n  ask: Which?\n  save: group", "looks only for groups", "find: groups"),
    ("- find: groups\n  save: group", "find: has no ask:", "ask: Which would you like?"),
    ("- find: groups\n  ask: Which?", "This answer has no name", "save:"),
    ("- find: groups\n  ask: Which?\n  save: group\n  show: all", "show: all is not understood", "show: 3"),
    ("- find: groups\n  ask: Which?\n  save: group\n  near: goal", "near: needs a postcode", "a postcode"),
    ("- find: groups\n  ask: Which?\n  save: group\n  on: area", "on: needs a day", "a day"),
    ("- ask: Hi\n  answer: date", "This answer has no name", "save:"),
    ("- ask: Hi\n  save: My Mood\n  answer: date", "cannot be the name of an answer", "save: my_mood"),
    ("- ask: Hi\n  remember: mood\n  answer: date", "There is no variable mood", "use one of"),
    ("- ask: Hi\n  remember: early_until\n  answer: date", "Only staff change early_until", "save:"),
    ("- ask: Hi\n  remember: goal\n  answer: text up to 61", "goal is kept as text up to 60", "the same"),
    ("- ask: Hi\n  remember: goal\n  answer: date", "this question takes date", "the same"),
    ("- ask: Hi\n  save: how\n  was: how\n  answer: date", "how has that name now", "leave the was: line out"),
    (
        "- ask: Hi\n  remember: goal\n  was: aim\n  answer: text up to 60",
        "its old name belongs in variables.yaml",
        "move was: aim below goal:",
    ),
    (
        "- ask: Hi\n  save: how\n  was: mood\n  answer: date\n- ask: Hm\n  save: mood\n  answer: date",
        "mood is still asked for here",
        "leave the was: line out",
    ),
    ("- ask: Hi\n  save: how\n  must: yes\n  answer: date", "this is no yes-or-no question", "answer: yes or no"),
    ("- ask: Hi\n  save: a\n  must: yes\n  skip: yes\n  answer: yes or no", "one of the two", "leave the skip: line"),
    (
        "- ask: Hi\n  save: how\n  pick: many\n  choices:\n    - choice: A\n      then:\n        - say: A",
        "a choice has no outcome of its own",
        "- if: how includes a",
    ),
    ("- alert: went quiet\n  about: they said ((goal))", "never holds an answer", "no ((blank))"),
    ("- find: groups\n  ask: Which?\n  save: group\n  with: goal", "with: needs a list of choices", "list of choices"),
    ("- find: groups\n  ask: Which?\n  save: group\n  for: area", "for: needs a list of choices", "list of choices"),
    ("- say: ((nikname))", "Nothing is called nikname", "did you mean nickname?"),
    ("- say: ((service.nmae))", "Nothing is called service.nmae", "did you mean service.name?"),
    ("- say: ((group.name))", "Nothing has found a group", "find: groups"),
    ("- say: ((alert.at))", "Nothing is called alert.at", "did you mean alert.by?"),
    ("- say: ((nickname)", "A blank is not whole near ((nickname)", "((nickname))"),
    ("- say: nickname))", "A blank is not whole", "((nickname))"),
]


@pytest.mark.parametrize(("text", "what", "fix"), BAD_STEPS)
def test_a_step_that_cannot_be_built_says_why(text: str, what: str, fix: str) -> None:
    reading = reading_flow(text)
    assert reading.library is None
    assert any(what in problem.what and fix in problem.fix for problem in reading.problems), told(reading.problems)


JOINED = [
    ("- ask: A\n  save: a\n  answer: date\n  ask: B\n  save: b\n  answer: phone", "type - ask: B", 2),
    ("- say: A\n  ask: B\n  save: b\n  answer: phone", "type - ask: B", 2),
    ("- signpost: lines\n  end: done", "type - end: done", 2),
    ("- say: A\n  say: B", "type - say: B", 2),
]


@pytest.mark.parametrize(("text", "fix", "count"), JOINED)
def test_two_steps_that_lack_a_dash_between_them_are_parted_and_reported_once(text: str, fix: str, count: int) -> None:
    reading = reading_flow(text)
    assert [problem.code for problem in reading.problems] == ["missing dash"]
    assert reading.problems[0].fix == fix
    assert len(reading.draft.flows["talk"].steps) == count


def test_a_find_keeps_the_question_that_belongs_to_it() -> None:
    step = the_step("- find: groups\n  near: area\n  ask: Which?\n  save: group\n  show: 2")
    assert isinstance(step, Find)
    assert (step.words.text["en"], step.near, step.show) == ("Which?", "area", 2)


BRANCHES = """\
- ask: One?
  save: one
  answer: yes or no
  no_reply:
    close: 3 hours
    then:
      - say: quiet
      - end: quiet
  when:
    yes:
      - say: a
      - if: nickname answered
        then:
          - say: b
        else:
          - say: c
    no:
- ask: Two?
  save: two
  choices:
    - choice: X
      then:
        - say: d
    - choice: Y
- say: e
"""


def test_steps_are_numbered_in_page_order_and_lead_on_from_the_end_of_a_block() -> None:
    steps = the_flow(BRANCHES).steps
    named = {getattr(getattr(step, "words", None), "text", {}).get("en", type(step).__name__): step for step in steps}
    assert list(named) == ["One?", "quiet", "End", "a", "If", "b", "c", "Two?", "d", "e"]
    assert [step.index for step in steps] == list(range(len(steps)))
    leads = {name: steps[step.next] if step.next is not None else None for name, step in named.items()}
    two, last = named["Two?"], named["e"]
    assert (leads["One?"], leads["a"], leads["If"], leads["b"], leads["c"]) == (two, named["If"], two, two, two)
    assert (leads["Two?"], leads["d"], leads["e"]) == (last, last, None)
    assert (leads["quiet"], leads["End"]) == (named["End"], None)
    one, branch = named["One?"], named["If"]
    assert isinstance(one, Ask)
    assert isinstance(branch, If)
    assert one.no_reply is not None
    assert one.no_reply.then == named["quiet"].index
    assert [(when.key, when.then) for when in one.when] == [("yes", named["a"].index), ("no", None)]
    assert (branch.then, branch.otherwise) == (named["b"].index, named["c"].index)
    assert isinstance(two, Ask)
    assert isinstance(two.answer, Choices)
    assert [(choice.name, choice.then) for choice in two.answer.choices] == [("x", named["d"].index), ("y", None)]


def test_steps_of_the_flows_own_silence_come_after_its_talk_and_lead_nowhere() -> None:
    flow = the_flow("- say: a\n", "no_reply:\n  close: 1 day\n  then:\n    - say: z\n")
    assert flow.no_reply is not None
    assert (flow.first, flow.no_reply.then) == (0, 1)
    assert [step.next for step in flow.steps] == [None, None]


def test_three_levels_are_read_and_a_fourth_is_refused() -> None:
    inner = "- say: deep"
    for _ in range(3):
        inner = "- if: nickname answered\n  then:\n" + "".join(f"    {line}\n" for line in inner.strip().split("\n"))
    assert len(the_flow(inner).steps) == 4
    deeper = "- if: nickname answered\n  then:\n" + "".join(f"    {line}\n" for line in inner.strip().split("\n"))
    assert "run: that flow" in told(reading_flow(deeper).problems)


def test_close_may_be_sooner_until_a_date() -> None:
    head = "no_reply:\n  nudge: 24 hours\n  say: No rush.\n  close: 48 hours, 24 hours until early_until\n"
    held = the_flow("- say: a\n", head).no_reply
    assert held is not None
    assert (held.nudge, held.close, held.close_sooner, held.close_until) == (
        timedelta(hours=24),
        timedelta(hours=48),
        timedelta(hours=24),
        "early_until",
    )


@pytest.mark.parametrize(
    ("close", "what"),
    [
        ("48 hours, soon until early_until", "is not understood"),
        ("48 hours, 24 hours until nickname", "nickname is not a date"),
        ("48 hours, 24 hours until erly_until", "Nothing is called erly_until"),
        ("48 hours, 24 hours", "is not understood"),
    ],
)
def test_close_until_something_else_is_refused(close: str, what: str) -> None:
    assert what in told(reading_flow("- say: a\n", f"no_reply:\n  close: {close}\n").problems)


HEADS = [
    ("flow: tolk\nsteps:\n  - say: a\n", "The file is called talk and the flow tolk", "type flow: talk"),
    ("steps:\n  - say: a\n", "A flow has no flow:", "flow: talk"),
    ("flow: talk\n", "A flow has no steps:", "steps:"),
    (
        "flow: talk\nstarts: daily\nsteps:\n  - say: a\n",
        "starts: daily is not a way",
        "use one of alert",
    ),
    ("flow: talk\nonly_if: x is\nsteps:\n  - say: a\n", "Nothing follows x is", "x is 2"),
    ("flow: talk\nsteps: say hello\n", "Steps stand here", "- say: Hello"),
    ("flow: talk\ncolour: red\nsteps:\n  - say: a\n", "A flow has no setting colour:", "about"),
    ("- say: a\n", "This file is made of settings", "first setting"),
    ("", "There is nothing in this file", "flow: talk"),
    (
        "flow: talk\nsteps:\n  - say: a\ntests:\n  - name: x\n    talk:\n  - name: x\n    talk: |\n      > a\n",
        "Two tests",
        "",
    ),
    ("flow: talk\nsteps:\n  - say: a\ntests: later\n", "tests: needs a list", "- name:"),
    ("flow: talk\nsteps:\n  - say: a\ntests:\n  - greets\n", "A test is expected here", "- name:"),
]


@pytest.mark.parametrize(("text", "what", "fix"), HEADS)
def test_the_head_of_a_flow_is_checked(text: str, what: str, fix: str) -> None:
    problems = reading_of({"flows/talk.yaml": text}).problems
    assert any(what in problem.what and fix in problem.fix for problem in problems), told(problems)


def test_a_test_keeps_its_lines_and_their_places() -> None:
    text = (
        flow_text("- say: a\n")
        + "tests:\n  - name: greets\n    given: nickname = Sam\n    talk: |\n      > hi\n\n      < a\n"
    )
    reading = reading_of({"flows/talk.yaml": text})
    assert reading.library is not None, told(reading.problems)
    (test,) = reading.library.flows["talk"].tests
    assert (test.name, test.given) == ("greets", "nickname = Sam")
    assert [(place.line, place.column, line) for place, line in test.talk] == [(10, 7, "> hi"), (12, 7, "< a")]


def test_every_setting_of_a_step_is_one_that_the_tidy_pass_knows() -> None:
    assert set(KINDS) == STEP_NAMES
    assert {key for kind in KINDS.values() for key in kind.takes} <= KNOWN
    assert HOLD_WORDS <= KNOWN
    assert all(next(iter(kind.takes)) == name for name, kind in KINDS.items())


def test_a_flow_says_what_it_was_called_before_unless_something_else_is_called_so() -> None:
    talk = flow_text("- say: Hi", "was: chat\n")
    other = flow_text("- say: Hi", "was: chat\n").replace("flow: talk", "flow: other")
    assert reading_of({"flows/talk.yaml": talk}).library is not None
    both = reading_of({"flows/talk.yaml": talk, "flows/other.yaml": other})
    assert "Both other and talk say that they were chat." in told(both.problems)
    still = reading_of({"flows/talk.yaml": talk, "flows/chat.yaml": flow_text("- say: Hi").replace("talk", "chat")})
    assert "talk says that it was chat, and there is a flow chat." in told(still.problems)


def test_a_test_of_another_flows_answer_fits_the_kind_of_that_answer() -> None:
    asks = flow_text("- ask: How much?\n  save: pounds\n  answer: number 1 to 250").replace("flow: talk", "flow: grant")
    for test, what in (
        ("at least 3", ""),
        ("at least 300", "grant.pounds goes from 1 to 250"),
        ("is yes", "outside it"),
    ):
        talk = flow_text(f"- if: grant.pounds {test}\n  then:\n    - say: Hi")
        reading = reading_of({"flows/talk.yaml": talk, "flows/grant.yaml": asks})
        assert (what in told(reading.problems)) is True
        assert (reading.library is None) is bool(what)


ASTRAY = [
    (
        "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n  yes:\n    - say: A\n  no:\n    - say: B",
        "8:5  E  yes: is an answer, so it stands under when: "
        "Fix: put a line when: above it, and set yes: and no: in two spaces further.",
    ),
    (
        "- ask: Well?\n  save: well\n  scale: 1 bad to 5 good\n  1 to 2:\n    - say: A",
        "8:5  E  1 to 2: is an answer, so it stands under when: "
        "Fix: put a line when: above it, and set 1 to 2: in two spaces further.",
    ),
    (
        "- ask: Well? Y or N\n  save: well\n  yes:\n    - say: A\n  answer: yes or no\n"
        "  when:\n    no:\n      - say: B",
        "7:5  E  yes: is an answer, so it stands under when: "
        "Fix: move it below when: (line 10), and set yes: in two spaces further.",
    ),
    (
        "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n  close: 3 hours",
        "8:5  E  close: is about silence, so it stands under no_reply: "
        "Fix: put a line no_reply: above it, and set close: in two spaces further.",
    ),
]


@pytest.mark.parametrize(("steps", "said"), ASTRAY)
def test_a_setting_right_below_the_question_is_told_the_line_that_lacks_above_it(steps: str, said: str) -> None:
    """Told only what ``ask:`` takes, a list in which ``when:`` was cut off, nobody found it."""
    problems = reading_flow(steps, head="no_reply:\n  close: 1 day\n").problems
    assert told(problems).split("flows/talk.yaml:")[1:] == [said]
