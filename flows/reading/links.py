"""Names that one part of the content uses and another defines, noted while reading and settled at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows import blanks, conditions
from flows.reading.problems import Problems
from flows.steps import Condition, Test
from flows.wording import Place, Problem, Wording


@dataclass(frozen=True, slots=True)
class Mention:
    """``kind`` is flow, signpost, policy or instrument."""

    kind: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class NameUse:
    """An answer or variable named somewhere: in a blank, a test, or a setting like ``near``. ``flow`` may be empty."""

    flow: str
    name: str
    place: Place
    test: Test | None = None
    blank: bool = False
    handed_in: bool = False  # by a ``submit``: it must be an answer of this very flow


_INSIDE = re.compile(r"\(+\s*([A-Za-z_][\w .-]*?)\s*\)")
_HOMES = ("alert", "service", "group")  # what has parts, as in ((alert.by))


def _meant(shown: str) -> str:
    """What to type for ``((alert by))`` and ``((nick name))``."""
    found = _INSIDE.match(shown)
    if found is None:
        return "write it like ((nickname))."
    words = re.split(r"[ .-]+", found[1].strip(" .-"))
    name = "_".join(words).lower() if words[0].lower() not in _HOMES else f"{words[0]}.{'_'.join(words[1:])}".lower()
    return f"type (({name.rstrip('.')}))"


@dataclass(slots=True)
class Links:
    mentions: list[Mention] = field(default_factory=list)
    uses: list[NameUse] = field(default_factory=list)

    def mark(self) -> tuple[int, int]:
        """How much is noted, for ``back_to``."""
        return len(self.mentions), len(self.uses)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forgets what was noted since: a file is read a second time."""
        del self.mentions[mark[0] :]
        del self.uses[mark[1] :]

    def mention(self, kind: str, name: str, place: Place) -> None:
        if name:
            self.mentions.append(Mention(kind, name, place))

    def use(self, flow: str, name: str, place: Place) -> None:
        if name:
            self.uses.append(NameUse(flow, name, place))

    def hand_in(self, flow: str, name: str, place: Place) -> None:
        self.uses.append(NameUse(flow, name, place, handed_in=True))

    def words(self, flow: str, wording: Wording, problems: Problems) -> None:
        """Notes the blanks of a wording, in every language and channel."""
        place = wording.place or Place("", 1)
        for table in (wording.text, wording.sms, wording.telegram):
            for words in table.values():
                for name in blanks.names_in(words):
                    self.uses.append(NameUse(flow, name, place, blank=True))
                stray = blanks.spoiled(words)
                if stray is not None:
                    shown = words[stray : stray + 20].rstrip(" .")
                    problems.error(place, "blank", f"A blank is not whole near {shown}.", _meant(shown))

    def condition(self, flow: str, text: str, place: Place, problems: Problems) -> Condition | None:
        """Reads a condition and notes the names in it."""
        found = conditions.parse(text, place)
        if isinstance(found, Problem):
            problems.found.append(found)
            return None
        plain = conditions.with_words(text)
        if plain is not None:
            problems.warn(place, "signs", "I read the sign here as words.", f"type {plain}")
        for test in conditions.tests_of(found):
            self.uses.append(NameUse(flow, test.name, place, test))
        return found
