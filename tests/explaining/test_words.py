"""Why somebody did or did not get a message: every reason has a line of its own, and none is vague."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.ledger import CUT_SHORT
from bot.stepping import TALKING
from flows.content import Service
from flows.errors import Meaning
from flows.explaining import NOBODY, explain
from flows.history import Agreed, Became, Booked, Change, CheckIn, Crisis, History, Started, Told
from flows.reached import HELD_BACK
from flows.statuses import Because, BookingStatus, OutboxStatus, PersonStatus, SlotStatus
from tests.house.tree import ROOT

DAY = date(2027, 3, 3)  # a Wednesday, in winter time
NOTHING_DUE = "no check-in due: the next is 11:00 on Wednesday 10 March"
HELD = "held for quiet hours until 09:00 on Thursday 4 March"
SERVICE = Service(
    name="Demo",
    sender="Demo",
    area="",
    time_zone="Europe/London",
    languages=("en",),
    work_days=frozenset(range(5)),
    work_from=time(9),
    work_to=time(17),
    holidays=frozenset(),
    quiet_from=time(20),
    quiet_to=time(9),
    price_per_text=0,
    keep={},
    texts_a_day=9,
    texts_a_month=99,
    caseload={},
    written={},
)


def at(hour: int, minute: int = 0, *, day: int = 3) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


NOW = at(12)
SAM = History(
    status=PersonStatus.ACTIVE,
    created_at=at(9, day=1),
    joined_at=at(10, day=1),
    plan_at=at(11, day=10),
    agreed=(Agreed(at(10, day=1), True),),
)
SLOT = CheckIn(
    schedule="weekly check-in",
    local_date=DAY,
    due_at=at(10),
    until_at=at(20),
    status=SlotStatus.ANSWERED,
    asked_at=at(10, 4),
)
MESSAGE = Started(made_at=at(10), next_at=at(10), status=OutboxStatus.SENT, sent_at=at(10, 4))
ASKED = replace(SLOT, status=SlotStatus.ASKED, asked_at=None, message=MESSAGE)


def meaning_of(code: str) -> Meaning:
    return {"30003": Meaning.UNREACHABLE, "30005": Meaning.BAD_ADDRESS}.get(code, Meaning.UNREACHABLE)


def said(history: History | None, day: date = DAY, now: datetime = NOW) -> str:
    [line] = explain(history, day, service=SERVICE, meaning_of=meaning_of, now=now)
    return line.removeprefix("weekly check-in: ")


def of(slot: CheckIn, **changes: object) -> str:
    return said(replace(SAM, check_ins=(replace(slot, **changes),)))  # type: ignore[arg-type]


def message(**changes: object) -> str:
    return of(ASKED, message=replace(MESSAGE, **changes))  # type: ignore[arg-type]


# ---------------------------------------------------------------- a check-in


def test_a_check_in_that_was_asked_and_what_came_of_it() -> None:
    assert of(SLOT) == "sent 10:04 and answered"
    assert of(SLOT, status=SlotStatus.PARTLY) == "sent 10:04 and answered in part"
    missed = replace(SLOT, status=SlotStatus.MISSED, ended_at=at(10, 4, day=5))
    told = "sent 10:04, nobody replied (missed), staff alerted 10:04 on Friday 5 March"
    assert of(missed, told=Told.STAFF) == told
    assert of(missed, told=Told.STAFF, replied_at=at(18, day=6)) == f"{told}; they replied at 18:00 on Saturday 6 March"
    assert of(missed, told=Told.NOT_AGREED).endswith("nobody told: they have not agreed to that")
    assert of(missed, told=Told.NOBODY).endswith("nobody told: this one tells nobody")
    assert of(SLOT, asked_at=None) == "sent about 10:00 and answered"


def test_a_check_in_that_waits() -> None:
    waits = replace(SLOT, status=SlotStatus.WAITING, asked_at=None)
    assert of(waits, due_at=at(12)) == "due at 12:00, about to go"
    assert of(waits, reason="quiet hours", look_at=at(9, day=4)) == HELD
    assert (
        of(waits, reason=TALKING, look_at=at(12, 15)) == "waits, another conversation is open; looked at again at 12:15"
    )


def test_a_check_in_that_is_on_its_way() -> None:
    assert message() == "sent 10:04, no reply yet"
    assert message(status=OutboxStatus.QUEUED) == "about to go"
    assert message(status=OutboxStatus.QUEUED, next_at=at(9, day=4)) == HELD
    assert message(status=OutboxStatus.QUEUED, next_at=at(12, 5), reason="try later 429") == (
        "refused for now (the provider was too busy, and went on being so); tried again at 12:05"
    )
    assert message(status=OutboxStatus.QUEUED, next_at=at(12, 5)) == "goes at 12:05"
    assert message(status=OutboxStatus.SENDING) == "being sent"
    assert message(status=OutboxStatus.UNKNOWN) == "outcome unknown: it may have arrived"
    assert message(status=OutboxStatus.FAILED, reason="blocked 403") == "failed: they, or their network, block us"
    assert message(status=OutboxStatus.SUPPRESSED, reason="replied") == "not sent: they had just written to us"
    assert message(receipt="undelivered", code="30005") == (
        "did not arrive: the number or chat does not exist, or cannot take texts"
    )
    assert of(ASKED, message=None, asked_at=at(10, 4)) == "sent 10:04, no reply yet"


@pytest.mark.parametrize("meaning", Meaning)
def test_every_reason_of_a_carrier_has_words(meaning: Meaning) -> None:
    lost = of(SLOT, status=SlotStatus.UNDELIVERED, reason=f"{meaning} 30003")
    assert lost.startswith("did not arrive: ")
    assert of(SLOT, status=SlotStatus.UNDELIVERED, reason=str(meaning)) == lost
    assert of(SLOT, status=SlotStatus.NOT_SENT, reason=f"{meaning} 21408") == lost.replace("did not arrive", "not sent")
    assert "unknown" not in lost.replace("unknown to its network", "")


@pytest.mark.parametrize("because", Because)
def test_every_reason_of_ours_has_words_of_its_own(because: Because) -> None:
    line = of(SLOT, status=SlotStatus.EXCUSED, reason=str(because), asked_at=None)
    assert line.startswith("not sent: ")
    assert "unknown" not in line
    alike = {Because.STOP: Because.STOPPED, Because.PAUSE: Because.PAUSED}
    others = set(Because) - {because, alike.get(because), *(one for one, two in alike.items() if two is because)}
    assert line not in {of(SLOT, status=SlotStatus.EXCUSED, reason=str(one), asked_at=None) for one in others}
    assert of(SLOT, status=SlotStatus.EXCUSED, reason=str(because)).startswith("sent 10:04, then let go: ")
    assert of(SLOT, status=SlotStatus.NOT_SENT, reason=str(because), asked_at=None) == line


@pytest.mark.parametrize("reason", ["", "timeout", "stopped while sending", "nobody can know", "TimeoutError"])
def test_unknown_is_said_where_nobody_can_know(reason: str) -> None:
    line = of(SLOT, status=SlotStatus.UNDELIVERED, reason=reason)
    assert line == "outcome unknown: it may have arrived, and nobody replied"


def test_every_reason_that_the_program_writes_is_one_that_can_be_explained() -> None:
    written = set(CUT_SHORT) | set(HELD_BACK)
    for name in ("bot/checkins.py", "bot/booked.py", "bot/ledger.py", "bot/stepping.py", "storage/sessions.py"):
        written |= _reasons_in(ROOT / name)
    assert {"too late", "not for them", "erasing", "stopped", "unreadable", "no such flow"} <= written
    assert written - set(Because) == set()


def _reasons_in(path: Path) -> set[str]:
    """Words given as the reason of an end or of a hold, or returned as why nothing may start."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in ("Ended", "end", "Hold"):
            statuses = [part for part in node.args if "Status." in ast.unparse(part)]
            if statuses or _name(node.func) == "Hold":
                found |= {each.value for part in node.args if part not in statuses for each in _constants(part)}
        elif isinstance(node, ast.FunctionDef) and node.name == "may_start":
            returns = (each.value for each in ast.walk(node) if isinstance(each, ast.Return))
            found |= {each.value for each in returns if isinstance(each, ast.Constant)}
    return {word for word in found if isinstance(word, str)}


def _constants(part: ast.expr) -> list[ast.Constant]:
    return [each for each in ast.walk(part) if isinstance(each, ast.Constant)]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


# ---------------------------------------------------------------- other messages, and days with nothing due


def test_a_reminder_and_what_was_booked_are_told_beside_the_check_in() -> None:
    history = replace(SAM, check_ins=(SLOT,), others=(replace(MESSAGE, sent_at=at(11)),))
    assert explain(history, DAY, service=SERVICE, meaning_of=meaning_of, now=NOW) == (
        "weekly check-in: sent 10:04 and answered",
        "reminder or booked message: sent 11:00",
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "did-you-go: booked for 14:00"),
        (
            {"look_at": at(9, day=4)},
            "did-you-go: put off to 09:00 on Thursday 4 March: another conversation is open, or it was quiet hours",
        ),
        ({"status": BookingStatus.EXCUSED, "reason": "crisis"}, "did-you-go: not sent: a crisis was open"),
    ],
)
def test_what_was_booked_says_what_became_of_it(changes: dict[str, object], line: str) -> None:
    booked = Booked(flow="did-you-go", due_at=at(14), look_at=at(14), status=BookingStatus.WAITING)
    assert said(replace(SAM, booked=(replace(booked, **changes),))) == line  # type: ignore[arg-type]


STOPPED = Change(at(9, 30), Became.STOPPED)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, NOTHING_DUE),
        ({"plan_at": None}, "no check-in due, and none is to come"),
        ({"plan_at": NOW}, "no check-in due: the next is about to be worked out"),
        (
            {"check_ins": (replace(SLOT, local_date=date(2027, 3, 5), due_at=at(10, day=5)),)},
            "no check-in due: the next is 10:00 on Friday 5 March",
        ),
        ({"created_at": at(9, day=4)}, "had not written to us yet"),
        ({"joined_at": None}, "had not joined"),
        ({"joined_at": at(9, day=4)}, "had not joined"),
        ({"changes": (STOPPED,)}, "had sent STOP (09:30)"),
        (
            {"changes": (STOPPED, Change(at(11), Became.JOINED))},
            NOTHING_DUE,
        ),
        (
            {"changes": (Change(at(9, day=4), Became.STOPPED),)},
            NOTHING_DUE,
        ),
        ({"status": PersonStatus.STOPPED, "stopped_at": at(18, day=2)}, "had sent STOP (18:00 on Tuesday 2 March)"),
        ({"changes": (Change(at(9), Became.IN_DOUBT),)}, "was being asked whether the phone is still theirs"),
        ({"crises": (Crisis(at(8, day=2), None),)}, "a crisis was open"),
        ({"crises": (Crisis(at(8, day=2), at(1)),)}, "a crisis was open"),
        (
            {"crises": (Crisis(at(8, day=2), at(23, day=2)),)},
            NOTHING_DUE,
        ),
        ({"crises": (Crisis(at(13), None),)}, NOTHING_DUE),
        ({"changes": (Change(at(9, day=2), Became.PAUSED, date(2027, 3, 8)),)}, "paused until Monday 8 March"),
        (
            {"changes": (Change(at(9, day=2), Became.PAUSED, DAY),)},
            NOTHING_DUE,
        ),
        (
            {"changes": (Change(at(9, day=2), Became.PAUSED, date(2027, 3, 8)), Change(at(9), Became.PAUSED, None))},
            NOTHING_DUE,
        ),
        ({"paused_until": date(2027, 3, 8)}, "paused until Monday 8 March"),
        ({"agreed": ()}, "had not agreed to check-ins"),
        ({"agreed": (Agreed(at(10, day=1), True), Agreed(at(10, day=2), False))}, "had not agreed to check-ins"),
        (
            {"agreed": (Agreed(at(10, day=1), False), Agreed(at(11), True))},
            NOTHING_DUE,
        ),
        ({"leaving": True}, "asked to be erased: nothing is started with them"),
    ],
)
def test_a_day_with_nothing_due_says_why(changes: dict[str, object], line: str) -> None:
    assert said(replace(SAM, **changes)) == line  # type: ignore[arg-type]


def test_somebody_erased_or_never_there_is_said_to_be_so() -> None:
    assert said(None) == NOBODY


def test_a_day_is_the_person_s_own() -> None:
    abroad = replace(SAM, time_zone="Asia/Tokyo", changes=(Change(at(16, day=2), Became.STOPPED),))
    assert said(abroad) == "had sent STOP (01:00)"
    assert said(abroad, date(2027, 3, 2)).startswith("no check-in due")
    over = replace(SAM, time_zone="Asia/Tokyo", crises=(Crisis(at(8, day=1), at(16, day=2)),))
    assert said(over) == "a crisis was open", "it ended at one in the morning of that day"
