"""What people hand in for somebody to read: ideas, grant applications, survey answers. A queue that staff decide on.

What was handed in is sealed, erased with the person and kept as long as service.yaml says under ``submissions``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, text, update

from flows.effects import Answered, Submit
from flows.errors import Unreadable
from flows.statuses import SubmissionStatus, may_become
from storage.statements import Db
from storage.tables import participants, submissions

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Submission:
    """One thing handed in. ``answers`` is None where it does not open any more: its key is gone."""

    id: int
    participant_id: int
    queue: str
    flow: str
    about: str
    status: SubmissionStatus
    made_at: datetime
    decided_at: datetime | None
    told_at: datetime | None
    tells: bool  # the decision is still to be told
    untold: str | None
    answers: tuple[Answered, ...] | None
    said: str

    @property
    def is_decided(self) -> bool:
        return self.status is not SubmissionStatus.WAITING


def add(db: Db, handed_in: Sequence[tuple[int, str, Submit]], now: datetime) -> None:
    """Put into their queues what people handed in: participant id, release, and what it is."""
    rows = []
    for participant_id, release, one in handed_in:
        row_id = db.ids.next(now)
        rows.append(
            {
                "id": row_id,
                "participant_id": participant_id,
                "queue": one.queue,
                "flow": one.flow,
                "release": release,
                "about": one.about[:200],
                "sealed": db.vault.seal("submissions", "sealed", row_id, json.dumps(one.answers, ensure_ascii=False)),
                "status": SubmissionStatus.WAITING,
                "made_at": now,
            }
        )
    if rows:
        db.connection.execute(insert(submissions), rows)


# ---------------------------------------------------------------- looking


def get(db: Db, submission_id: int) -> Submission | None:
    """One of them, by id."""
    found = _found(db, submissions.c.id == submission_id)
    return found[0] if found else None


def waiting(db: Db, queue: str = "") -> list[Submission]:
    """What waits for a decision, oldest first; of one ``queue`` or of all."""
    which = text("submissions.status = 'waiting'")
    return _found(db, which, submissions.c.queue == queue) if queue else _found(db, which)


def everything(db: Db, queue: str = "", limit: int = 500) -> list[Submission]:
    """Decided ones too, oldest first: the newest ``limit`` of them."""
    newest = select(submissions.c.id).order_by(submissions.c.id.desc()).limit(limit)
    if queue:
        newest = newest.where(submissions.c.queue == queue)
    return _found(db, submissions.c.id.in_(newest))


def of(db: Db, participant_id: int) -> list[Submission]:
    """What somebody handed in, oldest first."""
    return _found(db, submissions.c.participant_id == participant_id)


def ids(db: Db) -> list[int]:
    """The id of every one of them: what a short name on the command line is looked up among."""
    return list(db.connection.execute(select(submissions.c.id)).scalars())


def count_waiting(db: Db) -> int:
    """How many wait for a decision."""
    which = text("submissions.status = 'waiting'")
    return int(db.connection.execute(select(func.count()).select_from(submissions).where(which)).scalar_one())


def _found(db: Db, *which: ColumnElement[bool] | object) -> list[Submission]:
    rows = db.connection.execute(select(submissions).where(*which).order_by(submissions.c.id))  # type: ignore[arg-type]
    return [
        Submission(
            id=row.id,
            participant_id=row.participant_id,
            queue=row.queue,
            flow=row.flow,
            about=row.about,
            status=SubmissionStatus(row.status),
            made_at=row.made_at,
            decided_at=row.decided_at,
            told_at=row.told_at,
            tells=row.tell_at is not None,
            untold=row.untold,
            answers=_opened(db, row.id, row.sealed),
            said=_said(db, row.id, row.said),
        )
        for row in rows
    ]


def _opened(db: Db, row_id: int, sealed: bytes) -> tuple[Answered, ...] | None:
    try:
        return tuple(Answered(*each) for each in json.loads(db.vault.open("submissions", "sealed", row_id, sealed)))
    except Unreadable:
        return None


def _said(db: Db, row_id: int, said: bytes | None) -> str:
    if said is None:
        return ""
    try:
        words: str = json.loads(db.vault.open("submissions", "said", row_id, said))
    except Unreadable:
        return ""
    return words


# ---------------------------------------------------------------- deciding


def decide(db: Db, submission_id: int, status: SubmissionStatus, said: str, now: datetime, *, tell: bool) -> bool:
    """Settle one that waits; False where it has been settled already. With ``tell`` the person hears of it."""
    settled = db.connection.execute(
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.status.in_(may_become(status)))
        .values(
            status=status,
            decided_at=now,
            said=db.vault.seal("submissions", "said", submission_id, json.dumps(said)) if said else None,
            tell_at=now if tell else None,
        )
    )
    return settled.rowcount == 1


# ---------------------------------------------------------------- telling


def claim_untold(db: Db, now: datetime, limit: int) -> list[Submission]:
    """Decisions that their people are to be told now; several workers each get others. Settle each in this unit.

    The people are locked first, in the order of their ids, as everywhere.
    """
    due = submissions.c.tell_at <= now
    whose = select(submissions.c.participant_id).where(submissions.c.tell_at.is_not(None), due).limit(limit)
    locked = db.connection.execute(
        select(participants.c.id)
        .where(participants.c.id.in_(whose))
        .order_by(participants.c.id)
        .with_for_update(skip_locked=True)
    ).scalars()
    theirs = list(locked)
    return _found(db, submissions.c.participant_id.in_(theirs), submissions.c.tell_at.is_not(None), due)[:limit]


def told(db: Db, submission_id: int, now: datetime) -> None:
    """The message is queued."""
    _settle(db, submission_id, told_at=now, tell_at=None)


def leave_untold(db: Db, submission_id: int, reason: str) -> None:
    """They are not told, and why."""
    _settle(db, submission_id, untold=reason, tell_at=None)


def tell_later(db: Db, submission_id: int, until: datetime) -> None:
    """Not now: it is night, or another conversation is open."""
    _settle(db, submission_id, tell_at=until)


def _settle(db: Db, submission_id: int, **values: object) -> None:
    db.connection.execute(
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.tell_at.is_not(None))
        .values(**values)
    )
