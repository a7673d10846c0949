"""An instrument is read with its licence, its limits and its worth as a measure; licensed words stay as they were."""

from __future__ import annotations

import pytest

from flows.content import Instrument, Reliability
from flows.effects import Rated
from flows.model import Look
from flows.reading.library import Reading
from tests.reading.folder import flow_text, reading_of, told
from tests.talking.stand import happened, talk, talking

HEAD = "instrument: barc\nversion: 2\nlicence: by letter of 3 May 2026, in the safe\n"
SCALE = "scale: 1 never to 6 always\n"
ITEMS = """\
items:
  calm:
    say: I feel calm.
    domain: personal
  lonely:
    say: I feel lonely.
    sms: I feel lonely. Be honest.
    reverse: yes
    low: lines at most 2
minimum: 1 of 2 within 42 days
"""
UNSAID = "items:\n  calm:\n    domain: personal\n  lonely:\n    reverse: yes\nminimum: 1 of 2 within 42 days\n"
WORDS = "items:\n  calm:\n    say: I feel calm.\n  lonely:\n    say: I feel lonely.\n"


def reading(text: str, words: str | None = None) -> Reading:
    return reading_of({"instruments/barc.yaml": text, "private/barc.yaml": words})


def instrument(text: str, words: str | None = None) -> Instrument:
    found = reading(text, words)
    assert found.library is not None, told(found.problems)
    return found.library.instruments["barc"]


def test_everything_that_an_instrument_may_say_is_read() -> None:
    more = "score: sum\nsd: 1.9\nreliability: 0.87 test-retest, Smith 2020\nchannels: sms\n"
    found = instrument(HEAD + SCALE + ITEMS + more)
    assert (found.version, found.score, found.sd, found.channels) == ("2", "sum", 1.9, ("sms",))
    assert found.reliability == Reliability(0.87, "test-retest", "Smith 2020")
    assert [found.scored("calm", 2), found.scored("lonely", 2)] == [2, 5]
    assert found.items["lonely"].say.spoken("en", Look.SMS) == "I feel lonely. Be honest."


def test_licensed_words_may_stand_in_a_private_file_with_their_scale() -> None:
    found = instrument(HEAD + "wording: private/barc.yaml\n" + UNSAID, SCALE + WORDS)
    assert found.items["calm"].say.text == {"en": "I feel calm."}
    assert (found.scale.low, found.scale.high_label) == (1, "always")


def test_words_are_locked_by_their_mark() -> None:
    open_ = reading(HEAD + SCALE + ITEMS + "locked: yes\n")
    assert open_.library is not None
    mark = open_.library.instruments["barc"].locked
    assert f"type locked: {mark}" in told(open_.problems)
    assert instrument(HEAD + SCALE + ITEMS + f"locked: {mark}\n").locked == mark
    assert not reading(HEAD + SCALE + ITEMS + f"locked: {mark}\n").problems
    assert instrument(HEAD + SCALE + ITEMS + "locked: no\n").locked == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [("I feel calm.", "I am calm."), ("to 6 always", "to 7 always"), ("1 never", "1 seldom"), ("Be honest.", "")],
)
def test_a_changed_word_of_a_locked_instrument_is_refused(old: str, new: str) -> None:
    known = instrument(HEAD + SCALE + ITEMS + "locked: yes\n").locked
    changed = reading((HEAD + SCALE + ITEMS).replace(old, new) + f"locked: {known}\n")
    assert changed.library is None
    assert [problem.code for problem in changed.problems] == ["licensed wording"]
    assert "put them back as they were" in changed.problems[0].fix


REFUSED = [
    (ITEMS + "score: median\n", None, "score: median is not understood", "did you mean mean?"),
    (ITEMS + "sd: wide\n", None, "sd: wide is not understood", "sd: 1.9"),
    (ITEMS + "reliability: 0.9\n", None, "reliability: 0.9 is not understood", "0.87 test-retest, Smith 2020"),
    (ITEMS + "reliability: 1.2 alpha, Smith\n", None, "is not understood", "0.87 test-retest"),
    (ITEMS + "channels: sms, fax\n", None, "There is no channel fax", "use one of sms, telegram."),
    (ITEMS.replace("at most 2", "at most 6"), None, "at most 6 is not a low answer", "from 1 to 5"),
    (ITEMS.replace("1 of 2", "3 of 2"), None, "3 of 2 can never be reached", "from 1 to 2"),
    (ITEMS.replace("1 of 2", "0 of 2"), None, "0 of 2 can never be reached", "from 1 to 2"),
    ("wording: barc.yaml\n" + UNSAID, WORDS, "a file of their own in private/", "wording: private/barc.yaml"),
    ("wording: private/../service.yaml\n" + UNSAID, WORDS, "a file of their own in private/", "private/service.yaml"),
    ("wording: private/barc.yaml\n" + UNSAID, None, "private/barc.yaml is missing", "put the file there"),
    ("wording: private/barc.yaml\n" + ITEMS, WORDS, "The words of calm stand here", "leave the say: line out"),
    ("wording: private/barc.yaml\n" + UNSAID, WORDS + "  cam:\n    say: x\n", "cam is no item", "did you mean calm?"),
    ("wording: private/barc.yaml\n" + UNSAID, WORDS.replace("lonely", "calmer"), "An item has no say:", "add say:"),
    ("wording: private/barc.yaml\n" + UNSAID, "title: x\n" + WORDS, "has no setting title:", "use one of"),
]


@pytest.mark.parametrize(("rest", "words", "what", "fix"), REFUSED)
def test_an_instrument_that_cannot_be_used_says_why(rest: str, words: str | None, what: str, fix: str) -> None:
    found = reading(HEAD + SCALE + rest, words)
    assert found.library is None
    assert any(what in each.what and fix in each.fix for each in found.problems), told(found.problems)


@pytest.mark.parametrize(
    ("line", "why"), [("sd: 1.9\n", "Without reliability:"), ("reliability: 0.9 a, B\n", "Without sd:")]
)
def test_half_of_what_a_real_change_needs_is_noticed(line: str, why: str) -> None:
    found = reading(HEAD + SCALE + ITEMS + line)
    assert found.library is not None
    assert why in told(found.problems)


RATES = "- rate: all from barc\n- say: Thanks.\n"


def test_a_low_answer_to_a_reversed_item_is_a_high_number() -> None:
    instruments = {"instruments/barc": HEAD + SCALE + ITEMS}
    talk(talking(RATES, **instruments), "< calm\n> 1\n< lonely\n> 5\n< Samaritans\n< Thanks")
    talk(talking(RATES, **instruments), "< calm\n> 1\n< lonely\n> 4\n< Thanks")


@pytest.mark.parametrize(("channel", "asked"), [("sms", 0), ("telegram", 1)])
def test_where_a_licence_does_not_allow_a_channel_nothing_is_rated_there(channel: str, asked: int) -> None:
    instruments = {"instruments/barc": HEAD + SCALE + ITEMS + "channels: telegram\n"}
    said = talk(talking(RATES, f"channel = {channel}", **instruments), "< calm\n> 3" if asked else "< Thanks")
    assert len(happened(said, Rated)) == asked


def test_a_private_file_is_no_stray_file() -> None:
    found = reading_of(
        {
            "instruments/barc.yaml": HEAD + "wording: private/barc.yaml\n" + UNSAID,
            "private/barc.yaml": SCALE + WORDS,
            "flows/talk.yaml": flow_text("- say: Hi"),
        }
    )
    assert not found.problems, told(found.problems)
