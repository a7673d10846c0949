"""``fingerpost staff``: who gets alerts, whom they support, and who is away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date

import typer

from bot import absence
from bot.app import clock
from bot.cli.opening import day_in_words, number_of, on_the_staff, opened, service, settings
from flows import timing
from flows.errors import ConfigError
from flows.model import Channel
from flows.statuses import StaffStatus
from flows.talking.staff_times import read_off
from storage import audit, caseload, people, staff
from storage.staff import Role, StaffMember
from storage.statements import Db

CHANNELS = {"sms": Channel.SMS, "telegram": Channel.TELEGRAM}


def add(name: str, number: str, role: str, *, paid: bool) -> None:
    """Invite somebody and print the code that they must text back."""
    try:
        wanted = staff.Role(role.casefold())
    except ValueError:
        raise ConfigError([f"{role} is no role. Type --role mentor or --role coordinator."]) from None
    if not name.strip():
        raise ConfigError(["A name is needed: it stands in what other staff are told. Type their first name."])
    key = number_of(number) if number else None
    now = clock()

    def unit(db: Db) -> str:
        address_id = people.address(db, *key, now) if key is not None else None
        code = staff.add(db, " ".join(name.split()), wanted, address_id, now, secrets.randbelow, paid=paid)
        audit.write(db, [audit.Line(audit.OPERATOR, "staff.invited", detail={"role": wanted.value})], now)
        return code

    with opened() as database:
        code = database.run_now(unit)
    typer.echo(f"{name} is invited as a {wanted}. Give them this code by hand: {code}")
    typer.echo("They text it to the service's number within a day. Until then nothing is sent to their phone.")


def code(name: str) -> None:
    """A fresh pairing code: for a first, another or a new phone, or after STOP."""
    now = clock()

    def unit(db: Db) -> tuple[StaffMember, str]:
        member = on_the_staff(db, name)
        fresh = staff.new_code(db, member.id, now, secrets.randbelow)
        audit.write(db, [audit.Line(audit.OPERATOR, "staff.code", detail={"staff": member.id})], now)
        return member, fresh

    with opened() as database:
        member, fresh = database.run_now(unit)
    typer.echo(f"Give {member.name} this code by hand: {fresh}")
    if member.status is StaffStatus.CONFIRMED:
        typer.echo(
            "Texted within a day from another phone, or sent to the bot on Telegram, it adds that one to theirs."
        )
    else:
        typer.echo("They text it to the service's number, or send it to the bot on Telegram, within a day.")


def list_all() -> None:
    """One line each: who they are, how they are reached, whom they support, and until when they are away."""
    caps = service(settings()).caseload

    def unit(db: Db) -> tuple[list[StaffMember], Mapping[int, Sequence[tuple[Channel, str]]], Mapping[int, int]]:
        return staff.everybody(db), staff.phones_of(db), caseload.count(db)

    with opened() as database:
        members, phones, supported = database.run_now(unit)
    names = {member.id: member.name for member in members}
    today = _today()
    for member in members:
        paid = ", paid" if member.paid else ""
        parts = [
            f"{member.id}  {member.name}  {member.role}{paid}  {member.status}  {_reached(member, phones)}",
            f"supports {supported.get(member.id, 0)} of {caseload.cap_of(member, caps) or 'any number'}",
        ]
        if member.is_away(today) and member.away_until is not None:
            cover = names.get(member.cover_id or 0)
            parts.append(f"away until {member.away_until:%Y-%m-%d}, {cover or 'nobody'} covers")
        typer.echo("  ".join(parts))
    if not members:
        typer.echo("Nobody yet. Type: fingerpost staff add NAME NUMBER --role coordinator")


def _reached(member: StaffMember, phones: Mapping[int, Sequence[tuple[Channel, str]]]) -> str:
    theirs = phones.get(member.id, ())
    return ", ".join(f"{channel} …{address[-3:]}{_first(member, channel)}" for channel, address in theirs) or "no phone"


def _first(member: StaffMember, channel: Channel) -> str:
    return " (first)" if member.prefers is channel else ""


def prefer(name: str, channel: str) -> None:
    """Which channel somebody's alerts go by first."""
    if channel != "any" and channel not in CHANNELS:
        raise ConfigError([f"{channel} is no channel. Type sms, telegram, or any for the one last used."])
    now = clock()

    def unit(db: Db) -> tuple[StaffMember, bool]:
        member = on_the_staff(db, name)
        chosen = CHANNELS.get(channel)
        staff.set_prefers(db, member.id, chosen)
        detail = {"staff": member.id, "channel": channel}
        audit.write(db, [audit.Line(audit.OPERATOR, "staff.prefers", detail=detail)], now)
        has = {each for each, _ in staff.phones_of(db).get(member.id, ())}
        return member, chosen is None or chosen in has

    with opened() as database:
        member, has = database.run_now(unit)
    typer.echo(f"{member.name}'s alerts go by {'the phone they last used' if channel == 'any' else channel} first.")
    if not has:
        typer.echo(f"They have no phone there yet. {staff.how_to_pair(member.name)}")


def away(name: str, until: str, cover: str) -> None:
    """Nothing goes to somebody until a day; a cover stands in; what is open moves on at once."""
    now, today = clock(), _today()
    day = _day(until, today)

    def unit(db: Db) -> tuple[StaffMember, StaffMember | None, int]:
        member = on_the_staff(db, name)
        stand_in = on_the_staff(db, cover) if cover else None
        if stand_in is not None and stand_in.id == member.id:
            raise ConfigError([f"{member.name} cannot cover for themselves. Name somebody else after --cover."])
        if stand_in is not None and member.role is Role.COORDINATOR and stand_in.role is not Role.COORDINATOR:
            what = f"{member.name} is a coordinator, and {stand_in.name} may not hear all that coordinators hear."
            raise ConfigError([f"{what} Name a coordinator after --cover, or nobody: the other coordinators hear."])
        cover_id = stand_in.id if stand_in is not None else None
        return member, stand_in, absence.leave(db, member, day, cover_id, now, audit.OPERATOR)

    with opened() as database:
        member, stand_in, moved = database.run_now(unit)
    covered = f"{stand_in.name} covers" if stand_in is not None else "nobody covers: alerts go to the next person"
    typer.echo(f"{member.name} is away until {day_in_words(day)}, and {covered}.")
    if moved:
        typer.echo(f"Alerts of theirs that move on now: {moved}.")
    if stand_in is not None and (stand_in.status is not StaffStatus.CONFIRMED or stand_in.is_away(today)):
        reason = "away too" if stand_in.is_away(today) else f"{stand_in.status}, so nothing reaches them yet"
        typer.echo(f"{stand_in.name} is {reason}.")


def back(name: str) -> None:
    """Somebody is back: everything comes to them again."""
    now = clock()

    def unit(db: Db) -> StaffMember:
        member = on_the_staff(db, name)
        staff.set_away(db, member.id, None)
        audit.write(db, [audit.Line(audit.OPERATOR, "staff.back", detail={"staff": member.id})], now)
        return member

    with opened() as database:
        member = database.run_now(unit)
    typer.echo(f"{member.name} is back: alerts come to them again.")


def _today() -> date:
    return timing.local(clock(), service(settings()).time_zone).date()


def _day(written: str, today: date) -> date:
    try:
        day: date | None = date.fromisoformat(written)
    except ValueError:
        day = read_off(" ".join(written.casefold().split()), today)
    if day is None or day <= today:
        raise ConfigError([f"{written} is no day ahead. Type it like 2026-12-24, monday or 2 weeks."])
    return day
