"""What time brings to alerts: the next step, the repeat, opening again; and warnings of a rota with nobody in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from storage import escalating, outbox, staff
from storage.alerts import Alert
from storage.staff import StaffPhone
from storage.statements import Db

SWEEP = 200  # alerts in one unit
_A_WEEK = timedelta(weeks=1)


def escalate(db: Db, desk: Desk, now: datetime, limit: int = SWEEP) -> int:
    """Do what is due of every alert: tell whoever is next, or open it again; how many there were."""
    due = escalating.claim_due(db, now, limit)
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
        for each in (*_gaps(team, now), *_uncovered(db, team, phones, now))
        for phone in staff.coordinators(db)
    ]
    told = escalating.told_before(db, [message.dedupe for message in messages if message.dedupe])
    new = [message for message in messages if message.dedupe not in told]
    outbox.queue(db, new, now)
    return len(new)


def _gaps(team: Team, now: datetime) -> Iterator[Foreseen]:
    """Gaps that begin within two days, each known by when it really begins: a week is looked back and a week ahead."""
    looked = (now - _A_WEEK, 2 * _A_WEEK + LOOKS_AHEAD)
    gaps = team.gaps(*looked)
    if gaps == ((looked[0], looked[0] + looked[1]),):
        yield Foreseen("rota empty", "rota empty", {})
        return
    every_week = set(team.as_planned().gaps(*looked))
    for gap in gaps:
        if gap[1] <= now or gap[0] > now + LOOKS_AHEAD:
            continue
        starts, ends = (timing.local(at, team.zone) for at in gap)
        # one that comes every week is told once, and not every week
        key = f"{starts:%a %H:%M}" if gap in every_week else f"{starts:%Y-%m-%d %H:%M}"
        values = {"from": f"{starts:%a %H:%M}", "until": f"{ends:%a %H:%M}"}
        yield Foreseen(f"rota gap {key}", "rota gap", values)


def _uncovered(db: Db, team: Team, phones: Mapping[int, Sequence[StaffPhone]], now: datetime) -> Iterator[Foreseen]:
    away = {each.id: each.away_until for each in team.uncovered(now)}
    for staff_id in sorted(escalating.supporting(db, away)):
        until = away[staff_id]
        assert until is not None, "who is away is away until some day"
        values = {"name": phones[staff_id][0].member.name, "until": f"{until:%a} {until.day}/{until.month}"}
        yield Foreseen(f"uncovered {staff_id} {until.isoformat()}", "mentor uncovered", values)
