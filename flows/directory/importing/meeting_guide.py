"""Meeting Guide JSON, as twelve-step fellowships publish it, read into initiatives.

Source: the Meeting Guide API of code4recovery (github.com/code4recovery/spec): days count from Sunday = 0, times are
HH:MM on the wall, types are two- and three-letter codes. Names, numbers and addresses of contacts are never read.
"""

from __future__ import annotations

from datetime import date, timedelta

from flows.directory.importing import gathering
from flows.directory.importing.fields import Record, code, link, name, raw, text, words
from flows.directory.importing.gathering import Meeting
from flows.directory.importing.hours import read_date, read_hour
from flows.directory.importing.reaching import plain_number
from flows.directory.importing.reply import Reply, error_in, read_json, too_many
from flows.directory.importing.report import Report
from flows.directory.importing.whereabouts import postcode_in, read_point, read_postcode, town_in
from flows.directory.model import Imported, Initiative, Session
from flows.directory.recurrence import WEEKDAYS
from flows.timing import weekday_named

BELIEVED = timedelta(days=365)
"""``updated`` says when a row was last written, not when somebody last looked. Within a year it is taken for both; an
older one says nothing: a meeting that never changes is never edited, and would else be hidden though it goes on."""

CLOSED_FOR_NOW = "TC"
ONLINE_TYPE = "ONL"
_AUDIENCES = {
    "W": "women", "M": "men", "Y": "young people", "LGBTQ": "lgbtq", "G": "lgbtq", "L": "lgbtq", "BI": "lgbtq",
    "T": "lgbtq", "NB": "lgbtq", "SEN": "older people", "P": "professionals", "POC": "people of colour",
    "N": "native americans", "NDG": "indigenous people",
}  # fmt: skip
_LANGUAGES = {
    "AF": "afrikaans", "AM": "amharic", "AR": "arabic", "ASL": "american sign language", "BG": "bulgarian",
    "DA": "danish", "DE": "german", "EL": "greek", "FA": "persian", "FI": "finnish", "FR": "french", "HE": "hebrew",
    "HI": "hindi", "HR": "croatian", "HU": "hungarian", "IS": "icelandic", "ITA": "italian", "JA": "japanese",
    "KA": "georgian", "KOR": "korean", "LT": "lithuanian", "ML": "malayalam", "MT": "maltese", "NE": "nepali",
    "NL": "dutch", "NO": "norwegian", "POL": "polish", "POR": "portuguese", "PUN": "punjabi", "RUS": "russian",
    "S": "spanish", "SK": "slovak", "SL": "slovenian", "SV": "swedish", "TH": "thai", "TL": "tagalog",
    "TUR": "turkish", "UK": "ukrainian",
}  # fmt: skip
_ACCESS = {"X": "step_free", "XB": "accessible_toilet", "CF": "children", "BA": "children"}


def read_meeting_guide(reply: Reply, *, source: str, today: date, zone: str = "Europe/London") -> Imported:
    """The initiatives of a Meeting Guide feed, and a report by row. ``zone`` is the service's own clock."""
    pages = read_json(reply)
    if isinstance(pages, str):
        return Imported(refused=pages)
    rows: list[object] = []
    for page in pages:
        listed = page.get("meetings") if isinstance(page, dict) else page
        if not isinstance(listed, list):
            return Imported(refused=error_in(page) or "It is JSON, but not a list of meetings.")
        rows += listed
    if trouble := too_many(len(rows)):
        return Imported(refused=trouble)
    report = Report()
    found = [_meeting(row, number, report, today, zone) for number, row in enumerate(rows, 1)]
    return report.done(gathering.gather((meeting for meeting in found if meeting), source))


def _meeting(row: object, number: int, report: Report, today: date, zone: str) -> Meeting | None:
    """A row as a meeting, None where it gives nothing to offer, which is noted."""
    if not isinstance(row, dict):
        report.left_out(f"row {number}", "It is not a meeting.")
        return None
    at = gathering.number_of(number, row, "name", "slug", "id")
    called, starts = name(row, "name") or name(row, "group"), read_hour(raw(row, "time"))
    days = _days(row)
    if not called:
        report.left_out(at, "It has no name.")
        return None
    if row.get("day") in (None, "", []) and not raw(row, "time"):
        report.left_out(at, "It is by appointment, and has no day and time.")
        return None
    if not days:
        report.left_out(at, f"Its day is “{str(row.get('day'))[:20]}”, which is no number from 0 (Sunday) to 6.")
        return None
    if starts is None:
        report.left_out(at, f"Its time is “{raw(row, 'time')[:20]}”, which is no time of day.")
        return None
    types = frozenset(each.upper() for each in words(row, "types"))
    address = text(row, "formatted_address") or text(row, "address")
    point = read_point(row, lambda what: report.read_around(at, what))
    online, in_person = _attendance(row, types, address)
    country = raw(row, "country") or gathering.country_of(raw(row, "formatted_address"))
    held = gathering.held(online, in_person, point, country, raw(row, "timezone"), starts, zone)
    if held.trouble:
        report.left_out(at, held.trouble)
        return None
    if held.abroad:
        report.read_around(at, gathering.ABROAD)
    place = None
    if held.in_person:
        if raw(row, "approximate").casefold() == "yes" and point:
            report.read_around(at, "It gives only a rough place, which is no distance to go by.")
            point = None
        postcode = _postcode(row, address, held.abroad, report, at)
        building = name(row, "location") or address.partition(",")[0]
        town = name(row, "city") or town_in(address) or name(row, "region")
        place = gathering.venue(building, postcode, town, point)
        if place is None and not held.online:
            report.left_out(at, gathering.NOWHERE)
            return None
    ends = read_hour(raw(row, "end_time"))
    session = Session(
        id="",
        rule=f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[day] for day in days)}",
        time=starts.clock,
        until=ends.clock if ends and ends.clock != starts.clock else None,
        online=held.online,
        venue=place,
    )
    closed = _closed(row, types, held.in_person)
    if closed:
        report.read_around(at, "It is closed for now, and will not be offered.")
    return Meeting(
        code=(code(row, "slug") or code(row, "id") or gathering.code_for(called, session))[:64],
        group=name(row, "group"),
        said=_said(row, called, types, closed, held.online, report, at, today),
        session=session,
    )


def _said(
    row: Record, called: str, types: frozenset[str], closed: bool, online: bool, report: Report, at: str, today: date
) -> Initiative:
    updated = read_date(raw(row, "updated"))
    if updated and updated > today:
        report.read_around(at, f"It was updated on {updated}, which is yet to come.")
    believed = updated is not None and timedelta() <= today - updated <= BELIEVED
    return Initiative(
        id="",
        source="",
        name=called,
        kind=gathering.KIND,
        about=text(row, "notes") or text(row, "location_notes"),
        needs=gathering.NEEDS,
        audience=_audience(types),
        access={_ACCESS[each]: True for each in sorted(types & _ACCESS.keys())},
        cost=gathering.COST,
        phone=plain_number(raw(row, "entity_phone")),
        link=link(row, "conference_url", "url") if online else link(row, "url"),
        assured=updated if believed else None,
        closed=closed,
    )


def _days(row: Record) -> list[int]:
    """The weekdays (Monday is 0), in order; none where any of them cannot be read."""
    value = row.get("day")
    listed = value if isinstance(value, list) else [value]
    found = [_day(each) for each in listed]
    return sorted({each for each in found if each is not None}) if found and None not in found else []


def _day(value: object) -> int | None:
    if isinstance(value, str) and not value.strip().isdecimal():
        return weekday_named(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > 3:
        return None
    return (int(value) - 1) % 7 if 0 <= int(value) <= 6 else None


def _attendance(row: Record, types: frozenset[str], address: str) -> tuple[bool, bool]:
    """Whether people can come online, and whether they can come in person."""
    said = raw(row, "attendance_option").casefold()
    if said in ("online", "in_person", "hybrid"):
        return said != "in_person", said != "online"
    online = bool(ONLINE_TYPE in types or raw(row, "conference_url") or raw(row, "conference_phone"))
    rough = raw(row, "approximate").casefold() == "yes"
    return online, not online or bool(address and not rough and CLOSED_FOR_NOW not in types)


def _closed(row: Record, types: frozenset[str], in_person: bool) -> bool:
    """TC closes the room: a meeting that goes on online is not closed by it."""
    return raw(row, "attendance_option").casefold() == "inactive" or (CLOSED_FOR_NOW in types and in_person)


def _postcode(row: Record, address: str, abroad: bool, report: Report, at: str) -> str:
    if abroad:
        return ""
    return read_postcode(raw(row, "postal_code"), lambda what: report.read_around(at, what)) or postcode_in(address)


def _audience(types: frozenset[str]) -> frozenset[str]:
    """Whom it is for. A meeting in another language alone is for those who speak it: UK is Ukrainian, not a country."""
    spoken = types & _LANGUAGES.keys()
    if spoken and "EN" not in types:
        return frozenset(f"{_LANGUAGES[each]} speakers" for each in spoken)
    return frozenset(_AUDIENCES[each] for each in types & _AUDIENCES.keys()) or frozenset({"anyone"})
