"""Settings that stand right below a question, and belong one line further in: answers, and what silence does."""

from __future__ import annotations

from collections.abc import Collection

from flows.reading.answers import read_range
from flows.reading.nodes import Map, Text
from flows.reading.problems import Problems

_ANSWERS = ("yes", "no", "not answered", "nothing found")
_OF_SILENCE = ("close", "nudge")
_CODE = "unknown setting"


def put_aside(node: Map, takes: Collection[str], problems: Problems) -> Map:
    """The map without such settings; each kind of them is reported, once, with the line that lacks above it."""
    left = Map(node.place)
    astray: dict[str, list[Text]] = {}
    for key, value in node.pairs:
        home = _home(key.value)
        if home is None or home not in takes or key.value in takes:
            left.pairs.append((key, value))
        else:
            astray.setdefault(home, []).append(key)
    for home, keys in astray.items():
        what = "is an answer, so it" if home == "when" else "is about silence, so it"
        names = " and ".join(f"{key.value}:" for key in keys)
        there = next((key.place.line for key, _ in left.pairs if key.value == home), None)
        above = f"move it below {home}: (line {there})" if there else f"put a line {home}: above it"
        fix = f"{above}, and set {names} in two spaces further."
        problems.error(keys[0].place, _CODE, f"{keys[0].value}: {what} stands under {home}:", fix)
    return left


def _home(name: str) -> str | None:
    plain = " ".join(name.lower().split())
    if plain in _ANSWERS or read_range(plain):
        return "when"
    return "no_reply" if plain in _OF_SILENCE else None
