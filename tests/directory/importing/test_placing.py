"""A point that lies far from its own postcode is a program's guess; the postcode was typed by a person."""

from __future__ import annotations

import pytest

from flows.directory.geography import Geography
from flows.directory.importing.placing import placed
from flows.directory.model import Imported
from tests.directory.importing.feeds import guide, looked_over, meeting, session

NEAR_TONBRIDGE = Geography.read("outcode,lat,lon,kind\nTN9,51.1950,0.2700,\n", "sector,lat,lon\nTN9 1,51.1960,0.2750\n")
SAID = "Its place on the map is not where its postcode is: the postcode is gone by."


def read(**changes: object) -> Imported:
    return placed(guide(meeting(**changes)), NEAR_TONBRIDGE)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"latitude": 51.3}, True),  # seven miles: another end of the same area
        ({"latitude": 51.5}, False),
        ({"longitude": -0.2743}, False),  # the wrong side of Greenwich
        ({"latitude": 53.0, "longitude": -1.5}, False),
        ({"latitude": 53.0, "formatted_address": "Mill Lane, Tonbridge"}, True),  # no postcode says otherwise
        ({"latitude": 53.0, "formatted_address": "Mill Lane, Derby DE1 1ZZ"}, True),  # nobody knows where that is
    ],
)
def test_a_point_far_from_its_postcode_is_not_gone_by(changes: dict[str, object], kept: bool) -> None:
    found = read(**changes)

    where = session(found).venue
    assert where is not None
    assert (where.point is not None) is kept
    assert looked_over(found) == ([] if kept else [SAID])


def test_what_was_refused_stays_refused() -> None:
    assert placed(guide(), NEAR_TONBRIDGE).refused
