"""Whatever a provider does, each message has one honest end, nobody hears it twice, and nobody waits for others."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import NamedTuple

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.content import Checked
from bot.receipts import read_receipt
from flows.effects import Purpose
from flows.model import Channel
from storage import outbox, people, tables
from storage.fields import Keyring
from storage.outbox import Message
from storage.statements import Db
from tests.e2e.stories import joins
from tests.fakes.faults import Fault, drop_after_accepting, drop_before_accepting, empty, held, html, said
from tests.fakes.phones import Phone, Receipts
from tests.inprocess.conftest import CONTENT
from tests.inprocess.town import Town, unhurried

MINUTE = timedelta(minutes=1)
WORDS = "Thanks for writing."


class Case(NamedTuple):
    """What goes wrong, how the answer stands then, how it stands in the end, and whether they heard it."""

    name: str
    fault: Callable[[], Fault]
    at_once: str
    at_last: str
    heard: int
    receipts: bool = True


CASES = (
    Case("it takes the message, the line is cut, and its receipt comes", drop_after_accepting, "sent", "sent", 1),
    Case("… and no receipt comes, but its list shows it", drop_after_accepting, "unknown", "sent", 1, receipts=False),
    Case("the line is cut before it takes the message", drop_before_accepting, "unknown", "failed", 0),
    Case("it says yes, and nothing more", lambda: empty(201), "sent", "sent", 1),
    Case("it says yes to something that it did not take", lambda: empty(201, does_it=False), "unknown", "failed", 0),
    Case("a page of HTML says yes", lambda: html(200), "unknown", "failed", 0),
    Case("a gateway has lost patience", lambda: html(504), "unknown", "failed", 0),
    Case("it answers too late", held, "unknown", "sent", 1, receipts=False),
    Case("it is throttled", lambda: said(429, {"code": 20429}, headers={"Retry-After": "40"}), "queued", "sent", 1),
    Case("it ails", lambda: said(500, {"code": 20500}), "queued", "sent", 1),
    Case("a page of HTML says that it ails", lambda: html(503), "queued", "sent", 1),
    Case("it forbids", lambda: said(403, {"code": 20403}), "failed", "failed", 0),
    Case("it will not have those words", lambda: said(400, {"code": 21617}), "failed", "failed", 0),
)


def is_answered(town: Town, phone: Phone) -> None:
    """One message is to go to this phone."""

    def unit(db: Db) -> None:
        address = people.address(db, Channel.SMS, phone.number, town.clock.now)
        answer = Message(address_id=address, channel=Channel.SMS, purpose=Purpose.REPLY, text=WORDS)
        outbox.queue(db, [answer], town.clock.now)

    town.database.run_now(unit)
    town.app.delivery.wake.set()


def ends(town: Town, phone: Phone) -> list[str]:
    """How each answer to this phone stands, oldest first."""
    row = tables.outbox.c
    address = town.database.run_now(lambda db: people.address(db, Channel.SMS, phone.number, town.clock.now))
    return [
        str(each.status) for each in town.rows(select(row.status).where(row.address_id == address).order_by(row.id))
    ]


async def test_every_fault_of_a_provider_leads_to_an_honest_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = {case: town.new_phone() for case in CASES}
    for case, phone in phones.items():
        if not case.receipts:
            phone.receipts = Receipts.none()
        fault = town.twilio.will(case.fault(), to=phone.number)
        with monkeypatch.context() as patched:
            if fault.held is not None:  # its answer would take fifteen seconds
                assert town.app.twilio is not None
                patched.setattr(town.app.twilio._session, "_timeout", aiohttp.ClientTimeout(total=0.05))
            is_answered(town, phone)
            await town.rests()
        if fault.held is not None:
            fault.held.set()
            await phone.hears(WORDS)
        await _receipts_have_come(town, phone, case)
        assert ends(town, phone) == [case.at_once], case.name
    for minutes in (1, 12):  # it is asked once, and by then it has listed all that it ever will
        town.clock.now += minutes * MINUTE
        await town.ticks()
    for case, phone in phones.items():
        assert ends(town, phone) == [case.at_last], case.name
        assert len(phone.received) == case.heard, case.name
        assert town.twilio.faults.is_clear


async def _receipts_have_come(town: Town, phone: Phone, case: Case) -> None:
    """A receipt goes its own way and may be a moment behind."""
    if case.at_once == "sent":
        await phone.hears(WORDS)
        await town.twilio.happenings.until(
            lambda: True if ends(town, phone) == ["sent"] else None, lambda: f"no receipt: {case.name}"
        )


async def test_a_throttled_phone_keeps_nobody_waiting_and_is_answered_when_its_time_has_come(town: Town) -> None:
    slow, others = town.new_phone(), [town.new_phone() for _ in range(8)]
    town.twilio.throttles(retry_after=1800, to=slow.number)
    for each in (slow, *others):
        is_answered(town, each)
    for other in others:
        await other.hears(WORDS)
    town.clock.now += 29 * MINUTE
    await town.ticks()
    assert slow.received == []
    town.clock.now += 2 * MINUTE
    await town.ticks()
    assert slow.received == [WORDS]


async def test_receipts_in_any_order_and_number_come_to_the_same(town: Town) -> None:
    phone = town.new_phone()
    phone.receipts = Receipts.none()
    is_answered(town, phone)
    await town.rests()
    news = ("queued", "sent", "delivered", "sent")
    for order in sorted(set(itertools.permutations(news))):
        for status in order:
            await _reports(town, phone, status)
        assert _receipt(town, phone) == "delivered", order
        reset = tables.outbox.update().values(receipt=None)
        town.database.run_now(lambda db, reset=reset: db.connection.execute(reset))  # type: ignore[misc]
    await _reports(town, phone, "undelivered", "30003")
    await _reports(town, phone, "sent")
    await _reports(town, phone, "delivered")  # two ends: the one that came first stands
    assert _receipt(town, phone) == "undelivered"
    assert ends(town, phone) == ["sent"]


async def test_a_receipt_that_is_days_late_changes_nothing_that_is_over(town: Town) -> None:
    phone = town.new_phone()
    phone.receipts = Receipts.none()
    await joins(phone)
    town.nobody_is_due()
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await town.passes(timedelta(days=3))
    before = (town.alerts(), len(phone.received))
    for message in phone.messages:
        await phone.receipt(message, "undelivered", 30003)
    await town.ticks()
    assert (town.alerts(), len(phone.received)) == before


async def _reports(town: Town, phone: Phone, status: str, code: str = "") -> None:
    receipt = read_receipt("", {"MessageSid": phone.messages[-1].sid, "MessageStatus": status, "ErrorCode": code})
    assert receipt is not None
    await town.app.receipt(receipt)


def _receipt(town: Town, phone: Phone) -> str:
    return str(town.one(select(tables.outbox.c.receipt).where(tables.outbox.c.provider_id == phone.messages[-1].sid)))


# ---------------------------------------------------------------- Telegram


class Watcher:
    """Whoever watches from outside: how often it was told that all is well."""

    def __init__(self) -> None:
        self.calls = 0

    async def called(self, _: web.Request) -> web.Response:
        self.calls += 1
        return web.Response(text="ok")


@pytest.fixture
async def watcher() -> AsyncIterator[tuple[Watcher, str]]:
    found = Watcher()
    app = web.Application()
    app.router.add_get("/", found.called)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield found, f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
async def both(
    sqlite_url: str, keyring: Keyring, checked: Checked, watcher: tuple[Watcher, str]
) -> AsyncIterator[tuple[Town, Watcher]]:
    """A town on Telegram as well, with somebody who watches it."""
    town = Town(sqlite_url, keyring, checked, CONTENT, on_telegram=True, more={"HEARTBEAT_URL": watcher[1]})
    with unhurried():
        async with town:
            await town.opens()
            yield town, watcher[0]


async def _fetches(town: Town) -> None:
    """The poller goes round twice: fetch and commit, confirm."""
    assert town.app.poller is not None
    stop = asyncio.Event()
    for _ in range(2):
        town.app.poller._caught_up = False  # without waiting for more
        await town.app.poller.step(stop)
    await town.rests()


async def test_a_token_that_is_taken_back_stops_the_heartbeat_and_is_told_by_sms(both: tuple[Town, Watcher]) -> None:
    town, watcher = both
    chat = town.telegram.chat(770_001)
    chat.writes("hello")
    await _fetches(town)
    await chat.hears("18 or over")
    chat.writes("yes")
    await _fetches(town)
    await chat.hears("OK to start")
    await town.app.heartbeat.beat()
    assert watcher.calls == 1
    true, town.telegram.token = town.telegram.token, "700900:another"
    await _fetches(town)
    for _ in range(3):
        assert not await town.app.heartbeat.beat()
        town.clock.now += MINUTE
    await town.rests()
    assert watcher.calls == 1
    heard = await town.coordinator.hears("fault")
    assert true not in heard
    town.telegram.token = true
    chat.writes("Y")
    await _fetches(town)
    town.clock.now += MINUTE
    await town.ticks()
    await chat.hears("call you")
    town.clock.now += 3 * MINUTE
    assert await town.app.heartbeat.beat()
    assert watcher.calls >= 2


@pytest.mark.parametrize("next_update", [17, 1_900_000_000])
async def test_after_a_quiet_week_updates_count_from_anywhere_and_none_is_lost(
    both: tuple[Town, Watcher], next_update: int
) -> None:
    town, _ = both
    chat, other = town.telegram.chat(770_001), town.telegram.chat(770_002, name="Kim")
    chat.writes("hello")
    await _fetches(town)
    await chat.hears("18 or over")
    assert town.telegram.updates == []
    town.telegram.a_quiet_week_passes(next_update)
    chat.writes("yes")
    other.writes("hello")
    town.clock.now += timedelta(hours=3)
    await _fetches(town)
    assert "only just seen" in await chat.hears("OK to start")
    assert "only just seen" in await other.hears("18 or over")
    assert town.telegram.updates == []
