"""The directory people are sent from: what coordinators wrote, what was imported, what is known of the rows."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from datetime import date

from flows.content import Group
from flows.directory.geography import outcode


def stocked(
    written: Collection[Group],
    imported: Collection[Group],
    checked: Mapping[str, date] | None = None,
    hidden: Collection[str] = (),
) -> tuple[Group, ...]:
    """Both together, without what is ``hidden`` and as fresh as it was ``checked``.

    ``checked`` and ``hidden`` go by the id of a group or of an initiative. A group that two sources list is offered
    once: as coordinators wrote it, else as the first source has it. Where that one is hidden, so is the other.
    """
    found: dict[str, Group] = {}
    listed_by: dict[Hashable, str] = {}
    for group in (*written, *imported):
        if group.id in found:
            continue
        twin = _twin(group)
        if twin is not None and listed_by.setdefault(twin, _lister(group)) != _lister(group):
            continue
        if group.id not in hidden and group.initiative not in hidden:
            found[group.id] = _as_checked(group, checked) if checked else group
    return tuple(found.values())


def _twin(group: Group) -> Hashable:
    """What two rows have in common that are one group in two lists; None where it cannot be told.

    Its name but for spaces and signs, its day and time, and the district of its postcode, or its link.
    """
    place = outcode(group.postcode) if group.postcode else group.link
    if not place:
        return None
    return "".join(filter(str.isalnum, group.name.casefold())), group.day, group.time, group.rule, place


def _lister(group: Group) -> str:
    """Who lists it. A source may list two groups alike: it ought to know."""
    return "" if group.at is not None else group.source


def _as_checked(group: Group, checked: Mapping[str, date]) -> Group:
    days = [day for day in (group.checked, checked.get(group.id), checked.get(group.initiative)) if day is not None]
    newest = max(days, default=None)
    return group if newest == group.checked else replace(group, checked=newest)
