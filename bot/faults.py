"""Tells coordinators what is wrong with the service itself, once a day for each fault, and when it is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import Desk
from bot.telling import spoken, to_staff
from bot.watching import Kind, Trouble
from flows import timing
from flows.effects import Purpose
from flows.model import Channel
from storage import faults, outbox, staff
from storage.faults import Fault
from storage.statements import Db

LASTS = timedelta(seconds=45)  # one look may meet a service that is just starting; two do not
OVER = timedelta(seconds=130)  # two looks that did not see it
AT_ONCE = 3  # sentences in one message; the worst ones
USELESS = timedelta(hours=12)

# People may be in danger, or wait for somebody: at any hour. The others wait for the morning.
SERIOUS = frozenset(
    {
        Kind.CRISIS_UNHEARD,
        Kind.CRISIS_STUCK,
        Kind.CRISIS_LATE,
        Kind.SENDING,
        Kind.CREDENTIALS,
        Kind.CHANNEL,
        Kind.INCOMING,
        Kind.ALERT_STUCK,
        Kind.LATE,
    }
)
# nobody could be told, or the message could not be kept
UNSPOKEN = frozenset({Kind.LOOK, Kind.DATABASE, Kind.SCHEMA, Kind.COPY, Kind.NO_COORDINATOR})
SPOKEN = {Channel.SMS: "SMS", Channel.TELEGRAM: "Telegram"}


def tell(db: Db, desk: Desk, found: Iterable[Trouble], working: Collection[Channel], now: datetime) -> None:
    """Queue what coordinators should hear now, over the ``working`` channels. Run it at every look."""
    named = {_name(trouble): trouble for trouble in found if trouble.kind not in UNSPOKEN}
    over = [fault for fault in faults.all_of(db).values() if fault.stands and now - fault.seen_at >= OVER]
    for fault in over:
        faults.keep(db, replace(fault, stands=False))
    standing = faults.see(db, named, now)
    fresh = [named[name] for name, fault in standing.items() if _is_news(desk, fault, now)]
    _say_wrong(db, desk, sorted(fresh, key=_rank)[:AT_ONCE], working, now)
    for trouble in fresh:
        faults.keep(db, replace(standing[_name(trouble)], told_at=now))
    ended = [fault for fault in over if fault.told_at is not None and fault.told_at >= fault.since]
    _say_over(db, desk, [_of(fault) for fault in ended], working, now)


def _is_news(desk: Desk, fault: Fault, now: datetime) -> bool:
    told_today = fault.told_at is not None and _day(desk, fault.told_at) == _day(desk, now)
    return now - fault.since >= LASTS and not told_today


def _say_wrong(db: Db, desk: Desk, fresh: list[Trouble], working: Collection[Channel], now: datetime) -> None:
    if not fresh:
        return
    serious = any(trouble.kind in SERIOUS for trouble in fresh)
    phrase = "service fault serious" if serious else "service fault"
    _queue(db, desk, phrase, fresh, working, now, at_any_hour=serious)


def _say_over(db: Db, desk: Desk, ended: list[Trouble], working: Collection[Channel], now: datetime) -> None:
    if ended:
        _queue(db, desk, "service fault over", sorted(ended, key=_rank)[:AT_ONCE], working, now, at_any_hour=False)


def _queue(
    db: Db,
    desk: Desk,
    phrase: str,
    troubles: list[Trouble],
    working: Collection[Channel],
    now: datetime,
    *,
    at_any_hour: bool,
) -> None:
    service = desk.live.library.service
    goes_at = now if at_any_hour else timing.quiet_ends(now, "", service)
    messages = []
    for phone in _phones(db, working):
        what = " ".join(_sentence(desk, phone.channel, trouble) for trouble in troubles)
        message = to_staff(desk, phone, phrase, {"what": what})
        message.purpose = Purpose.ALERT if at_any_hour else Purpose.NOTICE
        message.not_before, message.expires_at = goes_at, goes_at + USELESS
        # two processes may see the same fault in the same minute
        message.dedupe = f"{phrase} {_name(troubles[0])} {phone.member.id} {_day(desk, now)}"
        messages.append(message)
    outbox.queue(db, messages, now)


def _phones(db: Db, working: Collection[Channel]) -> list[staff.StaffPhone]:
    """One phone for each coordinator who has one on a channel that works."""
    theirs = staff.phones(db, [phone.member.id for phone in staff.coordinators(db)])
    firsts = (next((phone for phone in phones if phone.channel in working), None) for phones in theirs.values())
    return [phone for phone in firsts if phone is not None]


def _sentence(desk: Desk, channel: Channel, trouble: Trouble) -> str:
    named = SPOKEN.get(Channel(trouble.of), trouble.of) if trouble.of in set(Channel) else ""
    return spoken(desk, channel, f"fault {trouble.kind.name.lower().replace('_', ' ')}", {"channel": named})


def _rank(trouble: Trouble) -> int:
    return list(Kind).index(trouble.kind)


def _name(trouble: Trouble) -> str:
    """A trouble of a channel is one of its own; those of ticks are told as one."""
    return f"{trouble.kind.name} {trouble.of}" if trouble.of in set(Channel) else trouble.kind.name


def _of(fault: Fault) -> Trouble:
    kind, _, of = fault.name.partition(" ")
    return Trouble(Kind[kind], of)


def _day(desk: Desk, at: datetime) -> str:
    return timing.local(at, desk.live.library.service.time_zone).date().isoformat()
