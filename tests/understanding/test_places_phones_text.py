"""Postcodes, phone numbers and free text."""

from __future__ import annotations

import pytest

from bot.content import geography
from flows.phones import is_uk_mobile, kind_of_sender, read_number
from flows.steps import Phone, Postcode, Text
from flows.talking.replies import NotRead, Understood
from tests.understanding.asking import hears, short


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *[(text, "TN9 1") for text in ("tn9 1ab", "TN91AB", "TN9  1AB", "Tn9-1ab.", "TN9 IAB", "tn9 lab", "TN 9 1AB")],
        *[(text, "TN9 1") for text in ("“TN9 1AB”", "ＴＮ９ １ＡＢ", "tn9 1ab please", "its tn9 1ab", "TN9\u200b 1AB")],
        *[(text, "TN10 2") for text in ("TN10 2XX", "tn1O 2xx", "TNIO 2XX", "TN1o2XX")],
        *[(text, "TN9 0") for text in ("TN9 0AB", "TN9 OAB")],
        *[(text, "TN9") for text in ("TN9", "tn9", "tn9.", "Tn9 ", "im in tn9", "tn 9")],
        *[(text, "TN9 1") for text in ("TN9 1", "tn9 1", "im in tn9 1")],
        *[("EC1A 1BB", "EC1A 1"), ("w1a", "W1A"), ("ZE1", "ZE1"), ("m8", "M8"), ("B33 8TH", "B33 8")],
        ("see you there m8", "M8?"),
        ("TN9 1CI", "TN9"),  # no postcode ends so, but its first half stands
        ("TN9 1AB or TN8 5BB", "TN9 1/TN8 5?"),
        *[
            (text, "retry postcode")
            for text in ("not telling you", "", "Tonbridge", "xx1", "QQ1 1AA", "soil", "12345", "😀")
        ],
        *[(text, "retry postcode") for text in ("tn", "TN999", "gr8", "so it is", "l8r", "\x00")],
    ],
)
def test_a_postcode_or_its_first_half(text: str, result: str) -> None:
    assert short(hears(Postcode(), text)) == result


def test_a_postcode_that_was_not_read_is_asked_for_with_an_example() -> None:
    assert hears(Postcode(), "not telling you", example="TN9") == NotRead("retry postcode", {"example": "TN9"})
    assert hears(Postcode(), "not telling you") == NotRead("retry postcode", {"example": "TN9"})


TOWN = Postcode(towns=True)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *[(text, "TN9 1") for text in ("tn9 1ab", "TN91AB", "TN9 IAB", "its tn9 1ab", "TN9 1")],
        *[(text, "TN9") for text in ("TN9", "im in tn9", "TN9 0AB", "tonbridge tn9")],  # there is no sector TN9 0
        *[
            (text, "Tonbridge")
            for text in ("Tonbridge", "TONBRIDGE!", "im in tonbridge", "Tonbridge, Kent", "near tonbridge pls")
        ],
        *[(text, "Royal Tunbridge Wells") for text in ("Tunbridge Wells", "tunbridge wells kent")],
        *[
            ("camden town pls", "Camden Town"),
            ("kings lynn", "King's Lynn"),
            ("St. Albans", "St Albans"),
            ("hull", "Kingston upon Hull"),
        ],
        *[(text, "Tonbridge?") for text in ("tonbrige", "Tonbrdge", "ive been at my mums in tonbridge since")],
        ("Bangor", "Bangor (Northern Ireland)/Bangor (Wales)?"),
        ("bangor ni", "Bangor (Northern Ireland)"),
        ("newport telford", "Newport (Telford)"),
        ("moved from leeds to york", "Leeds/York?"),
        *[(text, "retry town") for text in ("BT1 1AA", "bt48", "BD99 1AA", "TN99")],  # no map, PO box, no such half
        *[("Belfast", "Belfast"), ("derry", "Derry"), ("JE2 3AB", "JE2")],
        *[(text, "retry place") for text in ("not telling you", "", "home", "in the town", "dunno", "😀", "x" * 500)],
    ],
)
def test_a_postcode_or_a_town(text: str, result: str) -> None:
    assert short(hears(TOWN, text, geography=geography())) == result


def test_a_town_is_no_answer_where_only_a_postcode_is_asked_for() -> None:
    assert short(hears(Postcode(), "Tonbridge", geography=geography())) == "retry postcode"
    assert short(hears(Postcode(), "BT1 1AA", geography=geography())) == "BT1"


def test_what_is_on_no_map_is_asked_for_by_its_town() -> None:
    assert hears(TOWN, "bt1 1aa", geography=geography()) == NotRead("retry town", {"postcode": "BT1"})
    assert hears(TOWN, "dunno", example="TN9", geography=geography()) == NotRead("retry place", {"example": "TN9"})


def test_an_address_around_a_postcode_is_not_kept() -> None:
    assert hears(Postcode(), "Flat 2, 14 High St, TN9 1AB") == Understood("TN9 1")
    assert hears(Postcode(), "TN9 but moving soon") == Understood("TN9", "but moving soon")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        *[(text, "+447400123456") for text in ("07400 123456", "07400123456")],
        *[(text, "+447400123456") for text in ("+44 7400 123 456", "0044 7400 123456")],
        *[
            (text, "+447400123456")
            for text in ("+44 (0)7400 123456", "O7400 123456", "(07400) 123-456", "07400.123.456")
        ],
        *[
            (text, "+447400123456")
            for text in (" 07400 123456. ", "7400 123456", "０７４００１２３４５６", "447400123456")
        ],
        ("020 7946 0123", "+442079460123"),
        ("+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_a_phone_number_is_read(text: str, e164: str) -> None:
    assert short(hears(Phone(), text)) == e164


@pytest.mark.parametrize(
    "text",
    [
        *("", "no", "999", "116 123", "07400", "07400 12345", "0800 FLOWERS", "12345678901234567890", "4.47E+11", "😀"),
        *("\x00", "+", "++", "tomorrow", "+44", "07700 900123", "01632 960123"),
    ],
)
def test_what_is_no_phone_number_is_not_read(text: str) -> None:
    assert short(hears(Phone(), text)) == "retry phone"


def test_drama_numbers_are_read_only_in_practice() -> None:
    assert short(hears(Phone(), "07700 900123", practice=True)) == "+447700900123"
    assert read_number("07700 900123", practice=True) == "+447700900123"
    assert read_number("01632 960123", practice=True) == "+441632960123"
    assert read_number("07700 900123") is None
    assert is_uk_mobile("+447700900123", practice=True)
    assert not is_uk_mobile("+447700900123")


def test_words_around_a_phone_number_become_a_note() -> None:
    assert hears(Phone(), "07400 123456 after 6") == Understood("+447400123456", "after 6")
    assert short(hears(Phone(), "07400 123456 or 020 7946 0123")) == "+447400123456/+442079460123?"


@pytest.mark.parametrize(
    ("e164", "mobile"),
    [
        ("+447400123456", True),
        ("+447911" + "1" * 6, False),  # Guernsey
        ("+447624" + "1" * 6, False),  # Isle of Man
        ("+4470" + "1" * 8, False),  # personal numbers cost more
        ("+442079460123", False),
        ("+33612345678", False),
        ("07400123456", False),
        ("", False),
        ("+44", False),
    ],
)
def test_only_uk_mobiles_cost_what_a_uk_mobile_costs(e164: str, mobile: bool) -> None:
    assert is_uk_mobile(e164) is mobile
    assert is_uk_mobile(e164, practice=True) is mobile


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("+447400123456", "number"),
        ("447400123456", "number"),
        ("85258", "short code"),
        ("60123", "short code"),
        ("Fingerpost", "alphanumeric"),
        ("O2", "alphanumeric"),
        ("", "alphanumeric"),
        ("٨٥٢٥٨", "alphanumeric"),
        ("+", "alphanumeric"),
    ],
)
def test_senders_are_told_apart(sender: str, kind: str) -> None:
    assert kind_of_sender(sender) == kind


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Sam", "Sam"),
        ("  Sam.  ", "Sam"),
        ("Sam\nJones", "Sam Jones"),
        ("O’Neil", "O’Neil"),
        ("\u202eevil\u202c", "evil"),
        ("S\x00am\x07", "Sam"),
        ("\ud800Sam", "Sam"),
        ("Zoe\u0308", "Zoë"),
        ("😀", "😀"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("((nickname))", "((nickname))"),
        ("<b>Sam</b>", "<b>Sam</b>"),
        ("a" * 20, "a" * 20),
        ("a" * 21, "retry text too long"),
        ("a" * 4000, "retry text too long"),
        ("", "retry text"),
        (" \n\t ", "retry text"),
        ("\u200b\u200d\ufe0f", "retry text"),
        ("\x00", "retry text"),
    ],
)
def test_free_text_is_kept_without_what_cannot_be_seen(text: str, result: str) -> None:
    assert short(hears(Text(20), text)) == result


def test_a_text_too_long_is_told_how_long_it_may_be() -> None:
    assert hears(Text(20), "a" * 21) == NotRead("retry text too long", {"longest": "20"})


@pytest.mark.parametrize(
    "text", ["SKIP", "skip please", "pass", "no", "no thanks", "none", "idk", "dunno", "Rather not say"]
)
def test_a_question_that_may_be_skipped_takes_a_shrug(text: str) -> None:
    assert short(hears(Text(60), text, skip=True)) == "skip"
    assert short(hears(Text(60), text)) == text


def test_an_answer_is_still_an_answer_where_skipping_is_allowed() -> None:
    assert short(hears(Text(60), "my own flat", skip=True)) == "my own flat"
    assert short(hears(Text(60), "no more rows with mum", skip=True)) == "no more rows with mum"
