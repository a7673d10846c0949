"""Reads UK postcodes, whole or the first half, with the letters and digits that people and phones mix up put right, and
the towns that some content takes instead."""

from __future__ import annotations

import re

from flows.directory.geography import outcode
from flows.directory.places import At, Which, read_place
from flows.talking.plain import bare
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure

# Royal Mail's postcode areas, with the Crown dependencies.
_AREA_LIST = """
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW
UB W WA WC WD WF WN WR WS WV YO ZE
"""
_AREAS = frozenset(_AREA_LIST.split())

# Only in the middle of London does a letter end the first half: W1A, EC1A. "L8R" is later, not Liverpool.
_LETTERED = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})

# Letters and digits as typed; O, I and L may stand where a digit belongs.
_DIGIT = "[0-9OIL]"
_HALF = rf"(?P<area>[A-Z]{{1,2}}) ?(?P<district>{_DIGIT}{{1,2}}|{_DIGIT}[A-HJKMNP-Y])"
_WHOLE = re.compile(
    rf"(?<![A-Z0-9]){_HALF}[\s.,-]*(?P<sector>{_DIGIT})[\s.-]?(?P<unit>[ABD-HJLNP-UW-Z]{{2}})(?![A-Z0-9])"
)
_ONLY_HALF = re.compile(rf"(?<![A-Z0-9]){_HALF}(?:\s+(?P<sector>[0-9]))?(?![A-Z0-9])")
_MENDED = str.maketrans("OIL", "011")

_FIGURES = frozenset("0123456789OIL")  # what may stand where a figure belongs
_LOOKALIKES = frozenset("OIL")
_UPPER = {ord(sign): sign.upper() for sign in "abcdefghijklmnopqrstuvwxyz"}

_ISLANDS = ("GY", "IM", "JE")  # on no map of ours, nor are their towns: what is online is all there is
_EXAMPLE = "TN9"
_MOST_OPTIONS = 4
_EDGES = " \t\r\n.,;:!?()"
_LEADS = re.compile(
    r"\b(?:in|near|postcode|postcode's|post code|code|is|its|it's|at|around|live|by|from|area)\W*$", re.IGNORECASE
)


def read_answer(asked: Asked, *, towns: bool = False) -> Result:
    """``TN9 1`` or ``TN9``: no more than that is taken of a postcode. Two different ones, or one that may be "m8" or
    "b4", are asked about.

    With ``towns`` a town will do: it is asked for where a postcode is on no map, and asked about where several share
    its name.
    """
    heard = _postcode(asked)
    if not towns or isinstance(heard, Unsure) or asked.geography is None:
        return heard
    if isinstance(heard, Understood):
        code = outcode(heard.value)
        if asked.geography.where(heard.value) is None and not code.startswith(_ISLANDS):
            return NotRead("retry town", {"postcode": code})
        return heard
    place = read_place(asked.traced()[0], asked.geography)
    if isinstance(place, At):
        return Understood(place.kept)
    return Unsure(place.candidates) if isinstance(place, Which) else NotRead("retry place", heard.blanks)


def _postcode(asked: Asked) -> Understood | Unsure | NotRead:
    folded, origins = asked.traced()
    said = folded.translate(_UPPER)  # letter for letter, so that places hold
    found = _found(_WHOLE, said)
    whole = bool(found)
    found = found or _found(_ONLY_HALF, said)
    if not found:
        return NotRead("retry postcode", {"example": asked.example or _EXAMPLE})
    if len(found) > 1:
        return Unsure(tuple(found)[:_MOST_OPTIONS])
    ((value, (start, end)),) = found.items()
    if asked.geography is not None and value not in asked.geography.sectors:
        value = outcode(value)
    note = asked.without(origins, start, end)
    if any(sign.isdigit() for sign in note):
        note = ""  # a house number: an address is not ours to keep
    if whole or not bare(note) or _is_meant(folded, start, end):
        return Understood(value, note)
    return Unsure((value,))


def _found(form: re.Pattern[str], said: str) -> dict[str, tuple[int, int]]:
    """Every postcode of this form, mended, with where it stands."""
    found: dict[str, tuple[int, int]] = {}
    for match in form.finditer(said):
        area, district = match["area"], match["district"]
        figures = district + match["sector"] if form is _WHOLE else district
        # one figure at least must be a figure, else "soil" would be a place; "so 1" is one only on its own
        if (
            area in _AREAS
            and (area in _LETTERED or district[-1] in _FIGURES)
            and any(sign.isdigit() for sign in figures)
            and (form is _WHOLE or match.group()[len(area)] != " " or match.group() == said.strip(_EDGES))
        ):
            last = district[1:].translate(_MENDED) if district[1:] in _LOOKALIKES else district[1:]
            half = area + district[0].translate(_MENDED) + last
            sector = (match["sector"] or "").translate(_MENDED)
            value = f"{half} {sector}" if sector else half
            found.setdefault(value, match.span())
    return found


def _is_meant(folded: str, start: int, end: int) -> bool:
    """Whether half a postcode in a sentence is one: "im in tn9", not "cant wait m8"."""
    written = folded[start:end]
    return written[:2].isalpha() or written[0].isupper() or _LEADS.search(folded[:start]) is not None
