"""The people who text: each with a phone, a zone and habits. They know what they are asked, not how it is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.simulator.world import World

CRISIS = (
    "i want to die",
    "im going to kill myself",
    "i took all my tablets",
    "dont want to be here anymore",
    "hes overdosed and wont wake up",
)
JUNK = ("asdf", "what", "who is this??", "🙂", "1 2 3 4", "lol ok then", "cant talk", "", "ggg 😀 ok", "call me l8r")
WORDS = ("MENU", "HELP", "GROUPS", "MENTOR", "WHO", "PRIVACY", "TIME", "checkin", "thanks", "MY DATA")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

ENOUGH = 40  # answers in a day: nobody talks to a robot for longer

Buttons = tuple[tuple[str, str], ...]

# what the last lines of a message ask for → what this person would answer
_ASKED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"18 or over", "yes"),
        (r"OK to start\?", "yes"),
        (r"What shall I call you", "name"),
        (r"working towards", "skip"),
        (r"which number is best", "skip"),
        (r"short check-in texts\?", "checkins"),
        (r"Which day and time|a day and a time|Please pick a time", "when"),
        (r"can I tell a mentor", "mentor"),
        (r"safe for them to ring", "any"),
        (r"use your answers, without", "either"),
        (r"how are things today", "mood"),
        (r"What would help most", "help"),
        (r"carry on as before", "yes"),
        (r"Shall I delete your number", "delete"),
        (r"safe to text here", "either"),
        (r"postcode", "postcode"),
        (r"Which day is best|Please send a day, like TUESDAY", "any"),
        (r"Send all the numbers|Please send numbers", "all"),
        (r"Which would you like to know", "first"),
        (r"did you get there|company help|a yes or a no|Y or N", "either"),
        (r"\((?:rough|not for me)\) to 5|1 rough|1 \(", "mood"),
        (r"0 \(|0 to 10|to 10 \(|send a number", "ten"),
        (r"Please send one number|^1 ", "first"),
    )
)


@dataclass(slots=True)
class Habits:
    """Chances, each from 0 to 1, and how long they take in hours."""

    answers: float
    slow: float
    wanders: float  # says something else instead of answering
    stops: float
    crisis: float  # a day
    fickle: float  # a day: stops, and comes back soon


@dataclass(slots=True)
class Person:
    """Somebody with a phone. ``zone`` is where they live, and what the service has been told."""

    world: World
    name: str
    channel: str
    address: str
    zone: ZoneInfo
    habits: Habits
    wants: dict[str, str] = field(default_factory=dict)  # how they answer consent, set once
    zone_told_of: int | None = None  # as whom the service knows where they live
    stopped: bool = False
    gone: bool = False  # asked to be forgotten, or gave up the phone
    last_heard: int = 0  # counts up: only the latest question is answered
    answered: int = 0  # today

    # ------------------------------------------------------------ what they hear

    def hears(self, text: str, buttons: Buttons) -> None:
        chance, habits = self.world.chance, self.habits
        kind = next((kind for pattern, kind in _ASKED if pattern.search(text)), "")
        if not kind or self.gone or self.answered >= ENOUGH:
            return
        self.last_heard += 1
        if chance.random() < habits.wanders:
            self.later(chance.uniform(5, 3000), self.wander)
            return
        if kind in ("mood", "help", "ten") and chance.random() > habits.answers:
            return
        if chance.random() < habits.stops:
            # now and then while the rest of a message is still on its way
            self.later(chance.choice((chance.uniform(0, 1), chance.uniform(5, 3000))), self.leave)
            return
        wait = chance.uniform(3, 120)
        if kind in ("mood", "help", "ten") and chance.random() < habits.slow:
            wait = chance.choice((1, 5, 20, 30, 47, 49, 60, 120)) * 3600 * chance.uniform(0.8, 1.2)
        said = self.answer(kind)
        if buttons and chance.random() < 0.7:
            label, data = chance.choice(buttons)
            self.later(wait, self.answers, self.last_heard, label, data)
        else:
            self.later(wait, self.answers, self.last_heard, said)

    def answers(self, heard: int, said: str, tap: str = "") -> None:
        """Unless something newer was asked meanwhile."""
        if heard == self.last_heard:
            self.answered += 1
            self.say(said, tap)

    def answer(self, kind: str) -> str:
        chance = self.world.chance
        if kind in ("checkins", "mentor"):
            return self.wants[kind]
        match kind:
            case "yes":
                return chance.choice(("Y", "yes", "yh"))
            case "name":
                return self.name
            case "skip":
                return "SKIP"
            case "any":
                return "ANY"
            case "when":
                return f"{chance.choice(DAYS)} {chance.randint(9, 19)}:{chance.choice(('00', '15', '30', '45'))}"
            case "mood":
                return chance.choice("1233445")
            case "help" | "first":
                return chance.choice("1234")
            case "all":
                return "5"
            case "ten":
                return str(chance.randint(0, 10))
            case "postcode":
                return "TN9"
            case "delete":
                return chance.choice(("Y", "N"))
        return chance.choice(("Y", "N"))

    # ------------------------------------------------------------ what they do of themselves

    def later(self, seconds: float, what: Callable[..., object], *given: object) -> None:
        self.world.later(seconds, what, *given)

    def say(self, text: str, tap: str = "") -> None:
        self.world.texts(self.channel, self.address, text, tap)

    def day(self) -> None:
        """What a day brings, at some moment of it."""
        chance = self.world.chance
        self.later(86_400 * chance.uniform(0.5, 1.5), self.day)
        self.answered = 0
        if self.gone:
            if chance.random() < 0.1:
                self.gone = False
                self.say("JOIN")
            return
        draw = chance.random()
        if self.stopped:
            if draw < 0.25 + self.habits.fickle:
                self.stopped = False
                self.say(chance.choice(("START", "UNSTOP", "JOIN")))
            elif draw < 0.3:
                self.say(chance.choice((*JUNK, *WORDS, *CRISIS)))
            return
        if draw < self.habits.crisis:
            self.cry()
        elif draw < self.habits.crisis + 0.05:
            self.wander()
        elif draw > 1 - self.habits.fickle:
            self.leave()

    def cry(self) -> None:
        """At three in the morning, as often as not."""
        self.say(self.world.chance.choice(CRISIS))

    def wander(self) -> None:
        chance = self.world.chance
        kind = chance.random()
        if kind < 0.25:
            self.say(chance.choice(JUNK))
        elif kind < 0.65:
            self.say(chance.choice(WORDS))
        elif kind < 0.8:
            self.say(chance.choice(("PAUSE 1 WEEK", "PAUSE 3 DAYS", "PAUSE TILL MONDAY", "PAUSE")))
        elif kind < 0.84:
            self.cry()
        else:
            self.leave()

    def gives_up(self) -> None:
        """Nothing comes back, so they have had enough."""
        self.say(self.world.chance.choice(WORDS))
        self.later(self.world.chance.uniform(5, 600), self.leave)

    def leave(self) -> None:
        chance = self.world.chance
        kind = chance.random()
        if kind < 0.8:
            self.stopped = True
            self.say(chance.choice(("STOP", "stop please", "Stop", "UNSUBSCRIBE")))
        elif kind < 0.95:
            self.say("DELETE")
        else:
            self.gone = True
            self.say("WRONG NUMBER")


def habits(world: World) -> Habits:
    chance = world.chance
    return Habits(
        answers=chance.choice((0.95, 0.95, 0.8, 0.8, 0.5, 0.2, 0.0)),
        slow=chance.choice((0.05, 0.2, 0.5)),
        wanders=chance.choice((0.0, 0.02, 0.08)),
        stops=chance.choice((0.0, 0.01, 0.05)),
        crisis=chance.choice((0.0, 0.003, 0.01)),
        fickle=chance.choice((0.0, 0.0, 0.0, 0.0, 0.15)),
    )
