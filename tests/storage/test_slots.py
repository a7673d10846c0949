"""Slots and plans: each is written once, ends once, and is planned for by one worker at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest

from bot import checkins
from bot.content import Checked
from bot.desk import Desk
from flows.statuses import OutboxStatus, PersonStatus, SlotStatus
from storage import ends, marks, people, plans, sessions, slots
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.sessions import Opened
from storage.slots import Ended, Planned
from storage.tables import microseconds
from tests.shipped import shipped
from tests.storage.scene import ALEX, NOW, SAM, a_session, claim, participant, person_id, queue, rows, stop, to

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TODAY = NOW.date()


def planned(sam: int, day: date = TODAY, **changes: object) -> Planned:
    row = Planned(sam, "weekly", "check-in", day, NOW, NOW + 9 * HOUR, SlotStatus.WAITING, look_at=NOW)
    return row._replace(**changes)  # type: ignore[arg-type]


def add(database: Database, *those: Planned) -> list[int]:
    return database.run_now(lambda db: slots.add(db, those, NOW))


# ---------------------------------------------------------------- slots


def test_a_slot_is_written_once_for_a_person_a_schedule_and_a_date(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    first = add(database, planned(sam))[0]
    again = add(database, planned(sam), planned(sam, TODAY + DAY), planned(sam, schedule="other"), planned(alex))
    assert first
    assert again[0] == 0
    assert all(again[1:])
    assert len(database.run_now(lambda db: slots.recent(db, sam))) == 3


def test_the_same_slot_twice_in_one_batch_is_one(database: Database) -> None:
    sam = person_id(participant(database))
    assert [bool(each) for each in add(database, planned(sam), planned(sam))] == [True, False]


@pytest.mark.parametrize("first", ["answered", "partly", "missed", "not_sent", "undelivered", "excused"])
def test_a_slot_that_has_ended_stays_as_it_ended(database: Database, first: str) -> None:
    sam = person_id(participant(database))
    (slot_id,) = add(database, planned(sam))
    database.run_now(lambda db: slots.asked(db, [(slot_id, 7)]))
    assert database.run_now(lambda db: slots.end(db, [Ended(slot_id, SlotStatus(first), "why")], NOW)) == 1
    for other in ("missed", "answered"):
        assert database.run_now(lambda db, s=other: slots.end(db, [Ended(slot_id, SlotStatus(s))], NOW)) == 0  # type: ignore[misc]
    (slot,) = database.run_now(lambda db: slots.recent(db, sam))
    assert (slot.status, slot.reason, slot.ended_at, slot.outbox_id) == (first, "why", NOW, 7)


def test_a_slot_that_was_never_asked_is_never_missed(database: Database) -> None:
    sam = person_id(participant(database))
    (slot_id,) = add(database, planned(sam))
    assert database.run_now(lambda db: slots.end(db, [Ended(slot_id, SlotStatus.MISSED)], NOW)) == 0


def test_only_a_missed_slot_has_a_late_reply_and_only_one(database: Database) -> None:
    sam = person_id(participant(database))
    missed, answered = add(database, planned(sam), planned(sam, TODAY + DAY))
    database.run_now(lambda db: slots.asked(db, [(missed, 1), (answered, 2)]))
    over = [Ended(missed, SlotStatus.MISSED), Ended(answered, SlotStatus.ANSWERED)]
    database.run_now(lambda db: slots.end(db, over, NOW))
    assert database.run_now(lambda db: slots.unanswered(db, [sam], NOW)) == {sam: [missed]}
    assert database.run_now(lambda db: slots.unanswered(db, [sam], NOW + HOUR)) == {}
    for later in (HOUR, 2 * HOUR):
        database.run_now(lambda db, at=later: slots.replied(db, [missed, answered], NOW + at))  # type: ignore[misc]
    found = {slot.id: slot.replied_at for slot in database.run_now(lambda db: slots.recent(db, sam))}
    assert found == {missed: NOW + HOUR, answered: None}
    assert database.run_now(lambda db: slots.unanswered(db, [sam], NOW)) == {}


def test_what_waits_is_looked_at_when_its_time_has_come(database: Database) -> None:
    sam = person_id(participant(database))
    (slot_id,) = add(database, planned(sam))
    database.run_now(lambda db: slots.put_off(db, [(slot_id, "another conversation", NOW + HOUR)]))
    assert database.run_now(lambda db: slots.waiting_due(db, NOW + HOUR - timedelta(microseconds=1), 10)) == []
    (slot,) = database.run_now(lambda db: slots.waiting_due(db, NOW + HOUR, 10))
    assert (slot.id, slot.reason) == (slot_id, "another conversation")


def test_the_last_dates_are_by_person_and_schedule(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    add(database, planned(sam), planned(sam, TODAY + DAY), planned(sam, schedule="other"))
    found = database.run_now(lambda db: slots.last_dates(db, [sam, alex]))
    assert found == {sam: {"weekly": TODAY + DAY, "other": TODAY}}


# ---------------------------------------------------------------- plans


def plan_of(database: Database, sam: int) -> tuple[int | None, int | None]:
    at, since = rows(database, f"SELECT plan_at, planned_at FROM participants WHERE id = {sam}")[0]
    return at, since


def test_whatever_decides_what_somebody_is_due_plans_them_again(database: Database) -> None:
    sam = participant(database)
    person = person_id(sam)
    later = NOW + DAY
    for change in (
        PersonChange(id=person, remembered={"checkin_time": "monday 10:00"}),
        PersonChange(id=person, private={"early_until": "2027-01-01"}),
        PersonChange(id=person, time_zone="Europe/Paris"),
        PersonChange(id=person, language="cy"),
        PersonChange(id=person, paused_until=None),
    ):
        database.run_now(lambda db: plans.write(db, [plans.Plan(person, NOW + 9 * DAY, NOW)]))
        database.run_now(lambda db, c=change: people.save(db, [c], later))  # type: ignore[misc]
        assert plan_of(database, person) == (microseconds(later), microseconds(later))


def test_what_decides_nothing_leaves_the_plan_alone(database: Database) -> None:
    person = person_id(participant(database))
    database.run_now(lambda db: plans.write(db, [plans.Plan(person, NOW + 9 * DAY, NOW)]))
    database.run_now(lambda db: people.save(db, [PersonChange(id=person, rated={"a.b": "2026-11-23"})], NOW + DAY))
    assert plan_of(database, person) == (microseconds(NOW + 9 * DAY), microseconds(NOW))


def test_a_slot_that_was_due_and_not_yet_looked_at_is_not_lost_by_a_change(database: Database) -> None:
    person = person_id(participant(database))
    database.run_now(lambda db: plans.write(db, [plans.Plan(person, NOW, NOW - DAY)]))
    database.run_now(lambda db: people.save(db, [PersonChange(id=person, language="cy")], NOW + HOUR))
    assert plan_of(database, person) == (microseconds(NOW), microseconds(NOW) - 1)


def test_after_stop_nobody_is_planned_for(database: Database) -> None:
    sam = participant(database)
    stop(database, sam)
    assert plan_of(database, person_id(sam))[0] is None
    back = PersonChange(id=person_id(sam), status=PersonStatus.ACTIVE)
    database.run_now(lambda db: people.save(db, [back], NOW + DAY))
    assert plan_of(database, person_id(sam)) == (microseconds(NOW + DAY), microseconds(NOW + DAY))


# ---------------------------------------------------------------- conversations and their questions


def test_a_conversation_is_looked_at_at_once_when_its_question_did_not_go(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    first, second, other = queue(database, to(sam), to(sam), to(alex))
    both = [
        Opened(person_id(sam), a_session(), asked_by=first),
        Opened(person_id(alex), a_session(), asked_by=other),
    ]
    database.run_now(lambda db: sessions.open_(db, both, NOW))
    database.run_now(lambda db: sessions.look_now(db, [second], NOW))
    assert database.run_now(lambda db: sessions.claim_due(db, NOW, 10)) == []
    database.run_now(lambda db: sessions.look_now(db, [first], NOW))
    assert database.run_now(lambda db: sessions.claim_due(db, NOW, 10)) == [person_id(sam)]


@pytest.mark.parametrize("how", ["failed", "suppressed"])
def test_an_asking_message_that_ends_unsent_is_looked_at_in_the_same_commit(database: Database, how: str) -> None:
    sam = participant(database)
    expired = NOW if how == "suppressed" else None
    (asking,) = queue(database, to(sam, expires_at=expired))
    database.run_now(lambda db: sessions.open_(db, [Opened(person_id(sam), a_session(), asked_by=asking)], NOW))
    claim(database)
    if how == "failed":
        database.run_now(lambda db: ends.record(db, [ends.Failed(asking, "blocked")], NOW))
    assert rows(database, "SELECT status FROM outbox") == [(OutboxStatus(how).value,)]
    assert database.run_now(lambda db: sessions.claim_due(db, NOW, 10)) == [person_id(sam)]


# ---------------------------------------------------------------- several workers


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


def test_two_workers_that_plan_the_same_people_make_one_slot_each(
    postgresql_url: str, keyring: Keyring, checked: Checked
) -> None:
    assert checked.conversation is not None
    agreed = {"consent_join": "yes", "consent_checkins": "yes", "checkin_time": "monday 10:00"}
    with Database.open(postgresql_url, keyring, hold=True) as first, Database.open(postgresql_url, keyring) as second:
        for number in range(40):
            participant(first, (SAM[0], f"+4477009001{number:02}"), remembered=agreed)
        now = datetime(2026, 12, 7, 10, 30, tzinfo=UTC)
        due = "UPDATE participants SET plan_at = 1, planned_at = " + str(microseconds(now - HOUR))
        first.run_now(lambda db: db.connection.exec_driver_sql(due))
        barrier = Barrier(2)

        def worker(database: Database) -> None:
            desk = Desk(checked.conversation, lambda below: below // 2)  # type: ignore[arg-type]
            barrier.wait()
            while database.run_now(lambda db: checkins.plan(db, desk, now, 7)):
                pass

        threads = [Thread(target=worker, args=(each,)) for each in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert rows(first, "SELECT count(*), count(DISTINCT participant_id) FROM slots WHERE status = 'asked'") == [
            (40, 40)
        ]
        assert rows(first, "SELECT count(*) FROM outbox") == [(40,)]
        assert rows(first, "SELECT count(*) FROM sessions WHERE slot_id IS NOT NULL AND asked_by IS NOT NULL") == [
            (40,)
        ]


# ---------------------------------------------------------------- a release with other schedules


async def test_a_release_with_other_schedules_plans_everybody_again(database: Database, checked: Checked) -> None:
    assert checked.conversation is not None
    library = checked.conversation.library
    person = person_id(participant(database))
    await checkins.plan_anew(database, library, NOW)
    plan = plans.Plan(person, NOW + 9 * DAY, NOW)
    database.run_now(lambda db: plans.write(db, [plan]))
    await checkins.plan_anew(database, library, NOW + DAY)
    assert plan_of(database, person) == (microseconds(NOW + 9 * DAY), microseconds(NOW))
    weekly = library.schedules["weekly check-in"]
    slower = replace(library, schedules={**library.schedules, weekly.name: replace(weekly, phases=())})
    await checkins.plan_anew(database, slower, NOW + DAY)
    assert plan_of(database, person) == (microseconds(NOW + DAY), microseconds(NOW + DAY))
    assert database.run_now(lambda db: marks.get(db, checkins.SCHEDULES))
