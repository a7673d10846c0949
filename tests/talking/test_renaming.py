"""A name that was changed is found under both, whichever release a conversation began on."""

from __future__ import annotations

import pytest

from flows.effects import Remember, Say
from flows.model import Inbound
from flows.renames import flow_named, with_names_of_now
from flows.talking.conversation import Scene
from tests.reading.folder import VARIABLES, flow_text, reading_of, told
from tests.talking.stand import conversation, talk, talking

RENAMED = VARIABLES.replace("goal:\n", "aim:\n  was: goal\n")
SAYS_AIM = """\
- if: aim answered
  then:
    - say: Your aim is ((aim)).
  else:
    - say: No aim yet.
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("goal = a flat", "Your aim is a flat"),
        ("aim = a job", "Your aim is a job"),
        ("aim = a job, goal = a flat", "Your aim is a job"),
        ("", "No aim yet"),
    ],
)
def test_a_value_that_is_not_moved_yet_is_found_under_its_old_name(given: str, said: str) -> None:
    talk(talking(SAYS_AIM, given, variables=RENAMED), f"< {said}")


def test_an_older_conversation_finds_and_sets_it_under_the_new_name() -> None:
    older = talk(
        talking("- ask: Your goal?\n  remember: goal\n  answer: text up to 60\n- say: It is ((goal)).\n"), "< asks goal"
    )
    live = conversation({"variables.yaml": RENAMED})
    scene = Scene(older.person, older.session(), older.now, pinned=older.conversation.library)
    turn = live.hear(scene, Inbound(older.person.channel, "2", "+447700900001", text="a flat"), None)
    assert [(each.name, each.value) for each in turn.effects if isinstance(each, Remember)] == [("aim", "a flat")]
    assert [each.text for each in turn.effects if isinstance(each, Say)] == ["It is a flat."]


def test_forgetting_it_forgets_it_under_both_names() -> None:
    said = talk(talking("- set: aim\n- say: Gone.\n", "goal = a flat", variables=RENAMED), "< Gone")
    assert "goal" not in said.person.values


def test_what_was_booked_under_old_names_starts_the_flow_that_has_it_now() -> None:
    ask = "- ask: How was it?\n  save: how\n  was: mood\n  answer: text up to 60\n"
    reading = reading_of({"flows/talk.yaml": flow_text(ask, "was: chat\nno_reply:\n  close: 24 hours\n")})
    assert reading.library is not None, told(reading.problems)
    found = flow_named(reading.library, "chat")
    assert found is not None
    assert found.name == "talk"
    carried = {"chat": {"mood": "fine", "other": "x"}, "gone": {"a": "b"}}
    assert with_names_of_now(reading.library, carried) == {"talk": {"how": "fine", "other": "x"}, "gone": {"a": "b"}}
