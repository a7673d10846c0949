"""A mentor sees how the areas of whom they support stand and move, with consent; nobody else does, and no answer."""

from __future__ import annotations

from datetime import timedelta

from flows.effects import Rated
from storage import answers
from tests.staffing.room import BEN, CAI, SAM, Room
from tests.turns.table import COORDINATOR

BEGAN = {"mind": 2, "body": 4, "goal": 3, "hope": 3, "people": 5, "home": 9, "money": 8, "time": 4}
NOW = {"mind": 8, "body": 8, "goal": 7, "hope": 9, "people": 5, "home": 3, "money": 2, "time": None}


def rates(room: Room) -> None:
    """Sam has rated the nine twelve weeks ago and again today."""
    for ago, given in ((timedelta(weeks=12), BEGAN), (timedelta(0), NOW)):
        rows = [(room.sam, Rated("recovery-capital", "1", item, value)) for item, value in given.items()]
        at = room.table.now - ago
        room.table.database.run_now(lambda db, rows=rows, at=at: answers.keep_ratings(db, rows, at))  # type: ignore[misc]


def test_their_mentor_hears_of_areas_once_they_have_agreed(room: Room) -> None:
    rates(room)
    code = room.asks_for_mentor()
    assert len(room.says(BEN, f"WHO {code}")) == 1, "no consent, no word of it"
    room.says(SAM, "SHARE PROGRESS")
    room.says(SAM, "Y")
    told = room.says(BEN, f"WHO {code}")[-1]
    assert "personal up; social too few answers; practical down; community too few answers" in told
    assert "Sam" not in told
    assert not any(sign.isdigit() for sign in told), "areas and directions: never an answer, never a number"
    assert [row.actor for row in room.table.rows("audit", action="progress.seen")] == [f"staff {room.id_of('Ben')}"]
    room.says(SAM, "STOP")
    assert len(room.says(BEN, f"WHO {code}")) == 1, "whoever has stopped is not spoken of"


def test_nobody_else_hears_of_it_and_it_can_be_taken_back(room: Room) -> None:
    rates(room)
    room.says(SAM, "SHARE PROGRESS")
    room.says(SAM, "Y")
    code = room.asks_for_mentor()
    assert len(room.says(COORDINATOR, f"WHO {code}")) == 1
    room.supports("Cai")
    assert len(room.says(BEN, f"WHO {code}")) == 1
    room.supports("Ben", "Cai")
    room.says(SAM, "SHARE PROGRESS")
    room.says(SAM, "N")
    assert len(room.says(BEN, f"WHO {code}")) == 1
    assert room.says(CAI, f"WHO {code}")[0] != ""
    assert room.table.rows("audit", action="progress.seen") == []
