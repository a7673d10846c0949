"""A release goes live in every process without a restart, and nobody's conversation breaks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import checkins, content
from bot.content import Checked
from bot.following import last_good
from flows.content import Library
from flows.session_json import load
from storage import releases
from storage.fields import Keyring
from storage.statements import Db
from tests.releases.desk import HOW, ROUGHLY, Office, edited

SAM, KIM = "+447700900001", "+447700900002"


@pytest.fixture(scope="module")
def roughly(checked: Checked) -> Checked:
    """The check-in asks in other words, and has a question fewer to ask."""
    return edited(checked, ("flows/check-in.yaml", HOW, ROUGHLY))


async def test_every_process_talks_by_a_release_without_a_restart(
    office_on_both: Office, checked: Checked, roughly: Checked, keyring: Keyring
) -> None:
    office = office_on_both
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    name = office.goes_live(roughly)
    assert office.live != name
    await asyncio.gather(office.app.following.look(), other.app.following.look())
    assert office.live == other.live == name
    office.joins(SAM)
    assert ROUGHLY in office.says(SAM, "CHECKIN")[-1]


async def test_who_is_in_the_middle_ends_in_the_words_it_began_with(office_on_both: Office, roughly: Checked) -> None:
    office = office_on_both
    office.joins(SAM)
    office.joins(KIM)
    before = office.live
    assert HOW in office.says(SAM, "CHECKIN")[-1]
    office.goes_live(roughly)
    await office.app.following.look()
    # asked again in the words of the release that it began on …
    assert ROUGHLY not in " ".join(office.says(SAM, "purple"))
    assert {row.release for row in office.rows("sessions", status="open")} == {before}
    # … and whoever begins now hears the new ones
    assert ROUGHLY in office.says(KIM, "CHECKIN")[-1]
    office.says(SAM, "4")
    assert office.rows("inbox", status="failed") == []


async def test_an_answer_goes_to_the_question_that_was_asked_though_its_step_has_moved(
    office: Office, checked: Checked
) -> None:
    """The worst edit of all: the step at which somebody stands is another question now."""
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    moved = edited(checked, ("flows/check-in.yaml", "steps:\n", "steps:\n  - say: One thing first.\n"))
    office.goes_live(moved)
    await office.app.following.look()
    office.says(SAM, "4")
    (session,) = office.rows("sessions", flow="check-in")
    answers = office.database.run_now(lambda db: load(db.vault.open("sessions", "state", session.id, session.state)))
    assert answers.answers["check-in"]["mood"] == "4"


async def test_a_turn_during_the_swap_keeps_to_its_own(office_on_both: Office, roughly: Checked) -> None:
    office = office_on_both
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    before = office.live
    library = office.desk.library
    swapped: list[str] = []

    def swapping(db: Db, release: str) -> Library | None:
        found = library(db, release)
        if not swapped and roughly.conversation is not None:
            swapped.append(before)
            office.desk.go_live(roughly.conversation)  # another thread, between two lines of this turn
        return found

    office.desk.library = swapping  # type: ignore[method-assign]
    office.says(SAM, "4")
    assert swapped == [before]
    assert {row.release for row in office.rows("sessions", flow="check-in")} == {before}
    assert office.rows("inbox", status="failed") == []


async def test_a_process_that_starts_later_talks_by_what_is_live_whatever_is_saved(
    office: Office, checked: Checked, roughly: Checked, keyring: Keyring
) -> None:
    name = office.goes_live(roughly)
    found = last_good(office.database)
    assert found is not None
    other = office.another(found.checked, keyring)
    await other.app.begin_with(found.checked)
    assert other.live == name
    live = office.database.run_now(releases.live)
    assert live is not None
    assert live.hash == name


async def test_a_start_from_an_older_folder_takes_nothing_live(
    office: Office, checked: Checked, roughly: Checked, keyring: Keyring
) -> None:
    name = office.goes_live(roughly)
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    live = office.database.run_now(releases.live)
    assert live is not None
    assert live.hash == name
    await other.app.following.look()
    assert other.live == name


async def test_the_first_start_of_all_puts_the_folder_live(sqlite_office: Office, checked: Checked) -> None:
    assert last_good(sqlite_office.database) is None
    await sqlite_office.app.begin_with(checked)
    live = sqlite_office.database.run_now(releases.live)
    assert live is not None
    assert live.hash == sqlite_office.live


async def test_a_release_that_cannot_be_read_changes_nothing_and_is_shouted_about(
    office: Office, checked: Checked, roughly: Checked
) -> None:
    before = office.live
    broken = Checked({**roughly.files, "flows/check-in.yaml": b"flow: check-in\nsteps:\n  - asq: Hi"}, None, ())

    def unit(db: Db) -> None:
        releases.store(db, "b" * 64, broken.files, office.now)
        releases.go_live(db, "b" * 64, office.now)

    office.database.run_now(unit)
    for _ in range(2):
        await office.app.following.look()
        assert office.live == before
    assert "new words cannot be read" in " ".join((await office.app.health()).troubles)
    found = last_good(office.database)
    assert found is not None
    assert found.refused == ("b" * 64,)
    # the next one that can be read is followed, and the trouble is over
    name = office.goes_live(roughly)
    await office.app.following.look()
    assert office.live == name
    assert "new words cannot be read" not in " ".join((await office.app.health()).troubles)


async def test_a_stored_release_keeps_its_name_whatever_this_program_would_call_it(
    office: Office, roughly: Checked
) -> None:
    """A newer program may spell the same words otherwise."""

    def unit(db: Db) -> None:
        releases.store(db, "c" * 64, roughly.files, office.now)
        releases.go_live(db, "c" * 64, office.now)

    office.database.run_now(unit)
    await office.app.following.look()
    assert office.live == "c" * 64
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    assert [row.release for row in office.rows("sessions", status="open")] == ["c" * 64]


async def test_two_processes_with_two_schedules_do_not_both_plan(
    office_on_both: Office, checked: Checked, keyring: Keyring
) -> None:
    office = office_on_both
    office.joins(SAM)
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    sooner = edited(checked, ("schedules.yaml", "otherwise: Wed 11:00", "otherwise: Tue 11:00"))
    office.goes_live(sooner)
    await office.app.following.look()
    planned = [row.plan_at for row in office.rows("participants", status="active")]
    other.now = office.now
    # the one that has not heard of it leaves the planning to the one that has …
    assert other.database.run_now(lambda db: checkins.plan(db, other.desk, other.now)) == 0
    assert [row.plan_at for row in office.rows("participants", status="active")] == planned
    assert office.database.run_now(lambda db: checkins.plan(db, office.desk, office.now)) > 0
    # … and after a minute nobody waits for anybody
    other.now += timedelta(minutes=2)
    office.database.run_now(lambda db: checkins._plan_chunk(0, other.now, db))
    assert other.database.run_now(lambda db: checkins.plan(db, other.desk, other.now)) > 0


# ---------------------------------------------------------------- what is saved


async def test_saving_never_goes_live_and_says_that_a_draft_waits(
    sqlite_office: Office, checked: Checked, roughly: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sqlite_office
    await office.app.begin_with(checked)
    before, saved = office.live, [roughly]
    monkeypatch.setattr(content, "check_folder", lambda _: saved[-1])
    watch = office.app.watch
    assert watch.state == "live"
    await watch.look()
    assert (watch.state, office.live) == ("draft waits", before)
    saved.append(Checked({}, None, checked.problems))
    await watch.look()
    assert (watch.state, office.live) == ("broken draft", before)
    saved.append(roughly)
    await watch.look()
    office.goes_live(roughly)
    await office.app.following.look()
    assert watch.state == "live"


async def test_a_folder_that_is_not_there_stops_nobody(
    sqlite_office: Office, checked: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sqlite_office
    monkeypatch.setattr(content, "LOOKS_AGAIN", 0.01)
    office.app.watch.folder = tmp_path / "gone"
    office.app.watch.refused = lambda _: told.set()
    stop, told = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(office.app.watch.run(stop))
    await told.wait()
    assert not watching.done()
    stop.set()
    await watching
    assert office.app.watch.state == "broken draft"
