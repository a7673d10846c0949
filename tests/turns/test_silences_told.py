"""Silence that somebody must hear of although it is no miss: muddled answers, lost contact, a phone in doubt."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from bot.cli import people as peopling
from flows.errors import Meaning
from flows.model import Heard
from flows.reached import Question, is_refused
from flows.statuses import OutboxStatus
from storage import ends, people
from tests.staffing.room import BEN, Room
from tests.turns.check_ins import SAM, is_asked
from tests.turns.table import Table

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


# ---------------------------------------------------------------- what never reaches them


@pytest.mark.parametrize("reason", ["not allowed 21612", "bad message 400"])
def test_what_the_provider_will_not_carry_to_them_is_not_sent_and_is_told_once(table: Table, reason: str) -> None:
    table.joins(SAM)
    table.carries = lambda message: ends.Failed(message.id, reason)
    table.passes(days=8)
    assert len(table.slots()) > 1
    assert set(table.slots()) == {("not_sent", reason)}
    assert table.alerts() == [("contact lost", "open")]


@pytest.mark.parametrize(
    "reason", ["not set up sms", "try later 503", "credentials 20003", "never reached the provider"]
)
def test_an_outage_of_ours_loses_nobody(reason: str) -> None:
    assert not is_refused(Question(OutboxStatus.FAILED, reason))


# ---------------------------------------------------------------- a phone in doubt


def asked_whether_it_is_still_them(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    address = next(row.id for row in table.rows("addresses", staff_id=None))
    table.database.run_now(lambda db: people.set_trouble(db, address, Meaning.BAD_ADDRESS))
    assert any("Did you sign up" in text for text in table.says(SAM, "hiya"))
    assert table.alerts() == []


def test_a_phone_that_stays_in_doubt_is_told_to_a_coordinator(table: Table) -> None:
    asked_whether_it_is_still_them(table)
    table.passes(days=2)
    assert table.status(SAM) == "in doubt"
    assert table.alerts() == [("contact lost", "open")]


def test_so_is_one_whose_holder_could_not_be_understood(table: Table) -> None:
    asked_whether_it_is_still_them(table)
    for text in ("maybe", "dunno"):
        table.says(SAM, text)
    assert table.alerts() == [("contact lost", "open")]


@pytest.mark.parametrize(("answer", "status"), [("Y", "active"), ("N", "stopped")])
def test_a_clear_answer_about_the_phone_is_told_to_nobody(table: Table, answer: str, status: str) -> None:
    asked_whether_it_is_still_them(table)
    table.says(SAM, answer)
    table.passes(days=2)
    assert table.status(SAM) == status
    assert table.alerts() == []


def test_a_picture_after_a_long_silence_leaves_nobody_in_doubt_unnoticed(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    table.now += timedelta(days=91)
    table.says(SAM, "", kind=Heard.MEDIA)
    assert table.status(SAM) == "in doubt"
    assert table.alerts() == [("contact lost", "open")]


# ---------------------------------------------------------------- STOP, WRONG NUMBER and a pause


def has_missed_one(table: Table) -> Room:
    room = Room(table)
    while ("missed", None) not in table.slots():
        table.passes(hours=6)
    table.nobody_is_due()
    table.passes(days=1)
    assert any("did not answer" in text for text in room.told(BEN))
    return room


@pytest.mark.parametrize("how", [{"text": "STOP"}, {"text": "STOP", "kind": Heard.OPT_OUT}, {"text": "unsubscribe me"}])
def test_a_stop_is_told_as_a_stop_and_not_as_a_reply(table: Table, how: dict[str, Any]) -> None:
    room = has_missed_one(table)
    before = room.now
    room.says(SAM, **how)
    table.passes(days=1)
    (told,) = room.told(BEN, before)
    assert "has asked us to stop" in told
    assert [row.outcome for row in table.rows("alerts", policy="missed check-in")] == ["stopped"]


def test_whoever_has_taken_it_hears_of_the_stop_and_keeps_it(table: Table) -> None:
    room = has_missed_one(table)
    room.says(BEN, "ON IT")
    before = room.now
    room.says(SAM, "STOP")
    table.passes(hours=20)
    (told,) = room.told(BEN, before)
    assert "has asked us to stop" in told
    assert "still yours" in told


def test_wrong_number_is_no_reply_of_theirs(table: Table) -> None:
    room = has_missed_one(table)
    before = room.now
    room.says(SAM, "WRONG NUMBER")
    assert ("missed check-in", "open") in table.alerts()
    assert ("contact lost", "open") in table.alerts()
    assert table.rows("slots", status="missed")[0].replied_at is None
    assert not any("replied" in text for text in room.told(BEN, before))


def test_taking_a_block_back_says_nothing_and_the_words_that_follow_are_the_reply(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.passes(days=2)
    table.take(table.inbound(SAM, "", kind=Heard.CAME_BACK))
    assert table.alerts() == [("missed check-in", "open")]
    table.now += timedelta(minutes=1)
    table.says(SAM, "4")
    assert table.alerts() == [("missed check-in", "resolved")]
    assert table.rows("slots")[0].replied_at == table.now


def test_taking_a_block_back_after_months_puts_nobody_in_doubt_before_they_write(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    table.now += timedelta(days=91)
    table.take(table.inbound(SAM, "", kind=Heard.CAME_BACK))
    assert table.status(SAM) == "active"
    assert table.alerts() == []
    assert any("Did you sign up" in text for text in table.says(SAM, "hiya"))


def test_a_pause_by_an_operator_ends_an_open_check_in_as_excused(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked(table)
    monkeypatch.setattr(peopling, "clock", lambda: table.now)
    monkeypatch.setattr(peopling, "opened", lambda: nullcontext(table.database))
    peopling.pause(SAM, "3 weeks")
    assert table.slots() == [("excused", "pause")]
    assert not table.rows("sessions", status="open")
    before = len(table.sent)
    table.passes(days=4)
    assert table.alerts() == []
    assert not [message for message in table.sent[before:] if message.address == SAM]
