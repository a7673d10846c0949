"""What ``doctor`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, as it is printed."""

    WELL = "well"
    LOOK = "look"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what is so, and the cure if it should not be."""

    level: Level
    what: str
    cure: str = ""


def well(what: str) -> Finding:
    """As it should be."""
    return Finding(Level.WELL, what)


def look(what: str, cure: str = "") -> Finding:
    """It works, and somebody should see to it."""
    return Finding(Level.LOOK, what, cure)


def stop(what: str, cure: str = "") -> Finding:
    """It would stop the service, or stop it from reaching people."""
    return Finding(Level.STOP, what, cure)
