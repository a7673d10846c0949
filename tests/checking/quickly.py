"""Reads a folder again and again, each file only once: for tests that spoil one file at a time."""

from __future__ import annotations

import pytest

from flows.reading import library
from flows.reading.nodes import Node, read_yaml
from flows.reading.problems import Problems
from flows.reading.tidy import Tidied, tidy
from flows.wording import Problem


def read_each_file_once(patch: pytest.MonkeyPatch) -> None:
    """From here on a file with the same bytes is parsed once, and its faults are told each time."""
    known: dict[tuple[str, bytes], tuple[Node | None, list[Problem]]] = {}

    def keep(raw: bytes, file: str, problems: Problems) -> Tidied:
        key = (file, raw)
        if key not in known:
            own = Problems()
            known[key] = (read_yaml(tidy(raw, file, own), own), own.found)
        problems.found += known[key][1]
        kept.append(key)
        return Tidied(file, "", [])

    def take(_: Tidied, __: Problems, __faults: object = None) -> Node | None:
        return known[kept.pop()][0]

    kept: list[tuple[str, bytes]] = []
    patch.setattr(library, "tidy", keep)
    patch.setattr(library, "read_yaml", take)
    patch.setattr(library, "release_of", lambda _: "")  # whoever spoils a file asks for no name of a release
