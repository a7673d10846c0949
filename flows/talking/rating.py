"""Self-ratings: which items to ask next, what a low answer opens, and what LATER puts off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from flows.content import Instrument, Item

LOW = "low"
"""The variable that keeps what somebody rated low of late, as instruments name their items: groups serve such needs.
Where variables.yaml has none, nothing is kept."""

# Kept among a session's answers under names no flow can have.
LOWEST = "*lowest"  # the low answer that will be spoken of, and whether that has been done
PUT_OFF = "*later"  # instrument → the items that LATER left for this time

LATER = timedelta(days=1)
_MOST_LATER = 2  # how often one round may be put off: after that it is let be


def next_items(instrument: Instrument, count: int | None, rated: Mapping[str, str]) -> tuple[str, ...]:
    """The ``count`` items offered least recently, in the instrument's order; all of them where ``count`` is None.

    ``rated`` maps "instrument.item" to when it was last offered, in ISO form: to the second, for somebody may text for
    several check-ins in a day. An item never offered comes first, so items go round in turn and none is put at two
    check-ins running.
    """
    names = list(instrument.items)
    if count is None:
        return tuple(names)
    oldest_first = sorted(names, key=lambda name: rated.get(f"{instrument.name}.{name}", ""))
    return tuple(oldest_first[:count])


# ---------------------------------------------------------------- low answers


def is_low(instrument: Instrument, item: Item, value: int) -> bool:
    """Whether this answer is low enough for something to be offered."""
    return item.low_at_most is not None and instrument.scored(item.name, value) <= item.low_at_most


def lowest(noted: Mapping[str, str], item: Item, counts: int) -> dict[str, str]:
    """The low answer to speak of once the ratings are done: the lowest, and the first of equals."""
    if "value" in noted and int(noted["value"]) <= counts:
        return dict(noted)
    return {**noted, "opens": item.low_opens, "value": str(counts)}


def low_of_late(kept: str, item: str, low: bool) -> str:
    """``LOW`` after one more answer: ``people;home``, the latest first."""
    others = [name for name in kept.split(";") if name and name != item]
    return ";".join([item, *others] if low else others)


# ---------------------------------------------------------------- LATER


class Left(NamedTuple):
    """What an earlier LATER left over, and how often it has been said."""

    items: tuple[str, ...] = ()
    times: int = 0


def left_over(instrument: Instrument, put_off: Mapping[str, str]) -> Left:
    """Read from what the booking carried; items that the instrument no longer has are let go."""
    items, _, times = put_off.get(instrument.name, "").partition(" ")
    known = tuple(item for item in items.split(";") if item in instrument.items)
    return Left(known, int(times) if times.isdecimal() else 0)


def booked_again(flow: str, instrument: Instrument, left: Left) -> tuple[tuple[str, str], ...] | None:
    """What a booking of ``flow`` carries so that only ``left`` is asked; None where it has been put off enough."""
    if not flow or left.times >= _MOST_LATER:
        return None
    return ((f"{PUT_OFF}.{instrument.name}", f"{';'.join(left.items)} {left.times + 1}"),)
