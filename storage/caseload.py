"""Who supports whom: a mentor and a backup for a participant, and how many a mentor may support at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from flows.errors import Refused
from flows.statuses import StaffStatus
from storage import audit, staff
from storage.staff import Role, StaffMember
from storage.statements import Db
from storage.tables import addresses, participants
from storage.tables import staff as staff_table


@dataclass(frozen=True, slots=True)
class Support:
    """Who supports somebody, and what whoever arranged it should know."""

    mentor: StaffMember | None
    backup: StaffMember | None
    warnings: tuple[str, ...] = ()


def assign(
    db: Db,
    participant_id: int,
    mentor_id: int | None,
    backup_id: int | None,
    caps: Mapping[str, int],
    now: datetime,
    actor: str = audit.OPERATOR,
) -> Support:
    """Give somebody a mentor and a backup; None takes one away.

    ``caps`` is service.yaml's caseload: how many a volunteer and a paid mentor support at most; a coordinator counts as
    paid, a backup does not count. Raises Refused, with the sentence to show, where a mentor has as many already, where
    both are the same, and where somebody would be their own mentor.
    """
    # the person first, then the staff: in that order locks are taken
    was = db.connection.execute(
        select(participants.c.mentor_id).where(participants.c.id == participant_id).with_for_update()
    ).first()
    if was is None:
        raise Refused(f"There is no participant {participant_id}.")
    if mentor_id is not None and mentor_id == backup_id:
        raise Refused("A backup has to be somebody else than the mentor.")
    wanted = [each for each in (mentor_id, backup_id) if each is not None]
    # two who assign to the same mentor at once wait for each other here, so that both count
    db.connection.execute(
        select(staff_table.c.id).where(staff_table.c.id.in_(wanted)).order_by(staff_table.c.id).with_for_update()
    )
    members = staff.load(db, wanted)
    for each in wanted:
        if each not in members:
            raise Refused(f"There is nobody on the staff with the id {each}.")
        if _is_themselves(db, each, participant_id):
            raise Refused(f"{members[each].name} and this participant share a phone: nobody mentors themselves.")
    if mentor_id is not None and mentor_id != was.mentor_id:
        _refuse_too_many(db, members[mentor_id], caps)
    db.connection.execute(
        update(participants).where(participants.c.id == participant_id).values(mentor_id=mentor_id, backup_id=backup_id)
    )
    detail = {"mentor": mentor_id, "backup": backup_id}
    audit.write(db, [audit.Line(actor, "participant.moved", participant_id, detail)], now)
    return Support(
        members.get(mentor_id) if mentor_id is not None else None,
        members.get(backup_id) if backup_id is not None else None,
        tuple(warning for each in wanted for warning in _warnings(db, members[each])),
    )


def of(db: Db, participant_id: int) -> Support:
    """Who supports somebody now."""
    row = db.connection.execute(
        select(participants.c.mentor_id, participants.c.backup_id).where(participants.c.id == participant_id)
    ).one()
    members = staff.load(db, [each for each in row if each is not None])
    return Support(members.get(row.mentor_id), members.get(row.backup_id))


def count(db: Db) -> dict[int, int]:
    """How many participants each mentor supports, by staff id; a mentor of nobody is left out."""
    rows = db.connection.execute(
        select(participants.c.mentor_id, func.count())
        .where(participants.c.mentor_id.is_not(None))
        .group_by(participants.c.mentor_id)
    )
    return {row[0]: row[1] for row in rows}


def cap_of(member: StaffMember, caps: Mapping[str, int]) -> int | None:
    """How many somebody may support; None: no limit is set."""
    return caps.get("volunteer" if member.is_volunteer else "paid")


def _refuse_too_many(db: Db, member: StaffMember, caps: Mapping[str, int]) -> None:
    cap = cap_of(member, caps)
    has = count(db).get(member.id, 0)
    if cap is not None and has >= cap:
        kind = (
            "volunteer" if member.is_volunteer else "coordinator" if member.role is Role.COORDINATOR else "paid mentor"
        )
        raise Refused(
            f"{member.name} supports {has} people already, and a {kind} supports at most {cap}."
            " Choose somebody else, or move one of theirs first."
        )


def _is_themselves(db: Db, staff_id: int, participant_id: int) -> bool:
    shared = select(addresses.c.id).where(
        addresses.c.staff_id == staff_id, addresses.c.participant_id == participant_id
    )
    return db.connection.execute(shared.limit(1)).first() is not None


def _warnings(db: Db, member: StaffMember) -> list[str]:
    if member.status is not StaffStatus.CONFIRMED:
        return [
            f"{member.name} is {member.status}: nothing reaches them until they text a code."
            f" {staff.how_to_pair(member.name)}"
        ]
    if member.id not in staff.phones(db, [member.id]):
        return [f"{member.name} has no phone, so nothing reaches them. {staff.how_to_pair(member.name)}"]
    return []
