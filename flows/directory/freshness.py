"""How far what the directory says can still be relied on, by how long ago somebody knew that it is true."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

FADES, RING_FIRST, HIDDEN = 183, 365, 730
"""Days since a group was last known to be true: from 6 months it counts for less, after 12 people are told to ring
first, after 24 it is offered to nobody."""

FLOOR = 0.3
"""What a group counts for just before it is hidden: fresh ones go first, and an old one is better than none."""

UNKNOWN = 0.5  # nobody says when it was last true: as after a year


class Freshness(NamedTuple):
    """``factor`` is what a group counts for, 0 to 1. ``ring_first``: tell people to ring before they go."""

    factor: float
    ring_first: bool = False
    hidden: bool = False


FRESH = Freshness(1.0)
_UNKNOWN = Freshness(UNKNOWN, ring_first=True)
_HIDDEN = Freshness(0.0, ring_first=True, hidden=True)


def freshness(assured: date | None, today: date) -> Freshness:
    """How far to rely on what was last known to be true on ``assured`` (None: nobody says). Ahead of today is today.

    >>> freshness(date(2026, 1, 1), date(2026, 2, 1)).factor
    1.0
    """
    if assured is None:
        return _UNKNOWN
    days = (today - assured).days
    if days < FADES:
        return FRESH
    if days >= HIDDEN:
        return _HIDDEN
    return Freshness(1.0 - (1.0 - FLOOR) * (days - FADES) / (HIDDEN - FADES), ring_first=days >= RING_FIRST)
