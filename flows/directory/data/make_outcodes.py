"""Make uk_outcodes.csv: where each UK outcode lies, to about ten metres.

    python flows/directory/data/make_outcodes.py uk_outcodes_cpo.csv

The argument is a table of outcode, lat, lon, postcodes, derived from OS Code-Point Open: the median position of the
outcode's postcodes, EPSG:27700 turned into WGS 84. The licence and its attribution stand in NOTICE.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

FEWEST = 20
"""Outcodes with fewer postcodes are PO boxes and big firms: nobody lives there, and "near" would mean nothing."""

TARGET = Path(__file__).with_name("uk_outcodes.csv")


def make(source: Path, target: Path = TARGET) -> int:
    """Write ``target`` from ``source``; how many outcodes it holds."""
    with source.open(encoding="utf-8", newline="") as table:
        rows = sorted(
            (row["outcode"], f"{float(row['lat']):.4f}", f"{float(row['lon']):.4f}")
            for row in csv.DictReader(table)
            if int(row["postcodes"]) >= FEWEST
        )
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("outcode", "lat", "lon"))
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]))} outcodes\n")
