"""Points that a feed gives against the postcodes that it gives: a point that lies elsewhere is not gone by."""

from __future__ import annotations

from dataclasses import replace

from flows.directory.geography import Geography, miles
from flows.directory.model import Imported, Initiative, Note, Session

FARTHEST = 15
"""Miles from the middle of its postcode's area. Programs that know no better put a room in the middle of a county, or
of the sea; the postcode was typed by somebody who has been there. In the few areas that are wider little is lost."""


def placed(imported: Imported, geography: Geography) -> Imported:
    """The same without the points that lie far from their own postcode, each said once for its initiative."""
    notes = list(imported.notes)
    initiatives = tuple(_believed(each, geography, notes) for each in imported.initiatives)
    return imported._replace(initiatives=initiatives, notes=tuple(notes))


def _believed(initiative: Initiative, geography: Geography, notes: list[Note]) -> Initiative:
    sessions = tuple(_session(each, geography) for each in initiative.sessions)
    if sessions == initiative.sessions:
        return initiative
    what = "Its place on the map is not where its postcode is: the postcode is gone by."
    notes.append(Note(initiative.name, what))
    return replace(initiative, sessions=sessions)


def _session(session: Session, geography: Geography) -> Session:
    venue = session.venue
    if venue is None or venue.point is None or not venue.postcode:
        return session
    by_postcode = geography.venue(venue.postcode)
    if by_postcode is None or miles(by_postcode, venue.point) <= FARTHEST:
        return session
    return replace(session, venue=replace(venue, point=None))
