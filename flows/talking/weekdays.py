"""Names of the days as people type them, in the languages that ship, slips and all."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from flows.timing import DAYS

_SHORT = {
    "monday": "mon mons mondy",
    "tuesday": "tue tues tu",
    "wednesday": "wed weds wendesday wensday wednsday wendsday",
    "thursday": "thu thur thurs thr thrs",
    "friday": "fri fris",
    "saturday": "sat satdy saterday",
    "sunday": "sun",
}
_WELSH = ("llun", "mawrth", "mercher", "iau", "gwener", "sadwrn", "sul")
_POLISH = ("poniedzialek", "wtorek", "sroda", "czwartek", "piatek", "sobota", "niedziela")

# bare word → 0 for Monday … 6 for Sunday
_NUMBERS = {
    word: number
    for number, day in enumerate(DAYS)
    for word in (day, f"{day}s", _WELSH[number], _POLISH[number], *_SHORT[day].split())
}
_NUMBERS |= {"srode": 2, "sobote": 5, "niedziele": 6}

# Short forms that are also everyday words: "I sat down", "in the sun".
EVERYDAY = frozenset({"sat", "sun", "wed", "mon", "tu", "thr", "sul", "iau"})

_SHORTEST_SLIP = 5  # "moday"; anything shorter is too near to other words
_LONGEST_SLIP = 10


def weekday_of(word: str) -> int | None:
    """0 for Monday to 6 for Sunday where the bare ``word`` names a day; one letter may be wrong."""
    number = _NUMBERS.get(word)
    if number is not None or not _SHORTEST_SLIP <= len(word) <= _LONGEST_SLIP:
        return number
    near = {weekday for weekday, day in enumerate(DAYS) if OSA.distance(word, day, score_cutoff=1) <= 1}
    return near.pop() if len(near) == 1 else None
