"""``phrases.yaml``: every other word the bot says, by name. Each name and its blanks stand in the phrasebook."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows import blanks
from flows.reading.fields import Fields
from flows.reading.nodes import Map
from flows.reading.problems import MISSING, Problems, did_you_mean
from flows.wording import Place, Wording

_LANGUAGE = re.compile(r"[a-z]{2}")


def read_phrases(root: Map, book: Mapping[str, tuple[str, ...]], problems: Problems) -> dict[str, Wording]:
    """Every phrase of the book; one that is missing, unknown or has a blank nothing fills is reported."""
    fields = Fields(root, book, "phrases.yaml", problems)
    found: dict[str, Wording] = {}
    for name in book:
        node = fields.node(name)
        if node is None:
            what = f"The phrase {name} is missing."
            problems.error(root.place, MISSING, what, f"add a line {name}: and the words.")
            continue
        wording = _wording(name, fields)
        _check_blanks(name, wording, book[name], problems)
        found[name] = wording
    return found


def _wording(name: str, fields: Fields) -> Wording:
    node = fields.node(name)
    if not isinstance(node, Map):
        fields.need(name, f"write the words after {name}:")
        return Wording({"en": fields.text(name)}, place=fields.place_of(name))
    languages = [key.value for key, _ in node.pairs if _LANGUAGE.fullmatch(key.value)]
    inner = Fields(node, ("en", "sms", "telegram", *languages), f"The phrase {name}", fields.problems)
    inner.need("en", "add en: and the words in English.")
    return Wording(
        {language: inner.text(language) for language in ("en", *languages)},
        {"en": inner.text("sms")} if "sms" in inner else {},
        {"en": inner.text("telegram")} if "telegram" in inner else {},
        inner.place_of("en"),
    )


def _check_blanks(name: str, wording: Wording, allowed: tuple[str, ...], problems: Problems) -> None:
    place = wording.place or Place("phrases.yaml", 1)
    for table in (wording.text, wording.sms, wording.telegram):
        for words in table.values():
            for blank in blanks.names_in(words):
                if blank not in allowed and not blank.startswith("service."):
                    what = f"Nothing fills (({blank})) in the phrase {name}."
                    problems.error(place, "unknown name", what, did_you_mean(blank, allowed))
            if blanks.spoiled(words) is not None:
                problems.error(place, "blank", f"A blank in {name} is not whole.", "write it like ((name)).")
