"""Every check that a coordinator is promised, each with what passes it and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from flows.checking.against import check_against
from flows.checking.rehearsing import rehearse
from flows.checking.static import check_library
from flows.directory.geography import Geography
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from flows.wording import Level, Place, Problem
from tests.checking.plain import jargon_in
from tests.checking.promised import CHECKS
from tests.reading.folder import folder, told

TODAY = date(2026, 11, 22)
NOWHERE = Geography.read("outcode,latitude,longitude\n")


def bytes_of(files: str | Mapping[str, str]) -> dict[str, bytes]:
    changes = {"flows/talk.yaml": files} if isinstance(files, str) else dict(files)
    return folder({name: _spelled(text) for name, text in changes.items()})


def _spelled(text: str) -> bytes:
    return text.replace("\udc80", "").encode("cp1252") if "\udc80" in text else text.encode()


def found(files: str | Mapping[str, str], live: str | Mapping[str, str] = "") -> list[Problem]:
    reading = read_library(bytes_of(files))
    problems = [*check_library(reading, TODAY)]
    if reading.library is not None and not any(problem.level is Level.ERROR for problem in problems):
        problems += rehearse(Conversation(reading.library, NOWHERE))
    before = read_library(bytes_of(live)).library if live else None
    if before is not None and reading.library is not None:
        problems += check_against(before, reading.library)
    return problems


@pytest.mark.parametrize("name", CHECKS)
def test_what_is_right_passes_it(name: str) -> None:
    check = CHECKS[name]
    assert check.code not in [problem.code for problem in found(check.good, check.live)], told(found(check.good))


@pytest.mark.parametrize("name", CHECKS)
def test_what_is_wrong_is_told_with_a_place_and_what_to_type(name: str) -> None:
    check = CHECKS[name]
    problems = found(check.bad, check.live)
    told_of = [problem for problem in problems if problem.code == check.code]
    assert told_of, told(problems)
    assert {str(problem.level) for problem in told_of} == {check.level}
    assert all(problem.fix and problem.what.endswith((".", ":", "”", "?")) for problem in told_of), told(told_of)


def test_no_message_has_a_word_that_only_a_programmer_would_use() -> None:
    everything = [problem for check in [*CHECKS.values()][::3] for problem in found(check.bad, check.live)]
    assert [str(problem) for problem in everything if jargon_in(problem)] == []


def test_such_words_would_be_seen() -> None:
    place = Place("a.yaml", 1)
    assert jargon_in(Problem(place, Level.ERROR, "x", "An invalid mapping in a.yaml.", "")) == "invalid"
    assert jargon_in(Problem(place, Level.ERROR, "x", "Nothing follows say:", "see “invalid” in notes.yaml")) is None
