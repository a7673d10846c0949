"""Which groups to offer: open to the person, on their day, with what they need; nearest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from flows.content import Group
from flows.directory.geography import Geography, miles
from flows.directory.meetings import MIDNIGHT, next_session
from flows.timing import DAYS, weekday_named

__all__ = ("GROUP_BLANKS", "Found", "find_groups", "group_blanks", "label", "next_session")

Phrase = Callable[[str, Mapping[str, str]], str]
"""Says one of the bot's own phrases, filled in."""

FARTHEST = 30
"""Miles. Past that a group is no answer to "near me", and a person had better look (measured between outcodes)."""

ANYONE = "anyone"
GROUP_BLANKS = (
    "name", "kind", "day", "time", "until", "place", "town", "postcode", "cost", "contact", "phone", "link",
)  # fmt: skip
"""What ``((group.…))`` may name."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A group that fits. ``miles`` is None where nobody can know: online, or no place was given."""

    group: Group
    miles: float | None
    next_date: date
    today: date


def find_groups(
    groups: Iterable[Group],
    geography: Geography,
    *,
    near: str,
    on: str,
    must: frozenset[str],
    needs: frozenset[str],
    show: int,
    today: date,
    practice: bool,
    clock: time = MIDNIGHT,
) -> tuple[Found, ...]:
    """Up to ``show`` groups that fit, nearest first and then soonest; never two meetings of one group.

    ``near`` is a full or half postcode, or "" for anywhere. Where it cannot be placed (Northern Ireland, a typing slip)
    only online groups are left: no distance is made up. ``on`` is a weekday or "any". ``must`` are things that have to
    be true: an ``access`` that says yes (unknown is no yes), or whom the group is for. ``needs`` are what it should
    serve; one of them is enough. Invented groups are left out unless this is ``practice``. ``clock`` is the local time:
    a group that has begun today is next time's.
    """
    here = geography.where(near) if near else None
    day = None if on == "any" else weekday_named(on)
    fitting = []
    for group in groups:
        if (group.sample and not practice) or (day is not None and group.day != day):
            continue
        if not _open_to(group, must) or (needs and needs.isdisjoint(group.needs)):
            continue
        online = group.access.get("online", False)
        there = geography.where(group.postcode) if group.postcode else None
        away = miles(here, there) if here and there else None
        if near and not online and (away is None or away > FARTHEST):
            continue
        meets = next_session(group, today, clock)
        if meets is not None:
            fitting.append(Found(group, None if away is not None and away > FARTHEST else away, meets, today))
    fitting.sort(key=_nearest_first)
    nearest: dict[str, Found] = {}
    for each in fitting:
        nearest.setdefault(each.group.name.casefold(), each)
    return tuple(nearest.values())[:show]


def _open_to(group: Group, must: frozenset[str]) -> bool:
    """Whether this person may come: a group for women is offered to who asked for one, a closed one to nobody."""
    audience = _listed(group.audience)
    if group.access.get("closed", False) or not (ANYONE in audience or must & audience):
        return False
    return all(group.access.get(each, False) or each in audience for each in must)


@lru_cache(maxsize=512)
def _listed(audience: str) -> frozenset[str]:
    return frozenset(part.strip() for part in audience.replace(",", ";").split(";"))


def _nearest_first(found: Found) -> tuple[bool, float, date, str]:
    return found.miles is None, round(found.miles or 0, 1), found.next_date, found.group.id


# ---------------------------------------------------------------- said to a person


def label(found: Found, phrase: Phrase) -> str:
    """A group in one line, as a choice: "Tuesday Table, Tue 18:30, about 3 miles"."""
    group = found.group
    spoken = {
        "name": group.name,
        "day": spoken_day(group, found.next_date, found.today, 3, phrase),
        "time": f"{group.time:%H:%M}",
    }
    if found.miles is not None:
        name, blanks = away_words(found.miles)
        return phrase("group label away", spoken | {"away": phrase(name, blanks)})
    if group.access.get("online", False):
        return phrase("group label away", spoken | {"away": phrase("away online", {})})
    return phrase("group label", spoken)


def away_words(distance: float) -> tuple[str, dict[str, str]]:
    """The phrase for a distance in miles: as exact as the middle of two outcodes allows, and no more."""
    whole = round(distance)
    if whole < 1:
        return "away close by", {}
    return ("away a mile", {}) if whole == 1 else ("away miles", {"miles": str(whole)})


def group_blanks(group: Group, today: date, clock: time = MIDNIGHT, phrase: Phrase | None = None) -> Mapping[str, str]:
    """What ``((group.name))`` and the rest say, by column; "" where the directory does not say.

    ``day`` is the weekday where the group meets within the week; else the date as well, "Monday 7 December": a weekday
    alone would send somebody to a locked door. ``phrase`` names days and months; without it they are in English.
    """
    meets = next_session(group, today, clock)
    return {
        "name": group.name,
        "kind": group.kind,
        "day": spoken_day(group, meets, today, None, phrase),
        "time": f"{group.time:%H:%M}",
        "until": f"{group.until:%H:%M}" if group.until else "",
        "place": group.place,
        "town": group.town,
        "postcode": group.postcode,
        "cost": group.cost,
        "contact": group.contact,
        "phone": group.phone,
        "link": group.link,
    }


def month_phrase(day: date) -> str:
    """The phrase that names its month."""
    return f"month {_MONTHS[day.month - 1].lower()}"


def spoken_day(group: Group, meets: date | None, today: date, letters: int | None, phrase: Phrase | None) -> str:
    """The weekday, and the date where the weekday alone would mislead; names cut to ``letters``."""
    weekday = meets.weekday() if meets is not None else group.day
    if weekday is None:
        return ""
    day = DAYS[weekday]
    name = (phrase(f"day {day}", {}) if phrase is not None else day.capitalize())[:letters]
    if meets is None or (group.every == "week" and meets < today + timedelta(weeks=1)):
        return name
    month = phrase(month_phrase(meets), {}) if phrase is not None else _MONTHS[meets.month - 1]
    return f"{name} {meets.day} {month[:letters]}"
