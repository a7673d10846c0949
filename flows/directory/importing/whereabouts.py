"""Where somebody else's record says that people meet: a point that can be on a map, a postcode that can be one."""

from __future__ import annotations

import re
from collections.abc import Callable

from flows.directory import cells
from flows.directory.cells import Refused
from flows.directory.importing.fields import Record, number, raw
from flows.directory.model import Point

Say = Callable[[str], None]
"""Told, in a sentence, what was read around."""

_UK = ((49.8, 60.95), (-8.7, 1.9))
"""From Scilly to Unst, from Fermanagh to Lowestoft."""
_POSTCODE_IN = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)


def read_point(record: Record, say: Say) -> Point | None:
    """Latitude and longitude as degrees; None where they are missing or cannot be, which is said."""
    north, east = number(record, "latitude"), number(record, "longitude")
    if north is None or east is None:
        if raw(record, "latitude") or raw(record, "longitude"):
            say("Its place on the map is not two numbers.")
        return None
    if (north, east) == (0, 0):
        return None  # what systems write for "not known"
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        say(f"Its place on the map, {north:g} north and {east:g} east, is not on earth.")
        return None
    if not in_uk((north, east)) and in_uk((east, north)):
        say("Its latitude and longitude have changed places.")
        return east, north
    return north, east


def in_uk(point: Point) -> bool:
    """Roughly: what is outside is certainly somewhere else, or in the sea."""
    return all(low <= value <= high for value, (low, high) in zip(point, _UK, strict=True))


def read_postcode(written: str, say: Say) -> str:
    """A postcode, spaced; "" where it is none, which is said."""
    if not written:
        return ""
    found = cells.read_postcode(written)
    if isinstance(found, Refused):
        say(f"“{written[:20]}” is not a postcode of the UK.")
        return ""
    return found


def postcode_in(address: str) -> str:
    """The last full postcode in an address on one line, "" where it has none."""
    found = _POSTCODE_IN.findall(address)
    return f"{found[-1][0]} {found[-1][1]}".upper() if found else ""


def town_in(address: str) -> str:
    """What stands before the postcode in an address on one line: "1 Mill Lane, Tonbridge TN9 1ZZ, UK" → Tonbridge."""
    before = _POSTCODE_IN.split(address)[0] if postcode_in(address) else ""
    return before.strip(" ,").rpartition(",")[2].strip()
