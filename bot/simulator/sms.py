"""The SMS provider and the carriers behind it: takes what we send, brings what people text, and reports later."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from bot import receipts
from bot.channels import twilio
from bot.simulator.account import CALL, Leaving, Texted
from bot.simulator.stock import OUR_NUMBER, SERVICE
from bot.simulator.wires import Reply, carry

if TYPE_CHECKING:
    from bot.simulator.world import World

STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
STARTS = frozenset({"START", "UNSTOP"})
TRIES = (2.0, 10.0, 60.0, 300.0, 900.0)  # seconds before an unanswered webhook is brought again (#rc=5)
KEPT = 40  # messages a number that can be listed
REMEMBERED = timedelta(days=20)  # what people texted can be listed for so long


@dataclass(slots=True)
class Taken:
    """A message that the provider has taken."""

    sid: str
    body: str
    made: str
    status: str = "queued"
    code: int | None = None


class SmsProvider:
    """Twilio as far as the service can see it."""

    channel = "sms"

    def __init__(self, world: World, *, handles_stop: bool) -> None:
        self.world = world
        self.handles_stop = handles_stop  # the carrier itself hears STOP, and tells us (OptOutType)
        self.opted_out: set[str] = set()
        self.unreachable: set[str] = set()  # phone off: taken, never delivered
        self._listed: dict[str, list[Taken]] = defaultdict(list)
        self._arrived: deque[tuple[datetime, Mapping[str, Any]]] = deque()
        self.lost: dict[str, tuple[datetime, Texted]] = {}  # since when no webhook of theirs comes any more
        self._count = 0

    # ------------------------------------------------------------ what the service asks for

    async def answer(self, method: str, _url: str, request: Mapping[str, Any], /) -> Reply:
        world, call = self.world, CALL.get()
        if method == "GET":
            asked = request["params"]
            return await carry(
                world.weather, "sms", lambda: Reply(200, {"messages": self.page(asked)}), self.throttle, self.latency
            )
        form = request["data"]
        return await carry(world.weather, "sms", lambda: self.take(form, call), self.throttle, self.latency)

    def latency(self) -> float:
        return self.world.chance.uniform(0.05, 0.6)

    def throttle(self) -> Reply:
        wait = self.world.chance.choice((1, 2, 5, 30, 120, 600))
        return Reply(429, {"code": 20429}, {"Retry-After": str(wait)})

    def take(self, form: Mapping[str, str], call: Leaving | None) -> Reply:
        world, number = self.world, form["To"]
        if number in self.opted_out:
            return Reply(400, {"code": 21610})
        self._count += 1
        taken = Taken(f"SM{self._count:06}", form["Body"], format_datetime(world.clock.true(), usegmt=True))
        kept = self._listed[number]
        kept.append(taken)
        del kept[:-KEPT]
        if call is not None:
            call.accepted_at = world.clock.true()
        world.trace.add("sms taken", number, call.outbox_id if call else "?", form["Body"][:60])
        ours = form["StatusCallback"].rsplit("=", 1)[1]
        lost = number in self.unreachable
        after = world.chance.uniform(1, 6)
        if lost:
            after = world.chance.choice((20, 300, 4000, 40_000)) * world.chance.uniform(0.5, 1.5)
        elif not world.chance.random() < 0.002:
            world.later(after, world.hears, "sms", number, form["Body"], ())
        world.later(after, self.carried, taken, ours, call, lost)
        return Reply(201, {"sid": taken.sid, "status": "queued"})

    def page(self, asked: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        if "DateSent>" in asked:
            since = datetime.fromisoformat(asked["DateSent>"])
            return [each for at, each in self._arrived if at >= since and each["to"] == asked.get("To", each["to"])]
        return [
            {"sid": t.sid, "body": t.body, "direction": "outbound-api", "date_created": t.made, "status": t.status}
            | {"error_code": t.code}
            for t in self._listed[asked["To"]]
        ]

    def carried(self, taken: Taken, ours: str, call: Leaving | None, lost: bool) -> None:
        """The carrier is done with it: the receipts set out."""
        taken.status, taken.code = ("undelivered", 30003) if lost else ("delivered", None)
        if call is not None:
            call.carried = taken.status
        world, weather = self.world, self.world.weather
        news = [("sent", None), (taken.status, taken.code)] if world.chance.random() < 0.3 or lost else []
        news = news or [(taken.status, taken.code)]
        if weather.strikes("receipts out of order"):
            news = [("delivered" if not lost else "undelivered", taken.code), ("sent", None), ("queued", None)]
        if weather.strikes("receipts repeated"):
            news = news * world.chance.randint(2, 4)
        late = weather.strikes("receipts late")
        for number, (status, code) in enumerate(news):
            if weather.strikes("receipts lost"):
                continue
            fields = {"MessageStatus": status, "MessageSid": taken.sid, "ErrorCode": str(code or "")}
            after = 0.2 * (number + 1) + (world.chance.uniform(60, 80_000) if late else 0)
            world.later(after, self.report, ours, fields)

    def report(self, ours: str, fields: Mapping[str, str]) -> None:
        life = self.world.life
        receipt = receipts.read_receipt(ours, fields)
        if life is not None and receipt is not None:
            # a status callback that is not answered is not brought again
            life.spawn(life.app.receipt(receipt))

    # ------------------------------------------------------------ what people send

    def texts(self, number: str, body: str) -> None:
        """Somebody sends a text."""
        world = self.world
        self._count += 1
        form = {"MessageSid": f"MO{self._count:06}", "From": number, "Body": body, "NumMedia": "0"}
        word = body.strip().upper()
        if self.handles_stop and word in STOPS:
            self.opted_out.add(number)
            form["OptOutType"] = "STOP"
        elif self.handles_stop and word in STARTS:
            form["OptOutType"] = "START"
        if word in STARTS:
            self.opted_out.discard(number)
        text = Texted("sms", form["MessageSid"], number, body, world.clock.true())
        world.account.texted(text)
        self._list(form, text.at)
        world.trace.add("text", number, form["MessageSid"], body)
        wait = world.chance.uniform(0.2, 2)
        if world.weather.strikes("inbound reordered"):
            wait += world.chance.uniform(0, 180)
        if world.weather.strikes("inbound late"):
            wait += world.chance.uniform(600, 20_000)
        world.spawn(self.bring(form, text, wait))
        if world.weather.strikes("inbound repeated"):
            for _ in range(world.chance.choice((1, 1, 2, 5, 20))):
                world.spawn(self.bring(form, text, wait + world.chance.choice((0, 0, 3, 600)) * world.chance.random()))

    def _list(self, form: Mapping[str, str], at: datetime) -> None:
        while self._arrived and at - self._arrived[0][0] > REMEMBERED:
            self._arrived.popleft()
        listed = {"sid": form["MessageSid"], "from": form["From"], "body": form["Body"], "num_media": form["NumMedia"]}
        ours = {"to": OUR_NUMBER, "messaging_service_sid": SERVICE, "direction": "inbound"}
        self._arrived.append((at, {**listed, **ours, "date_created": format_datetime(at, usegmt=True)}))

    async def bring(self, form: Mapping[str, str], text: Texted, wait: float) -> None:
        """The webhook, and again where it is not answered."""
        await asyncio.sleep(wait)
        for pause in (*TRIES, None):
            if await self.world.takes(twilio.read(form), text):
                return
            if pause is None:
                break
            await asyncio.sleep(pause)
        if not text.acknowledged:
            text.lost = True
            self.lost[text.provider_id] = (self.world.clock.true(), text)
            self.world.committed()
            self.world.trace.add("lost", text.provider_id)
