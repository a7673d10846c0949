"""Every word that a person hears stands in content/, and every phrase the program can say is there and is said."""

from __future__ import annotations

import re

import pytest

from flows.blanks import names_in, spoiled
from flows.content import Library
from flows.phrasebook import PHRASES
from flows.reading.library import Reading, read_library
from tests.house.tree import ROOT, python_files

LONGEST_SENTENCE = 15  # words


@pytest.fixture(scope="module")
def reading() -> Reading:
    folder = ROOT / "content"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return read_library(files)


@pytest.fixture(scope="module")
def library(reading: Reading) -> Library:
    assert reading.library is not None, "\n".join(map(str, reading.problems))
    return reading.library


def test_the_content_that_ships_has_nothing_to_mend(reading: Reading) -> None:
    assert [str(problem) for problem in reading.problems] == []


def test_every_phrase_has_words_and_no_words_lack_a_phrase(library: Library) -> None:
    assert set(library.phrases) == set(PHRASES)


def test_every_blank_of_a_phrase_is_one_that_is_filled(library: Library) -> None:
    for name, wording in library.phrases.items():
        for text in (*wording.text.values(), *wording.sms.values(), *wording.telegram.values()):
            assert set(names_in(text)) <= set(PHRASES[name]), name
            assert spoiled(text) is None, name


def test_every_phrase_is_said_somewhere() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in python_files("bot", "flows") if path.name != "phrasebook.py"
    )
    # a family of phrases may be put together: f"day {name}"
    families = tuple(f"{start} " for start in re.findall(r'f"([a-z ]+) \{', source))
    silent = [name for name in PHRASES if f'"{name}"' not in source and not name.startswith(families)]
    assert silent == []


def test_no_phrase_has_a_sentence_too_long_to_follow(library: Library) -> None:
    for name, wording in library.phrases.items():
        for sentence in re.split(r"(?<=[.?!])\s+", wording.text["en"]):
            assert len(sentence.split()) <= LONGEST_SENTENCE, f"{name}: {sentence}"


def test_nothing_is_praised_with_an_exclamation_mark(library: Library) -> None:
    spoken = [wording.text["en"] for wording in library.phrases.values()]
    spoken += [line.say.text["en"] for line in library.helplines.values()]
    for flow in library.flows.values():
        spoken += [step.words.text["en"] for step in flow.steps if hasattr(step, "words")]
    assert [text for text in spoken if "!" in text] == []


def test_the_lines_and_the_truth_about_who_watches_come_with_joining_and_with_help(library: Library) -> None:
    for flow in ("onboarding", "help"):
        spoken = " ".join(step.words.text["en"] for step in library.flows[flow].steps if hasattr(step, "words"))
        for must in ("999", "116 123", "obody watches this line all the time"):
            assert must in spoken, f"{flow} does not say {must}"


def test_a_way_to_a_person_stands_in_help_and_in_every_reply_that_could_not_read(library: Library) -> None:
    for name in ("did not understand", "moved on", "words only", "something broke"):
        assert "MENTOR" in library.phrases[name].text["en"], name


def test_no_crisis_reply_that_asks_whether_it_is_safe_names_what_for(library: Library) -> None:
    private = ("abuse", "domestic", "violen", "partner", "refuge")
    for name in ("unsafe-now", "safe-lines"):
        words = library.helplines[name].say.text["en"].casefold()
        assert [word for word in private if word in words] == [], name


def test_alerts_to_staff_leave_no_room_for_what_was_written() -> None:
    told = {"who", "what", "when", "code", "owner", "times", "count", "list"}
    # what answers them says who on the staff, which codes and when; a ((name)) is that of somebody on the staff, or of
    # a group in the directory
    answered = told | {"codes", "time", "day", "told", "held", "open", "names", "name", "group"}
    for name, blanks in PHRASES.items():
        if name.startswith(("alert ", "undelivered", "they replied", "they stopped")) and name != "alert contact":
            assert set(blanks) <= told, name
        if name.startswith("staff area"):
            assert set(blanks) <= {"who", "areas", "area", "level", "trend"}, name  # by consent, and never an answer
        elif name.startswith("staff "):
            assert set(blanks) <= answered, name
    # what ON IT hands out, to the one who took the alert
    assert set(PHRASES["alert contact"]) == {"name", "number", "times", "code"}
