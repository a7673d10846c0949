"""Loads the content folder, watches it, and keeps the last good release when what is saved cannot be used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from watchfiles import awatch

from bot import logs
from flows.checking.rehearsing import rehearse
from flows.checking.static import check_library
from flows.checking.walking import walk_paths
from flows.directory.geography import Geography
from flows.errors import ContentError
from flows.reading.library import Reading, read_library
from flows.reading.release import release_of
from flows.talking.conversation import STILL_YOU, WELCOME, WELCOME_BACK, Conversation
from flows.wording import Level, Place, Problem

log = logs.get_logger(__name__)

LOOKS_AGAIN = 5.0  # seconds, where the folder could not be watched
LARGEST_FILE = 10 * 1024 * 1024  # bytes; no content file comes near it
STARTED_BY_US = (WELCOME, WELCOME_BACK, STILL_YOU, "help", "delete", "mentor")
ENDINGS = frozenset({".yaml", ".yml", ".csv", ".txt"})  # .txt is read so that check can say what Notepad did


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder, read and checked. ``conversation`` is None where an error blocks it.

    ``stored``: it is a release, as the database has it, and may be another than the folder.
    """

    files: Mapping[str, bytes]
    conversation: Conversation | None
    problems: tuple[Problem, ...]
    stored: bool = False

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)


@cache
def geography() -> Geography:
    """Where the postcodes of Great Britain and the towns of the United Kingdom are, from the files that ship with the
    program."""
    data = files("flows.directory") / "data"
    tables = ("uk_outcodes.csv", "uk_sectors.csv", "uk_places.csv")
    return Geography.read(*((data / table).read_text(encoding="utf-8") for table in tables))


def read_files(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Every content file by its path inside the folder, and a problem for each that cannot be read."""
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        return found, [
            Problem(
                Place(str(folder), 1), Level.ERROR, "folder", "There is no such folder.", "set CONTENT_DIR to yours."
            )
        ]
    for path in _paths(folder, problems):
        name = path.relative_to(folder).as_posix()
        if not name.isprintable():
            what = "There is a letter in this file's name that cannot be shown."
            shown = "".join(letter if letter.isprintable() else "?" for letter in name)
            problems.append(Problem(Place(shown, 1), Level.ERROR, "file name", what, "rename it: a to z, and dashes."))
            continue
        if path.suffix.lower() not in ENDINGS or any(part.startswith((".", "~")) for part in name.split("/")):
            continue
        try:
            if not path.is_file():
                continue
            if path.stat().st_size > LARGEST_FILE:
                problems.append(
                    Problem(Place(name, 1), Level.ERROR, "size", "The file is over 10 MB.", "split it, or take it out.")
                )
                continue
            found[name] = path.read_bytes()
        except OSError as error:
            what = f"The file cannot be read ({error.strerror})."
            problems.append(Problem(Place(name, 1), Level.ERROR, "reading", what, "check who may read it."))
    return found, problems


def _paths(folder: Path, problems: list[Problem]) -> list[Path]:
    """Every file below ``folder``, in order; a folder that cannot be looked into is a problem."""

    def refused(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        what = f"This folder cannot be read ({error.strerror})."
        problems.append(Problem(Place(name, 1), Level.ERROR, "reading", what, "check who may read it."))

    return sorted(Path(at, name) for at, _, names in os.walk(folder, onerror=refused) for name in names)


def _missing_flows(reading: Reading) -> Iterator[Problem]:
    """Flows that the program starts by itself: without one of them somebody would meet an apology, or nothing."""
    files = {flow.place.file for flow in reading.draft.flows.values()}
    for name in STARTED_BY_US:
        file = f"flows/{name}.yaml"
        if file not in files and not any(problem.place.file == file for problem in reading.problems):
            fix = f"put {file} back; fingerpost ships one to start from."
            yield Problem(Place(file, 1), Level.ERROR, "missing", "This flow is missing.", fix)


def check_folder(folder: Path, *, tests: bool = True, today: date | None = None) -> Checked:
    """Read, link and check a folder, run its conversation tests and walk all its paths.

    Never raises on what coordinators wrote. Without ``today``, nothing is called old.
    """
    found, problems = read_files(folder)
    if problems and not found:
        return Checked(found, None, tuple(problems))
    reading = read_library(found)
    problems.extend(reading.problems)
    problems.extend(check_library(reading, today))
    problems.extend(_missing_flows(reading))
    conversation = None
    if reading.library is not None and not any(problem.level is Level.ERROR for problem in problems):
        conversation = Conversation(reading.library, geography())
        if tests:
            problems.extend(rehearse(conversation))
            problems.extend(walk_paths(conversation))
            if any(problem.level is Level.ERROR for problem in problems):
                conversation = None
    return Checked(found, conversation, tuple(sorted(set(problems))))


def load_folder(folder: Path, *, tests: bool = True) -> Checked:
    """A folder that can go live; without ``tests``, be talked to. Raises ContentError with every problem."""
    checked = check_folder(folder, tests=tests)
    if checked.conversation is None:
        raise ContentError(checked.errors)
    return checked


class Watch:
    """Looks at the folder whenever a file in it is saved. ``state`` says what it saw last, for /health."""

    def __init__(
        self,
        folder: Path,
        *,
        practice: bool,
        go_live: Callable[[Checked], Awaitable[None]],
        refused: Callable[[tuple[Problem, ...]], object],
        clock: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self.practice = practice
        self.go_live = go_live
        self.refused = refused  # shows a person what is wrong and where
        self.clock = clock
        self.problems: tuple[Problem, ...] = ()  # of what was saved last, when it cannot be used
        self.broken_since: datetime | None = None  # since when what is saved cannot be used
        self._live = ""  # what is live, and what is saved: each as this program spells it
        self._saved = ""

    def lives(self, checked: Checked) -> None:
        """This is what people are talked to by now."""
        assert checked.conversation is not None
        library = checked.conversation.library
        self._live = release_of(library) if checked.stored else library.release
        if not checked.stored:
            self._saw(checked)

    @property
    def state(self) -> str:
        """Whether what is saved is what is live: ``live``, ``draft waits`` or ``broken draft``."""
        if self.broken_since is not None:
            return "broken draft"
        return "draft waits" if self._saved not in ("", self._live) else "live"

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``. Saving goes live only in practice mode; elsewhere a person decides, and this only reports."""
        while not stop.is_set():
            try:
                if self.broken_since is not None or not self._saved:
                    await self.look(again=True)
                async for _ in awatch(self.folder, stop_event=stop, debounce=200, step=50, recursive=True):
                    await self.look()
            except Exception as error:
                # the folder is not there, or may not be read: people are talked to all the same
                log.warning("content.not_watched", exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOKS_AGAIN)

    async def look(self, *, again: bool = False) -> None:
        """Check what is saved now. What cannot be used changes nothing: the last good release stays.

        ``again``: nothing was saved, so that what was said before is not said once more.
        """
        checked = await asyncio.to_thread(check_folder, self.folder)
        said = again and checked.errors == self.problems
        self._saw(checked)
        if checked.conversation is None:
            if not said:
                log.error("content.refused", count=len(checked.errors))
                self.refused(checked.errors)
        elif self.state == "draft waits" and self.practice:
            await self.go_live(checked)
            log.info("content.live", release=self._saved)
        elif self.state == "draft waits":
            log.info("content.draft", release=self._saved)

    def _saw(self, checked: Checked) -> None:
        self.problems = checked.errors
        if checked.conversation is None:
            self.broken_since = self.broken_since or self.clock()
        else:
            self.broken_since, self._saved = None, checked.conversation.library.release
