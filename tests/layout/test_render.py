"""One message, as it looks by SMS and on Telegram."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flows.effects import Button
from flows.model import Look
from flows.steps import (
    Answer,
    Choice,
    Choices,
    DateAnswer,
    DayAndTime,
    DayOrAny,
    Number,
    Phone,
    Postcode,
    Scale,
    Text,
    YesNo,
)
from flows.talking.render import LONGEST, lay_out
from flows.talking.sms import parts, units
from flows.wording import Wording
from tests.layout.phrases import choices, phrase

MOOD = Scale(1, 5, "rough", "good")
TEN = Scale(0, 10, "not at all", "very")


def shown(
    words: str,
    answer: Answer | None,
    look: Look = Look.SMS,
    *,
    options: Sequence[tuple[str, str]] = (),
    skip: bool = False,
    example: str = "",
    language: str = "en",
) -> tuple[str, tuple[Button, ...]]:
    return lay_out(
        words,
        answer,
        options=options,
        question=3,
        look=look,
        language=language,
        phrase=phrase,
        skip=skip,
        example=example,
    )


@pytest.mark.parametrize(
    ("words", "answer", "expected"),
    [
        ("How are things?", MOOD, "How are things? Reply 1 (rough) to 5 (good)."),
        ("How hopeful?", TEN, "How hopeful? Reply 0 (not at all) to 10 (very)."),
        ("Sorry, reply 1 (rough) to 5 (good).", MOOD, "Sorry, reply 1 (rough) to 5 (good)."),
        ("Are you 18 or over? Y or N", YesNo(), "Are you 18 or over? Y or N"),
        ("Are you OK?", YesNo(), "Are you OK? Y or N"),
        ("How much, in pounds? Up to 250.", Number(1, 250), "How much, in pounds? Up to 250."),
        ("How many nights?", Number(0, 7), "How many nights? Reply with a number, 0 to 7."),
        ("Which day is best? Send a day, or ANY.", DayOrAny(), "Which day is best? Send a day, or ANY."),
        ("Which day?", DayOrAny(), "Which day? Send a day, or ANY."),
        ("Which day and time? Like TUE 6PM.", DayAndTime(), "Which day and time? Like TUE 6PM."),
        ("Which day and time? For example Mon 18:00", DayAndTime(), "Which day and time? For example Mon 18:00"),
        ("Which day and time?", DayAndTime(), "Which day and time? Like MON 10AM."),
        ("When was that?", DateAnswer(), "When was that? Like 3 May."),
        ("When was that? Like 3/5/2026.", DateAnswer(), "When was that? Like 3/5/2026."),
        ("What shall I call you?", Text(20), "What shall I call you?"),
        ("Which number is best?", Phone(), "Which number is best?"),
        ("Pick one\nor none", YesNo(), "Pick one\nor none\nY or N"),
        ("Nothing asked – here…", None, "Nothing asked - here..."),
    ],
)
def test_by_sms_a_question_says_once_how_to_answer_it(words: str, answer: Answer | None, expected: str) -> None:
    assert shown(words, answer) == (expected, ())


def test_by_sms_choices_are_a_numbered_list() -> None:
    text, buttons = shown("What would help most?", choices("Hear from a mentor today", "Find a group"))
    assert text == "What would help most?\n1 Hear from a mentor today\n2 Find a group"
    assert buttons == ()


def test_several_answers_are_typed_on_either_channel() -> None:
    many = choices("Step-free access", "Women only", many=True)
    for look in Look:
        text, buttons = shown("Does any of this matter to you?", many, look)
        assert (
            text == "Does any of this matter to you? Send all the numbers you want.\n1 Step-free access\n2 Women only"
        )
        assert buttons == ()
    said, _ = shown("Send the numbers that matter.", many)
    assert said == "Send the numbers that matter.\n1 Step-free access\n2 Women only"


def test_an_example_is_given_unless_the_words_give_it() -> None:
    assert shown("What's your postcode?", Postcode(), example="TN9")[0] == "What's your postcode? Like TN9."
    assert shown("Your postcode, like tn9?", Postcode(), example="TN9")[0] == "Your postcode, like tn9?"
    assert shown("What's your postcode?", Postcode(), Look.TELEGRAM, example="TN9")[0].endswith("Like TN9.")


def test_skip_is_offered_once() -> None:
    assert shown("What are you working towards?", Text(60), skip=True)[0] == "What are you working towards? Or SKIP."
    assert shown("A few words, or SKIP.", Text(60), skip=True)[0] == "A few words, or SKIP."
    text, buttons = shown("What are you working towards?", Text(60), Look.TELEGRAM, skip=True)
    assert (text, buttons) == ("What are you working towards?", (Button("Skip", "3:skip"),))


@pytest.mark.parametrize(
    ("answer", "labels", "values"),
    [
        (YesNo(), "Yes No", "yes no"),
        (MOOD, "1 2 3 4 5", "1 2 3 4 5"),
        (Number(0, 10), "0 1 2 3 4 5 6 7 8 9 10", "0 1 2 3 4 5 6 7 8 9 10"),
        (Number(1, 250), "", ""),
        (Number(0, 11), "", ""),
        (choices("Mentor", "Group"), "Mentor Group", "mentor group"),
        (
            DayOrAny(),
            "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Any",
            "monday tuesday wednesday thursday friday saturday sunday any",
        ),
        (Text(20), "", ""),
        (Postcode(), "", ""),
        (Phone(), "", ""),
        (DayAndTime(), "", ""),
        (DateAnswer(), "", ""),
        (None, "", ""),
    ],
)
def test_on_telegram_what_can_be_tapped_has_a_button(answer: Answer | None, labels: str, values: str) -> None:
    _, buttons = shown("Well?", answer, Look.TELEGRAM)
    assert [button.label.removesuffix(" day") for button in buttons] == labels.split()
    assert [button.data for button in buttons] == [f"3:{value}" for value in values.split()]


def test_on_telegram_buttons_stand_for_the_list_and_a_scale_still_says_its_ends() -> None:
    assert shown("Well?", choices("Mentor", "Group"), Look.TELEGRAM)[0] == "Well?"
    assert shown("Well?", YesNo(), Look.TELEGRAM)[0] == "Well?"
    assert shown("Well?", MOOD, Look.TELEGRAM)[0] == "Well? Reply 1 (rough) to 5 (good)."
    assert shown("Well?", Number(1, 250), Look.TELEGRAM)[0] == "Well? Reply with a number, 1 to 250."


def test_on_telegram_curly_quotes_and_dashes_stay() -> None:
    assert shown("That’s OK – really…", None, Look.TELEGRAM)[0] == "That’s OK – really…"


def test_what_is_found_just_now_replaces_the_answers_own_labels() -> None:
    options = (("ton-tue", "Tuesday Table, Tue 18:30, about 3 miles"), ("onl-sun", "Sunday Call, Sun 19:30, online"))
    text, _ = shown("Which?", Choices(()), options=options)
    assert text == "Which?\n1 Tuesday Table, Tue 18:30, about 3 miles\n2 Sunday Call, Sun 19:30, online"
    text, buttons = shown("Which?", Choices(()), Look.TELEGRAM, options=options)
    assert text == "Which?"
    assert [button.data for button in buttons] == ["3:ton-tue", "3:onl-sun"]


def test_a_label_too_long_for_a_button_is_spelled_out_in_the_text() -> None:
    long = "The Saturday Morning Bike Bench and Breakfast, Sat 10:00"
    text, buttons = shown("Which?", Choices(()), Look.TELEGRAM, options=(("a", long), ("b", "Table")))
    assert text == f"Which?\n1 {long}\n2 Table"
    assert buttons[0].label == "1 The Saturday Morning Bike Bench and…"
    assert buttons[1].label == "2 Table"


@pytest.mark.parametrize(
    ("name", "value"), [("a" * 62, "a" * 62), ("a" * 63, "1"), ("ŵ" * 31, "ŵ" * 31), ("ŵ" * 32, "1")]
)
def test_a_button_holds_sixty_four_bytes_so_a_longer_name_goes_by_number(name: str, value: str) -> None:
    _, buttons = shown("Which?", Choices(()), Look.TELEGRAM, options=((name, "Label"),))
    assert buttons[0].data == f"3:{value}"
    assert len(buttons[0].data.encode()) <= 64


def test_labels_are_in_the_persons_language_and_for_their_channel() -> None:
    words = Wording({"en": "A person", "cy": "Person"}, sms={"en": "Person!"}, telegram={"cy": "Rhywun"})
    asked = Choices((Choice("person", words),))
    assert shown("Well?", asked)[0] == "Well?\n1 Person!"
    assert shown("Well?", asked, language="cy")[0] == "Well?\n1 Person"
    assert shown("Well?", asked, Look.TELEGRAM, language="cy")[1][0].label == "Rhywun"


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("letter", ["a", "ŷ", "👍", "…"])
def test_words_that_a_provider_would_refuse_are_cut_and_the_list_is_kept(look: Look, letter: str) -> None:
    for answer in (None, choices("Mentor", "Group", many=True)):
        text, _ = shown(letter * 5000, answer, look)
        assert LONGEST[look] - 4 <= units(text) <= LONGEST[look]
        assert text.endswith(("…", "...") if answer is None else "2 Group")


def test_words_just_short_enough_are_left_alone() -> None:
    for look, longest in LONGEST.items():
        assert shown("a" * longest, None, look)[0] == "a" * longest
        assert shown("a" * (longest + 1), None, look)[0] != "a" * (longest + 1)


def test_a_check_in_costs_one_part() -> None:
    text, _ = shown("Hi Sam, how are things today? We’re thinking of you…", MOOD)
    assert parts(text).count == 1


@pytest.mark.parametrize("look", list(Look))
def test_what_a_person_wrote_is_never_markup_or_a_blank(look: Look) -> None:
    words = "Hi *Sam* <b>_x_</b> ((goal)) [a](tg://user?id=1) & \\ how are things?"
    assert shown(words, MOOD, look)[0].startswith(words)
