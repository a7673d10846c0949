"""Silence that somebody must hear of although it is no miss: muddled answers, lost contact, a phone in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.model import Heard
from tests.turns.table import Table
from tests.turns.test_check_ins import SAM, is_asked

MUDDLED = "not great tbh mate"


# ---------------------------------------------------------------- an answer that we could not read


def test_an_answer_that_we_could_not_read_and_then_silence_is_told_and_is_no_miss(table: Table) -> None:
    is_asked(table)
    table.says(SAM, MUDDLED)
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert table.alerts() == [("went quiet", "open")]
    table.says(SAM, "4")
    assert table.rows("alerts", policy="went quiet")[0].outcome == "replied"


@pytest.mark.parametrize("kind", [Heard.MEDIA, Heard.EDIT])
def test_a_voice_note_and_then_silence_is_told_likewise(table: Table, kind: Heard) -> None:
    is_asked(table)
    table.now += timedelta(minutes=5)
    table.says(SAM, "", kind=kind)
    table.nobody_is_due()
    table.passes(days=3)
    assert table.alerts() == [("went quiet", "open")]


def test_a_late_reply_that_we_could_not_read_and_then_silence_is_told_too(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.passes(days=2)
    table.says(SAM, MUDDLED)
    assert table.alerts() == [("missed check-in", "resolved")]
    table.passes(days=3)
    assert ("went quiet", "open") in table.alerts()


def test_nobody_is_told_of_a_muddled_answer_without_consent(table: Table) -> None:
    table.joins(SAM, mentor="N")
    table.passes(days=1, hours=1)
    table.says(SAM, MUDDLED)
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert table.alerts() == []


def test_words_they_texted_for_and_left_unanswered_are_told_to_nobody(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    for text in ("GROUPS", "purple"):
        table.says(SAM, text)
    table.passes(days=3)
    assert table.alerts() == []
