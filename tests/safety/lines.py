"""The lines that the screen is tried on: ours, beside this file, and those of the shared folder."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from flows.content import Library
from flows.reading.library import read_library
from flows.talking.safety import Screen
from tests.shared import FOLDER, is_here

CONTENT = Path(__file__).resolve().parents[2] / "content"
HERE = Path(__file__).resolve().parent
EXAMPLES = FOLDER / "data" / "crisis-examples.md"

_MUST = re.compile(r"\d+\. (?P<text>.*) \((?P<tier>[AB])(?: [\w -]+)?\)")
_MUST_NOT = re.compile(r"\d+\. (?P<text>.*?)(?: \((?P<soft>S|S: [\w ]+|offer STOP)\))?")


@cache
def library() -> Library:
    files = {
        path.relative_to(CONTENT).as_posix(): path.read_bytes()
        for path in CONTENT.rglob("*")
        if path.is_file() and ".schema" not in path.parts
    }
    found = read_library(files).library
    assert found is not None
    return found


@cache
def screen() -> Screen:
    """The screen of the content that we ship."""
    return Screen(library().crisis, library().idioms)


def tier_of(text: str) -> str:
    """The tier that ``text`` is heard in, or an empty string."""
    found = screen().read(text)
    return found.tier if found else ""


def ours(name: str) -> list[tuple[str, str]]:
    """(text, what it stands under) of one of the lists beside this file."""
    sections = yaml.load((HERE / name).read_text(encoding="utf-8"), yaml.CBaseLoader)
    return [(text, section) for section, texts in sections.items() for text in texts]


def shared_examples() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(text, tier) of what must fire, and (text, "S" or "") of what must not; none without the shared folder."""
    if not is_here():
        return [], []
    must, _, must_not = EXAMPLES.read_text(encoding="utf-8").partition("**MUST NOT fire**")
    fires = [(each["text"], each["tier"]) for each in map(_MUST.fullmatch, must.splitlines()) if each]
    silent = [
        (each["text"], "S" if each["soft"] else "") for each in map(_MUST_NOT.fullmatch, must_not.splitlines()) if each
    ]
    return fires, silent
