"""Mentors and coordinators: who they are, and the code that proves a phone is theirs before it receives anything."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, insert, or_, select, update

from flows.errors import Unreadable
from flows.model import Channel
from flows.statuses import StaffStatus, may_become
from storage import marks
from storage.statements import Db, Lookup
from storage.tables import addresses, staff

Draw = Callable[[int], int]
"""A number from 0 up to, not including, its argument: ``secrets.randbelow``, or a seeded one under the simulator."""

GATE = "test alert acknowledged"  # a mark: until it is there nobody can join on a real channel
CODE_DIGITS = 6
CODE_LASTS = timedelta(days=1)
TRIES = 5
NAMELESS = "a colleague"  # whose name is sealed with a key that is gone


class Role(StrEnum):
    MENTOR = "mentor"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: int
    name: str
    role: Role
    status: StaffStatus
    paid: bool = False
    prefers: Channel | None = None  # the channel that alerts go by first; None: the one last used
    away_until: date | None = None  # the first day that they are back
    cover_id: int | None = None  # who stands in for them meanwhile

    @property
    def is_volunteer(self) -> bool:
        """A mentor who is not paid: never alone with somebody whose life is at risk."""
        return self.role is Role.MENTOR and not self.paid

    def is_away(self, today: date) -> bool:
        return self.away_until is not None and today < self.away_until


@dataclass(frozen=True, slots=True)
class StaffPhone:
    """A confirmed phone of somebody on the staff, and how to reach it."""

    member: StaffMember
    address_id: int
    channel: Channel


class Pairing(StrEnum):
    """What became of a code that somebody texted."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    TOO_MANY = "too many"  # the fifth wrong try: a new code is needed
    NOT_ASKED = "not asked"  # nobody waits for a code from this phone: it is not a code


_COLUMNS = (
    staff.c.id,
    staff.c.name,
    staff.c.role,
    staff.c.status,
    staff.c.paid,
    staff.c.prefers,
    staff.c.away_until,
    staff.c.cover_id,
)
_BY_ID = Lookup("SELECT id, name, role, status, paid, prefers, away_until, cover_id FROM staff WHERE id IN (*)")


def load(db: Db, ids: Iterable[int]) -> dict[int, StaffMember]:
    """Staff by id."""
    return {row[0]: _member(db, row) for row in _BY_ID.rows(db, list(ids))}


def add(db: Db, name: str, role: Role, address_id: int | None, now: datetime, draw: Draw, *, paid: bool = False) -> str:
    """Invite somebody; the code that they must text back within a day, from that phone.

    Without ``address_id`` the first phone that texts the code becomes theirs: so the first coordinator pairs.
    """
    staff_id = db.ids.next(now)
    db.connection.execute(
        insert(staff).values(
            id=staff_id,
            name=db.vault.seal("staff", "name", staff_id, name),
            role=role,
            paid=paid,
            status=StaffStatus.INVITED,
            created_at=now,
        )
    )
    if address_id is not None:
        db.connection.execute(update(addresses).where(addresses.c.id == address_id).values(staff_id=staff_id))
    return new_code(db, staff_id, now, draw)


def new_code(db: Db, staff_id: int, now: datetime, draw: Draw) -> str:
    """A fresh code for somebody invited; the old one is worth nothing from now on."""
    code = f"{draw(10**CODE_DIGITS):0{CODE_DIGITS}}"
    db.connection.execute(
        update(staff)
        .where(staff.c.id == staff_id)
        .values(code_hash=db.vault.code(code), code_until=now + CODE_LASTS, code_tries=0)
    )
    return code


def how_to_pair(name: str) -> str:
    """What to type for a code, for whoever reads a warning."""
    quoted = f'"{name}"' if " " in name else name
    return f"Type: fingerpost staff code {quoted}"


def without_phone(db: Db, role: Role) -> int | None:
    """Somebody invited in this role whose phone is whichever texts the code, if anybody is."""
    has_phone = select(addresses.c.id).where(addresses.c.staff_id == staff.c.id).exists()
    found: int | None = db.connection.execute(
        select(staff.c.id)
        .where(staff.c.role == role, staff.c.status == StaffStatus.INVITED, ~has_phone)
        .order_by(staff.c.id)
        .limit(1)
    ).scalar()
    return found


def confirm(
    db: Db, address_id: int, code: str, now: datetime, *, only_exactly: bool = False
) -> tuple[Pairing, StaffMember | None]:
    """Somebody texted what may be a code. Five wrong tries spend it; a day does too.

    Somebody invited with a number texts it from that phone. Anybody confirmed, or without a phone, texts it from a
    phone that is nobody's on the staff, which is then theirs as well. ``only_exactly``: figures that are no code are
    the sender's own words, and count as no try, unless a code was asked from this very phone.
    """
    here = db.connection.execute(select(addresses.c.staff_id).where(addresses.c.id == address_id)).scalar()
    has_phone = select(addresses.c.id).where(addresses.c.staff_id == staff.c.id).exists()
    waiting = db.connection.execute(
        select(*_COLUMNS, staff.c.code_hash, staff.c.code_tries)
        .where(
            staff.c.status.in_((*may_become(StaffStatus.CONFIRMED), StaffStatus.CONFIRMED)),
            staff.c.code_hash.is_not(None),
            staff.c.code_until > now,
            staff.c.code_tries < TRIES,
            or_(staff.c.status == StaffStatus.CONFIRMED, ~has_phone) if here is None else staff.c.id == here,
        )
        .order_by(staff.c.id)
        .with_for_update()
    ).all()
    if not waiting:
        return Pairing.NOT_ASKED, None
    hashed = db.vault.code(code)
    for row in waiting:
        if hmac.compare_digest(row.code_hash, hashed):
            db.connection.execute(
                update(staff)
                .where(staff.c.id == row.id)
                .values(status=StaffStatus.CONFIRMED, confirmed_at=now, code_hash=None, code_until=None, code_tries=0)
            )
            db.connection.execute(
                update(addresses).where(addresses.c.id == address_id).values(staff_id=row.id, used_at=now)
            )
            return Pairing.CONFIRMED, load(db, [row.id])[row.id]
    if here is None and only_exactly:
        return Pairing.NOT_ASKED, None
    db.connection.execute(
        update(staff).where(staff.c.id.in_([row.id for row in waiting])).values(code_tries=staff.c.code_tries + 1)
    )
    spent = all(row.code_tries + 1 >= TRIES for row in waiting)
    return (Pairing.TOO_MANY if spent else Pairing.WRONG), None


def stop(db: Db, staff_id: int) -> None:
    """They sent STOP: nothing more goes to any phone of theirs until a code has come back from it again."""
    db.connection.execute(
        update(staff)
        .where(staff.c.id == staff_id, staff.c.status.in_(may_become(StaffStatus.STOPPED)))
        .values(status=StaffStatus.STOPPED, code_hash=None, code_until=None)
    )
    db.connection.execute(update(addresses).where(addresses.c.staff_id == staff_id).values(staff_id=None))


def set_away(db: Db, staff_id: int, until: date | None, cover_id: int | None = None) -> None:
    """Nothing routine goes to them before ``until``, and ``cover_id`` stands in; None: they are back."""
    db.connection.execute(
        update(staff).where(staff.c.id == staff_id).values(away_until=until, cover_id=cover_id if until else None)
    )


def set_prefers(db: Db, staff_id: int, channel: Channel | None) -> None:
    """The channel that their alerts go by first; None: the one last used."""
    db.connection.execute(
        update(staff).where(staff.c.id == staff_id).values(prefers=None if channel is None else channel.value)
    )


def retire_practice(db: Db) -> int:
    """Before real people are served: a practice phone reaches nobody, so staff who have no other are stopped; how many.

    Where no coordinator is left the go-live gate closes again: what opened it was answered in practice.
    """
    has = select(addresses.c.id).where(addresses.c.staff_id == staff.c.id)
    real = has.where(addresses.c.channel.not_in([channel for channel in Channel if channel.is_practice]))
    stopped = db.connection.execute(
        update(staff)
        .where(staff.c.status == StaffStatus.CONFIRMED, has.exists(), ~real.exists())
        .values(status=StaffStatus.STOPPED)
    ).rowcount
    if stopped and not coordinators(db):
        marks.drop(db, GATE)
    return stopped


def everybody(db: Db) -> list[StaffMember]:
    """All staff, oldest first."""
    return [_member(db, row) for row in db.connection.execute(select(*_COLUMNS).order_by(staff.c.id))]


def coordinators(db: Db) -> list[StaffPhone]:
    """The phone of every confirmed coordinator that a message to them goes to first."""
    confirmed = (staff.c.role == Role.COORDINATOR, staff.c.status == StaffStatus.CONFIRMED)
    return [phones[0] for phones in _phones(db, _REACHED.where(*confirmed)).values()]


def phones(db: Db, ids: Iterable[int]) -> dict[int, list[StaffPhone]]:
    """The phones of confirmed staff, by id, in the order that messages try them.

    The channel they prefer comes first, then the phone last used; one that could not be reached comes last.
    """
    return _phones(db, _REACHED.where(staff.c.id.in_(list(ids)), staff.c.status == StaffStatus.CONFIRMED))


_REACHED = (
    select(*_COLUMNS, addresses.c.id.label("address_id"), addresses.c.channel)
    .join(addresses, addresses.c.staff_id == staff.c.id)
    .order_by(
        staff.c.id,
        addresses.c.trouble.is_not(None),
        and_(staff.c.prefers.is_not(None), staff.c.prefers == addresses.c.channel).desc(),
        addresses.c.used_at.desc(),
    )
)


def _phones(db: Db, reached: Select[Any]) -> dict[int, list[StaffPhone]]:
    found: dict[int, list[StaffPhone]] = {}
    for row in db.connection.execute(reached):
        phone = StaffPhone(_member(db, row), row.address_id, Channel(row.channel))
        found.setdefault(row.id, []).append(phone)
    return found


def phones_of(db: Db) -> dict[int, list[tuple[Channel, str]]]:
    """Every staff phone, opened, by staff id: what ``fingerpost staff list`` shows."""
    found: dict[int, list[tuple[Channel, str]]] = {}
    rows = db.connection.execute(
        select(addresses.c.id, addresses.c.channel, addresses.c.sealed, addresses.c.staff_id)
        .where(addresses.c.staff_id.is_not(None))
        .order_by(addresses.c.id)
    )
    for row in rows:
        address = db.vault.open("addresses", "sealed", row.id, row.sealed)
        found.setdefault(row.staff_id, []).append((Channel(row.channel), address))
    return found


def _name(db: Db, staff_id: int, sealed: bytes) -> str:
    try:
        return db.vault.open("staff", "name", staff_id, sealed)
    except Unreadable:
        return NAMELESS  # every crisis looks through all of them: one that does not open may silence none


def _member(db: Db, row: Any) -> StaffMember:
    """From a row as SQLAlchemy or the driver gives it: a date is text where SQLite's driver gives it."""
    staff_id, name, role, status, paid, prefers, away_until, cover_id = row[:8]
    return StaffMember(
        id=staff_id,
        name=_name(db, staff_id, name),
        role=Role(role),
        status=StaffStatus(status),
        paid=bool(paid),
        prefers=Channel(prefers) if prefers else None,
        away_until=date.fromisoformat(away_until) if isinstance(away_until, str) else away_until,
        cover_id=cover_id,
    )
