"""What time brings to alerts: the next step, the repeat, opening again; and warnings of a rota with nobody in it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot import logs
from bot.desk import Desk
from bot.paging import Paging
from bot.team import phones_of_all, team_of
from bot.telling import to_staff
from flows import escalation, timing
from flows.content import Service
from flows.effects import Purpose
from flows.rota import LOOKS_AHEAD, Team
from flows.statuses import AlertStatus
from storage import alerts as store
from storage import arming, escalating, marks, outbox, staff
from storage.alerts import Alert
from storage.staff import StaffPhone
from storage.statements import Db

SWEEP = 200  # alerts in one unit
EMPTY = "rota empty"
_KNOWN = "rota gaps known"  # those that come every week, and since when
_A_WEEK = timedelta(weeks=1)

log = logs.get_logger(__name__)


def escalate(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Do what is due of every alert: tell whoever is next, or open it again; how many there were.

    In a copy that is not armed only of those that were opened in it.
    """
    held = arming.held(db)
    due = escalating.claim_due(db, now, limit, held.since if held is not None else None)
    if not due:
        return 0
    service = desk.live.library.service
    open_now = [alert for alert in due if alert.status is AlertStatus.OPEN]
    for alert in due:
        if alert.status is AlertStatus.ACKNOWLEDGED:
            again = _open_again(db, alert, service, now)
            if again is not None:
                open_now.append(again)
    if open_now:
        paging = Paging(db, desk, now, open_now)
        for alert in open_now:
            paging.take(alert)
        paging.write()
    return len(due)


def set_right(db: Db, now: datetime) -> int:
    """Look anew at alerts that a clock which was ahead has put off; how many there were."""
    found = escalating.set_right(db, now)
    if found:
        log.warning("alerts.set_right", count=found)
    return found


def _open_again(db: Db, alert: Alert, service: Service, now: datetime) -> Alert | None:
    """Somebody took it and did not finish it in time: it is open again. Else None, and how long it stays theirs."""
    taken_at = alert.acknowledged_at or now
    if alert.next_at == taken_at:
        # just taken: until when was not known where it was written down
        reopens = escalation.reopens_at(taken_at, service, is_crisis=alert.is_crisis)
        if reopens > now:
            escalating.keep(db, alert, reopens)
            return None
    policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
    first = escalation.opens_at(policy, now, None, owed=False, service=service)
    if not store.begin_again(db, alert.id, now, first) or first > now:
        return None
    return store.get(db, alert.id)


# ---------------------------------------------------------------- the rota, two days ahead


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Something that coordinators should know before it happens. The same ``key`` is told once."""

    key: str
    phrase: str
    values: Mapping[str, str]


def warn_of_gaps(db: Db, desk: Desk, now: datetime) -> int:
    """Tell coordinators when nobody will be on duty, and who is away with nobody to stand in for them; how many
    messages that took. In working hours, and each thing once."""
    service = desk.live.library.service
    if not timing.is_working(now, service):
        return 0
    phones = phones_of_all(db)
    team = team_of(db, service.time_zone, phones)
    messages = [
        to_staff(
            desk,
            phone,
            each.phrase,
            each.values,
            purpose=Purpose.NOTICE,
            dedupe=f"{each.key} {phone.member.id}",
        )
        for each in (*_gaps(db, team, now, _foreseen_until(now, service)), *_uncovered(db, team, phones, now))
        for phone in staff.coordinators(db)
    ]
    told = escalating.told_before(db, [message.dedupe for message in messages if message.dedupe])
    new = [message for message in messages if message.dedupe not in told]
    outbox.queue(db, new, now)
    return len(new)


def _foreseen_until(now: datetime, service: Service) -> datetime:
    """Until when a gap must be told now: two days after staff are next there to hear of one, whatever the weekend."""
    return timing.add_working(timing.works_until(now, service), timedelta(0), service) + LOOKS_AHEAD


def _gaps(db: Db, team: Team, now: datetime, until: datetime) -> Iterator[Foreseen]:
    """Gaps that begin before ``until``, each known by when it really begins: a week is looked back and one ahead."""
    looked = (now - _A_WEEK, _A_WEEK + (until - now) + _A_WEEK)
    gaps = team.gaps(*looked)
    is_empty = gaps == ((looked[0], looked[0] + looked[1]),)
    every_week = () if is_empty else team.as_planned().gaps(*looked)
    # what is cut off by the looking back comes again within it, or has lasted for over a week
    keys = {gap: f"rota gap {timing.local(gap[0], team.zone):%a %H:%M}" for gap in every_week if gap[0] > looked[0]}
    since = _known_since(db, {EMPTY} if is_empty else set(keys.values()), timing.local(now, team.zone).date(), now)
    if is_empty:
        yield Foreseen(f"{EMPTY} {since[EMPTY]}", EMPTY, {})
        return
    for gap in gaps:
        if gap[1] <= now or gap[0] > until:
            continue
        starts, ends = (timing.local(at, team.zone) for at in gap)
        if gap in keys:
            key = f"{keys[gap]} {since[keys[gap]]}"  # one that comes every week is told once, and not every week
        elif gap[0] > looked[0]:
            key = f"rota gap {starts:%Y-%m-%d %H:%M}"
        else:
            key = f"rota gap until {ends:%Y-%m-%d %H:%M}"
        yield Foreseen(key, "rota gap", {"from": f"{starts:%a %H:%M}", "until": f"{ends:%a %H:%M}"})


def _known_since(db: Db, keys: Collection[str], today: date, now: datetime) -> Mapping[str, str]:
    """Since which day each of these has been there. What was filled is forgotten, and told again when it is back."""
    written = marks.get(db, _KNOWN)
    known: dict[str, str] = json.loads(written) if written else {}
    since = {key: known.get(key, today.isoformat()) for key in sorted(keys)}
    if since != known:
        marks.put(db, _KNOWN, json.dumps(since), now)
    return since


def _uncovered(db: Db, team: Team, phones: Mapping[int, Sequence[StaffPhone]], now: datetime) -> Iterator[Foreseen]:
    away = {each.id: each.away_until for each in team.uncovered(now)}
    for staff_id in sorted(escalating.supporting(db, away)):
        until = away[staff_id]
        assert until is not None, "who is away is away until some day"
        values = {"name": phones[staff_id][0].member.name, "until": f"{until:%a} {until.day}/{until.month}"}
        yield Foreseen(f"uncovered {staff_id} {until.isoformat()}", "mentor uncovered", values)
