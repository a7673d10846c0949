"""What the oracle found, and what it works with: the account of the edges, the true clock, and plain SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.simulator.world import World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SETTLED = timedelta(minutes=15)  # so long the service must have been up and undisturbed before a delay is its own
EACH = 3  # of one promise in one world: the rest would say the same


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was not kept, with what leads back to it."""

    promise: int
    seed: int
    at: datetime
    what: str
    trace: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"promise {self.promise}, seed {self.seed}, {self.at:%Y-%m-%d %H:%M:%S}: {self.what}"


@dataclass(slots=True)
class Findings:
    """Everything found in one world."""

    world: World
    broken: list[Broken] = field(default_factory=list)
    checked: Counter[int] = field(default_factory=Counter)  # promise → how often it was looked at
    _said: set[tuple[int, str]] = field(default_factory=set)
    crisis_waits: list[float] = field(default_factory=list)  # seconds until the first staff phone was tried

    def expect(self, promise: int, holds: bool, *what: object) -> None:
        """Note that ``promise`` was looked at, and what is wrong unless it ``holds``."""
        self.checked[promise] += 1
        if holds:
            return
        said = " ".join(map(str, what))
        if (promise, said) in self._said:
            return  # found again an hour later
        self._said.add((promise, said))
        self.world.trace.add("BROKEN", promise, said)
        if sum(each.promise == promise for each in self.broken) < EACH:
            lines = tuple(list(self.world.trace.last)[-40:])
            self.broken.append(Broken(promise, self.world.seed, self.world.clock.true(), said, lines))

    def sql(self, query: str, *values: object) -> Sequence[Any]:
        return self.world.sql(query, *values)

    def one(self, query: str, *values: object) -> Any:
        rows = self.world.sql(query, *values)
        return rows[0] if rows else None

    @property
    def now(self) -> datetime:
        """By the service's clock, because what it stores is by that one too."""
        return self.world.clock()

    def stamp(self, at: datetime) -> int:
        """As the database keeps times."""
        return (at - EPOCH) // timedelta(microseconds=1)

    def moment(self, stamp: int) -> datetime:
        return EPOCH + timedelta(microseconds=stamp)

    def has_been_well(self, since: timedelta = SETTLED) -> bool:
        """Whether nothing has ailed the service, its database or its clock for so long."""
        return self.world.well_for() >= since

    def carries(self, channel: str, since: timedelta = SETTLED) -> bool:
        """Whether the provider of a channel has been well for so long."""
        ailed = self.world.account.disturbed_at.get(channel)
        return ailed is None or self.world.clock.true() - ailed >= since
