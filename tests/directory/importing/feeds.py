"""Feeds in the shapes that others publish, invented: drama numbers, places that are not there."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flows.directory.importing.bmlt import read_bmlt
from flows.directory.importing.meeting_guide import read_meeting_guide
from flows.directory.importing.open_referral import read_open_referral
from flows.directory.model import Imported, Initiative, Session, all_offers

TODAY = date(2026, 11, 23)  # a Monday
HALL = {"latitude": 51.1954, "longitude": 0.2743}


def told(value: object) -> bytes:
    return json.dumps(value).encode()


# ---------------------------------------------------------------- Meeting Guide


def meeting(**changes: object) -> dict[str, Any]:
    """A Sunday meeting, as a WordPress plugin of the fellowships writes it."""
    row = {
        "id": 71,
        "name": "Sunday Steps",
        "slug": "sunday-steps",
        "day": 0,
        "time": "19:00",
        "end_time": "20:30",
        "types": ["O", "D"],
        "location": "Quayside Hall",
        "formatted_address": "1 Mill Lane, Tonbridge TN9 1ZZ, UK",
        "region": "Tonbridge",
        "attendance_option": "in_person",
        "approximate": "no",
        "updated": "2026-09-01 10:00:00",
        "url": "https://example.org/meetings/sunday-steps",
        **HALL,
    }
    return without_none(row | changes)


def guide(*rows: object, **how: str) -> Imported:
    return read_meeting_guide(told(list(rows)), source="aa", today=TODAY, **how)


# ---------------------------------------------------------------- BMLT


def bmlt_row(**changes: object) -> dict[str, Any]:
    """A Sunday meeting, as a BMLT server answers GetSearchResults: every value a string."""
    row = {
        "id_bigint": "901",
        "meeting_name": "Just for Sunday",
        "weekday_tinyint": "1",
        "venue_type": "1",
        "start_time": "19:30:00",
        "duration_time": "01:30:00",
        "time_zone": "",
        "formats": "O,WC",
        "latitude": "51.1954",
        "longitude": "0.2743",
        "location_text": "Quayside Hall",
        "location_street": "1 Mill Lane",
        "location_municipality": "Tonbridge",
        "location_postal_code_1": "TN9 1ZZ",
        "location_info": "Round the back",
        "contact_name_1": "Nobody Surname",
        "contact_phone_1": "07700 900123",
        "contact_email_1": "nobody@example.org",
        "published": "1",
    }
    return without_none(row | changes)


def bmlt(*rows: object, **how: str) -> Imported:
    return read_bmlt(told(list(rows)), source="na", today=TODAY, **how)


# ---------------------------------------------------------------- Open Referral


def schedule(**changes: object) -> dict[str, Any]:
    row = {
        "id": "5b0f5a3e-0000-4000-8000-000000000003",
        "freq": "WEEKLY",
        "byday": "TU",
        "opens_at": "10:00",
        "closes_at": "12:00",
    }
    return without_none(row | changes)


def location(**changes: object) -> dict[str, Any]:
    row = {
        "id": "5b0f5a3e-0000-4000-8000-000000000005",
        "location_type": "physical",
        "name": "Quayside Hall",
        "addresses": [
            {"address_1": "1 Mill Lane", "city": "Tonbridge", "postal_code": "tn91zz", "address_type": "physical"}
        ],
        **HALL,
    }
    return without_none(row | changes)


def held_at(**changes: object) -> dict[str, Any]:
    return without_none({"id": "5b0f5a3e-0000-4000-8000-000000000004", "location": location()} | changes)


def service(**changes: object) -> dict[str, Any]:
    """A service of Open Referral UK 3, whole."""
    row = {
        "id": "5b0f5a3e-0000-4000-8000-000000000001",
        "name": "Mill Lane Mornings",
        "description": "Coffee and a chat.",
        "status": "active",
        "url": "https://example.org/mornings",
        "assured_date": "2026-10-01",
        "schedules": [schedule()],
        "service_at_locations": [held_at()],
    }
    return without_none(row | changes)


def referral(*services: object) -> Imported:
    return read_open_referral(told({"services": list(services)}), source="kent", today=TODAY)


# ---------------------------------------------------------------- what was read


def without_none(row: dict[str, Any]) -> dict[str, Any]:
    """A change to None takes the field out."""
    return {key: value for key, value in row.items() if value is not None}


def only(imported: Imported) -> Initiative:
    assert not imported.refused, imported.refused
    (initiative,) = imported.initiatives
    return initiative


def session(imported: Imported) -> Session:
    (found,) = only(imported).sessions
    return found


def times(imported: Imported) -> list[str]:
    """When everything meets: ``tu 10:00-12:00``, by weekday and time."""
    days = ("mo", "tu", "we", "th", "fr", "sa", "su", "??")
    offers = sorted(all_offers(imported.initiatives), key=lambda each: (each.day is None, each.day or 0, each.time))
    return [
        f"{days[7 if each.day is None else each.day]} {each.time:%H:%M}"
        + (f"-{each.until:%H:%M}" if each.until else "")
        for each in offers
    ]


def why(imported: Imported) -> list[str]:
    """What was left out, and why."""
    return [note.what for note in imported.notes if note.left_out]


def looked_over(imported: Imported) -> list[str]:
    """What was read around, and why."""
    return [note.what for note in imported.notes if not note.left_out]
