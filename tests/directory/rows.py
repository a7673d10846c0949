"""Groups as a coordinator's spreadsheet would save them."""

from __future__ import annotations

from flows.content import Group
from flows.directory.groups import read_groups
from flows.wording import Problem

GOOD = {
    "id": "ton-tue",
    "name": "Tuesday Table",
    "kind": "peer group",
    "day": "Tuesday",
    "time": "18:30",
    "until": "20:00",
    "every": "week",
    "postcode": "TN9 1AA",
    "town": "Tonbridge",
    "place": "Community Room",
    "needs": "people;belonging",
    "access": "step_free:yes;children:yes;online:no",
    "for": "anyone",
    "cost": "free",
    "contact": "welcome host",
    "phone": "01632 960101",
    "link": "",
    "source": "own list",
    "checked": "2026-10-30",
    "exceptions": "",
}
HEADING = ",".join(GOOD)
EXTRA = {"also": "", "ages": "", "about": ""}
ONLINE = {"postcode": "", "town": "", "place": "online", "access": "online:yes"}


def row(**cells: str) -> str:
    """A row like Tuesday Table's but for ``cells``; ``for_`` stands for the column called for."""
    changed = {name.rstrip("_"): value for name, value in cells.items()}
    assert set(changed) <= set(GOOD)
    return ",".join((GOOD | changed).values())


def wide(**cells: str) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """What is read of a file that has the columns that a directory may add, and one row."""
    written = GOOD | EXTRA | cells
    text = ",".join(written) + "\n" + ",".join(written.values()) + "\n"
    return read_groups(text, "groups-sample.csv", sample=True)


def table(*rows: str) -> str:
    return "\n".join((HEADING, *rows)) + "\n"


def read(*rows: str, sample: bool = True) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    return read_groups(table(*rows), "groups-sample.csv", sample=sample)


def group(**cells: str) -> Group:
    """The one group of a good row."""
    groups, problems = read(row(**cells))
    assert len(groups) == 1, [str(problem) for problem in problems]
    return groups[0]
