"""Of groups that were weighed, the few to offer: the best, and beside it what differs from it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from flows.content import Group

SAME_KIND, SAME_DAY, SAME_ROOM = 0.8, 0.9, 0.6
"""What an offer counts for beside one that is like it: three ways to spend a Tuesday evening in one hall are one."""

POOL = 12
"""Offers that the three are chosen from."""


class Offer(NamedTuple):
    """A group to offer. ``miles`` is None where nobody can know: online, or no place was given.

    ``ring_first``: it was last checked so long ago that somebody had better ring before they go.
    """

    group: Group
    miles: float | None
    next_date: date
    ring_first: bool = False


class Weighed(NamedTuple):
    weight: float
    offer: Offer


class Pool:
    """The best offer of each initiative, and how good the POOL best of them are at least."""

    def __init__(self) -> None:
        self._kept: dict[str, Weighed] = {}
        self._best: list[float] = []  # a heap: the worst of the best comes first

    def add(self, initiative: str, weighed: Weighed) -> None:
        before = self._kept.get(initiative)
        if before is None:
            heapq.heappush(self._best, weighed.weight)
            if len(self._best) > POOL:
                heapq.heappop(self._best)
        if before is None or _order(weighed) < _order(before):
            self._kept[initiative] = weighed

    def is_full_above(self, weight: float) -> bool:
        """Whether nothing that weighs so much or less can come among the best."""
        return len(self._best) == POOL and self._best[0] >= weight

    @property
    def best(self) -> list[Weighed]:
        return heapq.nsmallest(POOL, self._kept.values(), key=_order)


def _order(weighed: Weighed) -> tuple[float, float, date, str]:
    offer = weighed.offer
    return -weighed.weight, offer.miles or 0.0, offer.next_date, offer.group.id


def varied(pool: Sequence[Weighed], show: int) -> tuple[Offer, ...]:
    """The best, then whatever is best beside those that are chosen already; each initiative once."""
    left: dict[str, Weighed] = {}
    for weighed in sorted(pool, key=_order):
        left.setdefault(weighed.offer.group.initiative or weighed.offer.group.id, weighed)
    chosen: list[Offer] = []
    while left and len(chosen) < show:

        def order(name: str) -> tuple[float, float, date, str]:
            weight, offer = left[name]
            return _order(Weighed(weight * _apart(offer, chosen), offer))

        chosen.append(left.pop(min(left, key=order)).offer)
    return tuple(chosen)


def _apart(offer: Offer, chosen: Iterable[Offer]) -> float:
    """What an offer counts for beside others: less, the more it is like them."""
    weight, group = 1.0, offer.group
    for other in chosen:
        if group.kind and group.kind == other.group.kind:
            weight *= SAME_KIND
        if offer.next_date.weekday() == other.next_date.weekday():
            weight *= SAME_DAY
        if group.postcode and (group.postcode, group.place) == (other.group.postcode, other.group.place):
            weight *= SAME_ROOM
    return weight
