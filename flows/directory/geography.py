"""Where a postcode lies, and how far apart two places are: offline, from the outcodes that ship with Fingerpost.

A person's half postcode is enough, and no more of it is used: "TN9 1AB" and "TN9" are the same place here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

EARTH_MILES = 3958.8  # mean radius

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:[0-9][A-Z]{2})?")
_GAPS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True)
class Geography:
    """The outcodes' positions. ``written`` is uk_outcodes.csv as text, read when the first place is looked for."""

    written: str = field(repr=False)

    @classmethod
    def read(cls, outcodes_csv: str) -> Geography:
        """From the text of uk_outcodes.csv: a heading, then ``outcode,lat,lon`` a line."""
        return cls(outcodes_csv)

    @cached_property
    def outcodes(self) -> Mapping[str, Point]:
        points: dict[str, Point] = {}
        for line in self.written.splitlines()[1:]:
            code, latitude, longitude = line.split(",")
            points[code] = (float(latitude), float(longitude))
        return points

    def where(self, postcode: str) -> Point | None:
        """The middle of the outcode of a full or half postcode, in any spelling.

        None for what is no postcode, for Northern Ireland and the islands (no open data), and for PO boxes.
        """
        code = outcode(postcode)
        return self.outcodes.get(code) if code else None


@lru_cache(maxsize=8192)
def outcode(postcode: str) -> str:
    """The first half of a full or half postcode, "" where it is none: "tn9 1ab" → "TN9"."""
    found = _POSTCODE.fullmatch(_GAPS.sub("", postcode.upper()))
    return found[1] if found else ""


def miles(a: Point, b: Point) -> float:
    """Great-circle distance in miles (haversine)."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    north, east = radians(lat_b - lat_a), radians(lon_b - lon_a)
    half = sin(north / 2) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(east / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(half)))
