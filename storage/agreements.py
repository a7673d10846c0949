"""Two coordinators agree to a release: each is sent a code of their own, and two of the codes put it live."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from storage import staff
from storage.staff import StaffPhone
from storage.statements import Db
from storage.tables import microseconds, releases

NEEDED = 2
LASTS = timedelta(days=1)
TRIES = 5  # wrong codes, then new ones must be asked for
DIGITS = 6


def ask(db: Db, release: str, now: datetime, draw: Callable[[int], int]) -> list[tuple[StaffPhone, str]]:
    """Make a code for every coordinator, to be sent to their phone; whatever codes there were are worth nothing now."""
    phones = staff.coordinators(db)
    codes = [f"{draw(10**DIGITS):0{DIGITS}}" for _ in phones]
    hashed = {str(phone.member.id): db.vault.code(code).hex() for phone, code in zip(phones, codes, strict=True)}
    agreement = {"until": microseconds(now + LASTS), "tries": 0, "codes": hashed}
    db.connection.execute(update(releases).where(releases.c.hash == release).values(agreement=agreement))
    return list(zip(phones, codes, strict=True))


def is_asked(db: Db, release: str, now: datetime) -> bool:
    """Whether codes have been sent that still count."""
    agreement = _of(db, release)
    return agreement is not None and agreement["until"] > microseconds(now) and agreement["tries"] < TRIES


def agreed(db: Db, release: str, codes: Iterable[str], now: datetime) -> Sequence[int]:
    """Which coordinators these codes were sent to; nobody where they ran out. A wrong code counts as a try."""
    agreement = _of(db, release)
    if agreement is None or not is_asked(db, release, now):
        return ()
    here = {str(phone.member.id) for phone in staff.coordinators(db)}
    given = {code: db.vault.code(code).hex() for code in codes}
    found: list[int] = []
    for member, hashed in agreement["codes"].items():
        if member in here and any(hmac.compare_digest(hashed, each) for each in given.values()):
            found.append(int(member))
    if len(found) < len(given):
        spent = agreement | {"tries": agreement["tries"] + 1}
        db.connection.execute(update(releases).where(releases.c.hash == release).values(agreement=spent))
    return found


def _of(db: Db, release: str) -> dict[str, Any] | None:
    """What was asked for, locked until the unit ends: two guesses at once count as two."""
    asked: dict[str, Any] | None = db.connection.execute(
        select(releases.c.agreement).where(releases.c.hash == release).with_for_update()
    ).scalar()
    return asked
