"""``submit`` hands a flow's answers to a queue, each with its question, in words that whoever decides can read."""

from __future__ import annotations

from flows.effects import Answered
from tests.reading.folder import WORDS
from tests.talking.stand import handed_in, talk, talking

GRANT = """\
- ask: What's the name of your idea, ((nickname))?
  save: name
  answer: text up to 60
- ask: Which day?
  save: day
  answer: day or any
- ask: Who is it for?
  save: who
  pick: many
  choices:
    - choice: Young people
      name: young
    - choice: Anybody
      name: any
      clears: yes
    - choice: Older people
      name: old
- ask: Anything else?
  save: more
  answer: text up to 60
  skip: yes
- submit: grant
  with: name, day, who, more
  about: small grant
- say: Sent.
"""


def test_answers_are_handed_in_in_order_with_their_questions_and_as_people_say_them() -> None:
    said = talk(
        talking(GRANT, "nickname = Sam", **{"safety/words": WORDS + "  skip: SKIP\n"}),
        """
        < asks name
        > Allotment kettle
        > tues
        > 1 and 3
        > skip
        ! submitted grant
        < Sent
        ! end
        """,
    )
    (one,) = handed_in(said)
    assert (one.queue, one.about, one.flow) == ("grant", "small grant", "talk")
    assert one.answers == (
        Answered("name", "What's the name of your idea, Sam?", "Allotment kettle"),
        Answered("day", "Which day?", "day tuesday"),  # the small folder's own words for it
        Answered("who", "Who is it for?", "Young people, Older people"),
        Answered("more", "Anything else?", ""),
    )


def test_a_submit_that_names_no_answers_hands_in_all_that_were_given() -> None:
    said = talk(
        talking(
            """
- ask: What's your idea?
  save: idea
  answer: text up to 60
- submit: idea
"""
        ),
        """
        < asks idea
        > a walking group
        ! submitted idea
        """,
    )
    (one,) = handed_in(said)
    assert [each.answer for each in one.answers] == ["a walking group"]


def test_nothing_is_handed_in_before_the_step_is_reached() -> None:
    said = talk(talking(GRANT), "< asks name\n> A kettle\n@ +25h\n! end")
    assert handed_in(said) == []
