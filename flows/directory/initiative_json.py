"""Initiatives as JSON, packed, and back: what is stored of a source between two imports."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

import orjson

from flows.directory.model import Initiative, Session, Venue

FORM = 1


def dump(initiatives: Iterable[Initiative]) -> bytes:
    """The initiatives as JSON (the form, then one object each with the fields of flows/directory/model.py), packed.

    Packed here and not in the database's thread, where everybody's turn would wait for it.
    """
    return zlib.compress(orjson.dumps([FORM, *initiatives], default=_sorted))


def load(stored: bytes) -> tuple[Initiative, ...]:
    """The initiatives that ``dump`` wrote. Raises ValueError when it is anything else."""
    try:
        form, *written = orjson.loads(zlib.decompress(stored))
    except zlib.error as error:
        raise ValueError("a stored directory that is not packed as this program packs it") from error
    if form != FORM:
        raise ValueError(f"a stored directory of form {form}, which this program does not know")
    return tuple(map(_initiative, written))


def _sorted(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _initiative(written: dict[str, Any]) -> Initiative:
    written["needs"] = frozenset(written["needs"])
    written["audience"] = frozenset(written["audience"])
    written["assured"] = _date(written["assured"])
    written["sessions"] = tuple(map(_session, written["sessions"]))
    return Initiative(**written)


def _session(written: Mapping[str, Any]) -> Session:
    until, venue = written["until"], written["venue"]
    return Session(
        id=written["id"],
        rule=written["rule"],
        time=time.fromisoformat(written["time"]),
        until=time.fromisoformat(until) if until else None,
        starts=_date(written["starts"]),
        except_on=frozenset(map(date.fromisoformat, written["except_on"])),
        also_on=frozenset(map(date.fromisoformat, written["also_on"])),
        online=written["online"],
        venue=_venue(venue) if venue else None,
    )


def _venue(written: Mapping[str, Any]) -> Venue:
    point = written["point"]
    latitude_and_longitude = (point[0], point[1]) if point else None
    return Venue(written["name"], written["postcode"], written["town"], latitude_and_longitude)


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
