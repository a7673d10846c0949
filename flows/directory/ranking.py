"""Which groups to offer: those a person can go to, best first, and never an empty answer where there is any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import NamedTuple

from flows.content import Group
from flows.directory.finding import find_groups
from flows.directory.geography import Geography
from flows.timing import DAYS

MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. ``near`` is a place as it is kept (TN9, TN9 1, a town), "" for anywhere.

    ``day`` counts from Monday = 0, None for any. ``needs`` are what a group should serve, one of them is enough;
    ``must`` are what has to be true of it. ``clock`` is the local time of ``today``. ``hidden`` are ids of groups that
    nobody is sent to for now; ``seen`` are initiatives that this person has been offered already.
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


class Offer(NamedTuple):
    """A group to offer. ``miles`` is None where nobody can know: online, or no place was given.

    ``ring_first``: it was last checked so long ago that somebody had better ring before they go.
    """

    group: Group
    miles: float | None
    next_date: date
    ring_first: bool = False


class Found(NamedTuple):
    """What can be offered, best first. ``widened`` says how the question was stretched to find any:

    "" (not at all), "farther", "any day", "online", or "nothing" where nothing in the directory passes the gates.
    """

    offers: tuple[Offer, ...]
    widened: str = ""


class Directory:
    """The groups of one directory, made ready to be searched. Built once; a search then costs little."""

    def __init__(self, groups: tuple[Group, ...], geography: Geography) -> None:
        self.groups = groups
        self.geography = geography

    @cached_property
    def by_id(self) -> Mapping[str, Group]:
        return {group.id: group for group in self.groups}

    def group(self, group_id: str) -> Group | None:
        return self.by_id.get(group_id)


def search(directory: Directory, wanted: Wanted, show: int = 3) -> Found:
    """Up to ``show`` offers, never two of one initiative."""
    found = find_groups(
        (
            group
            for group in directory.groups
            if group.id not in wanted.hidden and _initiative(group) not in wanted.seen
        ),
        directory.geography,
        near=wanted.near,
        on="any" if wanted.day is None else DAYS[wanted.day],
        must=wanted.must,
        needs=wanted.needs,
        show=show,
        today=wanted.today,
        practice=wanted.practice,
        clock=wanted.clock,
    )
    offers = tuple(Offer(each.group, each.miles, each.next_date) for each in found)
    return Found(offers, "" if offers else "nothing")


def _initiative(group: Group) -> str:
    return group.id
