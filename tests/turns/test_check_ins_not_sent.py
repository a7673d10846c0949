"""A check-in that was not sent, did not arrive or was lost from sight is no miss, and each has its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import receipts
from flows.model import Heard
from flows.talking.conversation import Conversation
from storage import ends
from storage.claiming import Outgoing
from storage.receipts import Receipt
from tests.turns.check_ins import SAM, goes_to, is_asked, started
from tests.turns.table import Table


def test_what_our_provider_never_took_is_not_sent_and_no_miss(table: Table) -> None:
    table.joins(SAM)
    goes_to(table, 9, 30, days=1)
    table.is_down = True
    goes_to(table, 21)
    table.is_down = False
    table.nobody_is_due()
    table.passes(minutes=30)
    table.passes(days=3)
    assert table.slots() == [("not_sent", "expired")]
    assert table.alerts() == []
    assert not started(table)
    assert not table.rows("sessions", status="open")


def failing(reason: str) -> Callable[[Outgoing], ends.End]:
    return lambda message: ends.Failed(message.id, reason)


@pytest.mark.parametrize(
    ("reason", "status", "alerts"),
    [
        ("blocked 30004", "undelivered", [("contact lost", "open")]),
        ("unreachable 30003", "undelivered", [("contact lost", "open")]),
        ("opted out 21610", "undelivered", [("contact lost", "open")]),
        ("bad address 21211", "undelivered", [("contact lost", "open")]),
        ("credentials 20003", "not_sent", []),
        ("try later 503", "not_sent", []),
    ],
)
def test_a_refusal_is_the_carriers_or_ours_and_never_a_miss(
    table: Table, reason: str, status: str, alerts: list[tuple[str, str]]
) -> None:
    table.joins(SAM)
    table.carries = failing(reason)
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(minutes=30)
    assert table.slots() == [(status, reason)]
    assert table.alerts() == alerts
    table.passes(days=3)
    assert table.slots() == [(status, reason)]


def test_a_receipt_that_says_undelivered_ends_it_at_once(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    (row,) = table.rows("slots")
    receipt = Receipt(status="undelivered", code="30003", outbox_id=row.outbox_id)
    table.database.run_now(lambda db: receipts.take(db, [receipt], lambda *_: None, table.now))
    table.passes(minutes=1)
    assert table.slots() == [("undelivered", "undelivered 30003")]
    assert table.alerts() == [("contact lost", "open")]


def test_whoever_blocks_us_has_missed_nothing(table: Table) -> None:
    is_asked(table)
    table.nobody_is_due()
    table.take(table.inbound(SAM, "", kind=Heard.LEFT))
    table.passes(minutes=1)
    assert table.slots() == [("undelivered", "blocked")]
    assert table.alerts() == [("contact lost", "open")]


def lost_from_sight(message: Outgoing) -> ends.End:
    return ends.Unknown(message.id, "timed out")


def test_where_nobody_can_know_that_it_went_silence_is_no_miss(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("undelivered", "timed out")]
    assert [row.policy for row in table.rows("alerts", is_test=False)] == ["contact lost"]


def test_where_nobody_can_know_that_it_went_an_answer_answers(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    for answer in ("4", "7", "8"):
        table.says(SAM, answer)
    assert table.slots() == [("answered", None)]


def test_who_answered_one_question_is_not_lost_because_nobody_knows_of_the_next(table: Table) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.says(SAM, "4")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert table.alerts() == []


@pytest.mark.parametrize("back", [0, 61])
def test_who_has_written_is_not_lost_even_where_the_clock_was_put_back(table: Table, back: int) -> None:
    table.joins(SAM)
    table.carries = lost_from_sight
    goes_to(table, 11, days=1)
    table.now -= timedelta(minutes=back)
    table.says(SAM, "PRIVACY")
    table.nobody_is_due()
    table.passes(days=3)
    assert table.slots() == [("partly", None)]
    assert "contact lost" not in [policy for policy, _ in table.alerts()]


def test_a_short_wait_closes_when_a_text_counts_as_delivered(table: Table) -> None:
    table.joins(SAM)
    live = table.desk.live
    check_in = live.library.flows["check-in"]
    assert check_in.no_reply is not None
    soon = replace(check_in.no_reply, nudge=None, say=None, close=timedelta(minutes=20), close_until="")
    flows = {**live.library.flows, "check-in": replace(check_in, no_reply=soon)}
    table.desk.live = Conversation(replace(live.library, flows=flows), live.geography)
    goes_to(table, 10, 30, days=1)
    assert table.slots() == [("asked", None)]
    table.nobody_is_due()
    sent_at = next(row.sent_at for row in table.rows("outbox", purpose="started"))
    table.passes(seconds=(sent_at + timedelta(minutes=59) - table.now).total_seconds())
    assert table.slots() == [("asked", None)]
    table.passes(minutes=1)
    assert table.slots() == [("missed", None)]
