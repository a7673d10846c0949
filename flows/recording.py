"""A talk that somebody had with the practice phone, as a conversation test. Pure.

What was typed is talked through once more with the Rehearsal that runs tests, and what that does is written down. So
the test passes by the flow as it stands; where it would go another way than the talk did, it ends before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows import timing
from flows.checking.transcripts import Rehearsal, has, named, run_transcript
from flows.content import Flow, Transcript
from flows.effects import Ended, Remember, Say
from flows.talking.conversation import WELCOME, Conversation
from flows.talking.last_search import LAST_SEARCH
from flows.wording import Place

NEXT = "@"  # on to the next thing that happens
MOST_WORDS = 8  # of a message: enough to know it by, few enough to survive a comma

_CHANGES = re.compile(
    r"\d|\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(january|february|march|april|may|june|july|august|september"
    r"|october|november|december|today|tomorrow|tonight|noon|midnight)\b",
    re.IGNORECASE,
)
_DATED = re.compile(r"@\s*\d{4}-")


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, as a test writes it (``> 2``, ``@ +26h``, ``@``), and the messages that it brought.

    ``jump`` is how far the clock went for an ``@`` alone. The first one of a talk has no ``line``: the flow began.
    """

    line: str
    heard: tuple[str, ...] = ()
    jump: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A test that passes. ``left_out`` is the line from which on it would go another way; "" when all is in it."""

    given: str
    talk: tuple[str, ...]
    left_out: str = ""


def record(
    conversation: Conversation, flow: Flow, given: Sequence[str], began: datetime, done: Sequence[Done]
) -> Recorded:
    """The test that a talk makes. ``given`` are things like ``nickname = Sam``; ``began`` is an instant."""
    began = began.replace(second=0, microsecond=0)
    replay = _Replay(conversation, flow, given, began)
    left_out = next((each.line for each in done if not replay.goes_like(each)), "")
    local = timing.local(began, conversation.library.service.time_zone)
    starts = [f"@ {local:%Y-%m-%d %H:%M}"]
    if not any(_DATED.match(line) for line in replay.talk):
        starts = ["", f"@ {local:%a %H:%M}", *starts]  # a test that names no date reads best

    def passes(given: Sequence[str], start: str) -> bool:
        return run_transcript(conversation, flow, _transcript(flow, given, _talk(start, replay.talk))) is None

    start = next((start for start in starts[:-1] if passes(given, start)), starts[-1])
    needed = list(given)
    for each in given:
        value = each.partition("=")[2].strip()
        fewer = [other for other in needed if other != each]
        if not each.startswith("channel ") and not replay.says(value) and passes(fewer, start):
            needed = fewer
    return Recorded(", ".join(needed), _talk(start, replay.talk), left_out)


def fragment(text: str, values: Sequence[str] = ()) -> str:
    """A few words to know a message by: none that change with the day, the hour, or with what somebody said.

    >>> fragment("Thanks Sam. I've asked a mentor to get in touch by 14:00 on Monday.", ["Sam"])
    "I've asked a mentor to get in touch"
    """
    said = {word.casefold() for value in values for word in value.split()} - {"yes", "no"}
    runs: list[list[str]] = [[]]
    for word in text.split():
        bare = word.strip(".,:;!?()[]\"'“”‘’*")
        if _CHANGES.search(word) or bare.casefold() in said:
            runs.append([])
            continue
        runs[-1].append(word)
        if len(runs[-1]) > 3 and word[-1] in ".?!":
            runs.append([])
    best = next((run for run in runs if len(run) > 3), max(runs, key=len))[:MOST_WORDS]
    found = " ".join(best).strip(" .,:;!?=*")
    return found if has(text, found) and not found.startswith("asks ") else ""


def _talk(start: str, lines: Sequence[str]) -> tuple[str, ...]:
    return (start, *lines) if start else tuple(lines)


def _transcript(flow: Flow, given: Sequence[str], talk: Sequence[str]) -> Transcript:
    place = Place(flow.place.file, 1)
    return Transcript("", ", ".join(given), tuple((place, line) for line in talk), place)


@dataclass(slots=True)
class _Replay:
    """The same talk once more, in the test's own world; ``talk`` is what has been written down of it."""

    conversation: Conversation
    flow: Flow
    given: Sequence[str]
    began: datetime
    talk: list[str] = field(default_factory=list)
    rehearsal: Rehearsal = field(init=False)
    _texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rehearsal = Rehearsal.of(self.conversation, self.flow, _transcript(self.flow, self.given, ()))
        self.rehearsal.now = self.began

    def says(self, value: str) -> bool:
        """Whether the bot has said this value."""
        return any(value in text for text in self._texts) and value not in ("yes", "no")

    def goes_like(self, done: Done) -> bool:
        """Do the same thing. Where it brings what it brought before, write it down."""
        rehearsal = self.rehearsal
        before, found, answers = len(rehearsal.happened), len(rehearsal.findings), dict(rehearsal.answers)
        line = self._written(done)
        rehearsal.bubbles.clear()
        if line:
            rehearsal.line(line)
        elif self.flow.name != WELCOME:
            rehearsal.begun = True
            rehearsal.take(rehearsal.conversation.start(rehearsal.scene(), self.flow.name))
        says = list(rehearsal.bubbles)
        marks = [self._mark(say) for say in says]
        if len(says) != len(done.heard) or any(
            words and not has(heard, words) for (_, words), heard in zip(marks, done.heard, strict=True)
        ):
            return False
        self._texts += [say.text for say in says]
        self.talk += [line] if line else []
        self.talk += [mark for mark, _ in marks]
        self.talk += ["! nothing sent"] if line and not says else []
        self.talk += self._facts(line, before, found, answers)
        return True

    def _written(self, done: Done) -> str:
        if done.line != NEXT:
            return done.line
        session = self.rehearsal.session()
        waiting = session.waiting.due if session is not None else None
        booked = min((each.due for each in self.rehearsal.bookings), default=None) if session is None else None
        due = waiting or booked
        minutes = -((self.rehearsal.now - due if due is not None else -done.jump) // timedelta(minutes=1))
        return f"@ +{minutes // 60}h" if minutes % 60 == 0 else f"@ +{minutes}m"

    def _mark(self, say: Say) -> tuple[str, str]:
        """The line that expects this message, and the words that it is known by."""
        words = fragment(say.text, [*self.rehearsal.person.values.values()])
        if say.asks:
            return f"< asks {say.asks}", words
        return f"< {words or '*'}", words

    def _facts(self, line: str, before: int, found: int, answers: dict[str, str]) -> Iterator[str]:
        """What happened besides: how an answer was understood where it was not typed so, alerts, what was booked."""
        rehearsal = self.rehearsal
        typed = line[1:].strip().casefold() if line.startswith(">") else None
        for finding in rehearsal.findings[found:]:
            yield f"! crisis {finding.split(' ')[0]}"
        for name, value in rehearsal.answers.items():
            flow, dot, rest = name.partition(".")
            hidden = flow.startswith("*")  # what a walk keeps for itself (flows/talking/answers.py)
            if dot and not hidden and typed not in (None, value.casefold()) and answers.get(name) != value:
                yield f"! saved {rest} = {value}"
        for effect in rehearsal.happened[before:]:
            if (
                isinstance(effect, Remember)
                and effect.value is not None
                and effect.name != LAST_SEARCH  # likewise
                and typed not in (None, effect.value.casefold())
            ):
                yield f"! remembered {effect.name} = {effect.value}"
            elif name := named(effect)[0]:
                yield f"! {name}"
        if rehearsal.saved is None and any(isinstance(each, Ended) for each in rehearsal.happened[before:]):
            yield "! end"
