"""Bugs to be planted in the real code, one at a time. The simulator has to find each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot import delivery, inlet, pacing
from bot.app import App
from bot.delivery import Delivery
from bot.simulator import world
from flows.effects import Purpose
from storage import alerts, claiming, ends, inbox, outbox
from storage.statements import Bulk
from storage.tables import metadata, microseconds

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Bug:
    """``promises``: those by which it may be found. ``faults`` None: all of them."""

    name: str
    promises: tuple[int, ...]
    plant: Plant
    faults: str = "all"


BUGS: list[Bug] = []


def bug(name: str, *promises: int, faults: str = "all") -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        BUGS.append(Bug(name, promises, plant, faults))
        return plant

    return keep


def without(monkeypatch: pytest.MonkeyPatch, ddl: str) -> None:
    """Make every world's database with ``ddl`` left out of what creates it."""

    def create(engine: Engine) -> None:
        @event.listens_for(engine, "before_cursor_execute", retval=True)
        def leave_out(*given: Any) -> tuple[str, Any]:
            statement, values = given[2], given[3]
            return ("SELECT 1" if statement.strip() == ddl else statement.replace(ddl, "CHECK (1)")), values

        metadata.create_all(engine)

    monkeypatch.setattr(world, "create_tables", create)


# ---------------------------------------------------------------- what comes in


@bug("the inbox forgets that an id is unique", 3)
def inbox_key(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "CONSTRAINT uq_inbox_channel_provider_id UNIQUE (channel, provider_id)")
    monkeypatch.setattr(inbox, "_KEEP", Bulk(inbox._KEEP._columns, lambda insert: insert(inbox.inbox)))


@bug("a webhook is answered before the commit", 1)
def early_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = inlet.Inlet._commit

    async def hasty(self: inlet.Inlet, batch: Any) -> None:
        for _, future in batch:
            if not future.done():
                future.set_result(None)
        await asyncio.sleep(0.5)
        await commit(self, batch)

    monkeypatch.setattr(inlet.Inlet, "_commit", hasty)


# ---------------------------------------------------------------- what goes out


@bug("a message is handed over before `sending` is committed", 15)
def send_first(monkeypatch: pytest.MonkeyPatch) -> None:
    start, unit, marked = Delivery._start, Delivery._unit, claiming._MARK_SENDING
    handed: dict[Delivery, set[int]] = {}
    marking: list[asyncio.Task[None]] = []

    def fresh(self: Delivery, *given: Any) -> Any:
        known = handed.setdefault(self, set())
        claims, put_off = unit(self, *given)
        left = [tuple(m for m in claim.messages if m.id not in known) for claim in claims]
        return [claiming.Claim(messages, len(messages)) for messages in left], put_off

    def started(self: Delivery, message: Any, now: Any) -> None:
        handed[self].add(message.id)
        start(self, message, now)

        async def mark() -> None:
            await asyncio.sleep(0.02)
            await self._database.run(lambda db: marked.run(db, [message.id], microseconds(now)))
            handed[self].discard(message.id)

        marking.append(asyncio.create_task(mark()))

    monkeypatch.setattr(claiming, "_MARK_SENDING", Nothing())
    monkeypatch.setattr(Delivery, "_unit", fresh)
    monkeypatch.setattr(Delivery, "_start", started)


class Nothing:
    """A statement that does nothing."""

    def run(self, *_: Any) -> int:
        return 0


@bug("consent is not read again when a message is claimed", 13)
def no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict

    class Blind:
        def __init__(self, row: Any) -> None:
            self._row = row

        def __getattr__(self, name: str) -> Any:
            return "active" if name == "person_status" else getattr(self._row, name)

    monkeypatch.setattr(claiming, "_verdict", lambda row, now, hours: verdict(Blind(row), now, hours))
    monkeypatch.setattr(outbox, "suppress_queued", lambda *_: 0)


@bug("a routine message is sent again after an unknown end", 15)
def resend(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(db: Any, found: Any, now: Any) -> list[int]:
        turned = [ends.Retry(e.id, now, "again") if isinstance(e, ends.Unknown) else e for e in found]
        return usual(db, turned, now)

    usual = ends.record
    monkeypatch.setattr(ends, "record", record)


@bug("a crisis message is sent again for ever", 15)
def resend_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends, "AGAIN", _Never("again "))


class _Never(str):
    """Begins keys, and is never found at the beginning of one."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return "again "


@bug("Retry-After is ignored", 16)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing.Pacer, "told_to_wait", lambda *_: None)
    monkeypatch.setattr(delivery, "next_try", lambda _, now: now + timedelta(seconds=0.5))


@bug("nudges and check-ins forget the night", 14)
def nightly(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict
    day = claiming.Hours(lambda _: None, lambda _: claiming.date.min)
    monkeypatch.setattr(claiming, "_verdict", lambda row, now, _: verdict(row, now, day))


@bug("the night is the service's own, wherever somebody lives", 14)
def one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = App.hours

    def here(self: App, now: Any) -> claiming.Hours:
        usual = hours(self, now)
        return claiming.Hours(lambda _: usual.quiet_until(""), lambda _: usual.today(""))

    monkeypatch.setattr(App, "hours", here)


# ---------------------------------------------------------------- crisis and alerts


@bug("crisis messages wait for the morning", 11)
def crisis_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict

    def held(row: Any, now: Any, hours: claiming.Hours) -> Any:
        quiet = hours.quiet_until(row.time_zone or "")
        return quiet if row.purpose == Purpose.CRISIS and quiet else verdict(row, now, hours)

    monkeypatch.setattr(claiming, "_verdict", held)


@bug("crisis messages are throttled", 11)
def crisis_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    claim, last = claiming.claim, [None]

    def throttled(db: Any, now: Any, *given: Any, only_crisis: bool = False, **more: Any) -> Any:
        if only_crisis and last[0] is not None and abs(now - last[0]) < timedelta(minutes=20):
            return claiming.Claim((), 0)
        found = claim(db, now, *given, only_crisis=only_crisis, **more)
        if only_crisis and found.messages:
            last[0] = now
        return found

    monkeypatch.setattr(claiming, "claim", throttled)


@bug("any code takes an alert", 12)
def any_code(monkeypatch: pytest.MonkeyPatch) -> None:
    by_code = alerts.by_code
    monkeypatch.setattr(
        alerts, "by_code", lambda db, code: by_code(db, code) or next(iter(alerts.unresolved(db)), None)
    )


@bug("an alert is still sent after ON IT", 12)
def after_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict

    class Open:
        def __init__(self, row: Any) -> None:
            self._row = row

        def __getattr__(self, name: str) -> Any:
            return "open" if name == "alert_status" else getattr(self._row, name)

    monkeypatch.setattr(claiming, "_verdict", lambda row, now, hours: verdict(Open(row), now, hours))
