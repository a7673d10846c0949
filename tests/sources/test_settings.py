"""``sources:`` in service.yaml: which directories of others are read again every day."""

from __future__ import annotations

import pytest

from bot.cli import standby
from bot.cli.findings import Finding, Level
from flows.content import Feed
from storage import directory
from storage.database import Database
from storage.statements import Db
from tests.reading.folder import SERVICE, reading_of, told
from tests.storage.scene import NOW


def test_sources_are_a_name_a_format_and_an_address() -> None:
    text = SERVICE + (
        "sources:\n"
        "  kent-aa: meeting-guide https://example.org/meetings.json\n"
        "  council:   open-referral   https://api.example.org/services?area=kent  # all of it\n"
    )
    library = reading_of({"service.yaml": text}).library
    assert library is not None
    assert library.service.sources == (
        Feed("kent-aa", "meeting-guide", "https://example.org/meetings.json"),
        Feed("council", "open-referral", "https://api.example.org/services?area=kent"),
    )


@pytest.mark.parametrize(
    ("line", "what", "fix"),
    [
        ("kent: https://example.org/x", "is not understood", "meeting-guide https://"),
        ("kent: meetings https://example.org/x", "is not understood", "meeting-guide https://"),
        ("kent: bmlt http://example.org/x", "is not understood", "https://"),
        ("kent: bmlt file.json", "is not understood", "https://"),
        ("Kent AA: bmlt https://example.org/x", "cannot be the name", "a to z"),
        ("csv: bmlt https://example.org/x", "cannot be the name", "not csv alone"),
    ],
)
def test_a_source_that_cannot_be_read_says_what_to_type(line: str, what: str, fix: str) -> None:
    reading = reading_of({"service.yaml": f"{SERVICE}sources:\n  {line}\n"})
    assert reading.library is None
    assert [problem for problem in reading.problems if what in problem.what and fix in problem.fix], told(
        reading.problems
    )


def test_doctor_says_which_directories_are_not_read(sqlite_database: Database) -> None:
    library = reading_of({"service.yaml": SERVICE + "sources:\n  new: bmlt https://example.org/x\n"}).library
    assert library is not None

    def sources(db: Db) -> list[Finding]:
        directory.replace(db, Feed("kent", "bmlt", "x"), b"[1]", 4, NOW)
        directory.replace(db, Feed("sussex", "bmlt", "x"), b"[1]", 4, NOW)
        directory.failed(db, "kent", "It is away.", NOW)
        return list(standby.sources(db, library))

    kent, sussex, new = sqlite_database.run_now(sources)
    assert (kent.level, kent.what) == (
        Level.LOOK,
        "The directory kent was not read: It is away. What it held before is still offered.",
    )
    assert (sussex.level, "sussex" in sussex.what) == (Level.WELL, True)
    assert (new.level, "new is read once" in new.what) == (Level.WELL, True)
