"""The directory people are sent from: what coordinators wrote, what was imported, what is known of the rows."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from flows.content import Group
from flows.directory.geography import outcode
from flows.directory.model import CLOSED

Checked = Mapping[str, date]
"""When coordinators last found rows true, by the id of a group or of an initiative."""


def stocked(
    written: Collection[Group],
    imported: Collection[Group],
    checked: Checked | None = None,
    hidden: Collection[str] = (),
) -> tuple[Group, ...]:
    """Both together, without what is ``hidden`` (ids of groups or initiatives) and as fresh as it was ``checked``.

    A group that two sources list is offered once, as the one has it that was last known to be true; of two known alike,
    as coordinators wrote it, else as the first source has it. What one of them knows against it counts for all: where
    it is hidden in one it is offered from none, nor where one says that it is closed.
    """
    rows = _each_once((*written, *imported), checked)
    twins = _twins(rows)
    return tuple(
        group
        for group in _newest(rows, twins)
        if not _is_hidden(group, hidden) and not _is_withheld(group, _others(group, twins), hidden)
    )


def listed_once(groups: Iterable[Group], checked: Checked, known: Collection[str]) -> tuple[Group, ...]:
    """Every group as ``stocked`` chooses between its listings, hidden and closed ones among them.

    Of those that are not chosen, the ones of which something is ``known`` (ids of groups or initiatives) are kept:
    whoever looks after the directory has to see what takes a group away.
    """
    rows = _each_once(groups, checked)
    chosen = {group.id for group in _newest(rows, _twins(rows))}
    return tuple(group for group in rows if group.id in chosen or _is_hidden(group, known))


def _each_once(groups: Iterable[Group], checked: Checked | None) -> tuple[Group, ...]:
    """Each as fresh as it was checked, and the first alone of those with one id."""
    first: dict[str, Group] = {}
    for group in groups:
        first.setdefault(group.id, group)
    return tuple(_as_checked(group, checked) for group in first.values()) if checked else tuple(first.values())


def _newest(rows: Iterable[Group], twins: Mapping[Hashable, list[Group]]) -> Iterator[Group]:
    """The rows without those that another source knows to be true of a later day."""
    listers = {twin: _lister(max(alike, key=_known_on)) for twin, alike in twins.items()}
    for group in rows:
        if listers.get(_twin(group), _lister(group)) == _lister(group):
            yield group


def _is_hidden(group: Group, hidden: Collection[str]) -> bool:
    return group.id in hidden or group.initiative in hidden


def _is_withheld(group: Group, others: Iterable[Group], hidden: Collection[str]) -> bool:
    """Whether what another source lists of the same group speaks against sending anybody there.

    Feeds go on calling a group closed for years; what coordinators wrote on a later day they knew better.
    """
    return any(
        _is_hidden(each, hidden)
        or (each.access.get(CLOSED, False) and not (group.at is not None and _known_on(group) > _known_on(each)))
        for each in others
    )


# ---------------------------------------------------------------- one group in two lists


def _twins(rows: Iterable[Group]) -> Mapping[Hashable, list[Group]]:
    """The rows that are one group as far as can be told, where there are two or more."""
    found: dict[Hashable, list[Group]] = {}
    for group in rows:
        twin = _twin(group)
        if twin is not None:
            found.setdefault(twin, []).append(group)
    return {twin: alike for twin, alike in found.items() if len(alike) > 1}


def _twin(group: Group) -> Hashable:
    """What two rows have in common that are one group in two lists; None where it cannot be told.

    Its name but for spaces and signs, its day and time, and the district of its postcode, or its link. What is invented
    is no twin of what is real.
    """
    place = outcode(group.postcode) if group.postcode else group.link
    if not place:
        return None
    name = "".join(filter(str.isalnum, group.name.casefold()))
    return name, group.day, group.time, group.rule, place, group.sample


def _others(group: Group, twins: Mapping[Hashable, list[Group]]) -> Iterator[Group]:
    """Its twins of other listers. A source may list two groups alike: it ought to know."""
    return (each for each in twins.get(_twin(group), ()) if _lister(each) != _lister(group))


def _lister(group: Group) -> str:
    return "" if group.at is not None else group.source


def _known_on(group: Group) -> date:
    return group.checked or date.min


def _as_checked(group: Group, checked: Checked) -> Group:
    days = [day for day in (group.checked, checked.get(group.id), checked.get(group.initiative)) if day is not None]
    newest = max(days, default=None)
    return group if newest == group.checked else replace(group, checked=newest)
