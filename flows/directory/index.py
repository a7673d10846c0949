"""A directory made ready to be searched: who may come and what is there as bits, and where as squares on a map.

Nothing here touches a file or a network. Building it takes about ten microseconds a group, once for each directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from math import cos, floor, radians
from typing import NamedTuple

from flows.content import Group
from flows.directory.geography import Geography, Point

ANYONE, ONLINE, CLOSED = "anyone", "online", "closed"

NEVER_IN_THE_WAY = ("step_free", "parking")
"""What nobody needs who joins from home."""

ADULT, OLDEST = 18, 90
"""Years. People here are adults of any age: a group for some ages only is for those who ask for it by its audience."""

SQUARE = 2.0
"""Miles. How wide a square of the map is: small enough that a city's groups are many squares."""

MILES_A_DEGREE = 69.09  # of latitude, on the sphere of ``miles``
ANY_DAY = 0b1111111

_NOBODY = 1  # a bit that no wish has
_LEAST_COSINE = 0.05  # at the poles every square would be the same


class Entry(NamedTuple):
    """A group, as a search looks at it. ``only_for`` is 0 where anyone may come, else whom it is for."""

    has: int
    only_for: int
    days: int
    sample: bool
    serves: int
    number: int
    point: Point | None


class Asked(NamedTuple):
    """What must be true of a group, as bits."""

    must: int
    needs: int
    practice: bool


class Index:
    """The groups that are not closed, with their bits, by where they are."""

    def __init__(self, groups: Sequence[Group], geography: Geography) -> None:
        self.groups = groups
        self._names: dict[str, int] = {}
        self._needs: dict[str, int] = {}
        self.rooms: list[Entry] = []  # a place that is on the map
        self.online: list[Entry] = []
        self.elsewhere: list[Entry] = []  # a place that is on no map of ours
        self.squares: dict[tuple[int, int], list[Entry]] = {}
        places: dict[tuple[str, str], Point | None] = {}
        for number in sorted(range(len(groups)), key=lambda each: groups[each].checked or date.min, reverse=True):
            group = groups[number]
            if group.access.get(CLOSED, False):
                continue
            where = (group.postcode, group.town)
            if group.point is None and where not in places:
                places[where] = _placed(group, geography)
            entry = self._entry(group, number, group.point or places.get(where))
            if entry.has & self._bit(ONLINE):
                self.online.append(entry)
            if entry.point is not None:
                self.rooms.append(entry)
                self.squares.setdefault(_square(entry.point), []).append(entry)
            elif group.postcode or not entry.has & self._bit(ONLINE):
                self.elsewhere.append(entry)

    def _bit(self, name: str) -> int:
        return self._names.setdefault(name, 2 << len(self._names))

    def _entry(self, group: Group, number: int, point: Point | None) -> Entry:
        audience = _listed(group.audience)
        for_whom = sum(self._bit(each) for each in audience)
        has = for_whom | sum(self._bit(name) for name, yes in group.access.items() if yes and name not in audience)
        if point is None and group.access.get(ONLINE, False):
            for name in NEVER_IN_THE_WAY:
                has |= self._bit(name)
        everybody = ANYONE in audience and (group.min_age or 0) <= ADULT and (group.max_age or OLDEST) >= OLDEST
        return Entry(
            has=has,
            only_for=0 if everybody else for_whom & ~self._bit(ANYONE) | _NOBODY,
            days=ANY_DAY if group.day is None or group.also_on else 1 << group.day,
            sample=group.sample,
            serves=sum(self._needs.setdefault(need, 1 << len(self._needs)) for need in group.needs),
            number=number,
            point=point,
        )

    def asked(self, must: Iterable[str], needs: Iterable[str], *, practice: bool) -> Asked | None:
        """What is asked for in bits; None where no group at all has something that must be there."""
        bits = [self._names.get(name, 0) for name in must]
        if not all(bits):
            return None
        return Asked(sum(set(bits)), sum({self._needs.get(need, 0) for need in needs}), practice)

    def around(self, here: Point, farthest: float) -> Iterator[tuple[float, list[Entry]]]:
        """Squares in rings about ``here``: how near what is in this ring or a later one may be, in miles; the entries
        of this ring. None that lies within ``farthest`` miles is left out."""
        row, column = _square(here)
        wide = SQUARE * min(1.0, _narrowest(here, farthest))
        get = self.squares.get
        for ring in range(int(farthest / wide) + 2):
            found: list[Entry] = []
            for square in _ring(row, column, ring):
                entries = get(square)
                if entries:
                    found += entries
            yield max(0, ring - 1) * wide, found


def fitting(entries: Iterable[Entry], asked: Asked, days: int) -> Iterator[Entry]:
    """Those that this person may come to, that have what they must have, and that may meet on one of ``days``."""
    must, _, practice = asked
    return (
        entry
        for entry in entries
        if entry[2] & days
        and entry[0] & must == must
        and (not entry[1] or entry[1] & must)
        and (practice or not entry[3])
    )


def by_distance(entries: Iterable[Entry], here: Point) -> list[Entry]:
    """All of them, the nearest first, as if the map were flat: true enough for an order."""
    across = cos(radians(here[0]))

    def away(entry: Entry) -> float:
        assert entry.point is not None
        return (entry.point[0] - here[0]) ** 2 + ((entry.point[1] - here[1]) * across) ** 2

    return sorted(entries, key=away)


def _placed(group: Group, geography: Geography) -> Point | None:
    """By its postcode; in Northern Ireland, where no postcode is on the map, by its town."""
    return (geography.venue(group.postcode) if group.postcode else None) or (
        geography.where(group.town) if group.town and (group.postcode or not group.access.get(ONLINE, False)) else None
    )


def _listed(audience: str) -> frozenset[str]:
    named = (part.strip() for part in audience.replace(",", ";").split(";"))
    return frozenset(filter(None, named)) or frozenset({ANYONE})


# ---------------------------------------------------------------- squares


_DOWN = SQUARE / MILES_A_DEGREE
_ALONG = _DOWN / cos(radians(54))  # as wide as it is high in the middle of the country


def _square(point: Point) -> tuple[int, int]:
    return floor(point[0] / _DOWN), floor(point[1] / _ALONG)


def _narrowest(here: Point, farthest: float) -> float:
    """How wide a square is to how high it is, at the end of the way that lies nearer a pole."""
    latitude = min(89.0, abs(here[0]) + farthest / MILES_A_DEGREE)
    return max(_LEAST_COSINE, cos(radians(latitude))) / cos(radians(54))


def _ring(row: int, column: int, ring: int) -> Iterator[tuple[int, int]]:
    if not ring:
        yield row, column
        return
    for across in range(column - ring, column + ring + 1):
        yield row - ring, across
        yield row + ring, across
    for down in range(row - ring + 1, row + ring):
        yield down, column - ring
        yield down, column + ring


# ---------------------------------------------------------------- the directory


class Directory:
    """The groups of one directory and the map that they stand on. It is indexed when it is first searched."""

    def __init__(self, groups: tuple[Group, ...], geography: Geography) -> None:
        self.groups = groups
        self.geography = geography

    @cached_property
    def by_id(self) -> Mapping[str, Group]:
        return {group.id: group for group in self.groups}

    def group(self, group_id: str) -> Group | None:
        return self.by_id.get(group_id)

    @cached_property
    def index(self) -> Index:
        return Index(self.groups, self.geography)
