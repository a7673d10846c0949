"""MY PROGRESS through a real database: ratings are read, the picture is sealed with its words, and all is erased."""

from __future__ import annotations

from datetime import timedelta

from flows.effects import Rated
from flows.model import Channel
from flows.picture import Row
from storage import answers, erasure, people, values
from storage.outbox import read_picture
from storage.people import PersonChange
from tests.turns.table import Table

SAM = "+447700900123"
CHAT = "447700900456"


def rated_before(table: Table, person: int, **given: int) -> None:
    """Answered twelve weeks ago."""
    rows = [(person, Rated("recovery-capital", "1", item, value)) for item, value in given.items()]
    table.database.run_now(lambda db: answers.keep_ratings(db, rows, table.now - timedelta(weeks=12)))


def the_person(table: Table) -> int:
    return int(table.rows("participants", status="active")[0].id)


def test_what_was_answered_a_moment_ago_counts(table: Table) -> None:
    table.joins(SAM)
    rated_before(table, the_person(table), mind=2, body=3, goal=4)
    table.says(SAM, "CHECKIN")
    table.says(SAM, "4")
    for answer in ("9", "8", "CHECKIN", "4"):
        table.says(SAM, answer)
    one_batch = [table.inbound(SAM, text) for text in ("9", "1", "MY PROGRESS")]
    table.take(*one_batch)
    told = " ".join(table.hears(SAM))
    assert "Up since you began: peace of mind and your body. Lowest just now: hope." in told
    assert table.rows("outbox", about="progress")[-1].body.find(b"peace") == -1, "its words are sealed"


def test_on_telegram_the_picture_is_kept_sealed_and_erased_like_its_words(table: Table) -> None:
    for text in ("hello", "Y", "Y", "Sam", "SKIP", "07700900456", "N", "N"):
        table.says(CHAT, text, Channel.TELEGRAM)
    person = the_person(table)
    rated_before(table, person, mind=2, body=3, goal=4)
    rows = [(person, Rated("recovery-capital", "1", item, 7)) for item in ("mind", "body", "hope")]
    table.database.run_now(lambda db: answers.keep_ratings(db, rows, table.now))
    sentences, picture, asks = table.says(CHAT, "MY PROGRESS", Channel.TELEGRAM)
    assert sentences.startswith("Up since you began: peace of mind and your body.")
    assert picture.startswith(
        "Peace of mind: 2, now 7. Your body: 3, now 7. Your goal: 4, no answer lately. Hope: now 7."
    )
    assert "mentor" in asks
    sent = next(message for message in table.sent if message.picture is not None)
    assert sent.picture is not None
    assert sent.picture.rows[0] == Row("Peace of mind", 2, 7)
    [row] = [row for row in table.rows("outbox", about="progress") if row.id == sent.id]
    assert b"mind" not in row.body
    opened = table.database.run_now(lambda db: db.vault.open("outbox", "body", row.id, row.body))
    assert read_picture(opened) == sent.picture
    table.database.run_now(lambda db: erasure.erase(db, person, table.now, "operator"))
    assert table.rows("outbox", about="progress") == []
    assert table.rows("ratings") == []


def test_with_nothing_rated_yet_it_offers_the_first_questions_and_asks_nobodys_leave(table: Table) -> None:
    table.joins(SAM)
    said = table.says(SAM, "MY PROGRESS")
    assert "nothing to show yet" in said[0]
    assert "five minutes" in said[1]
    assert not any("mentor see" in text for text in said)
    table.says(SAM, "Y")
    for answer in ("5", "6", "7"):
        table.says(SAM, answer)
    table.says(SAM, "LATER")
    told = table.says(SAM, "MY PROGRESS")
    assert "Strongest just now" in told[0]
    assert "mentor see" in told[1]


# ---------------------------------------------------------------- all nine, at the start and at the end


def test_all_nine_are_asked_two_days_in_and_hold_up_no_check_in(table: Table) -> None:
    table.joins(SAM)
    table.passes(days=1, hours=1)
    assert "how are things" in table.sent[-1].text
    for answer in ("4", "5", "5"):
        table.says(SAM, answer)
    table.passes(days=1)
    assert "five minutes" in table.sent[-1].text
    table.passes(days=2)
    assert [row.outcome for row in table.rows("sessions", flow="first-look")] == ["no reply"]
    assert "how are things" in table.sent[-1].text
    assert {row.status for row in table.rows("slots")} == {"answered", "asked"}


def test_whoever_ignores_the_first_check_in_is_still_offered_all_nine(table: Table) -> None:
    table.joins(SAM)
    table.passes(days=5)
    assert [row.status for row in table.rows("bookings", flow="first-look")] == ["started"]
    texts = [message.text for message in table.sent if message.address == SAM]
    offered = next(place for place, text in enumerate(texts) if "five minutes" in text)
    before, after = texts[:offered], texts[offered + 1 :]
    assert sum("how are things" in text for text in before) == 1, "when the first check-in has closed"
    assert any("how are things" in text for text in after), "and it holds up no check-in"


def test_a_last_review_comes_the_day_after_their_time_here_ends(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    person = the_person(table)
    ends = (table.now + timedelta(days=60)).date().isoformat()
    known = table.database.run_now(lambda db: people.load(db, [person])[person].participant)
    assert known is not None
    private, public = values.split({**known.values, "leaving_on": ends}, table.desk.live.library.variables)
    change = PersonChange(id=person, remembered=public, private=private)
    table.database.run_now(lambda db: people.save(db, [change], table.now))
    table.now += timedelta(days=60)
    table.passes(days=9)  # it comes on the day of the week that they chose
    assert any("do you have five minutes" in message.text for message in table.sent)
