"""A flow that does harm ends for everybody in it, with an apology and a way to a person, and starts no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import releasing
from bot.content import Checked
from bot.withdrawing import end_withdrawn
from storage.fields import Keyring
from storage.statements import Db
from tests.releases.desk import HOW, ROUGHLY, Office, edited

SAM, KIM, ALI = "+447700900001", "+447700900002", "+447700900003"
SORRY, NOT_NOW = "had to stop that", "isn't working just now"


async def withdraws(office: Office, flow: str = "check-in") -> None:
    library = office.desk.live.library
    office.database.run_now(lambda db: releasing.withdraw(db, library, flow, office.now))
    await office.app.following.look()


async def test_everybody_in_it_is_told_and_nobody_else(office_on_both: Office) -> None:
    office = office_on_both
    for phone in (SAM, KIM):
        office.joins(phone)
    office.says(SAM, "CHECKIN")
    office.says(KIM, "GROUPS")
    await withdraws(office)
    office.takes_out()
    (told,) = office.hears(SAM)
    assert SORRY in told
    assert "MENTOR" in told
    assert office.hears(KIM) == []
    assert [(row.flow, row.outcome) for row in office.rows("sessions", status="ended", outcome="withdrawn")] == [
        ("check-in", "withdrawn")
    ]
    assert NOT_NOW in office.says(SAM, "CHECKIN")[-1]
    assert "mentor" in office.says(SAM, "MENTOR")[-1].casefold()


async def test_who_answers_before_they_are_told_hears_the_apology_at_once(office: Office) -> None:
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    await withdraws(office)
    assert SORRY in " ".join(office.says(SAM, "2"))
    assert office.rows("ratings") == []
    office.takes_out()
    assert office.hears(SAM) == []


@pytest.mark.parametrize(
    ("text", "answer"), [("STOP", "stopped"), ("MENTOR", "mentor"), ("i want to kill myself", "999")]
)
async def test_words_mean_what_they_always_do_in_a_withdrawn_flow(office: Office, text: str, answer: str) -> None:
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    await withdraws(office)
    said = " ".join(office.says(SAM, text)).casefold()
    assert answer in said
    assert SORRY not in said


async def test_silence_in_a_withdrawn_flow_is_no_miss_and_brings_no_nudge(office_on_both: Office) -> None:
    office = office_on_both
    office.joins(SAM)
    office.passes(days=3)
    assert office.slots()[0][0] == "asked"
    before = len(office.sent)
    await withdraws(office)
    office.passes(days=2)
    assert office.slots()[0] == ("excused", "withdrawn")
    told = [message.text for message in office.sent[before:] if message.address == SAM]
    assert SORRY in told[0]
    assert ["five minutes" in text for text in told[1:]] == [True], "no nudge; what was booked comes all the same"
    assert ("missed check-in", "open") not in office.alerts()


async def test_nothing_of_it_begins_by_the_clock(office: Office) -> None:
    office.joins(SAM)
    await withdraws(office)
    before = len(office.sent)
    office.passes(days=4)
    # the nine questions that were booked on joining come all the same
    began = {message.about for message in office.sent[before:] if message.address == SAM}
    assert began <= {"ready"}
    assert set(office.slots()) == {("excused", "withdrawn")}


async def test_what_still_waited_to_go_out_is_held_back_and_needs_no_apology(office_on_both: Office) -> None:
    office = office_on_both
    office.joins(SAM)
    office.is_down = True
    office.take(office.inbound(SAM, "CHECKIN"))
    await withdraws(office)
    office.takes_out()
    office.is_down = False
    assert office.hears(SAM) == []
    assert [row.reason for row in office.rows("outbox", status="suppressed")] == ["withdrawn"]


async def test_a_release_that_mends_it_lets_it_start_again_and_going_back_does_not(
    office: Office, checked: Checked
) -> None:
    mended = edited(checked, ("flows/check-in.yaml", HOW, ROUGHLY))
    harmful = office.live
    office.joins(SAM)
    await withdraws(office)
    office.goes_live(mended)
    await office.app.following.look()
    assert ROUGHLY in office.says(SAM, "CHECKIN")[-1]
    office.now += timedelta(minutes=1)
    office.database.run_now(lambda db: releasing.go_back(db, harmful, office.now))
    await office.app.following.look()
    office.now += timedelta(days=3)
    assert NOT_NOW in office.says(SAM, "CHECKIN")[-1]


async def test_a_mistake_is_undone(office: Office) -> None:
    office.joins(SAM)
    await withdraws(office)
    assert office.database.run_now(lambda db: releasing.lift(db, "check-in", office.now))
    assert not office.database.run_now(lambda db: releasing.lift(db, "check-in", office.now))
    await office.app.following.look()
    assert HOW in office.says(SAM, "CHECKIN")[-1]
    office.takes_out()
    assert office.hears(SAM) == []


async def test_who_began_in_a_process_that_did_not_know_yet_is_found_as_well(
    office_on_both: Office, checked: Checked, keyring: Keyring
) -> None:
    office = office_on_both
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    for phone in (SAM, KIM):
        office.joins(phone)
    other._count = office._count
    await withdraws(office)
    office.takes_out()
    other.now = office.now
    assert HOW in other.says(KIM, "CHECKIN")[-1]
    await other.app.following.look()
    office.now += timedelta(seconds=31)
    office.takes_out()
    assert SORRY in office.hears(KIM)[-1]
    office.now += timedelta(minutes=5)
    (row,) = office.rows("withdrawals")
    assert row.look_at is None


async def test_a_flow_that_runs_a_withdrawn_one_goes_on_without_it(office: Office) -> None:
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    office.says(SAM, "1")
    await withdraws(office, "find-group")
    said = " ".join(office.says(SAM, "2"))  # "Find a group" runs it
    assert NOT_NOW in said
    assert office.rows("inbox", status="failed") == []
    assert office.rows("sessions", status="open") == []


async def test_who_is_inside_a_withdrawn_flow_that_another_ran_is_taken_out(office: Office) -> None:
    office.joins(SAM)
    office.says(SAM, "CHECKIN")
    office.says(SAM, "1")
    office.says(SAM, "2")
    await withdraws(office, "find-group")
    office.takes_out()
    assert SORRY in office.hears(SAM)[-1]


async def test_many_are_found_chunk_by_chunk(office: Office) -> None:
    phones = [f"+4477009000{number}" for number in range(10, 15)]
    for phone in phones:
        office.joins(phone)
        office.says(phone, "CHECKIN")
    await withdraws(office)

    def chunk(db: Db) -> int:
        return end_withdrawn(db, office.desk, office.now, 2)

    assert [office.database.run_now(chunk) for _ in range(4)] == [2, 2, 1, 0]
    assert all(SORRY in office.hears(phone)[-1] for phone in phones[:1])
    assert len(office.rows("sessions", outcome="withdrawn")) == len(phones)
