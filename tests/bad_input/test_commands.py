"""Whatever an operator types after a command: a line that says what is wrong and what next, never a traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot import __main__ as program
from storage.fields import Keyring
from tests.house.tree import ROOT

SAM = "07700900123"
ODD = [
    (("people", "show", "²" * 14), "is not a phone number"),
    (("people", "show", "9" * 30), "is not a phone number"),
    (("people", "show", "9" * 19), "Nobody is known as"),
    (("people", "show", "telegram:²"), "Nobody is known as"),
    (("people", "show", "Sam\udcff"), "cannot be read"),
    (("people", "show", SAM, "--on", "9999-12-31"), "is not between 2000 and 2100"),
    (("people", "show", SAM, "--on", "31/02/2027"), "is no date"),
    (("people", "show", SAM, "--days", "0"), "is not between 1 and 366"),
    (("people", "show", SAM, "--days", "²"), "should be a valid integer"),
    (("people", "add", SAM, "--nickname", "\udcff"), "cannot be read"),
    (("people", "export", SAM, "--out", "."), "is there already"),
    (("people", "export", SAM, "--out", __file__), "is there already"),
    (("people", "export", SAM, "--out", "nowhere/at/all.json"), "cannot be used"),
    (("people", "pause", SAM, "999999999 weeks"), "999999999 weeks"),
    (("staff", "code", "²" * 14), "Nobody on the staff is called"),
    (("staff", "code", "9" * 5000), "Nobody on the staff is called"),
    (("directory", "unmet", "--days", "9" * 30), "less than or equal to 3660"),
    (("directory", "export", "--out", __file__), "is there already"),
]


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database with one person in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('typed') / 'fingerpost.db'}"
    keys = Keyring.generate().format()
    settings = {"DATABASE_URL": url, "FINGERPOST_KEYS": keys, "CONTENT_DIR": str(ROOT / "content")}
    with pytest.MonkeyPatch.context() as patch:
        assert typed(("people", "add", SAM), settings, patch) == 0
    return settings


def typed(words: tuple[str, ...], environ: dict[str, str], patch: pytest.MonkeyPatch) -> int:
    for name, value in environ.items():
        patch.setenv(name, value)
    patch.setattr(sys, "argv", ["fingerpost", *words])
    with pytest.raises(SystemExit) as left:
        program.main()
    return int(left.value.code or 0)


@pytest.mark.parametrize(("words", "said"), ODD, ids=[f"{each[0][0]} {each[0][1]} {n}" for n, each in enumerate(ODD)])
def test_an_odd_word_after_a_command_is_refused_in_a_line(
    words: tuple[str, ...],
    said: str,
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Path(__file__).read_bytes()
    assert typed(words, environ, monkeypatch) == 2
    assert Path(__file__).read_bytes() == before
    assert list(tmp_path.iterdir()) == []
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown
