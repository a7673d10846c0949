"""What should have happened by now, and since when the longest overdue of each kind waits. The self-audit asks this.

Everything is read through partial indexes, so that it costs the same with three hundred thousand messages waiting.
Whether something is late is not decided here: bot/watching.py does, which knows what is held back on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text

from flows.effects import Purpose
from flows.model import Channel
from storage import arming, schema
from storage.outbox import CRISIS, PRIORITIES, PRIORITY
from storage.receipts import NOT_DELIVERED
from storage.statements import Db
from storage.tables import EPOCH, microseconds, moment

PAGED_BY = timedelta(minutes=5)  # an alert this old has a next step, whatever its policy says
SLOTS_AT_ONCE = 500
_RETRY = timedelta(minutes=15)  # no wait between two tries of our own is longer
_FIRST = (CRISIS, PRIORITY[Purpose.ALERT], PRIORITY[Purpose.REPLY])  # nothing of the bot's own goes before these


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Each time is when something fell due that has not been done; None: there is no such thing."""

    schema_fits: bool = True
    messages: Mapping[tuple[Channel, int], datetime]  # by channel and priority: since when it could have gone
    sending: datetime | None = None  # since when a message is under way
    crisis_alert: datetime | None = None
    alert: datetime | None = None  # routine
    endless: datetime | None = None  # an alert was opened that has no next step
    unheard: datetime | None = None  # a crisis alert that nobody on the staff has been sent
    conversation: datetime | None = None
    check_in: datetime | None = None
    coordinators: frozenset[Channel] = frozenset()  # channels by which a confirmed one can be reached
    held: bool = False  # a copy: of what it holds nothing is to go


def look(db: Db, now: datetime) -> Overdue:
    """Everything that waits at ``now``. A database of another form is said to be so, and not asked further."""
    if not schema.is_ours(db.connection):
        return Overdue(schema_fits=False, messages={})
    since = dict.fromkeys(_SINCE, None) | {
        row.what: moment(row.at) for row in db.connection.execute(_ALL, {"paged_by": microseconds(now - PAGED_BY)})
    }
    reached = db.connection.execute(_COORDINATORS).scalars()
    return Overdue(
        messages=_messages(db),
        sending=since["sending"],
        crisis_alert=since["crisis alert"],
        alert=since["alert"],
        endless=since["endless"],
        unheard=since["unheard"],
        conversation=_first(since["question"], since["question without end"], since["booking"]),
        check_in=_first(since["plan"], since["held"], since["held without end"]),
        coordinators=frozenset(Channel(channel) for channel in reached),
        held=arming.held(db) is not None,
    )


def _first(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


# ---------------------------------------------------------------- everything but messages

# A partial index serves only a query that spells its WHERE out. The first row in its order and not MIN, which SQLite,
# where it is one part of a larger statement, works out from all of them: 40 ms for 300,000 people.
_SINCE: Mapping[str, str] = {
    "sending": "SELECT MIN(claimed_at) AS at FROM outbox WHERE status = 'sending'",
    "crisis alert": "SELECT MIN(next_at) AS at FROM alerts"
    " WHERE status <> 'resolved' AND next_at IS NOT NULL AND tier IS NOT NULL",
    "alert": "SELECT MIN(next_at) AS at FROM alerts"
    " WHERE status <> 'resolved' AND next_at IS NOT NULL AND tier IS NULL",
    # a drill is nobody's, and may wait for ever
    "endless": "SELECT MIN(opened_at) AS at FROM alerts"
    " WHERE status <> 'resolved' AND code > '' AND next_at IS NULL AND NOT is_test AND opened_at <= :paged_by",
    "unheard": "SELECT MIN(COALESCE(a.round_at, a.opened_at)) AS at FROM alerts a"
    " WHERE a.status <> 'resolved' AND a.code > '' AND a.status = 'open' AND a.tier IS NOT NULL AND NOT a.is_test"
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.alert_id = a.id AND o.staff_id IS NOT NULL AND {heard})"
    " AND NOT EXISTS (SELECT 1 FROM pages p JOIN outbox o ON o.id = p.outbox_id WHERE p.alert_id = a.id AND {heard})",
    "question": "SELECT next_due AS at FROM sessions WHERE status = 'open' AND next_due > 0 ORDER BY next_due LIMIT 1",
    "question without end": "SELECT started_at AS at FROM sessions WHERE status = 'open' AND next_due IS NULL LIMIT 1",
    "booking": "SELECT look_at AS at FROM bookings WHERE status = 'waiting' AND look_at > 0 ORDER BY look_at LIMIT 1",
    "plan": "SELECT plan_at AS at FROM participants WHERE plan_at IS NOT NULL ORDER BY plan_at LIMIT 1",
    "held": "SELECT look_at AS at FROM slots WHERE status = 'waiting' AND look_at > 0 ORDER BY look_at LIMIT 1",
    "held without end": "SELECT due_at AS at FROM slots WHERE status = 'waiting' AND look_at IS NULL LIMIT 1",
}
_HEARD = (
    "o.status = 'sent' AND o.made_at >= COALESCE(a.round_at, a.opened_at) AND (o.receipt IS NULL OR o.receipt NOT IN ("
    + ", ".join(f"'{receipt}'" for receipt in sorted(NOT_DELIVERED))
    + "))"
)


def _those_that_are(queries: Iterable[str]) -> TextClause:
    """One statement that asks all of them. Every part is a literal of this file."""
    return text("SELECT * FROM (" + " UNION ALL ".join(queries) + ") everything WHERE at IS NOT NULL")  # noqa: S608


_ALL = _those_that_are(
    f"SELECT '{what}' AS what, at FROM ({asked.format(heard=_HEARD)}) each_{number}"  # noqa: S608
    for number, (what, asked) in enumerate(_SINCE.items())
)
# CROSS JOIN makes SQLite begin with the few, where JOIN made it read every address that there is.
_COORDINATORS = text(
    "SELECT DISTINCT a.channel FROM staff s CROSS JOIN addresses a"
    " WHERE a.staff_id = s.id AND s.role = 'coordinator' AND s.status = 'confirmed' AND a.trouble IS NULL"
)

# ---------------------------------------------------------------- messages


def _messages(db: Db) -> dict[tuple[Channel, int], datetime]:
    """By channel and priority. A message that the provider refused counts from when it was made, while we try again:
    every try puts it off, and it would never be late."""
    found: dict[tuple[Channel, int], datetime] = {}
    for row in _longest_waiting(db):
        key = Channel(row.channel), row.priority
        at = moment(row.at)
        found[key] = min(at, found.get(key, at))
    return found


def _longest_waiting(db: Db) -> Iterable[Any]:
    return db.connection.execute(_MESSAGES).all()


def _waits(channel: Channel, priority: int) -> str:
    return f"FROM outbox WHERE status = 'queued' AND channel = '{channel.value}' AND priority = {priority}"


def _queries() -> Iterable[str]:
    for channel in Channel:
        for priority in PRIORITIES:
            what = f"'{channel.value}' AS channel, {priority} AS priority"
            waits = _waits(channel, priority)
            first = f"(SELECT next_at AS at {waits} ORDER BY next_at LIMIT 1) w_{priority}"
            yield f"SELECT {what}, at FROM {first}"  # noqa: S608
            if priority in _FIRST:
                soon = "" if priority == CRISIS else f" AND next_at - claimed_at < {microseconds(EPOCH + _RETRY)}"
                yield f"SELECT {what}, MIN(made_at) AS at {waits} AND attempts > 0{soon}"


_MESSAGES = _those_that_are(_queries())

# ---------------------------------------------------------------- check-ins that nobody will end


@dataclass(frozen=True, slots=True)
class Scan:
    """Part of a walk through the check-ins that have been asked. ``reached`` is where to go on; None: at the end."""

    stuck: int
    reached: int | None


_ASKED = text(
    "SELECT w.id, EXISTS (SELECT 1 FROM sessions s WHERE s.participant_id = w.participant_id AND s.status = 'open'"
    " AND s.slot_id = w.id) AS goes_on, w.due_at FROM slots w WHERE w.status = 'asked' AND w.id > :after"
    " ORDER BY w.id LIMIT :limit"
)


def scan_asked(db: Db, after: int, before: datetime, limit: int = SLOTS_AT_ONCE) -> Scan:
    """Look at the next ``limit`` check-ins that were asked: one due ``before`` without its conversation never ends.

    There may be a hundred thousand, so they are walked through in parts.
    """
    rows = db.connection.execute(_ASKED, {"after": after, "limit": limit}).all()
    stuck = sum(not row.goes_on and moment(row.due_at) < before for row in rows)
    return Scan(stuck, rows[-1].id if len(rows) == limit else None)
