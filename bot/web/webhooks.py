"""The doors by which messages come in. Each: proof, size, reading, commit, and only then 200.

Nothing is written for a caller without proof. Nothing that a provider really sent is lost: what cannot be read is
recorded as Heard.OTHER, and what cannot be stored is answered 503, so that the provider brings it again.
"""

from __future__ import annotations

import json

from aiohttp import web
from multidict import MultiDict

from bot import logs
from bot.channels import telegram_updates, twilio
from bot.channels.base import fingerprint
from bot.receipts import read_receipt
from bot.web import proofs
from bot.web.service import SERVICE
from flows.model import Channel, Heard, Inbound

LARGEST = 64 * 1024  # bytes; Twilio's largest form is about 20 KB
# a message on Telegram is about 25 KB, 50 of emoji; one that answers another brings that along, with all its formats
LARGEST_PROVEN = 1024 * 1024
LONGEST_TEXT = 4096  # https://core.telegram.org/bots/api#message

log = logs.get_logger(__name__)
routes = web.RouteTableDef()


@routes.post("/webhooks/twilio/message")
async def twilio_message(request: web.Request) -> web.Response:
    """An inbound SMS. The reply goes out through the outbox, never as TwiML."""
    fields = await _signed_by_twilio(request)
    await request.app[SERVICE].take(twilio.read(fields))
    return web.Response(text="<Response/>", content_type="text/xml")


@routes.post("/webhooks/twilio/status")
async def twilio_status(request: web.Request) -> web.Response:
    """A delivery receipt; ``m`` is the id of the outbox row, from the StatusCallback we gave."""
    fields = await _signed_by_twilio(request)
    receipt = read_receipt(request.query.get("m", ""), fields)
    if receipt is None:
        log.warning("receipt.unreadable", route="twilio")
    else:
        await request.app[SERVICE].receipt(receipt)
    return web.Response(text="<Response/>", content_type="text/xml")


@routes.post("/webhooks/telegram")
async def telegram_update(request: web.Request) -> web.Response:
    """One update, brought by Telegram."""
    service = request.app[SERVICE]
    telegram = service.settings.telegram
    secret = telegram.webhook_secret if telegram is not None and telegram.mode == "webhook" else ""
    if not proofs.same(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), secret):
        raise _forged("telegram")
    raw = await request.clone(client_max_size=LARGEST_PROVEN).read()
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if isinstance(update, dict):
        inbound = telegram_updates.read(update)
    else:
        log.warning("update.unreadable", route="telegram", size=len(raw))
        inbound = Inbound(channel=Channel.TELEGRAM, provider_id=fingerprint(raw), address="", kind=Heard.OTHER)
    if len(raw) > LARGEST and not 0 < len(inbound.text) <= LONGEST_TEXT:
        # nobody can have written it on Telegram, whoever knows our secret
        raise web.HTTPRequestEntityTooLarge(max_size=LARGEST, actual_size=len(raw))
    await service.take(inbound)
    return web.Response(text="ok")


async def _signed_by_twilio(request: web.Request) -> MultiDict[str]:
    settings = request.app[SERVICE].settings
    raw = await request.read()
    fields = proofs.fields_of(raw)
    signature = request.headers.get("X-Twilio-Signature", "")
    if (
        settings.twilio is None
        or fields is None
        or not proofs.is_from_twilio(settings.twilio.token, settings.public_url, request.raw_path, fields, signature)
    ):
        raise _forged("twilio")
    return fields


def _forged(route: str) -> web.HTTPForbidden:
    log.warning("webhook.refused", route=route, reason="no_proof")
    return web.HTTPForbidden(text="This did not come from the provider, or PUBLIC_URL is not the address it called.")
