"""Who a text is from, and who reads the answer: unreadable senders, groups, phones that change hands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content import Checked, check_folder, geography
from flows.effects import BookLater, Purpose
from flows.errors import Meaning
from flows.model import Channel, Heard
from flows.talking.conversation import Conversation
from storage import bookings, outbox, people, releases
from storage.outbox import Message
from tests.shipped import CONTENT
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


@pytest.mark.parametrize(
    ("sender", "answered"),
    [
        ("MumsPhone", False),
        ("NHS-NoReply", False),
        ("anonymous", False),
        ("+", False),
        ("+44 7700", False),
        ("07700900123", True),
        ("+447700900123", True),
        ("60777", True),  # nobody knows: if it does not go, staff hear that as well
    ],
)
def test_whoever_has_no_number_still_reaches_staff_who_hear_that_no_text_reaches_them(
    table: Table, sender: str, answered: bool
) -> None:
    table.says(sender, WORRYING)
    (page,) = [text for text in to_staff(table) if "URGENT" in text]
    assert ("I sent them the crisis lines" in page) is answered
    assert ("could not answer" in page) is not answered
    before = len(table.sent)
    table.says(COORDINATOR, f"ON IT {code_in(page)}")
    assert any(sender in text for text in to_staff(table, before))  # the name they wrote under: somebody may know it


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


@pytest.mark.parametrize("text", ["JOIN", "STOP", "HELP", "MY DATA", "MY PROGRESS", "WHO IS THIS", "4", WORRYING])
def test_a_group_reads_one_and_the_same_line_whatever_is_said_there(table: Table, text: str) -> None:
    table.says(CHAT, "hello", Channel.TELEGRAM)
    before = len(table.sent)
    in_group(table, text, author="880001")  # somebody else
    in_group(table, text)
    assert [message.text for message in table.sent[before:] if message.address == GROUP] == [
        "Sorry, I only answer one to one. Please send me a message of your own."
    ]
    assert table.status(GROUP, Channel.TELEGRAM) == "stranger"


def test_talk_in_a_group_is_answered_once_an_hour_and_worrying_words_are_told_each_time(table: Table) -> None:
    for text in ("hello all", "anyone about?", "see you at 7"):
        in_group(table, text)
    in_group(table, WORRYING, author="880001")
    assert sum(message.address == GROUP for message in table.sent) == 1
    assert [text for text in to_staff(table) if "URGENT" in text]
    table.now += timedelta(hours=1)
    in_group(table, "hello again")
    assert sum(message.address == GROUP for message in table.sent) == 2


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
    table.database.run_now(lambda db: releases.store(db, shown, checked.files, table.now))
    table.desk.live = Conversation(newer, geography())
    assert any("all set" in text for text in table.says(SAM, "Y"))
    assert {row.name: row.release for row in table.rows("consents")}["consent_research"] == shown


# ---------------------------------------------------------------- after a very long silence


def long_silent(table: Table, days: int = 91) -> None:
    """Somebody joins and is heard no more."""
    table.joins(SAM)
    table.now += timedelta(days=days)


def failed_for_good(table: Table) -> None:
    table.joins(SAM)
    address = next(row.id for row in table.rows("addresses", staff_id=None))
    table.database.run_now(lambda db: people.set_trouble(db, address, Meaning.BAD_ADDRESS))


@pytest.mark.parametrize("happens", [long_silent, failed_for_good])
@pytest.mark.parametrize("text", ["hiya", "checkin", "MENU", "GROUPS", "START", "7"])
def test_whoever_writes_after_three_months_is_asked_before_anything_else(
    table: Table, happens: Callable[[Table], None], text: str
) -> None:
    happens(table)
    told = table.says(SAM, text)
    assert len(told) == 1
    assert "Did you sign up" in told[0]
    assert "Sam" not in told[0]
    assert table.status(SAM) == "in doubt"


def test_within_three_months_nobody_is_asked(table: Table) -> None:
    long_silent(table, days=89)
    assert not any("sign up" in text for text in table.says(SAM, "hiya"))
    assert table.status(SAM) == "active"


def test_a_blocked_chat_that_comes_back_is_the_same_person(table: Table) -> None:
    table.joins(SAM)
    address = next(row.id for row in table.rows("addresses", staff_id=None))
    table.database.run_now(lambda db: people.set_trouble(db, address, Meaning.BLOCKED))
    assert not any("sign up" in text for text in table.says(SAM, "hiya"))


def test_a_yes_goes_on_as_before_and_is_kept_with_the_words_shown(table: Table) -> None:
    long_silent(table)
    table.says(SAM, "hiya")
    assert any("As before" in text or "as before" in text for text in table.says(SAM, "Y"))
    assert table.status(SAM) == "active"
    assert "Did you sign up" in table.rows("consents", name="consent_join")[-1].wording
    assert any("How" in text or "how" in text for text in table.says(SAM, "checkin"))


def test_a_no_stops_it_all(table: Table) -> None:
    long_silent(table)
    table.says(SAM, "hiya")
    assert any("won't text you" in text for text in table.says(SAM, "N"))
    assert table.status(SAM) == "stopped"


def test_silence_at_the_question_leaves_it_open_and_the_next_text_is_asked_again(table: Table) -> None:
    long_silent(table)
    table.says(SAM, "hiya")
    before = len(table.sent)
    table.passes(hours=30)
    assert not [message for message in table.sent[before:] if message.address == SAM]
    assert any("Did you sign up" in text for text in table.says(SAM, "hello"))


def test_everything_in_one_batch_after_three_months_is_the_same_persons(table: Table) -> None:
    long_silent(table)
    table.take(table.inbound(SAM, "hiya"), table.inbound(SAM, "Y"), table.inbound(SAM, "MENU"))
    told = table.hears(SAM)
    assert sum("Did you sign up" in text for text in told) == 1
    assert table.status(SAM) == "active"


@pytest.mark.parametrize(
    ("text", "holds"),
    [("took all my tablets", "999"), ("HELP", "116 123"), ("STOP", "I've stopped"), ("MENTOR", "asked a mentor")],
)
def test_crisis_stop_help_and_mentor_come_first_all_the_same(table: Table, text: str, holds: str) -> None:
    long_silent(table)
    assert any(holds in told for told in table.says(SAM, text))


def test_a_crisis_after_three_months_pages_staff_and_its_own_question_is_answered(table: Table) -> None:
    long_silent(table)
    assert any("Is it safe" in text for text in table.says(SAM, "he hit me again"))
    assert any("0808 2000 247" in text for text in table.says(SAM, "Y"))
    assert table.alerts()[0][1] == "open"


def test_a_conversation_left_open_is_not_gone_on_with(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    address = next(row.id for row in table.rows("addresses", staff_id=None))
    table.database.run_now(lambda db: people.set_trouble(db, address, Meaning.BAD_ADDRESS))
    assert all("Did you sign up" in text for text in table.says(SAM, "4"))
    assert [row.flow for row in table.rows("sessions", status="open")] == ["still-you"]


def test_what_was_booked_or_queued_waits_for_no_one_while_nobody_knows_who_it_is(table: Table) -> None:
    long_silent(table)
    table.nobody_is_due()
    person = table.rows("participants", status="active")[0].id
    booked = BookLater("did-you-go", table.now + timedelta(hours=1), ())
    table.database.run_now(lambda db: bookings.add(db, [(person, booked)], table.now))
    table.says(SAM, "hiya")
    address = next(row.id for row in table.rows("addresses", participant_id=person))
    begun = Message(
        address_id=address, channel=Channel.SMS, participant_id=person, purpose=Purpose.STARTED, text="How are things?"
    )
    table.database.run_now(lambda db: outbox.queue(db, [begun], table.now))
    before = len(table.sent)
    table.passes(hours=2)
    assert len(table.sent) == before
    assert [row.status for row in table.rows("bookings")] == ["excused"]
    assert [row.reason for row in table.rows("outbox", purpose="started")] == ["in doubt"]
