"""The settings of one map, checked as they are taken: nothing unknown, nothing twice, each of the right shape."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from flows.reading.nodes import List, Map, Node, Text
from flows.reading.problems import MISSING, Problems, did_you_mean, nearest
from flows.reading.values import read_flag
from flows.wording import Place

T = TypeVar("T")


class Fields:
    """``what`` names the thing in messages: "An ask", "service.yaml"."""

    def __init__(self, node: Map, takes: Collection[str], what: str, problems: Problems, *, any_name: bool = False):
        self.place = node.place
        self.what = what
        self.problems = problems
        self.keys: dict[str, Text] = {}
        self.misspelt: set[str | None] = set()  # what was most likely meant: not reported again as missing
        self._values: dict[str, Node] = {}
        for key, value in node.pairs:
            if key.value in self._values:
                words = value.value if isinstance(value, Text) else ""
                begins_another = key.value == node.pairs[0][0].value
                mended = f"begin the second with a dash: - {key.value}: {words}".rstrip()
                fix = mended if begins_another else f"keep one {key.value}: line."
                problems.error(key.place, "said twice", f"{key.value}: is said twice here.", fix)
            elif not any_name and key.value not in takes:
                self.misspelt.add(nearest(key.value, takes))
                problems.error(
                    key.place, "unknown setting", f"{what} has no setting {key.value}:", did_you_mean(key.value, takes)
                )
            else:
                self.keys[key.value] = key
                self._values[key.value] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def node(self, key: str) -> Node | None:
        return self._values.get(key)

    def place_of(self, key: str) -> Place:
        """Where the value of ``key`` stands; where the thing itself begins if there is none."""
        value = self._values.get(key)
        return value.place if value is not None else self.place

    def need(self, key: str, fix: str) -> None:
        """Reports that ``key`` is not there, or that nothing follows it."""
        value = self._values.get(key)
        if value is None and key in self.misspelt:
            return
        if value is None:
            self.problems.error(self.place, MISSING, f"{self.what} has no {key}:", fix)
        elif isinstance(value, Text) and not value.value:
            self.problems.error(self.keys[key].place, "empty", f"Nothing follows {key}:", fix)

    def text(self, key: str, default: str = "") -> str:
        """The words after ``key:``, or ``default``."""
        value = self._values.get(key)
        if value is None:
            return default
        if isinstance(value, Text):
            return value.value
        self.problems.error(
            self.keys[key].place, "wrong shape", f"{key}: takes words on the same line.", f"type {key}: and the words."
        )
        return default

    def texts(self, key: str) -> list[Text]:
        """The lines under ``key:``, or its one value."""
        value = self._values.get(key)
        if isinstance(value, Text):
            return [value] if value.value else []
        if isinstance(value, List):
            return list(self.only_texts(value))
        if value is not None:
            self.problems.error(
                value.place, "wrong shape", f"{key}: takes lines that begin with a dash.", "type - and the words."
            )
        return []

    def only_texts(self, node: List) -> list[Text]:
        found = []
        for item in node.items:
            if isinstance(item, Text):
                found.append(item)
            else:
                self.problems.error(
                    item.place, "wrong shape", "Only words can stand here.", "put one line of words after each dash."
                )
        return found

    def map(self, key: str) -> Map | None:
        """The indented block under ``key:``."""
        value = self._values.get(key)
        if value is None or isinstance(value, Map):
            return value
        if not (isinstance(value, Text) and not value.value):
            self.problems.error(
                value.place,
                "wrong shape",
                f"{key}: takes lines of its own, set in below it.",
                f"type {key}: then a new line.",
            )
        return None

    def read(self, key: str, reader: Callable[[str], T | None], fix: str) -> T | None:
        """The value as ``reader`` understands it; reports one that it does not."""
        if key not in self._values:
            return None
        written = self.text(key)
        found = reader(written)
        if found is None and isinstance(self._values[key], Text):
            self.problems.error(self.place_of(key), "not understood", f"{key}: {written} is not understood.", fix)
        return found

    def flag(self, key: str) -> bool:
        """``yes`` or ``no``; absent is no."""
        return bool(self.read(key, read_flag, f"type {key}: yes or {key}: no"))
