"""Make uk_outcodes.csv, uk_sectors.csv and uk_places.csv: where each half postcode, each sector and each town lies.

    python flows/directory/data/make_geography.py FOLDER

FOLDER holds uk_outcodes_cpo.csv and uk_sectors_cpo.csv, derived from OS Code-Point Open (the median position of the
postcodes, EPSG:27700 turned into WGS 84), and uk_places_geonames.csv, the rows of the United Kingdom in GeoNames. The
licences and their attributions stand in NOTICE.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from flows.directory.geography import Point, miles
from flows.directory.towns import LARGE, head_of, words

HERE = Path(__file__).parent
OUTCODES, SECTORS, PLACES = "uk_outcodes.csv", "uk_sectors.csv", "uk_places.csv"

FEWEST = 20
"""Outcodes with fewer postcodes are PO boxes and big firms, and "near" would mean nothing ..."""
ISLES = ("FK", "HS", "IV", "KW", "LL", "PA", "PH", "SA", "TR", "ZE")
"""... but for those of these areas, where a few postcodes are an island or a glen, and people live in it ..."""
BOXES_FROM = 80
"""... unless the number is one that Royal Mail gives to boxes."""

COUNTRIES = {"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"}
SAME = 3
"""Miles. Two rows of one name nearer than that are one place."""
KNOWN = 20_000
"""People. A town of this size is known for miles around, so that another can be told by it ..."""
THIRD = 3
"""... if it is no smaller than a third of the other."""
FAR_SMALLER = 10
"""Times. Where all others of its name in a country are so much smaller, a place is told by the country alone."""


def outcodes(rows: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    """outcode, lat, lon, and "box" where nobody lives."""
    found = []
    for row in rows:
        code = row["outcode"]
        area = code.rstrip("0123456789")
        district = code[len(area) :]
        lived_in = int(row["postcodes"]) >= FEWEST or (area in ISLES and int(district) < BOXES_FROM)
        found.append((code, f"{float(row['lat']):.4f}", f"{float(row['lon']):.4f}", "" if lived_in else "box"))
    return sorted(found)


def sectors(rows: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    """sector, lat, lon."""
    return sorted((row["sector"], f"{float(row['lat']):.4f}", f"{float(row['lon']):.4f}") for row in rows)


# ---------------------------------------------------------------- towns


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    point: Point
    country: str
    people: int
    told_by: str = ""  # what tells it from others of its name: a country, or a town that it is near


def places(rows: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    """name, told by, lat, lon, country, population; the largest of a name first."""
    towns = [
        Town(
            row["name"], (float(row["lat"]), float(row["lon"])), COUNTRIES[row["country"]], int(row["population"] or 0)
        )
        for row in rows
    ]
    towns.sort(key=lambda town: (words(town.name), -town.people, town.point))
    known = [town for town in towns if town.people >= KNOWN]
    heads = {head_of(words(town.name)) for town in towns if town.people >= LARGE}
    found: list[Town] = []
    for name, named in groupby(towns, key=lambda town: words(town.name)):
        found.extend(_told_apart(_merged(named), known, shared=name in heads))
    return [
        (town.name, town.told_by, f"{town.point[0]:.4f}", f"{town.point[1]:.4f}", town.country, str(town.people))
        for town in found
    ]


def _merged(towns: Iterable[Town]) -> list[Town]:
    kept: list[Town] = []
    for town in towns:
        if all(miles(town.point, other.point) > SAME for other in kept):
            kept.append(town)
    return kept


def _told_apart(towns: Sequence[Town], known: Sequence[Town], *, shared: bool) -> list[Town]:
    """``shared``: a larger town is called so too, by the head of its name."""
    if len(towns) == 1 and not shared:
        return list(towns)
    told: list[Town] = []
    for town in towns:
        others = [other for other in towns if other is not town and other.country == town.country]
        if not any(other.people * FAR_SMALLER >= town.people for other in others) and town.country != "England":
            name = town.country
        else:
            taken = {town.name, *(other.told_by for other in told)}
            near = (other for other in known if other.name not in taken and other.people * THIRD >= town.people)
            name = min(near, key=lambda other: miles(town.point, other.point)).name
        told.append(replace(town, told_by=name))
    return told


# ---------------------------------------------------------------- files


def make(folder: Path, target: Path = HERE) -> dict[str, int]:
    """Write the three files into ``target`` from those in ``folder``; how many rows each holds."""
    made = {
        OUTCODES: (("outcode", "lat", "lon", "box"), outcodes(_rows(folder / "uk_outcodes_cpo.csv"))),
        SECTORS: (("sector", "lat", "lon"), sectors(_rows(folder / "uk_sectors_cpo.csv"))),
        PLACES: (
            ("name", "told_by", "lat", "lon", "country", "population"),
            places(_rows(folder / "uk_places_geonames.csv")),
        ),
    }
    for name, (heading, rows) in made.items():
        with (target / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(rows)
    return {name: len(rows) for name, (_, rows) in made.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


if __name__ == "__main__":
    for name, count in make(Path(sys.argv[1])).items():
        sys.stdout.write(f"{name}: {count} rows\n")
