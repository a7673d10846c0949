"""``instruments/*.yaml``: reusable sets of self-ratings. Without a licence reference, none is read."""

from __future__ import annotations

import re
from datetime import timedelta

from flows.content import Instrument, Item
from flows.reading.answers import read_scale
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import Map
from flows.reading.problems import MISSING, Problems
from flows.reading.values import read_length
from flows.steps import Scale
from flows.wording import Wording

_TAKES = (
    *("instrument", "version", "about", "licence", "locked", "scale", "items", "minimum", "score", "sd"),
    *("reliability", "channels", "wording"),
)
_ITEM = ("say", "sms", "telegram", "domain", "reverse", "low")
_MINIMUM = re.compile(r"(\d{1,3}) of (\d{1,3}) within (.+)")
_LOW = re.compile(r"(\S+) at most (\d{1,3})")
_FOUR_WEEKS = timedelta(weeks=4)
_NO_SCALE = Scale(0, 10, "", "")


def read_instrument(root: Map, stem: str, problems: Problems, links: Links) -> Instrument:
    """The instrument in a file named ``stem``."""
    fields = Fields(root, _TAKES, "An instrument", problems)
    fields.need("instrument", f"begin the file with instrument: {stem}")
    fields.need("version", "add version: 1")
    fields.need("scale", "add scale: 0 not at all to 10 completely")
    if not fields.text("licence"):
        what = "This instrument names no licence, so its words may not be used."
        problems.error(fields.place_of("licence"), "licence", what, "add licence: and where the permission stands.")
    name = fields.text("instrument") or stem
    if name != stem:
        what = f"The file is called {stem} and the instrument {name}."
        problems.error(fields.place_of("instrument"), "name", what, f"type instrument: {stem}, or rename the file.")
    if "wording" in fields:
        what = "Words in a private file cannot be read yet."
        problems.error(fields.place_of("wording"), "not built", what, "put the words here, if the licence allows it.")
    items = _items(fields, links)
    found = fields.read("minimum", _MINIMUM.fullmatch, "write it like 7 of 9 within 42 days.")
    if found is not None and int(found[2]) != len(items):
        what = f"There are {len(items)} items here, not {found[2]}."
        problems.error(fields.place_of("minimum"), "minimum", what, f"type {found[1]} of {len(items)}.")
    within = read_length(found[3]) if found is not None else None
    if found is not None and within is None:
        what = f"{found[3]} is not understood."
        problems.error(fields.place_of("minimum"), "not understood", what, "write it like 7 of 9 within 42 days.")
    return Instrument(
        name=stem,
        version=fields.text("version"),
        about=fields.text("about"),
        licence=fields.text("licence"),
        scale=fields.read("scale", read_scale, "write it like 0 not at all to 10 completely.") or _NO_SCALE,
        items=items,
        minimum=int(found[1]) if found is not None else len(items),
        within=within if within is not None else _FOUR_WEEKS,
        place=root.place,
    )


def _items(fields: Fields, links: Links) -> dict[str, Item]:
    fields.need("items", "add items: and each item's name below it.")
    node = fields.map("items")
    if node is None:
        return {}
    listed = Fields(node, (), "items:", fields.problems, any_name=True)
    found: dict[str, Item] = {}
    for name, key in listed.keys.items():
        inner = listed.map(name)
        if inner is None:
            fields.problems.error(key.place, MISSING, f"{name} has no words.", f"add say: below {name}:")
            continue
        item = Fields(inner, _ITEM, "An item", fields.problems)
        item.need("say", "add say: and the question.")
        found[name] = _item(name, item, links)
    return found


def _item(name: str, fields: Fields, links: Links) -> Item:
    low = fields.read("low", _LOW.fullmatch, "write it like low: mind-help at most 3.")
    if low is not None:
        links.mention("signpost", low[1], fields.place_of("low"))
    say = Wording({"en": fields.text("say")}, place=fields.place_of("say"))
    links.words("", say, fields.problems)
    return Item(
        name=name,
        say=say,
        domain=fields.text("domain"),
        reverse=fields.flag("reverse"),
        low_signpost=low[1] if low is not None else "",
        low_at_most=int(low[2]) if low is not None else None,
    )
