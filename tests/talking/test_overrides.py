"""Words for one channel are what its people see, and what they may type back."""

from __future__ import annotations

import pytest

from tests.talking.stand import talk, talking

ASKS = """\
- ask: Which one? Pick below.
  sms: Which one? Send a number.
  save: which
  choices:
    - choice: A group that meets near you
      name: group
      sms: Group near you
    - choice: A number to call
      name: number
- say: Tap MENU.
  telegram: Here you are.
  sms: Text MENU.
"""


@pytest.mark.parametrize(
    ("channel", "asked", "label", "said"),
    [
        ("sms", "Send a number.", "group near you", "Text MENU."),
        ("telegram", "Pick below.", "A group that meets near you", "Here you are."),
    ],
)
def test_each_channel_has_its_own_words_and_understands_them(channel: str, asked: str, label: str, said: str) -> None:
    talk(talking(ASKS, f"channel = {channel}"), f"< {asked}\n> {label}\n! saved which = group\n<= {said}")


def test_several_may_be_chosen_and_one_that_clears_drops_the_others() -> None:
    many = """\
- ask: What matters? Send all the numbers you want.
  save: needs
  pick: many
  choices:
    - choice: Step-free
      name: step_free
    - choice: Women only
      name: women
    - choice: Show me everything
      name: all
      clears: yes
- if: needs includes women
  then:
    - say: For women.
  else:
    - say: For anybody.
"""
    talk(talking(many), "< asks needs\n> 2, 1\n! saved needs = step_free;women\n< For women")
    talk(talking(many), "< asks needs\n> 1 3\n! saved needs = all\n< For anybody")


def test_a_question_that_may_be_skipped_is_left_without_an_answer() -> None:
    words = {"safety/words": "en:\n  stop: STOP\n  join: JOIN\n  mentor: MENTOR\n  skip: SKIP\n  yes: Y\n  no: N\n"}
    asks = "- ask: Your aim?\n  save: aim\n  answer: text up to 20\n  skip: yes\n"
    asks += "- if: aim answered\n  then:\n    - say: Good.\n  else:\n    - say: Fine.\n"
    talk(talking(asks, **words), "< asks aim\n> skip\n< Fine\n! end")


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("answer: day or any", "tues", "It is day tuesday."),
        ("answer: date", "3 may 2027", "It is 3 "),
        ("answer: number 0 to 10", "seven", "It is 7."),
        ("answer: text up to 20", "Sam", "It is Sam."),
        (
            "choices:\n    - choice: On foot\n      name: walk\n    - choice: By bus\n      name: bus",
            "2",
            "It is By bus.",
        ),
    ],
)
def test_an_answer_inside_a_message_is_said_as_a_person_would(kind: str, text: str, said: str) -> None:
    asks = f"- ask: What?\n  save: what\n  {kind}\n- say: It is ((what)).\n"
    talk(talking(asks), f"< asks what\n> {text}\n< {said}")
