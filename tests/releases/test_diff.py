"""What a change means to people, in words, and what the longest way through costs."""

from __future__ import annotations

import pytest

from flows import diffing
from flows.content import Library
from flows.flow_changes import Change
from flows.lengths import longest
from flows.quotes import LONGEST_QUOTE, beside
from tests.directory.rows import row, table
from tests.reading.folder import (
    FLOW,
    folder,
    reading_flow,
    reading_of,
    told,
)

TALK, RULES, LINES = "flows/talk.yaml", "safety/crisis.yaml", "directory/signposts.yaml"
DIE, YES = "    - want to die", "consent_checkins is yes"


def library(changes: dict[str, str | bytes | None]) -> Library:
    reading = reading_of({TALK: FLOW, **changes})
    assert reading.library is not None, told(reading.problems)
    return reading.library


def changes(file: str, old: str, new: str) -> tuple[Change, ...]:
    before = folder({TALK: FLOW})[file].decode()
    assert old in before, f"{file} does not say {old}"
    return diffing.compare(library({}), library({file: before.replace(old, new)}))


SAID = {
    "words": (
        TALK,
        "are things?",
        "are you?",
        "talk: mood: “Hi ((nickname)), how are things?” → “Hi ((nickname)), how are",
    ),
    "a message": (TALK, "Thanks.", "Thanks a lot.", "talk: “Thanks.” → “Thanks a lot.”"),
    "a new message": (
        TALK,
        "- say: Thanks.",
        "- say: Thanks.\n  - signpost: lines",
        "talk: new: sends the entry lines",
    ),
    "a message gone": (
        TALK,
        "- say: OK.",
        "- end: fine",
        "gone, where mood not answered or mood at most 2 and help_wan",
    ),
    "a scale": (TALK, "5 good", "7 good", "talk: mood: takes 1 rough to 7 good, not 1 rough to 5 good"),
    "a condition": (TALK, "mood at most 2", "mood at most 3", "if mood not answered or mood at most 3"),
    "a choice": (TALK, "A mentor", "Somebody", "talk: help_wanted: mentor, “A mentor” → “Somebody”"),
    "a choice renamed": (TALK, "name: fine", "name: none", "talk: help_wanted: can no longer be answered “Nothing”"),
    "how soon": (TALK, "4 hours", "8 hours", "tells staff: asked for a mentor, within 8 hours; it was"),
    "the time limit": (TALK, "close: 24", "close: 48", "no reply: closes after 48 hours, not closes after 24 hours"),
    "a word": (TALK, "flow: talk\n", "flow: talk\nwords: chat\n", "talk: people can text CHAT to start it"),
    "for whom": (TALK, "flow: talk\n", f"flow: talk\nonly_if: {YES}\n", f"talk: is only for people with {YES}"),
    "a phrase": (RULES, f"{DIE}\n", f"{DIE}\n    - had enough of life\n", "wish to die hears “had enough of life”"),
    "an idiom": ("safety/idioms.yaml", "(drink|brew)", "(drink|brew|sandwich)", "idioms: cuts out"),
    "a spelling": ("safety/words.yaml", "stop please", "stop please, stop it all", "words: STOP is “stop it all”"),
    "a helpline": (
        LINES,
        "116 123",
        "01632 960123",
        "signposts: lines, “Samaritans: 116 123, free.” → “Samaritans: 01",
    ),
    "a date": (LINES, "2026-11-01", "2026-11-20", "signposts: lines, checked is 2026-11-20, not 2026-11-01"),
    "who hears": ("escalation.yaml", "after 2 w", "after 4 w", "alerts: asked for a mentor, steps is changed"),
    "hours": ("service.yaml", "Fri 09:00", "Fri 10:00", "service: working hours is Mon to Fri 10:00 to 17:00, not Mon"),
    "the price": ("service.yaml", "4p", "5p", "service: price per text is 5p, not 4p"),
    "how long": ("service.yaml", "90 days", "60 days", "service: keep: message text is 60 days, not 90 days"),
    "a source": (
        "service.yaml",
        "holidays:",
        "sources:\n  kent: bmlt https://example.org/x\nholidays:",
        "service: sources: kent is new",
    ),
    "a variable": ("variables.yaml", "type: text up to 60", "type: date", "variables: goal, kind is date, not text"),
}


@pytest.mark.parametrize("name", SAID)
def test_it_is_said_in_words(name: str) -> None:
    file, old, new, expected = SAID[name]
    found = [str(change) for change in changes(file, old, new)]
    assert any(expected in line for line in found), "\n".join(found)
    assert len(found) <= 3, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (TALK, "- ask: Hi", "# a remark\n  - ask: Hi"),
        (TALK, "close: 24 hours", "close: 1 day"),
        ("safety/crisis.yaml", "    - i want to die\n", "    - i want to die\n    - i just want to die\n"),
    ],
    ids=["a remark", "the same length", "a test sentence"],
)
def test_what_nobody_would_notice_is_not_said(file: str, old: str, new: str) -> None:
    found = changes(file, old, new)
    assert [str(change) for change in found if "worry" not in str(change)] == []


def test_a_group_that_meets_on_another_day_says_so_once() -> None:
    monday, tuesday = (
        library({"directory/groups-sample.csv": table(row(day=day, every="2 weeks from 2026-11-02"))})
        for day in ("Monday", "Tuesday")
    )
    (change,) = diffing.compare(monday, tuesday)
    assert str(change) == "groups: ton-tue, day is 1, not 0"


def test_a_branch_that_moved_is_said_to_have_moved() -> None:
    moved = FLOW.replace("- say: OK.", "- say: By the way, hello.")
    moved = moved.replace("- say: By ((alert.by)).", "- say: By ((alert.by)).\n              - say: OK.")
    found = [str(change) for change in diffing.compare(library({}), library({TALK: moved}))]
    assert any(line.startswith("talk: moves from where") and "help_wanted fine" in line for line in found), found


def test_stored_answers_that_lose_their_question_are_named() -> None:
    lost = [change.answer for change in changes(TALK, "save: help_wanted", "save: wanted") if change.answer]
    assert lost == ["talk.help_wanted"]
    lost = [
        change.answer for change in changes("variables.yaml", "goal:\n  type: text up to 60\n", "") if change.answer
    ]
    assert lost == ["goal"]


def test_two_long_messages_are_shown_where_they_differ() -> None:
    """Both were cut after ninety letters: a change at the end was shown as two halves that were the same."""
    long = "There is tea and cake in the big hall, and a quiet room at the back if it gets too much. Come at"
    before, after = (library({TALK: FLOW.replace("Thanks.", f"{long} {time}.")}) for time in ("two", "half past three"))
    (change,) = diffing.compare(before, after)
    assert change.what == "“…gets too much. Come at two.” → “…gets too much. Come at half past three.”"


@pytest.mark.parametrize("number", [1, 40, 88, 89, 90, 91, 200, 300])
def test_what_differs_is_never_cut_away(number: int) -> None:
    words = "abcd " * 61
    was, _, now = beside(words, f"{words[:number]}X{words[number:]}").partition(" → ")
    assert was != now
    assert "X" in now
    assert max(len(was), len(now)) <= LONGEST_QUOTE + 2


def test_a_renamed_answer_is_one_change_wherever_the_flow_says_its_name() -> None:
    renamed = FLOW.replace("mood", "spirits").replace("save: spirits\n", "save: spirits\n    was: mood\n")
    renamed = renamed.replace("save: help_wanted\n", "save: wanted\n        was: help_wanted\n")
    found = diffing.compare(library({}), library({TALK: renamed}))
    assert [str(change) for change in found] == [
        "talk: spirits was called mood: what is stored moves with it",
        "talk: wanted was called help_wanted: what is stored moves with it",
    ]
    assert [change.answer for change in found] == ["", ""]


def test_a_renamed_answer_that_changed_as_well_is_told_so() -> None:
    renamed = FLOW.replace("mood", "spirits").replace("save: spirits\n", "save: spirits\n    was: mood\n")
    found = diffing.compare(library({}), library({TALK: renamed.replace("5 good", "7 good")}))
    assert [change.what for change in found][1:] == ["spirits: takes 1 rough to 7 good, not 1 rough to 5 good"]


def test_a_renamed_variable_changes_no_flow() -> None:
    variables = folder()["variables.yaml"].decode().replace("nickname:\n", "called:\n  was: nickname\n")
    found = diffing.compare(
        library({}), library({TALK: FLOW.replace("((nickname))", "((called))"), "variables.yaml": variables})
    )
    assert [str(change) for change in found] == ["variables: called was called nickname: what is stored moves with it"]


def test_a_flow_that_is_gone_and_one_that_is_new() -> None:
    before, after = library({}), library({TALK: None, "flows/other.yaml": FLOW.replace("flow: talk", "flow: other")})
    found = {str(change): change.answer for change in diffing.compare(before, after)}
    assert found == {
        "other: this flow is new: to read it, type fingerpost draw other": "",
        "talk: this flow is gone": "talk.*",
    }


def test_a_release_beside_itself_is_no_change() -> None:
    assert diffing.compare(library({}), library({})) == ()


ASKS = "- ask: Well?\n  save: well\n  answer: yes or no\n"


@pytest.mark.parametrize(
    ("steps", "texts"),
    [
        ("- say: Hello.", 1),
        (f"- say: {'x' * 160}", 1),
        (f"- say: {'x' * 161}", 2),
        (f"- say: {'ŷ' * 71}", 2),
        ("- say: One.\n- say: Two.", 2),
        (f"{ASKS}  when:\n    yes:\n      - say: One.\n      - say: Two.\n- say: End.", 4),
        (f"{ASKS}- rate: all from capital", 2),
        ("- say: One.\n- end: done", 1),
    ],
)
def test_the_longest_way_through_is_counted_in_texts(steps: str, texts: int) -> None:
    reading = reading_flow(steps)
    assert reading.library is not None, told(reading.problems)
    length = longest(reading.library.flows["talk"], reading.library)
    assert length == (texts, texts * 40)
    assert str(length) == f"{texts} text{'s' if texts > 1 else ''}, {texts * 4}p"


def test_a_flow_that_another_runs_counts_with_it() -> None:
    outer = "flow: outer\nsteps:\n  - say: First.\n  - run: talk\n"
    both = library({"flows/outer.yaml": outer})
    assert longest(both.flows["outer"], both).texts == 1 + longest(both.flows["talk"], both).texts


def test_a_longer_way_is_said_with_what_it_was() -> None:
    longer = library({TALK: FLOW.replace("  - say: Thanks.", "  - say: Thanks.\n  - say: Bye.")})
    (line,) = diffing.lengths(library({}), longer)
    assert line.startswith("talk: at its longest ")
    assert "; it was " in line
