"""What somebody wrote of where they are: a postcode, half of one, a sector, or a town; asked about where it is shared.

Of a postcode no more is kept than the sector; of a town, its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.directory.geography import Geography, Point, outcode, sector
from flows.directory.towns import Town, Towns, words
from flows.talking.plain import listed

MOST_CANDIDATES, MOST_LETTERS = 4, 100
"""Places, and letters of them together, that fit a question in one text: of more, the largest."""

LONGEST = 12
"""Words. Whoever writes more is telling a story, and the place is looked for at its start."""


class At(NamedTuple):
    """``kept`` is all that is remembered: "TN9", "TN9 1" or "Tonbridge"."""

    point: Point
    kept: str


class Which(NamedTuple):
    """Several places may be meant, or one that may be a slip of the thumb: each as it would be kept."""

    candidates: tuple[str, ...]


class Unknown(NamedTuple):
    """Nothing to go by. ``postcode`` is the half that was given and is not on the map ("BT1", a PO box): then a town
    will do instead."""

    postcode: str = ""


Place = At | Which | Unknown


def read_place(text: str, geography: Geography) -> Place:
    """Where ``text`` says that somebody is. Never raises and never guesses: what is not plain is asked about.

    >>> read_place("tn9 1ab", Geography.read("outcode,lat,lon\\nTN9,51.19,0.27"))
    At(point=(51.19, 0.27), kept='TN9')
    """
    code = outcode(text)
    if code:
        point = geography.where(text)
        if point is None:
            return Unknown(code)
        within = sector(text)
        return At(point, within if within in geography.sectors else code)
    return _in_words(text, geography)


# ---------------------------------------------------------------- towns

_COUNTRIES = {
    "england": "England",
    "scotland": "Scotland",
    "wales": "Wales",
    "cymru": "Wales",
    "northern ireland": "Northern Ireland",
    "ni": "Northern Ireland",
    "n ireland": "Northern Ireland",
}
_COUNTIES = listed(
    """
    uk, gb, united kingdom, great britain, avon, beds, bedfordshire, berks, berkshire, bucks, buckinghamshire, cambs,
    cambridgeshire, cheshire, cleveland, cornwall, cumbria, derbyshire, devon, dorset, durham, county durham, co durham,
    east sussex, e sussex, west sussex, w sussex, sussex, essex, glos, gloucestershire, greater london, london,
    greater manchester, manchester, hants, hampshire, herefordshire, herts, hertfordshire, isle of wight, iow, kent,
    west kent, east kent, lancs, lancashire, leics, leicestershire, lincs, lincolnshire, merseyside, middlesex, middx,
    norfolk, northants, northamptonshire, northumberland, notts, nottinghamshire, oxon, oxfordshire, rutland, salop,
    shropshire, somerset, staffs, staffordshire, suffolk, surrey, teesside, tyne and wear, warks, warwickshire,
    west midlands, wilts, wiltshire, worcs, worcestershire, yorks, yorkshire, north yorkshire, n yorks, s yorks,
    south yorkshire, west yorkshire, w yorks, east yorkshire, aberdeenshire, angus, argyll, ayrshire, fife, highland,
    highlands, lanarkshire, lothian, west lothian, east lothian, midlothian, perthshire, stirlingshire, borders,
    the borders, gwent, gwynedd, dyfed, powys, clwyd, glamorgan, south glamorgan, mid glamorgan, west glamorgan,
    carmarthenshire, ceredigion, pembrokeshire, monmouthshire, flintshire, denbighshire, anglesey, south wales,
    north wales, mid wales, co down, county down, down, co antrim, county antrim, antrim, co armagh, county armagh,
    co tyrone, county tyrone, tyrone, co fermanagh, county fermanagh, fermanagh, co londonderry, county londonderry
    """
)
_BEFORE = listed(
    """
    i, im, am, ive, we, were, live, lives, living, stay, staying, based, a, an, the, my, its, it, is, town, city,
    village, place, postcode, code, hi, hello, hey, yes, yeah, yh, ok, okay, um, erm, er, so, well, just, outside, out,
    of, now, currently, from, at, in, near, nr, by, round, around, over, up, down, about, close, to, next, home, mum,
    mums, dads, moved
    """
)
_BEHIND = listed(
    """
    please, pls, plz, ta, thanks, thank, you, thx, cheers, x, xx, xxx, area, town, city, way, now, atm, mate, end,
    side, centre
    """
)
_LEADS = listed("in, near, nr, at, by, from, around, round, outside, to")


def _in_words(text: str, geography: Geography) -> Place:
    towns = geography.towns
    parts = [words(part) for part in re.split(r"[,;\n/]", text[:400])]
    said = " ".join(filter(None, parts)).split()[:LONGEST]
    if not said:
        return Unknown()
    for name, rest in _readings(said):
        found = _meant(towns.named(name), rest)
        if found:
            return _one_or_ask(found)
    if found := tuple(dict.fromkeys(_mentioned(said, towns))):
        return _ask(found)  # inside a longer message: perhaps where they are, perhaps where they were
    shortest = list(_bared(said))[-1]
    found = towns.spelled_like(_without_region(shortest)[0])
    return _ask(found) if found else Unknown()


def _mentioned(said: Sequence[str], towns: Towns) -> Iterator[Town]:
    """The towns behind "in", "near" or "to", each by as many of the words as name one."""
    for start in range(1, len(said)):
        if said[start - 1] in _LEADS:
            names = (towns.named(" ".join(said[start:end])) for end in range(len(said), start, -1))
            yield from next(filter(None, names), ())


def _readings(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The ways in which all of the words may be a name with a region behind it: (name, region)."""
    for words_left in _bared(said):
        yield " ".join(words_left), ""
        name, region = _without_region(words_left)
        if region:
            yield name, region


def _bared(said: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """As it is, then without "i live in" before a name, then word by word without "town please" behind it."""
    left = tuple(said)
    yield left
    while len(left) > 1 and left[0] in _BEFORE:
        left = left[1:]
    yield left
    while len(left) > 1 and left[-1] in _BEHIND:
        left = left[:-1]
        yield left


def _without_region(said: Sequence[str]) -> tuple[str, str]:
    """The words, and the county or country at their end ("" where there is none)."""
    for start in range(max(1, len(said) - 3), len(said)):
        region = " ".join(said[start:])
        if region in _COUNTIES or region in _COUNTRIES:
            return " ".join(said[:start]), region
    return " ".join(said), ""


def _meant(found: Sequence[Town], region: str) -> tuple[Town, ...]:
    """Of the towns of a name those in the country that was named; a county tells nothing apart, as none is known."""
    country = _COUNTRIES.get(region)
    within = tuple(town for town in found if town.country == country) if country else ()
    return within or tuple(found)


def _one_or_ask(found: Sequence[Town]) -> Place:
    return At(found[0].point, found[0].kept) if len(found) == 1 else _ask(found)


def _ask(found: Sequence[Town]) -> Which:
    kept = tuple(town.kept for town in found[:MOST_CANDIDATES])
    while len(kept) > 2 and sum(map(len, kept)) > MOST_LETTERS:
        kept = kept[:-1]
    return Which(kept)


# ---------------------------------------------------------------- which of them


def chosen(text: str, candidates: Sequence[str]) -> str:
    """Which of several places is meant by a reply: its number, its name, or what tells it apart; "" where none is.

    >>> chosen("the welsh one, wales", ["Newport (Wales)", "Newport (Telford)"])
    'Newport (Wales)'
    """
    said = words(text)
    if number := re.fullmatch(r"(?:number |no |option )?(\d)(?: please| pls)?", said):
        place = int(number[1])
        return candidates[place - 1] if 1 <= place <= len(candidates) else ""
    for each in candidates:
        if said == words(each):
            return each
    heard = f" {said} "
    named = [each for each in candidates if any(f" {words(tells)} " in heard for tells in _tells(each, candidates))]
    return named[0] if len(named) == 1 else ""


def _tells(candidate: str, candidates: Sequence[str]) -> Iterator[str]:
    """What is said of this one and of no other: "Telford" of Newport (Telford), "Tyne" of Newcastle upon Tyne."""
    others = {word for other in candidates if other != candidate for word in words(other).split()}
    for word in words(candidate).split():
        if word not in others and len(word) > 2:
            yield word
