"""``fingerpost chat --save``: the talk becomes a conversation test at the foot of the flow's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import typer

from bot.cli.mending import write_beside
from bot.content import geography, read_files
from flows.adding import Page, with_test
from flows.checking.transcripts import run_transcript
from flows.content import Flow
from flows.reading.library import read_library
from flows.recording import Done, Recorded, record
from flows.talking.conversation import Conversation

LONGEST_NAME = 80


def fault_of_name(name: str, flow: Flow) -> str:
    """Why a new test of this flow cannot have this name; "" where it can."""
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_NAME:
        return f"A test needs a name of one line, at most {LONGEST_NAME} letters: --save 'a low day leads to a mentor'"
    if any(test.name == name.strip() for test in flow.tests):
        return f"{flow.place.file} has a test of that name already. Choose another, or take the old one out first."
    return ""


def save(folder: Path, flow: str, name: str, given: Sequence[str], began: datetime, done: Sequence[Done]) -> int:
    """Write the test into the folder as it is saved now. The exit status: 0, or 1 when it was not written, and why."""
    name = name.strip()
    files, _ = read_files(folder)
    library = read_library(files).library
    found = library.flows.get(flow) if library is not None else None
    if library is None or found is None:
        return _not_written("The content was changed meanwhile and cannot be read. Type fingerpost check to see why.")
    if fault := fault_of_name(name, found):
        return _not_written(fault)
    recorded = record(Conversation(library, geography()), found, given, began, done)
    if not any(line.startswith("<") for line in recorded.talk):
        return _not_written("There is nothing to write: the bot said nothing that a test of this flow would hear.")
    path = (folder / found.place.file).resolve()
    try:
        page = Page.of(path.read_bytes())
        raw = page.saved(with_test(page.text, name, recorded.given, recorded.talk))
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        return _not_written(f"{path} is in an older Windows format, which has no {letter}. Save it as UTF-8.", recorded)
    except OSError as error:
        return _not_written(f"{path} cannot be read ({error.strerror}).", recorded)
    if not _passes(files, found, name, raw):
        return _not_written(f"What you typed cannot stand in {path} as it is.", recorded)
    try:
        write_beside(path, raw)
    except OSError as error:
        return _not_written(f"{path} cannot be written ({error.strerror}).", recorded)
    typer.echo(f"Written to {path} as the test “{name}”. It passes.")
    if recorded.left_out:
        typer.echo(
            f"The test ends before “{recorded.left_out}”: from there the talk had to do with more than this flow."
        )
    return 0


def _passes(files: Mapping[str, bytes], before: Flow, name: str, raw: bytes) -> bool:
    """Whether the file with the new test reads as it did before, and the test passes."""
    library = read_library({**files, before.place.file: raw}).library
    if library is None:
        return False
    flow = library.flows[before.name]
    *others, new = flow.tests
    as_before = [(test.name, test.given, test.talk) for test in before.tests]
    if new.name != name or [(test.name, test.given, test.talk) for test in others] != as_before:
        return False
    return run_transcript(Conversation(library, geography()), flow, new) is None


def _not_written(why: str, recorded: Recorded | None = None) -> int:
    typer.echo(f"No test was written. {why}", err=True)
    if recorded is not None:
        typer.echo("You can put it there by hand:", err=True)
        typer.echo("\n".join((f"given: {recorded.given}", *recorded.talk)), err=True)
    return 1
