"""Runs the conversation tests that stand at the foot of a flow.

The same Conversation that answers real people is asked; the session is saved and loaded between every two lines.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime, timedelta
from datetime import time as Clock

from flows import session_json, timing
from flows.content import Flow, Library, Transcript
from flows.effects import (
    BookLater,
    Effect,
    Ended,
    ForgetMe,
    OpenAlert,
    Rated,
    Referred,
    Remember,
    Say,
    Submit,
    Turn,
    Unmet,
)
from flows.model import Channel, Heard, Inbound, Participant, Session
from flows.reading.values import read_length
from flows.statuses import PersonStatus
from flows.talking.booking import carried_answers
from flows.talking.conversation import WELCOME, Conversation, Scene
from flows.talking.person import person_after
from flows.wording import Level, Problem

A_MONDAY = datetime(2026, 11, 2)  # noqa: DTZ001 - a local date, given its zone below
_JUMP = re.compile(r"\+\s*(\d+)\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)")
_WEEKDAY = re.compile(r"([A-Za-z]{3,9})\s+(\d{1,2}):(\d\d)")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\s+(\d{1,2}):(\d\d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def run_transcripts(conversation: Conversation) -> tuple[Problem, ...]:
    """Every test of every flow; one problem for each that fails, at the line where it did."""
    problems = []
    for flow in conversation.library.flows.values():
        for test in flow.tests:
            failure = run_transcript(conversation, flow, test)
            if failure is not None:
                problems.append(failure)
    return tuple(problems)


def run_transcript(conversation: Conversation, flow: Flow, test: Transcript) -> Problem | None:
    """None when the conversation goes as written; else where it did not, what was expected and what happened."""
    place = test.place
    try:
        rehearsal = Rehearsal.of(conversation, flow, test)
        for place, line in test.talk:  # noqa: B007 - where it stood when it went astray
            rehearsal.line(line)
    except Astray as astray:
        return Problem(place, Level.ERROR, "test", f"the test “{test.name}” goes another way: {astray}", astray.fix)
    except Exception as error:
        # whatever content can make the program do, check says where and goes on with the rest
        what = f"the test “{test.name}” made the program stumble ({type(error).__name__}: {error})"
        return Problem(place, Level.ERROR, "test", what, "change the line above it, and tell whoever runs the program.")
    return None


def _one_line(text: str) -> str:
    """A message with its choices, as a problem says it: one line each."""
    return " / ".join(text.split("\n"))


class Astray(Exception):
    """The conversation did not go as the test says."""

    def __init__(self, what: str, fix: str = "change the test, or the flow above it.") -> None:
        super().__init__(what)
        self.fix = fix


@dataclass
class Rehearsal:
    """One person talking to the bot, with a clock that the test moves."""

    conversation: Conversation
    flow: Flow
    person: Participant
    now: datetime
    saved: str | None = None  # the session, as it would be stored
    begun: bool = False
    bubbles: deque[Say] = field(default_factory=deque)
    happened: list[Effect] = field(default_factory=list)
    bookings: list[BookLater] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    rated: list[tuple[datetime, Rated]] = field(default_factory=list)
    number: int = 0

    @classmethod
    def of(cls, conversation: Conversation, flow: Flow, test: Transcript) -> Rehearsal:
        given = read_given(test.given)
        zone = conversation.library.service.time_zone
        now = timing.at_local(A_MONDAY.date(), Clock(10, 0), zone)
        directory = given.pop("directory", "")
        if directory:
            rows = conversation.library.groups
            kept = tuple(row for row in rows if row.at is not None and row.at.file.endswith(directory))
            conversation = conversation.with_groups(() if directory == "none" else kept)
        rated = take_rated(given, conversation.library, now)
        look = given.pop("channel", "sms")
        channel = Channel.PRACTICE_TELEGRAM if look == "telegram" else Channel.PRACTICE
        joined = PersonStatus.STRANGER if flow.name == WELCOME else PersonStatus.ACTIVE
        status = PersonStatus(given.pop("status", joined))
        person = Participant(
            id=1,
            status=status,
            channel=channel,
            language=given.pop("language", "en"),
            joined_at=None if status is PersonStatus.STRANGER else now - timedelta(days=30),
            stopped_at=now - timedelta(days=1) if status is PersonStatus.STOPPED else None,
            has_mentor=given.pop("alone", "no") != "yes",
            values=given,
        )
        return cls(conversation, flow, person, now, rated=rated)

    # ------------------------------------------------------------ a line of the test

    def line(self, line: str) -> None:
        mark, rest = line[:1], line[1:].strip()
        if mark in "<!" and not self.begun:
            self.begun = True
            self.take(self.conversation.start(self.scene(), self.flow.name))
        match mark:
            case ">":
                self.person_sends(rest)
            case "<":
                self.bot_says(line[1:])
            case "@":
                self.clock_moves(rest)
            case "!":
                self.fact(rest)
            case "#" | "":
                pass
            case _:
                raise Astray(f"“{line}” starts with no mark", "start it with > < @ ! or #.")

    def person_sends(self, text: str) -> None:
        self.begun = True
        self.number += 1
        heard = Inbound(
            channel=self.person.channel,
            provider_id=str(self.number),
            address="+447700900001",
            kind=Heard.TEXT,
            text=text,
            sent_at=self.now,
        )
        self.bubbles.clear()
        self.take(self.conversation.hear(self.scene(), heard, self.conversation.screened(heard)))

    def bot_says(self, expected: str) -> None:
        expected = expected.lstrip()
        if expected.startswith("!"):
            banned = expected[1:].strip()
            if self.bubbles and has(self.bubbles[0].text, banned):
                raise Astray(f"the next message should not hold “{banned}”. It is: {self.bubbles[0].text}")
            return
        if expected.startswith("asks "):
            self.asks(expected[5:].strip())
            return
        if not self.bubbles:
            raise Astray(f"expected a message with “{expected}”. Nothing was sent")
        said = self.bubbles.popleft().text
        exact = expected.startswith("=")
        wanted = expected[1:].strip() if exact else expected.strip()
        if wanted != "*" and not (said.strip() == wanted if exact else has(said, wanted)):
            raise Astray(f"expected “{wanted}”. The message is: {_one_line(said)}")

    def asks(self, name: str) -> None:
        while self.bubbles:
            said = self.bubbles.popleft()
            if said.asks:
                if said.asks == name:
                    return
                raise Astray(f"expected the question {name}. It asks {said.asks}: {_one_line(said.text)}")
        raise Astray(f"expected the question {name}. Nothing more was asked")

    # ------------------------------------------------------------ time

    def clock_moves(self, written: str) -> None:
        target = self.moment(written)
        while True:
            session = self.session()
            due = [booking.due for booking in self.bookings if session is None]
            if session is not None and session.waiting.due is not None:
                due.append(session.waiting.due)
            if not due or min(due) > target:
                break
            self.now = max(self.now, min(due))
            if session is not None:
                self.take(self.conversation.time_out(self.scene()))
            else:
                booking = min(self.bookings, key=lambda each: each.due)
                self.bookings.remove(booking)
                self.take(self.conversation.start(self.scene(), booking.flow, carried_answers(booking.answers)))
        self.now = target

    def moment(self, written: str) -> datetime:
        zone = self.conversation.library.service.time_zone
        found = read_moment(written, self.now, zone, back=not self.begun)
        if found is None:
            raise Astray(f"“@ {written}” is no time", "write @ Mon 10:00, @ +26h or @ 2026-10-25 01:30.")
        return found

    # ------------------------------------------------------------ facts

    def fact(self, written: str) -> None:
        if written == "nothing sent":
            if self.bubbles:
                raise Astray(f"expected nothing to be sent. It says: {self.bubbles[0].text}")
        elif written == "end":
            if self.saved is not None:
                raise Astray("expected the flow to be over. A question is still open")
        elif written.startswith("saved "):
            self.holds(written[6:], self.answers, "saved")
        elif written.startswith("remembered "):
            self.holds(written[11:], self.remembered(), "remembered")
        elif written.startswith("crisis "):
            if not any(finding.startswith(written[7:].strip() + " ") for finding in self.findings):
                raise Astray(f"expected a {written}. The screen found {', '.join(self.findings) or 'nothing'}")
        else:
            facts = [named(effect) for effect in self.happened]
            if not any(written in (name, *also) for name, *also in facts if name):
                known = "; ".join(name for name, *_ in facts if name) or "nothing"
                raise Astray(f"expected “{written}”. What happened: {known}")

    def holds(self, written: str, values: Mapping[str, str], verb: str) -> None:
        name, _, wanted = (part.strip() for part in written.partition("="))
        if values.get(name) != wanted:
            raise Astray(f"expected {name} to be {verb} as {wanted}. It is {values.get(name, 'not there')}")

    def remembered(self) -> dict[str, str]:
        return {e.name: e.value for e in self.happened if isinstance(e, Remember) and e.value is not None}

    # ------------------------------------------------------------ what came of it

    def scene(self) -> Scene:
        return Scene(self.person, self.session(), self.now, past=lambda: self.rated)

    def session(self) -> Session | None:
        return session_json.load(self.saved) if self.saved is not None else None

    def take(self, turn: Turn) -> None:
        self.saved = session_json.dump(turn.session) if turn.session is not None else None
        if turn.finding:
            self.findings.append(turn.finding)
        self.person = person_after(self.person, turn.effects, self.now)
        self.happened.extend(turn.effects)
        answers = [turn.session.answers] if turn.session else []
        for effect in turn.effects:
            if isinstance(effect, Say):
                self.bubbles.append(effect)
            elif isinstance(effect, Rated):
                self.rated.append((self.now, effect))
            elif isinstance(effect, BookLater):
                self.bookings.append(effect)
            elif isinstance(effect, Ended):
                answers.append(effect.answers)
        for given in answers:
            for flow, values in given.items():
                self.answers.update({f"{flow}.{name}": value for name, value in values.items()})
                self.answers.update(values)


def read_moment(written: str, now: datetime, zone: str, *, back: bool = False) -> datetime | None:
    """The instant that ``+26h``, ``Mon 10:00`` or ``2026-10-25 01:30`` means; None where it is no time.

    A weekday is the next one ahead, but with ``back`` the one of today even where its hour has passed.
    """
    try:
        if jump := _JUMP.fullmatch(written):
            return now + int(jump[1]) * _UNITS[jump[2][0]]
        if date := _DATE.fullmatch(written):
            year, month, day, hour, minute = (int(part) for part in date.groups())
            return timing.at_local(Date(year, month, day), Clock(hour, minute), zone)
        if weekday := _WEEKDAY.fullmatch(written):
            number = timing.weekday_named(weekday[1])
            if number is not None:
                today = timing.local(now, zone).date()
                clock = Clock(int(weekday[2]), int(weekday[3]))
                wanted = today + timedelta(days=(number - today.weekday()) % 7)
                at = timing.at_local(wanted, clock, zone)
                return at if at >= now or back else timing.at_local(wanted + timedelta(weeks=1), clock, zone)
    except (ValueError, OverflowError):  # the 31st of February, 25 o'clock, a million weeks
        pass
    return None


def read_given(written: str) -> dict[str, str]:
    """``nickname = Sam, channel = telegram`` as a table."""
    given = {}
    for part in written.split(","):
        name, equals, value = part.partition("=")
        if equals:
            given[name.strip()] = value.strip()
    return given


def take_rated(given: dict[str, str], library: Library, now: datetime) -> list[tuple[datetime, Rated]]:
    """``rated 12 weeks ago = mind 3; home skip`` and ``rated = mind 6``, taken out of ``given``: oldest first."""
    found: list[tuple[datetime, Rated]] = []
    for name in [name for name in given if name.split(" ")[0] == "rated"]:
        written = name.removeprefix("rated").strip()
        ago = read_length(written.removesuffix("ago").strip()) if written else timedelta(0)
        if ago is None:
            raise Astray(f"“{name}” is no time", "write rated 12 weeks ago = mind 3; home 5")
        for part in given.pop(name).split(";"):
            item, _, value = part.strip().partition(" ")
            instrument = next((each for each in library.instruments.values() if item in each.items), None)
            if instrument is None or not (value == "skip" or value.isdecimal()):
                raise Astray(f"“{part.strip()}” is no answer to an item", "write rated 12 weeks ago = mind 3; home 5")
            number = None if value == "skip" else int(value)
            found.append((now - ago, Rated(instrument.name, instrument.version, item, number)))
    return sorted(found, key=lambda each: each[0])


def named(effect: Effect) -> tuple[str, ...]:
    """What a test may call this effect: its full name, then shorter ones."""
    match effect:
        case OpenAlert(policy=policy, within=within):
            limit = f"alert {policy} within {spoken_length(within)}" if within else f"alert {policy}"
            return (limit, f"alert {policy}")
        case BookLater(flow=flow):
            return (f"later {flow}",)
        case Submit(queue=queue):
            return (f"submitted {queue}",)
        case Referred(status=status, why=why, company=company):
            came = "company wanted" if company else str(status)
            return (f"referral {came} why {why}", f"referral {came}") if why else (f"referral {came}",)
        case Unmet():
            return ("unmet need",)
        case ForgetMe():
            return ("forget me",)
        case _:
            return ("",)


def spoken_length(length: timedelta) -> str:
    """A length as content writes it: 24 hours, 3 days."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    if rest:
        return f"{int(length.total_seconds()) // 60} minutes"
    if hours % 24 == 0 and hours > 48:
        return f"{hours // 24} days"
    return f"{hours} hours" if hours != 1 else "1 hour"


def has(text: str, wanted: str) -> bool:
    """Whether a message holds the wanted words, whatever their case or line breaks."""
    return " ".join(wanted.split()).casefold() in " ".join(text.split()).casefold()
