"""The rota: who is on duty when. What it means on a clock is for flows/rota.py to say."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, insert, select, update

from flows.model import Shift
from storage.statements import Db
from storage.tables import shifts


def add(
    db: Db,
    staff_id: int,
    weekday: int,
    starts: int,
    ends: int,
    now: datetime,
    *,
    first_day: date,
    last_day: date | None = None,
) -> Shift:
    """Put somebody on duty every week from ``first_day``. Raises ValueError for times that no clock shows."""
    if not (0 <= weekday < 7 and 0 <= starts < 24 * 60 and 0 <= ends <= 24 * 60):
        raise ValueError("a shift has a weekday from 0, and minutes from midnight up to 1440")
    shift = Shift(db.ids.next(now), staff_id, weekday, starts, ends, first_day, last_day)
    db.connection.execute(insert(shifts).values(**shift._asdict()))
    return shift


def everything(db: Db) -> tuple[Shift, ...]:
    """Every shift, in the order of the week; those of the past as well."""
    columns = (shifts.c[name] for name in Shift._fields)
    rows = db.connection.execute(select(*columns).order_by(shifts.c.weekday, shifts.c.starts, shifts.c.id))
    return tuple(Shift(*row) for row in rows)


def end(db: Db, shift_id: int, last_day: date) -> bool:
    """A shift begins for the last time on ``last_day``. False: there is no such shift."""
    ended = db.connection.execute(update(shifts).where(shifts.c.id == shift_id).values(last_day=last_day))
    return ended.rowcount == 1


def remove(db: Db, shift_id: int) -> bool:
    """Take a shift out altogether. False: there was none."""
    return db.connection.execute(delete(shifts).where(shifts.c.id == shift_id)).rowcount == 1
