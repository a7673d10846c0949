"""SMS by Twilio: reading what arrives, sending, and looking up what became of a message.

https://www.twilio.com/docs/messaging/guides/webhook-request and …/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.channels import http, provider_codes
from bot.channels.base import Clock, Outgoing, fingerprint, fitting, readable
from bot.config import TwilioSettings
from flows.effects import Purpose
from flows.errors import OutcomeUnknown, SendFailed
from flows.model import Channel, Heard, Inbound

LONGEST_BODY = 1600  # characters; beyond that Twilio refuses with 21617
LONGEST_VALIDITY = 36_000  # seconds, Twilio's own limit
SHORTEST_VALIDITY = 6  # Twilio advises more than 5

_OPT_OUT_KINDS = {"STOP": Heard.OPT_OUT, "START": Heard.OPT_IN, "HELP": Heard.CARRIER_HELP}


def read(form: Mapping[str, str]) -> Inbound:
    """An inbound SMS from the fields of its webhook. Never fails: what cannot be understood is Heard.OTHER.

    The sender is kept as given, be it a number, a short code or a name; who can be answered is decided elsewhere.
    """
    provider_id = _first(form, "MessageSid", "SmsMessageSid", "SmsSid")
    sender = readable(form.get("From", "").strip(), 80)
    kind = _OPT_OUT_KINDS.get(form.get("OptOutType", "").strip().upper(), Heard.TEXT)
    media = form.get("NumMedia", "").strip()
    if kind is Heard.TEXT and media.isdecimal() and int(media[:4]) > 0:
        kind = Heard.MEDIA
    if not provider_id or not sender:
        kind = Heard.OTHER
    return Inbound(
        channel=Channel.SMS,
        provider_id=provider_id or fingerprint(repr(sorted(form.items())).encode("utf-8", "replace")),
        address=sender,
        kind=kind,
        text=readable(form.get("Body", "")),
    )


def _first(form: Mapping[str, str], *names: str) -> str:
    for name in names:
        value = readable(form.get(name, "").strip())
        if value:
            return value if len(value) <= 80 else fingerprint(value.encode())
    return ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as Twilio lists it: what became of one whose sending ended unknown."""

    provider_id: str
    status: str
    code: int | None


class TwilioMessenger:
    """Sends SMS through Twilio's REST API; ``open`` first, ``close`` last."""

    channel = Channel.SMS

    def __init__(self, settings: TwilioSettings, public_url: str, clock: Clock) -> None:
        self._settings = settings
        self._callback = f"{public_url}/webhooks/twilio/status"
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        account = quote(settings.account, safe="")
        self._url = f"{settings.api_url}/2010-04-01/Accounts/{account}/Messages.json"

    async def open(self) -> None:
        self._session = http.open_session()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Post the message once; Twilio's id for it. Raises SendFailed or OutcomeUnknown."""
        answer = await self._ask("POST", data=self.form(outgoing))
        if answer.took_it:
            sid = (answer.body or {}).get("sid")
            if isinstance(sid, str) and sid:
                return sid[:80]
            raise OutcomeUnknown(f"{answer.status} without an id")
        raise self._refusal(answer)

    def form(self, outgoing: Outgoing) -> dict[str, str]:
        """The fields of the request, as Twilio names them."""
        form = {
            "To": outgoing.address,
            "Body": fitting(outgoing.text, LONGEST_BODY),
            "StatusCallback": f"{self._callback}?m={outgoing.outbox_id}",
        }
        settings = self._settings
        if settings.alert_sender and outgoing.purpose in (Purpose.CRISIS, Purpose.ALERT):
            form["From"] = settings.alert_sender
        elif settings.messaging_service:
            form["MessagingServiceSid"] = settings.messaging_service
        else:
            form["From"] = settings.sender
        if outgoing.purpose is Purpose.STARTED and outgoing.expires_at is not None:
            left = int((outgoing.expires_at - self._clock()).total_seconds())
            form["ValidityPeriod"] = str(max(SHORTEST_VALIDITY, min(left, LONGEST_VALIDITY)))
        return form

    async def find(self, outgoing: Outgoing, since: datetime) -> tuple[Listed, ...]:
        """Look among Twilio's own messages for one that may have been taken; oldest first, empty when it is not there.

        They have the same words, go to the same number and were made after ``since``. Raises SendFailed or
        OutcomeUnknown when Twilio cannot be asked: that is no answer.
        """
        answer = await self._ask("GET", params={"To": outgoing.address, "PageSize": "100"})
        if not answer.took_it:
            raise self._refusal(answer)
        messages = (answer.body or {}).get("messages")
        if not isinstance(messages, list):
            raise OutcomeUnknown(f"{answer.status} without a list")
        words = self.form(outgoing)["Body"].strip()
        found = [m for m in messages if isinstance(m, dict) and _is_ours(m, words, since)]
        return tuple(
            Listed(str(m["sid"])[:80], str(m.get("status", "")), _code(m.get("error_code")))
            for m in sorted(found, key=lambda m: _made_at(m) or since)
            if m.get("sid")
        )

    async def _ask(self, method: str, **request: Any) -> http.Answered:
        if self._session is None:
            raise RuntimeError("open() comes before send()")
        proof = {"Authorization": aiohttp.encode_basic_auth(self._settings.account, self._settings.token)}
        return await http.ask(self._session, method, self._url, self._clock, headers=proof, **request)

    def _refusal(self, answer: http.Answered) -> SendFailed | OutcomeUnknown:
        if answer.body is None and provider_codes.is_gateway_silence(answer.status):
            return OutcomeUnknown(str(answer.status))
        code = _code((answer.body or {}).get("code"))
        meaning = provider_codes.of_twilio(code, answer.status)
        return SendFailed(meaning, str(code or answer.status), answer.retry_at)


def _is_ours(message: Mapping[str, Any], words: str, since: datetime) -> bool:
    made = _made_at(message)
    return (
        str(message.get("direction", "")).startswith("outbound")
        and str(message.get("body", "")).strip() == words
        # Twilio dates to the second, and its clock is not ours
        and (made is None or made >= since - timedelta(seconds=5))
    )


def _made_at(message: Mapping[str, Any]) -> datetime | None:
    """``date_created``: RFC 2822, GMT."""
    try:
        at = parsedate_to_datetime(str(message.get("date_created", "")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _code(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
