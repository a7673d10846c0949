"""Phones on the far side of the Twilio fake, and what the carrier does by itself: receipts, STOP, START, HELP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.hearing import Listener
from tests.fakes.message_log import Message, parts_of

if TYPE_CHECKING:
    from tests.fakes.twilio import Called, TwilioFake


@dataclass(slots=True)
class OptOut:
    """What the carrier hears by itself: whole messages, in any case. ``advanced`` says so with ``OptOutType``.

    The keywords are Twilio's defaults, but YES, which the project's documentation says to take out.
    """

    advanced: bool = True
    answers: bool = True  # Twilio texts back by itself
    keywords: dict[str, frozenset[str]] = field(
        default_factory=lambda: {
            "STOP": frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}),
            "START": frozenset({"START", "UNSTOP"}),
            "HELP": frozenset({"HELP", "INFO"}),
        }
    )

    def hears(self, body: str) -> str:
        """STOP, START, HELP or nothing."""
        said = body.strip().upper()
        return next((kind for kind, words in self.keywords.items() if said in words), "")


CARRIER_SAYS = {
    "STOP": "You have successfully been unsubscribed.",
    "START": "You have been re-subscribed.",
    "HELP": "Reply STOP to unsubscribe.",
}


@dataclass(slots=True)
class Receipts:
    """Which receipts follow a message to a phone."""

    statuses: tuple[str, ...] = ("sent", "delivered")
    error_code: int | None = None  # with the last of them
    copies: int = 1
    backwards: bool = False  # the last one first

    @classmethod
    def switched_off(cls) -> Receipts:
        return cls(("sent", "undelivered"), 30003)

    @classmethod
    def unknown_number(cls) -> Receipts:
        return cls(("sent", "undelivered"), 30005)

    @classmethod
    def none(cls) -> Receipts:
        return cls(())


class Phone(Listener):
    """Somebody with a phone. ``received`` holds what the service sent; the carrier's own texts are in ``carrier``."""

    def __init__(self, twilio: TwilioFake, number: str) -> None:
        super().__init__(number, twilio.happenings)
        self.number = number
        self.opted_out = False
        self.receipts = Receipts()
        self.messages: list[Message] = []  # what the service sent to this phone
        self.carrier: list[str] = []
        self._twilio = twilio

    # ------------------------------------------------------------ the person

    async def texts(
        self,
        body: str,
        *,
        to: str = "",
        copies: int = 1,
        media: Sequence[str] = (),
        signature: str | None = None,
    ) -> Called:
        """Text the service; returns its (last) answer to the webhook, after which all of it is stored.

        ``copies`` sends the same webhook several times at once, as a nervous network does. ``media`` lists the content
        types of what is attached. ``signature`` replaces the true one.
        """
        message = self._twilio.add(
            body=body,
            sender=self.number,
            to=to or self._twilio.number,
            direction="inbound",
            status="received",
            service=self._twilio.messaging_service_sid,
        )
        message.sent = message.created
        message.media = len(media)
        form = self.form(message, media)
        heard = self._twilio.opt_out.hears(body)
        self._carrier_does(heard)
        if heard and self._twilio.opt_out.advanced:
            form["OptOutType"] = heard
        url = self._twilio.inbound_url
        answers = await asyncio.gather(*(self._twilio.calls(url, form, signature=signature) for _ in range(copies)))
        return answers[-1]

    async def says(self, text: str) -> None:
        """Text it, and be sure that it was stored; what phones and chats have in common."""
        called = await self.texts(text)
        assert called.status == 200, f"{self.name} texted and was answered {called.status}"

    def form(self, message: Message, media: Sequence[str] = ()) -> dict[str, str]:
        """The fields of Twilio's webhook for an inbound message."""
        form = {
            "ToCountry": "GB",
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": message.body,
            "FromCountry": "GB",
            "To": message.to,
            "MessagingServiceSid": self._twilio.messaging_service_sid,
            "ToZip": "",
            "NumSegments": str(parts_of(message.body)),
            "MessageSid": message.sid,
            "AccountSid": self._twilio.account_sid,
            "From": self.number,
            "ApiVersion": "2010-04-01",
        }
        for index, kind in enumerate(media):
            form[f"MediaContentType{index}"] = kind
            form[f"MediaUrl{index}"] = f"https://api.twilio.com/2010-04-01/Accounts/{self._twilio.account_sid}/{index}"
        return form

    def _carrier_does(self, heard: str) -> None:
        if heard in ("STOP", "START"):
            self.opted_out = heard == "STOP"
        if heard and self._twilio.opt_out.answers:
            self.carrier.append(CARRIER_SAYS[heard])

    # ------------------------------------------------------------ the carrier

    def is_sent(self, message: Message) -> None:
        """A message was accepted for this phone: it arrives, unless its receipts say otherwise, and they follow."""
        self.messages.append(message)
        if message.sender is None:
            message.sender = self._twilio.number
        if "undelivered" not in self.receipts.statuses and "failed" not in self.receipts.statuses:
            self._reached_by(message.body)
        self._twilio.in_background(self.receipts_for(message))

    async def receipts_for(self, message: Message, receipts: Receipts | None = None) -> None:
        """Send the receipts for a message, in the order and as often as they say."""
        chosen = receipts or self.receipts
        steps = [
            (status, chosen.error_code if at == len(chosen.statuses) - 1 else None)
            for at, status in enumerate(chosen.statuses)
        ]
        for status, code in reversed(steps) if chosen.backwards else steps:
            for _ in range(chosen.copies):
                await self.receipt(message, status, code)

    async def receipt(self, message: Message, status: str, error_code: int | None = None) -> Called | None:
        """Move a message to a status and tell its callback, if it named one."""
        message.becomes(status, error_code, self._twilio.now())
        self._twilio.happenings.changed()
        if not message.callback:
            return None
        form = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessagingServiceSid": message.service or "",
            "MessageSid": message.sid,
            "AccountSid": self._twilio.account_sid,
            "From": message.sender or "",
            "ApiVersion": "2010-04-01",
        }
        if not message.service:
            del form["MessagingServiceSid"]
        if error_code is not None:
            form["ErrorCode"] = str(error_code)
        return await self._twilio.calls(message.callback, form)
