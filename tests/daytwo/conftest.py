"""Two databases of one kind: the one that is copied, and an empty place to put the copy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import __main__ as program
from storage.fields import Keyring
from tests.shipped import CONTENT


@dataclass
class Machine:
    """A machine as an operator has it: settings, and a keyboard. ``says`` is what the last command printed."""

    environ: dict[str, str]
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    says: str = ""
    wrong: str = ""

    @property
    def url(self) -> str:
        return self.environ["DATABASE_URL"]

    def types(self, *words: object) -> int:
        """Type a command here; its exit status."""
        for name, value in self.environ.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(sys, "argv", ["fingerpost", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            program.main()
        shown = self.capsys.readouterr()
        self.says, self.wrong = shown.out, shown.err
        return int(left.value.code or 0)


@dataclass(frozen=True)
class Places:
    """``first`` holds a migrated database, ``second`` none."""

    first: Machine
    second: Machine
    backup: Path


@pytest.fixture(params=["sqlite", "postgresql"])
def places(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_file: Path,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Places]:
    """The machine that was, and the one that comes after it, on each kind of database."""

    def machine(name: str, url: str) -> Machine:
        return Machine(
            {
                "DATABASE_URL": url,
                "FINGERPOST_KEYS": keyring.format(),
                "CONTENT_DIR": str(CONTENT),
            },
            monkeypatch,
            capsys,
        )

    backup = tmp_path / "night.backup"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    if request.param == "sqlite":
        first = f"sqlite:///{tmp_path / 'first' / migrated_file.name}"
        shutil.copy(migrated_file, tmp_path / "first")
        yield Places(
            machine("first", first), machine("second", f"sqlite:///{tmp_path / 'second' / 'fingerpost.db'}"), backup
        )
        return
    postgres = request.getfixturevalue("postgres")
    with postgres.fresh() as first, postgres.fresh(migrated=False) as second:
        yield Places(machine("first", first), machine("second", second), backup)
