"""What is handed in waits to be read, is decided once, and the person hears of it once, when they may be disturbed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import reviews, summary
from flows.effects import Answered, Submit
from flows.model import Channel
from flows.statuses import SubmissionStatus
from storage import erasure, retention, submissions
from storage.submissions import Submission
from tests.storage.scene import NOW, participant, person_id
from tests.turns.table import COORDINATOR, Table

SAM = "+447700900201"
ACCEPTED, DECLINED, WITHDRAWN = SubmissionStatus.ACCEPTED, SubmissionStatus.DECLINED, SubmissionStatus.WITHDRAWN
YES = "About your small grant: it's a yes. Ana rings you."


GRANT = Submit(
    "grant", (Answered("name", "What's the name of your idea?", "Allotment kettle"),), "small grant", "grant"
)


def applies(table: Table) -> int:
    """Sam has joined and applied for a grant; the id of the application."""
    sam = person_id(participant(table.database, (Channel.SMS, SAM)))
    table.nobody_is_due()
    table.database.run_now(lambda db: submissions.add(db, [(sam, "a" * 64, GRANT)], table.now))
    (one,) = waiting(table)
    return one.id


def waiting(table: Table) -> list[Submission]:
    return table.database.run_now(lambda db: submissions.waiting(db))


def one(table: Table, key: int) -> Submission:
    found = table.database.run_now(lambda db: submissions.get(db, key))
    assert found is not None
    return found


def decides(table: Table, key: int, status: SubmissionStatus, said: str = "Ana rings you.", tell: bool = True) -> bool:
    return table.database.run_now(lambda db: submissions.decide(db, key, status, said, table.now, tell=tell))


def tells(table: Table) -> list[str]:
    """The tick that tells people, twice as two workers would; what Sam is sent."""
    for _ in range(2):
        table.database.run_now(lambda db: reviews.tell(db, table.desk, table.now))
    return table.hears(SAM)


def test_an_application_waits_with_its_questions_and_answers(table: Table) -> None:
    participant(table.database, (Channel.SMS, SAM))
    for text in ("GRANT", "Allotment kettle", "a kettle and mugs", "£35", "the thursday group"):
        table.says(SAM, text)
    assert any("either way" in text for text in table.says(SAM, "y"))
    (application,) = waiting(table)
    assert (application.queue, application.flow, application.about) == ("grant", "grant", "small grant")
    assert application.answers is not None
    assert [(each.name, each.answer) for each in application.answers] == [
        ("name", "Allotment kettle"),
        ("what_for", "a kettle and mugs"),
        ("pounds", "35"),
        ("who", "the thursday group"),
        ("contact_ok", "yes"),
    ]
    assert application.answers[0].question == "What's the name of your idea?"
    sealed = table.rows("submissions")[0].sealed
    assert b"kettle" not in sealed


@pytest.mark.parametrize(
    ("status", "told"), [(ACCEPTED, YES), (DECLINED, "not this time"), (WITHDRAWN, "taken it back")]
)
def test_the_person_hears_once_with_the_words_of_whoever_decided(
    table: Table, status: SubmissionStatus, told: str
) -> None:
    key = applies(table)
    assert decides(table, key, status)
    (text,) = tells(table)
    assert told in text
    assert "Ana rings you." in text
    assert tells(table) == []
    assert one(table, key).told_at == table.now


def test_what_is_decided_stays_decided(table: Table) -> None:
    key = applies(table)
    assert decides(table, key, DECLINED, tell=False)
    assert [decides(table, key, status) for status in (ACCEPTED, DECLINED, WITHDRAWN)] == [False] * 3
    assert one(table, key).status is DECLINED
    assert tells(table) == []


def test_nobody_is_told_at_night(table: Table) -> None:
    key = applies(table)
    table.now = table.now.replace(hour=22)
    decides(table, key, ACCEPTED)
    assert tells(table) == []
    table.now = table.now.replace(hour=9, minute=1) + timedelta(days=1)
    assert len(tells(table)) == 1


def test_nobody_is_told_in_the_middle_of_something_else(table: Table) -> None:
    key = applies(table)
    table.says(SAM, "DELETE")
    decides(table, key, ACCEPTED)
    assert tells(table) == []
    table.says(SAM, "N")
    table.now += timedelta(minutes=15)
    assert len(tells(table)) == 1


def test_after_stop_nobody_is_told_and_it_says_so(table: Table) -> None:
    key = applies(table)
    decides(table, key, ACCEPTED)
    table.says(SAM, "STOP")
    assert tells(table) == []
    assert (one(table, key).untold, one(table, key).tells) == ("stopped", False)


def test_in_a_pause_it_waits_until_the_pause_is_over(table: Table) -> None:
    key = applies(table)
    decides(table, key, ACCEPTED)
    table.says(SAM, "PAUSE 1 WEEK")
    assert tells(table) == []
    table.now += timedelta(days=7)
    assert len(tells(table)) == 1


def test_coordinators_hear_in_the_morning_how_many_wait(table: Table) -> None:
    applies(table)
    table.now = table.now.replace(hour=9) + timedelta(days=1)
    table.database.run_now(lambda db: summary.summarise(db, table.desk, table.now))
    assert any("waiting for an answer: 1." in text for text in table.hears(COORDINATOR))


def test_nothing_of_it_is_left_when_the_person_is_erased(table: Table) -> None:
    applies(table)
    (row,) = table.rows("submissions")
    table.database.run_now(lambda db: erasure.erase(db, row.participant_id, table.now, "operator"))
    assert table.rows("submissions") == []


@pytest.mark.parametrize(("days", "decided", "left"), [(29, True, 1), (31, True, 0), (3100, False, 1)])
def test_what_was_decided_is_kept_as_long_as_it_says_and_what_waits_is_kept(
    table: Table, days: int, decided: bool, left: int
) -> None:
    key = applies(table)
    if decided:
        decides(table, key, ACCEPTED, tell=False)
    later, keep = NOW + timedelta(days=days), {retention.SUBMISSIONS: timedelta(days=30)}
    table.database.run_now(lambda db: retention.expire(db, keep, later, 100))
    assert len(table.rows("submissions")) == left
