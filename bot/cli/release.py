"""``fingerpost release``: what is live, what was, and how one becomes the other."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import typer

from bot import releasing
from bot.app import clock
from bot.cli.opening import opened, say_what_to_mend, settings
from bot.content import STARTED_BY_US, Checked, check_folder
from bot.desk import Desk
from bot.following import EVERY, read_release
from bot.releasing import Waits
from flows import diffing, timing
from flows.agreeing import wants_two
from flows.checking.against import check_against
from flows.content import Library
from flows.errors import ConfigError, ContentError, Refused
from flows.reading.problems import did_you_mean
from flows.reading.release import release_of
from flows.wording import Level
from storage import releases, sessions, withdrawals
from storage.database import Database
from storage.releases import Release
from storage.statements import Db

SHORT = 8  # letters of a release's name that are enough to tell it apart
LONGEST_NEWS = 12  # lines
WITHIN = f"within {EVERY * 2:g} seconds"


def list_all() -> None:
    """One line a release, newest first."""

    def unit(db: Db) -> tuple[list[Release], Release | None, Counter[str], list[withdrawals.Withdrawal]]:
        return releases.listed(db), releases.live(db), sessions.count_by_release(db), withdrawals.standing(db)

    with opened() as database:
        everything, live, talking, withdrawn = database.run_now(unit)
        zone = stored_library(database, live).service.time_zone if live is not None else ""
    for each in sorted(everything, key=lambda one: one.went_live_at or one.stored_at, reverse=True):
        typer.echo(f"{each.hash[:SHORT]}  {_stands(each, live, zone)}{_in_it(talking[each.hash])}")
    for one in withdrawn:
        typer.echo(f"withdrawn: {one.flow}, since {_day(one.at, zone)}, until a release mends it")
    if not everything:
        typer.echo("Nothing has gone live yet. Type: fingerpost release go")


def _stands(release: Release, live: Release | None, zone: str) -> str:
    if live is not None and release.hash == live.hash and release.went_live_at is not None:
        return f"live since {_day(release.went_live_at, zone)}"
    if release.waits:
        return f"waits for two coordinators, since {_day(release.stored_at, zone)}"
    if release.taken_back_at is not None:
        return f"taken back {_day(release.taken_back_at, zone)}"
    if release.went_live_at is not None:
        return f"went live {_day(release.went_live_at, zone)}"
    return f"stored {_day(release.stored_at, zone)}"


def _in_it(people: int) -> str:
    return f"  {people} {'person' if people == 1 else 'people'} in the middle of it" if people else ""


def _day(at: datetime, zone: str) -> str:
    return f"{timing.local(at, zone or 'UTC'):%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- going live


def go(codes: Sequence[str]) -> int:
    """Check what is saved, store it and put it live. The exit status: 0 live, 1 not yet, 2 could not look."""
    given = settings()
    checked = check_folder(given.content_dir)
    if checked.conversation is None:
        say_what_to_mend(given.content_dir, ContentError(checked.errors))
        return 1 if given.content_dir.is_dir() else 2
    library = checked.conversation.library
    given_codes = {re.sub(r"\D", "", code) for code in codes}
    with opened() as database:
        live = database.run_now(releases.live)
        before = _read(database, live.hash).conversation if live is not None else None
        if before is not None and release_of(before.library) == library.release:
            typer.echo("Nothing to do: what is saved is what is live.")
            return 0
        lost = check_against(before.library, library) if before is not None else ()
        if any(problem.level is Level.ERROR for problem in lost):
            say_what_to_mend(given.content_dir, ContentError(lost))
            return 1
        for problem in lost:
            typer.echo(str(problem), err=True)
        wants = wants_two(before.library, library) if before is not None and not given.practice else ()
        desk = Desk(before or checked.conversation, secrets.randbelow)
        now = clock()
        waits = database.run_now(
            lambda db: releasing.put_live(
                db, desk, library.release, checked.files, now, two=bool(wants), codes=given_codes
            )
        )
    if before is not None:
        _say_news(before.library, library)
    if waits is not None:
        _say_waits(waits, wants, bool(given_codes))
        return 1
    typer.echo(f"Live: {library.release[:SHORT]}. Every running process talks by it {WITHIN}.")
    typer.echo("People in the middle of a conversation finish it in the words it began with.")
    if live is not None:
        typer.echo("To take it back: fingerpost release back")
    return 0


def _say_news(before: Library, after: Library) -> None:
    changes = diffing.compare(before, after)
    for change in changes[:LONGEST_NEWS]:
        typer.echo(f"  {change}")
    if len(changes) > LONGEST_NEWS:
        typer.echo(f"  … and {len(changes) - LONGEST_NEWS} more. Type fingerpost diff to see all of them.")


def _say_waits(waits: Waits, wants: Sequence[str], tried: bool) -> None:
    what = " and ".join([", ".join(wants[:-1]), wants[-1]] if len(wants) > 1 else wants)
    typer.echo(f"Not live yet: this changes {what}, and two coordinators must agree to that.", err=True)
    if waits.asked:
        typer.echo(f"Each of the {waits.asked} coordinators has been texted a code, which counts for a day.", err=True)
    elif waits.agreed:
        typer.echo("One of them agrees. The code of another is still wanted.", err=True)
    elif tried:
        typer.echo("These codes are not right. After five wrong tries new ones are sent.", err=True)
    typer.echo("Then type: fingerpost release go --code FIRST --code SECOND", err=True)


# ---------------------------------------------------------------- going back


def back(to: str) -> int:
    """Put an older release live again, the one before by default. The exit status."""
    with opened() as database:
        went = database.run_now(releases.went_live)
        if not went:
            raise ConfigError(["Nothing has gone live yet, so there is nothing to go back to."])
        older = [each for each in went[1:] if each.taken_back_at is None]
        chosen = named(to, went) if to else next(iter(older), None)
        if chosen is None:
            raise ConfigError(["There is no release before this one. Type fingerpost release list to see all."])
        if chosen.hash == went[0].hash:
            typer.echo(f"Nothing to do: {chosen.hash[:SHORT]} is live.")
            return 0
        after = stored_library(database, chosen)
        database.run_now(lambda db: releasing.go_back(db, chosen.hash, clock()))
        before = _read(database, went[0].hash).conversation
    if before is not None:
        _say_news(before.library, after)
    typer.echo(f"Live again: {chosen.hash[:SHORT]}. Every running process talks by it {WITHIN}.")
    typer.echo("The files in the folder are as they were: mend them there before the next release.")
    return 0


def named(written: str, among: Sequence[Release]) -> Release:
    """The release whose name begins so. Raises ConfigError where that is none, or several."""
    found = [each for each in among if each.hash.startswith(written.casefold())]
    if len(found) != 1:
        what = "several releases begin" if found else "no release begins"
        raise ConfigError([f"{written}: {what} with that. Type fingerpost release list to see all."])
    return found[0]


def _read(database: Database, name: str) -> Checked:
    files = database.run_now(lambda db: releases.get(db, name))
    return read_release(name, files or {})


def stored_library(database: Database, release: Release) -> Library:
    """A stored release. Raises ConfigError where this program cannot read it."""
    found = _read(database, release.hash).conversation
    if found is None:
        raise ConfigError([f"This program cannot read the release {release.hash[:SHORT]}. Choose another."])
    return found.library


# ---------------------------------------------------------------- a flow that does harm


def withdraw(flow: str, *, undo: bool, sure: bool) -> int:
    """End a flow for everybody in it and start it no more, or undo that. The exit status."""
    with opened() as database:
        live = database.run_now(releases.live)
        if live is None:
            raise ConfigError(["Nothing has gone live yet, so there is nothing to withdraw."])
        library = stored_library(database, live)
        if undo:
            if not database.run_now(lambda db: releasing.lift(db, flow, clock())):
                raise ConfigError([f"{flow} was not withdrawn. Type fingerpost release list to see what is."])
            typer.echo(f"{flow} may start again, {WITHIN}.")
            return 0
        _refuse(flow, library)
        talking = database.run_now(sessions.count_by_flow)[flow]
        if not sure:
            ends = "It ends for all of them, with an apology, and starts no more."
            typer.echo(f"{_how_many(talking)} in {flow} now. {ends}")
            if not typer.confirm("Withdraw it?"):
                return 1
        database.run_now(lambda db: releasing.withdraw(db, library, flow, clock()))
    typer.echo(f"Withdrawn: {flow}. It starts no more, and everybody in it is told, {WITHIN}.")
    typer.echo("It may start again once a release has mended it. To undo this: add --undo")
    return 0


def _how_many(talking: int) -> str:
    """More may have begun by the time that it is withdrawn."""
    if not talking:
        return "Nobody is"
    return f"At least {talking} {'person is' if talking == 1 else 'people are'}"


def _refuse(flow: str, library: Library) -> None:
    """Raises Refused for a flow that nobody could do without, ConfigError where there is no such flow."""
    if flow not in library.flows:
        raise ConfigError([f"There is no flow {flow}: {did_you_mean(flow, library.flows)}"])
    if flow in STARTED_BY_US or flow in {rule.then for rule in library.crisis}:
        raise Refused(
            f"Fingerpost itself starts {flow}, and people would be left without it. "
            "Mend it and type fingerpost release go, or type fingerpost release back."
        )
