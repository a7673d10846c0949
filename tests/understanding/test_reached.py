"""Three kinds of silence, never mixed: what became of a question decides what silence after it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.reached import ARRIVED_AFTER, Question, Reach, may_close_at, reach, silence_ends
from flows.statuses import OutboxStatus, SlotStatus

SENT_AT = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
QUEUED, SENDING, SENT = OutboxStatus.QUEUED, OutboxStatus.SENDING, OutboxStatus.SENT
FAILED, SUPPRESSED, UNKNOWN = OutboxStatus.FAILED, OutboxStatus.SUPPRESSED, OutboxStatus.UNKNOWN


@pytest.mark.parametrize(
    ("question", "trouble", "reached"),
    [
        (None, None, Reach.ARRIVED),
        (Question(QUEUED), None, Reach.ON_ITS_WAY),
        (Question(QUEUED), "blocked", Reach.ON_ITS_WAY),
        (Question(SENDING), None, Reach.ON_ITS_WAY),
        (Question(SENT), None, Reach.ARRIVED),
        (Question(SENT, receipt="sent"), None, Reach.ARRIVED),
        (Question(SENT, receipt="delivered"), None, Reach.ARRIVED),
        (Question(SENT, receipt="undelivered"), None, Reach.UNDELIVERED),
        (Question(SENT, receipt="failed"), None, Reach.UNDELIVERED),
        (Question(SENT, receipt="delivered"), "blocked", Reach.UNDELIVERED),
        (Question(SENT), "opted out", Reach.UNDELIVERED),
        (Question(SENT), "bad message", Reach.ARRIVED),
        (Question(UNKNOWN), None, Reach.PERHAPS),
        (Question(FAILED, "blocked 30004"), None, Reach.UNDELIVERED),
        (Question(FAILED, "unreachable 30003"), None, Reach.UNDELIVERED),
        (Question(FAILED, "failed", receipt="failed"), None, Reach.UNDELIVERED),
        (Question(FAILED, "credentials 20003"), None, Reach.NOT_SENT),
        (Question(FAILED, "try later 500"), None, Reach.NOT_SENT),
        (Question(FAILED, "not allowed 21408"), None, Reach.NOT_SENT),
        (Question(SUPPRESSED, "expired"), None, Reach.NOT_SENT),
        (Question(SUPPRESSED, "unreadable"), None, Reach.NOT_SENT),
        (Question(SUPPRESSED, "blocked"), None, Reach.UNDELIVERED),
        (Question(SUPPRESSED, "stopped"), None, Reach.HELD_BACK),
        (Question(SUPPRESSED, "paused"), None, Reach.HELD_BACK),
        (Question(SUPPRESSED, "crisis"), None, Reach.HELD_BACK),
    ],
)
def test_what_became_of_a_question(question: Question | None, trouble: str | None, reached: Reach) -> None:
    assert reach(question, trouble)[0] is reached


@pytest.mark.parametrize("reached", list(Reach))
def test_only_silence_after_a_question_that_arrived_is_a_miss(reached: Reach) -> None:
    assert (silence_ends(reached, heard=False) is SlotStatus.MISSED) is (reached is Reach.ARRIVED)
    assert silence_ends(reached, heard=True) is SlotStatus.PARTLY


@pytest.mark.parametrize(
    ("question", "at"),
    [
        (Question(SENT, sent_at=SENT_AT, by_sms=True), SENT_AT + ARRIVED_AFTER),
        (Question(SENT, sent_at=SENT_AT, receipt="sent", by_sms=True), SENT_AT + timedelta(hours=1)),
        (Question(SENT, sent_at=SENT_AT, receipt="delivered", by_sms=True), None),
        (Question(SENT, sent_at=SENT_AT), None),
        (Question(UNKNOWN, by_sms=True), None),
        (None, None),
    ],
)
def test_a_text_counts_as_delivered_an_hour_after_it_was_sent(question: Question | None, at: datetime | None) -> None:
    assert may_close_at(question) == at
