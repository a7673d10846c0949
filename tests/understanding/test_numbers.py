"""Ratings and other numbers: what reads as one, what is asked about, and what is none."""

from __future__ import annotations

import pytest

from flows.steps import Number, Scale
from flows.talking.replies import NotRead, Understood
from tests.understanding.asking import hears, short

ZERO_TO_TEN = Scale(0, 10, "low", "high")
ONE_TO_FIVE = Scale(1, 5, "rough", "good")
POUNDS = Number(1, 250)

READS = {
    "7": "7 07 O7 7. 7! 7) (7) 7/10 7️⃣ ７ ٧ ७ ⑦ 𝟕 7ish 7x 7xx ~7 #7 7?",
    "10": "10 1O l0 I0 🔟 1️⃣0️⃣ 10/10 ten",
    "0": "0 zero nil nought O0 0/10 ０",
    "1": "one 1 １ 1️⃣",
}
READS_AS_SENTENCES = [
    (" 7.", "7"),
    ("7 out of 10", "7"),
    ("7 outta 10", "7"),
    ("seven out of ten", "7"),
    ("seven", "7"),
    ("Seven.", "7"),
    ("SEVEN!!", "7"),
    ("about a 7", "7"),
    ("about seven", "7"),
    ("like a 7 I think", "7"),
    ("I'd say 7/10 today", "7"),
    ("id say a solid 7", "7"),
    ("it’s 7", "7"),
    ("probably 7", "7"),
    ("7 please", "7"),
    ("7 xx", "7"),
    ("7 😀", "7"),
    ("\u200b7\u200f", "7"),
    ("7\x00", "7"),
    ("\n7\n", "7"),
    ("feeling 7", "7"),
    ("“7”", "7"),
    ("7 <3", "7"),
    ("7.0", "7"),
    ("eigth", "8"),
]


@pytest.mark.parametrize(("text", "value"), [(text, value) for value, line in READS.items() for text in line.split()])
def test_a_number_reads_however_it_is_typed(text: str, value: str) -> None:
    assert hears(ZERO_TO_TEN, text) == Understood(value)


@pytest.mark.parametrize(("text", "value"), READS_AS_SENTENCES)
def test_a_number_reads_inside_a_few_words(text: str, value: str) -> None:
    assert short(hears(ZERO_TO_TEN, text)) == value


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("7½", "7/8?"),
        ("7.5", "7/8?"),
        ("7 1/2", "7/8?"),
        ("7 and a half", "7/8?"),
        ("seven and a half", "7/8?"),
        ("10½", "10?"),
        ("6 or 7", "6/7?"),
        ("6-7", "6/7?"),
        ("6–7", "6/7?"),
        ("6/7", "6/7?"),
        ("6 7", "6/7?"),
        ("6, 7", "6/7?"),
        ("six or seven", "6/7?"),
        ("between 6 and 7", "6/7?"),
        ("7, maybe 8", "7/8?"),
        ("was a 3 now a 5", "3/5?"),
        ("not 7", "?"),
        ("not a 7", "?"),
        ("isn't 7", "?"),
        ("7 not 8", "7?"),
        ("12 days sober, 8 today", "8?"),
        ("9 days sober", "9?"),
        ("2 weeks in, feeling 6", "6?"),
        ("better than 5", "5?"),
        ("nearly 7", "7?"),
        ("at least 4", "4?"),
        ("7+", "7?"),
        ("-7", "7?"),
        ("3 people shouted at me", "3?"),
        ("2 of my kids are ill", "2?"),
        ("I had a row with my 3 kids", "3?"),
        ("2 b honest im rough", "2?"),
        ("zero hope", "0?"),
        ("day 7", "7?"),
        ("4pm", "4?"),
        ("up since 4am feeling 3", "3?"),
    ],
)
def test_what_could_mean_two_things_is_asked_about(text: str, asked: str) -> None:
    assert short(hears(ZERO_TO_TEN, text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "11",
            "100",
            "99999999999999999999",
            "1,000",
            "purple",
            "idk mate",
            "😀",
            "???",
            "gr8",
            "m8",
            "2nite",
        ),
        *(
            "4eva",
            "no one",
            "one of those days",
            "<3",
            "8/5",
            "7/100",
            "12 days sober",
            "twenty",
            "100%",
            "fine",
            "often",
        ),
        *("then", "phone", "everyone", "someone", "weight", "tent", "Oo", "IO", "\u202e", "\x00", "¹⁰", "half"),
    ],
)
def test_no_number_is_read_where_none_was_meant(text: str) -> None:
    ends = {"low": "0", "high": "10", "low_label": "low", "high_label": "high"}
    assert hears(ZERO_TO_TEN, text) == NotRead("retry scale", ends)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("5", "5"),
        ("6", "retry scale"),
        ("0", "retry scale"),
        ("4/5", "4"),
        ("3/10", "retry scale"),
        ("rough", "1?"),
        ("Good thanks", "5?"),
        ("really good", "retry scale"),
        ("£3", "3?"),
    ],
)
def test_a_scale_of_five_keeps_to_its_ends(text: str, result: str) -> None:
    assert short(hears(ONE_TO_FIVE, text)) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("£35", "35"),
        ("35 quid", "35"),
        ("about £40 please", "40"),
        ("£7.50", "7/8?"),
        ("two hundred and fifty", "250"),
        ("a hundred", "100"),
        ("twenty-five", "25"),
        ("25 pounds", "25"),
        ("3 days", "3"),
        ("0", "retry number"),
        ("251", "retry number"),
        ("1,000", "retry number"),
        ("12 days sober", "12?"),
        ("between 50 and 60", "50/60?"),
        ("07700900123", "retry number"),
    ],
)
def test_a_count_may_carry_its_unit(text: str, result: str) -> None:
    assert short(hears(POUNDS, text)) == result


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("4 not too bad", "not too bad"),
        ("Slept badly. 3", "Slept badly"),
        ("Feeling like a 4 today cos Mum’s ill", "Feeling like a … today cos Mum’s ill"),
        ("4 – argued with Dad", "argued with Dad"),
        ("about a 7", ""),
        ("7 please x", ""),
    ],
)
def test_the_words_around_a_number_become_a_note(text: str, note: str) -> None:
    result = hears(ZERO_TO_TEN, text)
    assert isinstance(result, Understood)
    assert result.note == note
