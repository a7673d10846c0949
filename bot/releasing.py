"""Puts a release live, goes back to an older one, and withdraws a flow: what the command line asks for, in one unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.desk import Desk
from bot.telling import to_staff
from flows.content import Library
from flows.errors import Refused
from flows.reading.release import spelled
from storage import agreements, audit, outbox, releases, staff, withdrawals
from storage.statements import Db


class Waits(NamedTuple):
    """A release that two coordinators have still to agree to. ``asked``: so many were sent a code just now."""

    agreed: int
    asked: int


def put_live(
    db: Db,
    desk: Desk,
    release: str,
    files: Mapping[str, bytes],
    now: datetime,
    *,
    two: bool = False,
    codes: Collection[str] = (),
) -> Waits | None:
    """Store a release and put it live, or say what it waits for.

    ``two``: two coordinators must agree, each by the code that they were sent. Raises Refused where there are not two.
    """
    releases.store(db, release, files, now)
    actors = [audit.OPERATOR]
    if two:
        agreed = agreements.agreed(db, release, codes, now) if codes else ()
        if len(agreed) < agreements.NEEDED:
            asks = not codes or not agreements.is_asked(db, release, now)
            return Waits(len(agreed), _ask(db, desk, release, now) if asks else 0)
        actors = [audit.staff(member) for member in agreed]
    releases.go_live(db, release, now)
    audit.write(db, [audit.Line(actor, "release.live", detail={"release": release}) for actor in actors], now)
    return None


def _ask(db: Db, desk: Desk, release: str, now: datetime) -> int:
    coordinators = staff.coordinators(db)
    if len(coordinators) < agreements.NEEDED:
        raise Refused(
            f"Two coordinators must agree to this, and {len(coordinators) or 'none'} can be reached. "
            "Invite another: fingerpost staff add NAME NUMBER --role coordinator"
        )
    messages = [
        to_staff(desk, phone, "release agree", {"code": code, "release": release[:8]})
        for phone, code in agreements.ask(db, release, now, desk.draw)
    ]
    for message in messages:
        message.expires_at = now + agreements.LASTS
    outbox.queue(db, messages, now)
    audit.write(db, [audit.Line(audit.OPERATOR, "release.asked", detail={"release": release})], now)
    return len(messages)


def go_back(db: Db, to: str, now: datetime) -> None:
    """Put an older release live again. The one it replaces is not gone back to later on."""
    live = releases.live(db)
    if live is not None and live.hash != to:
        releases.take_back(db, live.hash, now)
    releases.go_live(db, to, now)
    audit.write(db, [audit.Line(audit.OPERATOR, "release.back", detail={"release": to})], now)


def withdraw(db: Db, library: Library, flow: str, now: datetime) -> None:
    """Nobody starts ``flow`` any more as the live release has it, and whoever is in it is told so within seconds."""
    withdrawals.add(db, flow, spelled(library.flows[flow]), now)
    audit.write(db, [audit.Line(audit.OPERATOR, "flow.withdrawn", detail={"flow": flow})], now)


def lift(db: Db, flow: str, now: datetime) -> bool:
    """It may start again; False where it was not withdrawn."""
    lifted = withdrawals.lift(db, flow, now) > 0
    if lifted:
        audit.write(db, [audit.Line(audit.OPERATOR, "flow.lifted", detail={"flow": flow})], now)
    return lifted
