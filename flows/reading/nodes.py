"""What a content file is made of: texts, lists and maps, each knowing its place in the original."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import yaml

from flows.reading.margins import Move, fitting, misplaced, moved
from flows.reading.problems import Problems, spaces
from flows.reading.tidy import Tidied
from flows.wording import Place, Problem

_DEEPEST = 40  # far past anything that a person can follow
_MOST_MENDS = 12
BROKEN_LINE = "broken line"
SLIPPED = "not lined up"
# What a line is told that stands where nothing takes it: a few spaces may have put it there.
UNFIT = frozenset([SLIPPED, "unknown setting", "unknown step", "missing dash", "branch", "wrong shape"])
_SUSPECTS = 4  # the first slip is among the first lines that do not fit
_BROKEN = 1000  # more than can be wrong with a file that parses


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


def _said_twice(node: Node) -> int:
    """How many names are said twice in one place: what a line does that was put where it does not belong."""
    if isinstance(node, List):
        return sum(map(_said_twice, node.items))
    if isinstance(node, Text):
        return 0
    names = [name.value for name, _ in node.pairs]
    return len(names) - len(set(names)) + sum(_said_twice(value) for _, value in node.pairs)


Faults = Callable[[Node], Sequence[Problem]]


def read_yaml(tidied: Tidied, problems: Problems, faults: Faults | None = None) -> Node | None:
    """The nodes of a file; None when it is empty or past mending. Never raises.

    A line that does not line up is reported and read as if it did, so that nothing else is said of that slip; any
    other line that breaks the parser is reported and blanked. ``faults`` says what is wrong with what was read: with
    it a line is seen as well that lines up and stands where nothing takes it, and where a line may have been meant to
    stand in several places, the one with the fewest faults is taken. That costs a reading for each place.
    """
    lines = tidied.text.split("\n")
    adrift = tidied.adrift
    for _ in range(_MOST_MENDS):
        slip: Move | None = None
        try:
            if adrift:
                slip = misplaced(lines, len(lines), partial(_amount, tidied, faults))
                adrift = slip is not None
            if slip is None:
                reader = _Reader(tidied, lines)
                root = reader.read()
                slip = _out_of_place(root, tidied, lines, faults)
                if slip is None:
                    problems.found += reader.problems.found
                    return root
        except yaml.MarkedYAMLError as fault:
            at = fault.problem_mark
            if at is not None and not _is_unclosed(fault):
                slip = misplaced(lines, at.line, partial(_amount, tidied, faults))
            if slip is None:
                _report_and_blank(fault, tidied, lines, problems)
        if slip is not None:
            _report_slip(slip, tidied, lines, problems)
            lines = moved(lines, slip)
    return None


def _amount(tidied: Tidied, faults: Faults | None, text: str) -> int:
    """How much is wrong with a file whose lines are these."""
    try:
        root = _Reader(tidied, text.split("\n")).read()
    except yaml.MarkedYAMLError:
        return _BROKEN
    if root is None:
        return 0
    return _said_twice(root) if faults is None else len(faults(root))


def _out_of_place(root: Node | None, tidied: Tidied, lines: list[str], faults: Faults | None) -> Move | None:
    """What puts a setting right that nothing takes where it stands, and something takes a few spaces away."""
    if root is None or faults is None:
        return None
    found = faults(root)
    suspects = sorted({problem.place.line - 1 for problem in found if problem.code in UNFIT})[:_SUSPECTS]
    return fitting(lines, suspects, len(found), partial(_amount, tidied, faults)) if suspects else None


Spot = tuple[int, int]  # line and column in the tidied text, from 0


def _spot(event: yaml.Event) -> Spot:
    mark = event.start_mark
    return (mark.line, mark.column) if mark is not None else (0, 0)


class _Reader:
    """Builds nodes from the parser's events; what the format leaves out of YAML is refused here."""

    def __init__(self, tidied: Tidied, lines: list[str]) -> None:
        self.tidied = tidied
        self.lines = lines
        self.problems = Problems()  # its own until the whole file is through: a second try must not repeat them

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


def _report_slip(slip: Move, tidied: Tidied, lines: list[str], problems: Problems) -> None:
    """Says how many spaces a line has, and how many those have that it belongs to; keeps its place for what follows."""
    place = tidied.place(slip.first, _margin(lines[slip.first]))
    has, other = place.column - 1, f"line {slip.like + 1}"
    written = tidied.written[slip.first].strip()
    name = "step" if written.startswith("- ") else "line"
    what = f"This {name} has {spaces(has)} before it"
    if slip.under:
        opener = tidied.written[slip.like].strip().removeprefix("- ").partition(":")[0]
        what += f", and belongs under {opener}: ({other})."
    else:
        beside = "above" if slip.like < slip.first else "below"
        margin = tidied.place(slip.like, _margin(lines[slip.like])).column - 1
        what += f"; the one {beside} it ({other}) has {margin or 'none'}."
    meant = max(has + slip.by, 0)
    fix = f"put {spaces(meant)} before it: {' ' * meant}{written}"
    if slip.last > slip.first:
        more = f"give {spaces(slip.by)} more to" if slip.by > 0 else f"take {spaces(-slip.by)} from"
        fix = f"{more} the lines below it, to line {slip.last + 1}, and {fix}"
    problems.error(place, SLIPPED, what, fix)
    for number in range(slip.first, slip.last + 1):
        tidied.move_left(number, _margin(lines[number]), -slip.by)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _report_and_blank(fault: yaml.MarkedYAMLError, tidied: Tidied, lines: list[str], problems: Problems) -> None:
    """Says what is wrong with a line in everyday words, then empties it."""
    unclosed = _is_unclosed(fault)
    at = fault.context_mark if unclosed or fault.problem_mark is None else fault.problem_mark
    number, column = (at.line, at.column) if at is not None else (0, 0)
    number = min(number, len(lines) - 1)
    while number > 0 and not lines[number].strip():
        number, column = number - 1, 0
    line = lines[number]
    column = min(column, len(line))
    what, fix = _in_words(fault.problem or "", tidied.written[number].strip(), unclosed)
    problems.error(tidied.place(number, column), BROKEN_LINE, what, fix)
    lines[number] = ""


def _is_unclosed(fault: yaml.MarkedYAMLError) -> bool:
    """A quote or a bracket: where the parser stops is not where it began."""
    return (fault.context or "").startswith(("while scanning a quoted", "while parsing a flow"))


def _in_words(said: str, written: str, unclosed: bool) -> tuple[str, str]:
    if unclosed:
        return "A quote or bracket is opened here and never closed.", "close it on the same line, or leave it out."
    key, colon, value = written.partition(":")
    if "mapping values" in said and ": " in value:
        return "There are two colons in this line.", f'put quotes around the words: {key}: "{value.strip()}"'
    if "cannot start any token" in said and colon:
        return "A value cannot begin with this sign.", f'put quotes around it: {key}: "{value.strip()}"'
    return "This line does not line up with the lines around it.", "give it the same spaces as the line above."
