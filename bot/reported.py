"""A group that somebody found shut or gone: coordinators hear, and after a second person it is offered to nobody."""

from __future__ import annotations

from datetime import datetime

from bot.desk import Desk
from bot.telling import to_staff
from flows import timing
from flows.effects import Purpose
from storage import directory, outbox, referrals, staff
from storage.statements import Db

ENOUGH = 2  # people: one may have gone to the wrong door, two have not


def not_there(db: Db, desk: Desk, participant_id: int, group_id: str, now: datetime) -> list[outbox.Message]:
    """Count the report; what coordinators are to hear of it. Nobody is told who said so."""
    group = desk.live.directory.group(group_id)
    initiative = group.initiative if group is not None else group_id
    today = timing.local(now, desk.live.library.service.time_zone).date()
    times = referrals.report(db, participant_id, group_id, initiative, today)
    if times == 0:
        return []
    phrase = "staff group reported"
    if times >= ENOUGH:
        if not directory.hide(db, group_id, "reported shut or not there", now):
            return []  # it is hidden already, and they have heard
        phrase = "staff group hidden"
    values = {"name": group.name if group is not None else group_id, "group": group_id}
    service = desk.live.library.service
    return [
        to_staff(
            desk,
            phone,
            phrase,
            values,
            purpose=Purpose.NOTICE,
            not_before=timing.quiet_ends(now, "", service),  # it wakes nobody
            dedupe=f"{phrase} {group_id} {now:%Y-%m-%d} {phone.member.id}",
        )
        for phone in staff.coordinators(db)
    ]
