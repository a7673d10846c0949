"""Groups that were offered to people, and what came of each offer; what nobody could be offered; rows found shut.

A referral is a person's own and is erased with them. A report of a closed door and an unmet need name nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text, update

from flows.effects import Offered, Referred, Unmet
from flows.statuses import ReferralStatus, may_become
from storage import directory
from storage.statements import Db, insert
from storage.tables import group_reports, referrals, unmet_needs

_STILL_OPEN = text("status IN ('offered', 'chosen')")
_ENDS = frozenset(ReferralStatus) - {ReferralStatus.OFFERED, ReferralStatus.CHOSEN}


@dataclass(frozen=True, slots=True)
class Referral:
    """One group that somebody was offered. ``meets_on`` is the day they meant to go."""

    group_id: str
    initiative: str
    status: ReferralStatus
    offered_at: datetime
    chosen_at: datetime | None
    meets_on: date | None
    company: bool
    ended_at: datetime | None
    why: str


def of(db: Db, participant_id: int) -> list[Referral]:
    """What somebody was offered, the earliest first."""
    rows = db.connection.execute(
        select(referrals).where(referrals.c.participant_id == participant_id).order_by(referrals.c.id)
    )
    return [
        Referral(
            row.group_id,
            row.initiative,
            ReferralStatus(row.status),
            row.offered_at,
            row.chosen_at,
            row.meets_on,
            row.company,
            row.ended_at,
            row.why or "",
        )
        for row in rows
    ]


def offer(db: Db, participant_id: int, offered: Offered, now: datetime) -> None:
    """Keep what somebody was shown. A group whose offer is still open is offered once."""
    rows = [
        {
            "id": db.ids.next(now),
            "participant_id": participant_id,
            "group_id": group_id,
            "initiative": initiative,
            "status": ReferralStatus.OFFERED,
            "offered_at": now,
            "company": False,
        }
        for group_id, initiative in offered.groups
    ]
    if rows:
        statement = insert(db, referrals).on_conflict_do_nothing(
            index_elements=["participant_id", "group_id"], index_where=_STILL_OPEN
        )
        db.connection.execute(statement, rows)


def settle(db: Db, participant_id: int, came: Referred, now: datetime) -> bool:
    """Note what came of the newest offer of a group; whether it was news.

    An answer that is given again adds only its ``why``.
    """
    theirs = (referrals.c.participant_id == participant_id, referrals.c.group_id == came.group)
    newest = select(func.max(referrals.c.id)).where(*theirs).scalar_subquery()
    if came.company:
        db.connection.execute(update(referrals).where(referrals.c.id == newest).values(company=True))
    if came.status is None:
        return False
    changes: dict[str, Any] = {"status": came.status}
    if came.status is ReferralStatus.CHOSEN:
        changes |= {"chosen_at": now, "meets_on": came.meets}
    if came.status in _ENDS:
        changes["ended_at"] = now
    if came.why:
        changes["why"] = came.why[:40]
    moved = db.connection.execute(
        update(referrals)
        .where(referrals.c.id == newest, referrals.c.status.in_(may_become(came.status)))
        .values(**changes)
    )
    if moved.rowcount == 0:
        same = (referrals.c.id == newest, referrals.c.status == came.status)
        known = {name: value for name, value in changes.items() if name in ("why", "meets_on")}
        if known:
            db.connection.execute(update(referrals).where(*same).values(**known))
    return moved.rowcount == 1


# ---------------------------------------------------------------- shut, or not there


def report(db: Db, participant_id: int, group_id: str, initiative: str, today: date) -> int:
    """Somebody found a group shut or gone; how many people have, since a coordinator last checked it (a source's own
    word that it is there checks nothing). 0: they have said so before.

    Call it after ``settle``. Two reports are independent when two people made them: so only the first of each counts.
    """
    directory.hold(db, group_id)
    since = directory.answered_until(db, (group_id, initiative))
    theirs = select(func.count()).where(
        referrals.c.participant_id == participant_id,
        referrals.c.group_id == group_id,
        referrals.c.status == ReferralStatus.NOT_THERE,
        referrals.c.ended_at > since,
    )
    if db.connection.execute(theirs).scalar_one() > 1:
        return 0
    one = insert(db, group_reports).values(group_id=group_id, day=today, people=1)
    more = {"people": group_reports.c.people + 1}
    db.connection.execute(one.on_conflict_do_update(index_elements=["group_id", "day"], set_=more))
    # a check has taken away what it answered
    standing = select(func.sum(group_reports.c.people)).where(group_reports.c.group_id == group_id)
    return int(db.connection.execute(standing).scalar_one())


# ---------------------------------------------------------------- nothing to offer


def miss(db: Db, missed: Iterable[Unmet], today: date) -> None:
    """Count what could not be met: where, and which need; each need of a search by itself."""
    counted = Counter((one.near[:40], need[:40]) for one in missed for need in one.needs or ("",))
    for (near, need), times in sorted(counted.items()):  # in one order, so that two units do not wait for each other
        some = insert(db, unmet_needs).values(day=today, near=near, need=need, times=times)
        more = {"times": unmet_needs.c.times + some.excluded.times}
        db.connection.execute(some.on_conflict_do_update(index_elements=["day", "near", "need"], set_=more))


def unmet(db: Db, since: date) -> Sequence[tuple[str, str, int]]:
    """Where, which need and how often, from ``since`` on; the commonest first."""
    counted = func.sum(unmet_needs.c.times)
    rows = db.connection.execute(
        select(unmet_needs.c.near, unmet_needs.c.need, counted)
        .where(unmet_needs.c.day >= since)
        .group_by(unmet_needs.c.near, unmet_needs.c.need)
        .order_by(counted.desc(), unmet_needs.c.near, unmet_needs.c.need)
    )
    return [(near, need, times) for near, need, times in rows]
