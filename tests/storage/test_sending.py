"""What may go out, when, and how every send ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.effects import Button, Purpose
from flows.model import Channel
from flows.statuses import PersonStatus
from storage import claiming, pages, people, receipts, staff
from storage import ends as ending
from storage.alerts import Alarm, open_, resolve
from storage.database import Database
from storage.ends import End, Failed, Retry, Sent, Unknown
from storage.outbox import Message
from storage.pages import Page
from storage.receipts import RANK, Receipt
from storage.taking import acknowledge
from tests.storage.scene import (
    ALEX,
    CHAT,
    DAYTIME,
    MORNING,
    NIGHT,
    NOW,
    SAM,
    claim,
    coordinator,
    ends,
    lowest,
    participant,
    person_id,
    queue,
    rows,
    stop,
    strangers,
    to,
)

MINUTE = timedelta(minutes=1)


def record(database: Database, *sent: End) -> list[int]:
    return database.run_now(lambda db: ending.record(db, sent, NOW))


def test_a_claimed_message_is_opened_and_marked_as_being_sent(database: Database) -> None:
    sam = participant(database)
    (made,) = queue(database, to(sam, words="How are you? ❤", buttons=(Button("Fine", "1:fine"),), parts=2))
    (claimed,) = claim(database)
    assert (claimed.id, claimed.channel, claimed.address) == (made, *SAM)
    assert (claimed.text, claimed.buttons) == ("How are you? ❤", (Button("Fine", "1:fine"),))
    assert (claimed.parts, claimed.attempts, claimed.made_at) == (2, 1, NOW)
    assert ends(database) == [("sending", None)]
    assert claim(database) == []


def test_the_most_urgent_go_first_and_otherwise_the_oldest(database: Database) -> None:
    contacts = strangers(database, *((Channel.SMS, f"+4477009000{number:02}") for number in range(10, 17)))
    purposes = [Purpose.NOTICE, Purpose.STARTED, Purpose.REPLY, Purpose.CONFIRM, Purpose.ALERT, Purpose.CRISIS]
    messages = [to(contact, purpose, purpose) for contact, purpose in zip(contacts.values(), purposes, strict=False)]
    queue(database, *messages)
    assert [message.text for message in claim(database, limit=3)] == ["crisis", "alert", "reply"]
    assert [message.text for message in claim(database)] == ["confirm", "started", "notice"]


def test_only_what_is_due_and_on_a_channel_that_is_ready_goes(database: Database) -> None:
    sam, chat = participant(database), participant(database, CHAT)
    queue(database, to(sam, not_before=NOW + MINUTE), to(chat, words="by chat"))
    assert claim(database, channels=[Channel.SMS]) == []
    assert [message.text for message in claim(database, NOW + MINUTE, channels=[Channel.SMS])] == ["Hello"]
    assert [message.text for message in claim(database, channels=[Channel.TELEGRAM])] == ["by chat"]


def test_one_address_gets_its_messages_one_at_a_time_and_in_order(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    queue(database, to(sam, words="one"), to(sam, words="two"), to(alex, words="other"))
    first = claim(database)
    assert sorted(message.text for message in first) == ["one", "other"]
    assert claim(database) == []
    record(database, *(Sent(message.id, f"SM{message.id}") for message in first))
    assert [message.text for message in claim(database)] == ["two"]


def test_a_crisis_message_passes_one_that_is_in_flight(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam))
    claim(database)
    queue(database, to(sam, Purpose.CRISIS, "Call 999"), to(sam, words="routine"))
    assert [message.text for message in claim(database)] == ["Call 999"]


def test_one_blocked_address_with_a_long_queue_delays_nobody(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    queue(database, *(to(sam, words=f"{number}") for number in range(40)), to(alex, words="mine"))
    (first,) = claim(database, limit=1)
    record(database, Retry(first.id, NOW + MINUTE, "429"))
    assert [message.text for message in claim(database, limit=1)] == ["mine"]


def test_after_a_refusal_the_others_to_that_address_wait_as_well_and_keep_their_order(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam, words="one"), to(sam, words="two"))
    (one,) = claim(database)
    queue(database, to(sam, Purpose.CRISIS, "crisis"))
    record(database, Retry(one.id, NOW + MINUTE, "429"))
    (crisis,) = claim(database)
    assert crisis.text == "crisis"
    record(database, Sent(crisis.id, "SM1"))
    assert claim(database, NOW + MINUTE - timedelta(microseconds=1)) == []
    (again,) = claim(database, NOW + MINUTE)
    assert (again.text, again.attempts) == ("one", 2)


STOPPED_EARLIER = NOW - MINUTE


@pytest.mark.parametrize(
    ("purpose", "made_after_stop", "goes"),
    [
        (Purpose.STARTED, True, False),
        (Purpose.STARTED, False, False),
        (Purpose.REPLY, False, False),
        (Purpose.REPLY, True, True),
        (Purpose.CONFIRM, True, True),
        (Purpose.CRISIS, True, True),
        (Purpose.CRISIS, False, True),
    ],
)
def test_after_stop_nothing_is_started(database: Database, purpose: Purpose, made_after_stop: bool, goes: bool) -> None:
    sam = participant(database)
    at = NOW if made_after_stop else NOW - 2 * MINUTE
    if made_after_stop:
        stop(database, sam, STOPPED_EARLIER)
        queue(database, to(sam, purpose), at=at)
    else:
        queue(database, to(sam, purpose), at=at)
        stop(database, sam, STOPPED_EARLIER)
    assert bool(claim(database)) is goes
    assert ends(database) == [("sending", None) if goes else ("suppressed", "stopped")]


def test_a_message_refused_for_now_is_not_sent_once_they_have_stopped(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam))
    (message,) = claim(database)
    stop(database, sam, NOW + MINUTE)
    record(database, Retry(message.id, NOW + MINUTE, "429"))
    assert claim(database, NOW + 2 * MINUTE) == []
    assert ends(database) == [("suppressed", "stopped")]


@pytest.mark.parametrize(
    ("purpose", "age", "held"),
    [
        (Purpose.STARTED, timedelta(0), True),
        (Purpose.REPLY, timedelta(minutes=10), False),
        (Purpose.REPLY, timedelta(minutes=10, microseconds=1), True),
        (Purpose.CONFIRM, timedelta(hours=1), False),
        (Purpose.ALERT, timedelta(hours=1), False),
        (Purpose.CRISIS, timedelta(hours=1), False),
    ],
)
def test_quiet_hours_hold_what_the_bot_starts_and_answers_that_are_stale(
    database: Database, purpose: Purpose, age: timedelta, held: bool
) -> None:
    sam = participant(database)
    queue(database, to(sam, purpose), at=NOW - age)
    assert bool(claim(database, hours=NIGHT)) is not held
    if held:
        assert ends(database) == [("queued", None)]
        assert claim(database, MORNING - timedelta(microseconds=1)) == []
        assert len(claim(database, MORNING)) == 1


def test_what_staff_asked_for_is_theirs_at_any_hour(database: Database) -> None:
    kim, address_id = coordinator(database)
    number = Message(
        address_id=address_id, channel=Channel.SMS, staff_id=kim.id, purpose=Purpose.REPLY, text="Sam, 07700 900123"
    )
    queue(database, number, at=NOW - timedelta(hours=1))
    assert len(claim(database, hours=NIGHT)) == 1


def test_what_would_be_too_late_by_then_expires(database: Database) -> None:
    sam = participant(database)
    queue(database, to(sam, Purpose.STARTED, expires_at=NOW + MINUTE))
    assert claim(database, hours=NIGHT) == []
    assert claim(database, MORNING) == []
    assert ends(database) == [("suppressed", "expired")]


@pytest.mark.parametrize(("until", "goes"), [(date(2026, 11, 23), True), (date(2026, 11, 24), False)])
def test_a_pause_holds_what_the_bot_starts_until_its_day(database: Database, until: date, goes: bool) -> None:
    sam = participant(database, paused_until=until)
    queue(database, to(sam, Purpose.STARTED))
    assert bool(claim(database)) is goes
    assert ends(database) == [("sending", None) if goes else ("suppressed", "paused")]


def test_a_pause_does_not_hold_an_answer(database: Database) -> None:
    queue(database, to(participant(database, paused_until=date(2027, 1, 1))))
    assert len(claim(database)) == 1


def test_nothing_is_started_while_a_crisis_is_open(database: Database) -> None:
    sam = participant(database)
    alarm = Alarm(participant_id=person_id(sam), policy="crisis-a", about="going to act", tier="A")
    database.run_now(lambda db: open_(db, alarm, NOW, lowest))
    queue(database, to(sam, Purpose.STARTED))
    assert claim(database) == []
    assert ends(database) == [("suppressed", "crisis")]


def test_nothing_is_started_to_an_address_that_is_blocked(database: Database) -> None:
    sam = participant(database)
    database.run_now(lambda db: people.set_trouble(db, sam.address_id, "blocked"))
    queue(database, to(sam, Purpose.STARTED))
    assert claim(database) == []
    queue(database, to(sam, Purpose.CRISIS))
    assert [message.purpose for message in claim(database)] == [Purpose.CRISIS]
    assert ends(database) == [("suppressed", "blocked"), ("sending", None)]


def alert_message(
    database: Database, *, crisis: bool = False, any_hour: bool | None = None
) -> tuple[Message, int, Any]:
    member, address_id = coordinator(database)
    sam = participant(database)
    kept = {} if any_hour is None else {"any_hour": any_hour}
    alarm = Alarm(
        participant_id=person_id(sam), policy="help", about="asked", tier="A" if crisis else "", snapshot=kept
    )
    alert, _ = database.run_now(lambda db: open_(db, alarm, NOW, lowest))
    message = Message(
        address_id=address_id,
        channel=Channel.SMS,
        purpose=Purpose.ALERT,
        text="S needs you",
        staff_id=member.id,
        alert_id=alert.id,
        crisis=crisis,
    )
    queue(database, message)
    return message, alert.id, member


@pytest.mark.parametrize(
    ("any_hour", "crisis", "held"),
    [
        (False, False, True),
        (True, False, False),
        (None, False, False),  # nobody knows what its policy says
        (False, True, False),
    ],
)
def test_a_routine_page_waits_for_the_morning(
    database: Database, any_hour: bool | None, crisis: bool, held: bool
) -> None:
    alert_message(database, crisis=crisis, any_hour=any_hour)
    assert bool(claim(database, hours=replace(NIGHT, at_work=lambda: False))) is not held
    if held:
        assert claim(database, MORNING - timedelta(microseconds=1)) == []
        assert len(claim(database, MORNING)) == 1


def test_whoever_works_at_night_is_paged_at_night(database: Database) -> None:
    alert_message(database, any_hour=False)
    assert len(claim(database, hours=replace(NIGHT, at_work=lambda: True))) == 1


@pytest.mark.parametrize("any_hour", [True, False])
def test_a_page_about_several_alerts_goes_at_night_where_one_of_them_must(database: Database, any_hour: bool) -> None:
    _, alert_id, member = alert_message(database, any_hour=False)
    alarm = Alarm(participant_id=None, policy="lost", about="lost", snapshot={"any_hour": any_hour})
    other, _ = database.run_now(lambda db: open_(db, alarm, NOW, lowest))
    ((outbox_id,),) = rows(database, "SELECT id FROM outbox")
    told = [
        Page(alert_id=each, staff_id=member.id, round_at=NOW, step=0, channel=Channel.SMS, at=NOW, outbox_id=outbox_id)
        for each in (alert_id, other.id)
    ]
    database.run_now(lambda db: pages.add(db, told))
    assert bool(claim(database, hours=NIGHT)) is any_hour


@pytest.mark.parametrize(("purpose", "held"), [(Purpose.NOTICE, True), (Purpose.ALERT, False)])
def test_a_notice_waits_for_the_morning_and_what_is_wrong_with_the_service_does_not(
    database: Database, purpose: Purpose, held: bool
) -> None:
    kim, address_id = coordinator(database)
    queue(
        database,
        Message(address_id=address_id, channel=Channel.SMS, staff_id=kim.id, purpose=purpose, text="Nobody is reached"),
    )
    assert bool(claim(database, hours=NIGHT)) is not held


def test_once_somebody_has_taken_an_alert_the_rest_are_not_sent(database: Database) -> None:
    _, _, member = alert_message(database)
    database.run_now(lambda db: acknowledge(db, member, "10", NOW))
    assert claim(database) == []
    assert ends(database) == [("suppressed", "acknowledged")]


def test_once_an_alert_is_resolved_the_rest_are_not_sent(database: Database) -> None:
    _, alert_id, _ = alert_message(database)
    database.run_now(lambda db: resolve(db, alert_id, "spoke", NOW, "operator"))
    assert claim(database) == []
    assert ends(database) == [("suppressed", "resolved")]


def test_staff_who_sent_stop_are_sent_no_alerts(database: Database) -> None:
    _, _, member = alert_message(database)
    database.run_now(lambda db: staff.stop(db, member.id))
    assert claim(database) == []
    assert ends(database) == [("suppressed", "staff not confirmed")]


def test_every_end_is_written_and_only_from_sending(database: Database) -> None:
    contacts = [participant(database, (Channel.SMS, f"+4477009000{number}")) for number in range(10, 13)]
    ids = queue(database, *(to(contact) for contact in contacts))
    record(database, Sent(ids[0], "SM0"))
    assert ends(database)[0] == ("queued", None)
    claim(database)
    record(database, Sent(ids[0], "SM0"), Failed(ids[1], "21211"), Unknown(ids[2], "timeout"))
    assert ends(database) == [("sent", None), ("failed", "21211"), ("unknown", "timeout")]
    record(database, Failed(ids[0], "late"), Retry(ids[1], NOW, "late"))
    assert ends(database) == [("sent", None), ("failed", "21211"), ("unknown", "timeout")]


@pytest.mark.parametrize("purpose", [Purpose.REPLY, Purpose.STARTED, Purpose.CONFIRM, Purpose.NOTICE])
def test_an_unknown_outcome_is_never_sent_again(database: Database, purpose: Purpose) -> None:
    queue(database, to(participant(database), purpose))
    (message,) = claim(database)
    assert record(database, Unknown(message.id)) == []
    assert claim(database) == []


def test_an_unknown_crisis_reply_is_sent_once_more_and_not_twice(database: Database) -> None:
    queue(database, to(participant(database), Purpose.CRISIS, "Call 999"))
    (message,) = claim(database)
    (again,) = record(database, Unknown(message.id, "timeout"))
    (second,) = claim(database)
    assert (second.id, second.text, second.purpose) == (again, "Call 999", Purpose.CRISIS)
    assert record(database, Unknown(second.id, "timeout")) == []
    assert claim(database) == []
    assert [status for status, _ in ends(database)] == ["unknown", "unknown"]


def test_an_unknown_crisis_alert_is_sent_once_more(database: Database) -> None:
    alert_message(database, crisis=True)
    (message,) = claim(database)
    assert len(record(database, Unknown(message.id))) == 1
    assert [again.staff_id for again in claim(database)] == [message.staff_id]


def test_what_a_dead_process_left_in_sending_is_unknown(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    ids = queue(database, to(sam), to(alex))
    claim(database)
    database.run_now(lambda db: receipts.take(db, [Receipt(status="sent", provider_id="SM2", outbox_id=ids[1])]))
    assert database.run_now(lambda db: ending.recover(db, NOW, NOW - MINUTE)) == []
    assert [left.id for left in database.run_now(lambda db: ending.recover(db, NOW, NOW))] == ids
    assert ends(database) == [("unknown", "stopped while sending"), ("sent", None)]


def sent(database: Database, provider_id: str = "SM1") -> int:
    (made,) = queue(database, to(participant(database)))
    claim(database)
    record(database, Sent(made, provider_id))
    return made


def take(database: Database, *taken: Receipt) -> list[str]:
    return [moved.receipt for moved in database.run_now(lambda db: receipts.take(db, taken))]


def receipt_of(database: Database) -> list[Any]:
    return rows(database, "SELECT status, receipt, receipt_code, provider_id FROM outbox")


def test_receipts_only_move_forward(database: Database) -> None:
    sent(database)
    for status in RANK:
        take(database, Receipt(status=status, provider_id="SM1"))
    assert receipt_of(database) == [("sent", "read", None, "SM1")]
    for status in RANK:
        assert take(database, Receipt(status=status, provider_id="SM1")) == []


@pytest.mark.parametrize(
    ("first", "then", "stands"),
    [
        ("delivered", "sent", "delivered"),
        ("sent", "delivered", "delivered"),
        ("delivered", "undelivered", "delivered"),
        ("undelivered", "delivered", "undelivered"),
        ("queued", "queued", "queued"),
        ("sent", "nonsense", "sent"),
        ("failed", "sent", "failed"),
    ],
)
def test_the_order_receipts_come_in_does_not_matter(database: Database, first: str, then: str, stands: str) -> None:
    sent(database)
    take(database, Receipt(status=first, provider_id="SM1"), Receipt(status=then, provider_id="SM1"))
    assert receipt_of(database)[0][1] == stands


def test_a_receipt_says_whose_message_moved_and_why_it_was_not_delivered(database: Database) -> None:
    made = sent(database)
    (moved,) = database.run_now(
        lambda db: receipts.take(db, [Receipt(status="undelivered", code="30005", outbox_id=made)])
    )
    assert (moved.id, moved.channel, moved.code, moved.receipt) == (made, Channel.SMS, "30005", "undelivered")
    assert receipt_of(database) == [("sent", "undelivered", "30005", "SM1")]


@pytest.mark.parametrize(
    ("status", "becomes"), [("queued", "sent"), ("delivered", "sent"), ("undelivered", "sent"), ("failed", "failed")]
)
def test_a_receipt_resolves_an_unknown_outcome(database: Database, status: str, becomes: str) -> None:
    (made,) = queue(database, to(participant(database)))
    claim(database)
    record(database, Unknown(made, "timeout"))
    take(database, Receipt(status=status, provider_id="SM9", outbox_id=made))
    assert receipt_of(database) == [(becomes, status, None, "SM9")]


def test_a_receipt_that_overtakes_our_own_record_is_kept(database: Database) -> None:
    (made,) = queue(database, to(participant(database)))
    claim(database)
    take(database, Receipt(status="delivered", provider_id="SM1", outbox_id=made))
    record(database, Sent(made, "SM1"))
    assert receipt_of(database) == [("sent", "delivered", None, "SM1")]


def test_a_receipt_for_nothing_of_ours_does_nothing(database: Database) -> None:
    made = sent(database)
    assert take(database, Receipt(status="delivered", provider_id="SM404")) == []
    assert take(database, Receipt(status="delivered", outbox_id=404)) == []
    assert take(database, Receipt(status="delivered", outbox_id=made, provider_id="SM404")) == []
    assert take(database, Receipt(status="delivered")) == []


def test_health_counts_what_waits_and_since_when(database: Database) -> None:
    sam, alex = participant(database), participant(database, ALEX)
    queue(database, to(sam), to(sam, not_before=NOW + MINUTE), to(alex, not_before=NOW + MINUTE))
    found = database.run_now(lambda db: ending.health(db, NOW))
    assert (found.queued, found.sending, found.waiting_since) == (3, 0, NOW)
    claim(database)
    found = database.run_now(lambda db: ending.health(db, NOW))
    assert (found.queued, found.sending, found.waiting_since) == (2, 1, None)
    found = database.run_now(lambda db: ending.health(db, NOW + 2 * MINUTE))
    assert found.waiting_since == NOW + MINUTE


def test_time_zones_are_asked_of_the_person(database: Database) -> None:
    sam = participant(database, time_zone="Pacific/Auckland")
    asked: list[str] = []

    def quiet_until(zone: str) -> None:
        asked.append(zone)

    queue(database, to(sam, Purpose.STARTED))
    claim(database, hours=type(DAYTIME)(quiet_until=quiet_until, today=lambda _: NOW.date()))
    assert asked == ["Pacific/Auckland"]


def test_a_stranger_who_writes_is_answered(database: Database) -> None:
    sam = strangers(database, SAM)[SAM]
    assert sam.participant is not None
    assert sam.participant.status is PersonStatus.STRANGER
    queue(database, to(sam))
    assert len(claim(database)) == 1


def test_two_workers_never_claim_the_same_message(postgresql_url: str, keyring: Any) -> None:
    with Database.open(postgresql_url, keyring) as one, Database.open(postgresql_url, keyring, inline=True) as other:
        contacts = strangers(one, *((Channel.SMS, f"+4477009000{number}") for number in range(10, 40)))
        queue(one, *(to(contact) for contact in contacts.values()), *(to(contact) for contact in contacts.values()))

        def both(db: Any) -> tuple[list[int], list[int]]:
            mine = claiming.claim(db, NOW, 5, claiming.waiting(db, NOW, tuple(Channel)), DAYTIME).messages
            theirs = claim(other, limit=64)  # while ours has not committed
            return [each.address_id for each in mine], [each.address_id for each in theirs]

        mine, theirs = one.run_now(both)
        assert len(mine) == 5
        assert not set(mine) & set(theirs)
        assert len(theirs) == len(set(theirs))
