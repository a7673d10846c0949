"""``instruments/*.yaml``: reusable sets of self-ratings. Without a licence reference, none is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from flows.content import Instrument, Item, Reliability
from flows.reading.answers import read_scale
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import Map
from flows.reading.problems import MISSING, Problems, did_you_mean
from flows.reading.steps import read_wording
from flows.reading.values import read_length, read_list
from flows.steps import Scale
from flows.wording import Wording

_TAKES = (
    *("instrument", "version", "about", "licence", "locked", "scale", "items", "minimum", "score", "sd"),
    *("reliability", "channels", "wording"),
)
_WORDS = ("say", "sms", "telegram")
_ITEM = (*_WORDS, "short", "idea", "domain", "reverse", "low")
_MINIMUM = re.compile(r"(\d{1,3}) of (\d{1,3}) within (.+)")
_LOW = re.compile(r"(\S+) at most (\d{1,3})")
_RELIABILITY = re.compile(r"(0?\.\d{1,4}) +([^,]+?) *, *(\S.*)")
_SD = re.compile(r"\d{1,4}(?:\.\d{1,4})?")
_SCORES = ("mean", "sum")
_CHANNELS = ("sms", "telegram")
PRIVATE = "private/"
"""Where in the content folder a service keeps words that it was licensed, and that are never published."""

ReadPrivate = Callable[[str], Map | None]

_FOUR_WEEKS = timedelta(weeks=4)
_NO_SCALE = Scale(0, 10, "", "")


def read_instrument(
    root: Map, stem: str, problems: Problems, links: Links, read_private: ReadPrivate = lambda _: None
) -> Instrument:
    """The instrument in a file named ``stem``. ``read_private`` gives the file that ``wording:`` names."""
    fields = Fields(root, _TAKES, "An instrument", problems)
    fields.need("instrument", f"begin the file with instrument: {stem}")
    fields.need("version", "add version: 1")
    if not fields.text("licence"):
        what = "This instrument names no licence, so its words may not be used."
        problems.error(fields.place_of("licence"), "licence", what, "add licence: and where the permission stands.")
    name = fields.text("instrument") or stem
    if name != stem:
        what = f"The file is called {stem} and the instrument {name}."
        problems.error(fields.place_of("instrument"), "name", what, f"type instrument: {stem}, or rename the file.")
    private = _private(fields, read_private)
    scaled = private if private is not None and "scale" in private and "scale" not in fields else fields
    scaled.need("scale", "add scale: 0 not at all to 10 completely")
    scale = scaled.read("scale", read_scale, "write it like 0 not at all to 10 completely.")
    items = _items(fields, private, links)
    _check_lows(fields, items, scale)
    found = fields.read("minimum", _MINIMUM.fullmatch, "write it like 7 of 9 within 42 days.")
    if found is not None and int(found[2]) != len(items):
        what = f"There are {len(items)} items here, not {found[2]}."
        problems.error(fields.place_of("minimum"), "minimum", what, f"type {found[1]} of {len(items)}.")
    elif found is not None and not 0 < int(found[1]) <= len(items):
        what = f"{found[1]} of {found[2]} can never be reached."
        problems.error(fields.place_of("minimum"), "minimum", what, f"type a number from 1 to {len(items)} before of.")
    within = read_length(found[3]) if found is not None else None
    if found is not None and within is None:
        what = f"{found[3]} is not understood."
        problems.error(fields.place_of("minimum"), "not understood", what, "write it like 7 of 9 within 42 days.")
    if fields.text("score") == "sum" and found is not None and int(found[1]) < len(items):
        what = "A sum with one answer missing is no score, so fewer than all are never enough."
        fix = f"type minimum: {len(items)} of {len(items)} within {found[3]}, or score: mean"
        problems.warn(fields.place_of("minimum"), "minimum", what, fix)
    return Instrument(
        name=stem,
        version=fields.text("version"),
        about=fields.text("about"),
        licence=fields.text("licence"),
        scale=scale or _NO_SCALE,
        items=items,
        minimum=int(found[1]) if found is not None else len(items),
        within=within if within is not None else _FOUR_WEEKS,
        place=root.place,
        score=fields.read("score", _one_of(_SCORES), did_you_mean(fields.text("score"), _SCORES)) or "mean",
        sd=_sd(fields),
        reliability=_reliability(fields),
        channels=_channels(fields),
        locked=_locked(fields, scale or _NO_SCALE, items),
    )


def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda text: text if text in known else None


# ---------------------------------------------------------------- what a score is worth


def _sd(fields: Fields) -> float | None:
    found = fields.read("sd", _SD.fullmatch, "write it like sd: 1.9")
    if found is not None and "reliability" not in fields:
        what = "Without reliability: no change can be called real, so sd: is never used."
        fields.problems.warn(
            fields.place_of("sd"), "half", what, "add reliability: 0.87 test-retest, and who found it."
        )
    return float(found[0]) if found is not None else None


def _reliability(fields: Fields) -> Reliability | None:
    fix = "write the number, its kind and who found it: reliability: 0.87 test-retest, Smith 2020"
    found = fields.read("reliability", _RELIABILITY.fullmatch, fix)
    if found is not None and "sd" not in fields:
        what = "Without sd: no change can be called real, so reliability: is never used."
        fields.problems.warn(fields.place_of("reliability"), "half", what, "add sd: and the same source's number.")
    return Reliability(float(found[1]), found[2], found[3]) if found is not None else None


def _channels(fields: Fields) -> tuple[str, ...]:
    channels = read_list(fields.text("channels"))
    for channel in channels:
        if channel not in _CHANNELS:
            what = f"There is no channel {channel}."
            fields.problems.error(
                fields.place_of("channels"), "unknown channel", what, did_you_mean(channel, _CHANNELS)
            )
    return channels


# ---------------------------------------------------------------- licensed words


def _private(fields: Fields, read_private: ReadPrivate) -> Fields | None:
    """The file that holds the licensed words; None where there is none, or it cannot be read."""
    file, place = fields.text("wording"), fields.place_of("wording")
    if "wording" not in fields:
        return None
    if not (file.startswith(PRIVATE) and file.endswith(".yaml")) or ".." in file:
        name = file.rpartition("/")[2].removesuffix(".yaml") or "words"
        what = f"Licensed words stand in a file of their own in {PRIVATE}, which is never published."
        fields.problems.error(place, "wording", what, f"type wording: {PRIVATE}{name}.yaml")
        return None
    root = read_private(file)
    if root is None:
        what = f"The licensed words are not here: {file} is missing, empty, or not of the right shape."
        fix = "put the file there; it holds items: and below each name say: and the licensed words."
        fields.problems.error(place, "wording", what, fix)
        return None
    return Fields(root, ("instrument", "scale", "items"), "A file of licensed words", fields.problems)


def _locked(fields: Fields, scale: Scale, items: Mapping[str, Item]) -> str:
    """The mark of the words as they were licensed; words that no longer have it are refused."""
    written, place = fields.text("locked"), fields.place_of("locked")
    if "locked" not in fields or written == "no":
        return ""
    mark = mark_of(scale, items)
    if written == "yes":
        what = "The words are locked, and nothing says which words they were."
        fields.problems.warn(place, "lock", what, f"type locked: {mark}")
    elif written != mark:
        what = "The licensed words have been changed: a word, a number of the scale, or their order."
        fix = f"put them back as they were; or, where the licence holder has agreed to these, type locked: {mark}"
        fields.problems.error(place, "licensed wording", what, fix)
    return mark


def mark_of(scale: Scale, items: Mapping[str, Item]) -> str:
    """Eight signs that stand for the words of an instrument: ``3f9a-1c07``. Another word, another mark."""
    digest = hashlib.sha256(repr((scale.low, scale.high, scale.low_label, scale.high_label)).encode())
    for name, item in items.items():
        said = [table.get("en", "") for table in (item.say.text, item.say.sms, item.say.telegram)]
        digest.update(repr((name, said)).encode())
    found = digest.hexdigest()
    return f"{found[:4]}-{found[4:8]}"


# ---------------------------------------------------------------- items


def _items(fields: Fields, private: Fields | None, links: Links) -> dict[str, Item]:
    fields.need("items", "add items: and each item's name below it.")
    node = fields.map("items")
    if node is None:
        return {}
    listed = Fields(node, (), "items:", fields.problems, any_name=True)
    words = private.map("items") if private is not None else None
    if private is not None:
        private.need("items", "add items: and each item's name below it.")
    spoken = Fields(words, (), "items:", fields.problems, any_name=True) if words is not None else None
    for name, key in spoken.keys.items() if spoken is not None else ():
        if name not in listed:
            what = f"{name} is no item of this instrument."
            fields.problems.error(key.place, "unknown item", what, did_you_mean(name, listed.keys))
    found: dict[str, Item] = {}
    for name, key in listed.keys.items():
        inner = listed.map(name)
        theirs = spoken.map(name) if spoken is not None else None
        if inner is None and theirs is None:
            fields.problems.error(key.place, MISSING, f"{name} has no words.", f"add say: below {name}:")
            continue
        item = Fields(inner if inner is not None else Map(key.place), _ITEM, "An item", fields.problems)
        said = Fields(theirs, _WORDS, "An item", fields.problems) if theirs is not None else item
        if "wording" in fields and "say" in item:
            what = f"The words of {name} stand here and belong in {fields.text('wording')}."
            fields.problems.error(item.place_of("say"), "wording", what, "leave the say: line out here.")
        elif "wording" not in fields or private is not None:
            said.need("say", "add say: and the question.")
        found[name] = _item(name, item, said, links)
    return found


def _check_lows(fields: Fields, items: Mapping[str, Item], scale: Scale | None) -> None:
    for name, item in items.items():
        if scale is not None and item.low_at_most is not None and not scale.low <= item.low_at_most < scale.high:
            what = f"{name} goes from {scale.low} to {scale.high}: at most {item.low_at_most} is not a low answer."
            place = item.say.place or fields.place
            fields.problems.error(place, "range", what, f"use a number from {scale.low} to {scale.high - 1}.")


def _one_wording(fields: Fields, key: str, links: Links) -> Wording | None:
    """Words that are the same on every channel, where they are given."""
    if not fields.text(key):
        return None
    wording = Wording({"en": fields.text(key)}, place=fields.place_of(key))
    links.words("", wording, fields.problems)
    return wording


def _item(name: str, fields: Fields, said: Fields, links: Links) -> Item:
    low = fields.read("low", _LOW.fullmatch, "write it like low: mind-help at most 3.")
    if low is not None:
        links.mention("signpost or flow", low[1], fields.place_of("low"))
    say = read_wording(said, "say", "", links)
    return Item(
        name=name,
        say=say,
        domain=fields.text("domain"),
        short=_one_wording(fields, "short", links),
        idea=_one_wording(fields, "idea", links),
        reverse=fields.flag("reverse"),
        low_opens=low[1] if low is not None else "",
        low_at_most=int(low[2]) if low is not None else None,
    )
