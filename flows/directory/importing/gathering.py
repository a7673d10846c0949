"""Meetings that a feed lists one by one, gathered into initiatives: the same people in one room are offered once."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from flows.directory.importing.fields import Record, raw
from flows.directory.importing.hours import Hour
from flows.directory.importing.whereabouts import in_uk
from flows.directory.model import Initiative, Point, Session, Venue, own_id, weekday_part
from flows.timing import same_clock

NEEDS = frozenset({"hope", "people", "belonging"})
"""What a mutual-aid meeting serves."""
KIND, COST = "mutual aid", "free"  # as their own traditions have it; the words that groups.csv uses
ON_OTHER_CLOCK = "It is online by the clock of another country, and would be offered at the wrong hour."
ABROAD = "It lies outside the UK."
NOWHERE = "It does not say where it is."

_HERE = frozenset(
    {"", "uk", "gb", "gbr", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland",
     "im", "isle of man", "je", "jersey", "gg", "guernsey"}
)  # fmt: skip


class Meeting(NamedTuple):
    """One row of a feed: a session, and what is said of it. ``code`` is the feed's own id, ``group`` who holds it."""

    code: str
    group: str
    said: Initiative
    session: Session


def gather(meetings: Iterable[Meeting], source: str) -> list[Initiative]:
    """The initiatives that meetings belong to: those of one group that are alike in all that decides who can come.

    An initiative has the id of its first meeting by code, so that it keeps it at the next import.
    """
    together: dict[Hashable, list[Meeting]] = {}
    for meeting in meetings:
        together.setdefault(_alike(meeting), []).append(meeting)
    return [_initiative(sorted(each, key=lambda meeting: meeting.code), source) for each in together.values()]


def _alike(meeting: Meeting) -> Hashable:
    said, session = meeting.said, meeting.session
    held = (meeting.group or said.name).casefold()
    whom = (said.audience, frozenset(said.access.items()), said.closed, said.min_age, said.max_age)
    where = said.link if session.online else meeting.group or (session.venue and session.venue.name)
    return held, whom, where


def _initiative(meetings: list[Meeting], source: str) -> Initiative:
    first = meetings[0]
    sessions = dict.fromkeys(
        replace(each.session, id=own_id(source, each.code + weekday_part(each.session.rule))) for each in meetings
    )
    same_name = len({meeting.said.name for meeting in meetings}) == 1
    return replace(
        first.said,
        id=own_id(source, f"{first.code}.group"),
        source=source,
        name=first.said.name if same_name else first.group or first.said.name,
        about=_common(meeting.said.about for meeting in meetings),
        link=_common(meeting.said.link for meeting in meetings),
        assured=_oldest(meeting.said.assured for meeting in meetings),
        sessions=tuple(sessions),
    )


def _common(values: Iterable[str]) -> str:
    """What all of them say, "" where they differ: one meeting's page must not be given for another's."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _oldest(days: Iterable[date | None]) -> date | None:
    """The date on which all of it was known to be true; None where that is not known of a part."""
    found = list(days)
    known = [day for day in found if day]
    return min(known) if known and len(known) == len(found) else None


# ---------------------------------------------------------------- where and on which clock


class Held(NamedTuple):
    """How people can come. ``trouble`` says why nobody should be sent at all, ``abroad`` that it is not in the UK."""

    online: bool
    in_person: bool
    abroad: bool
    trouble: str = ""


def held(online: bool, in_person: bool, point: Point | None, country: str, zone: str, starts: Hour, ours: str) -> Held:
    """Who can come where. In a room abroad the wall is right all the same; online, only a clock like ours is."""
    abroad = country.casefold() not in _HERE if country else point is not None and not in_uk(point)
    other_clock = not same_clock(zone, ours) if zone else abroad or starts.elsewhere
    if online and other_clock:
        online = False
        if not in_person:
            return Held(False, False, abroad, ON_OTHER_CLOCK)
    return Held(online, in_person, abroad)


def venue(name: str, postcode: str, town: str, point: Point | None) -> Venue | None:
    """Where it is; None where nothing at all is known."""
    return Venue(name, postcode, town, point) if name or postcode or town or point else None


def country_of(address: str) -> str:
    """The country at the end of an address on one line, "" where it names none: "…, DE 19971, USA"."""
    last = address.rpartition(",")[2].strip()
    return last if last.casefold() in _HERE or last.upper() in _OTHERS else ""


_OTHERS = frozenset({"USA", "US", "UNITED STATES", "IRELAND", "CANADA", "FRANCE", "SPAIN", "GERMANY", "AUSTRALIA"})


def code_for(called: str, session: Session) -> str:
    """A code for a meeting to which its feed gives none: its name, its time and its place; the day is told apart."""
    where = session.venue or Venue()
    return f"{called[:40]} {session.time:%H%M} {fingerprint(where.name, where.postcode, where.town)}"


def fingerprint(*values: object) -> str:
    """Eight letters and figures that are the same whenever these are: a part of an id."""
    return hashlib.sha256(repr(values).encode(errors="replace")).hexdigest()[:8]


def number_of(row: int, record: Record, *keys: str) -> str:
    """How the report names a row: "row 7 (Monday at seven)"."""
    name = next((said for key in keys if (said := raw(record, key)[:40])), "")
    return f"row {row} ({name})" if name else f"row {row}"
