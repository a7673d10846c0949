"""The towns of the United Kingdom by the names that people call them, and the places that share a name told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

LARGE = 10_000
"""People. A town of this size is also called by the head of its name: Newcastle, Stoke, Kingston."""

SHORTEST_SLIP, LONGER = 5, 8
"""Letters. From the first on a name may be one letter off, from the second on two."""

LONGEST_NAME = 40  # letters: no name comes near it, and comparing takes time

_SHORTENED = re.compile(r" (?:upon|on|under|in|by|next|near|super) .+")
_SAINT = re.compile(r"\bsaint\b")
_GAPS = re.compile(r"[^a-z0-9]+")

ALSO_CALLED = {
    "Kingston upon Hull": ("hull",),
    "Derry": ("londonderry", "derry londonderry"),
    "Brighton": ("brighton and hove",),
    "City of London": ("the city",),
    "Milton Keynes": ("mk",),
}


class Town(NamedTuple):
    """``told_by`` tells it from others of its name (a country, or a larger town nearby); "" where there are none."""

    name: str
    told_by: str
    point: tuple[float, float]
    country: str
    people: int

    @property
    def kept(self) -> str:
        """The one way this place is kept and said: "Tonbridge", "Newport (Wales)"."""
        return f"{self.name} ({self.told_by})" if self.told_by else self.name


@dataclass(frozen=True, slots=True)
class Towns:
    """``called``: what a person may call them, in bare words, to the towns that may be meant, the largest first."""

    called: Mapping[str, tuple[Town, ...]]
    by_kept: Mapping[str, Town]

    @classmethod
    def read(cls, places_csv: str) -> Towns:
        """From the text of uk_places.csv: a heading, then name, told_by, lat, lon, country, population a line."""
        towns = []
        for line in places_csv.splitlines()[1:]:
            name, told_by, latitude, longitude, country, people = line.rsplit(",", 5)
            towns.append(Town(name.strip('"'), told_by, (float(latitude), float(longitude)), country, int(people)))
        called: dict[str, dict[Town, None]] = {}
        for town in towns:
            for name in _names(town):
                called.setdefault(name, {})[town] = None
        return cls(
            {name: tuple(sorted(each, key=lambda town: -town.people)) for name, each in called.items()},
            {words(town.kept): town for town in towns},
        )

    def kept(self, name: str) -> Town | None:
        """The town that was kept by this name; None where several are called so."""
        written = words(name)
        found = self.by_kept.get(written)
        if found is not None:
            return found
        several = self.called.get(written, ())
        return several[0] if len(several) == 1 else None

    def named(self, name: str) -> tuple[Town, ...]:
        """The towns that may be meant by this name, spelled well; the largest first."""
        return self.called.get(words(name), ())

    def spelled_like(self, name: str) -> tuple[Town, ...]:
        """The towns that a name with a slip in it may mean, the largest first; none where no name comes close."""
        written = words(name)
        if not SHORTEST_SLIP <= len(written) <= LONGEST_NAME:
            return ()
        slips = 1 if len(written) < LONGER else 2
        found = process.extract(written, self.called.keys(), scorer=OSA.distance, score_cutoff=slips, limit=8)
        alike = [(called, distance) for called, distance, _ in found if called[0] == written[0]]
        close = [(distance, town) for called, distance in alike for town in self.called[called]]
        nearest = min((distance for distance, _ in close), default=0)
        meant = dict.fromkeys(town for distance, town in close if distance == nearest)
        return tuple(sorted(meant, key=lambda town: -town.people))


def _names(town: Town) -> Iterable[str]:
    """What people call it: its name, with what tells it apart, without Royal; a large town by the head of its name."""
    name = words(town.name)
    yield name
    if town.told_by:
        yield from (f"{name} {words(town.told_by)}", f"{name} near {words(town.told_by)}")
    if name.startswith("royal "):
        yield name.removeprefix("royal ")
    if town.people >= LARGE and (head := head_of(name)):
        yield head
    yield from ALSO_CALLED.get(town.name, ())


def head_of(name: str) -> str:
    """What a name in bare words is cut to, "" where it is not: "newcastle upon tyne" → newcastle."""
    head = _SHORTENED.sub("", name)
    return head if head != name else ""


def words(text: str) -> str:
    """Letters and figures alone, lower case, St for Saint: "St. Mary's" and "saint marys" are the same."""
    flat = text.lower()
    if not flat.isascii():
        flat = "".join(sign for sign in unicodedata.normalize("NFKD", flat) if not unicodedata.combining(sign))
    plain = flat.replace("&", " and ").replace("'", "").replace("’", "")
    return _SAINT.sub("st", _GAPS.sub(" ", plain).strip()) if "saint" in plain else _GAPS.sub(" ", plain).strip()
