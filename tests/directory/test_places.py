"""What people write of where they are, and what is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import geography
from flows.directory.places import At, Unknown, Which, chosen, read_place

UK = geography()
NEWPORTS = ("Newport (Wales)", "Newport (Cowes)", "Newport (Telford)", "Newport (Bishops Stortford)")


def test_no_more_than_a_sector_is_kept_of_a_postcode() -> None:
    place = read_place("tn9 1ab", UK)
    assert isinstance(place, At)
    assert place.kept == "TN9 1"
    assert place.point == UK.where("TN9 1")
    assert read_place("TN9 0ZZ", UK) == At(UK.outcodes["TN9"], "TN9")  # there is no such sector


def test_a_name_that_several_towns_share_is_asked_about_the_largest_first() -> None:
    assert read_place("Newport", UK) == Which(NEWPORTS)
    assert read_place("newcastle", UK) == Which(
        ("Newcastle upon Tyne", "Newcastle under Lyme", "Newcastle (Northern Ireland)")
    )


def test_the_question_fits_a_text() -> None:
    asked = [place for name in UK.towns.called if isinstance(place := read_place(name, UK), Which)]
    assert len(asked) > 200
    for place in asked:
        numbered = ", ".join(f"{number} {each}" for number, each in enumerate(place.candidates, 1))
        assert len(f"Which is nearest you? Send its number: {numbered}") <= 160
        assert len(place.candidates) >= 2


@pytest.mark.parametrize("text", ["newport wales", "Newport, Wales", "near newport in wales", "Newport (Wales)"])
def test_a_country_tells_which(text: str) -> None:
    place = read_place(text, UK)
    assert NEWPORTS[0] in (getattr(place, "kept", ""), *getattr(place, "candidates", ()))
    assert not isinstance(place, Unknown)


@pytest.mark.parametrize(
    "shared", ["Preston", "Sutton", "Ashford", "Bangor", "Richmond", "Gillingham", "Hayes", "Stoke"]
)
def test_whichever_of_them_is_chosen_is_found(shared: str) -> None:
    asked = read_place(shared, UK)
    assert isinstance(asked, Which)
    assert 2 <= len(asked.candidates) <= 4
    for candidate in asked.candidates:
        again = read_place(candidate, UK)
        assert isinstance(again, At)
        assert again.kept == candidate
        assert again.point == UK.where(candidate)


@pytest.mark.parametrize("postcode", ["BT1 1AA", "bt48", "BD99", "TN99 1AA", "JE2"])
def test_a_postcode_on_no_map_is_said_to_be_so(postcode: str) -> None:
    assert read_place(postcode, UK) == Unknown(postcode.split()[0].upper())


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        *[
            (text, NEWPORTS[1])
            for text in ("2", "2.", "number 2", "2 please", "Newport (Cowes)", "cowes", "near cowes")
        ],
        *[(text, NEWPORTS[0]) for text in ("1", "wales", "the one in Wales", "newport wales")],
        ("bishops stortford", NEWPORTS[3]),
        *[(text, "") for text in ("", "5", "0", "newport", "wales or cowes", "none", "12", "yes")],
    ],
)
def test_one_of_several_is_chosen_by_its_number_or_by_what_tells_it_apart(reply: str, meant: str) -> None:
    assert chosen(reply, NEWPORTS) == meant


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    place = read_place(text, UK)
    if isinstance(place, At):
        assert UK.where(place.kept) == place.point
    chosen(text, NEWPORTS)
