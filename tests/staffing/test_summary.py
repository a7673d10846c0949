"""The morning summary: on working days, once, codes and counts and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import summary
from flows.content import Feed
from storage import directory
from storage.statements import Db
from tests.staffing.room import ANA, BEN, CAI, SAM, Room

TUESDAY = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 7, 9, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)


def summarises(room: Room, at: datetime) -> int:
    room.table.now = at
    return room.table.database.run_now(lambda db: summary.summarise(db, room.table.desk, at))


def summaries(room: Room, phone: str, since: int) -> list[str]:
    room.table.deliver()
    sent = room.table.sent[since:]
    return [each.text for each in sent if each.address == phone and each.about.startswith("summary")]


def test_whoever_has_something_hears_codes_and_nobody_else_does(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    before = room.now
    assert summarises(room, TUESDAY) == 2
    assert summaries(room, BEN, before) == [
        f"Good morning. Yours: {code}. Waiting for you: none. Text WHO and a code to see more."
    ]
    assert summaries(room, CAI, before) == []
    assert summaries(room, ANA, before) == [
        "The whole service: 0 open, 1 taken, 0 missed since Monday, 0 lost contact."
    ]


def test_it_is_sent_once_a_day_whoever_asks(room: Room) -> None:
    room.asks_for_mentor()
    room.told(BEN)
    before = room.now
    assert summarises(room, TUESDAY) == 2
    assert summarises(room, TUESDAY) == 0
    # another worker that had not seen the mark yet
    from storage import marks

    room.table.database.run_now(lambda db: marks.drop(db, "morning summary"))
    summarises(room, TUESDAY)
    assert len(summaries(room, BEN, before)) == 1


def test_with_nothing_open_nobody_is_disturbed(room: Room) -> None:
    assert summarises(room, TUESDAY) == 0


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (TUESDAY.replace(hour=8, minute=59), 0),
        (TUESDAY, 2),
        (TUESDAY.replace(hour=10, minute=59), 2),
        (TUESDAY.replace(hour=11), 0),  # no morning any more
        (SATURDAY, 0),
        (HOLIDAY, 0),
    ],
)
def test_it_comes_at_the_start_of_a_working_day(room: Room, at: datetime, sent: int) -> None:
    room.asks_for_mentor()
    room.told(BEN)
    assert summarises(room, at) == sent


def test_whoever_is_off_hears_nothing(room: Room) -> None:
    room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "off till friday")
    before = room.now
    summarises(room, TUESDAY)
    assert summaries(room, BEN, before) == []


def test_nothing_of_the_person_is_in_it(room: Room) -> None:
    room.says(SAM, "want to die")
    room.told(ANA)
    before = room.now
    summarises(room, TUESDAY)
    said = " ".join(summaries(room, ANA, before))
    assert "1 open" in said
    assert "Sam" not in said
    assert "die" not in said
    assert "Person" not in said


def sources_in_trouble(room: Room) -> None:
    """A source that service.yaml names could not be read for two days."""
    feed = Feed("kent-aa", "bmlt", "https://example.org/x")
    live = room.table.desk.live
    service = replace(live.library.service, sources=(feed,))
    room.table.desk.live = live.with_library(replace(live.library, service=service))

    def unit(db: Db) -> None:
        directory.replace(db, feed, b"[1]", 0, TUESDAY - timedelta(days=2))
        directory.failed(db, "kent-aa", "it is away", TUESDAY)

    room.table.database.run_now(unit)


def test_coordinators_hear_of_a_source_that_cannot_be_read(room: Room) -> None:
    sources_in_trouble(room)
    before = room.now
    assert summarises(room, TUESDAY) == 1
    assert summaries(room, ANA, before) == [
        "The directory. To check: 0. Sources not read: 1. Type fingerpost directory check-next."
    ]


def test_what_is_to_be_checked_is_told_once_a_week(room: Room) -> None:
    """On the first day at work of a week, whichever that is."""
    room.table.desk.restock((replace(room.table.desk.live.library.groups[0], sample=False, checked=None),), {})
    before = room.now
    assert summarises(room, TUESDAY) == 0
    assert summarises(room, TUESDAY + timedelta(days=6)) == 1
    assert summaries(room, ANA, before) == [
        "The directory. To check: 1. Sources not read: 0. Type fingerpost directory check-next."
    ]
