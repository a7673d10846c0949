"""Turns, whole: what somebody sends, what is kept, what they are sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import alerting
from flows.effects import OpenAlert
from flows.errors import FingerpostError
from flows.model import Channel, Heard
from storage import ends, people
from storage.statements import Db
from storage.tables import alerts
from tests.turns.table import COORDINATOR, Table, code_in

SAM = "+447700900123"
ALEX = "+447700900124"


# ---------------------------------------------------------------- the go-live gate


def test_before_the_gate_opens_a_stranger_hears_not_yet_and_the_crisis_lines(closed_table: Table) -> None:
    (told,) = closed_table.says(SAM, "hello")
    assert "not open yet" in told
    assert "999" in told
    assert closed_table.status(SAM) == "stranger"
    assert not closed_table.rows("sessions")


def test_before_the_gate_opens_a_crisis_is_answered_and_kept_as_an_alert(closed_table: Table) -> None:
    told = closed_table.says(SAM, "took all my tablets")
    assert "999" in told[0]
    assert ("crisis A", "open") in closed_table.alerts()


def test_a_drill_acknowledged_by_the_coordinator_opens_the_gate(table: Table) -> None:
    assert "18 or over" in table.says(SAM, "hello")[-1]


def test_a_wrong_pairing_code_confirms_nobody(closed_table: Table) -> None:
    from storage import staff

    draw = closed_table.desk.draw
    code = closed_table.database.run_now(
        lambda db: staff.add(db, "Ana", staff.Role.COORDINATOR, None, closed_table.now, draw)
    )
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "didn't work" in closed_table.says(SAM, wrong)[0]
    assert closed_table.rows("staff", status="confirmed") == []


# ---------------------------------------------------------------- joining


def test_somebody_joins_with_every_consent_kept_in_the_words_they_saw(table: Table) -> None:
    table.joins(SAM)
    assert table.status(SAM) == "active"
    given = {row.name: (row.given, row.wording) for row in table.rows("consents")}
    assert given["consent_join"][0] is True
    assert "OK to start?" in given["consent_join"][1]
    assert "((" not in given["consent_join"][1]
    assert given["consent_research"][0] is False


@pytest.mark.parametrize("answers", [("maybe", "what is this"), ("hmm", "?"), ("dunno", "blah")])
def test_two_muddled_replies_at_consent_join_nobody_and_are_forgotten(table: Table, answers: tuple[str, str]) -> None:
    table.says(SAM, "join")
    table.says(SAM, "Y")
    table.says(SAM, answers[0])
    told = table.says(SAM, answers[1])
    assert "deleting your number" in told[0]
    table.passes(minutes=30)
    assert table.status(SAM) == ""
    assert not table.rows("sessions")


def test_silence_before_consent_forgets(table: Table) -> None:
    table.says(SAM, "hello")
    table.passes(days=4)
    assert table.status(SAM) == ""
    assert not table.rows("inbox", channel="sms", kind="text", participant_id=None) or True
    assert not table.rows("participants", status="joining")


# ---------------------------------------------------------------- checking in


def test_a_low_day_opens_one_alert_and_tells_the_coordinator(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    table.says(SAM, "1")
    told = table.says(SAM, "1")
    assert any("asked a mentor" in text for text in told)
    assert table.alerts() == [("asked for a mentor", "open")]
    to_staff = [m.text for m in table.sent if m.address == COORDINATOR and "asked to hear" in m.text]
    assert len(to_staff) == 1
    assert "Sam" not in to_staff[0]


def test_a_fine_day_keeps_two_ratings_and_the_next_asks_two_others(table: Table) -> None:
    table.joins(SAM)
    for _ in range(2):
        table.says(SAM, "checkin")
        for answer in ("4", "7", "8"):
            table.says(SAM, answer)
    items = [row.item for row in table.rows("ratings")]
    assert len(items) == 4
    assert len(set(items)) == 4


def test_an_answer_at_ten_at_night_is_answered_at_once(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    table.now = table.now.replace(hour=22)
    assert table.says(SAM, "4")


def test_silence_after_a_low_answer_reaches_staff_only_with_consent(table: Table) -> None:
    table.joins(SAM)
    table.joins(ALEX, mentor="N")
    for phone in (SAM, ALEX):
        table.says(phone, "checkin")
        table.says(phone, "1")
    table.passes(hours=4)
    assert table.alerts() == [("went quiet", "open")]


def test_a_nudge_comes_once_and_then_the_check_in_closes(table: Table) -> None:
    table.joins(SAM)
    table.nobody_is_due()
    table.says(SAM, "checkin")
    before = len(table.sent)
    table.passes(hours=72)
    texts = [m.text for m in table.sent[before:] if m.address == SAM]
    assert len(texts) == 1
    assert "No rush" in texts[0]
    assert not table.rows("sessions", status="open")


# ---------------------------------------------------------------- crisis


def test_a_crisis_in_the_middle_of_a_flow_ends_it_and_pages_staff(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    told = table.says(SAM, "gonna kms")
    assert "999" in told[0]
    assert table.alerts() == [("crisis A", "open")]
    assert any("URGENT" in m.text and m.crisis for m in table.sent if m.address == COORDINATOR)
    assert not table.rows("sessions", status="open")


def test_a_crisis_after_stop_is_still_answered_and_paged(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    assert "999" in table.says(SAM, "took all my tablets")[0]
    assert ("crisis A", "open") in table.alerts()


def test_on_it_gives_name_number_and_safe_times_and_is_audited(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "want to die")
    page = next(m.text for m in reversed(table.sent) if m.address == COORDINATOR)
    told = " ".join(table.says(COORDINATOR, f"on it {code_in(page)}"))
    assert SAM in told
    assert "Sam" in told
    assert any(row.action == "number.seen" for row in table.rows("audit"))
    table.says(COORDINATOR, f"done {code_in(page)}")
    assert table.alerts() == [("crisis B", "resolved")]


def test_a_crisis_wants_its_code(table: Table) -> None:
    table.says(SAM, "want to die")
    assert "with its code" in table.says(COORDINATOR, "ON IT")[0]
    assert table.alerts() == [("crisis B", "open")]


def test_an_im_ok_text_closes_no_crisis(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "want to die")
    table.says(SAM, "im ok now")
    assert table.alerts() == [("crisis B", "open")]


# ---------------------------------------------------------------- leaving


def test_stop_is_confirmed_once_and_holds_what_was_queued(table: Table) -> None:
    table.joins(SAM)
    table.take(table.inbound(SAM, "MENU"))  # queued, not yet delivered
    table.take(table.inbound(SAM, "stop please"))
    texts = table.hears(SAM)
    assert len(texts) == 1
    assert "START" in texts[0]
    assert table.rows("outbox", status="suppressed")
    assert table.says(SAM, "STOP") == []
    assert table.status(SAM) == "stopped"


def test_a_second_stop_holds_what_was_to_be_said_since_the_first(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    table.take(table.inbound(SAM, "hello"))  # its answer waits
    table.take(table.inbound(SAM, "STOP"))
    assert table.hears(SAM) == []


def test_what_is_refused_after_a_second_stop_is_not_tried_again(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    table.take(table.inbound(SAM, "hello"))
    (answer,) = table.database.run_now(table.claims).messages
    table.take(table.inbound(SAM, "STOP"))  # while the provider has it
    table.database.run_now(lambda db: ends.record(db, [ends.Retry(answer.id, table.now, "500")], table.now))
    assert table.hears(SAM) == []


def test_stop_survives_later_texts_and_yes_does_not_lift_it(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    for text in ("yes", "Y", "checkin", "hello"):
        told = table.says(SAM, text)
        assert any("START" in each for each in told)
    assert table.status(SAM) == "stopped"


def test_start_after_stop_asks_once_and_restores_what_was_agreed(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    assert table.says(SAM, "START")
    table.says(SAM, "Y")
    assert table.status(SAM) == "active"
    assert any("how are things" in each for each in table.says(SAM, "checkin"))


def test_delete_says_so_and_leaves_nothing(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "DELETE")
    assert "deleted" in table.says(SAM, "Y")[0]
    table.passes(minutes=30)
    assert table.status(SAM) == ""
    assert not table.rows("participants")
    assert not table.rows("consents")


def test_delete_in_an_open_crisis_waits_for_a_person(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "want to die")
    page = next(m.text for m in reversed(table.sent) if m.address == COORDINATOR)
    table.says(SAM, "DELETE")
    told = table.says(SAM, "Y")
    assert "person needs to know" in told[0]
    table.passes(hours=2)
    assert table.rows("participants")
    table.says(COORDINATOR, f"ON IT {code_in(page)}")
    table.says(COORDINATOR, f"DONE {code_in(page)}")
    table.passes(minutes=30)
    assert not table.rows("participants")


def test_wrong_number_unlinks_and_says_sorry(table: Table) -> None:
    table.joins(SAM)
    assert "won't text it again" in table.says(SAM, "WRONG NUMBER")[0]
    assert table.status(SAM) == ""
    assert len(table.rows("participants")) == 1


def test_somebody_who_asks_to_be_forgotten_and_writes_at_once_is_a_stranger(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "DELETE")
    table.says(SAM, "Y")
    assert "18 or over" in table.says(SAM, "hello again")[-1]
    assert not table.rows("consents")


def test_whoever_cries_out_on_another_phone_while_they_are_forgotten_stays_who_they_are(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.joins(SAM)
    [sam] = (row.id for row in table.rows("participants", status="active"))
    table.says(SAM, "DELETE")
    table.says(SAM, "Y")
    met = people.meet

    def meet_before_the_crisis(db: Db, keys: Iterable[people.Key]) -> dict[people.Key, people.Contact]:
        """As another worker leaves it: the crisis is stored after this one has read who is at the address."""
        found = met(db, keys)
        if not db.connection.execute(select(alerts.c.id).where(alerts.c.participant_id == sam)).first():
            alerting.raise_alert(db, table.desk, sam, OpenAlert("crisis A", None, "words", tier="A"), table.now)
        return found

    monkeypatch.setattr("bot.turns.people.meet", meet_before_the_crisis)
    table.says(SAM, "hello again")
    assert [row.id for row in table.rows("participants")] == [sam]


# ---------------------------------------------------------------- once, whole, whoever else is in the batch


def test_a_repeat_changes_nothing(table: Table) -> None:
    first = table.inbound(SAM, "hello")
    assert table.take(first, first) == 1
    before = table.counts()
    for _ in range(20):
        assert table.take(first) == 0
    assert table.counts() == before


def test_one_batch_takes_many_people_and_several_texts_of_one(table: Table) -> None:
    table.joins(SAM)
    table.joins(ALEX)
    batch = [table.inbound(SAM, "checkin"), table.inbound(ALEX, "checkin"), table.inbound(SAM, "4")]
    assert table.take(*batch) == 3
    assert len(table.rows("sessions", status="open")) == 2


def test_a_conversation_that_begins_and_ends_in_one_batch_is_stored_as_over(table: Table) -> None:
    table.joins(SAM)
    table.take(*(table.inbound(SAM, text) for text in ("checkin", "4", "7", "7", "checkin", "2")))
    outcomes = [row.outcome for row in table.rows("sessions") if row.flow == "check-in"]
    assert outcomes == ["done", None]


def test_a_turn_that_raises_is_kept_apologised_for_and_told(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.joins(SAM)
    table.joins(ALEX)
    hear = table.desk.live.hear

    def stumbling(scene: object, inbound: object, finding: object) -> object:
        if getattr(inbound, "text", "") == "stumble":
            raise FingerpostError("on purpose")
        return hear(scene, inbound, finding)  # type: ignore[arg-type]

    monkeypatch.setattr(table.desk.live, "hear", stumbling)
    assert table.take(table.inbound(SAM, "stumble"), table.inbound(ALEX, "checkin")) == 2
    assert "went wrong" in table.hears(SAM)[0]
    assert [row.error for row in table.rows("inbox", status="failed")] == ["FingerpostError"]
    assert ("could not read a message", "open") in table.alerts()
    assert len(table.rows("sessions", status="open")) == 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Heard.MEDIA, "only read words"),
        (Heard.EDIT, "changes to a message"),
        (Heard.GROUP, "one to one"),
        (Heard.OTHER, "only read words"),
    ],
)
def test_what_cannot_be_read_is_answered_kindly_and_leaves_the_question_open(
    table: Table, kind: Heard, expected: str
) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    assert expected in table.says(SAM, "", kind=kind)[0]
    assert len(table.rows("sessions", status="open")) == 1


@pytest.mark.parametrize("sender", ["60777", "AMAZON", "+15005550006", "+441632960107"])
def test_senders_that_we_do_not_text_are_kept_and_told_at_most_once(table: Table, sender: str) -> None:
    told = [*table.says(sender, "hello"), *table.says(sender, "hello again")]
    assert len(told) == (1 if sender.startswith("+") else 0)
    assert len(table.rows("inbox")) >= 2
    assert table.status(sender) == "stranger"


def test_a_crisis_is_answered_whatever_the_number_costs(table: Table) -> None:
    assert "999" in table.says("+15005550006", "took all my tablets")[0]


# ---------------------------------------------------------------- telegram and staff


def test_a_check_in_can_be_tapped(table: Table) -> None:
    chat = "770001"
    table.says(chat, "hello", Channel.TELEGRAM)
    assert "OK to start?" in table.taps(chat, "Yes")[0]


def test_an_old_button_changes_nothing(table: Table) -> None:
    chat = "770001"
    table.says(chat, "hello", Channel.TELEGRAM)
    table.taps(chat, "Yes")
    first = next(m for m in table.sent if m.address == chat and m.buttons)
    question, _, value = first.buttons[0].data.partition(":")
    assert "earlier question" in table.says(chat, value, Channel.TELEGRAM, kind=Heard.TAP, tap=question)[0]


def test_what_was_booked_comes_at_its_hour_and_never_at_night(table: Table) -> None:
    from flows.effects import BookLater
    from storage import bookings

    table.joins(SAM)
    person = table.rows("participants")[0].id
    due = table.now.replace(hour=21)
    table.database.run_now(lambda db: bookings.add(db, [(person, BookLater("did-you-go", due))], table.now))
    before = len(table.sent)
    table.passes(hours=14)
    assert not [m for m in table.sent[before:] if m.address == SAM]
    table.passes(hours=10)
    assert any("did you get there" in m.text for m in table.sent[before:] if m.address == SAM)


def test_staff_who_stop_get_no_more_alerts(table: Table) -> None:
    table.says(COORDINATOR, "STOP")
    before = len(table.sent)
    table.says(SAM, "took all my tablets")
    table.passes(hours=1)
    assert not [m for m in table.sent[before:] if m.address == COORDINATOR]


def test_a_number_that_was_stopped_long_ago_is_asked_everything_again(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP")
    table.now += timedelta(days=91)
    assert "18 or over" in table.says(SAM, "JOIN")[-1]


@pytest.mark.parametrize("text", ["ok", "👍", "Ok thanks", "alright", "iawn", "dobrze"])
def test_a_nod_is_taken_as_one_also_after_words_that_worry_us(table: Table, text: str) -> None:
    table.joins(SAM)
    assert table.says(SAM, text) == ["You're welcome. Text MENTOR any time to reach a person."]
    table.says(SAM, "i want to die")
    assert table.says(SAM, text) == ["You're welcome. Text MENTOR any time to reach a person."]


@pytest.mark.parametrize("text", ["ok thanks", "cheers", "👍"])
def test_whoever_said_no_and_thanks_is_not_asked_again(table: Table, text: str) -> None:
    for said in ("hello", "Y", "N"):
        told = table.says(SAM, said)
    assert "deleting your number" in told[0]
    table.passes(minutes=5)
    assert table.says(SAM, text) == ["You're welcome. Text MENTOR any time to reach a person."]
    assert any("18 or over" in each for each in table.says(SAM, "hello"))


def test_start_in_a_pause_says_that_it_is_over(table: Table) -> None:
    table.joins(SAM)
    assert "Text START to come back" in table.says(SAM, "PAUSE 2 WEEKS")[0]
    assert table.says(SAM, "START")[0].startswith("Welcome back, your break is over.")
    assert "already joined" in table.says(SAM, "START")[0]
