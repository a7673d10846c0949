"""A group that somebody found shut or gone: coordinators hear, and after a second person it is offered to nobody."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.desk import Desk
from bot.telling import to_staff
from flows import timing
from flows.content import Group
from flows.effects import Purpose
from storage import directory, outbox, referrals, staff
from storage.statements import Db
from storage.tables import EPOCH

ENOUGH = 2  # people: one may have gone to the wrong door, two have not


def not_there(db: Db, desk: Desk, participant_id: int, group_id: str, now: datetime) -> list[outbox.Message]:
    """Count the report; what coordinators are to hear of it. Nobody is told who said so."""
    group = desk.live.directory.group(group_id)
    times = referrals.report(db, participant_id, group_id, _last_checked(desk, group), now)
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


def _last_checked(desk: Desk, group: Group | None) -> datetime:
    """The end of the day on which somebody last knew the group to be there: what was said before no longer counts."""
    if group is None or group.checked is None:
        return EPOCH
    return timing.at_local(group.checked + timedelta(days=1), time(0), desk.live.library.service.time_zone)
