"""The JSON of a BMLT server (``GetSearchResults``), as Narcotics Anonymous publishes it, read into initiatives.

Source: the semantic OpenAPI of bmlt-enabled/bmlt-server: days count from Sunday = 1, every value is a string, times are
local. It answers a question that it does not understand with ``[]``: an empty reply is a fault, never an empty
directory. Names, numbers and addresses of contacts are never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from datetime import time as Clock

from flows.directory.importing import gathering
from flows.directory.importing.fields import Record, code, link, name, raw, records, text, words
from flows.directory.importing.gathering import Meeting
from flows.directory.importing.hours import read_hour
from flows.directory.importing.reply import Reply, error_in, read_json, too_many
from flows.directory.importing.report import Report
from flows.directory.importing.whereabouts import read_point, read_postcode
from flows.directory.model import Imported, Initiative, Session
from flows.directory.recurrence import WEEKDAYS

_AUDIENCES = {
    "W": "women", "M": "men", "Y": "young people", "YP": "young people", "GL": "lgbtq", "LGBTQ": "lgbtq",
    "LGBTQ+": "lgbtq", "GLBT": "lgbtq",
}  # fmt: skip
_ACCESS = {"WC": ("step_free", True), "WCHR": ("step_free", True), "CW": ("children", True), "NC": ("children", False)}
_VIRTUAL, _HYBRID, _CLOSED_FOR_NOW = "VM", frozenset({"HY", "HYBR"}), "TC"
_VENUES = {"1": (False, True), "2": (True, False), "3": (True, True)}  # online, in person


def read_bmlt(
    reply: Reply,
    *,
    source: str,
    today: date,  # noqa: ARG001 - all readers are called alike
    zone: str = "Europe/London",
) -> Imported:
    """The initiatives of a BMLT reply, and a report by row. ``zone`` is the service's own clock.

    Nothing in a reply says when somebody last looked at a meeting: ``assured`` stays unknown.
    """
    pages = read_json(reply)
    if isinstance(pages, str):
        return Imported(refused=pages)
    rows: list[object] = []
    meant: dict[str, str] = {}
    for page in pages:
        listed = page.get("meetings") if isinstance(page, dict) else page
        if not isinstance(listed, list):
            return Imported(refused=error_in(page) or "It is JSON, but not a list of meetings.")
        if isinstance(page, dict):
            meant |= {raw(each, "key_string"): raw(each, "world_id") for each in records(page, "formats")}
        rows += listed
    if trouble := too_many(len(rows)):
        return Imported(refused=trouble)
    if not rows:
        return Imported(
            refused="It sent an empty list, which is how it answers a question that it does not understand."
        )
    if all(isinstance(row, dict) and "key_string" in row for row in rows):
        return Imported(refused="It sent a list of formats and not of meetings: take get_formats_only off the address.")
    report = Report()
    found = [_meeting(row, number, report, zone, meant) for number, row in enumerate(rows, 1)]
    return report.done(gathering.gather((meeting for meeting in found if meeting), source))


def _meeting(row: object, number: int, report: Report, zone: str, meant: Mapping[str, str]) -> Meeting | None:
    """A row as a meeting, None where it gives nothing to offer, which is noted."""
    if not isinstance(row, dict):
        report.left_out(f"row {number}", "It is not a meeting.")
        return None
    at = gathering.number_of(number, row, "meeting_name", "id_bigint")
    called, starts, day = name(row, "meeting_name"), read_hour(raw(row, "start_time")), _day(row)
    if why := _unfit(row, called, day is not None, starts is not None):
        report.left_out(at, why)
        return None
    assert starts is not None
    assert day is not None
    keys = frozenset(each.upper() for each in words(row, "formats"))
    keys |= {meant[each].upper() for each in words(row, "formats") if meant.get(each)}
    online, in_person = _attendance(row, keys)
    point = read_point(row, lambda what: report.read_around(at, what))
    held = gathering.held(online, in_person, point, raw(row, "location_nation"), raw(row, "time_zone"), starts, zone)
    if held.trouble:
        report.left_out(at, held.trouble)
        return None
    if held.abroad:
        report.read_around(at, gathering.ABROAD)
    place = None
    if held.in_person:
        written = "" if held.abroad else raw(row, "location_postal_code_1")
        postcode = read_postcode(written, lambda what: report.read_around(at, what))
        town = name(row, "location_municipality") or name(row, "location_city_subsection")
        place = gathering.venue(name(row, "location_text") or name(row, "location_street"), postcode, town, point)
        if place is None and not held.online:
            report.left_out(at, gathering.NOWHERE)
            return None
    closed = _CLOSED_FOR_NOW in keys and held.in_person
    if closed:
        report.read_around(at, "It is closed for now, and will not be offered.")
    session = Session(
        id="",
        rule=f"FREQ=WEEKLY;BYDAY={WEEKDAYS[day]}",
        time=starts.clock,
        until=_ends(starts.clock, raw(row, "duration_time")),
        online=held.online,
        venue=place,
    )
    return Meeting(
        code=code(row, "id_bigint") or gathering.code_for(called, session),
        group="",
        said=_said(row, called, keys, closed, held.online),
        session=session,
    )


def _unfit(row: Record, called: str, has_day: bool, has_time: bool) -> str:
    """Why a row is no meeting that anybody could go to, "" where it is one."""
    if raw(row, "published") == "0":
        return "It is not published."
    if not called:
        return "It has no name."
    if not has_day:
        return f"Its day is “{raw(row, 'weekday_tinyint')[:20]}”, which is no number from 1 (Sunday) to 7."
    return "" if has_time else f"Its time is “{raw(row, 'start_time')[:20]}”, which is no time of day."


def _said(row: Record, called: str, keys: frozenset[str], closed: bool, online: bool) -> Initiative:
    return Initiative(
        id="",
        source="",
        name=called,
        kind=gathering.KIND,
        about=text(row, "location_info") or text(row, "comments"),
        needs=gathering.NEEDS,
        audience=frozenset(_AUDIENCES[key] for key in keys & _AUDIENCES.keys()) or frozenset({"anyone"}),
        access=_access(keys),
        cost=gathering.COST,
        link=link(row, "virtual_meeting_link") if online else "",
        closed=closed,
    )


def _access(keys: Iterable[str]) -> dict[str, bool]:
    return dict(_ACCESS[key] for key in sorted(keys) if key in _ACCESS)


def _day(row: Record) -> int | None:
    """Monday is 0."""
    written = raw(row, "weekday_tinyint")
    return (int(written) - 2) % 7 if written in ("1", "2", "3", "4", "5", "6", "7") else None


def _ends(starts: Clock, duration: str) -> Clock | None:
    """The start and a length as HH:MM:SS; it may be past midnight. No length at all, or a whole day, is no end."""
    length = read_hour(duration)
    if length is None or length.clock == Clock():
        return None
    lasts = timedelta(hours=length.clock.hour, minutes=length.clock.minute)
    return (datetime.combine(date.min, starts) + lasts).time()


def _attendance(row: Record, keys: frozenset[str]) -> tuple[bool, bool]:
    """Whether people can come online, and whether they can come in person. A closed room leaves what is online."""
    online, in_person = _VENUES.get(raw(row, "venue_type"), (_VIRTUAL in keys, _VIRTUAL not in keys))
    if keys & _HYBRID:
        online = in_person = True
    if _CLOSED_FOR_NOW in keys and online:
        in_person = False
    return online, in_person
