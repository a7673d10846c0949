"""A list that faults are written down on, so that one never hides the rest."""

from __future__ import annotations

from collections.abc import Iterable

from flows.wording import Level, Place, Problem

# Left out by a fault reported elsewhere: in a file with broken lines these would only repeat it in other words.
MISSING = "missing"


class Problems:
    """Collects what is wrong, in the order it is met; ``ordered`` gives it as a reader goes down the pages."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def error(self, place: Place, code: str, what: str, fix: str = "") -> None:
        """Blocks a release."""
        self.found.append(Problem(place, Level.ERROR, code, what, fix))

    def warn(self, place: Place, code: str, what: str, fix: str = "") -> None:
        """Wants a look."""
        self.found.append(Problem(place, Level.WARNING, code, what, fix))

    def errors_in(self, file: str) -> bool:
        """Whether this file holds anything that blocks a release."""
        return any(problem.level is Level.ERROR and problem.place.file == file for problem in self.found)

    def ordered(self) -> tuple[Problem, ...]:
        """Every problem once, by file, line and column."""
        return tuple(sorted(set(self.found)))


def spaces(number: int) -> str:
    """``4 spaces``, as a person would say it."""
    return "no spaces" if number == 0 else "1 space" if number == 1 else f"{number} spaces"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, or None when nothing is close."""
    # Only a fault needs it: reading good content does not pay for the import.
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        name, sorted(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=65.0
    )
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The thing to type instead: the nearest known name, or the whole list when it is short."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean {near}?"
    if not names:
        return "there are none yet."
    if len(names) <= 12:
        return "use one of " + ", ".join(names) + "."
    return "use one of " + ", ".join(names[:12]) + " …"
