"""The directory people are sent from: what coordinators wrote, what was imported, what is known of the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from flows.content import Group


def stocked(
    written: Collection[Group],
    imported: Collection[Group],
    checked: Mapping[str, date] | None = None,
    hidden: Collection[str] = (),
) -> tuple[Group, ...]:
    """Both together, without what is ``hidden`` and as fresh as it was ``checked``.

    ``checked`` and ``hidden`` go by the id of a group or of an initiative. A row that coordinators wrote goes before an
    imported one of the same id.
    """
    found: dict[str, Group] = {}
    for group in (*written, *imported):
        if group.id in found or group.id in hidden or group.initiative in hidden:
            continue
        found[group.id] = _as_checked(group, checked) if checked else group
    return tuple(found.values())


def _as_checked(group: Group, checked: Mapping[str, date]) -> Group:
    days = [day for day in (group.checked, checked.get(group.id), checked.get(group.initiative)) if day is not None]
    newest = max(days, default=None)
    return group if newest == group.checked else replace(group, checked=newest)
