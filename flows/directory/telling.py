"""What is said of a group, column by column, and of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta

from flows.content import Group
from flows.directory.meetings import MIDNIGHT, next_session
from flows.timing import DAYS

Phrase = Callable[[str, Mapping[str, str]], str]
"""Says one of the bot's own phrases, filled in."""

GROUP_BLANKS = (
    "name", "kind", "day", "time", "until", "place", "town", "postcode", "cost", "contact", "phone", "link",
)  # fmt: skip
"""What ``((group.…))`` may name."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def away_words(distance: float) -> tuple[str, dict[str, str]]:
    """The phrase for a distance in miles: as exact as the middle of a sector or an outcode allows, and no more."""
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
