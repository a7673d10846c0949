"""Where a postcode or a town lies, and how far apart two places are: offline, from tables that ship with the program.

Of a person's place only the outcode ("TN9"), the sector ("TN9 1") or the name of a town is ever kept or used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import asin, cos, radians, sin, sqrt

from flows.directory.towns import Towns

Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

EARTH_MILES = 3958.8  # mean radius
BESIDE = 15.0  # miles: as wide as an outcode gets; the sea to Northern Ireland is wider

_OUTCODE = r"([A-Z]{1,2}[0-9][A-Z0-9]?)"
_POSTCODE = re.compile(_OUTCODE + r"(?:([0-9])[A-Z]{2})?")
_SECTOR = re.compile(_OUTCODE + r"[^A-Z0-9]+([0-9])")
_GAPS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True)
class Geography:
    """What the tables hold, as text: each is read when it is first looked into."""

    outcodes_csv: str = field(repr=False)
    sectors_csv: str = field(default="", repr=False)
    places_csv: str = field(default="", repr=False)

    @classmethod
    def read(cls, outcodes_csv: str, sectors_csv: str = "", places_csv: str = "") -> Geography:
        """From the text of uk_outcodes.csv, uk_sectors.csv and uk_places.csv, each with its heading."""
        return cls(outcodes_csv, sectors_csv, places_csv)

    @cached_property
    def outcodes(self) -> Mapping[str, Point]:
        return _points(self.outcodes_csv)

    @cached_property
    def boxes(self) -> frozenset[str]:
        """Outcodes that are PO boxes and big firms: nobody lives there."""
        return frozenset(line.split(",", 1)[0] for line in self.outcodes_csv.splitlines()[1:] if line.endswith(",box"))

    @cached_property
    def sectors(self) -> Mapping[str, Point]:
        return _points(self.sectors_csv)

    @cached_property
    def towns(self) -> Towns:
        return Towns.read(self.places_csv)

    def where(self, place: str) -> Point | None:
        """Where somebody is who gave ``place``: a postcode, half of one or a sector in any spelling, or a town as kept.

        None for what is none of these, for Northern Ireland's postcodes and the islands' (no open data), for PO boxes,
        and for a town's name that several share.
        """
        code = outcode(place)
        if code:
            return None if code in self.boxes else self._coded(place, code)
        town = self.towns.kept(place)
        return town.point if town is not None else None

    def outcode_of(self, place: str) -> str:
        """The outcode that a place lies in or beside, for figures; a town far from any (in Northern Ireland) stays."""
        code, here = outcode(place), None if outcode(place) else self.where(place)
        if code or here is None:
            return code
        nearest = min(self.outcodes.keys() - self.boxes, key=lambda each: miles(here, self.outcodes[each]), default="")
        return nearest if nearest and miles(here, self.outcodes[nearest]) <= BESIDE else place

    def venue(self, postcode: str) -> Point | None:
        """Where a room with this postcode is; a big firm may have one of its own."""
        code = outcode(postcode)
        return self._coded(postcode, code) if code else None

    def _coded(self, postcode: str, code: str) -> Point | None:
        return self.sectors.get(sector(postcode)) or self.outcodes.get(code)


def _points(table: str) -> dict[str, Point]:
    points: dict[str, Point] = {}
    for line in table.splitlines()[1:]:
        name, latitude, longitude = line.split(",", 3)[:3]
        points[name] = (float(latitude), float(longitude))
    return points


# ---------------------------------------------------------------- postcodes


@lru_cache(maxsize=8192)
def outcode(postcode: str) -> str:
    """The first half of a postcode, of half of one or of a sector; "" where it is none: "tn9 1ab" → "TN9"."""
    return _halves(postcode)[0]


@lru_cache(maxsize=8192)
def sector(postcode: str) -> str:
    """The first half and the figure behind it, "" where that is not given: "tn9 1ab" and "TN9 1" → "TN9 1"."""
    code, figure = _halves(postcode)
    return f"{code} {figure}" if figure else ""


def _halves(postcode: str) -> tuple[str, str]:
    written = postcode.strip().upper()
    found = _SECTOR.fullmatch(written) or _POSTCODE.fullmatch(_GAPS.sub("", written))
    return (found[1], found[2] or "") if found else ("", "")


# ---------------------------------------------------------------- distances


def miles(a: Point, b: Point) -> float:
    """Great-circle distance in miles (haversine)."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    north, east = radians(lat_b - lat_a), radians(lon_b - lon_a)
    half = sin(north / 2) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(east / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(half)))
