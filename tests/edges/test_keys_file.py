"""Keys are made once, for their owner alone, and never made anew beside an old database."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.keys import load_or_make_keys
from flows.errors import ConfigError
from storage.fields import Keyring


def test_the_first_run_makes_keys_that_only_the_owner_can_read(tmp_path: Path) -> None:
    file = tmp_path / "data" / "fingerpost.keys"

    made = load_or_make_keys(file, tmp_path / "data" / "fingerpost.db")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["fingerpost.keys"]
    assert Keyring.parse(made).keys


def test_the_next_run_finds_the_same_keys(tmp_path: Path) -> None:
    file = tmp_path / "fingerpost.keys"

    assert load_or_make_keys(file) == load_or_make_keys(file)


def test_two_first_runs_give_different_keys(tmp_path: Path) -> None:
    assert load_or_make_keys(tmp_path / "a.keys") != load_or_make_keys(tmp_path / "b.keys")


def test_keys_opened_to_others_are_closed_again(tmp_path: Path) -> None:
    file = tmp_path / "fingerpost.keys"
    load_or_make_keys(file)
    file.chmod(0o644)

    load_or_make_keys(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_database_without_its_keys_is_not_given_new_ones(tmp_path: Path) -> None:
    database = tmp_path / "fingerpost.db"
    database.write_bytes(b"SQLite format 3")

    with pytest.raises(ConfigError, match="backup"):
        load_or_make_keys(tmp_path / "fingerpost.keys", database)

    assert not (tmp_path / "fingerpost.keys").exists()


@pytest.mark.parametrize("content", [b"", b"canary", b"k1:canary", b"\xff\xfe", b"k1:" + b"A" * 43])
def test_a_spoiled_file_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "fingerpost.keys"
    file.write_bytes(content)

    if content == b"k1:" + b"A" * 43:  # base64 without its last sign is still a whole key
        assert load_or_make_keys(file)
        return
    with pytest.raises(ConfigError) as caught:
        load_or_make_keys(file)

    assert str(file) in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_folder_that_cannot_be_written_to_is_a_plain_fault(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(ConfigError, match="cannot be made"):
        load_or_make_keys(tmp_path / "data" / "fingerpost.keys")
