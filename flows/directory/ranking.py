"""Which groups to offer: those a person can go to, best first, and never an empty answer where there is any.

Gates first: closed, not for this person, without what they must have, not known to be true for two years. What passes
is weighed: the needs it serves × how far × how soon × how surely. Each has a floor, so that none of them alone can put
a group out of reach. Of the best, three that differ.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import chain
from math import exp2
from typing import NamedTuple

from flows.content import Group
from flows.directory.choosing import Offer, Pool, Weighed, varied
from flows.directory.freshness import freshness
from flows.directory.geography import miles, outcode
from flows.directory.index import ANY_DAY, ONLINE, Asked, Directory, Entry, by_distance, fitting
from flows.directory.meetings import MIDNIGHT, next_session

__all__ = ("Directory", "Found", "Offer", "Wanted", "search")

NEAR, FARTHEST = 15.0, 30.0
"""Miles. Within the first a group is near; past the second it is offered only where there is nothing else at all."""

HALVES_EVERY = 6.0  # miles: what people will go, by bus, for something that they have never been to
LEAST_FAR, FROM_HOME = 0.1, 0.25
"""What a group counts for at the end of the way; and online, to somebody who named a place: as one 12 miles off."""

NOT_NEEDED, ONE_NEED = 0.15, 0.6
"""What a group counts for that serves none of the needs (less than one that does, 15 miles off); and one that serves
hardly any of them."""

SOON, LEAST_SOON = 28, 0.5
"""Days until a group counts for no less than the second: a monthly one is worth waiting for."""

OTHER_DAY = 0.35
"""What a group counts for on another day than the one that was asked for, where it has to be looked for at all."""

LOOKED_AT = 60
"""Groups whose dates are looked at in one go: those that weigh most by all else."""

MEETINGS_AHEAD = 6
"""Meetings looked at for one on the weekday that somebody named."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. ``near`` is a place as it is kept (TN9, TN9 1, a town), "" for anywhere.

    ``day`` counts from Monday = 0, None for any. ``needs`` are what a group should serve: the more of them the better.
    ``must`` are what has to be true of it: an ``access`` that says yes (unknown is no yes), or whom it is for.
    ``clock`` is the local time of ``today``: what has begun is next time's. ``hidden`` are ids of groups that nobody is
    sent to for now; ``seen`` are initiatives that this person has been offered already. Invented groups are offered in
    ``practice`` alone.
    """

    near: str
    day: int | None
    needs: frozenset[str]
    must: frozenset[str]
    today: date
    clock: time = MIDNIGHT
    practice: bool = False
    hidden: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


class Found(NamedTuple):
    """What can be offered, best first. ``widened`` says how the question was stretched to find any:

    "" (not at all), "farther", "any day", "online", or "nothing" where nothing in the directory passes the gates.
    """

    offers: tuple[Offer, ...]
    widened: str = ""


NOTHING = Found((), "nothing")


class Candidate(NamedTuple):
    """A group that passes the gates, before its dates are looked at. ``less`` is the most that it can weigh, negated:
    so the best comes first in a heap."""

    less: float
    number: int
    away: float | None
    ring_first: bool


def search(directory: Directory, wanted: Wanted, show: int = 3) -> Found:
    """Up to ``show`` offers, best first and no two of one initiative.

    Where nothing is near on that day the search goes on: farther, on another day, online, and at last as far as need
    be. For a place that is on no map (an island, a slip) what has its own postcode area goes before what is online, and
    anything else comes last: no distance is made up.
    """
    asked = directory.index.asked(wanted.must, wanted.needs, practice=wanted.practice)
    if asked is None or show < 1:
        return NOTHING
    look = _Search(directory, wanted, asked)
    if not wanted.near or ONLINE in wanted.must:
        return look.anywhere(show)
    for days, widened in look.widening():
        rooms = look.rooms(days)
        if rooms:
            stretched = widened or ("" if any((each.offer.miles or 0) <= NEAR for each in rooms) else "farther")
            return Found(varied([*rooms, *look.online(days)], show), stretched)
    for days, _ in look.widening():
        if online := look.online(days):
            return Found(varied(online, show), "online")
    farther = look.however_far() or look.wherever()
    return Found(varied(farther, show), "farther") if farther else NOTHING


class _Search:
    """One search, under way."""

    def __init__(self, directory: Directory, wanted: Wanted, asked: Asked) -> None:
        self.index = directory.index
        self.wanted = wanted
        self.asked = asked
        self.here = directory.geography.where(wanted.near) if wanted.near else None
        self.area = outcode(wanted.near).rstrip("0123456789") if self.here is None else ""

    def widening(self) -> Iterator[tuple[int | None, str]]:
        """The day that was asked for, then any."""
        yield self.wanted.day, ""
        if self.wanted.day is not None:
            yield None, "any day"

    def anywhere(self, show: int) -> Found:
        """No place was named, or none is wanted."""
        everything = (
            (self.index.online,)
            if ONLINE in self.wanted.must
            else (self.index.rooms, self.index.online, self.index.elsewhere)
        )
        for day, widened in self.widening():
            if found := self.freshest(chain.from_iterable(everything), day, 1.0):
                return Found(varied(found, show), widened)
        return NOTHING

    def rooms(self, day: int | None) -> list[Weighed]:
        """The best within FARTHEST miles, ring by ring, as long as something further out may be better."""
        if self.here is None:
            return self.of_this_area(day)
        pool, left = Pool(), LOOKED_AT
        waiting: list[Candidate] = []
        for nearest, ring in self.index.around(self.here, FARTHEST):
            unseen = _by_distance(nearest)  # whatever is in this ring or beyond can weigh no more
            while left and waiting and -waiting[0].less >= unseen and not pool.is_full_above(-waiting[0].less):
                left -= self.keep(pool, heapq.heappop(waiting), day)
            if not left or pool.is_full_above(unseen):
                break
            for entry in fitting(ring, self.asked, _bits(day)):
                assert entry.point is not None
                away = miles(self.here, entry.point)
                if away <= FARTHEST and (candidate := self.candidate(entry, _by_distance(away), away)):
                    heapq.heappush(waiting, candidate)
        while left and waiting and not pool.is_full_above(-waiting[0].less):
            left -= self.keep(pool, heapq.heappop(waiting), day)
        return pool.best

    def of_this_area(self, day: int | None) -> list[Weighed]:
        """Rooms with the same letters at the start of their postcode, where no map tells how far they are."""
        if not self.area:
            return []
        groups = self.index.groups
        of_it = (each for each in self.index.elsewhere if _area(groups[each.number].postcode) == self.area)
        return self.freshest(of_it, day, 1.0)

    def online(self, day: int | None) -> list[Weighed]:
        return self.freshest(self.index.online, day, FROM_HOME)

    def however_far(self) -> list[Weighed]:
        """The nearest of all that pass the gates, on whatever day: so far away, nothing counts but how far."""
        pool = Pool()
        if self.here is not None:
            for entry in by_distance(fitting(self.index.rooms, self.asked, ANY_DAY), self.here):
                assert entry.point is not None
                away = miles(self.here, entry.point)
                if candidate := self.candidate(entry, 1.0 / (1.0 + away), away):
                    self.keep(pool, candidate, None)
                if pool.is_full_above(0.0):
                    break
        return pool.best

    def wherever(self) -> list[Weighed]:
        """All that pass the gates, where nobody can know how far it is: from here, or to there."""
        return self.freshest(chain(self.index.elsewhere, self.index.rooms), None, 1.0)

    def freshest(self, entries: Iterable[Entry], day: int | None, weight: float) -> list[Weighed]:
        """The best of the first that serve a need and can be offered; where those are few, of others too."""
        pool, left = Pool(), LOOKED_AT
        others: list[Candidate] = []
        for candidate in chain(self.serving(fitting(entries, self.asked, _bits(day)), weight, others), others):
            if not pool.is_full_above(-candidate.less):
                left -= self.keep(pool, candidate, day)
                if not left:
                    break
        return pool.best

    def serving(self, entries: Iterable[Entry], weight: float, others: list[Candidate]) -> Iterator[Candidate]:
        """Those that serve a need; ``others`` gets the rest, up to a few."""
        needs = self.asked.needs
        for entry in entries:
            serves = not needs or entry.serves & needs
            if (serves or len(others) < LOOKED_AT) and (candidate := self.candidate(entry, weight, None)):
                if serves:
                    yield candidate
                else:
                    others.append(candidate)

    # ------------------------------------------------------------ one group

    def candidate(self, entry: Entry, weight: float, away: float | None) -> Candidate | None:
        """How much a group can weigh at most; None where it was seen, is hidden, or was known true too long ago."""
        group, wanted = self.index.groups[entry.number], self.wanted
        initiative = group.initiative or group.id
        if initiative in wanted.seen or initiative in wanted.hidden or group.id in wanted.hidden:
            return None
        known = freshness(group.checked, wanted.today)
        at_most = weight * known.factor * self.by_need(entry)
        return None if known.hidden else Candidate(-at_most, entry.number, away, known.ring_first)

    def by_need(self, entry: Entry) -> float:
        needs = self.asked.needs
        if not needs:
            return 1.0
        served = (entry.serves & needs).bit_count()
        return ONE_NEED + (1.0 - ONE_NEED) * served / needs.bit_count() if served else NOT_NEEDED

    def keep(self, pool: Pool, candidate: Candidate, day: int | None) -> bool:
        """Put a group among the others where it can be offered, and say whether it can."""
        group, wanted = self.index.groups[candidate.number], self.wanted
        meets = _next_on(group, day, wanted.today, wanted.clock)
        if meets is None:
            return False
        soon = max(LEAST_SOON, 1.0 - (1.0 - LEAST_SOON) * (meets - wanted.today).days / SOON)
        fitting_day = 1.0 if wanted.day in (None, meets.weekday()) else OTHER_DAY
        offer = Offer(group, candidate.away, meets, candidate.ring_first)
        pool.add(group.initiative or group.id, Weighed(-candidate.less * soon * fitting_day, offer))
        return True


def _bits(day: int | None) -> int:
    return ANY_DAY if day is None else 1 << day


def _by_distance(away: float) -> float:
    return max(LEAST_FAR, exp2(-away / HALVES_EVERY))


def _next_on(group: Group, day: int | None, today: date, clock: time) -> date | None:
    """The next date, on this weekday where one is wanted: some groups meet on another each time."""
    meets = next_session(group, today, clock)
    for _ in range(MEETINGS_AHEAD):
        if meets is None or day is None or meets.weekday() == day:
            return meets
        meets = next_session(group, meets + timedelta(days=1))
    return None


def _area(postcode: str) -> str:
    return outcode(postcode).rstrip("0123456789")
