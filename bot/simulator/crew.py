"""Mentors and coordinators: they answer ON IT at once, late, with another code, or never; and finish, or forget to."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.simulator.people import Buttons

if TYPE_CHECKING:
    from bot.simulator.world import World

CODE = re.compile(r"ON IT (\d{2,4})")
TAKEN = re.compile(r"code (\d{2,4}), is yours", re.IGNORECASE)


@dataclass(slots=True)
class Worker:
    """Somebody on the staff, and what their answers are like."""

    world: World
    name: str
    role: str
    paid: bool
    channel: str
    address: str
    prompt: float  # how often they answer at all
    careless: float  # how often with a wrong word or code
    staff_id: int = 0
    away: bool = False
    old: deque[str] = field(default_factory=lambda: deque(maxlen=20))  # codes heard before

    def hears(self, text: str, buttons: Buttons) -> None:
        world = self.world
        chance = world.chance
        taken = TAKEN.search(text)
        if taken is not None:
            if chance.random() < 0.85:
                world.later(chance.choice((600, 1500, 7200, 30_000)) * chance.uniform(0.5, 1.5), self.done, taken[1])
            return
        codes = CODE.findall(text)
        if not codes:
            return
        urgent = "URGENT" in text or "TEST" in text
        for code in codes:
            if not self.away and chance.random() < (max(self.prompt, 0.7) if urgent else self.prompt):
                wait = chance.choice((20, 90, 400, 1300)) if urgent else chance.choice((60, 600, 4000, 20_000, 90_000))
                world.later(wait * chance.uniform(0.5, 1.5), self.answer, code, buttons)
        self.old.extend(codes)
        world.codes.extend(codes)
        if chance.random() < 0.1:  # by word of mouth
            other = chance.choice(list(world.crew.values()))
            world.later(chance.uniform(20, 2000), other.say, f"ON IT {codes[0]}")

    def answer(self, code: str, buttons: Buttons = ()) -> None:
        chance = self.world.chance
        draw = chance.random()
        if draw < self.careless:
            stale = chance.choice(sorted(self.old)) if self.old else "99"
            newest = list(self.world.codes)[-5:]  # somebody else may have been told of those
            heard = chance.choice(newest) if newest else "98"
            said = chance.choice(
                (
                    f"ON IT {stale}",
                    f"ON IT {heard}",
                    f"on it {chance.randint(10, 99)}",
                    "on it",
                    "ok",
                    f"PASS {code}",
                    f"LATER 2H {code}",
                )
            )
            self.say(said)
        elif buttons and draw < 0.8:
            label, data = buttons[0]
            self.say(label, data)
        else:
            self.say(chance.choice((f"ON IT {code}", f"on it {code}", f"Onit {code}!")))

    def done(self, code: str) -> None:
        outcome = self.world.chance.choice(("", " spoke", " no answer", " visited", " other"))
        self.say(f"DONE {code}{outcome}")

    def say(self, text: str, tap: str = "") -> None:
        self.world.texts(self.channel, self.address, text, tap)
