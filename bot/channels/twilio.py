"""SMS by Twilio: reading what arrives, sending, and looking up what became of a message.

https://www.twilio.com/docs/messaging/guides/webhook-request and …/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channels import http, provider_codes, twilio_log
from bot.channels.base import Clock, Outgoing, fingerprint, fitting, readable
from bot.channels.twilio_log import Arrived, Listed
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
    if sender == form.get("To", "").strip():
        sender = ""  # our own number, or somebody who writes in its name: an answer would come in again, without end
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
        answer = await self._ask("POST", self._url, data=self.form(outgoing))
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
        (messages, _) = await self._page({"To": outgoing.address, "PageSize": "100"})
        return twilio_log.ours_among(messages, self.form(outgoing)["Body"].strip(), since)

    async def arrived(self, since: datetime, numbers: Collection[str]) -> Arrived:
        """What people have sent us since then, as Twilio lists it, oldest first.

        ``numbers`` are those of the messaging service that are known from earlier. Other services may share the
        account: what was sent to a number that is not known to be ours is left alone. Raises SendFailed or
        OutcomeUnknown when Twilio cannot be asked, or not to the end.
        """
        settings = self._settings
        own = {number for number in (settings.sender, settings.alert_sender) if number}
        # Twilio filters by one number, and a messaging service may have many: then everything is listed
        doors: list[dict[str, str]] = [{}] if settings.messaging_service else [{"To": each} for each in sorted(own)]
        listed: list[object] = []
        for door in doors:
            # no DateSent<: read as a date, which Twilio's documents allow for, it would leave out all of today
            listed += await self._pages({**door, "DateSent>": f"{since:%Y-%m-%dT%H:%M:%SZ}", "PageSize": "1000"})
        learnt = frozenset(numbers) | twilio_log.numbers_of(listed, settings.messaging_service)
        found = [read(fields)._replace(sent_at=at) for fields, at in twilio_log.texts_among(listed, own | learnt)]
        return Arrived(tuple(sorted(found, key=lambda each: each.sent_at or since)), learnt)

    async def _pages(self, query: Mapping[str, str]) -> list[object]:
        """Every message of a list, page by page."""
        listed, path = await self._page(query)
        asked: set[str] = set()
        while path:
            # our password goes to the address that was set up, and a list that leads in a circle ends
            if path in asked or not path.startswith("/2010-04-01/"):
                raise OutcomeUnknown("a list without an end")
            asked.add(path)
            more, path = await self._page({}, path)
            listed += more
        return listed

    async def _page(self, query: Mapping[str, str], path: str = "") -> tuple[list[object], str]:
        """One page of a list, and the path of the next one; "" after the last."""
        url = URL(f"{self._settings.api_url}{path}", encoded=True) if path else self._url
        answer = await self._ask("GET", url, **({"params": dict(query)} if query else {}))
        if not answer.took_it:
            raise self._refusal(answer)
        messages = (answer.body or {}).get("messages")
        if not isinstance(messages, list):
            raise OutcomeUnknown(f"{answer.status} without a list")
        return messages, str((answer.body or {}).get("next_page_uri") or "")

    async def _ask(self, method: str, url: str | URL, **request: Any) -> http.Answered:
        if self._session is None:
            raise RuntimeError("open() comes before send()")
        proof = {"Authorization": aiohttp.encode_basic_auth(self._settings.account, self._settings.token)}
        return await http.ask(self._session, method, url, self._clock, headers=proof, **request)

    def _refusal(self, answer: http.Answered) -> SendFailed | OutcomeUnknown:
        if answer.body is None and provider_codes.is_gateway_silence(answer.status):
            return OutcomeUnknown(str(answer.status))
        code = twilio_log.code((answer.body or {}).get("code"))
        meaning = provider_codes.of_twilio(code, answer.status)
        return SendFailed(meaning, str(code or answer.status), answer.retry_at)
