"""The chain: who hears when, what stops it, and that nothing but a human being ends it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from bot import alerting
from flows.statuses import AlertStatus
from storage import alerts, audit, taking
from storage.taking import Said
from tests.escalation.office import MONDAY, NIGHT, Office, policy

AN_HOUR = timedelta(hours=1)
STEPS = policy("went quiet", ("", "mentor"), ("2 working hours", "backup mentor"), ("4 working hours", "coordinators"))


def test_the_mentor_hears_then_the_backup_then_the_coordinators_day_after_day(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.coordinates("Kim")
    office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(days=3)
    assert office.said() == [
        ("Mon 10:00", "Ana"),
        ("Mon 12:00", "Ben"),
        ("Mon 14:00", "Kim"),
        ("Tue 14:00", "Kim"),
        ("Wed 14:00", "Kim"),
    ]


def test_a_routine_alert_waits_for_working_hours(office: Office) -> None:
    office.goes_by(STEPS)
    ana = office.joins("Ana")
    office.now = NIGHT
    office.alert(office.person(mentor=ana))
    office.deliver()
    assert office.said() == []
    office.goes_on(hours=55)
    assert office.said()[0] == ("Mon 09:00", "Ana")


def test_a_crisis_pages_in_the_commit_that_opens_it_at_any_hour(office: Office) -> None:
    duty = office.joins("Dee", paid=True)
    office.coordinates("Kim")
    office.on_duty(duty)
    office.now = NIGHT
    office.crisis(office.person())
    office.deliver()  # no tick in between
    assert office.names() == ["Dee", "Kim"]


def test_a_crisis_goes_on_at_five_ten_twenty_and_every_fifteen_minutes(office: Office) -> None:
    office.coordinates("Kim")
    office.now = NIGHT
    office.crisis(office.person())
    office.goes_on(hours=1)
    assert [clock for clock, _ in office.said()] == [f"Sat 03:{minute:02}" for minute in (0, 5, 10, 20, 35, 50)]


def test_a_crisis_at_three_in_the_night_with_an_empty_rota_still_pages(office: Office) -> None:
    office.coordinates("Kim")
    office.now = NIGHT
    office.crisis(office.person(), "B")  # its first step is duty alone
    office.deliver()
    assert office.said() == [("Sat 03:00", "Kim")]


@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_volunteer_alone_on_duty_is_never_alone_with_a_crisis(office: Office, tier: str) -> None:
    office.on_duty(office.joins("Val", paid=False))
    office.coordinates("Kim")
    office.crisis(office.person(), tier)
    office.deliver()
    assert ("Mon 10:00", "Kim") in office.said()


def test_with_nobody_there_at_all_somebody_who_comes_hears_within_a_minute(office: Office) -> None:
    office.now = NIGHT
    crisis = office.crisis(office.person())
    office.goes_on(minutes=10)
    assert office.said() == []
    assert office.now_is(crisis).next_at == office.now + timedelta(minutes=1)
    office.coordinates("Kim")
    office.goes_on(minutes=1)
    assert [name for _, name in office.said()] == ["Kim"]


def test_a_mentor_with_no_phone_or_away_falls_through_at_once(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.coordinates("Kim")
    office.away(ana, date(2026, 11, 30))
    office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(minutes=1)
    assert office.said() == [("Mon 10:00", "Ben")]
    office.away(ana, date(2026, 11, 30), cover=ben)
    office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert [name for _, name in office.said()] == ["Ben"]
    office.alert(office.person())  # nobody supports them
    office.goes_on(minutes=1)
    assert [name for _, name in office.said()] == ["Kim"]


def test_a_volunteer_hears_of_life_at_risk_only_beside_somebody_else(office: Office) -> None:
    volunteer = office.joins("Val")
    office.on_duty(volunteer)
    alone = policy("crisis A", ("", "duty"), any_hour=True, repeat="15 minutes")
    office.goes_by(alone)
    office.crisis(office.person())
    office.deliver()
    assert office.said() == []
    office.coordinates("Kim")
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]  # duty is Val alone, so every coordinator instead
    office.goes_by(policy("crisis A", ("", "duty, coordinators"), any_hour=True, repeat="15 minutes"))
    office.crisis(office.person())
    office.deliver()
    assert office.names() == ["Kim", "Val"]


def test_an_alert_about_somebody_on_the_staff_goes_to_the_other_coordinators_alone(office: Office) -> None:
    ana, kim = office.joins("Ana", paid=True), office.coordinates("Kim")
    office.coordinates("Lee")
    office.on_duty(ana)
    crisis = office.crisis(office.person(mentor=ana, also=kim))
    office.goes_on(minutes=30)
    assert set(office.names()) == {"Lee"}
    assert office.on_it(kim, crisis) is Said.NOT_THEIRS
    office.alert(office.person(mentor=ana, also=ana))
    office.goes_on(minutes=1)
    assert "Ana" not in office.names()


def test_silence_without_consent_is_told_to_nobody_and_asking_is_consent(office: Office) -> None:
    office.goes_by(STEPS)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    sam = office.person(mentor=ana, consent=False)
    assert office.raised(sam, "went quiet", asked=False).alert is None
    lines = office.database.run_now(lambda db: audit.of(db, sam))
    assert [line.action for _, line in lines] == ["alert.not_consented"]
    asked = office.alert(sam, "went quiet")
    assert asked.consented
    office.goes_on(minutes=1)
    assert office.names() == ["Ana"]


def test_what_the_program_opens_itself_needs_no_consent_and_reaches_no_mentor_without_it(office: Office) -> None:
    office.goes_by(policy("contact lost", ("", "mentor, coordinators")))
    ana = office.joins("Ana")
    office.coordinates("Kim")
    lost = office.alert(office.person(mentor=ana, consent=False), "contact lost")
    assert not lost.consented
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]
    crisis = office.crisis(office.person(mentor=ana, consent=False))
    assert not crisis.consented
    assert office.alert(office.person(mentor=ana), "contact lost").consented


def test_coordinators_are_brought_in_by_the_time_that_was_promised(office: Office) -> None:
    office.goes_by(policy("went quiet", ("", "mentor"), ("8 working hours", "coordinators")))
    ana = office.joins("Ana")
    office.coordinates("Kim")
    office.alert(office.person(mentor=ana), by=MONDAY + timedelta(hours=2))
    office.goes_on(hours=26)
    assert office.said() == [("Mon 10:00", "Ana"), ("Mon 12:00", "Kim"), ("Tue 10:00", "Kim")]


def test_a_promise_that_was_kept_brings_nobody_in_twice(office: Office) -> None:
    office.goes_by(policy("went quiet", ("", "mentor, coordinators"), ("8 working hours", "coordinators")))
    office.coordinates("Kim")
    office.alert(office.person(), by=MONDAY + timedelta(hours=2))
    office.goes_on(hours=3)
    assert office.said() == [("Mon 10:00", "Kim")]


def test_two_in_a_row_tells_those_roles_at_once(office: Office) -> None:
    rule = policy("missed check-in", ("", "mentor"), ("24 working hours", "coordinators"), two_in_a_row="coordinators")
    office.goes_by(rule)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    first, second = office.person(mentor=ana), office.person(mentor=ana)
    office.alert(first, "missed check-in", asked=False, twice=True)
    office.goes_on(minutes=1)
    assert office.names() == ["Ana", "Kim"]
    # the first one is still open when it happens again
    office.alert(second, "missed check-in", asked=False)
    office.goes_on(hours=1)
    assert office.names() == ["Ana"]
    assert not office.raised(second, "missed check-in", asked=False, twice=True).new
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]
    office.goes_on(hours=1)
    assert office.names() == []


def test_a_policy_edited_meanwhile_changes_nothing_for_an_alert_that_is_open(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.coordinates("Kim")
    office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(minutes=1)
    office.goes_by(policy("went quiet", ("", "coordinators"), repeat="15 minutes", any_hour=True))
    office.goes_on(hours=5)
    assert office.said() == [("Mon 10:00", "Ana"), ("Mon 12:00", "Ben"), ("Mon 14:00", "Kim")]
    office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]


def test_the_chain_never_ends_while_nobody_answers(office: Office) -> None:
    office.goes_by(STEPS)
    office.coordinates("Kim")
    ana = office.joins("Ana")
    routine = office.alert(office.person(mentor=ana))
    crisis = office.crisis(office.person(mentor=ana))
    office.goes_on(days=2)
    by_day = Counter(f"{at:%a}" for at, _, text in office.heard if "URGENT" in text)
    assert by_day["Tue"] == 96  # every quarter of an hour, day and night
    assert min(by_day.values()) >= 40  # the first and the last day are half days
    weekdays = {f"{at:%a}" for at, _, text in office.heard if "URGENT" not in text}
    assert weekdays == {"Mon", "Tue"}
    for alert in (routine, crisis):
        now = office.now_is(alert)
        assert now.status is AlertStatus.OPEN
        assert now.next_at is not None
        assert now.next_at > office.now


# ---------------------------------------------------------------- ON IT, and after it


def test_after_an_acknowledgement_nothing_more_is_started_not_even_what_is_queued(office: Office) -> None:
    kim = office.coordinates("Kim")
    office.coordinates("Lee")
    crisis = office.crisis(office.person())
    assert office.queued() == ["alert", "alert"]
    assert office.on_it(kim, crisis) is Said.TAKEN
    office.goes_on(minutes=29)
    assert office.said() == []
    assert office.queued() == []


def test_a_crisis_opens_again_after_half_an_hour_and_begins_anew(office: Office) -> None:
    kim = office.coordinates("Kim")
    crisis = office.crisis(office.person())
    office.goes_on(minutes=7)
    office.said()
    assert office.on_it(kim, crisis) is Said.TAKEN
    office.goes_on(minutes=41)
    assert office.said() == [("Mon 10:37", "Kim"), ("Mon 10:42", "Kim"), ("Mon 10:47", "Kim")]
    assert office.now_is(crisis).round_at == MONDAY + timedelta(minutes=37)


def test_on_it_once_more_begins_that_half_hour_anew(office: Office) -> None:
    kim = office.coordinates("Kim")
    crisis = office.crisis(office.person())
    office.deliver()
    office.said()
    office.on_it(kim, crisis)
    office.goes_on(minutes=20)
    assert office.on_it(kim, crisis) is Said.TAKEN
    office.goes_on(minutes=29)
    assert office.said() == []
    office.goes_on(minutes=2)
    assert office.names() == ["Kim"]


def test_whoever_took_a_crisis_by_a_clock_that_was_ahead_has_half_an_hour_from_when_it_is_set_right(
    office: Office,
) -> None:
    kim = office.coordinates("Kim")
    office.now = MONDAY + AN_HOUR
    crisis = office.crisis(office.person())
    office.deliver()
    assert office.on_it(kim, crisis) is Said.TAKEN
    office.tick()
    office.said()
    office.now = MONDAY
    assert office.sets_right() == 1
    assert office.sets_right() == 0
    office.goes_on(minutes=29)
    assert office.said() == []
    office.goes_on(minutes=2)
    assert office.said() == [("Mon 10:30", "Kim")]


def test_a_crisis_of_a_clock_that_was_ahead_is_told_again_at_once_and_goes_on(office: Office) -> None:
    office.coordinates("Kim")
    office.now = MONDAY + AN_HOUR
    office.crisis(office.person())
    office.deliver()
    assert office.said() == [("Mon 11:00", "Kim")]
    office.now = MONDAY
    assert office.sets_right() == 1
    office.goes_on(minutes=21)
    assert [clock for clock, _ in office.said()] == ["Mon 10:00", "Mon 10:10", "Mon 10:20"]


def test_what_repeats_is_repeated_after_a_clock_that_was_ahead_is_set_right(office: Office) -> None:
    office.coordinates("Kim")
    office.crisis(office.person())
    office.goes_on(minutes=20)
    office.now += AN_HOUR
    office.tick()
    office.deliver()
    office.said()
    office.now -= AN_HOUR
    assert office.sets_right() == 1
    office.goes_on(minutes=16)
    assert [clock for clock, _ in office.said()] == ["Mon 10:20", "Mon 10:35"]


def test_a_clock_that_is_right_sets_nothing_right(office: Office) -> None:
    kim = office.coordinates("Kim")
    taken = office.crisis(office.person())
    office.crisis(office.person())
    office.goes_on(minutes=7)
    assert office.on_it(kim, taken) is Said.TAKEN
    assert office.sets_right() == 0


def test_a_routine_alert_is_theirs_for_two_working_days(office: Office) -> None:
    office.goes_by(STEPS)
    ana = office.joins("Ana")
    office.coordinates("Kim")
    office.now = datetime.fromisoformat("2026-11-26T15:00:00+00:00")  # Thursday
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    office.said()
    office.goes_on(days=6)
    assert office.said()[0] == ("Mon 15:01", "Ana")


def test_resolved_is_over(office: Office) -> None:
    kim = office.coordinates("Kim")
    crisis = office.crisis(office.person())
    office.on_it(kim, crisis)
    office.database.run_now(lambda db: alerts.resolve(db, crisis.id, "spoke", office.now, audit.staff(kim.id)))
    office.goes_on(days=2)
    assert office.said() == []


def test_pass_brings_in_the_next_and_leaves_out_whoever_passed(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.coordinates("Kim")
    alert = office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(minutes=1)
    said, _ = office.database.run_now(lambda db: taking.pass_(db, ana, alert.code, office.now))
    assert said is Said.PASSED
    office.goes_on(hours=30)
    assert office.said() == [("Mon 10:00", "Ana"), ("Mon 10:01", "Ben"), ("Mon 14:00", "Kim"), ("Tue 14:00", "Kim")]


def test_what_is_passed_on_in_the_night_waits_for_the_morning(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    alert = office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    office.said()
    office.goes_on(hours=9)  # seven in the evening
    office.database.run_now(lambda db: taking.pass_(db, ana, alert.code, office.now))
    office.goes_on(hours=13)
    assert office.said() == []
    office.goes_on(hours=2)
    assert office.said() == [("Tue 09:00", "Ben")]


def test_who_passes_and_is_the_only_one_is_asked_again_but_not_at_once(office: Office) -> None:
    kim = office.coordinates("Kim")
    crisis = office.crisis(office.person())
    office.deliver()
    office.said()
    office.database.run_now(lambda db: taking.pass_(db, kim, crisis.code, office.now))
    office.goes_on(minutes=14)
    assert office.said() == []
    office.goes_on(minutes=1)
    assert office.names() == ["Kim"]


def test_later_opens_it_again_then(office: Office) -> None:
    office.goes_by(STEPS)
    ana = office.joins("Ana")
    alert = office.alert(office.person(mentor=ana))
    office.goes_on(minutes=1)
    until = office.now + timedelta(hours=2)
    said, _ = office.database.run_now(lambda db: taking.snooze(db, ana, alert.code, until, office.now))
    assert said is Said.TAKEN
    office.goes_on(hours=3)
    assert office.said() == [("Mon 10:00", "Ana"), ("Mon 12:01", "Ana")]


def test_whoever_is_gone_leaves_nothing_behind(office: Office) -> None:
    office.goes_by(STEPS)
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.coordinates("Kim")
    taken = office.alert(office.person(mentor=ana, backup=ben))
    office.goes_on(minutes=1)
    office.on_it(ana, taken)
    office.said()
    office.away(ana, date(2026, 12, 25))
    office.database.run_now(lambda db: alerts.let_go(db, ana.id, office.now))
    office.goes_on(minutes=1)
    assert office.names() == ["Ben"]


def test_what_happens_again_after_somebody_took_it_opens_it_again(office: Office) -> None:
    office.goes_by(STEPS)
    ana = office.joins("Ana")
    sam = office.person(mentor=ana)
    alert = office.alert(sam)
    office.goes_on(minutes=1)
    office.on_it(ana, alert)
    office.said()
    office.goes_on(minutes=6)
    assert office.alert(sam).times == 2
    office.goes_on(minutes=1)
    assert office.names() == ["Ana"]


def test_a_drill_is_told_once(office: Office) -> None:
    office.coordinates("Kim")
    office.database.run_now(lambda db: alerting.raise_test(db, office.desk, office.now))
    office.goes_on(days=2)
    assert office.said() == [("Mon 10:00", "Kim")]


@pytest.mark.parametrize(
    ("opened", "coordinators_hear"),
    [
        (MONDAY, "Tue 10:00"),  # a day on, at the same time
        (MONDAY + timedelta(days=4), "Mon 10:00"),  # from a Friday
        (MONDAY + timedelta(days=3, hours=12), "Mon 09:00"),  # in the evening: counted from when the mentor heard
    ],
)
def test_a_missed_check_in_that_the_mentor_leaves_reaches_a_coordinator_a_working_day_later(
    office: Office, opened: datetime, coordinators_hear: str
) -> None:
    ben, _ = office.joins("Ben"), office.coordinates("Kim")
    office.now = opened
    office.alert(office.person(mentor=ben), "missed check-in", asked=False)
    office.goes_on(days=5)
    assert next(at for at, name in office.said() if name == "Kim") == coordinators_hear
