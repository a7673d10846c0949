"""A plain durable turn by SMS, many at once: what a sweep is compared with."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import turns
from bot.desk import Desk
from bot.inlet import Arrival
from flows.model import Channel, Inbound
from flows.statuses import PersonStatus
from storage import people
from storage.database import Database
from storage.people import PersonChange
from storage.statements import Db

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SAID = ("checkin", "4", "7", "6")  # a check-in on a fine day, then the next
KNOWN = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes", "adult": "yes"}
PRIVATE = {"nickname": "Sam"}


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
