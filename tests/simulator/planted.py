"""Bugs to be planted in the real code, one at a time. The simulator has to find each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot import checkins, delivery, inlet, pacing, silences
from bot.app import App
from bot.delivery import Delivery
from bot.ledger import Ledger
from bot.paging import Paging
from bot.simulator import world
from flows import escalation
from flows.effects import Purpose, Turn
from flows.model import Heard, Inbound
from flows.reached import Reach
from flows.statuses import SlotStatus
from flows.talking.conversation import Conversation
from storage import alerts, claiming, ends, inbox, outbox, slots, tables, taking
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
    monkeypatch.setattr(inbox, "_KEEP", Bulk(inbox._KEEP._columns, lambda insert: insert(tables.inbox)))


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
        claims, *rest = unit(self, *given)
        left = [tuple(m for m in claim.messages if m.id not in known) for claim in claims]
        return [claiming.Claim(messages, len(messages)) for messages in left], *rest

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
    monkeypatch.setattr(outbox, "hold_back", lambda *_: None)


@bug("a routine message is sent again after an unknown end", 15)
def resend(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(db: Any, found: Any, now: Any) -> list[int]:
        turned = [ends.Retry(e.id, now, "again") if isinstance(e, ends.Unknown) else e for e in found]
        return usual(db, turned, now)

    usual = ends.record
    monkeypatch.setattr(ends, "record", record)


@bug("a crisis message is sent again for ever", 15, faults="timeout before, timeout after")
def resend_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends, "AGAIN", _Never("no key begins so"))


class _Never(str):
    """Begins keys, and is never found at the beginning of one."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return "again "


@bug("Retry-After is ignored", 16, faults="429")
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing.Pacer, "told_to_wait", lambda *_: None)
    monkeypatch.setattr(delivery, "next_try", lambda _, now: now + timedelta(seconds=0.5))


@bug("nudges and check-ins forget the night", 14, faults="outage, down")
def nightly(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict
    day = claiming.Hours(lambda _: None, lambda _: date.min)
    monkeypatch.setattr(claiming, "_verdict", lambda row, now, _: verdict(row, now, day))


@bug("the night is the service's own, wherever somebody lives", 14, faults="outage, 429, 500, down")
def one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = App.hours

    def here(self: App, now: Any) -> claiming.Hours:
        usual = hours(self, now)
        return claiming.Hours(lambda _: usual.quiet_until(""), lambda _: usual.today(""))

    monkeypatch.setattr(App, "hours", here)


# ---------------------------------------------------------------- crisis and alerts


@bug("crisis messages wait for the morning", 11, faults="none")
def crisis_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict

    def held(row: Any, now: Any, hours: claiming.Hours) -> Any:
        quiet = hours.quiet_until(row.time_zone or "")
        return quiet if row.purpose == Purpose.CRISIS and quiet else verdict(row, now, hours)

    monkeypatch.setattr(claiming, "_verdict", held)


@bug("crisis messages are throttled", 11, faults="none")
def crisis_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = claiming.claim
    last: list[datetime | None] = [None]

    def throttled(db: Any, now: Any, limit: int, lanes: Any, *given: Any, **more: Any) -> Any:
        routine = [lane for lane in lanes if lane.priority != outbox.CRISIS]
        if routine or not lanes:
            return claim(db, now, limit, routine, *given, **more)
        if last[0] is not None and abs(now - last[0]) < timedelta(minutes=5):
            return claiming.Claim((), 0)
        found = claim(db, now, 1, lanes, *given, **more)
        if found.messages:
            last[0] = now
        return found

    monkeypatch.setattr(claiming, "claim", throttled)


@bug("any code takes an alert", 12, faults="none")
def any_code(monkeypatch: pytest.MonkeyPatch) -> None:
    by_code = alerts.by_code
    for room in (alerts, taking):
        monkeypatch.setattr(
            room, "by_code", lambda db, code: by_code(db, code) or next(iter(alerts.unresolved(db)), None)
        )


@bug("an alert is still sent after ON IT", 12, faults="outage, 429, 500, slow")
def after_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = claiming._verdict

    class Open:
        def __init__(self, row: Any) -> None:
            self._row = row

        def __getattr__(self, name: str) -> Any:
            return "open" if name == "alert_status" else getattr(self._row, name)

    monkeypatch.setattr(claiming, "_verdict", lambda row, now, hours: verdict(Open(row), now, hours))


@bug("a mentor may take what never reached them", 12, faults="none")
def anybody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "may_take", lambda *_: True)


@bug("the chain ends after its last step", 10, faults="none")
def chain_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    step = escalation.next_step_at

    def last(policy: Any, done: int, *given: Any) -> Any:
        return step(policy, done, *given) if done < len(policy.steps) else None

    monkeypatch.setattr(escalation, "next_step_at", last)


@bug("what somebody took and forgot never opens again", 10, faults="none")
def never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "reopens_at", lambda at, *_, **__: at + timedelta(days=365))
    monkeypatch.setattr(taking, "CRISIS_REOPENS", timedelta(days=365))


@bug("an empty rota loses a crisis", 11, faults="rota gap")
def empty_rota(monkeypatch: pytest.MonkeyPatch) -> None:
    def people(self: Paging, _: Any, due: Any, case: Any) -> Any:
        return self.team.hear(due.roles, case, self.now), due.step

    monkeypatch.setattr(Paging, "_people", people)


@bug("two alerts for one miss", 7, faults="none")
def two_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = silences._tell

    def twice(*given: Any) -> None:
        tell(*given)
        tell(*given)

    monkeypatch.setattr(silences, "_tell", twice)


@bug("a commit that may have failed counts as done", 1, faults="commit unknown")
def unknown_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def accept(_: inlet.Inlet, batch: Any, __: Exception) -> None:
        for _, future in batch:
            if not future.done():
                future.set_result(None)

    monkeypatch.setattr(inlet.Inlet, "_refuse", accept)


@bug("the carrier's STOP is not heard", 13, faults="none")
def carriers_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    event = Conversation.carrier_event

    def deaf(self: Conversation, scene: Any, inbound: Inbound) -> Any:
        return Turn(scene.session) if inbound.kind is Heard.OPT_OUT else event(self, scene, inbound)

    monkeypatch.setattr(Conversation, "carrier_event", deaf)


# ---------------------------------------------------------------- check-ins and silence


@bug("a check-in may be written twice for a day", 5, faults="none")
def no_slot_key(monkeypatch: pytest.MonkeyPatch) -> None:
    without(
        monkeypatch,
        "CONSTRAINT uq_slots_participant_id_schedule_local_date UNIQUE (participant_id, schedule, local_date)",
    )
    # nothing else may stand in for the key: neither the last slot nor since when slots are accounted for
    due = checkins.__dict__["_due"]

    def from_yesterday(desk: Any, contact: Any, planned_at: Any, *given: Any) -> Any:
        return due(desk, contact, planned_at and planned_at - timedelta(days=1), *given)

    monkeypatch.setattr(checkins, "_due", from_yesterday)
    monkeypatch.setattr(slots, "last_dates", lambda *_: {})


@bug("a check-in is named by the instant, not by the person's date", 5, faults="none")
def by_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    row = checkins._row

    def instant(*given: Any) -> Any:
        planned = row(*given)
        return planned._replace(local_date=planned.due_at.date())

    monkeypatch.setattr(checkins, "_row", instant)


def counts_as_arrived(monkeypatch: pytest.MonkeyPatch, kind: Reach) -> None:
    reach = silences.__dict__["reach"]

    def arrived(*given: Any) -> tuple[Reach, str]:
        found, why = reach(*given)
        return (Reach.ARRIVED, "") if found is kind else (found, why)

    monkeypatch.setattr(silences, "reach", arrived)


@bug("an outage of ours counts as a miss", 8, faults="outage, down")
def outage_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    counts_as_arrived(monkeypatch, Reach.NOT_SENT)


@bug("what was not delivered counts as a miss", 8, faults="phone off, opted out, blocked")
def undelivered_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    counts_as_arrived(monkeypatch, Reach.UNDELIVERED)


@bug("an unknown end counts as a miss", 8, faults="timeout before, timeout after")
def unknown_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    counts_as_arrived(monkeypatch, Reach.PERHAPS)


@bug("STOP counts as a miss", 8, faults="none")
def stop_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    end = slots.end

    def missed(db: Any, ended: Any, now: Any) -> int:
        turned = [e._replace(status=SlotStatus.MISSED) if e.reason == "stop" else e for e in ended]
        return end(db, turned, now)

    monkeypatch.setattr(slots, "end", missed)


@bug("the wait counts from when the question was queued", 7, faults="outage, 429, 500")
def from_queueing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silences, "_shifted", lambda waiting, _: waiting)


@bug("silence closes after a day", 7, faults="none")
def too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    step = silences._look

    def hasty(ledger: Any, found: Any, standing: Any, session: Any, question: Any) -> None:
        waiting = session.waiting
        if waiting.nudge_at is not None and waiting.nudge_at <= ledger.now:
            waiting = waiting._replace(nudge_at=None, close_at=ledger.now)
        standing.session = session._replace(waiting=waiting)
        step(ledger, found, standing, standing.session, question)

    monkeypatch.setattr(silences, "_look", hasty)


@bug("a question is nudged twice", 5, faults="none")
def two_nudges(monkeypatch: pytest.MonkeyPatch) -> None:
    take = Ledger.take

    def nudged(self: Ledger, standing: Any, turn: Turn, *given: Any) -> None:
        before, after = standing.session, turn.session
        if (
            before is not None
            and after is not None
            and before.waiting.nudge_at is not None
            and after.waiting.nudge_at is None
            and after.waiting.question == before.waiting.question
            and self.now >= before.waiting.nudge_at
        ):
            again = after.waiting._replace(nudge_at=self.now + timedelta(hours=2))
            turn = turn._replace(session=after._replace(waiting=again))
        take(self, standing, turn, *given)

    monkeypatch.setattr(Ledger, "take", nudged)


@bug("a late reply changes nothing", 7, faults="none")
def deaf_to_late(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import coming_back

    monkeypatch.setattr(coming_back.ComingBack, "heard", lambda *_: None)


@bug("a missed check-in is left open", 6, faults="none")
def never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    end = slots.end

    def kept(db: Any, ended: Any, now: Any) -> int:
        return end(db, [e for e in ended if e.status is not SlotStatus.MISSED], now)

    monkeypatch.setattr(slots, "end", kept)


@bug("whoever comes back after STOP is not planned for again", 6, faults="none")
def not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import people

    monkeypatch.setattr(people, "_DECIDE_WHAT_IS_DUE", ("joined_at",))


@bug("texts that nobody took are not fetched", 4, faults="down")
def nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.catching_up import CatchingUp

    async def looks_away(_: CatchingUp) -> int:
        return 0

    monkeypatch.setattr(CatchingUp, "look", looks_away)
