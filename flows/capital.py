"""What self-ratings add up to: scores, means of domains, change since the start, and whether a change is real. Pure.

Nothing is ever filled in. A mean stands only where enough was answered, lately enough, by the instrument's own
``minimum:``; what is missing is told, and why. A change is of pairs: items answered at the start and again on a later
day. These are self-ratings: nobody is ranked by them, and no single item is ever called better or worse.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flows.content import Instrument

Z95 = 1.96  # two-sided 95 %, as Jacobson and Truax (1991) take it


class Rating(NamedTuple):
    """One answer on the person's own calendar. ``value`` None: it was asked and not answered."""

    item: str
    value: int | None
    on: date


class Missing(StrEnum):
    """Why an item has no value."""

    NEVER = "never asked"
    UNANSWERED = "asked, not answered"
    OLD = "answered too long ago"
    LATE = "not answered at the start, only later"


@dataclass(frozen=True, slots=True)
class Level:
    """The mean of several items, or None where too few were answered. ``name`` is a domain, "" all of them."""

    name: str
    mean: float | None
    answered: int
    of: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands at one time. ``values`` count as scored: a ``reverse`` item is turned round."""

    values: Mapping[str, int]
    missing: Mapping[str, Missing]
    overall: Level
    domains: tuple[Level, ...]
    score: float | None  # as ``score:`` says: the mean, or the sum, which needs every item


class Moved(NamedTuple):
    """One item, answered at the start and again on a later day."""

    item: str
    start: int
    now: int

    @property
    def by(self) -> int:
        return self.now - self.start


@dataclass(frozen=True, slots=True)
class Shift:
    """How the mean of the paired items has moved; None where too few of them are paired."""

    name: str
    start: float | None
    now: float | None
    paired: int
    of: int

    @property
    def by(self) -> float | None:
        return None if self.start is None or self.now is None else self.now - self.start


class Real(StrEnum):
    """Whether a change is larger than the instrument's own error (Jacobson and Truax 1991)."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "no reliable change"


@dataclass(frozen=True, slots=True)
class Change:
    """From the start until now. ``real`` is None where the instrument cannot say: most cannot."""

    start: Standing
    now: Standing
    moved: tuple[Moved, ...]
    overall: Shift
    domains: tuple[Shift, ...]
    real: Real | None


# ---------------------------------------------------------------- how somebody stands


def standing(instrument: Instrument, ratings: Iterable[Rating], on: date) -> Standing:
    """How somebody stands on a day: of every item the last answer, if it is no older than ``minimum:`` allows.

    ``ratings`` in the order in which they were given. Of two on one day the later one counts.
    """
    given = [each for each in ratings if each.on <= on]
    last: dict[str, Rating] = {}
    asked: set[str] = set()
    for each in given:
        asked.add(each.item)
        if each.value is not None:
            last[each.item] = each
    values, missing = {}, {}
    for item in instrument.items:
        found = last.get(item)
        if found is None:
            missing[item] = Missing.UNANSWERED if item in asked else Missing.NEVER
        elif on - found.on > instrument.within:
            missing[item] = Missing.OLD
        else:
            assert found.value is not None, "only answers are kept in last"
            values[item] = instrument.scored(item, found.value)
    return _standing(instrument, values, missing)


def start(instrument: Instrument, ratings: Iterable[Rating]) -> tuple[Standing, Mapping[str, date]]:
    """How somebody stood when they began, and when each item was answered then.

    Of every item the first answer, if it came within the length of ``minimum:`` from the first answer of all: nobody
    is compared with a start that lies months later.
    """
    first: dict[str, Rating] = {}
    asked: set[str] = set()
    began: date | None = None
    for each in ratings:
        asked.add(each.item)
        if each.value is None:
            continue
        began = each.on if began is None else began
        first.setdefault(each.item, each)
    values, missing, days = {}, {}, {}
    for item in instrument.items:
        found = first.get(item)
        if found is None or found.value is None or began is None:
            missing[item] = Missing.UNANSWERED if item in asked else Missing.NEVER
        elif found.on - began > instrument.within:
            missing[item] = Missing.LATE
        else:
            values[item] = instrument.scored(item, found.value)
            days[item] = found.on
    return _standing(instrument, values, missing), days


def _standing(instrument: Instrument, values: Mapping[str, int], missing: Mapping[str, Missing]) -> Standing:
    overall = _level(instrument, "", list(instrument.items), values)
    levels = tuple(_level(instrument, name, items, values) for name, items in domains(instrument).items())
    score: float | None = overall.mean
    if instrument.score == "sum":
        # a sum of fewer items is another number: with one missing there is none
        score = float(sum(values.values())) if not missing else None
    return Standing(values, missing, overall, levels, score)


def domains(instrument: Instrument) -> dict[str, list[str]]:
    """The items of each domain, in the order of the file; items that name none are in the whole alone."""
    found: dict[str, list[str]] = {}
    for name, item in instrument.items.items():
        if item.domain:
            found.setdefault(item.domain, []).append(name)
    return found


def enough(instrument: Instrument, of: int) -> int:
    """How many of ``of`` items must be answered for a mean: the same share as ``minimum:`` asks of the whole.

    To the nearest whole item, and at least one: where 7 of 9 are needed, 3 of 4, 2 of 2 and 1 of 1.
    """
    share = of * instrument.minimum / len(instrument.items)
    return max(1, math.floor(share + 0.5))


def _level(instrument: Instrument, name: str, items: Sequence[str], values: Mapping[str, int]) -> Level:
    found = [values[item] for item in items if item in values]
    mean = statistics.fmean(found) if len(found) >= enough(instrument, len(items)) else None
    return Level(name, mean, len(found), len(items))


# ---------------------------------------------------------------- change


def change(instrument: Instrument, ratings: Sequence[Rating], on: date) -> Change:
    """From the start until ``on``. Only items answered on two different days are compared."""
    known = [each for each in ratings if each.on <= on]
    began, days = start(instrument, known)
    now = standing(instrument, known, on)
    last = {each.item: each.on for each in known if each.value is not None}
    moved = tuple(
        Moved(item, began.values[item], now.values[item])
        for item in instrument.items
        if item in began.values and item in now.values and last[item] > days[item]
    )
    overall = _shift(instrument, "", list(instrument.items), moved)
    shifts = tuple(_shift(instrument, name, items, moved) for name, items in domains(instrument).items())
    return Change(began, now, moved, overall, shifts, _real(instrument, overall))


def _shift(instrument: Instrument, name: str, items: Sequence[str], moved: Iterable[Moved]) -> Shift:
    pairs = [each for each in moved if each.item in items]
    if len(pairs) < enough(instrument, len(items)):
        return Shift(name, None, None, len(pairs), len(items))
    before = statistics.fmean(each.start for each in pairs)
    after = statistics.fmean(each.now for each in pairs)
    return Shift(name, before, after, len(pairs), len(items))


# ---------------------------------------------------------------- a real change


def smallest_real_change(instrument: Instrument) -> float | None:
    """How far a score must move before it is more than the instrument's error: 1.96·√2·SD·√(1−r).

    None where the instrument gives no SD or no reliability, and for a single item, of which nobody can say it.
    Jacobson NS, Truax P (1991), J Consult Clin Psychol 59:12-19.
    """
    if instrument.sd is None or instrument.reliability is None or len(instrument.items) < 2:
        return None
    return Z95 * math.sqrt(2) * instrument.sd * math.sqrt(1 - instrument.reliability.value)


def _real(instrument: Instrument, overall: Shift) -> Real | None:
    least = smallest_real_change(instrument)
    if least is None or overall.by is None:
        return None
    by = overall.by
    if instrument.score == "sum":
        if overall.paired < overall.of:
            return None
        by *= overall.of
    if abs(by) <= least:
        return Real.UNSURE
    return Real.BETTER if by > 0 else Real.WORSE


# ---------------------------------------------------------------- of several people


@dataclass(frozen=True, slots=True)
class Together:
    """The same change for several people. ``left_out`` could not be compared: they are counted, never guessed.

    ``sd`` is of the differences, and None for fewer than two people.
    """

    paired: int
    left_out: int
    start: float | None
    now: float | None
    sd: float | None

    @property
    def by(self) -> float | None:
        return None if self.start is None or self.now is None else self.now - self.start


def together(shifts: Iterable[Shift]) -> Together:
    """The paired change of a group, from each one's own shift (overall, or of one domain)."""
    everybody = list(shifts)
    pairs = [(each.start, each.now) for each in everybody if each.start is not None and each.now is not None]
    if not pairs:
        return Together(0, len(everybody), None, None, None)
    differences = [after - before for before, after in pairs]
    return Together(
        paired=len(pairs),
        left_out=len(everybody) - len(pairs),
        start=statistics.fmean(before for before, _ in pairs),
        now=statistics.fmean(after for _, after in pairs),
        sd=statistics.stdev(differences) if len(pairs) > 1 else None,
    )
