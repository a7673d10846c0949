"""Choosing from a list: by number, label, first words, name or nearly; one, or as many as somebody wants."""

from __future__ import annotations

import pytest

from flows.steps import Choices
from flows.talking.replies import NotRead, Understood, Unsure
from tests.understanding.asking import HELP_WANTED, NEEDS, choice, hears, short


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *[(text, "mentor") for text in ("1", "1.", "1)", "(1)", "#1")],
        *[(text, "mentor") for text in ("one", "ONE!", "first", "1st", "the first one")],
        *[(text, "group") for text in ("2", "2️⃣", "２", "two")],
        *[(text, "group") for text in ("no. 2", "number 2", "option 2 please", "2 please mate")],
        *[(text, "group") for text in ("ill go for 2", "second", "the 2nd one", "Two.", "2 x")],
        *[
            (text, "mentor")
            for text in ("mentor", "Mentor!", "a mentor please", "hear", "Hear from", "hear from a mentor")
        ],
        *[
            (text, "mentor")
            for text in ("Hear from a mentor today", "HEAR FROM A MENTOR TODAY.", "can I have a mentor")
        ],
        *[
            (text, "group")
            for text in ("find a group", "“Find a group”", "find", "group", "group pls xx", "id like a group")
        ],
        *[(text, "number") for text in ("number", "a number", "A number to call", "3")],
        *[
            (text, "fine")
            for text in ("nothing", "Nothing just now", "nothing just now thanks", "fine", "im fine thanks")
        ],
        *[(text, "mentor") for text in ("metnor", "mentr", "menter", "hear form", "heer")],
        *[(text, "group") for text in ("grop", "gruop", "find a gruop", "fnid", "groupp")],
        *[(text, "fine") for text in ("nothng", "nohting")],
    ],
)
def test_a_choice_is_made(text: str, name: str) -> None:
    assert short(hears(HELP_WANTED, text)) == name


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1 or 2", "mentor/group?"),
        ("1 and 3", "mentor/number?"),
        ("1,2", "mentor/group?"),
        ("a mentor or a group", "mentor/group?"),
        ("not a mentor", "?"),
        ("dont want a mentor", "?"),
        ("anything but 2", "?"),
        ("im not fine", "?"),
        ("what number should i ring", "number?"),
        ("2 of my kids are ill", "group?"),
    ],
)
def test_what_could_mean_two_things_is_asked_about(text: str, asked: str) -> None:
    assert short(hears(HELP_WANTED, text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "0",
            "5",
            "99",
            "123456789012",
            "🤷",
            "idk",
            "dunno",
            "help",
            "men",
            "gr",
            "to",
            "the",
            "a",
            "someone",
        ),
        *("what do you mean", "\x00", "\u202e", "1½", "-", "grape", "hello there"),
    ],
)
def test_nothing_is_chosen_where_nothing_was_meant(text: str) -> None:
    assert hears(HELP_WANTED, text) == NotRead("retry choices", {"last": "4"})


def test_first_words_that_begin_two_choices_are_asked_about() -> None:
    colours = Choices((choice("light", "Blue light"), choice("dark", "Blue dark"), choice("red", "Red")))
    assert hears(colours, "blue") == Unsure(("light", "dark"))
    assert short(hears(colours, "blue dark")) == "dark"
    assert short(hears(colours, "blue drak")) == "dark"


def test_a_label_that_is_a_number_comes_before_the_place_in_the_list() -> None:
    hours = Choices((choice("two", "2 hours"), choice("one", "1 hour"), choice("day", "24 hours")))
    assert short(hears(hours, "1 hour")) == "one"
    assert short(hears(hours, "1")) == "two"
    assert short(hears(hours, "24")) == "day"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Find a group please, im struggling", "please, im struggling"),
        ("1 cos I’m not great", "cos I’m not great"),
        ("2 please", ""),
    ],
)
def test_the_words_around_a_choice_become_a_note(text: str, note: str) -> None:
    result = hears(HELP_WANTED, text)
    assert isinstance(result, Understood)
    assert result.note == note


def test_choices_found_at_run_time_are_chosen_the_same_way() -> None:
    found = (("tue-1", "Tuesday Table, Tue 18:30, 0.4 miles"), ("wed-2", "Wednesday Walk, Wed 10:00, 2 miles"))
    for text, chosen in {
        "1": "tue-1",
        "two": "wed-2",
        "wednesday": "wed-2",
        "Tuesday table": "tue-1",
        "wed-2": "wed-2",
    }.items():
        assert short(hears(Choices(()), text, options=found)) == chosen
    assert short(hears(Choices(()), "3", options=found)) == "retry choices"
    assert short(hears(Choices(()), "3", options=found[:1])) == "retry one"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        *[
            (text, "step_free;children")
            for text in ("1 and 3", "1,3", "1 3", "3 1", "1&3", "1 & 3", "1+3", "1.3", "1, 3.")
        ],
        *[
            (text, "step_free;children")
            for text in ("one and three", "1️⃣3️⃣", "1\n3", "3,1,3", "1 n 3", "numbers 1 and 3 please")
        ],
        *[(text, "step_free;online") for text in ("step free and online", "Step-free access, online")],
        *[(text, "step_free;online") for text in ("1 & online",)],
        *[
            (text, "women;children")
            for text in ("women, children", "children women", "Women only and children welcome")
        ],
        *[
            (text, "all")
            for text in ("all", "ALL", "5", "five", "show me everything", "everything", "1, 5", "all of them")
        ],
        # "does any of this matter to you?" "no": the line that asks for nothing in particular
        *[(text, "all") for text in ("no", "No.", "none", "nope", "none of them", "nothing")],
        *[(text, "online") for text in ("4", "online", "onlin", "just online please")],
    ],
)
def test_several_may_be_chosen_at_once(text: str, names: str) -> None:
    assert short(hears(NEEDS, text)) == names


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1-3", "?"),
        ("1 to 3", "?"),
        ("not 2", "?"),
        ("all but 2", "?"),
        ("everything except online", "?"),
        ("1,9", "step_free?"),
        ("135", "retry many"),
        ("0", "retry many"),
        ("", "retry many"),
        ("purple", "retry many"),
        ("6", "retry many"),
        ("\x00", "retry many"),
    ],
)
def test_a_list_in_doubt_is_asked_about(text: str, result: str) -> None:
    assert short(hears(NEEDS, text)) == result


def test_without_a_choice_that_clears_all_means_each_of_them() -> None:
    meals = Choices((choice("tea", "Tea"), choice("cake", "Cake"), choice("soup", "Soup")), many=True)
    assert short(hears(meals, "all")) == "tea;cake;soup"
    assert short(hears(meals, "none")) == "retry many"
    assert short(hears(meals, "tea and soop")) == "tea;soup"
