"""Texts that nobody took while we were down are fetched, once, and answered as what they are: late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import catching_up
from storage import marks, tables
from tests.e2e.stories import joins
from tests.fakes.faults import empty, html, said
from tests.fakes.phones import Phone
from tests.inprocess.town import Town

MINUTES = timedelta(minutes=1)


def texts_kept(town: Town, phone: Phone) -> int:
    """How many texts of this phone are in the inbox."""
    sids = [message.sid for message in town.twilio.messages.values() if message.sender == phone.number]
    return int(town.one(select(func.count()).where(tables.inbox.c.provider_id.in_(sids))))


async def test_a_text_that_nobody_took_is_fetched_within_minutes_and_its_webhook_is_a_repeat(town: Town) -> None:
    phone = town.new_phone()
    with town.unreachable():
        lost = await phone.texts("hello")
        assert lost.status is None
    town.clock.now += MINUTES
    await town.ticks()
    assert texts_kept(town, phone) == 0, "the webhook has its time first"
    town.clock.now += MINUTES
    await town.ticks()
    await phone.hears("18 or over")
    assert "only just seen" not in "\n".join(phone.received)
    assert (await town.twilio.calls(town.twilio.inbound_url, lost.form)).status == 200
    town.clock.now += 5 * MINUTES
    await town.ticks()
    assert texts_kept(town, phone) == 1
    assert phone.unread == ()


async def test_many_pages_of_missed_texts_are_taken_in_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    phone, others = town.new_phone(), [town.new_phone() for _ in range(3)]
    monkeypatch.setattr(town.twilio, "largest_page", 2)
    with town.unreachable():
        for body in ("hello", "yes", "Y"):
            await phone.texts(body)
            town.clock.now += MINUTES
        for other in others:
            await other.texts("hello")
    town.clock.now += 5 * MINUTES
    await town.ticks()
    await phone.hears("call you")
    for other in others:
        await other.hears("18 or over")


async def test_a_crisis_text_that_was_missed_goes_out_at_once_even_at_night(town: Town) -> None:
    phone = town.new_phone()
    await town.goes_to(19)
    with town.unreachable():
        await phone.texts("gonna kms fr this time")
    town.clock.now += timedelta(hours=4)
    await town.ticks()
    await phone.hears("999")
    assert "sent 4 hours before it reached us" in await town.coordinator.hears("URGENT. ")
    assert "only just seen" not in "\n".join(phone.received)


async def test_a_stop_that_was_missed_counts(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    with town.unreachable():
        await phone.texts("STOP")
    town.clock.now += timedelta(hours=3)
    await town.ticks()
    assert town.one(select(tables.participants.c.status)) == "stopped"


async def test_an_answer_that_comes_hours_late_says_so_once_and_wakes_nobody(town: Town) -> None:
    phone = town.new_phone()
    await town.goes_to(18)
    with town.unreachable():
        await phone.texts("hello")
        await phone.texts("anybody there?")
    town.clock.now += timedelta(hours=5)
    await town.ticks()
    assert texts_kept(town, phone) == 2
    assert phone.unread == ()
    await town.goes_to(9, 30, days=1)
    heard = await phone.hears("18 or over")
    assert heard.index("only just seen") < heard.index("18 or over")
    assert "\n".join(phone.received).count("only just seen") == 1


async def test_whoever_answered_while_we_were_down_is_not_missed(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await town.ticks()
    with town.unreachable():
        await phone.texts("4")
    town.clock.now += timedelta(days=3)
    town.app.catching_up = catching_up.CatchingUp(  # as after a restart
        town.database, town.app.twilio, town.app.take, town.clock, lambda: None
    )
    town.app.catching_up.begin()
    town.twilio.will(html(503), does="list")
    await town.app.clockwork.run("missed texts")
    for _ in range(3):
        await town.app.clockwork.run("silences")
    assert town.one(select(tables.sessions.c.status).order_by(tables.sessions.c.id.desc()).limit(1)) == "open"
    await town.ticks()
    await phone.hears("only just seen")
    assert town.alerts() == []


async def test_where_twilio_cannot_be_asked_silence_counts_again_after_ten_minutes(town: Town) -> None:
    catching = catching_up.CatchingUp(town.database, town.app.twilio, town.app.take, town.clock, lambda: None)
    catching.begin()
    assert catching.is_behind(town.clock.now + timedelta(minutes=9))
    assert not catching.is_behind(town.clock.now + timedelta(minutes=11))


async def test_a_list_that_does_not_come_is_asked_for_again_and_told_after_half_an_hour(town: Town) -> None:
    async def looks(minutes: int) -> str:
        town.clock.now += minutes * MINUTES
        await town.app.clockwork.run("missed texts")
        return " ".join(map(str, await town.app.watchman.look()))

    phone = town.new_phone()
    with town.unreachable():
        await phone.texts("hello")
    for fault in (html(502), html(200), empty(200), said(500, {}), said(429, {"code": 20429})):
        town.twilio.will(fault, does="list")
        assert "missed texts" not in await looks(5)
        assert town.twilio.faults.is_clear
        assert texts_kept(town, phone) == 0
    town.twilio.will(said(429, {"code": 20429}, headers={"Retry-After": "600"}), does="list")
    assert "missed texts cannot be fetched" in await looks(15)
    town.twilio.will(html(500), does="list")
    await looks(9)
    assert not town.twilio.faults.is_clear, "it was asked before the time that it gave"
    town.twilio.faults.clear()
    assert "missed texts" not in await looks(2)
    assert texts_kept(town, phone) == 1


async def test_what_could_not_be_kept_is_fetched_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = town.new_phone()
    with town.unreachable():
        await phone.texts("hello")
    town.clock.now += 30 * MINUTES
    with monkeypatch.context() as broken:
        broken.setattr("bot.inlet.Inlet.take", lambda *_: _fails())
        await town.app.clockwork.run("missed texts")
    assert "missed texts" in town.app.clockwork.failing
    town.clock.now += 90 * MINUTES
    await town.ticks()
    assert texts_kept(town, phone) == 1


async def _fails() -> None:
    raise OSError("the disk is full")


async def test_nothing_of_somebody_erased_is_fetched_again(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("DELETE")
    await phone.hears("Y")
    await phone.says("Y")
    for _ in range(2):
        town.clock.now += 3 * MINUTES
        await town.ticks()
    assert town.one(select(func.count()).select_from(tables.participants)) == 0
    assert texts_kept(town, phone) == 0
    phone.reads_all()
    with town.unreachable():
        await phone.texts("hello again")
    town.clock.now += 3 * MINUTES
    await town.ticks()
    await phone.hears("18 or over")
    assert texts_kept(town, phone) == 1


async def test_what_was_sent_to_other_services_of_the_account_is_left_alone(town: Town) -> None:
    phone, ours = town.new_phone(), town.twilio.phone(town.twilio.number)
    for to, service in (("+447700900777", None), ("+447700900778", "MG" + "0" * 32), (town.twilio.number, None)):
        message = town.twilio.add(
            body=f"to {to}", sender=phone.number, to=to, direction="inbound", status="received", service=service
        )
        message.sent = message.created
    with town.unreachable():
        await ours.texts("hello")
    town.clock.now += 5 * MINUTES
    await town.ticks()
    assert texts_kept(town, phone) == 1, "one went to a number that the messaging service has sent from"
    assert texts_kept(town, ours) == 1
    assert ours.received == [], "in our own name: kept, and answered by nobody"


async def test_a_clock_that_was_set_back_misses_nothing(town: Town) -> None:
    phone = town.new_phone()
    town.clock.now += timedelta(hours=1)
    await town.ticks()
    town.clock.now -= timedelta(hours=1)
    with town.unreachable():
        await phone.texts("hello")
    town.clock.now += 5 * MINUTES
    await town.ticks()
    assert texts_kept(town, phone) == 1
    written = town.database.run_now(lambda db: marks.get(db, catching_up.MARK))
    assert written is not None
    assert town.clock.now.isoformat()[:13] in written
