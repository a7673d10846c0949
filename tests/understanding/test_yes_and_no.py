"""Yes and no: what people agree to here is consent, so nothing in doubt is taken for a yes."""

from __future__ import annotations

import pytest

from flows.steps import YesNo
from flows.talking.replies import NotRead, Understood, Unsure
from flows.talking.words import Vocabulary
from tests.understanding.asking import VOCABULARY, hears, short

YES = [
    *("Y", "y", "y.", "Yes", "YES!", "yes please", "yes pls", "yep", "yh", "ye", "aye", "sure", "go on"),
    *("go on then", "yeah", "yeah go on then", "yes x", "Yes 😀", "“Yes”", "yes.", "‘yes’", "yesss", "yeahhh"),
    *("yess", "yes yes yes", "YES PLEASE!!", "oh yes", "erm, yeah", "hmm yes", "well yes", "ok yes", "ｙｅｓ"),
    *("𝐘𝐞𝐬", "\u200byes\u200b", "yes", "\tyes", "it's a yes", "yes thanks", "y please", "ydw", "ie"),
]
NO = [
    *("N", "n", "n.", "No", "NO.", "no!", "nah", "nope", "nope.", "no ta", "no thanks", "No, thank you"),
    *("not now", "noo", "nooooo", "no no no", "no please", "no im not", "no i dont want to", "no, leave it"),
    *("no. I am 16", "ok no thanks", "no mate", "na", "nage", "nac ydw", "no thanks im good"),
    *("the answer is no", "no but thanks", "no way", "no never", "👎", "👎🏾", "❌"),
]
WEAK = [
    *("ok", "OK", "Ok.", "ok thanks", "okk", "👍", "👍🏽", "👍🏿👍🏿", "👌", "✅", "✔️", "👍👍👍", "ok then", "iawn"),
    *("ok 👍",),
]
LEANING_NO = [
    *("not really", "Not really.", "not yet", "not today", "i don't think so", "I’d rather not"),
    *("not at the moment", "no money", "no sleep for a week", "I'd have to say no"),
]
LEANING_YES = [
    *("i think so", "probably", "I guess", "if you like", "of course", "definitely", "no problem"),
    *("no worries", "yes?", "ok?", "yes if you don't tell my wife", "yes but only texts"),
    *("yes unless its at night", "ok what is this", "sure whatever you reckon"),
]
BOTH = [
    *("yes but no", "yes and no", "yes no", "no yes", "yeah nah", "yes... actually no", "no wait yes"),
    *("yes or no",),
]
NEITHER = [
    *("", "  ", "maybe", "i don't know", "I don’t know", "idk", "dunno", "not sure", "can't say", "cant say"),
    *("what is this", "what?", "why", "y do you ask", "no idea", "no clue", "no one told me", "no comment"),
    *("know", "knows", "now", "not", "nothing to say about nose", "noon", "yesterday", "yesterday was hard"),
    *("eyes", "noted", "n0", "annoyed", "another", "snow", "😀", "???", "7", "\x00", "\u202e", "k9", "on"),
    *("yen", "i have no idea what you mean"),
]


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_a_yes(text: str) -> None:
    result = hears(YesNo(), text)
    assert isinstance(result, Understood)
    assert (result.value, result.weak) == ("yes", False)


@pytest.mark.parametrize("text", NO)
def test_a_no_is_a_no(text: str) -> None:
    result = hears(YesNo(), text)
    assert isinstance(result, Understood)
    assert result.value == "no"


@pytest.mark.parametrize("text", WEAK)
def test_an_ok_or_a_thumb_is_a_weak_yes(text: str) -> None:
    assert hears(YesNo(), text) == Understood("yes", weak=True)


@pytest.mark.parametrize("text", LEANING_NO)
def test_what_leans_to_no_is_confirmed(text: str) -> None:
    assert hears(YesNo(), text) == Unsure(("no",))


@pytest.mark.parametrize("text", LEANING_YES)
def test_what_leans_to_yes_or_has_an_if_is_confirmed(text: str) -> None:
    assert hears(YesNo(), text) == Unsure(("yes",))


@pytest.mark.parametrize("text", BOTH)
def test_both_at_once_is_asked_about(text: str) -> None:
    assert hears(YesNo(), text) == Unsure(("yes", "no"))


@pytest.mark.parametrize("text", NEITHER)
def test_neither_is_taken_for_an_answer(text: str) -> None:
    assert hears(YesNo(), text) == NotRead("retry yes or no")


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("yes im 19", "yes", "im 19"),
        ("Yes, if that's OK with Jo? no", "yes/no?", ""),
        ("no I’m at work", "no", "I’m at work"),
        ("yes please mate", "yes", ""),
        ("Yes. My mum is ill", "yes", "My mum is ill"),
        ("yes I have no money", "yes", "I have no money"),
    ],
)
def test_words_around_the_answer_become_a_note(text: str, value: str, note: str) -> None:
    result = hears(YesNo(), text)
    assert short(result) == value
    assert not note or (isinstance(result, Understood) and result.note == note)


def test_where_languages_differ_the_persons_own_decides() -> None:
    words = {"en": {"yes": ("yes",), "no": ("no",)}, "xx": {"yes": ("no",), "no": ("yes",)}}
    vocabulary = Vocabulary(words)
    assert vocabulary.answer("No!", "en") == "no"
    assert vocabulary.answer("No!", "xx") == "yes"


def test_skip_leaves_a_question_only_where_it_may() -> None:
    assert short(hears(YesNo(), "skip", skip=True)) == "skip"
    assert short(hears(YesNo(), "rather not say", skip=True)) == "skip"
    assert short(hears(YesNo(), "skip")) == "retry yes or no"
    assert short(hears(YesNo(), "no", skip=True)) == "no"


def test_yes_and_no_can_be_asked_of_the_vocabulary() -> None:
    assert VOCABULARY.yes("Yes please")
    assert not VOCABULARY.yes("no")
    assert VOCABULARY.no("nah")
    assert not VOCABULARY.no("not really")
    assert VOCABULARY.skip("Rather not say.")
