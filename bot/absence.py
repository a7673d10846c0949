"""OFF, BACK and STOP: somebody on the staff cannot be reached for a while, and nothing of theirs is left lying."""

from __future__ import annotations

from datetime import date, datetime

from bot.desk import Desk
from bot.saying import Saying
from bot.team import phones_of_all
from bot.telling import to_staff
from flows.talking.staff_times import read_off
from flows.talking.staff_words import StaffWord
from storage import alerts, audit, outbox, staff
from storage.staff import StaffMember
from storage.statements import Db


def goes_off(saying: Saying, word: StaffWord) -> None:
    """OFF TILL MONDAY: until then their cover hears instead, or whoever comes next; coordinators are told."""
    until = read_off(word.when, saying.today)
    if until is None:
        saying.answer("staff off till when")
        return
    member = saying.member
    # a cover that coordinators arranged for this absence stays
    cover = member.cover_id if member.is_away(saying.today) else None
    moved = leave(saying.db, member, until, cover, saying.now, audit.staff(member.id))
    day = saying.day(until)
    saying.answer("staff off moved" if moved else "staff off", day=day)
    others = saying.other_coordinators()
    if member.role is staff.Role.COORDINATOR and all(each.member.is_away(saying.today) for each in others):
        saying.answer("staff off alone")
    saying.tell(others, "staff is off", {"owner": member.name, "day": day, "count": str(moved)})


def comes_back(saying: Saying) -> None:
    """BACK: everything comes to them again."""
    member = saying.member
    was_away = member.is_away(saying.today)
    staff.set_away(saying.db, member.id, None)
    saying.answer("staff back")
    if was_away:
        audit.write(saying.db, [audit.Line(audit.staff(member.id), "staff.back")], saying.now)
        saying.tell(saying.other_coordinators(), "staff is back", {"owner": member.name})


def leave(db: Db, member: StaffMember, until: date, cover_id: int | None, now: datetime, actor: str) -> int:
    """Nothing goes to somebody before ``until``; how many alerts of theirs move on at once."""
    staff.set_away(db, member.id, until, cover_id)
    moved = alerts.let_go(db, member.id, now)
    detail = {"staff": member.id, "until": until.isoformat(), "cover": cover_id}
    audit.write(db, [audit.Line(actor, "staff.away", detail=detail)], now)
    return len(moved)


def stops(db: Db, desk: Desk, member: StaffMember, now: datetime) -> None:
    """STOP, or a phone that is somebody else's now: their alerts move on at once, and coordinators hear of it.

    At night as well: whoever stopped may have had somebody's crisis in hand. Where no coordinator is left, everybody
    else on the staff hears that.
    """
    alerts.let_go(db, member.id, now)
    staff.stop(db, member.id)
    audit.write(db, [audit.Line(audit.staff(member.id), "staff.stopped")], now)
    left = staff.coordinators(db)
    told = [to_staff(desk, phone, "staff gone", {"name": member.name}) for phone in left]
    if not left:
        told = [to_staff(desk, phones[0], "no coordinator left", {}) for phones in phones_of_all(db).values()]
    outbox.queue(db, told, now)
