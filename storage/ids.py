"""Ids made here rather than by the database, because a sealed column binds the id of its row before the row exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
NODE_BITS = 10
SEQUENCE_BITS = 12
NODES = 1 << NODE_BITS
_FULL = 1 << SEQUENCE_BITS


class Ids:
    """Time-ordered ids of 63 bits: milliseconds since 2026, then the node, then a sequence.

    Every process that opens the database gets the next node (``marks``), so that two never make the same id. When the
    clock goes back the ids go on from where they were; when one millisecond runs out they borrow from the next.
    """

    __slots__ = ("_lock", "_millisecond", "_node", "_now", "_sequence")

    def __init__(self, node: int) -> None:
        self._node = (node % NODES) << SEQUENCE_BITS
        self._millisecond = 0
        self._sequence = 0
        self._now: datetime | None = None
        self._lock = Lock()

    def next(self, now: datetime) -> int:
        """The next id; greater than every one before it from this node."""
        with self._lock:
            if now is not self._now:  # a batch passes one ``now`` many times
                self._now = now
                millisecond = (now - EPOCH) // MILLISECOND
                if millisecond > self._millisecond:
                    self._millisecond = millisecond
                    self._sequence = 0
            self._sequence += 1
            if self._sequence == _FULL:
                self._millisecond += 1
                self._sequence = 0
            return self._millisecond << (NODE_BITS + SEQUENCE_BITS) | self._node | self._sequence


def made_at(an_id: int) -> datetime:
    """When an id was made, to the millisecond."""
    return EPOCH + (an_id >> (NODE_BITS + SEQUENCE_BITS)) * MILLISECOND


def first_at(at: datetime) -> int:
    """The smallest id that can have been made at ``at`` or later."""
    return max(0, (at - EPOCH) // MILLISECOND) << (NODE_BITS + SEQUENCE_BITS)
