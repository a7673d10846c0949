"""The steps of one flow in page order: the number of each, and of the step that talk goes to after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from flows.reading.keys import STEP_NAMES
from flows.reading.nodes import List, Map, Node, Text
from flows.reading.problems import Problems, did_you_mean

DEEPEST = 3


class Outline:
    """``steps`` holds each step's kind and map; a step's number is its position. The page order is kept: a step
    comes before everything set in below it, so talk only ever goes to a higher number."""

    def __init__(self, takes: Mapping[str, Collection[str]], problems: Problems) -> None:
        self.takes = takes
        self.problems = problems
        self.steps: list[tuple[Text, Map]] = []
        self.next: list[int | None] = []
        self._blocks: dict[int, list[int]] = {}  # id of a block's node → the steps that stand directly in it
        self._held: list[Node] = []  # keeps those nodes alive, so that an id stays one node's own

    @classmethod
    def of(cls, blocks: Iterable[Node], takes: Mapping[str, Collection[str]], problems: Problems) -> Outline:
        """Numbers the steps of these blocks, one block after the other; none of them leads into the next."""
        outline = cls(takes, problems)
        for block in blocks:
            outline._number(block, 0)
            outline._lead(block, None)
        return outline

    def first(self, block: Node | None) -> int | None:
        """The number of the first step of a block, None when the block is absent or empty."""
        numbers = self._blocks.get(id(block)) if block is not None else None
        return numbers[0] if numbers else None

    def _number(self, block: Node, depth: int) -> None:
        self._held.append(block)
        numbers = self._blocks[id(block)] = []
        if isinstance(block, Text) and not block.value:
            return
        if not isinstance(block, List):
            what = "Steps stand here, one after each dash."
            fix = "put a dash before the first word: - say: Hello"
            if isinstance(block, Map) and block.pairs and isinstance(block.pairs[0][1], Text):
                fix = f"type - {block.pairs[0][0].value}: {block.pairs[0][1].value}".rstrip()
            self.problems.error(block.place, "wrong shape", what, fix)
            return
        if depth > DEEPEST:
            what = f"This is set in more than {DEEPEST} levels: nobody can follow it."
            self.problems.error(block.place, "too deep", what, "move it to a flow of its own and run: that flow.")
        for kind, step in self._parted(block):
            numbers.append(len(self.steps))
            self.steps.append((kind, step))
            self.next.append(None)
            for inner, _ in blocks_of(step):
                self._number(inner, depth + 1)

    def _lead(self, block: Node, after: int | None) -> None:
        """Sets where each step of a block leads: to the one below it, the last one to ``after``."""
        numbers = self._blocks[id(block)]
        for number, following in zip(numbers, [*numbers[1:], after], strict=True) if numbers else ():
            self.next[number] = following
            for inner, falls_through in blocks_of(self.steps[number][1]):
                self._lead(inner, following if falls_through else None)

    def _parted(self, block: List) -> Iterator[tuple[Text, Map]]:
        """The steps of a block; two that have run together for want of a dash are parted, and reported."""
        for item in block.items:
            if isinstance(item, Map):
                yield from self._part(item)
            elif isinstance(item, Text) and item.value.lower() in STEP_NAMES:
                self.problems.error(
                    item.place,
                    "no colon",
                    f"Nothing follows {item.value}.",
                    f"type {item.value.lower()}: and the rest.",
                )
            else:
                self.problems.error(item.place, "wrong shape", "A step is expected here.", "begin it like - say: Hello")

    def _part(self, item: Map) -> Iterator[tuple[Text, Map]]:
        kind: Text | None = None
        pairs: list[tuple[Text, Node]] = []
        for key, value in item.pairs:
            if key.value not in self.takes:
                pairs.append((key, value))
                continue
            if kind is None:
                kind = key
            elif key.value == kind.value or key.value not in self.takes[kind.value]:
                self._report_missing_dash(key, value)
                yield kind, Map(pairs[0][0].place, pairs)
                kind, pairs = key, []
            pairs.append((key, value))
        if kind is not None:
            yield kind, Map(pairs[0][0].place, pairs)
        elif pairs:
            key = pairs[0][0]
            self.problems.error(
                key.place, "unknown step", f"{key.value} is not a kind of step.", did_you_mean(key.value, self.takes)
            )

    def _report_missing_dash(self, key: Text, value: Node) -> None:
        words = value.value if isinstance(value, Text) else ""
        self.problems.error(
            key.place,
            "missing dash",
            "Two steps have run together: a dash is missing before this one.",
            f"type - {key.value}: {words}".rstrip(),
        )


def blocks_of(step: Map) -> Iterator[tuple[Node, bool]]:
    """Every block of steps inside a step, in page order, and whether talk goes on after it.

    After the ``then`` of a ``no_reply`` the flow ends; after any other block talk goes on behind the step.
    """
    for key, value in step.pairs:
        if key.value in ("then", "else"):
            yield value, True
        elif key.value == "when" and isinstance(value, Map):
            for _, block in value.pairs:
                yield block, True
        elif key.value == "choices" and isinstance(value, List):
            for choice in value.items:
                then = choice.get("then") if isinstance(choice, Map) else None
                if then is not None:
                    yield then, True
        elif key.value == "no_reply" and isinstance(value, Map):
            then = value.get("then")
            if then is not None:
                yield then, False
