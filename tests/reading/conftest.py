"""The files that a test leaves as they are were read for the test before it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from flows.reading import library
from flows.reading.nodes import Faults, Node, read_yaml
from flows.reading.problems import Problems
from flows.reading.tidy import Tidied, tidy
from flows.wording import Problem

FILES = 100  # more than ship; what one test alone has spoiled soon makes room


@pytest.fixture(scope="session", autouse=True)
def reads_the_same_bytes_once() -> Iterator[None]:
    """Of a folder of dozens of files most tests change one: the others are parsed once, and told of each time."""

    @lru_cache(maxsize=FILES)
    def parsed(raw: bytes, file: str) -> tuple[Tidied, list[Problem], Node | None, list[Problem]]:
        tidying, parsing = Problems(), Problems()
        found = tidy(raw, file, tidying)
        return found, tidying.found, read_yaml(found, parsing), parsing.found

    def tidies(raw: bytes, file: str, problems: Problems) -> Tidied:
        found, told, *_ = parsed(raw, file)
        problems.found += told
        last[:] = [(found, raw, file)]
        return found

    def reads(given: Tidied, problems: Problems, faults: Faults | None = None) -> Node | None:
        found, raw, file = last[0]
        assert given is found
        if faults is not None:  # it is read once more, from the beginning
            return read_yaml(tidy(raw, file, Problems()), problems, faults)
        _, _, root, told = parsed(raw, file)
        problems.found += told
        return root

    last: list[tuple[Tidied, bytes, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "tidy", tidies)
        patch.setattr(library, "read_yaml", reads)
        yield
