"""A service with its two providers around it, and the people who use it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import and_, func, or_, select

from storage import tables
from tests.e2e.service import ROOT, Service
from tests.fakes.chats import Chat
from tests.fakes.phones import Phone
from tests.fakes.telegram import TelegramFake
from tests.fakes.twilio import TwilioFake
from tests.fakes.waiting import DEADLINE

PUBLIC_URL = "https://fingerpost.test"
SECRET = "only-telegram-knows"
COORDINATOR = "+447700900999"


_CONTENT_PROBLEM = re.compile(r"[\w/.-]+\.(?:yaml|csv):\d+(?::\d+)?  [EW]  ")


class World:
    """Fakes and service together, for use in ``async with``; leaving it stops the service and checks how it was.

    ``content`` is a copy of the shipped folder, so that a test may spoil it. ``more`` settings replace the usual ones.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        webhook: bool = False,
        quick: bool = True,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.content = folder / "content"
        shutil.copytree(ROOT / "content", self.content)
        self.twilio = TwilioFake()
        self.telegram = TelegramFake()
        self.service = Service({}, folder, quick=quick)
        self._database = database or f"sqlite:///{folder / 'fingerpost.db'}"
        self._webhook = webhook
        self._more = dict(more or {})
        self._numbers = 100
        self._chats = 770_000

    async def __aenter__(self) -> Self:
        await self.twilio.__aenter__()
        await self.telegram.__aenter__()
        self.twilio.leads_to(PUBLIC_URL, self.service.url)
        self.telegram.leads_to(PUBLIC_URL, self.service.url)
        self.twilio.inbound_url = f"{PUBLIC_URL}/webhooks/twilio/message"
        self.service.settings.update(
            {
                "DATABASE_URL": self._database,
                "CONTENT_DIR": str(self.content),
                "PUBLIC_URL": PUBLIC_URL,
                "TWILIO_ACCOUNT_SID": self.twilio.account_sid,
                "TWILIO_AUTH_TOKEN": self.twilio.auth_token,
                "TWILIO_MESSAGING_SERVICE_SID": self.twilio.messaging_service_sid,
                "TWILIO_ALERT_FROM": self.twilio.alert_number,
                "TWILIO_API_URL": self.twilio.url,
                "TELEGRAM_BOT_TOKEN": self.telegram.token,
                "TELEGRAM_API_URL": self.telegram.url,
                **({"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET} if self._webhook else {}),
                **self._more,
            }
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            code = await self.service.stops()
            if error is None:
                assert code == 0, f"the service ended with exit code {code}\n{self.service.output}"
                self.must_have_kept_quiet()
        finally:
            await self.service.is_killed()
            await self.telegram.__aexit__(kind, error, trace)
            await self.twilio.__aexit__(kind, error, trace)

    # ------------------------------------------------------------ people

    def new_phone(self) -> Phone:
        """A phone that nobody has used yet: one of the numbers kept for drama."""
        self._numbers += 1
        return self.twilio.phone(f"+447700900{self._numbers}")

    def new_chat(self, name: str = "Sam") -> Chat:
        """Somebody on Telegram who has not written yet."""
        self._chats += 1
        return self.telegram.chat(self._chats, name=name)

    @property
    def coordinator(self) -> Phone:
        return self.twilio.phone(COORDINATOR)

    async def opens(self) -> None:
        """Start the service, pair the first coordinator and go through the crisis drill: now people can join."""
        await self.service.starts()
        await self.coordinator.texts(await self.pairing_code())
        drill = await self.coordinator.hears("TEST")
        await self.coordinator.texts(f"ON IT {alert_code(drill)}")
        await self.coordinator.hears("people can join now")

    async def pairing_code(self) -> str:
        """The code that ``run`` prints for the first coordinator."""

        def look() -> str | None:
            found = re.search(r"\b\d{6,10}\b", "\n".join(self.service.printed))
            return found[0] if found else None

        return await self.service.happenings.until(look, lambda: f"no pairing code\n{self.service.output}")

    # ------------------------------------------------------------ what is kept

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.service.rows(select(func.count()).select_from(tables.metadata.tables[table]))[0][0])

    def counts(self) -> dict[str, int]:
        """The rows of every table: what a forged request must leave as it was."""
        return {name: self.count(name) for name in sorted(tables.metadata.tables)}

    def alerts(self) -> list[tuple[str, str | None, str]]:
        """Policy, tier and status of every alert but drills, oldest first."""
        columns = (tables.alerts.c.policy, tables.alerts.c.tier, tables.alerts.c.status)
        query = select(*columns).where(tables.alerts.c.is_test.is_(False)).order_by(tables.alerts.c.opened_at)
        return [tuple(row) for row in self.service.rows(query)]

    def code_of(self, policy: str) -> str:
        """The code of the newest alert: what a coordinator texts back who need not wait for working hours."""
        row = tables.alerts.c
        query = select(row.code).where(row.policy == policy).order_by(row.id.desc()).limit(1)
        return str(self.service.rows(query)[0][0])

    async def eventually(self, look: Callable[[], Any], otherwise: str, *, seconds: float = DEADLINE) -> Any:
        """What ``look`` finds in the database, as soon as it finds something that is true."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (found := look()):
            self.service.must_be_alive()
            assert asyncio.get_running_loop().time() < deadline, f"{otherwise}\n{self.service.output}"
            await asyncio.sleep(0.03)  # a database does not call back
        return found

    async def everything_went_out(self) -> None:
        """Wait until nothing is on its way, and nothing waits but what a provider put off."""
        row = tables.outbox.c

        def look() -> bool:
            due = or_(row.status == "sending", and_(row.status == "queued", row.next_at <= datetime.now(UTC)))
            return bool(self.service.rows(select(func.count()).where(due))[0][0] == 0)

        await self.eventually(look, "messages are still waiting to go out")

    # ------------------------------------------------------------ what must hold whatever happened

    def must_be_well(self) -> None:
        """The service runs, has never answered 500, and asked its providers only what they understand."""
        self.service.must_be_alive()
        failed = [called for called in self.twilio.called if called.status == 500]
        assert not failed, f"a webhook was answered with 500\n{self.service.output}"
        assert 500 not in self.telegram.webhook_answers, self.service.output
        assert not any("Traceback" in line for line in self.service.logged), self.service.output
        self.twilio.must_be_clean()
        self.telegram.must_be_clean()

    def must_have_kept_quiet(self) -> None:
        """No number, token or message has reached an output of the service: they go into log files."""
        said = {message.body for message in self.twilio.messages.values() if len(message.body) > 12}
        said |= {text for chat in self.telegram.everybody for text in chat.written if len(text) > 12}
        numbers = {message.to for message in self.twilio.messages.values()} | {
            message.sender for message in self.twilio.messages.values() if message.sender
        }
        private = said | numbers | {self.twilio.auth_token, self.telegram.token, SECRET}
        for line in (*self.service.logged, *self.service.printed):
            if _CONTENT_PROBLEM.match(line):
                continue  # it quotes what a coordinator wrote, which the bot then says to everybody
            leaked = [words for words in private if words in line or words.removeprefix("+44") in line]
            assert not leaked, f"the service wrote {leaked[0]!r} where logs go: {line}"


def alert_code(text: str) -> str:
    """The code in an alert, as staff text it back."""
    found = re.search(r"ON IT (\d+)", text)
    assert found, f"no code in {text!r}"
    return found[1]
