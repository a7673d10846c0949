"""Faults planted in the sample content: most are found by the checks alone, the rest by the tests beside the flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from bot.content import geography, read_files
from flows.checking.static import check_library
from flows.checking.transcripts import run_transcripts
from flows.checking.walking import walk_paths
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from flows.wording import Problem
from tests.checking.plain import jargon_in
from tests.checking.planted import CHECK, FAULTS, NOBODY, TESTS, Fault
from tests.checking.quickly import read_each_file_once
from tests.house.tree import ROOT, read

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def sample() -> Iterator[dict[str, bytes]]:
    with pytest.MonkeyPatch.context() as patch:
        read_each_file_once(patch)
        yield read_files(ROOT / "content")[0]


def looked_at(files: dict[str, bytes]) -> tuple[str, list[Problem]]:
    """Who finds something, and what."""
    reading = read_library(files)
    found = [problem for problem in check_library(reading, TODAY) if problem.code != "group phone"]
    if found or reading.library is None:
        return CHECK, found
    conversation = Conversation(reading.library, geography())
    failed = run_transcripts(conversation) or walk_paths(conversation)
    return (TESTS, [*failed]) if failed else (NOBODY, [])


def planted(files: dict[str, bytes], fault: Fault) -> dict[str, bytes]:
    text = files[fault.file].decode()
    assert fault.old in text, "the sample content has changed: plant it somewhere else"
    return {**files, fault.file: text.replace(fault.old, fault.new, 1).encode()}


def test_the_sample_content_has_no_fault_of_its_own(sample: dict[str, bytes]) -> None:
    assert looked_at(sample) == (NOBODY, [])


ALWAYS = 3  # every third is planted in every run, all of them by make prove


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if number % ALWAYS == 0 else pytest.mark.prove) for number, name in enumerate(FAULTS)],
)
def test_a_planted_fault_is_found_by_whom_it_says(sample: dict[str, bytes], name: str) -> None:
    fault = FAULTS[name]
    finder, found = looked_at(planted(sample, fault))
    assert finder == fault.finder, "\n".join(map(str, found))
    assert not [problem for problem in found if jargon_in(problem)]


def test_the_proof_says_how_many_were_found_and_by_whom() -> None:
    finders = Counter(fault.finder for fault in FAULTS.values())
    assert len(FAULTS) >= 40
    said = f"Of {len(FAULTS)} planted, {finders[CHECK]} are found by the checks alone, {finders[TESTS]} only by"
    assert said in " ".join(read("docs/proof.md").split())
