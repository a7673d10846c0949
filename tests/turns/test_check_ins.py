"""Check-ins as a person lives them: asked at the time they chose, answered, missed, or never sent, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot import receipts
from flows.effects import BookLater
from flows.model import Channel, Heard
from flows.statuses import SlotStatus
from flows.talking.conversation import Conversation
from storage import bookings, ends, people, slots, tables
from storage.claiming import Outgoing
from storage.people import PersonChange
from storage.receipts import Receipt
from tests.turns.table import Table

SAM = "+447700900123"
ALEX = "+447700900124"
HOW = "how are things today"


def the_person(table: Table) -> int:
    """Whoever joined first."""
    return min(int(row.id) for row in table.rows("participants", status="active"))


def goes_to(table: Table, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """On to this time of day (it is winter in London), so many days from today."""
    target = (table.now + timedelta(days=days)).replace(hour=hour, minute=minute)
    assert target > table.now
    table.passes(seconds=(target - table.now).total_seconds())


def is_asked(table: Table, phone: str = SAM) -> None:
    """It is Tuesday, and the first check-in has arrived."""
    table.joins(phone)
    goes_to(table, 11, days=1)
    assert HOW in texts(table, phone)[-1]


def texts(table: Table, phone: str = SAM) -> list[str]:
    return [message.text for message in table.sent if message.address == phone]


def started(table: Table, phone: str = SAM) -> list[str]:
    return [message.text for message in table.sent if message.address == phone and message.purpose == "started"]


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


# ---------------------------------------------------------------- not sent, and not delivered: no miss


def test_what_our_provider_never_took_is_not_sent_and_no_miss(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    goes_to(table, 21)
    table.is_down = False
    table.nobody_is_due()
    table.passes(minutes=30)
    table.passes(days=3)
    assert table.slots() == [("not_sent", "expired")]
    assert table.alerts() == []
    assert not started(table)
    assert not table.rows("sessions", status="open")


def failing(reason: str) -> Callable[[Outgoing], ends.End]:
    return lambda message: ends.Failed(message.id, reason)


@pytest.mark.parametrize(
    ("reason", "status", "alerts"),
    [
        ("blocked 30004", "undelivered", [("contact lost", "open")]),
        ("unreachable 30003", "undelivered", [("contact lost", "open")]),
        ("opted out 21610", "undelivered", [("contact lost", "open")]),
        ("bad address 21211", "undelivered", [("contact lost", "open")]),
        ("credentials 20003", "not_sent", []),
        ("try later 503", "not_sent", []),
    ],
)
def test_a_refusal_is_the_carriers_or_ours_and_never_a_miss(
    table: Table, reason: str, status: str, alerts: list[tuple[str, str]]
) -> None:
    table.joins(SAM)
    table.carries = failing(reason)
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(minutes=30)
    assert table.slots() == [(status, reason)]
    assert table.alerts() == alerts
    table.passes(days=3)
    assert table.slots() == [(status, reason)]


def test_a_receipt_that_says_undelivered_ends_it_at_once(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    (row,) = table.rows("slots")
    receipt = Receipt(status="undelivered", code="30003", outbox_id=row.outbox_id)
    table.database.run_now(lambda db: receipts.take(db, [receipt], lambda *_: None, table.now))
    table.passes(minutes=1)
    assert table.slots() == [("undelivered", "undelivered 30003")]
    assert table.alerts() == [("contact lost", "open")]


def test_whoever_blocks_us_has_missed_nothing(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.take(table.inbound(SAM, "", kind=Heard.LEFT))
    table.passes(minutes=1)
    assert table.slots() == [("undelivered", "blocked")]
    assert table.alerts() == [("contact lost", "open")]


def lost_from_sight(message: Outgoing) -> ends.End:
    return ends.Unknown(message.id, "timed out")


def test_where_nobody_can_know_that_it_went_silence_is_no_miss(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("undelivered", "timed out")]
    assert [row.policy for row in table.rows("alerts", is_test=False)] == ["contact lost"]


def test_where_nobody_can_know_that_it_went_an_answer_answers(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    for answer in ("4", "7", "8"):
        table.says(SAM, answer)
    assert table.slots() == [("answered", None)]


def test_who_answered_one_question_is_not_lost_because_nobody_knows_of_the_next(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.says(SAM, "4")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert table.alerts() == []


@pytest.mark.parametrize("back", [0, 61])
def test_who_has_written_is_not_lost_even_where_the_clock_was_put_back(table: Table, back: int) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.now -= timedelta(minutes=back)
    table.says(SAM, "PRIVACY")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert "contact lost" not in [policy for policy, _ in table.alerts()]


def test_a_short_wait_closes_when_a_text_counts_as_delivered(table: Table) -> None:
    table.joins(SAM)
    live = table.desk.live
    check_in = live.library.flows["check-in"]
    assert check_in.no_reply is not None
    soon = replace(check_in.no_reply, nudge=None, say=None, close=timedelta(minutes=20), close_until="")
    flows = {**live.library.flows, "check-in": replace(check_in, no_reply=soon)}
    table.desk.live = Conversation(replace(live.library, flows=flows), live.geography)
    goes_to(table, 10, 30, days=1)
    assert table.slots() == [("asked", None)]
    table.nobody_is_due()
    sent_at = next(row.sent_at for row in table.rows("outbox", purpose="started"))
    table.passes(seconds=(sent_at + timedelta(minutes=59) - table.now).total_seconds())
    assert table.slots() == [("asked", None)]
    table.passes(minutes=1)
    assert table.slots() == [("missed", None)]


# ---------------------------------------------------------------- excused


@pytest.mark.parametrize(
    ("words", "reason"),
    [("STOP", "stop"), ("PAUSE 2 WEEKS", "pause"), ("took all my tablets", "crisis"), ("WRONG NUMBER", "wrong number")],
)
def test_what_ends_a_check_in_early_excuses_it(table: Table, words: str, reason: str) -> None:
    is_asked(table)
    table.says(SAM, words)
    assert table.slots() == [("excused", reason)]
    table.nobody_is_due()
    table.passes(days=4)
    assert ("missed check-in", "open") not in table.alerts()


def test_a_check_in_that_falls_due_in_a_pause_is_excused(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "PAUSE 2 DAYS")
    goes_to(table, 11, days=1)
    assert table.slots() == [("excused", "paused")]
    assert not table.rows("outbox", purpose="started")


def test_a_check_in_that_falls_due_in_a_crisis_is_excused(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "took all my tablets")
    table.passes(hours=10)
    goes_to(table, 11, days=1)
    assert table.slots()[0] == ("excused", "crisis")
    assert not table.rows("outbox", purpose="started")


def test_after_stop_nothing_is_planned_and_after_start_it_is_again(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    table.passes(days=5)
    assert table.slots() == []
    table.says(SAM, "START")
    table.says(SAM, "Y")
    table.passes(days=1)
    assert table.slots() == [("asked", None)]


# ---------------------------------------------------------------- one conversation at a time


def test_behind_an_open_conversation_it_waits_and_comes_when_that_is_over(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 50, days=1)
    table.says(SAM, "TIME")
    table.passes(minutes=70)
    assert table.slots() == [("waiting", "another conversation")]
    for word in ("whenever", "dunno"):
        table.says(SAM, word)
    assert not table.rows("sessions", status="open")
    table.passes(minutes=20)
    assert table.slots() == [("asked", None)]
    assert HOW in texts(table)[-1]


def test_of_two_that_fall_due_together_one_starts_and_the_other_waits_for_it(table: Table) -> None:
    live = table.desk.live
    weekly = live.library.schedules["weekly check-in"]
    both = {weekly.name: weekly, "another": replace(weekly, name="another")}
    table.desk.live = Conversation(replace(live.library, schedules=both), live.geography)
    table.joins(SAM)
    table.now += timedelta(days=1, hours=2)
    table.ticks()
    table.deliver()
    assert sorted(table.slots()) == [("asked", None), ("waiting", "another conversation")]
    assert len(started(table)) == 1
    for answer in ("4", "7", "8"):
        table.says(SAM, answer)
    table.passes(minutes=30)
    assert sorted(table.slots()) == [("answered", None), ("asked", None)]


def test_a_booking_and_a_check_in_do_not_both_start(table: Table) -> None:
    table.joins(SAM)
    sam = the_person(table)
    booked = BookLater("did-you-go", table.now + timedelta(days=1), (("find-group.day", "any"),))
    table.database.run_now(lambda db: bookings.add(db, [(sam, booked)], table.now))
    table.now += timedelta(days=1, hours=2)
    table.ticks()
    table.deliver()
    assert len(started(table)) == 1
    assert table.slots() == [("asked", None)]
    assert table.rows("bookings")[0].status == "waiting"


def test_behind_a_conversation_that_lasts_until_the_night_it_is_excused(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 50, days=1)
    table.says(SAM, "TIME")
    goes_to(table, 19, 50)
    assert table.slots() == [("waiting", "another conversation")]
    goes_to(table, 20, 1)
    assert table.slots() == [("excused", "another conversation")]
    assert not started(table)


# ---------------------------------------------------------------- an outage of ours


def test_after_an_outage_what_is_too_late_is_not_sent_and_at_most_one_message_goes(table: Table) -> None:
    table.joins(SAM)
    table.now += timedelta(days=4, hours=4)  # Friday 14:00: Tuesday's is too late, Friday's is not
    table.ticks()
    table.deliver()
    assert table.slots() == [("not_sent", "too late"), ("asked", None)]
    assert len(started(table)) == 1


def test_nothing_goes_at_night_when_the_service_comes_back(table: Table) -> None:
    table.joins(SAM)
    table.now = table.now.replace(hour=23) + timedelta(days=1)
    table.ticks()
    table.deliver()
    assert table.slots() == [("not_sent", "too late")]
    assert not started(table)
    assert table.alerts() == []


# ---------------------------------------------------------------- what changes what they are due


def test_another_time_by_text_is_kept_from_then_on(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 30, days=1)
    for words in ("TIME", "tue 3pm"):
        table.says(SAM, words)
    goes_to(table, 14, 59)
    assert not started(table)
    goes_to(table, 15, 31)
    assert len(started(table)) == 1


def test_another_time_zone_on_the_day_neither_doubles_nor_wakes_anybody(table: Table) -> None:
    is_asked(table)
    sam = the_person(table)
    change = PersonChange(id=sam, time_zone="America/New_York")
    table.database.run_now(lambda db: people.save(db, [change], table.now))
    table.passes(hours=30)
    assert len([text for text in started(table) if HOW in text]) == 1


def test_a_waiting_check_in_whose_flow_a_release_took_away_is_not_sent(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 50, days=1)
    table.says(SAM, "TIME")
    table.passes(minutes=40)
    library = table.desk.live.library
    flows = {name: flow for name, flow in library.flows.items() if name != "check-in"}
    before = table.desk.live
    table.desk.live = Conversation(replace(library, flows=flows), before.geography)
    for word in ("whenever", "dunno"):
        table.says(SAM, word)
    table.passes(minutes=20)
    table.desk.live = before
    assert table.slots() == [("not_sent", "no such flow")]


def test_somebody_who_cannot_be_read_stops_nobody_elses_check_in(table: Table) -> None:
    for phone in (SAM, ALEX):
        table.joins(phone)
    spoilt = update(tables.participants).where(tables.participants.c.id == the_person(table)).values(sealed=b"x" * 40)
    table.database.run_now(lambda db: db.connection.execute(spoilt))
    goes_to(table, 11, days=1)
    assert HOW in texts(table, ALEX)[-1]
    assert ("could not read a message", "open") in table.alerts()
    assert table.slots() == [("asked", None)]


@pytest.mark.parametrize("written", ["sometime", "monday 99:99", "", "🙂"])
def test_a_time_that_cannot_be_read_is_taken_for_none(table: Table, written: str) -> None:
    table.joins(SAM)
    sam = the_person(table)
    values = {**table.rows("participants", id=sam)[0].remembered, "checkin_time": written}
    table.database.run_now(lambda db: people.save(db, [PersonChange(id=sam, remembered=values)], table.now))
    goes_to(table, 11, 31, days=1)
    assert table.slots() == [("asked", None)]  # at eleven, as the schedule says otherwise


def test_a_zone_that_is_none_is_told_to_staff_and_stops_nobody_elses_check_in(table: Table) -> None:
    for phone in (SAM, ALEX):
        table.joins(phone)
    spoilt = update(tables.participants).where(tables.participants.c.id == the_person(table))
    table.database.run_now(lambda db: db.connection.execute(spoilt.values(time_zone="Nowhere/Atall")))
    goes_to(table, 11, days=1)
    assert len(table.slots()) == 1
    assert ("could not read a message", "open") in table.alerts()


def test_by_telegram_an_old_button_answers_late(table: Table) -> None:
    chat = "7700900123"
    for text in ("hello", "Y", "Y", "Sam", "SKIP", "SKIP", "Y", "mon 10am", "Y", "any time", "N"):
        table.says(chat, text, Channel.TELEGRAM)
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(days=2)
    assert table.slots() == [("missed", None)]
    assert any("10" in text for text in table.taps(chat, "4"))
