"""Somebody talking to a small content folder, line by line as in the tests beside a flow."""

from __future__ import annotations

from typing import TypeVar

from bot.content import geography
from flows.checking.transcripts import Rehearsal
from flows.content import Transcript
from flows.effects import Effect, Submit
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from flows.wording import Place
from tests.reading.folder import flow_text, folder, told

T = TypeVar("T", bound=Effect)


def conversation(changes: dict[str, str | bytes | None]) -> Conversation:
    """The small folder with these changes, ready to talk."""
    reading = read_library(folder(changes))
    assert reading.library is not None, told(reading.problems)
    return Conversation(reading.library, geography())


def talking(steps: str, given: str = "", **files: str) -> Rehearsal:
    """Somebody for whom the flow ``talk`` of these steps is about to start."""
    changes: dict[str, str | bytes | None] = {"flows/talk.yaml": flow_text(steps)}
    changes |= {f"{name}.yaml": text for name, text in files.items()}
    talker = conversation(changes)
    flow = talker.library.flows["talk"]
    return Rehearsal.of(talker, flow, Transcript("a test", given, (), Place("talk", 1)))


def talk(rehearsal: Rehearsal, lines: str) -> Rehearsal:
    """Goes through the lines; raises Astray where the talk goes another way."""
    for line in lines.strip().splitlines():
        rehearsal.line(line.strip())
    return rehearsal


def happened(rehearsal: Rehearsal, kind: type[T]) -> list[T]:
    """What came of the talk so far, of one kind."""
    return [effect for effect in rehearsal.happened if isinstance(effect, kind)]


def handed_in(rehearsal: Rehearsal) -> list[Submit]:
    return happened(rehearsal, Submit)
