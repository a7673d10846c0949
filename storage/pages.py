"""Pages: who on the staff was told of an alert, when, by which channel, and whether that went out after all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from flows.model import Channel
from flows.statuses import OutboxStatus
from storage.receipts import NOT_DELIVERED
from storage.statements import Bulk, Db
from storage.tables import alerts, microseconds, outbox, pages

OWED = -1  # the step of a page outside the steps: a deadline came, or it was the second time in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Somebody was told of an alert. ``step`` counts on through the repeats of the last one, ``OWED`` is outside."""

    alert_id: int
    staff_id: int
    round_at: datetime
    step: int
    channel: Channel
    at: datetime
    outbox_id: int
    status: OutboxStatus | None = None  # of the message; None once that is no longer kept
    arrived: bool = True  # as far as anybody knows: no receipt says otherwise

    @property
    def went(self) -> bool:
        """Whether it was sent, and no receipt says that it did not arrive."""
        return self.status is OutboxStatus.SENT and self.arrived

    @property
    def key(self) -> tuple[int, int]:
        return self.alert_id, self.staff_id


_ADD = Bulk(
    ("id", "alert_id", "staff_id", "round_at", "step", "channel", "at", "outbox_id"),
    lambda insert: insert(pages).on_conflict_do_nothing(),
)


def add(db: Db, told: Sequence[Page]) -> None:
    """Write down who is told. The same page twice is one: at most once a channel a step."""
    _ADD.run(
        db,
        [
            (
                db.ids.next(page.at),
                page.alert_id,
                page.staff_id,
                microseconds(page.round_at),
                page.step,
                page.channel.value,
                microseconds(page.at),
                page.outbox_id,
            )
            for page in told
        ],
    )


def told(db: Db, alert_id: int) -> list[Page]:
    """Who has been told of an alert, oldest first."""
    return of(db, [alert_id])


def of(db: Db, alert_ids: Iterable[int]) -> list[Page]:
    """Who has been told of these alerts, oldest first."""
    wanted = list(alert_ids)
    rows = db.connection.execute(
        select(pages, outbox.c.status, outbox.c.receipt)
        .outerjoin(outbox, outbox.c.id == pages.c.outbox_id)
        .where(pages.c.alert_id.in_(wanted))
        .order_by(pages.c.at, pages.c.id)
    )
    return [_page(row) for row in rows]


def alerts_of(db: Db, outbox_id: int) -> list[tuple[int, int]]:
    """(alert, staff) of every page that went with this message: several where alerts were bundled."""
    rows = db.connection.execute(select(pages.c.alert_id, pages.c.staff_id).where(pages.c.outbox_id == outbox_id))
    return [(row.alert_id, row.staff_id) for row in rows]


def routine_since(db: Db, staff_ids: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    """When each of these was sent a message of routine alerts after ``since``, oldest first."""
    rows = db.connection.execute(
        select(pages.c.staff_id, pages.c.outbox_id, func.min(pages.c.at).label("at"))
        .join(alerts, alerts.c.id == pages.c.alert_id)
        .where(pages.c.staff_id.in_(list(staff_ids)), pages.c.at > since, alerts.c.tier.is_(None))
        .group_by(pages.c.staff_id, pages.c.outbox_id)
    )
    found: dict[int, list[datetime]] = {}
    for row in rows:
        found.setdefault(row.staff_id, []).append(row._mapping["at"])
    return {staff_id: sorted(times) for staff_id, times in found.items()}


def _page(row: Any) -> Page:
    return Page(
        alert_id=row.alert_id,
        staff_id=row.staff_id,
        round_at=row.round_at,
        step=row.step,
        channel=Channel(row.channel),
        at=row._mapping["at"],
        outbox_id=row.outbox_id,
        status=OutboxStatus(row.status) if row.status is not None else None,
        arrived=row.receipt not in NOT_DELIVERED,
    )
