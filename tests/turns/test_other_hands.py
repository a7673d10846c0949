"""Phones change hands, staff are people too, and one person's fault is nobody else's: what a turn must hold to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import alerting
from bot.undelivered import Undelivered, lost
from flows.effects import BookLater, Purpose
from flows.errors import FingerpostError, Meaning
from flows.model import Channel, Heard
from flows.session_json import dump, load
from storage import alerts, bookings, people, staff, tables
from storage.statements import Db
from tests.turns.table import COORDINATOR, Table, code_in

SAM = "+447700900123"
ALEX = "+447700900124"


def to_staff(table: Table, since: int = 0) -> list[str]:
    return [message.text for message in table.sent[since:] if message.address == COORDINATOR]


def second_phone(table: Table, phone: str, channel: Channel, whose: int) -> None:
    """Link another address to somebody, as staff would."""

    def unit(db: Db) -> None:
        address_id = people.address(db, channel, phone, table.now - timedelta(days=1))
        addresses = tables.addresses
        db.connection.execute(update(addresses).where(addresses.c.id == address_id).values(participant_id=whose))

    table.database.run_now(unit)


# ---------------------------------------------------------------- staff are people too


def test_words_that_worry_us_from_staff_get_the_lines_however_mild(table: Table) -> None:
    assert any("116 123" in text for text in table.says(COORDINATOR, "i feel so hopeless"))


def test_a_coordinator_in_danger_is_heard_when_they_answer_safe_to_text(table: Table) -> None:
    told = table.says(COORDINATOR, "he hit me again")
    assert any("999" in text for text in told)
    assert any("Is it safe to text" in text for text in told)
    assert any("0808 2000 247" in text for text in table.says(COORDINATOR, "Y"))


def test_staff_may_join_as_a_participant_and_still_take_alerts(table: Table) -> None:
    table.says(COORDINATOR, "JOIN")
    assert any("OK to start?" in text for text in table.says(COORDINATOR, "Y"))
    table.says(SAM, "want to die")
    page = next(text for text in reversed(to_staff(table)) if "URGENT" in text)
    assert any("is yours" in text for text in table.says(COORDINATOR, f"ON IT {code_in(page)}"))
    assert any("What shall I call you" in text for text in table.says(COORDINATOR, "Y"))


def test_staff_stopped_by_their_carrier_get_no_more_alerts(table: Table) -> None:
    table.says(COORDINATOR, "STOP", kind=Heard.OPT_OUT)
    assert [row.status for row in table.rows("staff")] == ["stopped"]


def test_whoever_has_a_staff_number_now_can_end_the_alerts(table: Table) -> None:
    table.says(COORDINATOR, "wrong number")
    assert [row.status for row in table.rows("staff")] == ["stopped"]
    before = len(table.sent)
    table.says(SAM, "took all my tablets")
    assert not to_staff(table, before)


def test_alerts_that_found_nobody_confirmed_reach_the_first_coordinator(closed_table: Table) -> None:
    closed_table.says(SAM, "took all my tablets")
    closed_table.opens()
    assert any("URGENT" in text for text in to_staff(closed_table))


# ---------------------------------------------------------------- crisis


def test_worrying_words_again_after_somebody_took_the_alert_page_again(table: Table) -> None:
    table.says(SAM, "want to die")
    page = next(text for text in reversed(to_staff(table)) if "URGENT" in text)
    table.says(COORDINATOR, f"ON IT {code_in(page)}")
    table.now += timedelta(hours=5)
    before = len(table.sent)
    table.says(SAM, "i want to die")
    assert any("URGENT" in text for text in to_staff(table, before))
    assert table.alerts() == [("crisis B", "open")]


def test_worrying_words_again_while_nobody_has_it_page_again_but_not_for_every_text(table: Table) -> None:
    table.says(SAM, "want to die")
    before = len(table.sent)
    table.says(SAM, "i want to die")
    assert not to_staff(table, before)
    table.now += timedelta(minutes=30)
    table.says(SAM, "want to die")
    assert len([text for text in to_staff(table, before) if "URGENT" in text]) == 1


def test_a_crisis_reply_that_never_arrived_is_told_even_after_on_it(table: Table) -> None:
    table.says(SAM, "want to die")
    page = next(text for text in reversed(to_staff(table)) if "URGENT" in text)
    table.says(COORDINATOR, f"ON IT {code_in(page)}")
    reply = next(m for m in table.sent if m.address == SAM and m.purpose is Purpose.CRISIS)
    never = Undelivered(
        outbox_id=reply.id,
        channel=reply.channel,
        address_id=reply.address_id,
        purpose=reply.purpose,
        participant_id=reply.participant_id,
        staff_id=None,
        alert_id=None,
        meaning=Meaning.OPTED_OUT,
        code="21610",
    )
    table.database.run_now(lambda db: alerting.tell_undelivered(db, table.desk, never, table.now))
    assert any("could not be delivered" in text for text in table.hears(COORDINATOR))


SAID_NO = {
    Meaning.NOT_ALLOWED: True,
    Meaning.BAD_MESSAGE: True,
    Meaning.BAD_ADDRESS: True,
    Meaning.OPTED_OUT: True,
    Meaning.BLOCKED: False,  # they want nothing of us
    Meaning.UNREACHABLE: False,  # the phone is off for a while
}


@pytest.mark.parametrize(("meaning", "told"), SAID_NO.items())
def test_an_answer_that_is_refused_for_good_is_told_though_nothing_was_asked(
    table: Table, meaning: Meaning, told: bool
) -> None:
    table.joins(SAM)
    table.says(SAM, "WHO IS THIS")
    table.database.run_now(
        lambda db: alerting.tell_undelivered(db, table.desk, refused(table, SAM, meaning), table.now)
    )
    assert table.alerts() == ([("contact lost", "open")] if told else [])
    assert any("contact" in text or "answer" in text or "block" in text for text in table.hears(COORDINATOR)) is told


@pytest.mark.parametrize(("address", "channel"), [("+15005550006", Channel.SMS), ("-100200300", Channel.TELEGRAM)])
def test_a_number_abroad_and_a_group_that_take_no_answer_are_nobodys_business(
    table: Table, address: str, channel: Channel
) -> None:
    table.says(address, "hello", channel, kind=Heard.TEXT if channel is Channel.SMS else Heard.GROUP)
    answer = refused(table, address, Meaning.NOT_ALLOWED)
    table.database.run_now(lambda db: alerting.tell_undelivered(db, table.desk, answer, table.now))
    assert table.alerts() == []


def refused(table: Table, address: str, meaning: Meaning) -> Undelivered:
    """That the last answer to somebody did not go."""
    reply = next(m for m in reversed(table.sent) if m.address == address and m.purpose is Purpose.REPLY)
    return lost(reply, meaning, "21408")


def test_a_crisis_whose_follow_up_breaks_still_gets_the_lines_and_the_alert(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.talking import engine

    def broken(*_: Any, **__: Any) -> Any:
        raise FingerpostError("on purpose")

    monkeypatch.setattr(engine, "start", broken)
    assert any("999" in text for text in table.says(SAM, "he hit me again"))
    assert table.alerts()[0][0].startswith("crisis")


def test_stop_said_with_heavy_words_is_still_a_stop(table: Table) -> None:
    table.joins(SAM)
    told = table.says(SAM, "STOP i feel so hopeless")
    assert told
    assert table.status(SAM) == "stopped"


def test_a_stop_among_words_that_worry_us_is_kept_though_crisis_comes_first(table: Table) -> None:
    table.joins(SAM)
    assert "999" in table.says(SAM, "STOP i want to die")[0]
    assert table.status(SAM) == "stopped"
    assert table.alerts() == [("crisis B", "open")]


def test_wrong_number_in_an_open_crisis_keeps_the_number_for_staff(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "want to die")
    page = next(text for text in reversed(to_staff(table)) if "URGENT" in text)
    assert any("won't text it again" in text for text in table.says(SAM, "WRONG NUMBER"))
    assert table.status(SAM) == "stopped"
    assert ("contact lost", "open") in table.alerts()
    assert any(SAM in text for text in table.says(COORDINATOR, f"ON IT {code_in(page)}"))


# ---------------------------------------------------------------- one batch


def test_everything_a_stranger_says_in_one_batch_is_theirs_and_goes_with_them(table: Table) -> None:
    table.take(table.inbound(SAM, "hello"), table.inbound(SAM, "my secret"))
    assert all(row.participant_id for row in table.rows("inbox") if row.address_id != 0 and row.provider_id > "SM2")
    table.says(SAM, "N")
    table.says(SAM, "DELETE")
    table.says(SAM, "Y")
    table.passes(hours=2)
    kept = [row for row in table.rows("inbox") if row.provider_id not in ("SM1", "SM2")]
    assert {row.provider_id.split()[0] for row in kept} == {
        "heard"
    }  # hashes, by which a text is known when it comes again
    assert not any(row.body or row.address_id or row.participant_id for row in kept)


def test_wrong_number_unlinks_the_phone_it_came_from_whatever_else_is_in_the_batch(table: Table) -> None:
    table.joins(SAM)
    person = table.rows("participants", status="active")[0].id
    second_phone(table, ALEX, Channel.SMS, person)
    table.take(table.inbound(SAM, "WRONG NUMBER"), table.inbound(ALEX, "MENU"))
    assert table.status(SAM) == ""
    assert table.status(ALEX) == "active"


def test_one_person_on_two_phones_in_one_batch_is_answered_as_each_phone_needs(table: Table) -> None:
    table.joins(SAM)
    person = table.rows("participants", status="active")[0].id
    second_phone(table, "770001", Channel.TELEGRAM, person)
    for first, then in ((SAM, "770001"), ("770001", SAM)):
        before = len(table.sent)
        channels = {SAM: Channel.SMS, "770001": Channel.TELEGRAM}
        table.take(
            table.inbound(first, "DELETE", channels[first]),
            table.inbound(then, "DELETE", channels[then]),
        )
        table.deliver()
        asked = {message.address: message for message in table.sent[before:]}
        assert asked["770001"].buttons
        assert not asked[SAM].buttons


def test_what_was_asked_for_before_a_stop_in_the_same_batch_is_not_sent(table: Table) -> None:
    table.joins(SAM)
    table.take(table.inbound(SAM, "MENU"), table.inbound(SAM, "STOP"))
    told = table.hears(SAM)
    assert len(told) == 1
    assert "START" in told[0]


# ---------------------------------------------------------------- one person's fault is nobody else's


def spoil(table: Table, name: str, **where: Any) -> None:
    """Make what is sealed in these rows unreadable, as a lost key would."""
    which = tables.metadata.tables[name]
    column = "state" if name == "sessions" else "sealed"

    def unit(db: Db) -> None:
        query = update(which).values({column: b"gone" * 12})
        for key, value in where.items():
            query = query.where(which.c[key] == value)
        db.connection.execute(query)

    table.database.run_now(unit)


@pytest.mark.parametrize("name", ["sessions", "participants"])
def test_a_conversation_that_cannot_be_opened_holds_up_nobody_elses(table: Table, name: str) -> None:
    table.joins(SAM)
    sam = table.rows("participants", status="active")[0].id
    table.joins(ALEX)
    table.says(SAM, "checkin")
    table.says(ALEX, "checkin")
    spoil(table, name, **({"participant_id": sam, "status": "open"} if name == "sessions" else {"id": sam}))
    table.nobody_is_due()
    table.passes(hours=72)
    assert not table.rows("sessions", status="open")
    assert ("could not read a message", "open") in table.alerts()


def test_a_booking_that_cannot_be_opened_holds_up_nobody_elses(table: Table) -> None:
    table.joins(SAM)
    sam = table.rows("participants", status="active")[0].id
    table.joins(ALEX)
    alex = next(row.id for row in table.rows("participants", status="active") if row.id != sam)
    due = table.now + timedelta(hours=1)
    one = BookLater("did-you-go", due, (("find-group.day", "any"),))
    table.database.run_now(lambda db: bookings.add(db, [(sam, one), (alex, one)], table.now))
    spoil(table, "bookings", participant_id=sam)
    table.passes(hours=2)
    assert {row.participant_id: row.status for row in table.rows("bookings")} == {sam: "excused", alex: "started"}


def test_a_colleague_whose_name_cannot_be_opened_silences_no_crisis(table: Table) -> None:
    table.joins(SAM)
    names = update(tables.staff).values(name=b"gone" * 12)
    table.database.run_now(lambda db: db.connection.execute(names))
    assert any("999" in text for text in table.says(SAM, "took all my tablets"))
    assert ("crisis A", "open") in table.alerts()
    assert any(message.address == COORDINATOR and "URGENT" in message.text for message in table.sent)


def test_somebody_whose_record_cannot_be_opened_still_gets_the_lines(table: Table) -> None:
    table.joins(SAM)
    spoil(table, "participants", id=table.rows("participants", status="active")[0].id)
    assert any("999" in text for text in table.says(SAM, "took all my tablets"))
    assert ("crisis A", "open") in table.alerts()


def lose_release(table: Table) -> None:
    """Open conversations stand on a release that is not there any more."""

    def unit(db: Db) -> None:
        for row in db.connection.execute(tables.sessions.select().where(tables.sessions.c.status == "open")).all():
            session = load(db.vault.open("sessions", "state", row.id, row.state))._replace(release="0" * 64)
            db.connection.execute(
                update(tables.sessions)
                .where(tables.sessions.c.id == row.id)
                .values(state=db.vault.seal("sessions", "state", row.id, dump(session)), release="0" * 64)
            )

    table.database.run_now(unit)


def test_an_answer_is_never_taken_for_another_releases_question(table: Table) -> None:
    table.says(SAM, "hello")
    table.says(SAM, "Y")  # the consent question is open

    lose_release(table)
    told = table.says(SAM, "Y")
    assert table.status(SAM) != "active"
    assert any("18 or over" in text for text in told)


def test_silence_on_a_release_that_cannot_be_read_is_told_to_staff(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "checkin")
    lose_release(table)
    table.nobody_is_due()
    table.passes(hours=72)
    assert ("could not read a message", "open") in table.alerts()
    assert not table.rows("sessions", status="open")


# ---------------------------------------------------------------- carriers and consent


def test_yes_that_the_carrier_took_for_an_opt_in_is_an_answer(table: Table) -> None:
    table.says(SAM, "hello")
    assert any("OK to start?" in text for text in table.says(SAM, "YES", kind=Heard.OPT_IN))


def test_yes_that_the_carrier_took_for_an_opt_in_does_not_lift_a_stop(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "STOP", kind=Heard.OPT_OUT)
    assert any("Text START" in text for text in table.says(SAM, "YES", kind=Heard.OPT_IN))
    assert table.status(SAM) == "stopped"


def test_a_consent_withdrawn_stays_withdrawn_when_what_is_private_has_changed(table: Table) -> None:
    table.joins(SAM)
    sam = table.rows("participants", status="active")[0].id
    # an older release kept everything sealed
    everything = {"nickname": "Sam", "consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes"}
    change = people.PersonChange(id=sam, private=everything, remembered={})
    table.database.run_now(lambda db: people.save(db, [change], table.now))
    table.says(SAM, "STOP")
    table.says(SAM, "START")
    table.says(SAM, "N")  # consent_join is now no
    values, _ = table.database.run_now(lambda db: people.values_of(db, sam))
    assert values["consent_join"] == "no"


def test_what_was_paired_in_practice_opens_no_gate_for_real_people(closed_table: Table) -> None:
    closed_table.opens()  # on a real channel
    assert closed_table.database.run_now(staff.retire_practice) == 0

    def practised(db: Db) -> int:
        db.connection.execute(
            update(tables.addresses).where(tables.addresses.c.staff_id.is_not(None)).values(channel=Channel.PRACTICE)
        )
        return staff.retire_practice(db)

    assert closed_table.database.run_now(practised) == 1
    assert closed_table.database.run_now(alerts.gate_is_open) is False
    assert closed_table.database.run_now(staff.coordinators) == []


def test_asking_for_a_mentor_again_after_somebody_took_it_is_told_again(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "MENTOR")
    first = next(m.text for m in reversed(table.sent) if m.address == COORDINATOR)
    table.says(COORDINATOR, f"ON IT {code_in(first)}")
    table.passes(hours=1)
    before = len(table.sent)
    assert any("asked a mentor" in text for text in table.says(SAM, "MENTOR"))
    table.deliver()
    assert any("ON IT" in m.text for m in table.sent[before:] if m.address == COORDINATOR)
    assert table.alerts() == [("asked for a mentor", "open")]
