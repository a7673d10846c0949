"""Who a text is from, and who reads the answer: unreadable senders, groups, a phone that changes hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.content import Checked, check_folder
from flows.model import Channel, Heard
from flows.talking.conversation import Conversation
from tests.turns.conftest import CONTENT
from tests.turns.table import COORDINATOR, Table, code_in

SAM = "+447700900123"
CHAT = "770001"
GROUP = "-100200300"
WORRYING = "took all my tablets"


def to_staff(table: Table, since: int = 0) -> list[str]:
    return [message.text for message in table.sent[since:] if message.address == COORDINATOR]


def in_group(table: Table, text: str, author: str = CHAT) -> None:
    table.says(GROUP, text, Channel.TELEGRAM, kind=Heard.GROUP, author=author)


# ---------------------------------------------------------------- nobody can be answered


def test_words_that_worry_us_from_a_sender_that_cannot_be_read_reach_staff(table: Table) -> None:
    table.says("", WORRYING)
    assert [text for text in to_staff(table) if "URGENT" in text]
    assert table.alerts() == [("crisis A", "open")]
    assert table.rows("alerts", is_test=False)[0].participant_id is None


def test_staff_are_not_told_that_somebody_was_answered_who_could_not_be(table: Table) -> None:
    table.says("", WORRYING)
    (page,) = [text for text in to_staff(table) if "URGENT" in text]
    assert "I sent them" not in page
    assert "could not answer" in page


def test_an_alert_about_nobody_is_never_counted_as_the_drill(closed_table: Table) -> None:
    closed_table.opens()
    closed_table.says("", WORRYING)
    page = next(text for text in to_staff(closed_table) if "URGENT" in text)
    assert any("is yours" in text for text in closed_table.says(COORDINATOR, f"ON IT {code_in(page)}"))


def test_other_words_from_a_sender_that_cannot_be_read_are_kept_and_alarm_nobody(table: Table) -> None:
    before = len(table.sent)
    table.says("", "hello")
    assert len(table.sent) == before
    assert table.alerts() == []
    assert [row.status for row in table.rows("inbox", address_id=None)][-1] == "done"


def test_a_repeat_of_it_pages_nobody_again(table: Table) -> None:
    one = table.inbound("", WORRYING)
    assert [table.take(one), table.take(one)] == [1, 0]
    assert table.rows("alerts", is_test=False)[0].times == 1


# ---------------------------------------------------------------- groups


@pytest.mark.parametrize("text", [WORRYING, "i feel so hopeless"])
def test_no_group_reads_the_answer_to_words_that_worry_us(table: Table, text: str) -> None:
    in_group(table, text)
    told = [message.text for message in table.sent if message.address == GROUP]
    assert told
    assert not any("999" in each or "116 123" in each for each in told)


def test_staff_hear_of_words_that_worry_us_in_a_group(table: Table) -> None:
    in_group(table, WORRYING)
    assert [text for text in to_staff(table) if "URGENT" in text and "group" in text]


@pytest.mark.parametrize("text", [WORRYING, "i feel so hopeless"])
def test_somebody_we_know_is_answered_alone_for_what_they_said_in_a_group(table: Table, text: str) -> None:
    table.says(CHAT, "hello", Channel.TELEGRAM)
    before = len(table.sent)
    in_group(table, text)
    table.deliver()
    assert {message.address for message in table.sent[before:]} <= {CHAT, COORDINATOR}
    assert any(message.address == CHAT for message in table.sent[before:])


def test_what_somebody_we_know_said_in_a_group_is_an_alert_about_them(table: Table) -> None:
    table.says(CHAT, "hello", Channel.TELEGRAM)
    (person,) = {row.participant_id for row in table.rows("addresses", channel="telegram")}
    in_group(table, WORRYING)
    assert [row.participant_id for row in table.rows("alerts", is_test=False)] == [person]


def test_anything_else_in_a_group_gets_the_neutral_line_there(table: Table) -> None:
    table.says(CHAT, "hello", Channel.TELEGRAM)
    before = len(table.sent)
    in_group(table, "MENTOR")
    assert [message.address for message in table.sent[before:]] == [GROUP]
    assert table.alerts() == []


# ---------------------------------------------------------------- a phone that has just changed hands


def test_a_text_after_wrong_number_in_the_same_batch_is_a_strangers(table: Table) -> None:
    table.joins(SAM)
    sam = table.rows("participants", status="active")[0].id
    table.take(table.inbound(SAM, "WRONG NUMBER"), table.inbound(SAM, "MENU"), table.inbound(SAM, "who are you"))
    told = table.hears(SAM)
    assert any("taken this number off" in text for text in told)
    assert any("robot" in text for text in told)
    assert not any("Sam" in text.replace("Samaritans", "") for text in told)
    later = table.rows("inbox")[-2:]
    assert all(row.participant_id not in (None, sam) for row in later)
    assert not table.rows("sessions", participant_id=sam, status="open")


def test_words_that_worry_us_after_wrong_number_are_the_new_persons(table: Table) -> None:
    table.joins(SAM)
    sam = table.rows("participants", status="active")[0].id
    table.take(table.inbound(SAM, "WRONG NUMBER"), table.inbound(SAM, WORRYING))
    assert any("999" in text for text in table.hears(SAM))
    (crisis,) = table.rows("alerts", policy="crisis A", is_test=False)
    assert crisis.participant_id not in (None, sam)


# ---------------------------------------------------------------- what was shown


def test_a_consent_given_with_the_last_answer_is_filed_under_the_release_that_asked(
    table: Table, checked: Checked
) -> None:
    for text in ("hello", "Y", "Y", "Sam", "SKIP", "N"):
        table.says(SAM, text)
    shown = table.desk.live.library.release
    conversation = check_folder(CONTENT, tests=False).conversation
    assert conversation is not None
    newer = replace(conversation.library, release="b" * 64)
    from bot.content import geography
    from storage import releases

    table.database.run_now(lambda db: releases.store(db, shown, checked.files, table.now))
    table.desk.live = Conversation(newer, geography())
    assert any("all set" in text for text in table.says(SAM, "Y"))
    assert {row.name: row.release for row in table.rows("consents")}["consent_research"] == shown
