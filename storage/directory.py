"""The directory's imported sources, each kept whole, and what coordinators and people have found out about its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update

from flows.content import Feed
from storage import marks
from storage.statements import Db, insert
from storage.tables import EPOCH, directory_sources, directory_states, group_reports

MARK = "directory"
"""The mark that is another one after every change, so that each process knows that it has to read again."""


class Source(NamedTuple):
    """A source that the directory is read from. ``groups`` is how many its last good reading held.

    ``read_at`` is when that was, None where none was good yet; ``trouble`` is why the last try came to nothing.
    """

    name: str
    format: str
    location: str
    groups: int
    read_at: datetime | None
    tried_at: datetime
    trouble: str | None


class State(NamedTuple):
    """What is known of a group, or of all groups of an initiative, beside what its source says."""

    checked_on: date | None
    checked_by: str | None
    checked_at: datetime | None
    hidden_at: datetime | None
    reason: str | None


_LISTED = (directory_sources.c[name] for name in Source._fields)
_SOURCES = select(*_LISTED).order_by(directory_sources.c.name)


# ---------------------------------------------------------------- sources


def sources(db: Db) -> list[Source]:
    """Every source that was ever asked for, by name."""
    return [Source(*row) for row in db.connection.execute(_SOURCES)]


def source(db: Db, name: str) -> Source | None:
    """One source."""
    row = db.connection.execute(_SOURCES.where(directory_sources.c.name == name)).first()
    return None if row is None else Source(*row)


def unread(db: Db, names: Collection[str], since: datetime) -> int:
    """How many of these sources were asked for, and have not been read since then."""
    return sum(
        each.name in names and each.trouble is not None and (each.read_at is None or each.read_at < since)
        for each in sources(db)
    )


def replace(db: Db, feed: Feed, initiatives: bytes, groups: int, now: datetime) -> None:
    """All that a source holds, in the place of whatever it held before. ``initiatives`` is initiative_json's."""
    kept: dict[str, Any] = {"format": feed.format, "location": feed.location, "bundle": initiatives}
    kept |= {"groups": groups, "read_at": now, "tried_at": now, "trouble": None}
    statement = insert(db, directory_sources).values(name=feed.name, **kept)
    db.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=kept))
    touch(db, now)


def failed(db: Db, name: str, why: str, now: datetime) -> None:
    """A known source was asked for and gave nothing that could be taken: what it held stays."""
    tried = update(directory_sources).where(directory_sources.c.name == name)
    db.connection.execute(tried.values(tried_at=now, trouble=why[:200]))


def claim(db: Db, feed: Feed, now: datetime, not_since: datetime) -> bool:
    """Whether this process is the one to ask for a source now: nobody has tried it since ``not_since``."""
    statement = insert(db, directory_sources).values(**_fresh(feed), tried_at=now)
    claimed = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"tried_at": now, "format": feed.format, "location": feed.location},
        where=directory_sources.c.tried_at <= not_since,
    ).returning(directory_sources.c.name)
    return db.connection.execute(claimed).first() is not None


def _fresh(feed: Feed) -> dict[str, Any]:
    return {"name": feed.name, "format": feed.format, "location": feed.location, "groups": 0}


def remove(db: Db, name: str, now: datetime) -> bool:
    """Forget a source and all that it held; whether there was one."""
    gone = db.connection.execute(delete(directory_sources).where(directory_sources.c.name == name)).rowcount
    if gone:
        touch(db, now)
    return bool(gone)


def initiatives(db: Db, name: str) -> bytes | None:
    """What a source holds, as initiative_json wrote it; None where it holds nothing yet."""
    bundle = select(directory_sources.c.bundle).where(directory_sources.c.name == name)
    found: bytes | None = db.connection.execute(bundle).scalar()
    return found


# ---------------------------------------------------------------- rows


def states(db: Db) -> Mapping[str, State]:
    """What is known of rows beside what their sources say, by the id of a group or of an initiative."""
    columns = (directory_states.c.id, *(directory_states.c[name] for name in State._fields))
    return {row[0]: State(*row[1:]) for row in db.connection.execute(select(*columns))}


def doubted(db: Db) -> Mapping[str, date]:
    """On which day somebody last found a group shut or gone, by its id; those that nobody has checked since."""
    last = select(group_reports.c.group_id, func.max(group_reports.c.day)).group_by(group_reports.c.group_id)
    return dict(map(tuple, db.connection.execute(last)))


def checked(db: Db, row: str, on: date, by: str, until: datetime, now: datetime) -> bool:
    """Somebody found a group or an initiative true on a day: it is as fresh as that; whether it is not hidden now.

    Reports of a shut door are answered by that, but for those of a later day: what they hid stays hidden. ``until`` is
    the end of the day, or now.
    """
    hold(db, row)
    db.connection.execute(delete(group_reports).where(group_reports.c.group_id == row, group_reports.c.day <= on))
    later = db.connection.execute(select(group_reports.c.day).where(group_reports.c.group_id == row).limit(1)).first()
    kept: dict[str, Any] = {"checked_on": on, "checked_by": by, "checked_at": until}
    if later is None:
        kept |= {"hidden_at": None, "reason": None}
    this = update(directory_states).where(directory_states.c.id == row)
    hidden_at = db.connection.execute(this.values(**kept).returning(directory_states.c.hidden_at)).scalar_one()
    touch(db, now)
    return hidden_at is None


def hold(db: Db, row: str) -> None:
    """Until this unit ends no other changes what is known of a row: two reports at one moment are one and two."""
    held = insert(db, directory_states).values(id=row)
    db.connection.execute(held.on_conflict_do_update(index_elements=["id"], set_={"id": held.excluded.id}))


def answered_until(db: Db, rows: Collection[str]) -> datetime:
    """When a coordinator last answered what was reported of a group; ``rows`` are its id and its initiative's."""
    checks = select(directory_states.c.checked_at).where(
        directory_states.c.id.in_(rows), directory_states.c.checked_at.is_not(None)
    )
    return max(db.connection.execute(checks).scalars(), default=EPOCH)


def hide(db: Db, row: str, reason: str, now: datetime) -> bool:
    """Offer a group (or all groups of an initiative) to nobody, until somebody checks it; whether that is news."""
    statement = insert(db, directory_states).values(id=row, hidden_at=now, reason=reason[:80])
    hidden = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={"hidden_at": now, "reason": reason[:80]},
        where=directory_states.c.hidden_at.is_(None),
    ).returning(directory_states.c.id)
    news = db.connection.execute(hidden).first() is not None
    if news:
        touch(db, now)
    return news


# ---------------------------------------------------------------- the mark


def mark(db: Db) -> str:
    """What changes with every change of the directory; "" before the first."""
    return marks.get(db, MARK) or ""


def touch(db: Db, now: datetime) -> None:
    """The directory changed: every process reads it again within seconds."""
    marks.put(db, MARK, str(db.ids.next(now)), now)
