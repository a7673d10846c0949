"""Check-ins as a person lives them: asked at the time they chose, answered, missed, and answered late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.statuses import SlotStatus
from storage import people, slots
from storage.people import PersonChange
from tests.turns.check_ins import HOW, SAM, goes_to, is_asked, started, texts, the_person
from tests.turns.table import Table

# ---------------------------------------------------------------- asked, at the time they chose


def test_a_check_in_arrives_at_the_time_they_chose(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 59, days=1)
    assert not started(table)
    goes_to(table, 10, 20)
    table.passes(minutes=1)
    assert len(started(table)) == 1
    assert HOW in started(table)[0]
    assert table.slots() == [("asked", None)]


def test_an_answered_check_in_is_answered_and_nobody_is_told(table: Table) -> None:
    is_asked(table)
    for answer in ("4", "7", "8"):
        table.says(SAM, answer)
    assert table.slots() == [("answered", None)]
    table.nobody_is_due()
    table.passes(days=3)
    assert table.alerts() == []


def test_nobody_is_asked_who_did_not_agree_to_check_ins(table: Table) -> None:
    for text in ("hello", "Y", "Y", "Sam", "SKIP", "N"):
        table.says(SAM, text)
    table.passes(days=10)
    assert table.slots() == []


def test_from_one_to_the_next_nothing_is_asked_twice(table: Table) -> None:
    table.joins(SAM)
    for _ in range(3):
        table.passes(days=3)
    assert len(table.rows("slots")) == len({(row.schedule, row.local_date) for row in table.rows("slots")})
    assert len([text for text in started(table) if HOW in text]) == len(table.rows("slots"))


# ---------------------------------------------------------------- silence


def test_who_says_nothing_is_nudged_then_missed_and_a_late_reply_goes_on_where_it_stood(table: Table) -> None:
    is_asked(table)
    goes_to(table, 10, 30, days=1)
    assert "No rush" in texts(table)[-1]
    table.nobody_is_due()
    goes_to(table, 9, 30, days=1)
    assert table.slots() == [("asked", None)]
    goes_to(table, 10, 30)
    assert table.slots() == [("missed", None)]
    assert table.alerts() == [("missed check-in", "open")]
    assert any("to 10 (" in text for text in table.says(SAM, "4"))
    assert table.rows("slots")[0].replied_at == table.now
    assert table.alerts() == [("missed check-in", "resolved")]
    assert table.rows("alerts", policy="missed check-in")[0].outcome == "replied"


def test_only_part_of_it_answered_is_no_miss(table: Table) -> None:
    is_asked(table)
    table.says(SAM, "4")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert table.alerts() == []


def test_words_that_are_no_answer_are_no_miss_either(table: Table) -> None:
    is_asked(table)
    table.says(SAM, "purple")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]


def test_a_miss_is_told_to_nobody_without_consent(table: Table) -> None:
    table.joins(SAM, mentor="N")
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(days=2, minutes=30)
    assert table.slots() == [("missed", None)]
    assert table.alerts() == []
    assert table.rows("audit", action="alert.not_consented")
    assert any("to 10 (" in text for text in table.says(SAM, "4"))
    assert table.rows("slots")[0].replied_at == table.now


def test_two_misses_in_a_row_are_counted_and_a_late_reply_breaks_the_row(table: Table) -> None:
    table.joins(SAM)
    table.passes(days=6, hours=2)
    assert [status for status, _ in table.slots()] == ["missed", "missed"]
    sam = the_person(table)
    assert table.database.run_now(lambda db: slots.missed_in_a_row(db, sam)) == 2
    (alert,) = table.rows("alerts", policy="missed check-in")
    assert alert.times == 2
    table.says(SAM, "4")
    assert table.database.run_now(lambda db: slots.missed_in_a_row(db, sam)) == 0


def test_excused_and_unsent_check_ins_neither_count_nor_break_a_row(table: Table) -> None:
    table.joins(SAM)
    sam = the_person(table)
    table.nobody_is_due()
    for day, status in enumerate(("answered", "missed", "excused", "not_sent", "missed", "undelivered")):
        due = datetime(2026, 11, 3 + day, 10, tzinfo=UTC)
        row = slots.Planned(sam, "weekly", "check-in", due.date(), due, due, SlotStatus(status))
        table.database.run_now(lambda db, one=row: slots.add(db, [one], table.now))  # type: ignore[misc]
    assert table.database.run_now(lambda db: slots.missed_in_a_row(db, sam)) == 2


@pytest.mark.parametrize(("days", "taken_up"), [(6.5, True), (7.5, False)])
def test_a_question_is_taken_up_again_within_a_week(table: Table, days: float, taken_up: bool) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.passes(days=2)
    assert table.slots() == [("missed", None)]
    table.passes(days=days)
    assert any("to 10 (" in text for text in table.says(SAM, "4")) is taken_up
    assert (table.rows("slots")[0].replied_at is not None) is taken_up


def test_a_late_word_does_what_it_always_does_and_is_a_reply_all_the_same(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.passes(days=2)
    assert any("GROUPS" in text for text in table.says(SAM, "MENU"))
    assert table.rows("slots")[0].replied_at == table.now
    assert table.alerts() == [("missed check-in", "resolved")]


def test_a_late_cry_for_help_is_a_crisis_before_anything_else(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.passes(days=2)
    assert "999" in table.says(SAM, "took all my tablets")[0]
    assert ("crisis A", "open") in table.alerts()
    assert table.rows("slots")[0].replied_at == table.now


# ---------------------------------------------------------------- the wait counts from the real send


def test_a_wait_counts_from_when_the_question_was_really_sent(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    table.passes(hours=6)
    table.is_down = False
    table.passes(minutes=30)  # 16:00
    table.nobody_is_due()
    goes_to(table, 15, 30, days=1)
    assert "No rush" not in texts(table)[-1]
    goes_to(table, 16, 30)
    assert "No rush" in texts(table)[-1]
    goes_to(table, 15, 30, days=1)
    assert table.slots() == [("asked", None)]
    goes_to(table, 16, 30)
    assert table.slots() == [("missed", None)]
    assert table.rows("slots")[0].asked_at is not None


def test_in_a_high_risk_window_half_the_wait_counts_from_the_real_send_too(table: Table) -> None:
    table.joins(SAM)
    sam = the_person(table)
    values = {**table.rows("participants", id=sam)[0].remembered, "early_until": "2026-12-24"}
    change = PersonChange(id=sam, remembered=values)
    table.database.run_now(lambda db: people.save(db, [change], table.now))
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    table.passes(hours=2)
    table.is_down = False
    table.passes(minutes=30)  # 12:00
    table.nobody_is_due()
    goes_to(table, 11, 30, days=1)
    assert table.slots() == [("asked", None)]
    goes_to(table, 12, 30)
    assert table.slots() == [("missed", None)]


def test_a_nudge_is_not_sent_to_somebody_who_has_written_meanwhile(table: Table) -> None:
    is_asked(table)
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    goes_to(table, 11)
    table.take(table.inbound(SAM, "4"))
    table.is_down = False
    table.deliver()
    assert ("nudge", "suppressed", "replied") in [(row.about, row.status, row.reason) for row in table.rows("outbox")]


def test_a_nudge_held_past_its_half_way_point_is_dropped(table: Table) -> None:
    is_asked(table)
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    table.nobody_is_due()
    table.passes(hours=13)
    table.is_down = False
    table.passes(hours=30)
    assert not any("No rush" in text for text in texts(table))
    assert table.slots() == [("missed", None)]
