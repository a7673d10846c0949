"""What is forged changes nothing; what comes twice, or late, or backwards, changes state once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from storage import tables
from tests.e2e.stories import Form, gets_to, inbound
from tests.e2e.world import PUBLIC_URL, World

# ---------------------------------------------------------------- repeated


async def test_a_repeated_webhook_changes_state_once(world: World) -> None:
    phone = world.new_phone()
    before = world.counts()
    await phone.texts("hello", copies=10)
    assert [called.status for called in world.twilio.called[-10:]] == [200] * 10
    await phone.hears("18 or over")
    await world.everything_went_out()
    after = world.counts()
    assert (after["inbox"], after["participants"]) == (before["inbox"] + 1, before["participants"] + 1)
    assert after["outbox"] == before["outbox"] + len(phone.received) == before["outbox"] + 3


async def test_webhooks_that_come_again_later_and_in_any_order_change_nothing(world: World) -> None:
    phone = world.new_phone()
    await gets_to(phone, "working towards")
    await world.everything_went_out()
    before = world.counts()
    forms = [called.form for called in world.twilio.called if called.form.get("From") == phone.number]
    for form in reversed(forms):
        assert (await world.twilio.calls(world.twilio.inbound_url, form)).status == 200
    assert world.counts() == before
    await phone.texts("my own flat")
    await phone.hears("check-in texts")


async def test_receipts_that_come_again_and_backwards_only_move_forward(world: World) -> None:
    phone = world.new_phone()
    await phone.texts("HELP me please someone")
    await phone.hears("18 or over")
    await world.everything_went_out()
    message = phone.messages[-1]
    await world.twilio.happenings.until(lambda: message.status == "delivered" or None, lambda: message.status)
    for status in ("sent", "queued", "undelivered", "delivered"):
        called = await phone.receipt(message, status)
        assert called is not None
        assert called.status == 200
    row = select(tables.outbox.c.receipt).where(tables.outbox.c.provider_id == message.sid)
    assert world.service.rows(row)[0].receipt == "delivered"


# ---------------------------------------------------------------- forged

FORGERIES: Mapping[str, Callable[[World, Form], tuple[str, Form, str]]] = {
    # what is posted: (address, form, signature)
    "unsigned": lambda world, form: (world.twilio.inbound_url, form, ""),
    "nonsense": lambda world, form: (world.twilio.inbound_url, form, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    "another body": lambda world, form: (world.twilio.inbound_url, form | {"Body": "STOP"}, genuine(world, form)),
    "another sender": lambda world, form: (
        world.twilio.inbound_url,
        form | {"From": world.coordinator.number},
        genuine(world, form),
    ),
    "one field more": lambda world, form: (
        world.twilio.inbound_url,
        form | {"OptOutType": "STOP"},
        genuine(world, form),
    ),
    "one field less": lambda world, form: (
        world.twilio.inbound_url,
        {name: value for name, value in form.items() if name != "NumMedia"},
        genuine(world, form),
    ),
    "a query that was not signed": lambda world, form: (world.twilio.inbound_url + "?x=1", form, genuine(world, form)),
    "signed for another address": lambda world, form: (
        world.twilio.inbound_url,
        form,
        world.twilio.signature(f"{PUBLIC_URL}/webhooks/twilio/status", form),
    ),
    "signed for another host": lambda world, form: (
        world.twilio.inbound_url,
        form,
        world.twilio.signature("https://elsewhere.test/webhooks/twilio/message", form),
    ),
    "cut short": lambda world, form: (world.twilio.inbound_url, form, genuine(world, form)[:-1]),
    "in another case": lambda world, form: (world.twilio.inbound_url, form, genuine(world, form).swapcase()),
    "a receipt, unsigned": lambda _, form: (f"{PUBLIC_URL}/webhooks/twilio/status?m=1", form, ""),
    "a receipt for another message": lambda world, form: (
        f"{PUBLIC_URL}/webhooks/twilio/status?m=2",
        form | {"MessageStatus": "failed"},
        world.twilio.signature(
            f"{PUBLIC_URL}/webhooks/twilio/status?m=1",
            form | {"MessageStatus": "failed"},
        ),
    ),
}


def genuine(world: World, form: Form) -> str:
    return world.twilio.signature(world.twilio.inbound_url, form)


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_webhook_changes_nothing(world: World, forgery: str) -> None:
    await world.everything_went_out()
    url, form, signature = FORGERIES[forgery](world, inbound(world))
    before = world.counts()
    called = await world.twilio.calls(url, form, signature=signature)
    assert called.status == 403
    assert world.counts() == before


async def test_the_same_form_with_its_true_signature_is_taken(world: World) -> None:
    form = inbound(world)
    before = world.count("inbox")
    assert (await world.twilio.calls(world.twilio.inbound_url, form)).status == 200
    assert world.count("inbox") == before + 1


async def test_telegram_cannot_be_forged_where_polling_is_on(world: World) -> None:
    before = world.counts()
    async with ClientSession() as session:
        for secret in ("", "only-telegram-knows", "None"):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            url = f"{world.service.url}/webhooks/telegram"
            async with session.post(url, json={"update_id": 1}, headers=headers) as answer:
                assert answer.status == 403
    assert world.counts() == before
