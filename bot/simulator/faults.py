"""What goes wrong, and when: bursts of trouble with calm between them, long enough for everything to come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

HOUR = timedelta(hours=1)

# kind → (the longest it lasts, about how often it strikes where it can)
PROVIDERS = {
    "outage": (48 * HOUR, 1.0),  # connections are refused: surely not sent
    "500": (6 * HOUR, 0.5),
    "429": (6 * HOUR, 0.4),  # with Retry-After
    "timeout before": (12 * HOUR, 0.3),  # no answer, and it was never taken
    "timeout after": (12 * HOUR, 0.3),  # no answer, and it was taken
    "gateway silence": (6 * HOUR, 0.3),  # 502 or 504 from something in between
    "slow": (12 * HOUR, 0.6),
    "credentials": (6 * HOUR, 1.0),
}
CARRIERS = {
    "receipts lost": (24 * HOUR, 0.5),
    "receipts late": (24 * HOUR, 0.6),
    "receipts out of order": (24 * HOUR, 0.6),
    "receipts repeated": (24 * HOUR, 0.5),
    "inbound repeated": (24 * HOUR, 0.4),
    "inbound reordered": (24 * HOUR, 0.4),
    "inbound late": (24 * HOUR, 0.2),
    "polling loss": (12 * HOUR, 0.5),
}
PHONES = {
    "blocked": (72 * HOUR, 1.0),  # somebody blocks the bot, or their network does
    "phone off": (48 * HOUR, 1.0),
    "opted out": (72 * HOUR, 1.0),  # the carrier holds a STOP that we were never told of
}
MACHINE = {
    "database busy": (2 * HOUR, 0.2),
    "commit unknown": (6 * HOUR, 0.1),
    "crash": (6 * HOUR, 1.0),
    "down": (30 * HOUR, 1.0),
    "clock step": (10 * HOUR, 1.0),
    "second worker": (24 * HOUR, 1.0),
}
STAFF = {
    "mentor away": (72 * HOUR, 1.0),
    "rota gap": (72 * HOUR, 1.0),
    "staff stop": (48 * HOUR, 1.0),
    "policy edit": (48 * HOUR, 1.0),
    "new release": (48 * HOUR, 1.0),
}
KINDS = {**PROVIDERS, **CARRIERS, **PHONES, **MACHINE, **STAFF}
CALM = (timedelta(hours=30), timedelta(hours=60))  # between two bursts


@dataclass(frozen=True, slots=True)
class Spell:
    """One kind of trouble for a while. ``channel`` is sms or telegram where the kind belongs to a provider."""

    kind: str
    begins: timedelta
    lasts: timedelta
    channel: str = ""

    @property
    def ends(self) -> timedelta:
        return self.begins + self.lasts


def read_kinds(written: str) -> frozenset[str]:
    """``all``, ``none``, or kinds with commas between. Raises ValueError naming one that is not known."""
    if written in ("all", ""):
        return frozenset(KINDS)
    if written == "none":
        return frozenset()
    named = [part.strip() for part in written.split(",") if part.strip()]
    for each in named:
        if each not in KINDS:
            raise ValueError(f"There is no fault called {each}. There are: {', '.join(KINDS)}.")
    return frozenset(named)


def plan(chance: Random, length: timedelta, kinds: Collection[str]) -> list[Spell]:
    """The spells of one world, in order. The last ends two days before the world does."""
    known = [kind for kind in KINDS if kind in kinds]
    spells: list[Spell] = []
    at = timedelta(hours=chance.uniform(20, 60))
    while known:
        burst: list[Spell] = []
        for _ in range(chance.choice((1, 2, 3, 4, 6))):
            kind = chance.choice(known)
            longest = KINDS[kind][0] / HOUR
            lasts = timedelta(hours=min(longest, chance.choice((0.2, 1, 3, 8, longest)) * chance.uniform(0.5, 1)))
            channel = chance.choice(("sms", "telegram")) if kind in PROVIDERS else ""
            burst.append(Spell(kind, at + timedelta(hours=chance.uniform(0, 6)), lasts, channel))
        end = max(spell.ends for spell in burst)
        if end > length - timedelta(hours=50):
            break
        spells.extend(burst)
        at = end + CALM[0] + (CALM[1] - CALM[0]) * chance.random()
    return sorted(spells, key=lambda spell: (spell.begins, spell.kind))


# What happens on the best of days, too: providers repeat themselves.
ALWAYS = {"inbound repeated": 0.03, "receipts repeated": 0.02, "receipts out of order": 0.02}


class Weather:
    """Which spells are on now, and how often each kind has struck."""

    def __init__(self, chance: Random, kinds: Collection[str]) -> None:
        self._chance = chance
        self._always = {kind: often for kind, often in ALWAYS.items() if kind in kinds}
        self.on: dict[Spell, None] = {}
        self.struck: Counter[str] = Counter()

    def strikes(self, kind: str, channel: str = "") -> bool:
        """Whether trouble of this kind happens now."""
        for spell in self.on:
            if spell.kind == kind and spell.channel == channel and self._chance.random() < KINDS[kind][1]:
                self.struck[f"{channel} {kind}".strip()] += 1
                return True
        if kind in self._always and self._chance.random() < self._always[kind]:
            self.struck[kind] += 1
            return True
        return False

    def is_on(self, kinds: Sequence[str]) -> bool:
        return any(spell.kind in kinds for spell in self.on)
