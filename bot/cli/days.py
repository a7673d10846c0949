"""What ``fingerpost people show`` says of somebody's days: for each, why they did or did not get a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.channels import provider_codes
from flows import timing
from flows.content import Service
from flows.errors import ConfigError, Meaning
from flows.explaining import explain
from storage import explaining
from storage.statements import Db

USUAL = 14  # days, newest first
MOST = 366


def span(days: int | None, on: str, today: date) -> tuple[date, date]:
    """The first and the last day that were asked for. Raises ConfigError where that is no day, or no number of them."""
    if on and days is not None:
        raise ConfigError(["Type --days or --on, not both."])
    if on:
        try:
            day = date.fromisoformat(on)
        except ValueError:
            raise ConfigError([f"{on} is no date. Type it like 2027-03-01."]) from None
        if not 2000 <= day.year <= 2100:
            raise ConfigError([f"{on} is not between 2000 and 2100. Type a day like 2027-03-01."])
        return day, day
    number = USUAL if days is None else days
    if not 1 <= number <= MOST:
        raise ConfigError([f"--days {number} is not between 1 and {MOST}."])
    return today - timedelta(days=number - 1), today


def lines(
    db: Db, participant_id: int, service: Service, now: datetime, days: int | None = None, on: str = ""
) -> Iterator[str]:
    """A line or more a day, newest first."""
    zone = explaining.zone_of(db, participant_id) or service.time_zone
    first, last = span(days, on, timing.local(now, zone).date())
    known = explaining.history(db, participant_id, first, last)
    day = last
    while day >= first:
        for why in explain(known, day, service=service, meaning_of=_meaning, now=now):
            yield f"{day:%a} {day.isoformat()}  {why}"
        day -= timedelta(days=1)


def _meaning(code: str) -> Meaning:
    return provider_codes.of_receipt(int(code) if code.isdecimal() else None)
