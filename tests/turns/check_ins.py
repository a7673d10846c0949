"""What stories of check-ins have in common: who is asked, on which day, and what they were sent."""

from __future__ import annotations

from datetime import timedelta

from tests.turns.table import Table

SAM = "+447700900123"
ALEX = "+447700900124"
HOW = "how are things today"


def the_person(table: Table) -> int:
    """Whoever joined first."""
    return min(int(row.id) for row in table.rows("participants", status="active"))


def goes_to(table: Table, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """On to this time of day (it is winter in London), so many days from today."""
    target = (table.now + timedelta(days=days)).replace(hour=hour, minute=minute)
    assert target > table.now
    table.passes(seconds=(target - table.now).total_seconds())


def is_asked(table: Table, phone: str = SAM) -> None:
    """It is Tuesday, and the first check-in has arrived."""
    table.joins(phone)
    goes_to(table, 11, days=1)
    assert HOW in texts(table, phone)[-1]


def texts(table: Table, phone: str = SAM) -> list[str]:
    return [message.text for message in table.sent if message.address == phone]


def started(table: Table, phone: str = SAM) -> list[str]:
    return [message.text for message in table.sent if message.address == phone and message.purpose == "started"]
