"""``fingerpost staff rota``: who is on duty in the coming week, and when nobody is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import typer

from bot.app import clock
from bot.cli.opening import day_in_words, on_the_staff, opened, service, settings
from bot.team import team_of
from flows import timing
from flows.content import Service
from flows.errors import ConfigError
from flows.model import Shift
from flows.reading.values import read_date, read_days, read_time
from flows.rota import MINUTES, Team
from flows.statuses import StaffStatus
from storage import audit, rota, staff
from storage.staff import StaffMember, how_to_pair
from storage.statements import Db

_WEEK = timedelta(days=7)
_EVERY_DAY = frozenset(range(7))
_DAYS = {"every day": _EVERY_DAY, "daily": _EVERY_DAY, "weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}


def show() -> None:
    """The coming week, day by day, then the gaps."""
    now, ours = clock(), service(settings())

    def unit(db: Db) -> tuple[Team, dict[int, StaffMember]]:
        return team_of(db, ours.time_zone), {each.id: each for each in staff.everybody(db)}

    with opened() as database:
        team, members = database.run_now(unit)
    if not team.shifts:
        typer.echo("The rota is empty, so urgent alerts go to all coordinators at any hour.")
        typer.echo('Type: fingerpost staff rota add NAME "Mon to Fri" 09:00 17:00')
        return
    today = timing.local(now, ours.time_zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(7)):
        for shift in _begins_on(day, team.shifts):
            who = members.get(shift.staff_id)
            typer.echo(f"{day:%a} {day.day} {day:%b}  {_times(shift)}  {_who(who, day, members)}")
    gaps = team.gaps(now, _WEEK)
    for starts, ends in gaps:
        typer.echo(f"Nobody is on duty from {_moment(starts, ours)} to {_moment(ends, ours)}.")
    if gaps:
        typer.echo("Meanwhile urgent alerts go to all coordinators.")
    else:
        typer.echo("Somebody is on duty at every hour of this week.")


def _begins_on(day: date, shifts: Sequence[Shift]) -> list[Shift]:
    return [
        shift
        for shift in shifts
        if shift.weekday == day.weekday()
        and shift.first_day <= day
        and (shift.last_day is None or day <= shift.last_day)
    ]


def _who(member: StaffMember | None, day: date, members: dict[int, StaffMember]) -> str:
    if member is None:
        return "somebody who is not on the staff any more"
    if member.status is not StaffStatus.CONFIRMED:
        return f"{member.name} ({member.status}: nothing reaches them)"
    if member.is_away(day):
        cover = members.get(member.cover_id or 0)
        return f"{member.name} (away, {cover.name if cover is not None else 'nobody'} covers)"
    return member.name


def add(name: str, days: str, starts: str, ends: str, since: str, until: str) -> None:
    """Put somebody on duty every week."""
    now, ours = clock(), service(settings())
    weekdays, begins, finishes = _days(days), _minutes(starts), _minutes(ends)
    today = timing.local(now, ours.time_zone).date()
    first = _date(since) if since else today
    last = _date(until) if until else None
    if last is not None and last < max(first, today):
        raise ConfigError([f"{until} is over before it begins. Type a later day after --until."])

    def unit(db: Db) -> StaffMember:
        member = on_the_staff(db, name)
        for weekday in sorted(weekdays):
            rota.add(db, member.id, weekday, begins, finishes, now, first_day=first, last_day=last)
        detail = {"staff": member.id, "days": sorted(weekdays)}
        audit.write(db, [audit.Line(audit.OPERATOR, "rota.added", detail=detail)], now)
        return member

    with opened() as database:
        member = database.run_now(unit)
    night = " the next morning" if finishes <= begins else ""
    lasts = f" until {day_in_words(last)}" if last is not None else ""
    typer.echo(
        f"{member.name} is on duty {_said_days(weekdays)} from {_clock(begins)} to {_clock(finishes)}{night}{lasts}."
    )
    if member.status is not StaffStatus.CONFIRMED:
        typer.echo(f"Nothing reaches {member.name} yet: they are {member.status}. {how_to_pair(member.name)}")
    if member.is_volunteer:
        typer.echo("A volunteer on duty alone is not told when life is at risk: coordinators are.")


def remove(name: str, days: str, starts: str) -> None:
    """Take somebody's shifts on these days off the rota."""
    now = clock()
    weekdays = _days(days)
    begins = _minutes(starts) if starts else None

    def unit(db: Db) -> tuple[StaffMember, int]:
        member = on_the_staff(db, name)
        theirs = [
            shift
            for shift in rota.everything(db)
            if shift.staff_id == member.id and shift.weekday in weekdays and begins in (None, shift.starts)
        ]
        for shift in theirs:
            rota.remove(db, shift.id)
        detail = {"staff": member.id, "days": sorted(weekdays)}
        audit.write(db, [audit.Line(audit.OPERATOR, "rota.removed", detail=detail)], now)
        return member, len(theirs)

    with opened() as database:
        member, removed = database.run_now(unit)
    if not removed:
        raise ConfigError([f"{member.name} has no such shift. Type fingerpost staff rota to see who is on duty."])
    typer.echo(f"Shifts of {member.name} taken off the rota: {removed}.")


# ---------------------------------------------------------------- days and times, read and shown


def _days(written: str) -> frozenset[int]:
    said = " ".join(written.casefold().replace("-", " to ").replace("–", " to ").split())
    found = _DAYS.get(said) or read_days(said)
    if not found:
        raise ConfigError([f'{written} names no days. Type them like "Mon to Fri", Sat, "Mon, Wed" or "every day".'])
    return found


def _minutes(written: str) -> int:
    said = written.strip().casefold()
    if said in ("24:00", "midnight"):
        return 0
    found = read_time(said)
    if found is None:
        raise ConfigError([f"{written} is no time. Type it like 09:00 or 9am."])
    return found.hour * 60 + found.minute


def _date(written: str) -> date:
    found = read_date(written)
    if found is None:
        raise ConfigError([f"{written} is no date. Type it like 2026-12-24."])
    return found


def _said_days(days: frozenset[int]) -> str:
    if days == _EVERY_DAY:
        return "every day"
    return ", ".join(timing.DAYS[day].capitalize() for day in sorted(days))


def _clock(minutes: int) -> str:
    return f"{minutes % MINUTES // 60:02}:{minutes % 60:02}"


def _times(shift: Shift) -> str:
    return f"{_clock(shift.starts)} to {_clock(shift.ends)}{' +1' if shift.ends <= shift.starts else '   '}"


def _moment(at: datetime, ours: Service) -> str:
    there = timing.local(at, ours.time_zone)
    return f"{there:%a} {there.day} {there:%b %H:%M}"
