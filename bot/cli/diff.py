"""``fingerpost diff``: what is saved beside what is live, in words, with whom it touches and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import typer

from bot.cli.opening import opened, say_what_to_mend, settings
from bot.cli.release import named, stored_library
from bot.content import check_folder
from flows import diffing
from flows.agreeing import wants_two
from flows.content import Library
from flows.errors import ConfigError, ContentError
from flows.flow_changes import Change
from storage import releases, sessions, touched
from storage.database import Database
from storage.statements import Db
from storage.touched import Part


def diff(release: str) -> int:
    """Show what changes from a release (default: the live one) to what is saved. The exit status: 2 could not look."""
    given = settings()
    checked = check_folder(given.content_dir, tests=False)
    if checked.conversation is None:
        say_what_to_mend(given.content_dir, ContentError(checked.errors))
        return 2
    new = checked.conversation.library
    with opened() as database:
        went = database.run_now(releases.went_live)
        if not went:
            raise ConfigError(["Nothing has gone live yet, so all of it is new. Type: fingerpost release go"])
        old = stored_library(database, named(release, database.run_now(releases.listed)) if release else went[0])
        changes = diffing.compare(old, new)
        if not changes:
            typer.echo("Nothing is different: people would notice no change.")
            return 0
        for change in changes:
            typer.echo(str(change))
        whom = list(_whom(database, changes, old))
    _block("Whom it touches", whom or ["Nobody is in the middle of what changes."])
    _block("The longest way through, by SMS", diffing.lengths(old, new))
    wants = wants_two(old, new)
    if wants:
        _block("Two coordinators must agree, for this changes", wants)
    return 0


def _block(title: str, lines: Iterable[str]) -> None:
    shown = list(lines)
    if shown:
        typer.echo(f"\n{title}")
        for line in shown:
            typer.echo(f"  {line}")


def _whom(database: Database, changes: Iterable[Change], old: Library) -> Iterator[str]:
    """A line for every flow that people are in or have booked, and for stored answers left without a question."""
    changes = tuple(changes)
    talking, booked = database.run_now(lambda db: (sessions.count_by_flow(db), touched.booked(db)))
    for flow in dict.fromkeys(change.where for change in changes if change.where in old.flows):
        if talking[flow]:
            yield f"{flow}: {_people(talking[flow])} in the middle of it, who finish it in the old words"
        if booked[flow]:
            yield f"{flow}: {_people(booked[flow])} have it booked, and get the new one"
    answers = [change.answer for change in changes if change.answer]
    variables = [name for name in answers if "." not in name]
    if variables:
        counted = _all_of(database, lambda db, after: touched.remembered(db, variables, after))
        yield from (f"{name}: remembered of {_people(counted[name])}" for name in variables if counted[name])
    for flow in dict.fromkeys(name.partition(".")[0] for name in answers if "." in name):
        counted = _all_of(database, lambda db, after, flow=flow: touched.answered(db, flow, after))  # type: ignore[misc]
        wanted = {name.partition(".")[2] for name in answers if name.startswith(f"{flow}.")}
        for name, number in sorted(counted.items()):
            if "*" in wanted or name in wanted:
                yield f"{flow}.{name}: {number} stored {'answer' if number == 1 else 'answers'}"


def _all_of(database: Database, count: Callable[[Db, int], Part]) -> Counter[str]:
    """Chunk after chunk, so that no unit holds up the service."""
    counted: Counter[str] = Counter()
    after: int | None = 0
    while after is not None:
        part = database.run_now(lambda db, after=after: count(db, after))  # type: ignore[misc]
        counted += part.counted
        after = part.reached
    return counted


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
