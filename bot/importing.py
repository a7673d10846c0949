"""Takes a directory source in: asks for it, reads it, judges it, and puts it in the place of what it held before."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from urllib.parse import urlsplit

from bot.content import geography
from bot.fetching import is_address
from bot.quantities import quantity
from flows import timing
from flows.content import Feed
from flows.directory import initiative_json
from flows.directory.freshness import freshness
from flows.directory.importing.bmlt import read_bmlt
from flows.directory.importing.csv_rows import read_csv
from flows.directory.importing.invented import samples_marked
from flows.directory.importing.meeting_guide import read_meeting_guide
from flows.directory.importing.open_referral import read_open_referral
from flows.directory.importing.placing import placed
from flows.directory.meetings import next_session
from flows.directory.model import CLOSED, CSV, Imported, Initiative, all_offers
from storage import audit, directory, marks
from storage.database import Database
from storage.statements import Db

LEFT_AT_LEAST = 70
"""Percent of its groups that a source must still have: one that shrinks by more is more often broken than bereft."""

REMEMBERED = timedelta(days=30)
"""So long a source is measured by the most that it had: else it could be gone in a week, a little less every night."""

_MOST = "directory most "  # mark: the most groups that a source had of late, and since when


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import would do, or did. ``refused`` is why it may not; then nothing was changed.

    ``groups`` and ``before`` count what people can be offered, ``before`` at its most of late; ``new``, ``changed`` and
    ``gone`` are initiatives.
    """

    imported: Imported
    groups: int
    before: int
    new: int
    changed: int
    gone: int
    refused: str


def name_for(location: str) -> str:
    """A name for a source that was given none: its host, or its file without the ending."""
    plain = urlsplit(location).hostname or "" if is_address(location) else PurePath(location).stem
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower().removeprefix("www.")).strip("-")[:40].strip("-")
    return "source" if name in ("", CSV) else name


def read(format: str, pages: Sequence[bytes], source: str, today: date, zone: str) -> Imported:
    """What a reply in one of ``flows.content.FORMATS`` holds. Takes long: for a thread."""
    if format == "csv":
        return samples_marked(read_csv(pages, source=source, today=today))
    reader = {"open-referral": read_open_referral, "meeting-guide": read_meeting_guide, "bmlt": read_bmlt}[format]
    return placed(samples_marked(reader(pages, source=source, today=today, zone=zone)), geography())


def judge(imported: Imported, held: Sequence[Initiative], today: date, *, most: int = 0, anyway: bool = False) -> Taken:
    """What it would change of what the source ``held``, and whether it may. ``most`` is the most that it had of late.

    Only what people can be sent to counts, on both sides: a source may shrink by closing all of its groups, too. What
    is invented counts where the source held nothing else.
    """
    practice = all(each.sample for each in held)
    groups = _can_be_offered(imported.initiatives, today, practice=practice)
    before = max(_can_be_offered(held, today, practice=practice), most if held else 0)
    old = {each.id: each for each in held}
    now = {each.id: each for each in imported.initiatives}
    refused = imported.refused
    if not refused and not groups:
        refused = "It holds nothing that anybody could be offered."
    elif not refused and groups * 100 < before * LEFT_AT_LEAST and not anyway:
        refused = f"It has {quantity(groups, 'group')} and had {before} of late: more than 30 in 100 would be gone."
    return Taken(
        imported,
        groups,
        before,
        new=len(now.keys() - old.keys()),
        changed=sum(each != old[row] for row, each in now.items() if row in old),
        gone=len(old.keys() - now.keys()),
        refused=refused,
    )


def _can_be_offered(initiatives: Iterable[Initiative], today: date, *, practice: bool) -> int:
    return sum(
        not group.access.get(CLOSED, False)
        and (practice or not group.sample)
        and not freshness(group.checked, today).hidden
        and next_session(group, today) is not None
        for group in all_offers(initiatives)
    )


async def take(
    database: Database,
    feed: Feed,
    pages: Sequence[bytes],
    now: datetime,
    zone: str,
    *,
    by: str,
    anyway: bool = False,
    dry_run: bool = False,
) -> Taken:
    """Read ``pages`` and, unless they are refused or this is a ``dry_run``, put them in the place of the source.

    All of it is replaced in one transaction, which takes as long as writing one row.
    """
    today = timing.local(now, zone).date()
    imported = await asyncio.to_thread(read, feed.format, pages, feed.name, today, zone)
    stored, most = await database.run(lambda db: (directory.initiatives(db, feed.name), _most(db, feed.name, now)))
    taken = await asyncio.to_thread(judge, imported, _held(stored), today, most=most, anyway=anyway)
    if dry_run:
        return taken
    if taken.refused:
        await database.run(lambda db: directory.failed(db, feed.name, taken.refused, now))
        return taken
    written = await asyncio.to_thread(initiative_json.dump, imported.initiatives)
    detail = {"source": feed.name, "groups": taken.groups, "new": taken.new, "gone": taken.gone}

    def unit(db: Db) -> None:
        directory.replace(db, feed, written, taken.groups, now)
        if taken.groups >= most or anyway:
            marks.put(db, _MOST + feed.name, str(taken.groups), now)
        audit.write(db, [audit.Line(by, "directory.imported", detail=detail)], now)

    await database.run(unit)
    return taken


def _most(db: Db, source: str, now: datetime) -> int:
    """The most groups that a source had within REMEMBERED; 0 where nobody counted them."""
    known = marks.written_at(db, _MOST + source)
    return int(known[0]) if known and known[1] and now - known[1] <= REMEMBERED else 0


def _held(stored: bytes | None) -> tuple[Initiative, ...]:
    """What a source held. Where only a newer program can read it, it counts as nothing: then all is new."""
    try:
        return initiative_json.load(stored) if stored is not None else ()
    except (ValueError, TypeError, KeyError):
        return ()
