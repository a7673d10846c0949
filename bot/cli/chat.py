"""``fingerpost chat``: the practice phone in the terminal. Nothing is kept, and nobody is reached."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import typer

from bot import logs
from bot.app import App
from bot.cli import saving
from bot.cli.opening import say_what_to_mend
from bot.config import read_settings
from bot.content import load_folder
from bot.practice.phones import NUMBERS, Bubble, Phone, State, cost, parts_and_price, price, spoken
from bot.practice.room import LONGEST_TEXT, Room
from flows import timing
from flows.checking.transcripts import read_moment
from flows.content import Library
from flows.effects import BookLater
from flows.errors import ContentError, StorageError
from flows.model import Look
from flows.reading.problems import did_you_mean
from flows.recording import Done
from flows.statuses import PersonStatus
from flows.talking.conversation import WELCOME
from storage import alerts, bookings, people, submissions
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.statements import Db

NICKNAME = "Sam"  # what somebody is called who has joined before the first line
FARTHEST = timedelta(days=366)


def chat(flow: str, look: str, save: str = "") -> int:
    """Talk until Ctrl-D; then write the talk down as the test ``save``, if it has a name.

    The exit status: 0, 1 when the test could not be written, 2 when the content or what was asked for cannot be used.
    """
    if look not in tuple(Look):
        typer.echo(f"A phone cannot look like {look}. Type --as sms or --as telegram.", err=True)
        return 2
    # only the folder: whatever else is set belongs to the real service, which a practice talk must not reach
    given = read_settings({"CONTENT_DIR": os.environ.get("CONTENT_DIR", "")})
    try:
        checked = load_folder(given.content_dir, tests=False)  # a test that is out of date is written anew here
    except ContentError as error:
        say_what_to_mend(given.content_dir, error)
        return 2
    assert checked.conversation is not None
    library = checked.conversation.library
    if flow and flow not in library.flows:
        typer.echo(f"There is no flow {flow}: {did_you_mean(flow, library.flows)}", err=True)
        return 2
    about = library.flows[flow or WELCOME]
    if fault := saving.fault_of_name(save, about) if save else "":
        typer.echo(fault, err=True)
        return 2
    logs.configure(given.log_format)
    logging.getLogger().setLevel(logging.ERROR)  # a turn that fails is worth a line here; that all is well is not
    with Database.open("sqlite://", Keyring.generate(), inline=True) as database, asyncio.Runner() as runner:
        app = App(given, database, checked)
        runner.run(app.go_live(checked))
        talk = Talk(Room(app), Phone(NUMBERS[0], Look(look)), library)
        broken_off = False
        try:
            runner.run(talk.begin(flow))
            for line in lines_typed():
                runner.run(talk.hear(line))
        except KeyboardInterrupt:
            broken_off = True
            typer.echo()
        runner.run(app.inlet.close())
        typer.echo(f"{talk.total()}.")
    if not save:
        return 0
    if broken_off:
        typer.echo("Ctrl-C leaves without writing a test. Ctrl-D writes it.", err=True)
        return 1
    return saving.save(given.content_dir, about.name, save, talk.given, talk.began, talk.done)


def lines_typed() -> Iterator[str]:
    """What is typed, line by line, until Ctrl-D. Lines that come through a pipe are shown, as if they were typed."""
    by_hand = sys.stdin is not None and sys.stdin.isatty()
    while True:
        try:
            line = input("> " if by_hand else "")
        except EOFError:
            if by_hand:
                typer.echo()
            return
        except UnicodeDecodeError:
            typer.echo("That line is not text that can be read (UTF-8).", err=True)
            continue
        if not by_hand:
            typer.echo(f"> {line}")
        yield line


class Talk:
    """One phone in the terminal."""

    def __init__(self, room: Room, phone: Phone, library: Library) -> None:
        self.room = room
        self.phone = phone
        self.library = library
        self.given: list[str] = ["channel = telegram"] if phone.look is Look.TELEGRAM else []
        self.began = room.clock()
        self.done: list[Done] = []  # the talk so far, as a test could tell it
        self._printed: dict[str, Bubble] = {}
        self._facts: set[int] = set()
        self._parts = 0  # sent so far

    # ------------------------------------------------------------ what is typed

    async def begin(self, flow: str) -> None:
        """Say how it works, and start ``flow`` if one was named."""
        service = self.library.service
        now = self.room.clock()
        if timing.is_quiet(now, "", service):
            # at night the bot starts nothing, and who tries a flow out wants to see it
            await self.room.move(timing.quiet_ends(now, "", service))
        tap = " [Yes] taps a button." if self.phone.look is Look.TELEGRAM else ""
        aside(f"Practice: nothing is kept and nobody is reached. Type what you would text.{tap}")
        aside("@ +26h or @ Mon 10:00 moves the clock. @ goes on to the next thing. Ctrl-D ends.")
        self.say_time()
        self.began = self.room.clock()
        if flow == WELCOME:
            typer.echo("> JOIN")
            await self.hear("JOIN")
        elif flow:
            await self.start(flow)

    async def hear(self, line: str) -> None:
        """Do what one line asks for, and show what came of it."""
        line = line.strip()
        if not line:
            return
        before = self.room.clock()
        written = ""
        try:
            if line.startswith("@"):
                if await self.move(line[1:].strip()):
                    written = f"@ {line[1:].strip()}".strip()
            elif (data := self.button(line)) is not None:
                await self.room.tap(self.phone, data)
                written = f"> {line[1:-1].strip()}"
            elif len(line) > LONGEST_TEXT:
                aside(f"A text can be {LONGEST_TEXT} characters long, and this one has {len(line)}.")
            else:
                await self.room.send(self.phone, line)
                written = f"> {line}"
        except StorageError as error:
            aside(str(error))
        heard = await self.show()
        if written:
            self.done.append(Done(written, heard, self.room.clock() - before))

    def button(self, line: str) -> str | None:
        """What the button holds that ``[Yes]`` names, the newest first; None where it names none."""
        label = line[1:-1].strip().casefold()
        if self.phone.look is not Look.TELEGRAM or not (line.startswith("[") and line.endswith("]")):
            return None
        shown = (button for bubble in reversed(self.bubbles()) for button in bubble.buttons)
        return next((button.data for button in shown if button.label.casefold() == label), None)

    async def start(self, flow: str) -> None:
        """Begin a flow as somebody who has joined and said yes to everything."""
        now = self.room.clock()
        await self.room.app.database.run(partial(self._book, flow=flow, now=now))
        await self.room.catch_up()
        self.done.append(Done("", await self.show()))
        if not self._printed:
            aside(f"{flow} starts nothing for somebody who has said yes to everything: see its only_if.")

    def _book(self, db: Db, flow: str, now: datetime) -> None:
        contact = people.create_strangers(db, [(self.phone.channel, self.phone.address)], now)[
            self.phone.channel, self.phone.address
        ]
        assert contact.participant is not None
        agreed = {name: "yes" for name, variable in self.library.variables.items() if variable.kind == "consent"}
        called = {"nickname": NICKNAME} if "nickname" in self.library.variables else {}
        self.given += [f"{name} = {value}" for name, value in {**called, **agreed}.items()]
        person = PersonChange(
            id=contact.participant.id,
            status=PersonStatus.ACTIVE,
            joined_at=now,
            remembered=agreed,
            private=called,
        )
        people.save(db, [person], now)
        bookings.add(db, [(contact.participant.id, BookLater(flow, now))], now)

    async def move(self, written: str) -> bool:
        """Move the clock on: by a length, to a time, or to the next thing that happens. Whether it moved."""
        now = self.room.clock()
        if written:
            to = read_moment(written, now, self.library.service.time_zone)
            if to is None:
                aside(f"“@ {written}” is no time. Type @ +26h, @ Mon 10:00 or @ {now:%Y-%m-%d} 18:30.")
                return False
        else:
            coming = await self.room.coming()
            if coming is None:
                aside("Nothing is waiting to happen.")
                return False
            to = coming.at
        if not now <= to <= now + FARTHEST:
            aside("The clock only goes forward, and at most a year at a time.")
            return False
        await self.room.move(to)
        self.say_time()
        return True

    # ------------------------------------------------------------ what is shown

    def bubbles(self) -> tuple[Bubble, ...]:
        return self.room.memory.bubbles(self.phone)

    async def show(self) -> tuple[str, ...]:
        """Print every message that is new, or that stands otherwise than when it was printed. The new ones."""
        heard = []
        for bubble in await self.room.look(self.phone):
            before = self._printed.get(bubble.key)
            self._printed[bubble.key] = bubble
            if not bubble.mine and (before is None or before.state is not bubble.state):
                self.print(bubble, again=before is not None)
            if not bubble.mine and before is None and bubble.state is not State.NOT_SENT:
                heard.append(bubble.text)
        for fact, words in await self.room.app.database.run(self.facts):
            if fact not in self._facts:
                self._facts.add(fact)
                aside(words)
        return tuple(heard)

    def facts(self, db: Db) -> list[tuple[int, str]]:
        """What stands besides the messages, by id: alerts, what was handed in, what is booked."""
        return [
            *((each.id, f"! alert: {each.policy} ({each.about})") for each in alerts.unresolved(db)),
            *((each.id, f"! submitted: {each.queue} ({each.about})") for each in submissions.waiting(db)),
            *((each.id, f"! later: {each.flow}, {spoken(self.local(each.due_at))}") for each in bookings.waiting(db)),
        ]

    def print(self, bubble: Bubble, *, again: bool) -> None:
        typer.echo("< " + bubble.text.replace("\n", "\n  "))
        if bubble.buttons:
            typer.echo("  " + " ".join(f"[{button.label}]" for button in bubble.buttons))
        # after a move of the clock, a message may have come hours ago
        when = f"{self.local(bubble.at):%A %H:%M}, " if self.room.clock() - bubble.at > timedelta(minutes=1) else ""
        aside(f"  {when}{'now ' if again else ''}{self.note(bubble)}{self.so_far(bubble)}")

    def note(self, bubble: Bubble) -> str:
        match bubble.state:
            case State.HELD if bubble.until is not None:
                return f"held until {spoken(self.local(bubble.until))}"
            case State.NOT_SENT | State.UNKNOWN:
                return f"{bubble.state}: {bubble.why}"
            case _:
                return parts_and_price(bubble, self.library.service.price_per_text, self.phone.look)

    def so_far(self, bubble: Bubble) -> str:
        """What the whole talk has cost with this message; nothing for the first one, nor where texts are free."""
        if bubble.state is not State.SENT or self.phone.look is Look.TELEGRAM:
            return ""
        before, self._parts = self._parts, self._parts + bubble.parts
        return f", {price(self._parts, self.library.service.price_per_text)} so far" if before else ""

    def say_time(self) -> None:
        aside(f"It is {spoken(self.local(self.room.clock()))}.")

    def local(self, at: datetime) -> datetime:
        return timing.local(at, self.library.service.time_zone)

    def total(self) -> str:
        return cost(self.bubbles(), self.library.service.price_per_text, self.phone.look)


def aside(words: str) -> None:
    """Something that no phone shows."""
    typer.secho(words, dim=True)
