"""Which items of an instrument to ask next."""

from __future__ import annotations

from collections.abc import Mapping

from flows.content import Instrument


def next_items(instrument: Instrument, count: int | None, rated: Mapping[str, str]) -> tuple[str, ...]:
    """The ``count`` items offered least recently, in the instrument's order; all of them where ``count`` is None.

    ``rated`` maps "instrument.item" to the ISO date on which it was last offered. An item never offered comes first,
    so items go round in turn and none is put at two check-ins running.
    """
    names = list(instrument.items)
    if count is None:
        return tuple(names)
    oldest_first = sorted(names, key=lambda name: rated.get(f"{instrument.name}.{name}", ""))
    return tuple(oldest_first[:count])
