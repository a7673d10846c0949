"""What a content file is made of: texts, lists and maps, each knowing its place in the original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from flows.reading.problems import Problems, spaces
from flows.reading.tidy import Tidied
from flows.wording import Place

_DEEPEST = 40  # far past anything that a person can follow
_MOST_MENDS = 12
BROKEN_LINE = "broken line"


@dataclass(slots=True, eq=False)
class Text:
    value: str
    place: Place
    block: bool = False  # written under a | on lines of its own
    indents: tuple[int, ...] = ()  # … and how far in each of those lines begins

    def lines(self) -> Iterator[tuple[Place, str]]:
        """The lines of a block, each with its own place."""
        for number, line in enumerate(self.value.split("\n")):
            indent = self.indents[number] if number < len(self.indents) else 0
            yield Place(self.place.file, self.place.line + 1 + number, indent + 1), line


@dataclass(slots=True, eq=False)
class List:
    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Map:
    """Pairs in page order. A name said twice is still here twice: who reads the map reports it."""

    place: Place
    pairs: list[tuple[Text, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        for name, value in self.pairs:
            if name.value == key:
                return value
        return None


Node = Text | List | Map


def read_yaml(tidied: Tidied, problems: Problems) -> Node | None:
    """The nodes of a file; None when it is empty or past mending. Never raises.

    A line that breaks the parser is reported and blanked, and the rest is read all the same.
    """
    lines = tidied.text.split("\n")
    for _ in range(_MOST_MENDS):
        try:
            return _Reader(tidied, lines, problems).read()
        except yaml.MarkedYAMLError as fault:
            _report_and_blank(fault, tidied, lines, problems)
    return None


Spot = tuple[int, int]  # line and column in the tidied text, from 0


def _spot(event: yaml.Event) -> Spot:
    mark = event.start_mark
    return (mark.line, mark.column) if mark is not None else (0, 0)


class _Reader:
    """Builds nodes from the parser's events; what the format leaves out of YAML is refused here."""

    def __init__(self, tidied: Tidied, lines: list[str], problems: Problems) -> None:
        self.tidied = tidied
        self.lines = lines
        self.problems = Problems()  # its own until the whole file is through: a second try must not repeat them
        self.heard_by = problems

    def read(self) -> Node | None:
        root: Node | None = None
        open_nodes: list[List | Map] = []
        keys: list[Text | None] = []  # for each open map, the key that waits for its value
        documents = 0
        for event in yaml.parse("\n".join(self.lines), Loader=yaml.CBaseLoader):
            if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                node: Node = self._text(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                node = self._collection(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                open_nodes.pop()
                keys.pop()
                continue
            else:
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    self._refuse(_spot(event), "second page", "Three dashes start a second page.", "delete the ---")
                    break
                continue
            if not open_nodes:
                root = node
            else:
                keys[-1] = self._put(open_nodes[-1], keys[-1], node)
            if not isinstance(node, Text):
                if len(open_nodes) == _DEEPEST:
                    self._refuse(_spot(event), "too deep", "This is set too far in.", "move some of it to a flow.")
                    break
                open_nodes.append(node)
                keys.append(None)
        self.heard_by.found += self.problems.found
        return root

    def _put(self, parent: List | Map, key: Text | None, node: Node) -> Text | None:
        """Adds a node to its parent; in a map the first of two is the key and is handed back to wait."""
        if isinstance(parent, List):
            parent.items.append(node)
            return None
        if key is not None:
            parent.pairs.append((key, node))
            return None
        if isinstance(node, Text):
            return node
        self.problems.error(node.place, "odd name", "A name is expected here, not a list.", "type a word and a colon.")
        return Text("", node.place)

    def _text(self, event: yaml.ScalarEvent | yaml.AliasEvent) -> Text:
        spot = _spot(event)
        place = self.tidied.place(*spot)
        if isinstance(event, yaml.AliasEvent):
            self._refuse_sign(spot, "*")
            return Text("", place)
        if event.anchor is not None:
            self._refuse_sign(spot, "&")
        elif event.tag is not None:
            self._refuse_sign(spot, "!")
        if event.style not in ("|", ">"):
            return Text(event.value.strip(), place)
        value = event.value.rstrip("\n")
        end = min(spot[0] + 2 + value.count("\n"), len(self.lines))
        body = self.lines[spot[0] + 1 : end]
        indents = tuple(
            self.tidied.place(spot[0] + 1 + number, len(line) - len(line.lstrip(" "))).column - 1
            for number, line in enumerate(body)
        )
        return Text(value, place, block=True, indents=indents)

    def _collection(self, event: yaml.CollectionStartEvent) -> List | Map:
        spot = _spot(event)
        place = self.tidied.place(*spot)
        if event.anchor is not None:
            self._refuse_sign(spot, "&")
        elif event.tag is not None:
            self._refuse_sign(spot, "!")
        if event.flow_style:
            written = self.tidied.written[spot[0]].strip().translate(str.maketrans("", "", "[]"))
            is_list = isinstance(event, yaml.SequenceStartEvent)
            fix = f"type {written}" if is_list else "put each setting on a line of its own, set in below."
            self._refuse(spot, "brackets", "Square and curly brackets are not used here.", fix)
        return List(place) if isinstance(event, yaml.SequenceStartEvent) else Map(place)

    def _refuse_sign(self, spot: Spot, sign: str) -> None:
        line = self.lines[spot[0]]
        head, value = line[: spot[1]], line[spot[1] :].strip()
        mended = f'{head.strip()} "{value}"'.strip()
        self._refuse(spot, "odd sign", f"A value cannot begin with {sign}.", f"put quotes around it: {mended}")

    def _refuse(self, spot: Spot, code: str, what: str, fix: str) -> None:
        self.problems.error(self.tidied.place(*spot), code, what, fix)


def _report_and_blank(fault: yaml.MarkedYAMLError, tidied: Tidied, lines: list[str], problems: Problems) -> None:
    """Says what is wrong with a line in everyday words, then empties it."""
    mark = fault.problem_mark
    begun = fault.context_mark
    said = fault.problem or ""
    unclosed = begun is not None and (fault.context or "").startswith(
        ("while scanning a quoted", "while parsing a flow")
    )
    at = begun if unclosed or mark is None else mark
    number, column = (at.line, at.column) if at is not None else (0, 0)
    number = min(number, len(lines) - 1)
    while number > 0 and not lines[number].strip():
        number, column = number - 1, 0
    line = lines[number]
    column = min(column, len(line))
    what, fix = _in_words(said, tidied.written[number].strip(), begun, unclosed)
    problems.error(tidied.place(number, column), BROKEN_LINE, what, fix)
    lines[number] = ""


def _in_words(said: str, written: str, begun: yaml.Mark | None, unclosed: bool) -> tuple[str, str]:
    if unclosed:
        return "A quote or bracket is opened here and never closed.", "close it on the same line, or leave it out."
    key, colon, value = written.partition(":")
    if "mapping values" in said and ": " in value:
        return "There are two colons in this line.", f'put quotes around the words: {key}: "{value.strip()}"'
    if "cannot start any token" in said and colon:
        return "A value cannot begin with this sign.", f'put quotes around it: {key}: "{value.strip()}"'
    if begun is not None:
        return (
            "This line does not line up with the lines around it.",
            f"put {spaces(begun.column)} before it: {' ' * begun.column}{written}",
        )
    return "This line does not line up with the lines around it.", "give it the same spaces as the line above."
