"""Two items by rotation, all nine in a review; SKIP, LATER, answers that cannot be; one offer for a low answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.checking.static import check_library
from flows.checking.transcripts import Rehearsal
from flows.effects import BookLater, OpenAlert, Rated, Remember
from flows.talking.booking import carried_answers
from flows.talking.conversation import Scene
from flows.talking.rating import low_of_late, next_items
from tests.capital.ratings import NINE, instrument
from tests.reading.folder import VARIABLES, flow_text, reading_of, told
from tests.talking.stand import happened, talk, talking

OURS = instrument()
LOW = """\
instrument: ours
version: 1
licence: CC0
scale: 0 not at all to 10 completely
items:
  mind:
    say: How is your mind?
    low: lines at most 3
  people:
    say: Enough people?
    low: company at most 3
  home:
    say: How is home?
    low: lines at most 3
  time:
    say: Enough to do with your time?
minimum: 3 of 4 within 42 days
"""
COMPANY = """\
- ask: Shall I ask a mentor to get in touch? Y or N
  save: wanted
  answer: yes or no
  when:
    yes:
      - alert: asked for a mentor
      - say: I've asked a mentor.
    no:
      - say: That's fine.
"""
ALL = "- rate: all from ours\n- say: That's all.\n"
TWO = "- rate: next 2 from ours\n- say: Thanks.\n"


FLOW = flow_text(COMPANY).replace("flow: talk", "flow: company")
WORDS = """\
en:
  stop: STOP
  mentor: MENTOR
  skip: SKIP, pass, rather not say
  later: LATER, ask me later, another time
  yes: Y, yes
  no: N, no
"""
FILES = {"instruments/ours": LOW, "flows/company": FLOW, "safety/words": WORDS}


def rating(steps: str, **more: str) -> Rehearsal:
    return talking(steps, **(FILES | more))


# ---------------------------------------------------------------- rotation


@given(st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), max_size=60))
def test_no_check_in_asks_the_two_of_the_one_before_and_every_item_comes_round(gaps: list[timedelta]) -> None:
    at, rated, before = datetime(2026, 1, 1, tzinfo=UTC), dict[str, str](), set[str]()
    seen: list[set[str]] = []
    for gap in [*gaps, *[timedelta(days=3)] * 5]:
        at += gap
        two = next_items(OURS, 2, rated)
        assert len(set(two)) == 2
        assert set(two) != before
        before = set(two)
        seen.append(before)
        rated |= {f"ours.{item}": at.isoformat(timespec="seconds") for item in two}
    assert set().union(*seen[-5:]) == set(NINE), "five check-ins of two go round all nine"


def test_what_was_asked_and_met_with_silence_is_not_asked_again_next_time() -> None:
    quiet = talk(rating(TWO), "< mind?\n> 7\n< people?\n@ +50h\n! end")
    assert [(each.item, each.value) for each in happened(quiet, Rated)] == [("mind", 7), ("people", None)]
    assert next_items(quiet.conversation.library.instruments["ours"], 2, quiet.person.rated) == ("home", "time")


# ---------------------------------------------------------------- SKIP, LATER, what cannot be


@pytest.mark.parametrize("word", ["SKIP", "skip", "pass", "rather not say"])
def test_skip_leaves_one_out(word: str) -> None:
    skipped = talk(rating(TWO), f"< mind?\n> {word}\n< people?\n> 8\n< Thanks\n! end")
    assert [each.value for each in happened(skipped, Rated)] == [None, 8]


def test_the_question_says_that_it_may_be_skipped() -> None:
    talk(rating(TWO), "< hint skip")


@pytest.mark.parametrize("answer", ["11", "-1", "100", "12/10", "0.5", "ten thousand", "999"])
def test_an_answer_out_of_range_is_asked_about_and_never_kept(answer: str) -> None:
    asked = talk(rating(TWO), f"< mind?\n> {answer}\n< *")
    assert happened(asked, Rated) == []
    talk(asked, "> 10\n< people?")
    assert [each.value for each in happened(asked, Rated)] == [10]


def test_two_answers_out_of_range_leave_it_unanswered() -> None:
    asked = talk(rating(TWO), "< mind?\n> 11\n< *\n> 12\n< *\n< people?\n> 0")
    assert [each.value for each in happened(asked, Rated)] == [None, 0]


@pytest.mark.parametrize("word", ["LATER", "later", "Later please", "ask me later", "another time"])
def test_later_leaves_the_rest_of_a_check_in_for_another_time(word: str) -> None:
    later = talk(rating(TWO), f"< mind?\n> {word}\n< rate later\n< Thanks\n! end")
    assert (happened(later, Rated), happened(later, BookLater)) == ([], [])


def test_later_in_a_whole_round_goes_on_tomorrow_with_what_is_left() -> None:
    later = talk(rating(ALL), "< mind?\n> 7\n< people?\n> LATER\n< rate tomorrow\n! later talk\n! end")
    talk(later, "@ +25h\n< people?\n> 8\n< home?\n> 9\n< time?\n> 5\n< That's all\n! end")
    assert [(each.item, each.value) for each in happened(later, Rated)] == [
        ("mind", 7),
        ("people", 8),
        ("home", 9),
        ("time", 5),
    ]


def test_a_round_is_put_off_twice_and_then_let_be() -> None:
    later = talk(
        rating(ALL),
        "< mind?\n> later\n< rate tomorrow\n@ +25h\n< mind?\n> later\n< rate tomorrow\n@ +25h\n< mind?",
    )
    talk(later, "> later\n< rate later\n! end\n@ +4d")
    assert len(happened(later, BookLater)) == 2


def test_what_an_instrument_no_longer_has_is_not_asked() -> None:
    later = rating(ALL)
    carried = carried_answers((("*later.ours", "people;faith 1"),))
    turn = later.conversation.start(Scene(later.person, None, later.now), "talk", carried)
    later.take(turn)
    later.begun = True
    talk(later, "< people?\n> 5\n< That's all")


# ---------------------------------------------------------------- a low answer


def test_a_low_answer_opens_its_signpost() -> None:
    talk(rating(TWO), "< mind?\n> 3\n< people?\n> 8\n< Samaritans\n< Thanks\n! end")
    talk(rating(TWO), "< mind?\n> 4\n< people?\n> 8\n< Thanks\n! end")


def test_a_low_answer_may_open_a_flow_that_offers_a_mentor() -> None:
    low = talk(rating(TWO), "< mind?\n> 9\n< people?\n> 1\n< asks wanted\n> yes\n< asked a mentor\n< Thanks\n! end")
    assert [each.policy for each in happened(low, OpenAlert)] == ["asked for a mentor"]


def test_the_lowest_answer_decides_and_only_one_offer_is_made() -> None:
    talk(
        rating(ALL),
        "< mind?\n> 3\n< people?\n> 1\n< home?\n> 2\n< time?\n> 0\n< asks wanted\n> no\n< fine\n< all\n! end",
    )
    talk(
        rating(ALL),
        "< mind?\n> 2\n< people?\n> 2\n< home?\n> 2\n< time?\n> 5\n< Samaritans\n< That's all\n! end",
    )


def test_one_offer_a_conversation_however_many_rounds_it_has() -> None:
    twice = "- rate: next 1 from ours\n- rate: next 1 from ours\n- say: Thanks.\n"
    talk(rating(twice), "< mind?\n> 1\n< Samaritans\n< people?\n> 1\n< Thanks\n! end")


def test_an_answer_is_offered_help_for_even_where_the_rest_is_put_off() -> None:
    talk(rating(ALL), "< mind?\n> 1\n< people?\n> later\n< rate tomorrow\n< Samaritans\n! end")


def test_what_was_rated_low_of_late_is_kept_for_the_next_search() -> None:
    low = talk(
        rating(ALL, variables=VARIABLES + "low:\n  type: text up to 80\n  private: yes\n"),
        "< mind?\n> 2\n< people?\n> 1\n< home?\n> 9\n< time?\n> 0",
    )
    kept = [each.value for each in happened(low, Remember)]
    assert kept == ["mind", "people;mind"], "time has no low mark"
    assert low_of_late("people;mind", "people", low=False) == "mind"
    assert low_of_late("mind", "mind", low=True) == "mind"


def test_a_low_answer_opens_only_what_there_is() -> None:
    found = reading_of(
        {
            "instruments/ours.yaml": LOW.replace("company at", "compony at"),
            "flows/company.yaml": FLOW,
        }
    )
    assert found.library is None
    assert "did you mean company?" in told(found.problems)


def test_a_sum_that_may_lack_an_answer_is_noticed() -> None:
    found = reading_of({"instruments/ours.yaml": LOW + "score: sum\n", "flows/company.yaml": FLOW})
    assert "type minimum: 4 of 4 within 42 days" in told(found.problems)


def test_how_it_goes_is_never_sent_unasked() -> None:
    def found(head: str) -> str:
        reading = reading_of({"flows/talk.yaml": flow_text("- progress: capital\n", head)})
        return told(check_library(reading))

    assert "may be read on a locked phone" in found("starts: schedule\nno_reply:\n  close: 24 hours\n")
    assert "may be read on a locked phone" not in found("words: how\n")
