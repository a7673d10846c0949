"""What counts as a trouble and what does not, at the boundary; and that a long backlog which moves is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.watching import Kind, Sending, Trouble, nearly_full, troubles_of
from flows.effects import Purpose
from flows.errors import Meaning, OutcomeUnknown, SendFailed
from flows.model import Channel
from storage import people, tables
from storage.outbox import PRIORITY
from storage.overdue import Overdue
from storage.statements import Db
from storage.tables import microseconds
from tests.watching.tower import MINUTE, NOW, TOKEN, Tower

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
SMS = Channel.SMS


def judged(waits: Overdue, *, moved: datetime | None = None, held: bool = False) -> set[Kind]:
    sending = Sending([SMS], {SMS: moved} if moved is not None else {}, [SMS] if held else [])
    return {trouble.kind for trouble in troubles_of(waits, sending, NOW)}


def waiting(messages: Mapping[tuple[Channel, int], datetime] | None = None, **since: Any) -> Overdue:
    return Overdue(messages=messages or {}, **{"coordinators": frozenset([SMS]), **since})


@pytest.mark.parametrize(
    ("what", "longest", "kind"),
    [
        ("unheard", 2 * MINUTE, Kind.CRISIS_UNHEARD),
        ("crisis_alert", 2 * MINUTE, Kind.CRISIS_STUCK),
        ("alert", 5 * MINUTE, Kind.ALERT_STUCK),
        ("endless", 5 * MINUTE, Kind.ALERT_STUCK),
        ("sending", 5 * MINUTE, Kind.SENDING),
        ("check_in", 10 * MINUTE, Kind.SLOT_STUCK),
        ("conversation", 10 * MINUTE, Kind.CONVERSATION_STUCK),
    ],
)
def test_a_thing_is_late_when_its_time_is_past_and_not_before(what: str, longest: timedelta, kind: Kind) -> None:
    for since, found in ((NOW - longest, set()), (NOW - longest - SECOND, {kind}), (NOW + HOUR, set())):
        assert judged(replace(waiting(), **{what: since})) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("purpose", "longest", "kind"),
    [
        (Purpose.CRISIS, 2 * MINUTE, Kind.CRISIS_LATE),
        (Purpose.ALERT, 5 * MINUTE, Kind.LATE),
        (Purpose.REPLY, 5 * MINUTE, Kind.LATE),
        (Purpose.CONFIRM, 5 * MINUTE, Kind.LATE),
        (Purpose.STARTED, HOUR, Kind.STARTED_LATE),
        (Purpose.NOTICE, HOUR, Kind.STARTED_LATE),
    ],
)
def test_a_message_is_late_by_what_it_is_for(purpose: Purpose, longest: timedelta, kind: Kind) -> None:
    def since(at: datetime) -> Overdue:
        return waiting({(SMS, PRIORITY[purpose]): at})

    long_ago = NOW - HOUR
    assert judged(since(NOW - longest), moved=long_ago) == set()
    assert judged(since(NOW - longest - SECOND), moved=long_ago) == {kind}


@pytest.mark.parametrize(
    ("moved", "held", "found"),
    [
        (NOW - 4 * MINUTE, False, set()),  # it goes, if slowly
        (NOW - 6 * MINUTE, False, {Kind.STARTED_LATE}),
        (NOW - 6 * MINUTE, True, set()),  # the provider asked for it
        (None, False, set()),  # another process sends
    ],
)
def test_a_backlog_is_a_trouble_when_nothing_of_it_goes(moved: datetime, held: bool, found: set[Kind]) -> None:
    yesterday = waiting({(SMS, PRIORITY[Purpose.STARTED]): NOW - timedelta(days=1)})
    assert judged(yesterday, moved=moved, held=held) == found


def test_nothing_excuses_a_crisis_message_or_a_reply() -> None:
    for purpose, kind in ((Purpose.CRISIS, Kind.CRISIS_LATE), (Purpose.REPLY, Kind.LATE)):
        waits = waiting({(SMS, PRIORITY[purpose]): NOW - 6 * MINUTE})
        assert judged(waits, moved=NOW, held=True) == {kind}


def test_a_channel_that_is_not_set_up_has_nothing_late_and_reaches_nobody() -> None:
    late = {(Channel.TELEGRAM, PRIORITY[Purpose.REPLY]): NOW - HOUR}
    assert judged(waiting(late)) == set()
    assert judged(waiting(coordinators=frozenset([Channel.TELEGRAM]))) == {Kind.NO_COORDINATOR}


@pytest.mark.parametrize(
    ("total", "free", "found"),
    [
        (8, 0.499, True),  # in GB
        (8, 0.5, False),
        (100, 1.99, True),
        (100, 2.0, False),
        (30, 1.51, False),  # over five in a hundred
        (30, 1.49, True),
    ],
)
def test_a_disk_is_nearly_full_by_bytes_and_by_share(total: float, free: float, found: bool) -> None:
    assert nearly_full(round(total * 1e9), round(free * 1e9)) is found


# ---------------------------------------------------------------- what the database shows


async def test_a_draft_with_mistakes_is_told_after_a_quarter_of_an_hour_and_stops_no_heartbeat(tower: Tower) -> None:
    tower.app.watch.broken_since = NOW
    assert await tower.troubles() == ()
    for _ in range(16):
        assert await tower.minute() == 1
    assert await tower.troubles() == (str(Kind.DRAFT),)
    await tower.minute()
    assert ["content folder has mistakes" in words for words in await tower.told()] == [True]


async def test_three_hundred_thousand_check_ins_that_move_are_no_trouble(tower: Tower) -> None:
    address = tower.database.run_now(lambda db: people.address(db, SMS, "+447700900002", NOW))

    def fill(db: Db) -> None:
        long_ago = microseconds(NOW - timedelta(hours=6))
        db.connection.execute(
            text(
                "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300000)"
                " INSERT INTO outbox (id, channel, address_id, purpose, priority, body, about, parts, status, attempts,"
                " made_at, next_at) SELECT n, 'sms', :address, 'started', 3, :body, '', 1, 'queued', 0, :at, :at"
                " FROM numbers"
                if not db.is_sqlite
                else "INSERT INTO outbox (id, channel, address_id, purpose, priority, body, about, parts, status,"
                " attempts, made_at, next_at) WITH RECURSIVE numbers (n) AS"
                " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300000)"
                " SELECT n, 'sms', :address, 'started', 3, :body, '', 1, 'queued', 0, :at, :at FROM numbers"
            ),
            {"address": address, "body": b"", "at": long_ago},
        )

    tower.database.run_now(fill)
    for _ in range(10):
        tower.app.delivery.moved[SMS] = tower.now + MINUTE - SECOND
        assert await tower.minute() == 1, await tower.troubles()
    assert await tower.told() == []
    assert await tower.minute() == 1
    for _ in range(5):
        await tower.minute()
    assert await tower.minute() == 0, "nothing of it has gone for six minutes"
    assert str(Trouble(Kind.STARTED_LATE, SMS)) in await tower.troubles()


@pytest.mark.parametrize(
    ("status", "receipt", "heard"),
    [
        ("sent", None, True),
        ("sent", "delivered", True),
        ("sent", "undelivered", False),
        ("queued", None, False),
        ("failed", None, False),
        ("unknown", None, False),
        ("suppressed", None, False),
    ],
)
async def test_a_crisis_has_reached_somebody_when_a_page_was_sent(
    tower: Tower, status: str, receipt: str | None, heard: bool
) -> None:
    alert = tower.alert(tier="A", opened=3 * MINUTE, next_at=tower.now + HOUR)
    later = tower.now + HOUR  # so that what is queued is not late as well
    page = tower.message(
        Purpose.ALERT, 3 * MINUTE, status=status, receipt=receipt, staff_id=tower.coordinator, next_at=later
    )
    tower.add(
        tables.pages,
        alert_id=alert,
        staff_id=tower.coordinator,
        round_at=tower.now - 3 * MINUTE,
        step=1,
        channel="sms",
        at=tower.now - 3 * MINUTE,
        outbox_id=page,
    )
    assert await tower.minute() == heard


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"is_test": True}, False),  # a drill may wait for ever
        ({"status": "resolved"}, False),
        ({"opened_at": NOW - 4 * MINUTE}, False),
    ],
)
async def test_an_alert_without_a_next_step_is_stuck(tower: Tower, changes: dict[str, Any], found: bool) -> None:
    tower.alert(tier=None, opened=HOUR, next_at=None, **changes)
    assert (str(Kind.ALERT_STUCK) in await tower.troubles()) is found


async def test_a_message_that_is_tried_again_and_again_is_late_from_when_it_was_made(tower: Tower) -> None:
    tower.message(Purpose.REPLY, 6 * MINUTE, attempts=3, claimed_at=tower.now, next_at=tower.now + 5 * MINUTE)
    assert str(Trouble(Kind.LATE, SMS)) in await tower.troubles()


async def test_a_reply_that_was_put_off_to_the_morning_is_not_late(tower: Tower) -> None:
    tower.message(Purpose.REPLY, 6 * MINUTE, attempts=3, claimed_at=tower.now, next_at=tower.now + 11 * HOUR)
    assert await tower.minute() == 1, await tower.troubles()


async def test_a_conversation_that_nothing_will_ever_end_is_stuck(tower: Tower) -> None:
    tower.add(
        tables.sessions,
        participant_id=tower.participant(),
        version=1,
        release="a" * 64,
        flow="check-in",
        state=b"",
        status="open",
        started_at=tower.now - HOUR,
    )
    assert str(Kind.CONVERSATION_STUCK) in await tower.troubles()


async def test_check_ins_asked_are_walked_through_in_parts_and_one_that_is_lost_is_found(
    tower: Tower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.overdue.scan_asked.__defaults__", (2,))
    for number in range(5):
        person = tower.participant()
        slot = tower.add(
            tables.slots,
            participant_id=person,
            schedule="weekly check-in",
            local_date=tower.now.date(),
            flow="check-in",
            due_at=tower.now - HOUR,
            until_at=tower.now + HOUR,
            status="asked",
        )
        if number != 3:
            tower.add(
                tables.sessions,
                participant_id=person,
                version=1,
                release="a" * 64,
                flow="check-in",
                state=b"",
                status="open",
                slot_id=slot,
                next_due=tower.now + HOUR * 9,
                started_at=tower.now - HOUR,
            )
    calls = [await tower.minute() for _ in range(6)]
    assert calls == [1, 0, 0, 0, 0, 0]
    ended = update(tables.slots).where(tables.slots.c.id.is_not(None)).values(status="missed")
    tower.do(ended)
    assert sum([await tower.minute() for _ in range(4)]) >= 2, await tower.troubles()


async def test_somebody_who_left_coordinating_or_has_not_confirmed_reaches_nobody(tower: Tower) -> None:
    for status in ("stopped", "invited"):
        tower.do(update(tables.staff).values(status=status))
        assert str(Kind.NO_COORDINATOR) in await tower.troubles()
    tower.do(update(tables.staff).values(status="confirmed", role="mentor"))
    assert str(Kind.NO_COORDINATOR) in await tower.troubles()


# ---------------------------------------------------------------- what the process knows


@pytest.mark.parametrize(
    ("refusal", "found"),
    [
        (OutcomeUnknown("timeout"), True),
        (SendFailed(Meaning.TRY_LATER, "503"), True),
        (SendFailed(Meaning.BAD_ADDRESS, "21211"), False),  # it answered: this one number is wrong
    ],
)
async def test_a_channel_is_in_trouble_when_nothing_gets_through(tower: Tower, refusal: Exception, found: bool) -> None:
    tower.sms.refuses = refusal
    for _ in range(7):
        tower.message(Purpose.STARTED, timedelta(0))
        tower.passes(MINUTE)
        await tower.delivers()
    assert (str(Trouble(Kind.CHANNEL, SMS)) in await tower.troubles()) is found


async def test_a_message_that_hangs_on_its_way_in_is_a_trouble(tower: Tower) -> None:
    tower.app.inlet.storing_since = tower.now - 2 * MINUTE
    assert await tower.minute() == 0
    tower.app.inlet.storing_since = None
    assert await tower.minute() == 1


async def test_a_cycle_of_delivery_that_never_ends_is_a_trouble(tower: Tower) -> None:
    tower.app.delivery.cycle_began = tower.now - 2 * MINUTE
    assert str(Kind.SENDING) in await tower.troubles()


async def test_a_closed_database_stops_the_heartbeat_and_readiness_and_health_still_answers(tower: Tower) -> None:
    tower.database.close()
    assert await tower.minute() == 0
    health = await tower.app.health()
    assert (health.ready, health.database, str(Kind.DATABASE) in health.troubles) == (False, "away", True)


async def test_another_form_of_the_database_is_not_ready(tower: Tower) -> None:
    await tower.minute()
    assert (await tower.app.health()).ready
    tower.database.run_now(lambda db: db.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    health = await tower.app.health()
    assert (health.ready, health.database) == (False, str(Kind.SCHEMA))


@pytest.mark.parametrize(("step", "found"), [(59, False), (-59, False), (61, True), (-61, True), (-7200, True)])
async def test_a_clock_that_is_set_by_more_than_a_minute_has_jumped(tower: Tower, step: int, found: bool) -> None:
    await tower.minute()
    tower.now += timedelta(seconds=step)
    assert (str(Kind.CLOCK) in await tower.troubles()) is found


# ---------------------------------------------------------------- the call itself


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (302, False), (404, False), (500, False)])
async def test_a_heartbeat_that_nobody_takes_is_a_trouble_and_is_tried_again(
    tower: Tower, status: int, taken: bool
) -> None:
    tower.outside.status = status
    assert await tower.minute() == 1
    assert (str(Kind.HEARTBEAT) not in await tower.troubles()) is taken
    tower.outside.status = 200
    assert await tower.minute() == 1
    assert await tower.troubles() == ()


async def test_a_heartbeat_that_finds_nobody_there_is_a_trouble(tower: Tower) -> None:
    await tower.outside.server.close()
    await tower.minute()
    assert await tower.troubles() == (str(Kind.HEARTBEAT),)


async def test_what_is_wrong_is_in_the_log_by_its_name_alone(tower: Tower, log: Any) -> None:
    await tower.outside.server.close()
    for _ in range(2):
        await tower.minute()
    assert 'kind="the heartbeat cannot be delivered"' in log.getvalue()
    assert "heartbeat.not_delivered" in log.getvalue()
    assert TOKEN not in log.getvalue()


async def test_with_no_address_nothing_is_called_and_the_rest_goes_on(tower: Tower) -> None:
    object.__setattr__(tower.app.settings, "heartbeat_url", "")
    assert await tower.minute() == 0
    assert await tower.troubles() == ()
    tower.message(Purpose.CRISIS, 3 * MINUTE)
    for _ in range(2):
        await tower.minute()
    assert len(await tower.told()) == 1
