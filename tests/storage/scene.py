"""What the storage tests begin with: a time, some people, and short ways to say what happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flows.effects import Purpose
from flows.model import Channel, Frame, Inbound, Session, Waiting
from flows.statuses import PersonStatus
from storage import claiming, outbox, people, staff
from storage.claiming import Claim, Hours, Outgoing
from storage.database import Database
from storage.outbox import Message
from storage.people import Contact, Key, PersonChange
from storage.staff import Draw, Role, StaffMember
from storage.statements import Db

NOW = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)
SAM: Key = (Channel.SMS, "+447700900001")
ALEX: Key = (Channel.SMS, "+447700900002")
CHAT: Key = (Channel.TELEGRAM, "+447700900001")
KIM: Key = (Channel.SMS, "+447700900099")
DAYTIME = Hours(quiet_until=lambda _: None, today=lambda _: NOW.date())
MORNING = NOW + timedelta(hours=11)
NIGHT = Hours(quiet_until=lambda _: MORNING, today=lambda _: NOW.date())


def lowest(_: int) -> int:
    """A draw that is always 0."""
    return 0


def drawing(*numbers: int) -> Draw:
    """A draw of these numbers in turn."""
    left = iter(numbers)
    return lambda _: next(left)


def strangers(database: Database, *keys: Key) -> dict[Key, Contact]:
    return database.run_now(lambda db: people.create_strangers(db, keys, NOW))


def meet(database: Database, *keys: Key) -> dict[Key, Contact]:
    return database.run_now(lambda db: people.meet(db, keys))


def person_id(contact: Contact) -> int:
    assert contact.participant is not None
    return contact.participant.id


def participant(database: Database, key: Key = SAM, **changes: Any) -> Contact:
    """Somebody who has joined."""
    contact = strangers(database, key)[key]
    change = PersonChange(id=person_id(contact), **{"status": PersonStatus.ACTIVE, "joined_at": NOW, **changes})
    database.run_now(lambda db: people.save(db, [change], NOW))
    return meet(database, key)[key]


def stop(database: Database, contact: Contact, at: datetime = NOW) -> None:
    change = PersonChange(id=person_id(contact), status=PersonStatus.STOPPED, stopped_at=at)
    database.run_now(lambda db: people.save(db, [change], NOW))


def coordinator(
    database: Database, key: Key = KIM, role: Role = Role.COORDINATOR, *, paid: bool = False
) -> tuple[StaffMember, int]:
    """Somebody on the staff whose phone is confirmed, and the id of its address."""

    def unit(db: Any) -> tuple[StaffMember, int]:
        address_id = people.address(db, *key, NOW)
        code = staff.add(db, "Kim", role, address_id, NOW, lowest, paid=paid)
        _, member = staff.confirm(db, address_id, code, NOW)
        assert member is not None
        return member, address_id

    return database.run_now(unit)


def a_session(step: int = 3) -> Session:
    return Session(
        release="a" * 64,
        frames=(Frame("check-in", step),),
        answers={"check-in": {"how": "so so"}},
        waiting=Waiting(
            question=1, asked_at=NOW, nudge_at=NOW + timedelta(hours=24), close_at=NOW + timedelta(hours=48)
        ),
        started_at=NOW,
    )


def text(words: str, provider_id: str, key: Key = SAM) -> Inbound:
    return Inbound(channel=key[0], address=key[1], provider_id=provider_id, text=words)


def to(contact: Contact, purpose: Purpose = Purpose.REPLY, words: str = "Hello", **more: Any) -> Message:
    return Message(
        address_id=contact.address_id,
        channel=contact.channel,
        participant_id=person_id(contact),
        purpose=purpose,
        text=words,
        **more,
    )


def queue(database: Database, *messages: Message, at: datetime = NOW) -> list[int]:
    return database.run_now(lambda db: outbox.queue(db, messages, at))


def claim(
    database: Database,
    at: datetime = NOW,
    *,
    limit: int = 64,
    channels: Sequence[Channel] = tuple(Channel),
    hours: Hours = DAYTIME,
) -> list[Outgoing]:
    def unit(db: Db) -> Claim:
        return claiming.claim(db, at, limit, claiming.waiting(db, at, channels), hours)

    return list(database.run_now(unit).messages)


def rows(database: Database, sql: str) -> list[Any]:
    return database.run_now(lambda db: [tuple(row) for row in db.connection.exec_driver_sql(sql)])


def ends(database: Database) -> list[tuple[str, str | None]]:
    """Status and reason of every message, oldest first."""
    return rows(database, "SELECT status, reason FROM outbox ORDER BY id")


A_DAY = timedelta(days=1)
CHRISTMAS = date(2026, 12, 25)
