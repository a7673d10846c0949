"""Four at once over one PostgreSQL, at the same instant: four planners, four who text ON IT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import update

from benchmarks.town import AN_HOUR_LATER, settle
from bot import checkins
from bot.content import Checked
from bot.desk import Desk
from flows import slots as planning
from flows.model import Channel
from flows.talking.conversation import Conversation
from storage import people, plans, staff, tables
from storage.database import Database
from storage.fields import Keyring
from storage.staff import Role
from storage.statements import Db
from tests.shipped import shipped
from tests.turns.table import COORDINATOR, Table, code_in

T = TypeVar("T")
FOUR = 4
SAM = "+447700900123"
AN_HOUR = timedelta(hours=1)
CLOCKS = (timedelta(), timedelta(), AN_HOUR, -AN_HOUR)
STAFF = (COORDINATOR, "+447700900901", "+447700900902", "+447700900903")


@pytest.fixture(scope="module")
def checked() -> Checked:
    return shipped()


@pytest.fixture
def databases(postgresql_url: str, keyring: Keyring) -> Iterator[list[Database]]:
    """One database, opened four times, as by four processes."""
    with ExitStack() as stack:
        yield [stack.enter_context(Database.open(postgresql_url, keyring, inline=True)) for _ in range(FOUR)]


def at_once(each: Callable[[int], T]) -> list[T]:
    """What each of the four returns; they start at the same moment."""
    ready = Barrier(FOUR)

    def one(which: int) -> T:
        ready.wait()
        return each(which)

    with ThreadPoolExecutor(FOUR) as four:
        return list(four.map(one, range(FOUR)))


# ---------------------------------------------------------------- ON IT


def test_of_four_who_text_on_it_at_once_one_has_it(databases: list[Database], checked: Checked) -> None:
    tables_of_four = [Table(database, checked) for database in databases]
    first = tables_of_four[0]
    first.opens()
    for phone in STAFF[1:]:
        first.database.run_now(lambda db, phone=phone: _confirmed(db, phone, first.now))  # type: ignore[misc]
    for round_ in range(5):
        before = len(first.sent)
        first.says(SAM[:-1] + str(round_), "want to die")
        page = next(each.text for each in first.sent[before:] if "URGENT" in each.text)
        asked = [
            each.inbound(phone, f"ON IT {code_in(page)}", provider_id=f"SMon{round_}{phone}")
            for each, phone in zip(tables_of_four, STAFF, strict=True)
        ]
        before = len(first.sent)
        assert at_once(lambda which, asked=asked: tables_of_four[which].take(asked[which])) == [1] * FOUR  # type: ignore[misc]
        first.deliver()
        has_it = {each.address for each in first.sent[before:] if "is yours" in each.text}
        given = {each.address for each in first.sent[before:] if SAM[:-1] in each.text}
        assert len(has_it) == 1
        assert given == has_it
    seen = [line for line in first.rows("audit") if line.action == "number.seen"]
    assert len(seen) == 5
    assert {status for _, status in first.alerts()} == {"acknowledged"}


def _confirmed(db: Db, phone: str, now: datetime) -> None:
    address_id = people.address(db, Channel.SMS, phone, now)
    code = staff.add(db, "Kim", Role.COORDINATOR, address_id, now, lambda below: below // 2)
    staff.confirm(db, address_id, code, now)


# ---------------------------------------------------------------- planners


@pytest.mark.parametrize("changes", [date(2027, 3, 28), date(2027, 10, 31)], ids=["spring", "autumn"])
@pytest.mark.parametrize("clock", ["sunday 01:30", "sunday 02:30", "sunday 00:59"])
def test_four_planners_whose_clocks_differ_ask_once_a_date_when_the_clocks_change(
    databases: list[Database], checked: Checked, changes: date, clock: str
) -> None:
    count, begins = 30, datetime.combine(changes - timedelta(days=2), time(12), UTC)
    ends = begins + timedelta(days=4)
    assert checked.conversation is not None
    library = checked.conversation.library
    by_night = replace(library, service=replace(library.service, quiet_from=time(12), quiet_to=time(12, 30)))
    live = Conversation(by_night, checked.conversation.geography)
    settle(databases[0], count, telegram=False, checkin_time=clock, early_until="2028-01-01")
    databases[0].run_now(lambda db: _planned_until(db, begins))

    def sweep(which: int) -> None:
        desk, now = Desk(live, lambda below: below // 2), begins
        while now <= ends:
            at = now + CLOCKS[which]
            while databases[which].run_now(lambda db, at=at: checkins.plan(db, desk, at, 7)):  # type: ignore[misc]
                pass
            databases[which].run_now(lambda db, at=at: checkins.start_waiting(db, desk, at))  # type: ignore[misc]
            together.wait()
            now += AN_HOUR

    together = Barrier(FOUR)
    at_once(sweep)

    first = Table(databases[0], checked)
    found = Counter((slot.participant_id, slot.local_date) for slot in first.rows("slots"))
    wanted = {
        (contact.participant.id, due.local_date)
        for contact in databases[0].run_now(_everybody).values()
        if contact.participant is not None
        for due in planning.plan(
            by_night.schedules, contact.participant, since=begins, now=ends, last={}, service=by_night.service
        ).due
    }
    assert set(found) == wanted
    assert set(found.values()) == {1}
    assert {day for _, day in found} & {changes, changes - timedelta(days=1), changes + timedelta(days=1)}
    asked = [slot for slot in first.rows("slots") if slot.outbox_id is not None]
    assert len({slot.outbox_id for slot in asked}) == len(asked) == len(first.rows("outbox", purpose="started"))
    assert len(asked) >= count


def test_a_worker_whose_clock_is_ahead_plans_everybody_anew_and_nobodys_check_in_is_passed_over(
    databases: list[Database], checked: Checked
) -> None:
    assert checked.conversation is not None
    desk = Desk(checked.conversation, lambda below: below // 2)
    settle(databases[0], 8, telegram=False)
    everybody = list(databases[0].run_now(_everybody))
    for ahead in (AN_HOUR, timedelta()):
        databases[0].run_now(lambda db, ahead=ahead: plans.again(db, everybody, AN_HOUR_LATER + ahead))  # type: ignore[misc]
    databases[0].run_now(lambda db: checkins.plan(db, desk, AN_HOUR_LATER))

    first = Table(databases[0], checked)
    assert {slot.participant_id for slot in first.rows("slots", status="asked")} == set(everybody)


def _planned_until(db: Db, at: datetime) -> None:
    db.connection.execute(update(tables.participants).values(plan_at=at, planned_at=at))


def _everybody(db: Db) -> dict[int, people.Contact]:
    ids = db.connection.execute(tables.participants.select().with_only_columns(tables.participants.c.id)).scalars()
    return people.load(db, list(ids))
