"""Which queued messages may go now.

A message is marked ``sending`` in a commit of its own before the provider is called, and that commit reads everything
again that may forbid it: STOP, a pause, the hour, an acknowledgement. How a send ends is in storage/ends.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, text, update

from flows.effects import Button, Purpose
from flows.errors import Unreadable
from flows.model import Channel
from flows.picture import Picture
from flows.statuses import AlertStatus, PersonStatus, StaffStatus
from storage import sessions
from storage.outbox import CRISIS, PRIORITIES, read_body, read_picture
from storage.statements import Bulk, Db, Lookup, unpack
from storage.tables import microseconds, moment, outbox

FRESH = timedelta(minutes=10)  # an answer this young goes out at any hour
LONGEST_LOOK = 4  # how many rows are looked at for each one wanted: one address may have many, and gets one at a time


class Lane(NamedTuple):
    """Messages of one urgency on one channel: those that keep each other waiting."""

    channel: Channel
    priority: int


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A claimed message, opened, with where it goes."""

    id: int
    channel: Channel
    address: str
    address_id: int
    purpose: Purpose
    crisis: bool
    text: str
    buttons: tuple[Button, ...]
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None
    about: str
    parts: int
    attempts: int  # this one included
    made_at: datetime
    expires_at: datetime | None
    picture: Picture | None = None


UNREADABLE = "unreadable"


class Shut(NamedTuple):
    """A message that can never go, because its words or its address do not open: it is suppressed as unreadable."""

    id: int
    channel: Channel
    address_id: int
    purpose: Purpose
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be sent now. ``looked`` counts the rows decided on: while it is not 0, claim again at once.

    Whoever must know of ``shut`` is to be told in the same unit.
    """

    messages: tuple[Outgoing, ...]
    looked: int
    shut: tuple[Shut, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """What only flows/timing.py knows, for a time zone ("" is the service's): until when it is quiet, and the date.

    ``at_work``: whether staff are at work now, quiet hours or not.
    """

    quiet_until: Callable[[str], datetime | None]
    today: Callable[[str], date]
    at_work: Callable[[], bool] = lambda: False


# ---------------------------------------------------------------- claiming

_FREE = "NOT EXISTS (SELECT 1 FROM outbox s WHERE s.address_id = o.address_id AND s.status = 'sending')"
_CANDIDATES = (
    "SELECT o.id, o.address_id FROM outbox o JOIN addresses a ON a.id = o.address_id"
    " WHERE o.status = 'queued' AND o.channel = ? AND o.priority = ? AND o.next_at <= ?{free}{resting}{since}"
    " ORDER BY o.next_at, o.id LIMIT ?{lock}"
)
_LOCK = " FOR NO KEY UPDATE SKIP LOCKED"

# Most of the time nothing waits at all: one statement says where something does, instead of one for each lane.
_WAITS = (
    "SELECT '{channel}', {priority} WHERE EXISTS (SELECT 1 FROM outbox"
    " WHERE status = 'queued' AND channel = '{channel}' AND priority = {priority} AND next_at <= {mark})"
)

_BUSY_ADDRESSES = Lookup("SELECT address_id FROM outbox WHERE status = 'sending' AND address_id IN (*)")

_OPENED = Lookup(
    "SELECT o.id, o.channel, o.address_id, o.purpose, o.priority, o.body, o.participant_id, o.staff_id, o.alert_id,"
    " o.about, o.parts, o.attempts, o.made_at, o.expires_at, a.sealed, a.trouble, p.status AS person_status,"
    " CASE WHEN o.about = 'nudge' THEN (SELECT MAX(n.received_at) FROM inbox n"
    " WHERE n.participant_id = o.participant_id AND n.received_at >= o.made_at"
    " AND n.kind NOT IN ('left', 'came back', 'group')) END AS written_at,"
    " p.time_zone, p.stopped_at, p.paused_until, w.status AS staff_status,"
    # a page may be about several alerts, and goes while any of them is open: then this is empty
    " CASE WHEN o.purpose = 'alert' THEN COALESCE((SELECT MIN(CASE t.status WHEN 'open' THEN '' ELSE t.status END)"
    " FROM pages g JOIN alerts t ON t.id = g.alert_id WHERE g.outbox_id = o.id), l.status) END AS alert_status,"
    " EXISTS (SELECT 1 FROM alerts c WHERE c.participant_id = o.participant_id AND c.status <> 'resolved'"
    " AND c.tier IS NOT NULL AND NOT c.is_test) AS in_crisis"
    " FROM outbox o JOIN addresses a ON a.id = o.address_id LEFT JOIN participants p ON p.id = o.participant_id"
    " LEFT JOIN staff w ON w.id = o.staff_id LEFT JOIN alerts l ON l.id = o.alert_id WHERE o.id IN (*)"
)

_MARK_SENDING = Lookup("UPDATE outbox SET status = 'sending', claimed_at = ?, attempts = attempts + 1 WHERE id IN (*)")
_SUPPRESS = Bulk(
    ("because", "key"),
    lambda _: (
        update(outbox)
        .where(outbox.c.id == bindparam("key"))
        .values(status=text("'suppressed'"), reason=bindparam("because", type_=outbox.c.reason.type))
    ),
)


def waiting(db: Db, now: datetime, channels: Collection[Channel]) -> frozenset[Lane]:
    """The lanes of these channels in which a message is queued whose time has come."""
    if not channels:
        return frozenset()
    lanes = [(channel.value, priority) for channel in channels for priority in PRIORITIES]
    mark = "?" if db.is_sqlite else "%s"
    each = (_WAITS.format(channel=channel, priority=priority, mark=mark) for channel, priority in lanes)
    rows = db.connection.exec_driver_sql(" UNION ALL ".join(each), (microseconds(now),) * len(lanes))
    return frozenset(Lane(Channel(channel), priority) for channel, priority in rows)


def claim(
    db: Db,
    now: datetime,
    limit: int,
    lanes: Collection[Lane],
    hours: Hours,
    *,
    resting: Collection[int] = (),
    since: datetime | None = None,
) -> Claim:
    """Mark up to ``limit`` messages of these ``lanes`` as being sent, most urgent first, at most one an address.

    Crisis messages pass one that is in flight to the same address. Nothing is claimed for the addresses ``resting``,
    which have had a message a moment ago, nor of what was made before ``since``. What may not go is suppressed with the
    reason, or put off to the end of the quiet hours.
    """
    found: list[int] = []
    taken: set[int] = set()
    for priority in sorted({lane.priority for lane in lanes}):
        channels = [lane.channel for lane in lanes if lane.priority == priority]
        candidates = _candidates(db, now, priority, channels, LONGEST_LOOK * (limit - len(found)), resting, since)
        if not db.is_sqlite and priority != CRISIS:
            # another worker may have claimed for the address between our reading and our lock: look again
            busy = {row[0] for row in _BUSY_ADDRESSES.rows(db, [address_id for _, address_id in candidates])}
            candidates = [each for each in candidates if each[1] not in busy]
        for row_id, address_id in candidates:
            if address_id not in taken and len(found) < limit:
                taken.add(address_id)
                found.append(row_id)
        if len(found) == limit:
            break
    if not found:
        return Claim((), looked=0)
    rows = {row.id: row for row in _OPENED.named(db, found)}
    to_staff = [row for row in rows.values() if row.staff_id is not None]
    morning = hours.quiet_until("") if to_staff else None
    waits = _wakes_nobody(db, to_staff) if morning is not None and not hours.at_work() else frozenset()
    going: list[Any] = []
    suppressed: list[tuple[str, int]] = []
    for row in (rows[row_id] for row_id in found):
        verdict = _verdict(row, now, hours)
        if verdict is None and row.id in waits:
            verdict = morning
        if verdict is None:
            going.append(row)
        elif isinstance(verdict, str):
            suppressed.append((verdict, row.id))
        else:
            _put_off(db, row.id, verdict)
    messages: list[Outgoing] = []
    shut: list[Shut] = []
    for row in going:
        try:
            messages.append(_opened(db, row))
        except Unreadable:
            # its key is gone: without this one row would stop every other message for good
            suppressed.append((UNREADABLE, row.id))
            who = row.participant_id, row.staff_id, row.alert_id
            shut.append(Shut(row.id, Channel(row.channel), row.address_id, Purpose(row.purpose), *who))
    _SUPPRESS.run(db, suppressed)
    sessions.look_now(db, [row_id for _, row_id in suppressed], now)
    _MARK_SENDING.run(db, [message.id for message in messages], microseconds(now))
    return Claim(tuple(messages), len(found), tuple(shut))


def _candidates(
    db: Db,
    now: datetime,
    priority: int,
    channels: Collection[Channel],
    limit: int,
    resting: Collection[int],
    since: datetime | None,
) -> list[tuple[int, int]]:
    sql = _CANDIDATES.format(
        free="" if priority == CRISIS else f" AND {_FREE}",
        resting=f" AND o.address_id NOT IN ({', '.join(str(int(each)) for each in resting)})" if resting else "",
        since=f" AND o.made_at >= {microseconds(since)}" if since is not None else "",
        lock="" if db.is_sqlite else _LOCK,
    ).replace("?", "?" if db.is_sqlite else "%s")
    found: list[tuple[int, int]] = []
    for channel in channels:
        rows = db.connection.exec_driver_sql(sql, (channel.value, priority, microseconds(now), limit))
        found.extend((row[0], row[1]) for row in rows)
    return sorted(found)  # by id, so by age: no channel is served before another


def _verdict(row: Any, now: datetime, hours: Hours) -> str | datetime | None:
    """Why this message may not go (a reason), not yet (a time), or None: it may."""
    purpose = Purpose(row.purpose)
    if purpose is Purpose.CRISIS:
        return None
    if purpose in (Purpose.ALERT, Purpose.NOTICE) and row.staff_status not in (None, StaffStatus.CONFIRMED):
        return "staff not confirmed"
    if purpose is Purpose.ALERT and row.alert_status in (AlertStatus.ACKNOWLEDGED, AlertStatus.RESOLVED):
        return str(row.alert_status)
    # after STOP an answer to something they sent later still goes; whatever was made before it does not
    answers = purpose is Purpose.REPLY and row.stopped_at is not None and row.made_at >= row.stopped_at
    if row.person_status == PersonStatus.STOPPED and purpose is not Purpose.CONFIRM and not answers:
        return "stopped"
    if row.expires_at is not None and moment(row.expires_at) <= now:
        return "expired"
    if purpose is Purpose.STARTED:
        if row.written_at is not None and row.written_at >= row.made_at:
            return "replied"  # a nudge to somebody who has answered meanwhile
        if row.person_status == PersonStatus.IN_DOUBT:
            return "in doubt"
        if row.trouble is not None:
            return str(row.trouble)
        if row.in_crisis:
            return "crisis"
        if row.paused_until is not None and hours.today(row.time_zone or "") < _date(row.paused_until):
            return "paused"
    late = now - moment(row.made_at) > FRESH and row.staff_id is None  # staff wait for the number that they are to ring
    if purpose is Purpose.STARTED or (purpose is Purpose.REPLY and late):
        return hours.quiet_until(row.time_zone or "")
    return None


_PAGED = Lookup("SELECT outbox_id, alert_id FROM pages WHERE outbox_id IN (*)")
_ALARMS = Lookup("SELECT id, tier, is_test, snapshot FROM alerts WHERE status = 'open' AND id IN (*)")


def _wakes_nobody(db: Db, rows: Iterable[Any]) -> frozenset[int]:
    """The messages to staff that nobody is woken for: notices, and pages of alerts that all wait for working hours."""
    notices, about = set(), {}
    for row in rows:
        if row.purpose == Purpose.NOTICE:
            notices.add(row.id)
        elif row.purpose == Purpose.ALERT and row.priority != CRISIS:
            about[row.id] = {row.alert_id} - {None}
    for outbox_id, alert_id in _PAGED.rows(db, list(about)):
        about[outbox_id].add(alert_id)
    found = _ALARMS.named(db, list(set().union(*about.values()))) if about else ()
    # one whose policy cannot be told goes: better woken for nothing than not told
    routine = {each.id: not each.tier and not each.is_test and _waits_for_work(each.snapshot) for each in found}
    pages = {row_id: [routine[each] for each in theirs if each in routine] for row_id, theirs in about.items()}
    return frozenset(notices | {row_id for row_id, each in pages.items() if each and all(each)})


def _waits_for_work(snapshot: Any) -> bool:
    return unpack(snapshot).get("any_hour") is False


def _date(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _put_off(db: Db, row_id: int, until: datetime) -> None:
    db.connection.execute(update(outbox).where(outbox.c.id == row_id).values(next_at=until))


def _opened(db: Db, row: Any) -> Outgoing:
    body = db.vault.open("outbox", "body", row.id, row.body)
    words, buttons = read_body(body)
    return Outgoing(
        id=row.id,
        channel=Channel(row.channel),
        address=db.vault.open("addresses", "sealed", row.address_id, row.sealed),
        address_id=row.address_id,
        purpose=Purpose(row.purpose),
        crisis=row.priority == CRISIS,
        text=words,
        buttons=buttons,
        participant_id=row.participant_id,
        staff_id=row.staff_id,
        alert_id=row.alert_id,
        about=row.about,
        parts=row.parts,
        attempts=row.attempts + 1,
        made_at=moment(row.made_at),
        expires_at=None if row.expires_at is None else moment(row.expires_at),
        picture=read_picture(body),
    )
