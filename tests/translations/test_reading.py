"""Translations beside the English: what is said to whom, and what of it a changed message may still use."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.model import Look
from flows.reading.library import read_library
from flows.steps import Ask, Choices, Say, Scale
from flows.translating import everything_said, through
from flows.wording import Level
from tests.reading.folder import told
from tests.shared import shared
from tests.translations.folder import BOTH, FLOW, WELSH, welsh

CONTENT = Path(__file__).resolve().parents[2] / "content"


def content() -> dict[str, bytes]:
    return {path.relative_to(CONTENT).as_posix(): path.read_bytes() for path in CONTENT.rglob("*") if path.is_file()}


def test_everything_in_a_flow_is_said_in_both_languages() -> None:
    reading = welsh()
    assert told(reading.problems) == ""
    assert reading.library is not None
    flow = reading.library.flows["talk"]
    assert flow.no_reply is not None
    assert flow.no_reply.say is not None
    assert flow.no_reply.say.spoken("cy", Look.SMS) == "Dim brys."
    mood, wanted, thanks = flow.steps[:3]
    assert isinstance(mood, Ask)
    assert isinstance(mood.answer, Scale)
    assert mood.words.spoken("cy", Look.TELEGRAM) == "Haia ((nickname)), sut mae pethau?"
    assert (mood.answer.ends("cy"), mood.answer.ends("en")) == (("garw", "da"), ("rough", "good"))
    assert isinstance(wanted, Ask)
    assert isinstance(wanted.answer, Choices)
    assert [each.words.spoken("cy", Look.SMS) for each in wanted.answer.choices] == ["Mentor", "Dim byd nawr"]
    assert isinstance(thanks, Say)
    assert thanks.words.spoken("pl", Look.SMS) == "Thanks ((nickname))."
    assert reading.library.helplines["lines"].say.text["cy"] == "Samariaid: 116 123, am ddim."


def test_words_for_one_channel_have_an_entry_of_their_own() -> None:
    said = "  - at: say 1 sms\n    en: Ta.\n    cy: Diolch.\n"
    reading = welsh(
        ("  - say: Thanks ((nickname)).\n", "  - say: Thanks ((nickname)).\n    sms: Ta.\n"),
        ("  - at: consent_mentor\n", f"{said}  - at: consent_mentor\n"),
    )
    assert reading.library is not None, told(reading.problems)
    step = reading.library.flows["talk"].steps[2]
    assert isinstance(step, Say)
    assert [step.words.spoken("cy", look) for look in Look] == ["Diolch.", "Diolch ((nickname))."]


def test_the_whole_of_the_content_can_be_gone_through_and_stays_as_it_is() -> None:
    reading = read_library(content())
    assert through(reading.draft, lambda said: said.table) == reading.draft
    spots = [said.spot for said in everything_said(reading.draft)]
    assert len(set(spots)) == len(spots), "two things are translated under one name"


def test_another_translation_is_another_release() -> None:
    one, two = welsh().library, welsh(("Dim brys.", "Dim brys o gwbl.")).library
    assert one is not None
    assert two is not None
    assert one.release != two.release


def test_a_message_put_in_above_takes_no_words_of_the_one_below() -> None:
    reading = welsh(
        ("  - say: Thanks ((nickname)).\n", "  - say: Look after yourself.\n  - say: Thanks ((nickname)).\n")
    )
    assert reading.library is not None, told(reading.problems)
    new, thanks = reading.library.flows["talk"].steps[2:4]
    assert isinstance(new, Say)
    assert isinstance(thanks, Say)
    assert new.words.spoken("cy", Look.SMS) == "Look after yourself."
    assert thanks.words.spoken("cy", Look.SMS) == "Diolch ((nickname))."


def test_a_message_that_became_another_one_is_said_in_english_and_a_reworded_one_stays() -> None:
    other = welsh(("- say: Thanks ((nickname)).", "- say: The group is shut today."))
    assert [(each.code, each.level) for each in other.problems] == [("spare words", Level.WARNING)]
    reworded = welsh(("- say: Thanks ((nickname)).", "- say: Many thanks, ((nickname))."))
    for reading, said in ((other, "The group is shut today."), (reworded, "Diolch ((nickname)).")):
        step = reading.draft.flows["talk"].steps[2]
        assert isinstance(step, Say)
        assert step.words.spoken("cy", Look.SMS) == said


SLIPS = {
    "a name that nothing has": (("- at: mood\n", "- at: moood\n"), "did you mean mood?", "W"),
    "a choice that is gone": (("      mentor: Mentor\n", "      mentro: Mentor\n"), "take them out", "W"),
    "an entry without a name": (("  - at: mood\n    en", "  - en"), "write at:", "E"),
    "an entry without words": (("    en: No rush.\n    cy: Dim brys.\n", ""), "add en: and the English", "E"),
    "the same entry twice": (("- at: say 2\n", "- at: say 1\n"), "keep one of the two", "E"),
    "another language's line": (("    cy: Dim brys.\n", "    pl: Bez pospiechu.\n"), "use one of at", "E"),
    "a list that is none": (("words:\n  - at: nudge\n", "words: nudge\nmore:\n  - at: nudge\n"), "- at:", "E"),
}


@pytest.mark.parametrize(("change", "fix", "level"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_where_it_stands(change: tuple[str, str], fix: str, level: str) -> None:
    old, new = change
    assert old in WELSH
    reading = welsh((old, new), more={"flows/talk.yaml": FLOW})
    assert any(
        problem.place.file == "translations/cy/talk.yaml" and fix in problem.fix and problem.level == level
        for problem in reading.problems
    ), told(reading.problems)


def test_words_are_taken_as_they_stand() -> None:
    reading = welsh(
        ("cy: Dim brys.", "cy: 'Dyn ni yma: ateb #1"),
        ("      mentor: Mentor\n", "      mentor: Mentor: heddiw\n"),
    )
    assert reading.library is not None, told(reading.problems)
    flow = reading.library.flows["talk"]
    assert flow.no_reply is not None
    assert flow.no_reply.say is not None
    assert flow.no_reply.say.text["cy"] == "'Dyn ni yma: ateb #1"
    step = flow.steps[1]
    assert isinstance(step, Ask)
    assert isinstance(step.answer, Choices)
    assert step.answer.choices[0].words.text["cy"] == "Mentor: heddiw"


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"words", b"- at: mood", b"words:\n  - at:\n", b"words: [a]", b"\x00" * 9]
)
def test_a_damaged_translation_never_stops_the_rest_from_being_read(raw: bytes) -> None:
    files = {name: text.encode() for name, text in BOTH.items()}
    reading = read_library({**content(), **files, "translations/cy/talk.yaml": raw})
    assert "talk" in reading.draft.flows


def test_the_shared_example_reads() -> None:
    example = shared("design/examples/translations/cy/check-in.yaml").read_bytes()
    reading = read_library({**content(), "translations/cy/check-in.yaml": example})
    assert told(reading.problems) == ""
