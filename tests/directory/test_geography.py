"""Where postcodes and towns lie, and how far apart."""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import geography
from flows.directory.data import make_geography
from flows.directory.geography import Geography, miles, outcode, sector
from tests.shared import shared

UK = geography()


@pytest.mark.parametrize(
    ("postcode", "half", "and_figure"),
    [
        ("TN9 1AB", "TN9", "TN9 1"),
        ("tn9 1ab", "TN9", "TN9 1"),
        ("TN91AB", "TN9", "TN9 1"),
        (" tn9-1ab. ", "TN9", "TN9 1"),
        ("TN9", "TN9", ""),
        ("TN9 1", "TN9", "TN9 1"),
        ("TN11AA", "TN1", "TN1 1"),
        ("TN11", "TN11", ""),
        ("M1 1AE", "M1", "M1 1"),
        ("SW1A 1AA", "SW1A", "SW1A 1"),
        ("W1A", "W1A", ""),
        ("EC1A1BB", "EC1A", "EC1A 1"),
    ],
)
def test_a_full_or_half_postcode_is_known_in_any_spelling(postcode: str, half: str, and_figure: str) -> None:
    assert (outcode(postcode), sector(postcode)) == (half, and_figure)
    assert UK.where(postcode) == UK.where(and_figure or half) is not None
    assert UK.venue(postcode) == UK.where(postcode)


def test_a_sector_is_nearer_the_mark_than_its_outcode() -> None:
    outward, inward = UK.where("TN8"), UK.where("TN8 7")
    assert outward
    assert inward
    assert 1 < miles(outward, inward) < 5


@pytest.mark.parametrize(
    "place",
    ["", "Nowhere", "BT1 1AA", "BT1", "JE2 3AB", "GY1", "IM1", "ZZ9 9ZZ", "TN99", "999", "BD99", "BD99 1", "Newport"],
)
def test_what_cannot_be_placed_is_nowhere(place: str) -> None:
    assert UK.where(place) is None


def test_a_room_may_stand_where_nobody_lives() -> None:
    assert UK.where("CF99 1SN") is None
    assert UK.venue("CF99 1SN") is not None  # a parliament has an outcode of its own
    assert UK.venue("BT1 1AA") is None


@pytest.mark.parametrize("island", ["HS4", "IV42", "PA78", "PH43", "TR23", "ZE3"])
def test_an_island_with_few_postcodes_is_no_po_box(island: str) -> None:
    assert UK.where(island) is not None


@pytest.mark.parametrize(
    ("kept", "near"),
    [
        ("Tonbridge", "TN9"),
        ("Newport (Wales)", "NP20"),
        ("Newport (Telford)", "TF10"),
        ("King's Lynn", "PE30"),
        ("Stoke-on-Trent", "ST4"),
    ],
)
def test_a_town_is_found_again_by_what_was_kept(kept: str, near: str) -> None:
    town, half = UK.where(kept), UK.where(near)
    assert town
    assert half
    assert miles(town, half) < 3


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("TN9", "TN9"),
        ("TN9 1", "TN9"),
        ("Tonbridge", "TN9"),
        ("Newport (Telford)", "TF10"),
        ("Belfast", "Belfast"),
        ("Bangor (Northern Ireland)", "Bangor (Northern Ireland)"),
        ("BT1", "BT1"),
        ("nowhere", ""),
    ],
)
def test_figures_go_by_outcode(place: str, code: str) -> None:
    assert UK.outcode_of(place) == code


def test_every_town_is_kept_by_a_name_of_its_own() -> None:
    towns = {town for each in UK.towns.called.values() for town in each}
    assert len(towns) == len(UK.towns.by_kept) > 5800
    assert all("|" not in town.kept and len(town.kept) <= 60 for town in towns)


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
    UK.venue(text)


def test_the_outcodes_are_read_when_first_needed_within_twenty_milliseconds() -> None:
    def reading() -> float:
        before = process_time()
        assert Geography.read(UK.outcodes_csv).outcodes["TN9"]
        return process_time() - before

    assert min(reading() for _ in range(5)) < 0.020


def test_the_tables_are_what_the_script_makes(tmp_path: Path) -> None:
    source = shared("data/geography/uk_outcodes_cpo.csv")
    made = make_geography.make(source.parent, tmp_path)
    assert made["uk_outcodes.csv"] > 2800
    for name in made:
        assert (tmp_path / name).read_bytes() == (make_geography.HERE / name).read_bytes(), name
    with source.open(encoding="utf-8", newline="") as table:
        few = {row["outcode"] for row in csv.DictReader(table) if int(row["postcodes"]) < make_geography.FEWEST}
    assert {"BD99", "CF99", "SA80"} <= UK.boxes <= few


def test_the_data_says_whose_it_is() -> None:
    notice = (Path(__file__).resolve().parents[2] / "NOTICE").read_text(encoding="utf-8")
    for owner in (
        "OS data © Crown copyright",
        "Royal Mail data © Royal Mail copyright",
        "National Statistics data © Crown",
        "GeoNames",
        "creativecommons.org/licenses/by/4.0",
    ):
        assert owner in notice
    assert "Open Government Licence v3.0" in notice
