"""Conditions in words: ``mood not answered or mood at most 2``. Read once, held against a person's answers.

condition = test {"and" test} | test {"or" test}            (mixing needs brackets)
test      = NAME ("is"|"is not"|"at least"|"at most"|"more than"|"less than"|"one of"|"includes") VALUE
          | NAME ["not"] "answered"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from flows.reading.values import read_date
from flows.steps import Condition, Test
from flows.wording import Level, Place, Problem

SIGNS = {"<=": "at most", ">=": "at least", "!=": "is not", "==": "is", "<": "less than", ">": "more than", "=": "is"}
ORDERED = ("at least", "at most", "more than", "less than")
RATED = "rated"  # how many items of instruments have ever been answered: known in conversations, not to schedules
BUILT_IN = ("channel", "language", "joined", RATED, "today")

_DEEPEST = 10
_SIGN = re.compile(r"[<>!=]=|[<>=]")
_TOKEN = re.compile(r"""\s*(?:(?P<bracket>[()])|(?P<quoted>"[^"]*")|(?P<word>[^\s()"]+))""")
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?")
_OPS = (
    ("is", "not"),
    ("not", "answered"),
    ("at", "least"),
    ("at", "most"),
    ("more", "than"),
    ("less", "than"),
    ("one", "of"),
    ("answered",),
    ("includes",),
    ("is",),
)
_EXAMPLE = "write it like mood at most 2."


class _Wrong(Exception):
    def __init__(self, what: str, fix: str = _EXAMPLE) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


def parse(text: str, place: Place) -> Condition | Problem:
    """Reads a condition; what cannot be read comes back as a problem at ``place``."""
    try:
        return _Parser(text).whole()
    except _Wrong as wrong:
        return Problem(place, Level.ERROR, "condition", wrong.what, wrong.fix)


def with_words(text: str) -> str | None:
    """The condition with its signs put in words, or None when it has none: ``mood <= 2`` is ``mood at most 2``."""
    if _SIGN.search(text) is None:
        return None
    return " ".join(_SIGN.sub(lambda sign: f" {SIGNS[sign[0]]} ", text).split())


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test in a condition, from left to right."""
    for part in condition.parts:
        if isinstance(part, Test):
            yield part
        else:
            yield from tests_of(part)


def holds(condition: Condition, value_of: Callable[[str], str | None], now_date: date) -> bool:
    """Whether the condition is true. A name without a value makes its test false, ``is not`` included.

    >>> from flows.model import Place
    >>> holds(parse("mood not answered or mood at most 2", Place("a", 1)), {"mood": "2"}.get, date(2026, 1, 1))
    True
    """
    decides = condition.join == "or"  # one true test settles an "or", one false test an "and"
    for part in condition.parts:
        true = _true(part, value_of, now_date) if isinstance(part, Test) else holds(part, value_of, now_date)
        if true is decides:
            return decides
    return not decides


def _true(test: Test, value_of: Callable[[str], str | None], now_date: date) -> bool:
    value = value_of(test.name)
    if test.op == "not answered":
        return not value
    if not value:
        return False
    if test.op == "is":
        return value == test.value or _same(value, test.value, now_date)
    if test.op == "is not":
        return not _same(value, test.value, now_date)
    if test.op == "answered":
        return True
    if test.op == "one of":
        return any(_same(value, option.strip(), now_date) for option in test.value.split(","))
    if test.op == "includes":
        return any(_same(part.strip(), test.value, now_date) for part in value.split(";"))
    return _in_order(test.op, value, test.value, now_date)


def _same(value: str, other: str, now_date: date) -> bool:
    if value == other:
        return True
    left, right = _measure(value, now_date), _measure(other, now_date)
    if left is not None and right is not None and left[0] == right[0]:
        return left == right
    return value.casefold() == other.casefold()


def _in_order(op: str, value: str, other: str, now_date: date) -> bool:
    left, right = _measure(value, now_date), _measure(other, now_date)
    if left is None or right is None or left[0] != right[0]:
        return False
    order = (left > right) - (left < right)
    return {"at least": order >= 0, "at most": order <= 0, "more than": order > 0, "less than": order < 0}[op]


def _measure(written: str, now_date: date) -> tuple[str, float] | None:
    """A number or a date on its own line of measure, where that is what is written; ``today`` is a date."""
    day = now_date if written.casefold() == "today" else read_date(written)
    if day is not None:
        return "date", day.toordinal()
    try:
        return ("number", float(written)) if written.lstrip("+-")[:1].isdecimal() else None
    except ValueError:
        return None


class _Parser:
    def __init__(self, text: str) -> None:
        self.written = " ".join(text.split())
        self.words: list[str] = []
        at = 0
        text = with_words(text) or text
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Wrong("A quote is opened in this condition and never closed.", 'close it with "')
            self.words.append(found["bracket"] or found["quoted"] or found["word"])
            at = found.end()
        self.at = 0

    def whole(self) -> Condition:
        if not self.words:
            raise _Wrong("The condition is empty.")
        found = self._condition(0)
        if self.at < len(self.words):
            raise _Wrong(f"I cannot read this condition from {self.words[self.at]} on.", "every ( needs its ).")
        return Condition(found.join, found.parts, self.written)

    def _condition(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise _Wrong("There are too many brackets in this condition.", "use fewer.")
        parts = [self._part(depth)]
        join = ""
        while (word := self._peek()) in ("and", "or"):
            if join and word != join:
                raise _Wrong(
                    "This condition has both and and or: I cannot tell which comes first.",
                    "put brackets around one of them, like (a is yes or b is yes) and c is no.",
                )
            join = word
            self.at += 1
            parts.append(self._part(depth))
        return Condition(join or "and", tuple(parts))

    def _part(self, depth: int) -> Test | Condition:
        if self._peek() != "(":
            return self._test()
        self.at += 1
        inside = self._condition(depth + 1)
        if self._peek() != ")":
            raise _Wrong("A bracket is opened in this condition and never closed.", "add a ).")
        self.at += 1
        return inside.parts[0] if len(inside.parts) == 1 else inside

    def _test(self) -> Test:
        name = self._peek()
        if name is None:
            raise _Wrong("The condition stops too early.")
        if not _NAME.fullmatch(name):
            raise _Wrong(f"A test begins with the name of an answer; {name} is not one.")
        self.at += 1
        op = self._op(name)
        if op.endswith("answered"):
            return Test(name, op)
        value = self._value()
        if not value:
            raise _Wrong(f"Nothing follows {name} {op}.", f"write the value after it, like {name} {op} 2.")
        return Test(name, op, value)

    def _op(self, name: str) -> str:
        following = [word.casefold() for word in self.words[self.at : self.at + 2]]
        for op in _OPS:
            if following[: len(op)] == list(op):
                self.at += len(op)
                return " ".join(op)
        raise _Wrong(
            f"After {name} I expect is, is not, at least, at most, more than, less than, one of, includes or answered."
        )

    def _value(self) -> str:
        words = []
        while (word := self._peek()) is not None and word not in ("and", "or", "(", ")"):
            words.append(word.strip('"') if word.startswith('"') else word)
            self.at += 1
        return " ".join(words)

    def _peek(self) -> str | None:
        if self.at >= len(self.words):
            return None
        word = self.words[self.at]
        return word.casefold() if word.casefold() in ("and", "or") else word
