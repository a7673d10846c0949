"""Whatever becomes of a file, a check says what is wrong in everyday words, and never stumbles over it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import content
from bot.content import Checked, Watch, check_folder, geography, read_files
from flows.checking.rehearsing import rehearse
from flows.checking.static import check_library
from flows.checking.walking import walk_paths
from flows.reading import library
from flows.reading.library import read_library
from flows.reading.mending import mend
from flows.reading.release import release_of
from flows.talking.conversation import Conversation
from flows.wording import Level, Problem
from tests.checking.damage import DAMAGES, ENCODINGS, SIGNS, damaged
from tests.checking.plain import jargon_in
from tests.checking.quickly import read_each_file_once
from tests.house.tree import ROOT
from tests.reading.folder import folder, told

TODAY = date(2026, 11, 22)
TALK = """\
flow: talk
about: A little of everything.
words: talk
no_reply:
  nudge: 3 hours
  say: Still there?
  close: 24 hours
steps:
  - ask: Hi ((nickname)), how are things?
    save: mood
    scale: 1 rough to 5 good
  - if: mood not answered or mood at most 2
    then:
      - ask: What would help?
        save: help
        choices:
          - choice: A mentor
            name: mentor
            then:
              - alert: asked for a mentor
                within: 4 hours
              - say: By ((alert.by)).
          - choice: Nothing
            name: fine
        when:
          not answered:
            - signpost: lines
        no_reply:
          close: 3 hours
          then:
            - if: consent_mentor is yes
              then:
                - alert: went quiet
    else:
      - rate: next 1 from capital
  - say: Thanks. Text MENTOR to reach a person.
tests:
  - name: a low day
    talk: |
      > talk
      < asks mood
      > 2
      < asks help
      > 1
      ! alert asked for a mentor within 4 hours
      < By
      ! end
  - name: quiet
    given: consent_mentor = yes
    talk: |
      > talk
      > zxqv
      > zxqv
      < *
      > mentor please
      @ +26h
  - name: a fine day, and quiet after a low one
    given: consent_mentor = yes
    talk: |
      < asks mood
      > 1
      @ +4h
      ! alert went quiet
"""
SCHEDULES = """\
- schedule: weekly
  flow: talk
  for: consent_checkins is yes
  every: week
  at: checkin_time
  otherwise: Wed 11:00
"""
SMALL = {**folder({"flows/talk.yaml": TALK, "schedules.yaml": SCHEDULES})}
SAMPLE = read_files(ROOT / "content")[0]


@pytest.fixture(scope="module", autouse=True)
def quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_each_file_once(patch)
        yield


def looked_at(files: Mapping[str, bytes]) -> list[Problem]:
    """All that a check does with a folder, but for fetching it from the disk."""
    reading = read_library(files)
    problems = [*check_library(reading, TODAY)]
    if reading.library is not None and not any(problem.level is Level.ERROR for problem in problems):
        conversation = Conversation(reading.library, geography())
        problems += rehearse(conversation)
        problems += walk_paths(conversation)
    return problems


def told_well(problem: Problem, raw: bytes) -> bool:
    """A place, a sentence and something to do; a programmer's word only where the author wrote it."""
    jargon = jargon_in(problem)
    plain = jargon is None or jargon.encode() in raw
    return plain and problem.place.line > 0 < problem.place.column and bool(problem.what and problem.fix)


def survives(files: Mapping[str, bytes], seed: int) -> None:
    name, raw = damaged(files, seed)
    problems = looked_at({**files, name: raw})
    assert [str(problem) for problem in problems if not told_well(problem, raw)] == []
    mended = mend(raw, name)
    assert mended is None or mend(mended.raw, name) is None


def test_nothing_is_wrong_before_the_damage() -> None:
    assert [str(problem) for problem in looked_at(SMALL) if problem.level is Level.ERROR] == []


@pytest.mark.parametrize("seed", range(0, 60, 10))
def test_small_files_are_damaged_in_many_ways(seed: int) -> None:
    for each in range(seed, seed + 10):
        survives(SMALL, each)


@pytest.mark.parametrize("seed", range(1000, 1012, 4))
def test_the_sample_content_is_damaged_too(seed: int) -> None:
    for each in range(seed, seed + 4):
        survives(SAMPLE, each)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(10_000, 30_000, 500))
def test_both_are_damaged_for_an_hour(seed: int) -> None:
    for each in range(seed, seed + 450):
        survives(SMALL, each)
    for each in range(seed + 450, seed + 500):
        survives(SAMPLE, each)


# ---------------------------------------------------------------- each way by name

ONCE = {
    "an empty file": b"",
    "only notes": b"# nothing yet\n",
    "nothing but zeros, as a disk that lost power leaves it": bytes(4096),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a Word file": b"PK\x03\x04" + bytes(range(255, -1, -1)) * 20,
    "a web page": b"<!DOCTYPE html><html><body>Sign in to your account</body></html>",
    "a file that two people merged": TALK.replace(
        "  - say: Thanks.", "<<<<<<< mine\n  - say: Thanks.\n=======\n  - say: Ta.\n>>>>>>> theirs\n  - say: x"
    ).encode(),
    "a thousand laughs": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n" + TALK.encode(),
    "a program in disguise": b"!!python/object/apply:os.system [id]\n" + TALK.encode(),
    "a line of a million letters": TALK.replace("Still there?", "a" * 900_000).encode(),
    "a hundred thousand lines": TALK.encode() + b"# note\n" * 100_000,
    "ten megabytes": TALK.encode() + b"#" * (10 * 1024 * 1024),
    "three thousand levels": b"- " * 3000,
    "itself twice": TALK.encode() * 2,
    "halves of letters": TALK.encode().replace(b"?", b"\xed\xa0\x80"),
}


@pytest.mark.parametrize("name", ONCE)
def test_a_flow_that_is_something_else_is_told(name: str) -> None:
    problems = looked_at({**SMALL, "flows/talk.yaml": ONCE[name]})
    assert any(problem.place.file == "flows/talk.yaml" for problem in problems)
    assert [str(problem) for problem in problems if not told_well(problem, ONCE[name])] == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_kind_of_letters_is_read_or_told(encoding: str) -> None:
    raw = TALK.replace("Still there?", "Still there – café, £5?").encode(encoding, errors="replace")
    problems = looked_at({**SMALL, "flows/talk.yaml": raw})
    if encoding in ("utf-16", "utf-8-sig"):
        assert [str(problem) for problem in problems if problem.level is Level.ERROR] == []
    else:
        assert problems
    assert [str(problem) for problem in problems if not told_well(problem, raw)] == []


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_of_other_machines_change_nothing(end: bytes) -> None:
    files = {name: raw.replace(b"\n", end) for name, raw in SMALL.items()}
    assert told(looked_at(files)) == told(looked_at(SMALL))


def test_every_damage_and_sign_has_its_turn() -> None:
    """The seeds of the long run reach each of them: what a list holds and nobody tries shows nothing."""
    assert len(DAMAGES) >= 14
    assert len(SIGNS) >= 60


# ---------------------------------------------------------------- on a disk, and while it is watched


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(content, "STARTED_BY_US", ())
    for name, raw in SMALL.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def test_ten_megabytes_are_not_even_read(saved: Path) -> None:
    (saved / "flows" / "talk.yaml").write_bytes(ONCE["ten megabytes"])
    (problem,) = [each for each in check_folder(saved).problems if each.place.file == "flows/talk.yaml"]
    assert problem.what == "The file is over 10 MB."


def test_what_is_no_file_is_survived(saved: Path) -> None:
    (saved / "service.yaml").unlink()
    (saved / "service.yaml").mkdir()
    (saved / "flows" / "gone.yaml").symlink_to(saved / "nowhere")
    (saved / "flows" / "round.yaml").symlink_to(saved / "flows" / "round.yaml")
    assert "service.yaml:1:1  E  This file is missing." in told(check_folder(saved).problems)


def test_a_file_that_may_not_be_read_is_told(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "talk.yaml":
            raise PermissionError(13, os.strerror(13))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "flows/talk.yaml:1:1  E  The file cannot be read (Permission denied)." in told(check_folder(saved).problems)


@pytest.mark.parametrize("practice", [True, False])
def test_a_file_that_is_half_written_never_goes_live(
    saved: Path, practice: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "release_of", release_of)
    went: list[str] = []
    refused: list[tuple[Problem, ...]] = []

    async def go_live(checked: Checked) -> None:
        assert not checked.errors
        went.append(checked.files["flows/talk.yaml"].decode())
        watch.lives(checked)

    watch = Watch(
        saved,
        practice=practice,
        go_live=go_live,
        refused=refused.append,
        clock=lambda: datetime(2026, 11, 23, 10, tzinfo=UTC),
    )
    watch.lives(check_folder(saved))
    path, whole = saved / "flows" / "talk.yaml", TALK.replace("Still there?", "Are you there?").encode()
    for tenth in range(11):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        asyncio.run(watch.look())
    assert watch.state == ("live" if practice else "draft waits")
    assert refused
    assert all(text.startswith("flow: talk\n") and "\n  - say: Thanks." in text for text in went)
    assert bool(went) is practice
