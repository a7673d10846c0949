"""Reads a day of the week, or "any", however it is put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.talking.counting import Piece, pieces
from flows.talking.plain import bare, listed
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure
from flows.talking.weekdays import EVERYDAY, weekday_of
from flows.timing import DAYS

_MOST_OPTIONS = 4

_RELATIVE = {
    **dict.fromkeys(("today", "2day", "tonight", "2nite", "2night"), 0),
    **dict.fromkeys(("tomorrow", "tmrw", "tmw", "tomoz", "2moro", "2morrow", "tomorow", "tommorow", "tommorrow"), 1),
}
_ANY = listed(
    """
    any, anyday, anytime, whenever, wheneva, all, everyday, either, idm, unrhyw, dowolny, any day, any time, any
    of them, any is fine, all of them, every day, dont mind, i dont mind, dont care, i dont care, not fussed, im
    not fussed, not bothered, not bovvered, no preference, doesnt matter, dosnt matter, doesnt bother me, all
    days, all the time, im easy, easy, im free, im always free, whatever, wotever, you choose, up to you,
    anything, any one, anyone, n e, ne, im flexible, flexible, all week, all the days, the lot, no matter, dont
    matter, nothing planned, unrhyw ddiwrnod, kiedykolwiek, obojetnie
    """
)
DENIES = listed("not, except, but, cant, cannot, never, no, dont, wont, isnt, bar, apart, without")

PLAIN_WORDS = listed(
    """
    on, a, the, is, best, please, pls, plz, ta, thanks, thank, you, good, fine, for, me, next, this, every,
    would, be, suits, works, ok, okay, probably, prob, maybe, id, say, evening, evenings, morning, mornings,
    afternoon, afternoons, eve, night, at, around, about, like, i, prefer, think, its, day, days, yes, yeah, x,
    xx, mate, in, or, and, so, coming, my, erm, um, well, better, great, lets, go, half, past, to, quarter,
    oclock, s, by, can, do, im, free, could, does, just, only, ish, any, time, from
    """
)


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day that was named: Monday is 0. ``place`` counts the pieces."""

    weekday: int
    place: int
    everyday: bool  # "sat", "sun": also words of their own


def named_days(said: Sequence[Piece], today: date) -> list[SaidDay]:
    """The different days that are named, in order; "tomorrow" is one."""
    found: list[SaidDay] = []
    for place, piece in enumerate(said):
        word = piece.text.replace("'", "")
        weekday = weekday_of(word)
        if weekday is None and word in _RELATIVE:
            weekday = (today + timedelta(days=_RELATIVE[word])).weekday()
        if weekday is not None and all(each.weekday != weekday for each in found):
            found.append(SaidDay(weekday, place, word in EVERYDAY))
    return found


def rest_of(said: Sequence[Piece], skip: frozenset[int]) -> list[str]:
    """The words that are not the answer, bare."""
    words = (piece.text.replace("'", "") for place, piece in enumerate(said) if place not in skip)
    return [word for word in words if word[:1].isalnum()]


def read_answer(asked: Asked) -> Result:
    """``monday`` … ``sunday`` or ``any``. Two days, or all but one, are asked about."""
    words = asked.vocabulary.polished(bare(asked.text))
    weekday = weekday_of(words)
    if weekday is not None:
        return Understood(DAYS[weekday])
    if words in _ANY:
        return Understood("any")
    folded, origins = asked.traced()
    said = pieces(folded.lower())
    days = named_days(said, asked.today)
    rest = rest_of(said, frozenset(day.place for day in days))
    denied = not DENIES.isdisjoint(rest)
    if not days:
        if denied or not any(word in ("any", "anyday", "whenever", "anytime") for word in rest):
            return _weekend(words)
        note = "" if set(rest) - {"anyday", "whenever", "anytime"} <= PLAIN_WORDS else asked.text.strip()
        return Understood("any", note)
    if denied:
        return Unsure(() if len(days) == 1 else tuple(DAYS[day.weekday] for day in days)[:_MOST_OPTIONS])
    if len(days) > 1:
        return Unsure(tuple(DAYS[day.weekday] for day in days)[:_MOST_OPTIONS])
    (day,) = days
    plain = set(rest) <= PLAIN_WORDS
    if day.everyday and not plain:
        return Unsure((DAYS[day.weekday],))
    piece = said[day.place]
    note = "" if plain and not _times_of_day(rest) else asked.without(origins, piece.start, piece.end)
    return Understood(DAYS[day.weekday], note)


def _weekend(words: str) -> Result:
    if words in ("weekend", "weekends", "the weekend", "at weekends", "at the weekend"):
        return Unsure((DAYS[5], DAYS[6]))
    return NotRead("retry day")


def _times_of_day(rest: list[str]) -> bool:
    return any(word.startswith(("morning", "afternoon", "evening", "eve", "night")) for word in rest)
