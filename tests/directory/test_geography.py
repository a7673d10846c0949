"""Where postcodes lie, and how far apart."""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.directory.data.make_outcodes import FEWEST, TARGET, make
from flows.directory.geography import Geography, miles, outcode
from tests.shared import shared

UK = Geography.read(TARGET.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("postcode", "half"),
    [
        ("TN9 1AB", "TN9"),
        ("tn9 1ab", "TN9"),
        ("TN91AB", "TN9"),
        (" tn9-1ab. ", "TN9"),
        ("TN9", "TN9"),
        ("TN11AA", "TN1"),
        ("TN11", "TN11"),
        ("M1 1AE", "M1"),
        ("SW1A 1AA", "SW1A"),
        ("W1A", "W1A"),
        ("EC1A1BB", "EC1A"),
    ],
)
def test_a_full_or_half_postcode_is_known_in_any_spelling(postcode: str, half: str) -> None:
    assert outcode(postcode) == half
    assert UK.where(postcode) == UK.where(half) is not None


@pytest.mark.parametrize(
    "postcode", ["", "Tonbridge", "BT1 1AA", "BT1", "JE2 3AB", "GY1", "IM1", "ZZ9 9ZZ", "TN99", "TN9 1", "999"]
)
def test_what_cannot_be_placed_is_nowhere(postcode: str) -> None:
    assert UK.where(postcode) is None


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ((51.5074, -0.1278), (55.9533, -3.1883), 332),  # London to Edinburgh: 534 km
        ((51.5074, -0.1278), (48.8566, 2.3522), 213.5),  # London to Paris: 343.6 km
        ((51.0, 0.0), (51.0, 1.0), 43.5),  # a degree of longitude at 51° north: 70.0 km
        ((51.0, 0.0), (52.0, 0.0), 69.1),  # a degree of latitude: 111.2 km
    ],
)
def test_distances_are_those_of_an_atlas(one: tuple[float, float], other: tuple[float, float], about: float) -> None:
    assert miles(one, other) == pytest.approx(about, abs=0.5)


@pytest.mark.parametrize(("one", "other", "about"), [("TN9", "TN9", 0), ("TN9", "TN1", 4), ("TN9", "ME14", 13)])
def test_distances_between_outcodes_are_between_their_middles(one: str, other: str, about: float) -> None:
    here, there = UK.where(one), UK.where(other)
    assert here
    assert there
    assert miles(here, there) == pytest.approx(about, abs=0.5)


DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(DEGREES, DEGREES)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert miles(one, other) == pytest.approx(miles(other, one), abs=1e-6)
    assert 0 <= miles(one, other) <= 12_440
    assert miles(one, one) == 0


@given(st.text(max_size=12))
def test_no_text_is_too_odd_to_look_for(text: str) -> None:
    UK.where(text)


def test_the_outcodes_are_read_when_first_needed_within_twenty_milliseconds() -> None:
    written = TARGET.read_text(encoding="utf-8")

    def reading() -> float:
        before = process_time()
        Geography.read(written).where("TN9")
        return process_time() - before

    assert min(reading() for _ in range(5)) < 0.020


def test_the_data_is_what_the_script_makes(tmp_path: Path) -> None:
    source = shared("data/geography/uk_outcodes_cpo.csv")
    made = tmp_path / "outcodes.csv"
    assert make(source, made) > 2700
    assert made.read_bytes() == TARGET.read_bytes()
    with source.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    left_out = {row["outcode"] for row in rows if int(row["postcodes"]) < FEWEST}
    assert set(UK.outcodes) == {row["outcode"] for row in rows} - left_out


def test_the_data_says_whose_it_is() -> None:
    notice = (Path(__file__).resolve().parents[2] / "NOTICE").read_text(encoding="utf-8")
    for owner in (
        "OS data © Crown copyright",
        "Royal Mail data © Royal Mail copyright",
        "National Statistics data © Crown",
    ):
        assert owner in notice
    assert "Open Government Licence v3.0" in notice
