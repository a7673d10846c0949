"""A language that somebody chose: kept, with the consents in the words they saw; staff go on in English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk import Desk
from flows.talking.conversation import Conversation
from tests.turns.table import COORDINATOR, Table

SAM = "+447700900123"


def offering(table: Table, *languages: str) -> None:
    """These languages are on offer, as if somebody had reviewed them."""
    live = table.desk.live
    service = replace(live.library.service, languages=("en", *languages))
    table.desk = Desk(Conversation(replace(live.library, service=service), live.geography), table.desk.draw)


@pytest.fixture
def polish(table: Table) -> Table:
    offering(table, "pl")
    return table


def test_somebody_joins_in_polish_and_their_consent_is_kept_in_polish(polish: Table) -> None:
    changed, *welcome = polish.says(SAM, "po polsku")
    assert changed.startswith("Od teraz piszę po polsku")
    assert welcome[-1] == "Czy masz 18 lat lub więcej? T lub N"
    for text in ("t", "tak", "Ania", "pomiń", "T", "środa 14:00", "nie", "nie"):
        told = polish.says(SAM, text)
    assert told[-1].startswith("Gotowe, Ania. Wyślij GRUPY")
    (row,) = polish.rows("participants")
    assert row.language == "pl"
    kept = {row.name: (row.given, row.language, row.wording) for row in polish.rows("consents")}
    assert kept["consent_join"][:2] == (True, "pl")
    assert kept["consent_join"][2].startswith("Przechowuję Twój numer")
    assert kept["consent_mentor"][:2] == (False, "pl")


def test_a_language_taken_off_offer_is_english_again_and_consent_says_so(polish: Table) -> None:
    polish.joins(SAM)
    polish.says(SAM, "POLSKI")
    assert polish.says(SAM, "menu")[0].startswith("Wyślij MENTOR")
    offering(polish)
    assert polish.says(SAM, "menu")[0].startswith("Text MENTOR")
    polish.says(SAM, "STOP")
    polish.says(SAM, "START")
    polish.says(SAM, "Y")
    assert [row.language for row in polish.rows("consents")][-1] == "en"


def test_staff_are_told_in_english_of_somebody_who_texts_in_polish(polish: Table) -> None:
    polish.joins(SAM)
    polish.says(SAM, "POLSKI")
    assert polish.says(SAM, "nie chcę już żyć")[0].startswith("Dzwoń 111")
    told = polish.hears(COORDINATOR) or [message.text for message in polish.sent if message.address == COORDINATOR]
    assert any(text.startswith("URGENT.") and "words that worry us" in text for text in told)
