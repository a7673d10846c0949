"""The list of who was erased or left: it says who by nothing but numbers, survives a torn line, and is kept to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.statuses import PersonStatus
from storage import audit, erasure, forgotten, people
from storage.database import Database
from storage.fields import Keyring
from storage.forgotten import Entry, Keeper, Replayed
from storage.people import PersonChange
from tests.storage.scene import ALEX, NOW, SAM, meet, participant, person_id, stop

LATER = NOW + timedelta(days=1)


def note(database: Database, action: str, participant_id: int) -> None:
    database.run_now(lambda db: audit.write(db, [audit.Line("participant", action, participant_id)], NOW))


def test_whoever_is_erased_or_leaves_is_listed_once(database: Database, tmp_path: Path) -> None:
    sam, alex = participant(database, SAM), participant(database, ALEX)
    listed = tmp_path / "new folder" / "listed"
    keeper = Keeper(listed)
    assert keeper.keep_now(database, NOW) == 0
    database.run_now(lambda db: erasure.erase(db, person_id(sam), NOW, audit.OPERATOR))
    note(database, "participant.stopped", person_id(alex))
    assert keeper.keep_now(database, NOW) == 3  # her address as well
    assert keeper.keep_now(database, LATER) == 0
    assert Keeper(listed).keep_now(database, LATER) == 0
    assert {each.what for each in forgotten.read(listed)} == {"erased", "stopped", "address"}
    assert listed.stat().st_mode & 0o077 == 0
    assert "7700900" not in listed.read_text()


@pytest.mark.parametrize("restarted", [False, True])
def test_what_another_process_commits_late_is_listed_as_well(
    database: Database, database_url: str, keyring: Keyring, tmp_path: Path, restarted: bool
) -> None:
    """Its line has an earlier id than one that is listed already."""
    sam, alex = participant(database, SAM), participant(database, ALEX)
    line = audit.Line("participant", "participant.stopped", person_id(alex))
    database.run_now(lambda db: audit.write(db, [line], LATER))
    keeper = Keeper(tmp_path / "listed")
    assert keeper.keep_now(database, LATER) == 1
    late = audit.Line("participant", "participant.stopped", person_id(sam))
    with Database.open(database_url, keyring, inline=True) as other:
        other.run_now(lambda db: audit.write(db, [late], LATER - timedelta(minutes=5)))
    keeper = Keeper(tmp_path / "listed") if restarted else keeper
    assert keeper.keep_now(database, LATER) == 1
    assert {each.who for each in forgotten.read(tmp_path / "listed")} == {str(person_id(sam)), str(person_id(alex))}


def test_a_line_that_was_cut_off_costs_no_other(tmp_path: Path) -> None:
    listed = tmp_path / "listed"
    one, two = Entry(NOW, "erased", "12"), Entry(LATER, "address", f"{'ab' * 32} sms erased")
    forgotten.append(listed, [one, two])
    for cut in range(1, 60):
        whole = listed.read_bytes()
        listed.write_bytes(whole[:-cut])
        assert forgotten.read(listed)[:1] == [one]
        forgotten.append(listed, [Entry(LATER, "stopped", "5")])
        assert forgotten.read(listed)[-1] == Entry(LATER, "stopped", "5")
        listed.write_bytes(whole)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([(NOW, "stopped")], PersonStatus.STOPPED),
        ([(NOW, "stopped"), (LATER, "joined")], PersonStatus.ACTIVE),
        ([(NOW, "joined"), (LATER, "stopped")], PersonStatus.STOPPED),
        ([], PersonStatus.ACTIVE),
    ],
)
def test_the_last_word_counts(database: Database, lines: list[tuple[object, str]], status: PersonStatus) -> None:
    sam = participant(database)
    entries = [Entry(at, what, str(person_id(sam))) for at, what in lines]  # type: ignore[arg-type]
    done = database.run_now(lambda db: forgotten.replay(db, entries, LATER))
    assert done == Replayed(0, int(status is PersonStatus.STOPPED), 0)
    found = meet(database, SAM)[SAM].participant
    assert found is not None
    assert found.status is status


def test_who_has_stopped_already_is_not_stopped_again(database: Database) -> None:
    sam = participant(database)
    stop(database, sam)
    entries = [Entry(LATER, "stopped", str(person_id(sam)))]
    assert database.run_now(lambda db: forgotten.replay(db, entries, LATER)).stopped == 0


def test_who_was_erased_and_joined_again_stays(database: Database) -> None:
    sam = participant(database)
    database.run_now(lambda db: erasure.erase(db, person_id(sam), NOW, audit.OPERATOR))
    again = participant(database)
    entries = [Entry(NOW, "erased", str(person_id(sam)))]
    assert database.run_now(lambda db: forgotten.replay(db, entries, LATER)).erased == 0
    assert person_id(meet(database, SAM)[SAM]) == person_id(again)


def test_a_number_that_was_somebody_elses_is_not_written_to_again(database: Database) -> None:
    sam = participant(database)
    blind = database.vault.blind(*SAM)
    entries = [Entry(LATER, "address", f"{blind.hex()} sms wrong number")]
    assert database.run_now(lambda db: forgotten.replay(db, entries, LATER)).unlinked == 1
    assert database.run_now(lambda db: erasure.suppressed(db, *SAM)) == "wrong number"
    assert meet(database, SAM)[SAM].participant is None
    change = PersonChange(id=person_id(sam), status=PersonStatus.ACTIVE)
    database.run_now(lambda db: people.save(db, [change], NOW))  # the record stays, for staff to find the right number
