"""A send ends in one of four honest ends; what Twilio is asked is what its specification allows."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import delivery
from bot.channels import http
from bot.channels.base import Outgoing
from bot.channels.twilio import TwilioMessenger
from bot.config import TwilioSettings
from flows.effects import Purpose
from flows.errors import Meaning, OutcomeUnknown, SendFailed
from tests.fakes.faults import Fault, drop_after_accepting, drop_before_accepting, empty, held, html, said
from tests.fakes.twilio import ALERT_NUMBER, MESSAGING_SERVICE_SID, NUMBER, TwilioFake

NOW = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
SAM = "+447700900123"


@pytest.fixture
async def fake() -> AsyncIterator[TwilioFake]:
    async with TwilioFake(now=lambda: NOW) as twilio:
        yield twilio


def settings(fake: TwilioFake) -> TwilioSettings:
    return TwilioSettings(
        account=fake.account_sid,
        token=fake.auth_token,
        messaging_service=MESSAGING_SERVICE_SID,
        sender=NUMBER,
        alert_sender=ALERT_NUMBER,
        api_url=fake.url,
    )


@pytest.fixture
async def messenger(fake: TwilioFake) -> AsyncIterator[TwilioMessenger]:
    made = TwilioMessenger(settings(fake), "https://bot.example.org", lambda: NOW)
    await made.open()
    yield made
    await made.close()


def outgoing(text: str = "Hello", purpose: Purpose = Purpose.REPLY, **more: object) -> Outgoing:
    return dataclasses.replace(Outgoing(outbox_id=41, address=SAM, text=text, purpose=purpose), **more)  # type: ignore[arg-type]


async def test_a_text_goes_out_with_our_own_id_in_its_callback(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    sid = await messenger.send(outgoing())

    assert sid == fake.sent[0].sid
    assert fake.requests == [
        {
            "To": SAM,
            "Body": "Hello",
            "MessagingServiceSid": MESSAGING_SERVICE_SID,
            "StatusCallback": "https://bot.example.org/webhooks/twilio/status?m=41",
        }
    ]


@pytest.mark.parametrize(
    ("purpose", "service", "alert_sender", "sent_from"),
    [
        (Purpose.REPLY, MESSAGING_SERVICE_SID, ALERT_NUMBER, None),
        (Purpose.NOTICE, MESSAGING_SERVICE_SID, ALERT_NUMBER, None),
        (Purpose.CRISIS, MESSAGING_SERVICE_SID, ALERT_NUMBER, ALERT_NUMBER),
        (Purpose.ALERT, MESSAGING_SERVICE_SID, ALERT_NUMBER, ALERT_NUMBER),
        (Purpose.CRISIS, MESSAGING_SERVICE_SID, "", None),
        (Purpose.REPLY, "", ALERT_NUMBER, NUMBER),
        (Purpose.CRISIS, "", "", NUMBER),
    ],
)
async def test_who_it_is_from(
    fake: TwilioFake, purpose: Purpose, service: str, alert_sender: str, sent_from: str | None
) -> None:
    chosen = dataclasses.replace(settings(fake), messaging_service=service, alert_sender=alert_sender)

    form = TwilioMessenger(chosen, "https://bot.example.org", lambda: NOW).form(outgoing(purpose=purpose))

    assert (form.get("From"), form.get("MessagingServiceSid")) == (sent_from, None if sent_from else service)


@pytest.mark.parametrize(
    ("purpose", "expires_in", "validity"),
    [
        (Purpose.STARTED, timedelta(minutes=5), "300"),
        (Purpose.STARTED, timedelta(days=2), "36000"),
        (Purpose.STARTED, timedelta(seconds=1), "6"),
        (Purpose.STARTED, None, None),
        (Purpose.REPLY, timedelta(minutes=5), None),
        (Purpose.CRISIS, timedelta(minutes=5), None),
    ],
)
async def test_only_what_the_bot_started_goes_stale_at_twilio(
    messenger: TwilioMessenger, purpose: Purpose, expires_in: timedelta | None, validity: str | None
) -> None:
    expires_at = None if expires_in is None else NOW + expires_in

    assert messenger.form(outgoing(purpose=purpose, expires_at=expires_at)).get("ValidityPeriod") == validity


async def test_words_beyond_twilios_limit_are_cut_and_still_sent(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    await messenger.send(outgoing("word " * 400))

    body = fake.sent[0].body
    assert len(body) <= 1600
    assert body.endswith("word…")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (21610, Meaning.OPTED_OUT),
        (21211, Meaning.BAD_ADDRESS),
        (21408, Meaning.NOT_ALLOWED),
        (20003, Meaning.CREDENTIALS),
        (21617, Meaning.BAD_MESSAGE),
    ],
)
async def test_a_refusal_says_what_it_means(
    fake: TwilioFake, messenger: TwilioMessenger, code: int, meaning: Meaning
) -> None:
    fake.refuses(code)

    with pytest.raises(SendFailed) as caught:
        await messenger.send(outgoing())

    assert (caught.value.meaning, caught.value.code, caught.value.retry_at) == (meaning, str(code), None)
    assert fake.sent == []


@pytest.mark.parametrize(
    ("header", "retry_at"),
    [
        ("7", NOW + timedelta(seconds=7)),
        ("0.5", NOW + timedelta(seconds=0.5)),
        ("Sun, 25 Oct 2026 12:00:30 GMT", NOW + timedelta(seconds=30)),
        ("Sun, 25 Oct 2026 11:00:00 GMT", NOW),
        ("Sun, 25 Oct 2026 12:00:30 -0000", NOW + timedelta(seconds=30)),
        ("999999999999", NOW + timedelta(hours=6)),
        ("9" * 400, NOW + timedelta(hours=6)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_retry_after_is_understood_however_it_is_written(
    fake: TwilioFake, messenger: TwilioMessenger, status: int, header: str, retry_at: datetime | None
) -> None:
    fake.will(said(status, {}, headers={"Retry-After": header}))

    with pytest.raises(SendFailed) as caught:
        await messenger.send(outgoing())

    assert (caught.value.meaning, caught.value.retry_at) == (Meaning.TRY_LATER, retry_at)


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (empty(201), 1),
        (empty(200, does_it=False), 0),
        (html(200), 0),
        (html(502), 0),
        (html(504), 0),
        (said(201, {"status": "queued"}), 0),
        (said(201, {"sid": None}), 0),
        (drop_after_accepting(), 1),
        (drop_before_accepting(), 0),
    ],
)
async def test_where_nobody_can_know_the_outcome_is_unknown(
    fake: TwilioFake, messenger: TwilioMessenger, fault: Fault, arrived: int
) -> None:
    fake.will(fault)

    with pytest.raises(OutcomeUnknown):
        await messenger.send(outgoing())

    assert len(fake.sent) == arrived
    assert fake.faults.is_clear  # asked once, not again


async def test_silence_after_the_request_left_is_unknown(
    fake: TwilioFake, messenger: TwilioMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=http.ANSWER_SECONDS) < delivery.STUCK, "who still waits would be taken for dead"
    fault = fake.will(held())
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.05)  # fifteen, for a provider
    await messenger.close()
    await messenger.open()

    async with asyncio.timeout(10):
        with pytest.raises(OutcomeUnknown):
            await messenger.send(outgoing())

    assert fault.held is not None
    fault.held.set()
    await asyncio.sleep(0)


async def test_nobody_listening_is_surely_not_sent(fake: TwilioFake) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = dataclasses.replace(settings(fake), api_url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        messenger = TwilioMessenger(away, "https://bot.example.org", lambda: NOW)
        await messenger.open()
        with pytest.raises(SendFailed) as caught:
            await messenger.send(outgoing())
        await messenger.close()

    assert caught.value.meaning is Meaning.TRY_LATER


async def test_a_redirect_is_not_followed_with_our_password(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    fake.will(said(307, {}, headers={"Location": f"{fake.url}/elsewhere"}))

    with pytest.raises(SendFailed) as caught:
        await messenger.send(outgoing())

    assert caught.value.meaning is Meaning.TRY_LATER


# ---------------------------------------------------------------- looking up what became of one


async def test_a_message_that_was_taken_is_found(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    fake.will(drop_after_accepting())
    with pytest.raises(OutcomeUnknown):
        await messenger.send(outgoing())

    found = await messenger.find(outgoing(), since=NOW)

    assert [each.provider_id for each in found] == [fake.sent[0].sid]


@pytest.mark.parametrize(
    "other",
    [
        outgoing("Other words"),
        outgoing(address="+447700900124"),
    ],
)
async def test_another_message_is_not_taken_for_it(
    fake: TwilioFake, messenger: TwilioMessenger, other: Outgoing
) -> None:
    await messenger.send(other)

    assert await messenger.find(outgoing(), since=NOW) == ()


async def test_an_older_message_of_the_same_words_is_not_taken_for_it(
    fake: TwilioFake, messenger: TwilioMessenger
) -> None:
    await messenger.send(outgoing())

    assert await messenger.find(outgoing(), since=NOW + timedelta(minutes=1)) == ()


async def test_what_the_person_sent_is_not_taken_for_it(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    fake.add(body="Hello", sender=SAM, to=SAM, direction="inbound", status="received")

    assert await messenger.find(outgoing(), since=NOW) == ()


async def test_no_list_is_no_answer(fake: TwilioFake, messenger: TwilioMessenger) -> None:
    away = TwilioMessenger(dataclasses.replace(settings(fake), token="wrong"), "https://bot.example.org", lambda: NOW)
    await away.open()
    with pytest.raises(SendFailed):
        await away.find(outgoing(), since=NOW)
    await away.close()
