"""The power goes, and what was not synced is gone: nothing that we acknowledged is, and that is what FULL is for."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from storage.fields import Keyring
from tests.e2e.service import ROOT
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from tests.kill.account import everybody_has_joined, phones_of
from tests.power.disk import Disk, Record, build, cannot_be_tried, listening, read
from tests.power.service import FILE, PHONES, WORLD

LEVELS = ("FULL", "NORMAL", "OFF")
SHORT, LONG = 4, 60  # texts of each phone
CUTS = {SHORT: 40, LONG: 1500}  # points at which the power goes

pytestmark = pytest.mark.skipif(bool(cannot_be_tried()), reason=cannot_be_tried())


class Lived:
    """The service has lived once at each level, in ``folder``; ``account`` is what it asked of the disk meanwhile."""

    def __init__(self, folder: Path, template: Path, keyring: Keyring, texts: int) -> None:
        self.cuts = CUTS[texts]
        self.before, self.after, self._account = folder / "before", folder / "after", folder / "account"
        for level in LEVELS:
            (self.before / level).mkdir(parents=True)
            shutil.copy(template, self.before / level / FILE)
            everybody_has_joined(f"sqlite:///{self.before / level / FILE}", keyring, phones_of(PHONES))
        shutil.copytree(self.before, self.after)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        settings = {
            "CONTENT_DIR": str(ROOT / "content"),
            "PUBLIC_URL": "https://fingerpost.test",
            "FINGERPOST_KEYS": keyring.format(),
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_URL": "http://127.0.0.1:9",  # nobody is there
        }
        subprocess.run(
            [sys.executable, "-m", "tests.power.service", str(self.after), str(texts), *LEVELS],
            check=True,
            cwd=ROOT,
            env={**kept, **settings, **listening(build(folder), self.after, self._account)},
        )

    def disk(self, level: str) -> Disk:
        return Disk(self.after / level, self.before / level)

    def records(self, level: str) -> list[Record]:
        below = f"{(self.after / level).resolve()}/"
        return [record for record in read(self._account) if f"{record.path}/".startswith(below)]


@pytest.fixture(scope="module", params=[SHORT, pytest.param(LONG, marks=pytest.mark.prove)])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, keyring: Keyring
) -> Lived:
    return Lived(tmp_path_factory.mktemp("power"), migrated_file, keyring, request.param)


def losses(lived: Lived, level: str, *, torn: bool) -> Iterator[tuple[Mapping[str, bytes], list[str]]]:
    """What is left at each of many moments at which the power goes, and what the world had seen by then."""
    chance = random.Random(7)
    records = lived.records(level)
    said = [at for at, record in enumerate(records) if record.path.endswith(f"/{WORLD}")]
    # half of them at once after the world was told something, half anywhere
    half = lived.cuts // 2
    cuts = {*chance.choices(said, k=half), *chance.choices(range(len(records)), k=half), len(records) - 1}
    disk = lived.disk(level)
    seen: list[str] = []
    for at, record in enumerate(records):
        if record.path.endswith(f"/{WORLD}"):
            seen.append(record.more.decode().strip())
        else:
            disk.take(record)
        if at in cuts:
            yield disk.lose_power(chance if torn else None), list(seen)


def broken_promises(left: Mapping[str, bytes], seen: list[str], folder: Path) -> Counter[str]:
    """What the world was told and the database, opened again, does not know."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in left.items():
        (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / FILE)) as db:
            whole = [row[0] for row in db.execute("PRAGMA integrity_check")]
            kept = dict(db.execute("SELECT provider_id, id FROM inbox").fetchall())
            answered = {row[0] for row in db.execute("SELECT inbox_id FROM outbox")}
            waiting = {row[0] for row in db.execute("SELECT id FROM outbox WHERE status = 'queued'")}
            known = {row[0] for row in db.execute("SELECT id FROM outbox")}
    except sqlite3.DatabaseError:
        return Counter(damaged=1)
    broken: Counter[str] = Counter(damaged=whole != ["ok"])
    for line in seen:
        what, which = line.split()
        if what == "acknowledged":
            broken["lost"] += which not in kept
            broken["unanswered"] += which in kept and kept[which] not in answered
        else:
            broken["would go twice"] += int(which) in waiting or int(which) not in known
    return +broken


@pytest.mark.parametrize("torn", [False, True], ids=["nothing unsynced is left", "some of it is left"])
def test_with_full_nothing_that_was_acknowledged_or_sent_is_forgotten(lived: Lived, torn: bool, tmp_path: Path) -> None:
    tried = acknowledged = 0
    for left, seen in losses(lived, "FULL", torn=torn):
        assert not broken_promises(left, seen, tmp_path / "again"), f"after {seen[-1:]}"
        tried += 1
        acknowledged += sum(line.startswith("acknowledged") for line in seen)
    assert tried >= lived.cuts // 2
    print(f"power went {tried} times, {acknowledged} acknowledged texts looked for")


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_with_less_it_is_seen_to_be_lost(lived: Lived, level: str, tmp_path: Path) -> None:
    broken: Counter[str] = Counter()
    for left, seen in losses(lived, level, torn=False):
        broken += broken_promises(left, seen, tmp_path / "again")
    assert broken["lost"] or broken["damaged"], broken
    print(f"{level}: {dict(broken)}")


def test_the_account_of_the_disk_has_no_gaps(lived: Lived) -> None:
    """What was listened to, put together, is what lies there; and the log was emptied on the way, not only filled."""
    disk = lived.disk("FULL")
    records = lived.records("FULL")
    for record in records:
        disk.take(record)
    asked = disk.asked()
    assert {FILE, f"{FILE}-wal", WORLD} <= set(asked)
    for name, content in asked.items():
        assert content == (lived.after / "FULL" / name).read_bytes(), name
    synced = Counter(Path(record.path).name for record in records if record.kind == "S")
    assert synced[FILE] > 1, "the log was never written back to the database"
    assert synced[f"{FILE}-wal"] > 10, synced


def test_a_disk_forgets_what_was_not_synced(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"as it was")
    disk = Disk(tmp_path, tmp_path)
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    disk.take(Record("W", old, 0, b"AS"))
    assert disk.lose_power() == {"old": b"as it was"}
    disk.take(Record("S", old, 0, b""))
    disk.take(Record("T", old, 5, b""))
    disk.take(Record("W", new, 2, b"here"))
    disk.take(Record("S", new, 0, b""))
    assert disk.lose_power() == {"old": b"AS it was"}, "a new file has no name before its folder is synced"
    disk.take(Record("S", str(tmp_path), 0, b""))
    assert disk.lose_power() == {"old": b"AS it was", "new": b"\0\0here"}
    disk.take(Record("R", new, 0, old.encode()))
    assert disk.asked() == {"old": b"\0\0here"}
    assert disk.lose_power() == {"old": b"AS it was", "new": b"\0\0here"}
    disk.take(Record("S", str(tmp_path), 0, b""))
    assert disk.lose_power() == {"old": b"\0\0here"}
    torn = Disk(tmp_path, tmp_path)
    torn.take(Record("W", old, 0, b"x" * 2048))
    chance = random.Random(1)
    assert {torn.lose_power(chance)["old"].count(b"x") // 512 for _ in range(60)} == {0, 1, 2, 3, 4}
