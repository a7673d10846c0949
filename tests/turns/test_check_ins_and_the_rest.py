"""Check-ins among everything else: STOP, pauses, crises, other conversations, outages and changes of mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from flows.effects import BookLater
from flows.model import Channel
from flows.talking.conversation import Conversation
from storage import bookings, people, tables
from storage.people import PersonChange
from tests.turns.check_ins import ALEX, HOW, SAM, goes_to, is_asked, started, texts, the_person
from tests.turns.table import Table

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
