"""What came of reading a reply, and what every reader is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flows.talking.plain import traced

if TYPE_CHECKING:
    from flows.directory.geography import Geography
    from flows.talking.words import Vocabulary

_LONGEST_READ = 1600  # ten texts; nobody hides an answer behind more, and reading must stay quick


@dataclass(frozen=True, slots=True)
class Understood:
    """The answer in its one written form: ``yes``, ``7``, ``a;b``, ``TN9 1``, ``monday 10:00``, an ISO date, E.164.

    ``note`` holds the words around it. ``weak`` marks a yes that may only mean "I have read it".
    """

    value: str
    note: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """Ask once, gently. One option: did you mean it? Several: which one? None: simply ask again."""

    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """The person would rather not say, and may."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """No answer in it. ``phrase`` is the retry to say (phrases.yaml), with its blanks."""

    phrase: str
    blanks: Mapping[str, str] = field(default_factory=dict)


Result = Understood | Unsure | Skipped | NotRead


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply on its way to a reader, with what is known about the question."""

    text: str
    vocabulary: Vocabulary
    language: str
    today: date
    options: tuple[tuple[str, str], ...] = ()
    example: str = ""
    practice: bool = False
    geography: Geography | None = None

    def traced(self) -> tuple[str, list[int]]:
        """The folded text, and where each of its characters stood."""
        return traced(self.text[:_LONGEST_READ])

    def without(self, origins: list[int], start: int, end: int) -> str:
        """The words around the answer that stands at ``start`` to ``end`` of the traced text."""
        first, last = origins[start], origins[end - 1] + 1
        before, behind = self.text[:first].strip(_EDGES), self.text[last:].strip(_EDGES)
        return f"{before} … {behind}" if before and behind else before or behind


_EDGES = " \t\r\n.,;:!?()-–—\ufe0f\u20e3\x00"
