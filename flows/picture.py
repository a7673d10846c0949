"""A picture as what it shows, drawn only when it is sent (bot/charts.py): small, and sealed like text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of it. None: there is no answer, and nothing is drawn in its place."""

    label: str
    start: float | None
    now: float | None


class Picture(NamedTuple):
    """Where things stood at the start and where they stand now, on one scale. Every word is the content's own."""

    low: int
    high: int
    began: str  # the word for the first mark
    now: str  # … and for the second
    missing: str  # what stands where there is no answer
    rows: tuple[Row, ...]


def dump(picture: Picture) -> list[Any]:
    """As plain lists, for JSON."""
    return [*picture[:-1], [list(row) for row in picture.rows]]


def load(written: Sequence[Any]) -> Picture:
    """What ``dump`` wrote."""
    low, high, began, now, missing, rows = written
    return Picture(low, high, began, now, missing, tuple(Row(*row) for row in rows))
