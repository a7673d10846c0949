"""Whatever is written, the figures hold: parts against a plain count of the rules, layout against its limits."""

from __future__ import annotations

import unicodedata

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.model import Look
from flows.steps import Answer, Choice, Choices, DateAnswer, DayAndTime, DayOrAny, Number, Scale, Text, YesNo
from flows.talking.render import LONGEST, lay_out
from flows.talking.sms import BASIC, EXTENSION, GSM, UCS2, fold, parts, units
from flows.wording import Wording
from tests.layout.phrases import phrase


def repeated(texts: st.SearchStrategy[str], longest: int) -> st.SearchStrategy[str]:
    """Texts long enough to reach the boundaries, which hypothesis by itself seldom writes."""
    return st.builds(lambda text, times: (text * times)[:longest], texts, st.sampled_from([1, 1, 7, 40, 160]))


PLAIN = repeated(st.text(alphabet=BASIC, max_size=40), 700)
GSM_TEXT = repeated(st.text(alphabet=st.one_of(st.sampled_from(EXTENSION), st.sampled_from(BASIC)), max_size=40), 700)
MARKS = "’“”–—…•\u00a0`"
SHORT = st.text(
    alphabet=st.one_of(
        st.sampled_from("abc 123\n£€[]é" + MARKS + "ŵŷńł\u0301\u200d👍🏽👨👩🇬🇧\ufe0f"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)
TYPED = repeated(SHORT, 400)
ANSWERS: st.SearchStrategy[Answer | None] = st.one_of(
    st.none(),
    st.sampled_from([YesNo(), DayOrAny(), DayAndTime(), DateAnswer(), Text(20), Number(0, 10), Number(1, 250)]),
    st.builds(Scale, st.just(1), st.integers(2, 12), SHORT, SHORT),
    st.builds(
        lambda labels, many: Choices(
            tuple(Choice(f"{label[:40]}{n}", Wording({"en": label})) for n, label in enumerate(labels)), many
        ),
        st.lists(SHORT, min_size=1, max_size=6),
        st.booleans(),
    ),
)
THOROUGH = settings(max_examples=150, deadline=None)


def packed(sizes: list[int], alone: int, each: int) -> int:
    """The standard's rule with no cleverness: everything in one, or one part filled after another."""
    if sum(sizes) <= alone:
        return 1
    boxes = [0]
    for size in sizes:
        if boxes[-1] + size > each:
            boxes.append(0)
        boxes[-1] += size
    return len(boxes)


@THOROUGH
@given(PLAIN)
def test_plain_text_costs_its_length(text: str) -> None:
    found = parts(text)
    assert (found.encoding, found.units) == (GSM, len(text))
    assert found.count == packed([1] * len(text), 160, 153)


@THOROUGH
@given(GSM_TEXT)
def test_extended_letters_cost_two_and_stay_whole(text: str) -> None:
    found = parts(text)
    assert found.encoding == GSM
    assert found.count == packed([2 if letter in EXTENSION else 1 for letter in text], 160, 153)


@THOROUGH
@given(TYPED)
def test_other_text_is_counted_by_what_a_reader_sees_as_letters(text: str) -> None:
    found = parts(text)
    if set(text) <= set(BASIC + EXTENSION):
        assert found.encoding == GSM
        return
    sizes = [len(cluster.encode("utf-16-le")) // 2 for cluster in regex.findall(r"\X", text)]
    assert (found.encoding, found.units) == (UCS2, sum(sizes))
    if max(sizes) <= 67:
        assert found.count == packed(sizes, 70, 67)


@THOROUGH
@given(TYPED, TYPED)
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert parts(text + more).count >= parts(text).count


@THOROUGH
@given(TYPED)
def test_folding_is_done_once_and_leaves_every_letter(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert _letters(folded) == _letters(text)
    assert not set(MARKS) & set(folded)
    if parts(text).encoding == GSM:
        assert folded == text


def _letters(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LM")


@THOROUGH
@given(
    TYPED,
    ANSWERS,
    st.sampled_from(Look),
    st.booleans(),
    st.text(max_size=8),
    st.integers(1, 10_000),
    st.lists(st.tuples(SHORT, SHORT), max_size=4),
    st.sampled_from([1, 40]),
)
def test_any_message_fits_its_channel(
    words: str,
    answer: Answer | None,
    look: Look,
    skip: bool,
    example: str,
    question: int,
    options: list[tuple[str, str]],
    times: int,
) -> None:
    text, buttons = lay_out(
        words * times,
        answer,
        options=options,
        question=question,
        look=look,
        language="en",
        phrase=phrase,
        skip=skip,
        example=example,
    )
    assert units(text) <= LONGEST[look]
    assert fold(text) == text or look is Look.TELEGRAM
    assert look is Look.TELEGRAM or not buttons
    seen = {button.data for button in buttons}
    assert all(data.startswith(f"{question}:") and len(data.encode()) <= 64 for data in seen)
    assert all(units(button.label) <= 40 for button in buttons)
    if units(words * times) < 300 and not options and answer is None and not skip:
        assert text == (fold(words * times) if look is Look.SMS else words * times)
