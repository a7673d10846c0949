"""``translations/cy/*.yaml``: each wording beside the English that it was made from, one file for each flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from flows.content import Library
from flows.reading.fields import Fields
from flows.reading.nodes import List, Map, Node, Text
from flows.reading.problems import Problems, nearest
from flows.translating import Pair, Said, Spot, Translation, everything_said, same_words
from flows.wording import Level, Place

FOLDER = "translations"
REVIEWED_BY = "reviewed_by"
_HEAD = (REVIEWED_BY, "words")
_PARTS = ("scale", "choices")
_REWORDED = 60  # of 100: below that, another ``say`` has taken the place of the one that was translated


@dataclass(slots=True)
class Draft:
    """One language while its files are being read."""

    language: str
    reviewed_by: dict[str, str] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)

    def settled(self, library: Library, problems: Problems) -> Translation:
        """The pairs, each at the place where its English stands today."""
        said = {each.spot: each for each in everything_said(library)}
        aimed, spare = _aimed(self.pairs, said)
        for pair in spare:
            if not _is_unread(pair.spot.file, said, problems):
                _report_spare(pair, said, problems)
        return Translation(self.language, self.reviewed_by, aimed, tuple(spare))


def language_of(file: str) -> str:
    """``cy`` for ``translations/cy/check-in.yaml``; "" for a file that is no translation."""
    parts = file.split("/")
    is_one = len(parts) == 3 and parts[0] == FOLDER and parts[2].endswith(".yaml") and not parts[2].startswith(".")
    return parts[1] if is_one else ""


def read_pairs(stem: str, draft: Draft, root: Map, problems: Problems) -> None:
    """Adds to ``draft`` what the file named ``stem`` holds. A name said twice is reported."""
    fields = Fields(root, _HEAD, "A translation", problems)
    draft.reviewed_by[stem] = fields.text(REVIEWED_BY)
    node = fields.node("words")
    if node is None or (isinstance(node, Text) and not node.value):
        return
    if not isinstance(node, List):
        what = "words: needs a list, each entry with the English and the translation."
        problems.error(node.place, "wrong shape", what, "begin each entry with - at: and the name of the question.")
        return
    known: dict[Spot, Place] = {}
    for item in node.items:
        if not isinstance(item, Map):
            problems.error(item.place, "wrong shape", "An entry is expected here.", "begin it with - at: say 1")
            continue
        for pair in _entry(item, stem, draft.language, problems):
            if pair.spot in known:
                what = f"{pair.spot} is translated twice; the other is in line {known[pair.spot].line}."
                problems.error(pair.place, "said twice", what, "keep one of the two.")
                continue
            known[pair.spot] = pair.place
            draft.pairs.append(pair)


class _Two(NamedTuple):
    """What one entry is about, and how its messages speak of it."""

    spot: Spot
    language: str


def _entry(item: Map, stem: str, language: str, problems: Problems) -> list[Pair]:
    fields = Fields(item, ("at", "en", language, "was", *_PARTS), "An entry", problems)
    fields.need("at", "write at: and the name of the question, or say 1 for the first message of the flow.")
    at = " ".join(fields.text("at").split())
    if not at:
        return []
    found = []
    if any(key in fields for key in ("en", language, "was")):
        found.append(_pair(fields, _Two(Spot(stem, at), language)))
    elif not any(key in fields for key in _PARTS):
        problems.error(fields.place, "empty", f"{at} has no words.", f"add en: and the English, {language}: and yours.")
    if "scale" in fields:
        found.append(_part(fields, "scale", _Two(Spot(stem, at, "scale"), language)))
    choices = fields.map("choices")
    if choices is not None:
        listed = Fields(choices, (), "choices:", problems, any_name=True)
        found += [_part(listed, name, _Two(Spot(stem, at, f"choices {name}"), language)) for name in listed.keys]
    return found


def _part(fields: Fields, key: str, about: _Two) -> Pair:
    """``mentor: Clywed gan fentor``, or the English and the translation on two lines below ``mentor:``."""
    node: Node | None = fields.node(key)
    if isinstance(node, Map):
        inner = Fields(node, ("en", about.language, "was"), f"{key}:", fields.problems)
        return _pair(inner, about, first=fields.keys[key].place)
    place = fields.keys[key].place
    return Pair(about.spot, "", fields.text(key), "", place, {key: place.line}, short=True)


def _pair(fields: Fields, about: _Two, first: Place | None = None) -> Pair:
    keys = fields.keys
    own = keys.get(about.language)
    return Pair(
        spot=about.spot,
        en=fields.text("en"),
        words=fields.text(about.language),
        was=fields.text("was"),
        place=own.place if own is not None else first or fields.place,
        lines={name: key.place.line for name, key in keys.items()},
    )


# ---------------------------------------------------------------- what each pair belongs to


def _aimed(pairs: list[Pair], said: Mapping[Spot, Said]) -> tuple[dict[Spot, Pair], list[Pair]]:
    """Each pair at its spot, and those that belong nowhere.

    A message put in above others renumbers them: a ``say`` is known by its English before its number, or people would
    hear the words of one message in the place of another.
    """
    aimed: dict[Spot, Pair] = {}
    left: list[Pair] = []
    by_english: dict[tuple[str, str], list[Spot]] = {}
    for spot, each in said.items():
        if _is_counted(spot):
            by_english.setdefault((spot.file, " ".join(each.english.split())), []).append(spot)
    for pair in pairs:
        if pair.spot in said and (not _is_counted(pair.spot) or same_words(pair.en, said[pair.spot].english)):
            aimed[pair.spot] = pair
        else:
            left.append(pair)
    spare = []
    for pair in left:
        same = by_english.get((pair.spot.file, " ".join(pair.en.split())), []) if _is_counted(pair.spot) else []
        found = next((each for each in same if each not in aimed), None)
        if found is None and pair.spot in said and pair.spot not in aimed and _is_reworded(pair, said[pair.spot]):
            found = pair.spot
        if found is None:
            spare.append(pair)
        else:
            aimed[found] = pair
    return aimed, spare


def _is_counted(spot: Spot) -> bool:
    return spot.at.startswith("say ") and not spot.part


def _is_reworded(pair: Pair, said: Said) -> bool:
    # Only a change needs it: reading good content does not pay for the import.
    from rapidfuzz import fuzz

    return not pair.en or fuzz.ratio(pair.en, said.english) >= _REWORDED


def _is_unread(name: str, said: Mapping[Spot, Said], problems: Problems) -> bool:
    """Whether the English could not be read, or not all of it: that is said elsewhere, and once."""
    if problems.errors_in(f"flows/{name}.yaml") or problems.errors_in(f"instruments/{name}.yaml"):
        return True
    broken = any(problem.level is Level.ERROR for problem in problems.found)
    return broken and not any(spot.file == name for spot in said)


def _report_spare(pair: Pair, said: Mapping[Spot, Said], problems: Problems) -> None:
    """Words for something that is not said any more. They do no harm, but somebody may think that they are heard."""
    here = {spot.at for spot in said if spot.file == pair.spot.file}
    what = f"Nothing in {pair.spot.file} is called {pair.spot.at} now, so these words are never said."
    if pair.spot.at in here:
        what = f"{pair.spot} of {pair.spot.file} says something else now, so these words are never said."
    near = nearest(pair.spot.at, here - {pair.spot.at}) if pair.spot.at not in here else None
    fix = f"did you mean {near}?" if near else "take them out, once what is worth keeping is elsewhere."
    problems.warn(pair.place, "spare words", what, fix)
