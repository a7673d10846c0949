"""Everybody on the staff who can be told something, and the rota, as flows/rota.py wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.rota import Member, Team
from storage import rota, staff
from storage.staff import Role, StaffPhone
from storage.statements import Db


def phones_of_all(db: Db) -> Mapping[int, Sequence[StaffPhone]]:
    """The phones of all confirmed staff, by id, in the order that messages try them."""
    return staff.phones(db, [member.id for member in staff.everybody(db)])


def team_of(db: Db, zone: str, phones: Mapping[int, Sequence[StaffPhone]] | None = None) -> Team:
    """The team on a clock in ``zone``: only who has confirmed, and has a phone."""
    phones = phones_of_all(db) if phones is None else phones
    members = {
        staff_id: Member(
            id=staff_id,
            is_coordinator=own[0].member.role is Role.COORDINATOR,
            is_volunteer=own[0].member.is_volunteer,
            away_until=own[0].member.away_until,
            cover_id=own[0].member.cover_id,
        )
        for staff_id, own in phones.items()
        if own
    }
    return Team(members, rota.everything(db), zone)
