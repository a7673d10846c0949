"""Alerts: opened once, taken by the right person with the right code, resolved."""

from __future__ import annotations

import pytest

from flows.effects import Purpose
from flows.model import Channel
from flows.statuses import AlertStatus
from storage import alerts, audit, outbox, pages, staff
from storage.alerts import Alarm, Alert, Said
from storage.database import Database
from storage.pages import Page
from storage.staff import Role, StaffMember
from storage.statements import Db
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
    return database.run_now(lambda db: alerts.acknowledge(db, member, code, NOW))


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
