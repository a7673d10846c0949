"""Words as coordinators wrote them: where they stand, in which language, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from flows.model import Look


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a content file, as an editor counts it (from 1)."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Level(StrEnum):
    ERROR = "E"  # blocks a release
    WARNING = "W"  # wants a look


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in content: where, what, and the thing to type instead."""

    place: Place
    level: Level
    code: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.place}  {self.level}  {self.what}" + (f" Fix: {self.fix}" if self.fix else "")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as a coordinator wrote them, by language (``en`` is always there), with channel overrides."""

    text: Mapping[str, str]
    sms: Mapping[str, str] = field(default_factory=dict)
    telegram: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None

    def spoken(self, language: str, look: Look) -> str:
        """The words for this language and channel; English where a translation is missing."""
        special = self.sms if look is Look.SMS else self.telegram
        for table in (special, self.text):
            if table:
                found = table.get(language)
                if found is not None:
                    return found
        return special.get("en") or self.text["en"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as written: clock time, or time in which the service is at work."""

    length: timedelta
    working: bool = False
    written: str = ""
