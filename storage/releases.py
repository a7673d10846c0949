"""Releases of the content: whole folders by their hash, so that a conversation ends in the words it began with."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, null, select, update

from flows.errors import StorageError
from storage.statements import Db, insert
from storage.tables import MICROSECOND, releases


@dataclass(frozen=True, slots=True)
class Release:
    """``went_live_at`` is None for one that never went live; ``taken_back_at`` is set once somebody went back from it,
    ``waits`` while two coordinators have still to agree to it."""

    hash: str
    stored_at: datetime
    went_live_at: datetime | None
    taken_back_at: datetime | None = None
    waits: bool = False


_LISTED = (
    releases.c.hash,
    releases.c.stored_at,
    releases.c.went_live_at,
    releases.c.taken_back_at,
    releases.c.agreement.is_not(None).label("waits"),
)
_WENT_LIVE = (
    select(*_LISTED)
    .where(releases.c.went_live_at.is_not(None))
    .order_by(releases.c.went_live_at.desc(), releases.c.hash)
)


def store(db: Db, release: str, files: Mapping[str, bytes], now: datetime) -> None:
    """Keep a folder's files under its hash. What is there already stays."""
    # latin-1 gives every byte one character: files come back exactly as they were, whatever their encoding
    bundle = json.dumps({path: data.decode("latin-1") for path, data in sorted(files.items())})
    db.connection.execute(
        insert(db, releases)
        .values(hash=release, bundle=zlib.compress(bundle.encode()), stored_at=now)
        .on_conflict_do_nothing(index_elements=["hash"])
    )


def get(db: Db, release: str) -> dict[str, bytes] | None:
    """The files of a release."""
    bundle = db.connection.execute(select(releases.c.bundle).where(releases.c.hash == release)).scalar()
    if bundle is None:
        return None
    return {path: text.encode("latin-1") for path, text in json.loads(zlib.decompress(bundle)).items()}


def go_live(db: Db, release: str, now: datetime) -> None:
    """From now on new conversations begin with this one. Raises StorageError when it is not stored."""
    newest = db.connection.execute(
        select(func.max(releases.c.went_live_at, type_=releases.c.went_live_at.type))
    ).scalar()
    if newest is not None and newest >= now:
        now = newest + MICROSECOND  # whichever machine's clock is behind: the last to go live is the live one
    gone = db.connection.execute(
        update(releases)
        .where(releases.c.hash == release)
        .values(went_live_at=now, taken_back_at=None, agreement=null())
    )
    if gone.rowcount != 1:
        raise StorageError(f"There is no release {release}.")


def take_back(db: Db, release: str, now: datetime) -> None:
    """Somebody goes back from this one: it is not gone back to, unless it goes live again."""
    db.connection.execute(update(releases).where(releases.c.hash == release).values(taken_back_at=now))


def live(db: Db) -> Release | None:
    """The release that went live last."""
    row = db.connection.execute(_WENT_LIVE.limit(1)).first()
    return None if row is None else Release(*row)


def went_live(db: Db) -> list[Release]:
    """Every release that ever went live, the last one first."""
    return [Release(*row) for row in db.connection.execute(_WENT_LIVE)]


def listed(db: Db) -> list[Release]:
    """Every release, newest first."""
    rows = db.connection.execute(select(*_LISTED).order_by(releases.c.stored_at.desc()))
    return [Release(*row) for row in rows]
