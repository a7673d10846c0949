"""Coordinators are warned of a rota with nobody in it, and of mentors who are away with nobody to stand in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot import escalating
from storage import rota
from storage.staff import StaffMember
from storage.statements import Db
from tests.escalation.office import NIGHT, Office


def warned(office: Office) -> list[str]:
    office.database.run_now(lambda db: escalating.warn_of_gaps(db, office.desk, office.now))
    office.deliver()
    texts = [text for _, _, text in office.heard]
    office.heard = []
    return texts


def test_a_gap_is_told_two_days_ahead_once_and_in_working_hours(office: Office) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)
    office.on_duty(ana, weekdays=range(4))  # Monday to Thursday, round the clock; until Friday 00:00
    office.now = NIGHT + timedelta(days=2, hours=6, minutes=-1)  # Monday, one minute to nine
    assert warned(office) == []
    office.now += timedelta(minutes=1)
    assert warned(office) == []  # on Tuesday at nine it is still further off than two days
    office.now += timedelta(days=1)
    (said,) = warned(office)  # … and on Wednesday it would be less
    assert said.startswith("Nobody is on duty from Fri 00:00 to Mon 00:00. Please fill the rota.")
    assert warned(office) == []
    office.now += timedelta(days=7)
    assert warned(office) == []  # it comes every week, and is known


@pytest.mark.parametrize(
    ("told", "gap"),
    [
        ("2026-11-27", "2026-11-29 18:00"),  # a Sunday evening, on the Friday
        ("2026-12-24", "2026-12-29 18:00"),  # a Tuesday evening, before Christmas: staff are next there on that day
    ],
)
def test_a_gap_after_a_weekend_or_holiday_is_told_before_it(office: Office, told: str, gap: str) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)
    office.on_duty(ana)
    begins = datetime.fromisoformat(f"{gap}+00:00")
    with_gap(office, ana, begins)
    office.now = datetime.fromisoformat(f"{told} 09:00+00:00") - timedelta(days=1)
    days: list[str] = []
    for _ in range(24 * 9):
        days += [f"{office.now:%Y-%m-%d}" for _ in warned(office)]
        office.now += timedelta(hours=1)
    assert days == [told]


def with_gap(office: Office, member: StaffMember, begins: datetime) -> None:
    """From ``begins`` to midnight nobody is on duty, that once."""
    weekday, day = begins.weekday(), begins.date()

    def unit(db: Db) -> None:
        (whole,) = [each for each in rota.everything(db) if each.weekday == weekday]
        rota.end(db, whole.id, day - timedelta(days=7))
        later = day + timedelta(days=7)
        rota.add(db, member.id, weekday, 0, begins.hour * 60, office.now, first_day=day, last_day=day)
        rota.add(db, member.id, weekday, 0, 0, office.now, first_day=later)

    office.database.run_now(unit)


def test_a_rota_that_was_filled_and_is_empty_again_is_told_again(office: Office) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)

    def emptied() -> None:
        def unit(db: Db) -> None:
            for each in rota.everything(db):
                rota.remove(db, each.id)

        office.database.run_now(unit)

    for weeks in (0, 4, 4):
        emptied()
        office.now += timedelta(weeks=weeks)
        (text,) = warned(office)
        assert text.startswith("The rota is empty")
        assert warned(office) == []
        office.now += timedelta(days=1)
        assert warned(office) == []
        office.on_duty(ana)
        assert warned(office) == []


def test_a_weekly_gap_that_was_filled_and_is_back_months_later_is_told_again(office: Office) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)
    office.on_duty(ana, weekdays=range(6))  # nobody on Sundays
    for _ in range(2):
        office.now += timedelta(days=3)
        (text,) = warned(office)
        assert text.startswith("Nobody is on duty from Sun 00:00 to Mon 00:00.")
        office.on_duty(ana, weekdays=range(6, 7))
        office.now += timedelta(weeks=12)
        assert warned(office) == []

        def unit(db: Db) -> None:
            for each in rota.everything(db):
                if each.weekday == 6:
                    rota.remove(db, each.id)

        office.database.run_now(unit)
        office.now += timedelta(weeks=1, days=-3)


def test_a_gap_because_somebody_is_away_is_told_although_the_rota_is_full(office: Office) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)
    office.on_duty(ana)
    assert warned(office) == []
    office.away(ana, date(2026, 11, 26))
    (text,) = warned(office)
    assert text.startswith("Nobody is on duty from ")
    assert "to Thu 00:00" in text


def test_an_empty_rota_is_told_once(office: Office) -> None:
    office.coordinates("Kim")
    assert warned(office) == ["The rota is empty, so urgent alerts go to all coordinators at any hour."]
    office.now += timedelta(days=1)
    assert warned(office) == []


def test_a_mentor_away_with_nobody_to_stand_in_is_told_where_somebody_relies_on_them(office: Office) -> None:
    office.coordinates("Kim")
    ana, ben = office.joins("Ana"), office.joins("Ben")
    office.on_duty(office.joins("Dee", paid=True))
    office.away(ana, date(2026, 11, 30))
    assert warned(office) == []
    office.person(mentor=ana)
    assert warned(office) == ["Ana is away until Mon 30/11, and nobody covers. Their alerts go to the next person."]
    assert warned(office) == []
    office.away(ana, date(2026, 12, 1), cover=ben)
    assert warned(office) == []


def test_a_gap_that_lasts_for_over_a_week_is_not_told_again_and_again(office: Office) -> None:
    office.coordinates("Kim")
    ana = office.joins("Ana", paid=True)
    office.on_duty(ana)
    office.now += timedelta(days=1)
    office.away(ana, date(2026, 12, 7))
    texts: list[str] = []
    for _ in range(24 * 13):
        texts += warned(office)
        office.now += timedelta(hours=1)
    assert len(texts) == 2  # when it begins, and once more when it has lasted for a week
