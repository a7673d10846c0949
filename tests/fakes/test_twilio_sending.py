"""twilio-python against the fake: what Twilio's own client takes for Twilio is not our imagination."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth
from requests.exceptions import ConnectionError as CutOff
from twilio.base.exceptions import TwilioRestException
from twilio.http.response import Response

from tests.fakes import faults
from tests.fakes.clients import KIM, SAM, Calling
from tests.fakes.specs import twilio_spec
from tests.fakes.twilio import ALERT_NUMBER, AUTH_TOKEN, MESSAGING_SERVICE_SID, NUMBER, TwilioFake
from tests.shared import shared

# ---------------------------------------------------------------- sending and looking


async def test_a_message_is_queued_and_reaches_the_phone(twilio: TwilioFake, library: Calling) -> None:
    sent = await library.sends("How are things?")
    assert (sent.status, sent.to, sent.from_, sent.error_code) == ("queued", SAM, NUMBER, None)
    assert await twilio.phone(SAM).hears() == "How are things?"


async def test_a_messaging_service_accepts_and_chooses_the_sender_later(twilio: TwilioFake, library: Calling) -> None:
    sent = await library.sends(messaging_service_sid=MESSAGING_SERVICE_SID)
    assert (sent.status, sent.from_) == ("accepted", None)
    fetched = await library.does(lambda client: client.messages(sent.sid).fetch())
    assert fetched.from_ == NUMBER


async def test_status_moves_on_to_delivered(twilio: TwilioFake, library: Calling) -> None:
    sent = await library.sends()
    message = twilio.messages[sent.sid]
    await twilio.happenings.until(lambda: message.status == "delivered" or None, lambda: message.status)
    fetched = await library.does(lambda client: client.messages(sent.sid).fetch())
    assert fetched.status == "delivered"
    assert fetched.date_sent is not None
    assert message.history == ["queued", "sent", "delivered"]


async def test_a_message_can_be_emptied_and_deleted(twilio: TwilioFake, library: Calling) -> None:
    sent = await library.sends()
    emptied = await library.does(lambda client: client.messages(sent.sid).update(body=""))
    assert emptied.body == ""
    assert await library.does(lambda client: client.messages(sent.sid).delete())
    with pytest.raises(TwilioRestException) as refusal:
        await library.does(lambda client: client.messages(sent.sid).fetch())
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


async def test_lists_are_paged_newest_first(twilio: TwilioFake, library: Calling) -> None:
    for number in range(7):
        await library.sends(f"number {number}")
    listed = await library.does(lambda client: client.messages.list(page_size=3))
    assert [message.body for message in listed] == [f"number {number}" for number in range(6, -1, -1)]
    first = await library.does(lambda client: client.messages.page(page_size=3))
    assert len(list(first)) == 3


async def test_lists_are_filtered_by_who_and_when(library: Calling) -> None:
    now = [datetime(2026, 3, 2, 10, tzinfo=UTC)]
    async with TwilioFake(now=lambda: now[0]) as fake:
        calling = Calling(fake)
        await fake.phone(KIM).texts("hello")
        for hour in (10, 11, 12):
            now[0] = datetime(2026, 3, 2, hour, tzinfo=UTC)
            sent = await calling.sends(f"at {hour}")
            message = fake.messages[sent.sid]
            await fake.happenings.until(lambda m=message: m.status == "delivered" or None, lambda: "not delivered")  # type: ignore[misc]

        async def bodies(**filters: object) -> list[str]:
            found = await calling.does(lambda client: client.messages.list(**filters))
            return sorted(str(each.body) for each in found)

        assert await bodies(to=SAM) == ["at 10", "at 11", "at 12"]
        assert await bodies(from_=KIM) == ["hello"]
        assert await bodies(to=NUMBER) == ["hello"]
        assert await bodies(to=SAM, date_sent_after=datetime(2026, 3, 2, 11, tzinfo=UTC)) == ["at 11", "at 12"]
        assert await bodies(to=SAM, date_sent_before=datetime(2026, 3, 2, 11, tzinfo=UTC)) == ["at 10", "at 11"]
        assert await bodies(date_sent=now[0] + timedelta(days=1)) == []


async def test_what_the_fake_says_is_what_the_specification_says(twilio: TwilioFake, library: Calling) -> None:
    shared("data/specs/twilio_messages.json")
    spec = twilio_spec()
    assert spec is not None
    heard: list[tuple[str, str]] = []
    original = library.client.http_client.request

    def listening(method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        answer = original(method, url, *args, **kwargs)
        heard.append((f"{method} {url}", answer.text))
        return answer

    library.client.http_client.request = listening
    sent = await library.sends(messaging_service_sid=MESSAGING_SERVICE_SID)
    await twilio.phone(SAM).texts("fine")
    await library.does(lambda client: client.messages(sent.sid).fetch())
    await library.does(lambda client: client.messages.list(page_size=1))
    assert len(heard) == 4
    for what, text in heard:
        body = json.loads(text)
        assert (spec.of_page(body) if "messages" in body else spec.of_message(body)) == [], what


# ---------------------------------------------------------------- refusing


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": "+44"}, 21211),
        ({"to": "07700900123"}, 21211),
        ({"from_": "+447700900777"}, 21606),
        ({"from_": "", "messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"body": "x" * 1601}, 21617),
        ({"body": " "}, 21602),
        ({"to": NUMBER}, 21266),
    ],
)
async def test_what_twilio_refuses_raises_the_librarys_own_error(
    twilio: TwilioFake, library: Calling, asked: dict[str, str], code: int
) -> None:
    wanted = {"to": SAM, "from_": NUMBER, "body": "hello", **asked}
    with pytest.raises(TwilioRestException) as refusal:
        await library.does(
            lambda client: client.messages.create(**{name: value for name, value in wanted.items() if value})
        )
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert twilio.sent == []
    twilio.violations.clear()  # some of these are outside the specification as well, which is not the point here


async def test_a_wrong_token_is_not_let_in(twilio: TwilioFake) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        await Calling(twilio, token="another").sends()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


async def test_a_longest_body_is_taken(twilio: TwilioFake, library: Calling) -> None:
    sent = await library.sends("x" * 1600)
    assert sent.num_segments == "11"


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        (lambda fake: fake.throttles(retry_after=7), 429, 20429),
        (lambda fake: fake.forbids(), 403, 20403),
        (lambda fake: fake.ails(), 500, 20500),
        (lambda fake: fake.will(faults.html(502)), 502, 502),
        (lambda fake: fake.refuses(21408), 400, 21408),
    ],
)
async def test_it_fails_once_as_it_was_told_to(
    twilio: TwilioFake, library: Calling, told: Callable[[TwilioFake], object], status: int, code: int
) -> None:
    told(twilio)
    with pytest.raises(TwilioRestException) as refusal:
        await library.sends()
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert twilio.sent == []
    assert (await library.sends()).status == "queued"


async def test_a_throttle_says_when_to_come_back(twilio: TwilioFake, library: Calling) -> None:
    twilio.throttles(retry_after=7)
    with pytest.raises(TwilioRestException):
        await library.sends()
    assert library.client.http_client._test_only_last_response.headers["Retry-After"] == "7"


async def test_a_fault_for_one_number_leaves_the_others_alone(twilio: TwilioFake, library: Calling) -> None:
    twilio.throttles(to=KIM)
    assert (await library.sends(to=SAM)).status == "queued"
    with pytest.raises(TwilioRestException):
        await library.sends(to=KIM)


async def test_an_empty_success_still_sent_the_message(twilio: TwilioFake, library: Calling) -> None:
    twilio.will(faults.empty(201))
    sent = await library.sends()
    assert sent.sid is None
    assert await twilio.phone(SAM).hears() == "How are things?"


async def test_a_cut_connection_may_hide_a_message_that_went_out(twilio: TwilioFake, library: Calling) -> None:
    twilio.will(faults.drop_after_accepting())
    with pytest.raises(CutOff):
        await library.sends("the answer was lost")
    assert await twilio.phone(SAM).hears() == "the answer was lost"
    twilio.will(faults.drop_before_accepting())
    with pytest.raises(CutOff):
        await library.sends("the request was lost")
    assert [message.body for message in twilio.sent] == ["the answer was lost"]


async def test_a_request_can_be_held(twilio: TwilioFake, library: Calling) -> None:
    held = twilio.will(faults.held(), to=KIM).held
    assert held is not None
    sending = asyncio.create_task(library.sends("slow", to=KIM))
    quick = await library.sends("quick")
    assert quick.status == "queued"
    assert [message.body for message in twilio.sent] == ["quick"]
    held.set()
    await sending
    assert [message.body for message in twilio.sent] == ["quick", "slow"]


# ---------------------------------------------------------------- STOP and START


async def test_stop_holds_everything_until_start(twilio: TwilioFake, library: Calling) -> None:
    sam = twilio.phone(SAM)
    await sam.texts(" stop ")
    with pytest.raises(TwilioRestException) as refusal:
        await library.sends()
    assert (refusal.value.status, refusal.value.code) == (400, 21610)
    await sam.texts("I changed my mind")
    with pytest.raises(TwilioRestException):
        await library.sends()
    await sam.texts("START")
    assert (await library.sends()).status == "queued"
    assert len(sam.carrier) == 2


@pytest.mark.parametrize("words", ["STOP", "StopAll", "unsubscribe", "CANCEL", "end", "QUIT", "revoke", "optout"])
async def test_the_carrier_hears_stop_in_all_its_words(twilio: TwilioFake, words: str) -> None:
    await twilio.phone(SAM).texts(words)
    assert twilio.phone(SAM).opted_out
    assert twilio.called[-1].form["OptOutType"] == "STOP"


@pytest.mark.parametrize("words", ["stop please", "please stop", "end of the month", "cancelled", "stop."])
async def test_the_carrier_hears_only_whole_messages(twilio: TwilioFake, words: str) -> None:
    await twilio.phone(SAM).texts(words)
    assert not twilio.phone(SAM).opted_out
    assert "OptOutType" not in twilio.called[-1].form


# ---------------------------------------------------------------- holding callers to the specification


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"Boddy": "hello"}, "Boddy is not a field"),
        ({"ValidityPeriod": "an hour"}, "ValidityPeriod"),
        ({"SmartEncoded": "yes"}, "SmartEncoded"),
        ({"MessagingServiceSid": "service"}, "MessagingServiceSid"),
        ({"StatusCallback": "call me"}, "StatusCallback"),
        ({"To": ""}, "To"),
    ],
)
async def test_a_request_outside_the_specification_is_held_against_its_caller(
    twilio: TwilioFake, asked: dict[str, str], words: str
) -> None:
    shared("data/specs/twilio_messages.json")
    url = f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    form = {"To": SAM, "From": ALERT_NUMBER, "Body": "hello", **asked}
    headers = {"Authorization": encode_basic_auth(twilio.account_sid, AUTH_TOKEN)}
    async with ClientSession() as session, session.post(url, data=form, headers=headers):
        pass
    assert any(words in violation for violation in twilio.violations)
    with pytest.raises(AssertionError, match="specification"):
        twilio.must_be_clean()
