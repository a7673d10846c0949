"""Which phone hears, what happens when a page does not get through, bundles, floods, and what a message says."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import alerting, escalating
from bot.content import Checked
from bot.telling import alias, alias_letters
from bot.undelivered import Undelivered
from flows.effects import Purpose
from flows.errors import Meaning
from flows.model import Channel
from flows.statuses import AlertStatus
from storage import alerts, outbox, staff, tables
from storage.database import Database
from storage.fields import Keyring
from storage.outbox import read_body
from storage.statements import Db
from storage.taking import Said
from tests.escalation.office import NIGHT, Office, policy

BOTH = (Channel.TELEGRAM, Channel.SMS)  # Telegram is the one they used last
ROUTINE = policy("went quiet", ("", "mentor"), ("2 working hours", "coordinators"))


def channels(office: Office, alert: alerts.Alert) -> list[str]:
    return [str(page["channel"]) for page in office.pages(alert)]


@pytest.mark.parametrize(
    ("by", "prefers", "first"),
    [
        ("", None, "telegram"),  # the one last used
        ("", Channel.SMS, "sms"),  # as they like it
        ("telegram, sms", Channel.SMS, "telegram"),  # the policy goes before
        ("sms", None, "sms"),
    ],
)
def test_a_page_goes_to_one_phone(office: Office, by: str, prefers: Channel | None, first: str) -> None:
    office.goes_by(policy("went quiet", ("", "mentor"), by=by))
    ana = office.joins("Ana", by=BOTH, prefers=prefers)
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert channels(office, alert) == [first]


def test_a_page_that_surely_failed_is_tried_by_the_other_channel_at_once(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana", by=BOTH)
    office.coordinates("Kim")
    office.fails = {Channel.TELEGRAM: Meaning.UNREACHABLE}
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert channels(office, alert) == ["telegram", "sms"]
    assert office.said() == [("Mon 10:00", "Ana")]


def test_where_no_channel_is_left_the_next_step_is_due_at_once(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana", by=BOTH)
    office.coordinates("Kim")
    office.failing = {"Ana": Meaning.UNREACHABLE}
    office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert office.said() == [("Mon 10:00", "Kim")]


def test_a_phone_that_always_fails_is_not_tried_without_end(office: Office) -> None:
    office.coordinates("Kim")
    office.failing = {"Kim": Meaning.UNREACHABLE}
    crisis = office.crisis(office.person())
    office.goes_on(minutes=60)
    assert 4 <= len(office.pages(crisis)) <= 9
    assert office.now_is(crisis).status is AlertStatus.OPEN


def test_a_page_nobody_knows_the_end_of_is_followed_by_another_channel_at_the_next(office: Office) -> None:
    office.goes_by(policy("went quiet", ("", "mentor"), repeat="1 hour", any_hour=True))
    ana = office.joins("Ana", by=BOTH)
    office.fails = {Channel.TELEGRAM: None}
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(hours=1)
    assert channels(office, alert) == ["telegram", "sms"]
    office.goes_on(hours=1)
    assert channels(office, alert)[2:] == ["telegram"]  # the last one by SMS went, so the order begins again


def test_a_page_still_queued_when_the_next_is_due_goes_by_another_channel(office: Office) -> None:
    kim = office.coordinates("Kim", by=BOTH)
    crisis = office.crisis(office.person())
    office.now += timedelta(minutes=5)
    office.tick()  # nothing has been delivered: Telegram hangs
    assert channels(office, crisis) == ["telegram", "sms"]
    assert office.on_it(kim, crisis) is Said.TAKEN


def test_coordinators_hear_once_a_day_that_somebody_on_the_staff_cannot_be_reached(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    office.failing = {"Ana": Meaning.BLOCKED}
    for _ in range(2):
        office.alert(office.person(mentor=ana))
        office.goes_on(minutes=1)
    warned = [text for _, name, text in office.heard if "don't get through" in text and name == "Kim"]
    assert warned == ["My messages don't get through to Ana. Please give them a ring."]


# ---------------------------------------------------------------- bundles and floods


def test_routine_alerts_that_are_due_together_are_one_message(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    office.now = NIGHT
    opened = [office.alert(office.person(mentor=ana)) for _ in range(3)]
    office.goes_on(hours=55)
    (when, who, text) = office.heard[0]
    assert (f"{when:%a %H:%M}", who) == ("Mon 09:00", "Ana")
    assert text.startswith("3 alerts. ")
    for alert in opened:
        assert f"code {alert.code}." in text
        assert alias(office.desk, alert.participant_id) in text
    office.heard = []
    (first, *others) = opened
    assert office.on_it(ana, first) is Said.TAKEN
    assert [office.now_is(alert).status for alert in others] == [AlertStatus.OPEN, AlertStatus.OPEN]


def test_a_long_bundle_names_the_first_and_counts_the_rest(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    opened = [office.alert(office.person(mentor=ana)) for _ in range(8)]
    office.goes_on(minutes=1)
    (text,) = [text for _, _, text in office.heard]
    assert text.startswith("8 alerts. ")
    assert f"code {opened[5].code}." in text
    assert f"code {opened[6].code}." not in text
    assert "And 2 more, text LIST." in text
    assert all(office.database.run_now(lambda db, one=each: alerts.was_told(db, ana.id, one.id)) for each in opened)  # type: ignore[misc]


def test_a_bundle_goes_while_one_of_its_alerts_is_open_and_not_once_none_is(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    kim = office.coordinates("Kim")
    first, second = office.alert(office.person(mentor=ana)), office.alert(office.person(mentor=ana))
    office.tick()
    office.on_it(kim, first)
    assert [str(each) for each in office.queued()] == ["alert"]
    office.deliver()
    assert office.names() == ["Ana"]
    third = office.alert(office.person(mentor=ana))
    fourth = office.alert(office.person(mentor=ana))
    office.tick()
    for alert in (second, third, fourth):
        office.on_it(kim, alert)
    office.deliver()
    assert office.names() == []


def test_two_crises_are_never_one_message(office: Office) -> None:
    office.coordinates("Kim")
    office.crisis(office.person())
    office.crisis(office.person())
    office.deliver()
    assert office.names() == ["Kim", "Kim"]
    office.heard = []
    office.now += timedelta(minutes=5)
    office.tick()
    office.deliver()
    assert office.names() == ["Kim", "Kim"]


def test_three_routine_messages_in_a_quarter_of_an_hour_and_the_rest_wait_for_one(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    for _ in range(7):
        office.alert(office.person(mentor=ana))
        office.goes_on(minutes=1)
    assert office.said() == [("Mon 10:00", "Ana"), ("Mon 10:01", "Ana"), ("Mon 10:02", "Ana")]
    office.goes_on(minutes=30)
    (at, name, text) = office.heard[0]
    assert (f"{at:%H:%M}", name) == ("10:15", "Ana")
    assert text.startswith("4 alerts.")
    assert len(office.heard) == 1


def test_a_flood_of_routine_alerts_never_holds_a_crisis(office: Office) -> None:
    office.goes_by(policy("went quiet", ("", "coordinators")))
    office.coordinates("Kim")
    for _ in range(5):
        office.alert(office.person())
        office.goes_on(minutes=1)
    office.said()
    office.crisis(office.person())
    office.deliver()
    assert office.names() == ["Kim"]


def test_one_whose_phone_has_had_enough_keeps_nobody_else_waiting(office: Office) -> None:
    office.goes_by(policy("went quiet", ("", "mentor, coordinators"), ("2 working hours", "coordinators")))
    ana, ben = office.joins("Ana"), office.joins("Ben")
    for mentor in (ana, ana, ana):
        office.alert(office.person(mentor=mentor))
        office.goes_on(minutes=1)
    office.coordinates("Kim")
    office.said()
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]
    assert office.now_is(alert).step == 0
    office.goes_on(minutes=15)
    assert [name for _, name in office.said()] == ["Ana"]
    assert office.now_is(alert).step == 1
    assert ben.id not in {page["staff_id"] for page in office.pages(alert)}


# ---------------------------------------------------------------- what it says


def test_a_page_says_who_what_when_and_how_often_and_nothing_else(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    sam = office.person(mentor=ana)
    alert = office.alert(sam)
    office.goes_on(minutes=1)
    office.alert(sam)
    office.goes_on(hours=27)
    who = f"Person {alias_letters(sam)}"
    assert [text for _, _, text in office.heard] == [
        f"{who}: went quiet, 10:00. Text ON IT {alert.code} to take it.",
        f"{who}: went quiet, 10:00, 2 times. Text ON IT {alert.code} to take it.",
        f"{who}: went quiet, 23/11 10:00, 2 times. Text ON IT {alert.code} to take it.",
    ]


def test_nobody_shares_an_alias_and_it_is_never_taken_for_a_code(office: Office) -> None:
    ids = [office.person() for _ in range(40)]
    near = [ids[0] + step for step in range(20_000)] + [ids[0] + (step << 22) for step in range(1, 20_000)]
    assert len({alias_letters(each) for each in ids}) == 40
    shared = len(near) - len({alias_letters(each) for each in near})
    assert shared < 30  # of forty thousand: what chance gives sixty-four million names
    assert all(re.fullmatch("[A-Z]{6}", alias_letters(each)) for each in near)
    assert alias(office.desk, ids[0]) == alias(office.desk, ids[0])


def test_an_alert_by_telegram_has_buttons_that_carry_its_id(office: Office) -> None:
    office.coordinates("Kim", by=(Channel.TELEGRAM,))
    crisis = office.crisis(office.person())

    def unit(db: Db) -> list[str]:
        row = db.connection.execute(select(tables.outbox.c.id, tables.outbox.c.body)).one()
        return [button.data for button in read_body(db.vault.open("outbox", "body", row.id, row.body))[1]]

    assert office.database.run_now(unit) == [f"alert {crisis.id}:on it", f"alert {crisis.id}:pass"]


# ---------------------------------------------------------------- they have replied


def replies(office: Office, person_id: int) -> None:
    def unit(db: Db) -> None:
        outbox.queue(db, alerting.they_replied(db, office.desk, person_id, office.now), office.now)

    office.database.run_now(unit)
    office.deliver()


def test_a_reply_closes_what_nobody_has_taken_and_tells_those_who_know(office: Office) -> None:
    office.goes_by(policy("missed check-in", ("", "mentor"), ("24 working hours", "coordinators")))
    ana = office.joins("Ana")
    office.coordinates("Kim")
    sam = office.person(mentor=ana)
    alert = office.alert(sam, "missed check-in", asked=False)
    office.goes_on(minutes=1)
    office.said()
    replies(office, sam)
    assert [(name, text) for _, name, text in office.heard] == [
        ("Ana", f"Person {alias_letters(sam)} has replied, so code {alert.code} is closed. Nothing for you to do.")
    ]
    now = office.now_is(alert)
    assert (now.status, now.outcome) == (AlertStatus.RESOLVED, "replied")
    office.heard = []
    replies(office, sam)
    assert office.said() == []


def test_a_reply_leaves_it_with_whoever_has_taken_it_and_they_hear_once(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    sam = office.person(mentor=ana)
    alert = office.alert(sam)
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    office.said()
    replies(office, sam)
    replies(office, sam)
    assert [text for _, _, text in office.heard] == [
        f"Person {alias_letters(sam)} has replied. Code {alert.code} is still yours."
        f" Text DONE {alert.code} when it's finished."
    ]
    assert office.now_is(alert).status is AlertStatus.ACKNOWLEDGED


def test_whoever_had_it_before_it_was_open_again_hears_that_a_reply_closed_it(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    sam = office.person(mentor=ana)
    alert = office.alert(sam)
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    replies(office, sam)
    office.goes_on(days=14)
    assert office.now_is(alert).status is AlertStatus.OPEN  # she never finished it
    office.said()
    office.heard = []
    replies(office, sam)
    assert [(name, text) for _, name, text in office.heard] == [
        ("Ana", f"Person {alias_letters(sam)} has replied, so code {alert.code} is closed. Nothing for you to do.")
    ]


def test_that_somebody_replied_wakes_nobody(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    sam = office.person(mentor=ana)
    alert = office.alert(sam)
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    office.said()
    office.goes_on(hours=14)  # midnight
    replies(office, sam)
    assert office.said() == []
    office.goes_on(hours=9)
    assert office.said() == [("Tue 09:01", "Ana")]


def test_a_reply_before_anybody_was_told_tells_nobody(office: Office) -> None:
    office.goes_by(ROUTINE)
    ana = office.joins("Ana")
    office.now = NIGHT
    sam = office.person(mentor=ana)
    office.alert(sam)
    replies(office, sam)
    office.goes_on(days=3)
    assert office.said() == []


def test_a_reply_closes_no_crisis_and_no_request(office: Office) -> None:
    office.coordinates("Kim")
    sam = office.person()
    crisis, asked = office.crisis(sam), office.alert(sam, "asked for a mentor")
    replies(office, sam)
    assert {office.now_is(each).status for each in (crisis, asked)} == {AlertStatus.OPEN}


# ---------------------------------------------------------------- who comes, who is lost


def test_whoever_pairs_hears_what_is_open_once(office: Office) -> None:
    crisis = office.crisis(office.person())
    office.goes_on(minutes=1)
    kim = office.coordinates("Kim")
    for _ in range(2):
        office.database.run_now(lambda db: alerting.tell_newcomer(db, office.desk, kim.id, office.now))
    office.deliver()
    assert office.names() == ["Kim"]
    assert office.on_it(kim, crisis) is Said.TAKEN


def test_a_crisis_reply_that_was_lost_is_told_to_whoever_knows_of_the_crisis(office: Office) -> None:
    duty = office.joins("Dee", paid=True)
    office.on_duty(duty)
    office.coordinates("Kim")
    sam = office.person()
    crisis = office.crisis(sam, "B")
    office.deliver()
    office.said()
    lost = Undelivered(
        outbox_id=1,
        channel=Channel.SMS,
        address_id=1,
        purpose=Purpose.CRISIS,
        participant_id=sam,
        staff_id=None,
        alert_id=None,
        meaning=Meaning.OPTED_OUT,
        code="21610",
    )
    office.on_it(duty, crisis)
    office.database.run_now(lambda db: alerting.tell_undelivered(db, office.desk, lost, office.now))
    office.deliver()
    assert office.names() == ["Dee"]


# ---------------------------------------------------------------- four at once


def test_four_who_say_on_it_at_once_are_one_owner(postgresql_url: str, keyring: Keyring, checked: Checked) -> None:
    with Database.open(postgresql_url, keyring, hold=True) as database:
        office = Office(database, checked)
        team = [office.coordinates(name) for name in ("Ana", "Ben", "Caz", "Dee")]
        for _ in range(5):
            crisis = office.crisis(office.person())
            with ThreadPoolExecutor(4) as four:
                said = list(four.map(lambda member, code=crisis: office.on_it(member, code), team))
            assert sorted(said) == [Said.ALREADY, Said.ALREADY, Said.ALREADY, Said.TAKEN]
            owner = office.now_is(crisis).acknowledged_by
            assert owner == team[said.index(Said.TAKEN)].id


def test_four_clocks_at_once_page_each_step_once(postgresql_url: str, keyring: Keyring, checked: Checked) -> None:
    with Database.open(postgresql_url, keyring, hold=True) as database:
        office = Office(database, checked)
        office.goes_by(ROUTINE)
        ana = office.joins("Ana")
        opened = [office.alert(office.person(mentor=ana)) for _ in range(12)]

        def tick(_: int) -> int:
            return database.run_now(lambda db: escalating.escalate(db, office.desk, office.now, 4))

        with ThreadPoolExecutor(4) as four:
            assert sum(four.map(tick, range(8))) >= 12
        assert [len(office.pages(alert)) for alert in opened] == [1] * 12


def test_a_stranger_takes_nothing(office: Office) -> None:
    kim = office.coordinates("Kim")
    crisis = office.crisis(office.person())
    office.database.run_now(lambda db: staff.stop(db, kim.id))
    stopped = office.database.run_now(lambda db: staff.load(db, [kim.id]))[kim.id]
    assert office.on_it(stopped, crisis) is Said.NOT_THEIRS
