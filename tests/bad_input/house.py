"""The whole service inside the test, both its doors open over HTTP, and two providers that carry everything at once.

Nothing here waits: a webhook that was answered is committed, and what it caused goes out when the house delivers it.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientError, ClientSession, TCPConnector, web
from sqlalchemy import func, select, text
from twilio.request_validator import RequestValidator

from bot.app import App
from bot.channels.base import Messenger, Outgoing
from bot.config import read_settings
from bot.content import Checked, Watch
from bot.web import proofs
from flows.errors import OutcomeUnknown
from flows.model import Channel, Heard, Inbound
from storage import tables
from storage.database import Database
from storage.fields import Keyring
from tests.e2e.stories import questions
from tests.edges.front_door import BOTH, PUBLIC_URL, TELEGRAM_SECRET, TWILIO_TOKEN, form
from tests.reading.folder import FLOW, folder

MESSAGE, STATUS, UPDATE = "/webhooks/twilio/message", "/webhooks/twilio/status", "/webhooks/telegram"
NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)  # ten on a Monday morning
OUR_NUMBER = BOTH["TWILIO_FROM"]
COORDINATOR = "+447700900999"
NOBODY = 0  # the status of a request that nobody answered


@dataclass
class Carrier:
    """A channel on which everything arrives, and ``sent`` holds it."""

    channel: Channel
    sent: list[Outgoing] = field(default_factory=list)
    ends_unknown: bool = False  # the next message goes out, and no answer of the provider comes back

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        if self.ends_unknown:
            self.ends_unknown = False
            raise OutcomeUnknown("TimeoutError")
        return f"{self.channel}-{len(self.sent)}"


class House:
    """For use in ``async with``. ``begins`` forgets what was seen before a kind of bad input is tried."""

    def __init__(
        self, template: Path, folder: Path, keyring: Keyring, checked: Checked, database_url: str = ""
    ) -> None:
        """``template`` is a migrated SQLite file, to be copied where no database is given; ``folder`` an empty one."""
        self.template, self.folder, self.keyring = template, folder, keyring
        self.file = folder / "fingerpost.db"
        self._url = database_url or f"sqlite:///{self.file}"
        self.now = NOW
        self.sms, self.telegram = Carrier(Channel.SMS), Carrier(Channel.TELEGRAM)
        self.statuses: list[int] = []  # how each request was answered
        self.taken: set[tuple[str, str]] = set()  # what was answered 200: channel and the provider's id
        self.said: list[str] = []  # what an operator saw beside the log: /ready, the terminal
        self.lines: list[Any] = []  # the log
        self._checked = checked
        self._count = 0

    async def __aenter__(self) -> Self:
        if self._url.startswith("sqlite"):
            shutil.copy(self.template, self.file)
        settings = read_settings(
            {
                **BOTH,
                "DATABASE_URL": self._url,
                "FINGERPOST_KEYS": self.keyring.format(),
                "CONSOLE_SECRET": "a secret of the console, long enough",
            }
        )
        self.database = Database.open(settings.database_url, self.keyring, hold=True)
        self.app = App(settings, self.database, self._checked, draw=random.Random(7).randrange, now=lambda: self.now)
        channels: dict[Channel, Messenger] = self.app.channels
        channels[Channel.SMS], channels[Channel.TELEGRAM] = self.sms, self.telegram
        self.app.telegram = None  # which would ask Telegram to stop a button from spinning
        await self.app.go_live(self._checked)
        self._runner = web.AppRunner(self.app.web(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = int(self._runner.addresses[0][1])
        self._session = ClientSession(connector=TCPConnector(force_close=True))
        await self._opens()
        self.begins()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self._runner.cleanup()
        await self.app.stop()
        self.database.close()

    async def _opens(self) -> None:
        """A coordinator is paired and answers the drill, so that people may join."""
        await self._takes(Channel.SMS, COORDINATOR, await self.app.first_coordinator_code())
        await self.app.clockwork.run("alerts")
        await self.delivers()
        drill = next(each.text for each in self.sms.sent if "TEST" in each.text)
        await self._takes(Channel.SMS, COORDINATOR, drill[drill.index("ON IT") :].split(" to ")[0])
        await self.delivers()
        assert "people can join now" in self.sms.sent[-1].text

    # ------------------------------------------------------------ before and after

    def begins(self) -> None:
        """What is seen and heard from now on counts."""
        self.statuses.clear()
        self.taken.clear()
        self.said.clear()
        self.lines.clear()
        self._sms_before, self._telegram_before = len(self.sms.sent), len(self.telegram.sent)
        self.before = self.counts()
        self._alerts_before = 0
        self._alerts_before = len(self.alerts())

    @property
    def heard(self) -> list[str]:
        """What people (not staff) were sent since it began, oldest first."""
        sent = [*self.sms.sent[self._sms_before :], *self.telegram.sent[self._telegram_before :]]
        return [each.text for each in sent if each.address != COORDINATOR]

    def counts(self) -> dict[str, int]:
        """The rows of every table."""
        names = sorted(tables.metadata.tables)
        query = text("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names))
        found = self.database.run_now(lambda db: db.connection.execute(query).one())
        return dict(zip(names, found, strict=True))

    def count(self, table: str) -> int:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return self.database.run_now(lambda db: int(db.connection.execute(query).scalar_one()))

    def alerts(self) -> list[str]:
        """The policies of the alerts that were opened since it began."""
        row = tables.alerts.c
        query = select(row.policy).where(~row.is_test).order_by(row.id).offset(self._alerts_before)
        return [str(policy) for (policy,) in self.database.run_now(lambda db: list(db.connection.execute(query)))]

    def lost(self) -> set[tuple[str, str]]:
        """What was answered 200 and is not in the inbox, by channel and provider id."""
        row = tables.inbox.c
        query = select(row.channel, row.provider_id).where(row.provider_id.in_([sid for _, sid in self.taken]))
        return self.taken - {(c, p) for c, p in self.database.run_now(lambda db: list(db.connection.execute(query)))}

    # ------------------------------------------------------------ the doors

    async def asks(self, method: str, path: str, **request: Any) -> int:
        """One request; its status, or NOBODY."""
        try:
            async with self._session.request(method, f"http://127.0.0.1:{self.port}{path}", **request) as answer:
                await answer.read()
                status = answer.status
        except ClientError:
            status = NOBODY
        self.statuses.append(status)
        await self.delivers()
        return status

    async def calls(
        self,
        fields: Mapping[str, str],
        *,
        raw: bytes | None = None,
        path: str = MESSAGE,
        headers: Mapping[str, str] | None = None,
        signed: Mapping[str, str] | None = None,
    ) -> int:
        """Twilio's webhook; ``raw`` is the body where it is not the plain form, ``signed`` what was signed instead."""
        body = form(fields) if raw is None else raw
        read = proofs.fields_of(body) if signed is None and raw is not None else signed
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": self.signature(fields if read is None else read, path),
            **(headers or {}),
        }
        status = await self.asks("POST", path, data=body, headers=sent)
        if status == 200 and path == MESSAGE and fields.get("MessageSid"):
            self.taken.add(("sms", fields["MessageSid"][:80]))
        return status

    def signature(self, fields: Any, path: str = MESSAGE) -> str:
        """As Twilio's own library computes it."""
        return str(RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC_URL + path, fields))

    async def posts(self, update: Mapping[str, Any] | bytes, headers: Mapping[str, str] | None = None) -> int:
        """One update from Telegram."""
        raw = update if isinstance(update, bytes) else json.dumps(update).encode()
        sent = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET,
            **(headers or {}),
        }
        status = await self.asks("POST", UPDATE, data=raw, headers=sent)
        if status == 200 and not isinstance(update, bytes):
            self.taken.add(("telegram", str(update["update_id"])))
        return status

    async def sends_raw(self, raw: bytes) -> int:
        """Bytes on the wire that need not be HTTP; the status of the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        status = int((await reader.readline()).split(b" ", 2)[1])
        writer.close()
        await writer.wait_closed()
        self.statuses.append(status)
        return status

    async def breaks_off(self, raw: bytes) -> None:
        """A request whose connection is gone before its end; until that was noticed."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        for _ in range(500):
            if self.lines:
                return
            await asyncio.sleep(0.005)  # nothing calls back when a server notices
        raise AssertionError("nobody noticed")

    async def delivers(self) -> None:
        """What may go now goes, and its end is recorded."""
        if not self.app.delivery.wake.is_set():
            return
        sent = -1
        while sent != len(self.sms.sent) + len(self.telegram.sent):
            sent = len(self.sms.sent) + len(self.telegram.sent)
            await self.app.delivery.cycle()
            await asyncio.gather(*self.app.delivery._under_way)
        await self.app.delivery.cycle()

    async def saves(self, file: str, written: bytes) -> None:
        """Somebody saves this file among others that are well; what they are told of it."""
        self._count += 1
        saved = self.folder / f"content {self._count}"
        for name, saved_as in folder({"flows/talk.yaml": FLOW, file: written}).items():
            (saved / name).parent.mkdir(parents=True, exist_ok=True)
            (saved / name).write_bytes(saved_as)
        watch = Watch(saved, practice=False, go_live=self.app.go_live, refused=lambda _: None, clock=lambda: self.now)
        await watch.look()
        assert watch.state == "broken draft"
        self.said.append("\n".join(str(problem) for problem in watch.problems if problem.place.file == file))

    # ------------------------------------------------------------ people

    def phone(self, number: str = "") -> Phone:
        """A phone that nobody has used yet, or the one with this number."""
        self._count += 1
        return Phone(self, number or f"+447700900{self._count % 900:03}", self._count)

    def chat(self) -> Chat:
        """Somebody on Telegram who has not written yet."""
        self._count += 1
        return Chat(self, 880_000 + self._count)

    async def phone_at(self, question: str) -> Phone:
        """A phone whose owner is being asked this, or has ``joined``; what came before does not count."""
        phone = self.phone()
        await self._leads(Channel.SMS, phone.number, question)
        return phone

    async def chat_at(self, question: str) -> Chat:
        """The same by Telegram."""
        chat = self.chat()
        await self._leads(Channel.TELEGRAM, str(chat.id), question)
        return chat

    async def _leads(self, channel: Channel, address: str, question: str) -> None:
        await self._takes(channel, address, "hello")
        for words, answer in questions(telegram=channel is Channel.TELEGRAM):
            if words == question:
                break
            await self._takes(channel, address, answer)
        if question not in dict(questions(telegram=True)) and question != "joined":
            await self._takes(channel, address, question)  # a word that opens a question
        await self.delivers()
        self.begins()

    async def _takes(self, channel: Channel, address: str, text: str) -> None:
        self._count += 1
        await self.app.take(Inbound(channel, f"before {self._count}", address, Heard.TEXT, text))

    def passes(self, length: timedelta) -> None:
        self.now += length


class Phone:
    """Somebody with a phone."""

    def __init__(self, house: House, number: str, count: int) -> None:
        self.house, self.number = house, number
        self._sid = f"SM{count:08x}"
        self._texts = 0

    def form(self, body: str, **changed: str) -> dict[str, str]:
        """The fields of Twilio's webhook for a text; "" takes a field out."""
        self._texts += 1
        fields = {
            "MessageSid": f"{self._sid}{self._texts:024x}",
            "AccountSid": BOTH["TWILIO_ACCOUNT_SID"],
            "From": self.number,
            "To": OUR_NUMBER,
            "Body": body,
            "NumMedia": "0",
            **changed,
        }
        return {name: value for name, value in fields.items() if value or name == "Body"}

    async def texts(self, body: str, **changed: str) -> int:
        return await self.house.calls(self.form(body, **changed))

    async def texts_bytes(self, body: str, **how: Any) -> int:
        """Text a body that is already spelled as bytes of a form, such as ``caf%E9``."""
        fields = self.form("")
        return await self.house.calls(fields, raw=form(fields).replace(b"Body=", b"Body=" + body.encode()), **how)


class Chat:
    """Somebody on Telegram."""

    def __init__(self, house: House, id: int) -> None:
        self.house, self.id = house, id
        self.user: dict[str, Any] = {"id": id, "is_bot": False, "first_name": "Sam"}
        self.private: dict[str, Any] = {"id": id, "type": "private", "first_name": "Sam"}

    def update(self, kind: str = "message", **content: Any) -> dict[str, Any]:
        """An update from this person; ``content`` replaces or adds fields of its body."""
        self.house._count += 1
        seconds = int(self.house.now.timestamp())
        body = {"message_id": self.house._count, "date": seconds, "chat": self.private, "from": self.user, **content}
        return {"update_id": 500_000_000 + self.house._count, kind: body}

    async def texts(self, text: object, **content: Any) -> int:
        return await self.house.posts(self.update(text=text, **content))

    async def taps(self, data: str) -> int:
        """Tap a button that carries ``data``."""
        message = {"message_id": 1, "date": 1, "chat": self.private}
        return await self.house.posts(self.update("callback_query", id="1", message=message, data=data))
