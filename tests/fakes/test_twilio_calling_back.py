"""The Twilio fake calls the service: texts and receipts, which Twilio's own validator finds genuine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.fakes.clients import SAM, Calling
from tests.fakes.phones import Receipts
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, TwilioFake

# ---------------------------------------------------------------- calling back


class Site:
    """A web site that remembers what was posted to it, and checks signatures with Twilio's own validator."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str]]] = []
        self.genuine: list[bool] = []
        self.status = 200

    async def post(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.received.append((request.path_qs, form))
        url = f"https://fingerpost.test{request.raw_path}"
        signature = request.headers.get("X-Twilio-Signature", "")
        self.genuine.append(RequestValidator(AUTH_TOKEN).validate(url, form, signature))
        return web.Response(status=self.status, text="<Response/>", content_type="text/xml")


@pytest.fixture
async def site(twilio: TwilioFake) -> AsyncIterator[Site]:
    found = Site()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.post)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    twilio.leads_to("https://fingerpost.test", f"http://127.0.0.1:{runner.addresses[0][1]}")
    twilio.inbound_url = "https://fingerpost.test/webhooks/twilio/message"
    yield found
    await runner.cleanup()


async def test_a_text_arrives_signed(twilio: TwilioFake, site: Site) -> None:
    answer = await twilio.phone(SAM).texts("hello, 2€ & a 👍🏽 + 1")
    assert answer.status == 200
    path, form = site.received[0]
    assert path == "/webhooks/twilio/message"
    assert (form["From"], form["To"], form["Body"]) == (SAM, NUMBER, "hello, 2€ & a 👍🏽 + 1")
    assert site.genuine == [True]


@pytest.mark.parametrize("signature", ["", "forged", "A" * 28])
async def test_a_text_can_be_sent_unsigned_or_forged(twilio: TwilioFake, site: Site, signature: str) -> None:
    await twilio.phone(SAM).texts("hello", signature=signature)
    assert site.genuine == [False]


async def test_receipts_are_signed_and_follow_in_order(twilio: TwilioFake, library: Calling, site: Site) -> None:
    callback = "https://fingerpost.test/webhooks/twilio/status?m=41"
    sent = await library.sends(status_callback=callback)
    await twilio.happenings.until(lambda: True if len(twilio.called) == 2 else None, lambda: "no receipts")
    assert [path for path, _ in site.received] == ["/webhooks/twilio/status?m=41"] * 2
    assert [form["MessageStatus"] for _, form in site.received] == ["sent", "delivered"]
    assert {form["MessageSid"] for _, form in site.received} == {sent.sid}
    assert site.genuine == [True, True]


async def test_receipts_can_come_twice_and_backwards(twilio: TwilioFake, library: Calling, site: Site) -> None:
    twilio.phone(SAM).receipts = Receipts(copies=2, backwards=True)
    await library.sends(status_callback="https://fingerpost.test/webhooks/twilio/status?m=41")
    await twilio.happenings.until(lambda: True if len(twilio.called) == 4 else None, lambda: "no receipts")
    assert [form["MessageStatus"] for _, form in site.received] == ["delivered", "delivered", "sent", "sent"]


async def test_a_phone_that_is_off_hears_nothing_and_says_why(twilio: TwilioFake, library: Calling, site: Site) -> None:
    twilio.phone(SAM).receipts = Receipts.switched_off()
    await library.sends(status_callback="https://fingerpost.test/webhooks/twilio/status?m=41")
    await twilio.happenings.until(lambda: True if len(twilio.called) == 2 else None, lambda: "no receipts")
    assert site.received[-1][1]["ErrorCode"] == "30003"
    assert twilio.phone(SAM).received == []


async def test_a_repeated_text_has_one_sid(twilio: TwilioFake, site: Site) -> None:
    await twilio.phone(SAM).texts("hello", copies=5)
    assert len(site.received) == 5
    assert len({form["MessageSid"] for _, form in site.received}) == 1


async def test_a_service_that_is_down_is_told_apart_from_one_that_refuses(twilio: TwilioFake, site: Site) -> None:
    site.status = 503
    assert (await twilio.phone(SAM).texts("hello")).status == 503
    twilio.leads_to("https://fingerpost.test", "http://127.0.0.1:1")
    assert (await twilio.phone(SAM).texts("hello")).status is None
