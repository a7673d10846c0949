"""What a kind of bad input is, and how what is said of it is held against what happened."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bad_input.house import NOBODY, House
from tests.fakes.hearing import PLAIN

Does = Callable[[House], Awaitable[None]]

KEPT = "a row in the inbox"
NOTHING = "nothing"
UNCHANGED = "nothing is written"
REFUSED = f"`403`, `webhook.refused` in the log; {UNCHANGED}"

_QUOTED = re.compile("“([^”]+)”")
_SHOWN = re.compile("`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. What ``sees`` and ``operator`` quote (“words” of ours, `what is shown`) is looked for; nothing that
    happened beside a plain 200 may go unsaid.
    """

    group: str
    what: str
    sees: str
    operator: str
    does: Does

    @property
    def name(self) -> str:
        return f"{self.group}: {self.what}"


class Group:
    """Ten kinds of one sort; ``of`` adds one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kinds: list[Kind] = []

    def of(self, what: str, sees: str, operator: str = KEPT) -> Callable[[Does], Does]:
        """The function below is what is sent in."""

        def add(does: Does) -> Does:
            self.kinds.append(Kind(self.name, what, sees, operator, does))
            return does

        return add


def plain(text: str) -> str:
    """Without what tells two spellings of the same words apart."""
    return text.translate(PLAIN).casefold()


async def hold_against(kind: Kind, house: House) -> None:
    """What the table says of this kind is what happened, and it is all that happened."""
    heard, shown = house.heard, _shown(house)
    for words in _QUOTED.findall(kind.sees):
        assert any(plain(words) in plain(each) for each in heard), f"{words!r} was not among {heard}"
    assert bool(heard) is not kind.sees.startswith(NOTHING), heard
    said = _SHOWN.findall(kind.operator)
    for words in said:
        assert any(words in each for each in shown), f"{words!r} was not among {shown}"
    for each in shown:
        assert any(words in each for words in said), f"nothing is said of {each!r}"
    rows = house.count("inbox") - house.before["inbox"]
    if KEPT in kind.operator:
        assert rows == 1
    if UNCHANGED in kind.operator:
        assert house.counts() == house.before
    assert 500 not in house.statuses
    assert not house.lost(), "what was answered 200 is not in the inbox"


def _shown(house: House) -> list[str]:
    """All that an operator can see of it: answers that were not 200, log lines that want attention, alerts."""
    statuses = [f"{status}" for status in house.statuses if status not in (200, NOBODY)]
    lines = [line["event"] for line in house.lines if line["log_level"] in ("warning", "error", "critical")]
    return [*dict.fromkeys([*statuses, *lines, *house.alerts(), *house.said])]
