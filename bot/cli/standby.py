"""What ``doctor`` says of whoever stands by: who is on duty, how they are reached, who notices a dead service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.findings import Finding, look, well
from bot.config import Settings
from bot.quantities import quantity
from bot.team import phones_of_all, team_of
from flows import timing
from flows.content import Library
from flows.model import Channel
from storage import directory
from storage.staff import Role
from storage.statements import Db

NAMES = {Channel.SMS: "SMS", Channel.TELEGRAM: "Telegram"}
AHEAD = timedelta(days=7)


def heartbeat(given: Settings) -> Finding:
    """HEARTBEAT_URL: what it is for, where it is not set."""
    if given.heartbeat_url:
        return well("HEARTBEAT_URL is set: while all is well it is called every minute.")
    if given.practice:
        return well("Practice mode: nobody outside has to notice if this stops, so HEARTBEAT_URL is not needed.")
    return look(
        "HEARTBEAT_URL is not set, so nobody outside would notice if this service stopped or got stuck.",
        "set it to the address of a dead man's switch; docs/operators.md says how.",
    )


def content(library: Library) -> Iterator[Finding]:
    """Who is checked in on, and who hears of what."""
    if library.schedules:
        names = ", ".join(sorted(library.schedules))
        yield well(f"Check-ins go out by {quantity(len(library.schedules), 'schedule')}: {names}.")
    else:
        yield look("There is no schedule, so nobody is checked in on.", "write one in schedules.yaml.")
    if library.policies:
        yield well(f"Alerts follow {quantity(len(library.policies), 'policy', 'policies')} of escalation.yaml.")
    else:
        yield look(
            "escalation.yaml names no policy, so every alert goes to coordinators.", "say there who hears first."
        )


def staff(db: Db, given: Settings, library: Library, now: datetime) -> Iterator[Finding]:
    """The rota for the week ahead, and whether coordinators could be told over a second channel."""
    if given.practice:
        return
    yield from _rota(db, library, now)
    yield from _second_channel(db)


def sources(db: Db, library: Library) -> Iterator[Finding]:
    """Directories of others: those that service.yaml names, and those that were imported by hand."""
    found = directory.sources(db)
    for each in found:
        if each.trouble:
            kept = " What it held before is still offered." if each.groups else ""
            what = f"The directory {each.name} was not read: {each.trouble}{kept}"
            yield look(what, "look at it, then try it with fingerpost import.")
    well_read = [each.name for each in found if not each.trouble]
    if well_read:
        yield well(f"Directories of others that are read: {', '.join(well_read)}.")
    for name in sorted({feed.name for feed in library.service.sources} - {each.name for each in found}):
        yield well(f"The directory {name} is read once the service runs.")


def _rota(db: Db, library: Library, now: datetime) -> Iterator[Finding]:
    wanting = sorted(
        name
        for name, policy in library.policies.items()
        if any(role in ("duty", "next duty") for step in policy.steps for role in step.roles)
    )
    if not wanting:
        yield well("No policy pages whoever is on duty, so no rota is needed.")
        return
    gaps = team_of(db, library.service.time_zone).gaps(now, AHEAD)
    cure = "fill them with fingerpost staff rota; until then coordinators are paged instead."
    if not gaps:
        yield well("Somebody is on duty at every hour of the next seven days.")
    elif gaps == ((now, now + AHEAD),):
        yield look(f"The rota has nobody on it, and {', '.join(wanting)} page whoever is on duty.", cure)
    else:
        first = timing.local(gaps[0][0], library.service.time_zone)
        number = quantity(len(gaps), "gap")
        yield look(f"The rota has {number} in the next seven days, the first from {first:%A %H:%M}.", cure)


def _second_channel(db: Db) -> Iterator[Finding]:
    coordinators = [phones for phones in phones_of_all(db).values() if phones[0].member.role is Role.COORDINATOR]
    channels = {phone.channel for phones in coordinators for phone in phones}
    if len(channels) > 1:
        yield well("Coordinators are reached over more than one channel.")
    elif channels:
        [alone] = channels
        yield look(
            f"Coordinators are reached by {NAMES.get(alone, alone)} alone. While it is down no alert reaches anybody.",
            "have one of them pair a phone on another channel too.",
        )
