"""How many parts a text is sent in, and what folding saves."""

from __future__ import annotations

import json

import pytest

from flows.talking.sms import BASIC, EXTENSION, GSM, UCS2, Parts, costly, fold, parts
from tests.shared import shared

FAMILY = "👨‍👩‍👧‍👦"  # eleven UTF-16 units that a reader sees as one


def test_every_answer_of_twilios_own_calculator_is_ours() -> None:
    cases = json.loads(shared("data/specs/sms_segments.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) >= 100
    for case in cases:
        plain, folded = parts(case["text"]), parts(fold(case["text"]))
        assert (plain.encoding, plain.count) == (case["encoding"], case["segments"]), case["text"]
        assert (folded.encoding, folded.count) == (case["smart_encoding"], case["smart_segments"]), case["text"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts(GSM, 1, 0)),
        ("a", Parts(GSM, 1, 1)),
        ("a" * 160, Parts(GSM, 1, 160)),
        ("a" * 161, Parts(GSM, 2, 161)),
        ("a" * 306, Parts(GSM, 2, 306)),
        ("a" * 307, Parts(GSM, 3, 307)),
        ("a" * 459, Parts(GSM, 3, 459)),
        ("a" * 460, Parts(GSM, 4, 460)),
        ("£" * 160, Parts(GSM, 1, 160)),
        ("é" * 160, Parts(GSM, 1, 160)),
        ("a\r\n" * 53, Parts(GSM, 1, 159)),
    ],
)
def test_letters_of_the_plain_alphabet_fill_160_alone_and_153_joined(text: str, expected: Parts) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(letter * 80, Parts(GSM, 1, 160)) for letter in "^{}[]~|\\\f"],
        ("€" * 80, Parts(GSM, 1, 160)),
        ("€" * 80 + "a", Parts(GSM, 2, 161)),
        ("a" * 158 + "€", Parts(GSM, 1, 160)),
        ("a" * 159 + "€", Parts(GSM, 2, 161)),
        ("€" * 76 + "a" + "€" * 76 + "a", Parts(GSM, 2, 306)),  # 153 and 153: nothing is parted
        ("€" * 153, Parts(GSM, 3, 306)),  # 306 septets, but only 152 of each part can be filled
        ("a" * 152 + "€" + "a" * 151, Parts(GSM, 2, 305)),  # the € moves whole into the second part, and fills it
        ("a" * 152 + "€" + "a" * 152, Parts(GSM, 3, 306)),
    ],
)
def test_a_euro_or_bracket_takes_two_and_is_never_parted(text: str, expected: Parts) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ŷ", Parts(UCS2, 1, 1)),
        ("ŷ" * 70, Parts(UCS2, 1, 70)),
        ("ŷ" * 71, Parts(UCS2, 2, 71)),
        ("ŷ" * 134, Parts(UCS2, 2, 134)),
        ("ŷ" * 135, Parts(UCS2, 3, 135)),
        ("a" * 69 + "ŷ", Parts(UCS2, 1, 70)),
        ("a" * 70 + "ŷ", Parts(UCS2, 2, 71)),
        ("👍" * 35, Parts(UCS2, 1, 70)),
        ("👍" * 36, Parts(UCS2, 2, 72)),
        ("👍" * 66, Parts(UCS2, 2, 132)),
        ("👍" * 67, Parts(UCS2, 3, 134)),  # 67 units hold 33 thumbs, not 33 and a half
        ("e\u0301" * 35, Parts(UCS2, 1, 70)),
        ("e\u0301" * 67, Parts(UCS2, 3, 134)),
        (FAMILY * 6, Parts(UCS2, 1, 66)),
        (FAMILY * 7, Parts(UCS2, 2, 77)),
        (FAMILY * 13, Parts(UCS2, 3, 143)),
        ("e" + "\u0301" * 200, Parts(UCS2, 3, 201)),  # longer than any part: it has to run on
    ],
)
def test_one_letter_outside_it_makes_70_letter_parts_that_split_no_cluster(text: str, expected: Parts) -> None:
    assert parts(text) == expected


def test_the_alphabet_is_the_standards() -> None:
    # 3GPP TS 23.038 has 128 places: one is the escape; the extension in use has ten
    assert len(set(BASIC)) == 127
    assert len(set(EXTENSION)) == 10
    assert not set(BASIC) & set(EXTENSION)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("That’s OK", "That's OK"),
        ("‘quoted’ “quoted”", "'quoted' \"quoted\""),
        ("`tick` and ´tick´", "'tick' and 'tick'"),
        ("Mon – Fri — or so…", "Mon - Fri - or so..."),
        ("no\u00a0break\u202fspace", "no break space"),
        ("• one\n• two", "- one\n- two"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("½ price", "1/2 price"),
        ("minus −5", "minus -5"),
        ("really‼", "really!!"),
    ],
)
def test_marks_that_need_not_cost_are_made_plain(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert parts(folded).encoding == GSM


@pytest.mark.parametrize(
    "text",
    ["tŷ", "Łukasz, dziękuję", "naïve façade", "Zoë", "Μαρία", "Ωmega", "ﬁ", "Ａ", "e\u0302", "👍🏽", FAMILY, "ʼ"],
)
def test_letters_and_emoji_stay_whatever_they_cost(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "costs"), [("plain £5 [x] €", ""), ("That’s OK", "’"), ("dŵr, tŷ", "ŵ"), ("ok 👍", "👍"), ("\x0e", "\x0e")]
)
def test_the_character_that_costs_is_named(text: str, costs: str) -> None:
    assert costly(text) == costs
