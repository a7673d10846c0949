"""Alerts: opened once, taken by the right person with the right code, resolved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.effects import Purpose
from flows.model import Channel
from flows.statuses import AlertStatus, OutboxStatus
from storage import alerts, audit, outbox, pages, staff, taking
from storage.alerts import Alarm, Alert
from storage.database import Database
from storage.pages import Page
from storage.staff import Role, StaffMember
from storage.statements import Db
from storage.taking import Said
from tests.storage.scene import (
    A_DAY,
    ALEX,
    KIM,
    NOW,
    SAM,
    coordinator,
    drawing,
    lowest,
    meet,
    participant,
    person_id,
)


def open_alert(
    database: Database, policy: str = "help", *, tier: str = "", key: tuple[Channel, str] = SAM, code: int = 0
) -> tuple[Alert, bool]:
    sam = person_id(participant(database, key))
    alarm = Alarm(participant_id=sam, policy=policy, about="asked for a mentor", tier=tier, snapshot={"steps": ["now"]})
    return database.run_now(lambda db: alerts.open_(db, alarm, NOW, drawing(code, 0, 0)))


def tell(database: Database, alert: Alert, member: StaffMember, address_id: int) -> None:
    message = outbox.Message(
        address_id=address_id,
        channel=Channel.SMS,
        purpose=Purpose.ALERT,
        text="…",
        staff_id=member.id,
        alert_id=alert.id,
    )

    def unit(db: Db) -> None:
        (outbox_id,) = outbox.queue(db, [message], NOW)
        page = Page(
            alert_id=alert.id,
            staff_id=member.id,
            round_at=alert.round_at,
            step=0,
            channel=Channel.SMS,
            at=NOW,
            outbox_id=outbox_id,
        )
        pages.add(db, [page])

    database.run_now(unit)


def acknowledge(database: Database, member: StaffMember, code: str) -> tuple[Said, Alert | None]:
    return database.run_now(lambda db: taking.acknowledge(db, member, code, NOW))


def test_the_same_alert_is_one_alert_until_it_is_resolved(database: Database) -> None:
    first, new = open_alert(database)
    again, new_again = open_alert(database)
    assert (new, new_again) == (True, False)
    assert (again.id, again.times) == (first.id, 2)
    database.run_now(lambda db: alerts.resolve(db, first.id, "spoke", NOW, audit.OPERATOR))
    later, new = open_alert(database)
    assert new
    assert later.id != first.id


def test_other_people_and_other_policies_are_other_alerts(database: Database) -> None:
    opened = [
        open_alert(database)[0],
        open_alert(database, "low")[0],
        open_alert(database, key=ALEX)[0],
    ]
    assert len({alert.id for alert in opened}) == len({alert.code for alert in opened}) == 3


def test_a_code_is_two_digits_and_free_until_all_are_taken(database: Database) -> None:
    def open_many(db: object) -> list[str]:
        return [
            alerts.open_(db, Alarm(participant_id=None, policy=f"{number}", about=""), NOW, lowest)[0].code  # type: ignore[arg-type]
            for number in range(92)
        ]

    codes = database.run_now(open_many)
    assert codes[:90] == [str(code) for code in range(10, 100)]
    assert codes[90:] == ["100", "101"]
    first = database.run_now(lambda db: alerts.by_code(db, "10"))
    assert first is not None
    database.run_now(lambda db: alerts.resolve(db, first.id, "spoke", NOW, audit.OPERATOR))
    assert open_alert(database)[0].code == "102"  # an answer to the old text must not take this one


def test_an_open_crisis_is_seen_by_the_next_turn(database: Database) -> None:
    alert, _ = open_alert(database, tier="A")
    sam = meet(database, SAM)[SAM].participant
    assert sam is not None
    assert sam.in_crisis
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    sam = meet(database, SAM)[SAM].participant
    assert sam is not None
    assert not sam.in_crisis


def test_a_coordinator_takes_an_alert_by_its_code(database: Database) -> None:
    alert, _ = open_alert(database, tier="A", code=37)
    kim, _ = coordinator(database)
    assert alert.code == "47"
    said, taken = acknowledge(database, kim, "47")
    assert said is Said.TAKEN
    assert taken is not None
    assert (taken.status, taken.acknowledged_by, taken.acknowledged_at) == (AlertStatus.ACKNOWLEDGED, kim.id, NOW)
    lines = database.run_now(lambda db: audit.of(db, alert.participant_id or 0))
    assert [line.action for _, line in lines] == ["alert.acknowledged"]


def test_the_second_to_take_it_hears_who_has_it_and_the_first_may_say_it_twice(database: Database) -> None:
    open_alert(database)
    kim, _ = coordinator(database)
    jo, _ = coordinator(database, ALEX)
    assert acknowledge(database, kim, "10")[0] is Said.TAKEN
    assert acknowledge(database, kim, "10")[0] is Said.TAKEN
    said, alert = acknowledge(database, jo, "10")
    assert said is Said.ALREADY
    assert alert is not None
    assert alert.acknowledged_by == kim.id


def test_a_code_that_is_wrong_or_over_takes_nothing(database: Database) -> None:
    alert, _ = open_alert(database)
    kim, _ = coordinator(database)
    assert acknowledge(database, kim, "11") == (Said.NO_SUCH, None)
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    assert acknowledge(database, kim, "10") == (Said.NO_SUCH, None)


def test_without_a_code_only_the_one_alert_that_reached_them_counts(database: Database) -> None:
    kim, address_id = coordinator(database)
    first, _ = open_alert(database)
    assert acknowledge(database, kim, "") == (Said.NO_SUCH, None)
    tell(database, first, kim, address_id)
    second, _ = open_alert(database, "low")
    assert acknowledge(database, kim, "")[0] is Said.TAKEN
    tell(database, second, kim, address_id)
    third, _ = open_alert(database, "lower")
    tell(database, third, kim, address_id)
    assert acknowledge(database, kim, "")[0] is Said.WHICH


def test_a_crisis_always_wants_its_code(database: Database) -> None:
    kim, address_id = coordinator(database)
    alert, _ = open_alert(database, tier="B")
    tell(database, alert, kim, address_id)
    assert acknowledge(database, kim, "")[0] is Said.WHICH
    assert acknowledge(database, kim, "10")[0] is Said.TAKEN


def test_a_mentor_takes_what_was_sent_to_them_and_never_a_crisis(database: Database) -> None:
    mentor, address_id = coordinator(database, role=Role.MENTOR)
    mine, _ = open_alert(database)
    crisis, _ = open_alert(database, "crisis-a", tier="A")
    open_alert(database, "other")
    for alert in (mine, crisis):
        tell(database, alert, mentor, address_id)
    assert acknowledge(database, mentor, "12")[0] is Said.NOT_THEIRS
    assert acknowledge(database, mentor, "11")[0] is Said.NOT_THEIRS
    assert acknowledge(database, mentor, "10")[0] is Said.TAKEN


def test_staff_who_have_not_confirmed_take_nothing(database: Database) -> None:
    open_alert(database)
    kim, _ = coordinator(database)
    database.run_now(lambda db: staff.stop(db, kim.id))
    stopped = database.run_now(lambda db: staff.load(db, [kim.id]))[kim.id]
    assert acknowledge(database, stopped, "10") == (Said.NOT_THEIRS, None)


@pytest.mark.parametrize(("role", "opens"), [(Role.COORDINATOR, True), (Role.MENTOR, False)])
def test_only_a_coordinators_answer_to_a_test_alert_opens_the_gate(database: Database, role: Role, opens: bool) -> None:
    test = Alarm(participant_id=None, policy="crisis-a", about="a test", tier="A", is_test=True)
    database.run_now(lambda db: alerts.open_(db, test, NOW, lowest))
    member, _ = coordinator(database, KIM, role)
    assert not database.run_now(alerts.gate_is_open)
    acknowledge(database, member, "10")
    assert database.run_now(alerts.gate_is_open) is opens


def test_a_resolved_alert_says_how_it_ended_and_stays_so(database: Database) -> None:
    alert, _ = open_alert(database)
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    database.run_now(lambda db: alerts.resolve(db, alert.id, "no answer", NOW + A_DAY, audit.OPERATOR))
    found = database.run_now(lambda db: alerts.get(db, alert.id))
    assert (found.status, found.outcome, found.resolved_at) == (AlertStatus.RESOLVED, "spoke", NOW)
    assert database.run_now(alerts.unresolved) == []
    assert alert.participant_id is not None
    about = alert.participant_id
    assert [each.id for each in database.run_now(lambda db: alerts.about(db, about))] == [alert.id]


# ---------------------------------------------------------------- by button, about oneself, paid and unpaid


def test_a_button_carries_the_alert_whatever_has_become_of_its_code(database: Database) -> None:
    first, _ = open_alert(database)
    second, _ = open_alert(database, "low")
    kim, _ = coordinator(database)
    said, taken = database.run_now(lambda db: taking.acknowledge(db, kim, "", NOW, second.id))
    assert said is Said.TAKEN
    assert taken is not None
    assert taken.id == second.id
    database.run_now(lambda db: alerts.resolve(db, second.id, "spoke", NOW, audit.OPERATOR))
    for gone in (second.id, 7):
        assert database.run_now(lambda db, one=gone: taking.acknowledge(db, kim, "", NOW, one)) == (Said.NO_SUCH, None)  # type: ignore[misc]
    assert database.run_now(lambda db: alerts.get(db, first.id)).status is AlertStatus.OPEN


@pytest.mark.parametrize("role", list(Role))
def test_nobody_takes_an_alert_about_themselves(database: Database, role: Role) -> None:
    alert, _ = open_alert(database)
    kim, address_id = coordinator(database, SAM, role)  # Sam's phone is on the staff as well
    tell(database, alert, kim, address_id)
    for said in (
        acknowledge(database, kim, "10")[0],
        database.run_now(lambda db: taking.snooze(db, kim, "10", NOW + A_DAY, NOW))[0],
    ):
        assert said is Said.NOT_THEIRS
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    assert database.run_now(lambda db: taking.reopen(db, kim, "10", NOW, lowest))[0] is Said.NOT_THEIRS


@pytest.mark.parametrize(
    ("paid", "told", "tier", "said"),
    [
        (False, True, "", Said.TAKEN),
        (False, False, "", Said.NOT_THEIRS),
        (True, True, "", Said.TAKEN),
        (True, False, "", Said.NOT_THEIRS),  # only what reached them
        (False, True, "B", Said.NOT_THEIRS),  # a crisis is never a volunteer's
        (True, True, "A", Said.TAKEN),
        (True, False, "A", Said.NOT_THEIRS),
    ],
)
def test_what_a_mentor_may_take(database: Database, paid: bool, told: bool, tier: str, said: Said) -> None:
    mentor, address_id = coordinator(database, KIM, Role.MENTOR, paid=paid)
    alert, _ = open_alert(database, tier=tier)
    if told:
        tell(database, alert, mentor, address_id)
    assert acknowledge(database, mentor, "10")[0] is said


# ---------------------------------------------------------------- codes rest


@pytest.mark.parametrize(("days", "code"), [(0, "11"), (13, "11"), (15, "10")])
def test_a_code_rests_for_a_fortnight_after_its_alert(database: Database, days: int, code: str) -> None:
    alert, _ = open_alert(database)
    assert alert.code == "10"
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    later = NOW + days * A_DAY
    alarm = Alarm(participant_id=None, policy="next", about="")
    assert database.run_now(lambda db: alerts.open_(db, alarm, later, lowest))[0].code == code


def test_the_code_of_a_closed_alert_takes_nothing_else(database: Database) -> None:
    kim, _ = coordinator(database)
    first, _ = open_alert(database)
    database.run_now(lambda db: alerts.resolve(db, first.id, "spoke", NOW, audit.OPERATOR))
    second, _ = open_alert(database, "low")
    assert acknowledge(database, kim, first.code) == (Said.NO_SUCH, None)
    assert database.run_now(lambda db: alerts.get(db, second.id)).status is AlertStatus.OPEN


# ---------------------------------------------------------------- PASS, LATER, REOPEN


def test_pass_gives_it_back_and_only_by_whoever_was_told_or_has_it(database: Database) -> None:
    mentor, address_id = coordinator(database, KIM, Role.MENTOR)
    kim, _ = coordinator(database, ALEX)
    alert, _ = open_alert(database)

    def passes(member: StaffMember) -> tuple[Said, Alert | None]:
        return database.run_now(lambda db: taking.pass_(db, member, "10", NOW))

    assert passes(mentor) == (Said.NOT_THEIRS, None)
    tell(database, alert, mentor, address_id)
    assert acknowledge(database, kim, "10")[0] is Said.TAKEN
    assert passes(mentor)[0] is Said.ALREADY  # Kim has it
    said, passed = passes(kim)
    assert said is Said.PASSED
    assert passed is not None
    assert (passed.status, passed.acknowledged_by, passed.passed, passed.next_at) == (
        AlertStatus.OPEN,
        None,
        (kim.id,),
        NOW,
    )
    said, passed = passes(mentor)
    assert passed is not None
    assert set(passed.passed) == {kim.id, mentor.id}


@pytest.mark.parametrize(("hours", "until"), [(2, 2), (24, 24), (200, 24)])
def test_later_takes_it_until_then_and_a_day_at_most(database: Database, hours: int, until: int) -> None:
    kim, _ = coordinator(database)
    open_alert(database)
    said, put_off = database.run_now(lambda db: taking.snooze(db, kim, "10", NOW + timedelta(hours=hours), NOW))
    assert said is Said.TAKEN
    assert put_off is not None
    assert (put_off.acknowledged_by, put_off.next_at) == (kim.id, NOW + timedelta(hours=until))


def test_a_crisis_is_not_put_off(database: Database) -> None:
    kim, _ = coordinator(database)
    alert, _ = open_alert(database, tier="B")
    assert database.run_now(lambda db: taking.snooze(db, kim, "10", NOW + A_DAY, NOW))[0] is Said.NOT_LATER
    assert database.run_now(lambda db: alerts.get(db, alert.id)).status is AlertStatus.OPEN


@pytest.mark.parametrize(("days", "said"), [(0, Said.REOPENED), (2, Said.REOPENED), (3, Said.NO_SUCH)])
def test_what_was_closed_opens_again_for_two_days(database: Database, days: int, said: Said) -> None:
    kim, _ = coordinator(database)
    alert, _ = open_alert(database)
    acknowledge(database, kim, "10")
    database.run_now(lambda db: alerts.resolve(db, alert.id, "spoke", NOW, audit.OPERATOR))
    later = NOW + days * A_DAY
    heard, again = database.run_now(lambda db: taking.reopen(db, kim, "10", later, lowest))
    assert heard is said
    if again is not None:
        assert (again.id, again.code, again.status, again.step, again.round_at, again.next_at) == (
            alert.id,
            "10",
            AlertStatus.OPEN,
            0,
            later,
            later,
        )
        assert (again.acknowledged_by, again.resolved_at, again.outcome) == (None, None, None)


def test_what_has_happened_again_since_is_not_opened_twice(database: Database) -> None:
    kim, _ = coordinator(database)
    first, _ = open_alert(database)
    database.run_now(lambda db: alerts.resolve(db, first.id, "spoke", NOW, audit.OPERATOR))
    second, _ = open_alert(database)
    said, found = database.run_now(lambda db: taking.reopen(db, kim, "10", NOW, lowest))
    assert said is Said.ALREADY
    assert found is not None
    assert found.id == second.id
    assert database.run_now(lambda db: taking.reopen(db, kim, "77", NOW, lowest)) == (Said.NO_SUCH, None)


def test_what_somebody_has_and_what_has_reached_them_is_listed(database: Database) -> None:
    mentor, address_id = coordinator(database, KIM, Role.MENTOR)
    kim, _ = coordinator(database, ALEX)
    told, _ = open_alert(database)
    open_alert(database, "unheard")
    theirs, _ = open_alert(database, "theirs")
    others, _ = open_alert(database, "others")
    for alert in (told, theirs, others):
        tell(database, alert, mentor, address_id)
    acknowledge(database, mentor, theirs.code)
    acknowledge(database, kim, others.code)
    listed = database.run_now(lambda db: alerts.of_staff(db, mentor.id))
    assert [alert.id for alert in listed] == [told.id, theirs.id]


def test_a_page_is_written_down_once_a_channel_a_step(database: Database) -> None:
    mentor, address_id = coordinator(database, KIM, Role.MENTOR)
    alert, _ = open_alert(database)
    tell(database, alert, mentor, address_id)
    tell(database, alert, mentor, address_id)
    (page,) = database.run_now(lambda db: pages.told(db, alert.id))
    assert (page.staff_id, page.step, page.status, page.went) == (mentor.id, 0, OutboxStatus.QUEUED, False)
