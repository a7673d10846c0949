"""The service's turns around a real database, with a clock that the test holds. Nothing leaves the machine."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from bot import booked, checkins, escalating, silences, turns
from bot.content import Checked
from bot.desk import Desk
from bot.inlet import Arrival
from flows import timing
from flows.model import Channel, Heard, Inbound
from storage import claiming, due, ends, tables
from storage.claiming import Claim, Hours, Outgoing
from storage.database import Database
from storage.statements import Db
from tests.turns.lived import once

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
COORDINATOR = "+447700900999"
LONG_AGO = MONDAY - timedelta(days=365)
STEP = timedelta(minutes=30)
EVERY_CHANNEL = tuple(Channel)


class Table:
    """Everybody sits at one table: phones on one side, the service on the other."""

    def __init__(self, database: Database, checked: Checked) -> None:
        assert checked.conversation is not None
        self.database = database
        self.desk = Desk(checked.conversation, lambda below: below // 2)
        self.now = MONDAY
        self._count = itertools.count(1)
        self.sent: list[Outgoing] = []
        self.is_down = False  # nothing goes out: our provider is away
        self.carries: Callable[[Outgoing], ends.End] = went

    # ------------------------------------------------------------ people

    def inbound(self, phone: str, text: str, channel: Channel = Channel.SMS, **more: Any) -> Inbound:
        fields: dict[str, Any] = {"provider_id": f"SM{next(self._count)}", **more}
        return Inbound(channel=channel, address=phone, text=text, **fields)

    def take(self, *inbounds: Inbound) -> int:
        """One batch, in one commit; how many of them were new."""
        arrivals = [Arrival(each, self.desk.live.screened(each)) for each in inbounds]
        return self.database.run_now(lambda db: turns.take(db, self.desk, arrivals, self.now))

    def says(self, phone: str, text: str, channel: Channel = Channel.SMS, **more: Any) -> list[str]:
        """Somebody texts; what they are sent."""
        self.take(self.inbound(phone, text, channel, **more))
        return self.hears(phone)

    def taps(self, chat: str, label: str) -> list[str]:
        """Tap the button that says ``label`` on the newest message that has it."""
        for message in reversed(self.sent):
            for button in message.buttons:
                if message.address == chat and button.label == label:
                    question, _, value = button.data.partition(":")
                    return self.says(chat, value, Channel.TELEGRAM, kind=Heard.TAP, tap=question)
        raise AssertionError(f"no button says {label}")

    def hears(self, phone: str) -> list[str]:
        """Deliver all that may go, and return what went to this phone."""
        before = len(self.sent)
        self.database.run_now(lambda db: escalating.escalate(db, self.desk, self.now))
        self.deliver()
        return [message.text for message in self.sent[before:] if message.address == phone]

    def joins(self, phone: str, *, mentor: str = "Y") -> None:
        """Somebody joins with check-ins."""
        self.once(("joins", phone, mentor), lambda: self._joins(phone, mentor))

    def _joins(self, phone: str, mentor: str) -> None:
        for text in ("hello", "Y", "Y", "Sam", "SKIP", "Y", "mon 10am", mentor):
            self.says(phone, text)
        if mentor == "Y":
            self.says(phone, "any time")
        assert any("all set" in text for text in self.says(phone, "N"))

    def opens(self) -> None:
        """Pair the first coordinator and answer the crisis drill, so that people may join."""
        self.once(("opens",), self._opens)

    def _opens(self) -> None:
        from storage import staff

        code = self.database.run_now(
            lambda db: staff.add(db, "Ana", staff.Role.COORDINATOR, None, self.now, self.desk.draw)
        )
        told = self.says(COORDINATOR, code)
        drill = next(text for text in told if "TEST" in text)
        assert any("join now" in text for text in self.says(COORDINATOR, f"ON IT {code_in(drill)}"))

    def once(self, what: tuple[str, ...], act: Callable[[], None]) -> None:
        """Do ``act``, or write what it came to the last time that it was done from here."""
        if self.carries is went and not self.is_down:
            once(self, what, act)
        else:
            act()

    # ------------------------------------------------------------ time

    def passes(self, **length: float) -> None:
        """Time goes by, and the service does what falls due on the way, each half-hour in which something does."""
        end = self.now + timedelta(**length)
        while self.now < end:
            coming = self.database.run_now(lambda db: due.next_due(db, LONG_AGO))  # what is late counts too
            steps = 1 if coming is None else max(1, math.ceil((coming.at - self.now) / STEP))
            self.now = end if coming is None else min(end, self.now + steps * STEP)
            self.ticks()
            self.deliver()

    def nobody_is_due(self) -> None:
        """No check-in comes by itself from now on, nor what was booked."""
        everybody = update(tables.participants).values(plan_at=None)
        self.database.run_now(lambda db: db.connection.execute(everybody))
        self.database.run_now(lambda db: db.connection.execute(delete(tables.bookings)))

    def ticks(self) -> None:
        """What the clock does, once."""

        def unit(db: Db) -> None:
            for tick in (
                silences.time_out,
                checkins.plan,
                checkins.start_waiting,
                booked.start_booked,
                escalating.escalate,
            ):
                tick(db, self.desk, self.now)
            turns.forget(db, self.now)

        self.database.run_now(unit)

    def deliver(self) -> None:
        """Claim and mark as sent until nothing may go."""
        while not self.is_down:
            claim = self.database.run_now(self.claims)
            if not claim.looked:
                return
            self.sent.extend(claim.messages)
            done = [self.carries(message) for message in claim.messages]
            self.database.run_now(lambda db, d=done: ends.record(db, d, self.now))  # type: ignore[misc]

    def claims(self, db: Db) -> Claim:
        """What may be sent now is about to be."""
        return claiming.claim(db, self.now, 100, claiming.waiting(db, self.now, EVERY_CHANNEL), self.hours())

    def hours(self) -> Hours:
        service = self.desk.live.library.service
        zone = service.time_zone

        def quiet_until(_: str) -> datetime | None:
            quiet = timing.is_quiet(self.now, zone, service)
            return timing.quiet_ends(self.now, zone, service) if quiet else None

        return Hours(
            quiet_until,
            lambda _: timing.local(self.now, zone).date(),
            at_work=lambda: timing.is_working(self.now, service),
        )

    # ------------------------------------------------------------ what is kept

    def rows(self, table: str, **where: Any) -> list[Any]:
        which = tables.metadata.tables[table]

        def unit(db: Db) -> list[Any]:
            query = select(which)
            for name, value in where.items():
                query = query.where(which.c[name] == value)
            return list(db.connection.execute(query.order_by(*which.primary_key)))

        return self.database.run_now(unit)

    def counts(self) -> dict[str, int]:
        """The rows of every table."""

        def unit(db: Db) -> dict[str, int]:
            count = select(func.count())
            return {
                name: db.connection.execute(count.select_from(table)).scalar_one()
                for name, table in tables.metadata.tables.items()
            }

        return self.database.run_now(unit)

    def slots(self) -> list[tuple[str, str | None]]:
        """How every check-in stands, and why, in the order in which they fell due."""
        rows = sorted(self.rows("slots"), key=lambda row: row.due_at)
        return [(row.status, row.reason) for row in rows]

    def alerts(self) -> list[tuple[str, str]]:
        """Policy and status of every alert but drills."""
        return [(row.policy, row.status) for row in self.rows("alerts", is_test=False)]

    def status(self, phone: str, channel: Channel = Channel.SMS) -> str:
        """How the person at this phone stands; "" where nobody is."""
        from storage import people

        contact = self.database.run_now(lambda db: people.meet(db, [(channel, phone)])).get((channel, phone))
        return contact.participant.status if contact is not None and contact.participant is not None else ""


def went(message: Outgoing) -> ends.End:
    """The provider took it."""
    return ends.Sent(message.id, f"P{message.id}")


def code_in(alert: str) -> str:
    """The code of an alert, as staff would text it back."""
    return alert.split("ON IT ")[1].split()[0].strip(".")
