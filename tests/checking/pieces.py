"""Pieces that flows are put together from, and what the checks say about such a flow."""

from __future__ import annotations

from datetime import date

from flows.checking.static import check_library
from flows.wording import Problem
from tests.reading.folder import flow_text, reading_of, told

HEAD = "no_reply:\n  close: 24 hours\n"
TODAY = date(2026, 11, 22)


def found(steps: str, head: str = HEAD, more: dict[str, str | bytes | None] | None = None) -> list[Problem]:
    """What the checks say about a flow that reads well."""
    reading = reading_of({"flows/talk.yaml": flow_text(steps, head), **(more or {})})
    assert reading.library is not None, told(reading.problems)
    return [problem for problem in check_library(reading, TODAY) if problem.place.file == "flows/talk.yaml"]


YES_NO = "- ask: Well? Y or N\n  save: well\n  answer: yes or no\n"
SCALE = "- ask: How are you?\n  save: mood\n  scale: 1 rough to 5 good\n"
PERSON = "- say: Text MENTOR to reach a person.\n"
NUMBER = "- ask: How many?\n  save: number\n  answer: number 1 to 9\n"
AGE = "- ask: Are you 18 or over? Y or N\n  remember: adult\n  answer: yes or no\n"
CONSENT = "- ask: Tell a mentor? Y or N\n  remember: consent_mentor\n  answer: yes or no\n"
CHOICES = "- ask: Which?\n  save: which\n  choices:\n"
THANKS = "- say: Thanks.\n"
AIM = "- ask: Goal?\n  save: aim\n  answer: text up to 20\n"
UNANSWERED_ENDS = "  when:\n    not answered:\n      - end: x\n"
FIND = "- find: groups\n  ask: Which?\n  save: group\n"
LOW = "- if: mood not answered or mood at most 2\n  then:\n"
SCHEDULED = f"starts: schedule\n{HEAD}"


def inside(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip("\n").split("\n"))
