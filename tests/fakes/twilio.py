"""A stand-in for Twilio's Messages API: it keeps messages, moves their status on, and calls the service back.

Behaviour follows Twilio's documentation of the Message resource, of status callbacks, and of Advanced Opt-Out; the
shape of every request is checked against its OpenAPI document. Phones and the carrier's own words are in ``phones.py``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, web
from twilio.request_validator import RequestValidator

from tests.fakes.faults import Fault, said
from tests.fakes.message_log import Message, as_resource, matches
from tests.fakes.phones import OptOut, Phone
from tests.fakes.server import FakeServer
from tests.fakes.specs import twilio_spec

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "the-token-that-signs-everything"
MESSAGING_SERVICE_SID = "MG" + "fedcba9876543210" * 2
NUMBER = "+447700900000"
ALERT_NUMBER = "+447700900009"
LONGEST_BODY = 1600

MEANS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number"),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    21609: (400, "The StatusCallback URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (400, "The Messaging Service resource does not exist"),
}


@dataclass(frozen=True, slots=True)
class Called:
    """How the service answered one webhook of ours. ``status`` is None when nobody answered."""

    status: int | None
    text: str
    form: Mapping[str, str]


class TwilioFake(FakeServer):
    """One account with a messaging service of one number, and a second number that sends alerts."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.account_sid, self.auth_token = ACCOUNT_SID, AUTH_TOKEN
        self.messaging_service_sid, self.number, self.alert_number = MESSAGING_SERVICE_SID, NUMBER, ALERT_NUMBER
        self.now = now
        self.messages: dict[str, Message] = {}
        self.requests: list[dict[str, str]] = []  # every form that asked to send, whatever came of it
        self.called: list[Called] = []  # every webhook of ours and its answer
        self.inbound_url = ""  # what is set as the number's webhook
        self.opt_out = OptOut()
        self.largest_page = 1000
        self._phones: dict[str, Phone] = {}

    def phone(self, number: str) -> Phone:
        """The phone with this number; the same one every time."""
        if number not in self._phones:
            self._phones[number] = Phone(self, number)
        return self._phones[number]

    @property
    def sent(self) -> list[Message]:
        """What the service has sent, oldest first."""
        return [message for message in self.messages.values() if message.direction == "outbound-api"]

    # ------------------------------------------------------------ being told to go wrong

    def refuses(self, code: int, *, to: str = "", times: int = 1) -> None:
        """Answer with this error code, for this number or for any."""
        status, words = MEANS[code]
        fault = said(status, _error(code, words, status), times=times)
        self.will(fault, to=to)

    def throttles(self, *, retry_after: int | None = 1, to: str = "", times: int = 1) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.will(said(429, _error(20429, MEANS[20429][1], 429), headers=headers, times=times), to=to)

    def forbids(self, *, times: int = 1) -> None:
        self.will(said(403, _error(20403, "Forbidden", 403), times=times))

    def ails(self, *, status: int = 500, times: int = 1) -> None:
        self.will(said(status, _error(20500, "An internal server error has occurred", status), times=times))

    def will(self, fault: Fault, *, to: str = "", does: str = "send") -> Fault:
        """Meet the next requests to send (to this number), or to ``list``, with a fault."""
        fault.only = lambda fields: fields.get("_does") == does and to in ("", fields.get("To"))
        self.faults.add(fault)
        return fault

    # ------------------------------------------------------------ the API

    def _routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/2010-04-01/Accounts/{account}/Messages.json", self._list_or_create)
        app.router.add_route("*", "/2010-04-01/Accounts/{account}/Messages/{sid}.json", self._one)
        app.router.add_route("*", "/{anything:.*}", self._nowhere)

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} {request.path} is not an address of the Messages API")
        return _refusal(20404)

    def _let_in(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization", "")
        expected = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if given != f"Basic {expected}":
            return _refusal(20003)
        return None if request.match_info["account"] == self.account_sid else _refusal(20404)

    async def _list_or_create(self, request: web.Request) -> web.Response:
        form = dict(await request.post()) if request.method == "POST" else dict(request.query)
        fields = {name: str(value) for name, value in form.items()}
        fields["_does"] = "send" if request.method == "POST" else "list"
        if request.method not in ("GET", "POST"):
            return web.Response(status=405)

        async def work() -> web.Response:
            refused = self._let_in(request)
            if refused is not None:
                return refused
            return await self._create(request) if request.method == "POST" else self._page(request)

        return await self._with_faults(request, fields, work)

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        spec = twilio_spec()
        if spec is not None:
            self.violations += [f"POST Messages.json: {fault}" for fault in spec.of_create(form)]
        asked = {name: str(value) for name, value in form.items()}
        self.requests.append(asked)
        self.happenings.changed()
        code = self._objection(asked)
        if code:
            return _refusal(code)
        message = self._accept(asked)
        answer = self.resource(message)  # before the carrier has it: a messaging service has not chosen a sender yet
        self.phone(message.to).is_sent(message)
        return web.json_response(answer, status=201)

    def _objection(self, asked: Mapping[str, str]) -> int:
        """The error code that Twilio refuses this request with, or 0."""
        to, sender, service = asked.get("To", ""), asked.get("From", ""), asked.get("MessagingServiceSid", "")
        callback = asked.get("StatusCallback", "")
        objections = (
            (21604, not to),
            (21211, not re.fullmatch(r"\+[1-9]\d{7,14}", to)),
            (21603, not sender and not service),
            (21701, bool(service) and service != self.messaging_service_sid),
            (21606, bool(sender) and sender not in (self.number, self.alert_number)),
            (21266, to == sender),
            (21602, not asked.get("Body", "").strip()),
            (21617, len(asked.get("Body", "")) > LONGEST_BODY),
            (21609, bool(callback) and not re.fullmatch(r"https?://[^\s_/]+/\S*", callback)),
            (21610, self.phone(to).opted_out if to else False),
        )
        return next((code for code, holds in objections if holds), 0)

    def _accept(self, asked: Mapping[str, str]) -> Message:
        service = asked.get("MessagingServiceSid")
        validity = asked.get("ValidityPeriod", "")
        message = self.add(
            body=asked["Body"],
            sender=asked.get("From"),
            to=asked["To"],
            direction="outbound-api",
            status="accepted" if service else "queued",
            service=service,
        )
        message.callback = asked.get("StatusCallback", "")
        message.validity = int(validity) if validity.isdecimal() else None
        return message

    def add(
        self, *, body: str, sender: str | None, to: str, direction: str, status: str, service: str | None = None
    ) -> Message:
        """Put a message in the log, as Twilio does with everything that passes through."""
        sid = f"SM{len(self.messages) + 1:032x}"
        message = Message(sid, body, sender, to, direction, status, self.now(), service=service, history=[status])
        self.messages[sid] = message
        return message

    async def _one(self, request: web.Request) -> web.Response:
        refused = self._let_in(request)
        message = self.messages.get(request.match_info["sid"])
        if refused is not None or message is None:
            return refused or _refusal(20404)
        if request.method == "DELETE":
            del self.messages[message.sid]
            return web.Response(status=204)
        if request.method == "POST":
            form = await request.post()
            spec = twilio_spec()
            if spec is not None:
                self.violations += [f"POST Messages/Sid.json: {fault}" for fault in spec.of_update(form)]
            if form.get("Body") == "":
                message.body = ""
        return web.json_response(self.resource(message))

    # ------------------------------------------------------------ listing

    def _page(self, request: web.Request) -> web.Response:
        spec = twilio_spec()
        query = request.query
        if spec is not None:
            self.violations += [f"GET Messages.json: {fault}" for fault in spec.of_list(query)]
        size, page = min(int(query.get("PageSize", 50)), self.largest_page), int(query.get("Page", 0))
        found = [message for message in reversed(self.messages.values()) if matches(message, query)]
        shown = found[page * size : (page + 1) * size]

        def uri(number: int) -> str:
            kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}
            token = {"PageToken": f"PA{shown[-1].sid}"} if shown and number else {}
            return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': number, **token})}"

        answer = {
            "messages": [self.resource(message) for message in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if (page + 1) * size < len(found) else None,
            "previous_page_uri": uri(page - 1) if page else None,
        }
        return web.json_response(answer)

    def resource(self, message: Message) -> dict[str, Any]:
        """A message as the API shows it."""
        return as_resource(message, self.account_sid)

    # ------------------------------------------------------------ calling the service

    def signature(self, url: str, form: Mapping[str, str]) -> str:
        """``X-Twilio-Signature`` for a webhook: the official library's own sum."""
        return str(RequestValidator(self.auth_token).compute_signature(url, form))

    async def calls(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Called:
        """Post a webhook and note the answer. ``signature`` replaces the true one; an empty one is left out."""
        signed = self.signature(url, form) if signature is None else signature
        sent = {
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": form.get("MessageSid", ""),
            **(headers or {}),
        }
        if signed:
            sent["X-Twilio-Signature"] = signed
        try:
            async with self._calls.post(self._way(url), data=dict(form), headers=sent, allow_redirects=False) as answer:
                called = Called(answer.status, await answer.text(), dict(form))
        except (ClientError, TimeoutError) as error:
            called = Called(None, str(error), dict(form))
        self.called.append(called)
        self.happenings.changed()
        return called


def _error(code: int, words: str, status: int) -> dict[str, object]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": words, "more_info": more, "status": status}


def _refusal(code: int) -> web.Response:
    status, words = MEANS[code]
    return web.json_response(_error(code, words, status), status=status)
