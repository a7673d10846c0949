"""``fingerpost staff``: who gets alerts."""

from __future__ import annotations

import secrets

import typer

from bot.app import clock
from bot.cli.opening import number_of, opened
from flows.errors import ConfigError
from storage import audit, people, staff
from storage.statements import Db


def add(name: str, number: str, role: str, *, paid: bool) -> None:
    """Invite somebody and print the code that they must text back."""
    try:
        wanted = staff.Role(role.casefold())
    except ValueError:
        raise ConfigError([f"{role} is no role. Type --role mentor or --role coordinator."]) from None
    key = number_of(number) if number else None
    now = clock()

    def unit(db: Db) -> str:
        address_id = people.address(db, *key, now) if key is not None else None
        code = staff.add(db, name, wanted, address_id, now, secrets.randbelow, paid=paid)
        audit.write(db, [audit.Line(audit.OPERATOR, "staff.invited", detail={"role": wanted.value})], now)
        return code

    with opened() as database:
        code = database.run_now(unit)
    typer.echo(f"{name} is invited as a {wanted}. Give them this code by hand: {code}")
    typer.echo("They text it to the service's number within a day. Until then nothing is sent to their phone.")


def list_all() -> None:
    """One line each."""
    with opened() as database:
        members = database.run_now(staff.everybody)
        phones = database.run_now(staff.phones_of)
    for member in members:
        reached = (
            ", ".join(f"{channel} …{address[-3:]}" for channel, address in phones.get(member.id, ())) or "no phone"
        )
        paid = ", paid" if member.paid else ""
        typer.echo(f"{member.id}  {member.name}  {member.role}{paid}  {member.status}  {reached}")
    if not members:
        typer.echo("Nobody yet. Type: fingerpost staff add NAME NUMBER --role coordinator")
