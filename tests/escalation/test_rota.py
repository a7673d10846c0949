"""Who is on duty, who stands in for whom, and whom a role means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from flows.model import Shift
from flows.rota import Case, Member, Team
from tests.understanding.test_timing import LONDON, utc

ANA, BEN, CAZ, DEE, EVE = 1, 2, 3, 4, 5
FIRST = date(2026, 1, 5)
MON, TUE, SAT, SUN = 0, 1, 5, 6


def shift(staff_id: int, weekday: int, starts: int, ends: int, first: date = FIRST, last: date | None = None) -> Shift:
    """Hours, on the clock: 22 to 6 goes on past midnight."""
    return Shift(staff_id * 100 + weekday, staff_id, weekday, starts * 60, ends * 60, first, last)


def team(*members: Member, shifts: Sequence[Shift] = ()) -> Team:
    return Team({each.id: each for each in members}, tuple(shifts), LONDON)


PEOPLE = (
    Member(ANA),  # a paid mentor
    Member(BEN, is_volunteer=True),
    Member(CAZ, is_coordinator=True),
    Member(DEE, is_coordinator=True),
)


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-11-23 08:59", ()),
        ("2026-11-23 09:00", (ANA,)),  # a shift holds its start …
        ("2026-11-23 16:59", (ANA,)),
        ("2026-11-23 17:00", ()),  # … and not its end
        ("2026-11-23 21:59", ()),
        ("2026-11-23 22:00", (BEN,)),
        ("2026-11-24 05:59", (BEN,)),  # past midnight
        ("2026-11-24 06:00", ()),
        ("2026-06-22 07:59", ()),  # in summer time nine o'clock is eight
        ("2026-06-22 08:00", (ANA,)),
    ],
)
def test_who_is_on_duty(at: str, on: tuple[int, ...]) -> None:
    rota = team(*PEOPLE, shifts=[shift(ANA, MON, 9, 17), shift(BEN, MON, 22, 6)])
    assert rota.on_duty(utc(at)) == on


@pytest.mark.parametrize(
    ("day", "begins", "ends", "hours"),
    [
        (date(2026, 3, 28), "2026-03-28 22:00", "2026-03-29 05:00", 7),  # the night in which an hour is missing
        (date(2026, 10, 24), "2026-10-24 21:00", "2026-10-25 06:00", 9),  # … and in which one comes twice
        (date(2026, 11, 21), "2026-11-21 22:00", "2026-11-22 06:00", 8),
    ],
)
def test_a_night_shift_is_as_long_as_its_night(day: date, begins: str, ends: str, hours: int) -> None:
    assert day.weekday() == SAT
    rota = team(*PEOPLE, shifts=[shift(ANA, SAT, 22, 6)])
    starts, stops = utc(begins), utc(ends)
    assert stops - starts == timedelta(hours=hours)
    for at, on in (
        (starts - timedelta(minutes=1), ()),
        (starts, (ANA,)),
        (stops - timedelta(minutes=1), (ANA,)),
        (stops, ()),
    ):
        assert rota.on_duty(at) == on


def test_a_shift_at_an_hour_that_the_clocks_skip_begins_when_they_have() -> None:
    rota = team(*PEOPLE, shifts=[Shift(1, ANA, SUN, 90, 240, FIRST)])  # 01:30 to 04:00
    assert rota.on_duty(utc("2026-03-29 01:29")) == ()
    assert rota.on_duty(utc("2026-03-29 01:30")) == (ANA,)  # half past two on the clock
    assert rota.on_duty(utc("2026-03-29 02:59")) == (ANA,)
    assert rota.on_duty(utc("2026-03-29 03:00")) == ()


@pytest.mark.parametrize(("ends", "until"), [(24, "2026-11-24 00:00"), (9, "2026-11-24 09:00")])
def test_midnight_is_the_end_of_a_day_and_equal_times_are_a_whole_one(ends: int, until: str) -> None:
    rota = team(*PEOPLE, shifts=[shift(ANA, MON, 9, ends)])
    assert rota.on_duty(utc(until) - timedelta(minutes=1)) == (ANA,)
    assert rota.on_duty(utc(until)) == ()


def test_a_shift_counts_from_its_first_day_to_its_last() -> None:
    rota = team(*PEOPLE, shifts=[shift(ANA, MON, 9, 17, date(2026, 11, 16), date(2026, 11, 23))])
    on = [rota.on_duty(utc(f"2026-11-{day} 10:00")) for day in ("09", 16, 23, 30)]
    assert on == [(), (ANA,), (ANA,), ()]


@pytest.mark.parametrize(
    ("at", "following"),
    [
        ("2026-11-23 10:00", BEN),  # the second one who is on
        ("2026-11-23 13:00", CAZ),  # Ben alone is on: whose shift comes next
        ("2026-11-23 18:00", CAZ),
        ("2026-11-24 10:00", ANA),  # Caz is on, and next Monday Ana begins
    ],
)
def test_who_is_next(at: str, following: int) -> None:
    shifts = [shift(ANA, MON, 9, 12), shift(BEN, MON, 10, 17), shift(CAZ, TUE, 9, 17)]
    assert team(*PEOPLE, shifts=shifts).next_on_duty(utc(at)) == following


def test_nobody_is_next_on_an_empty_rota_or_where_the_same_one_is_on_always() -> None:
    assert team(*PEOPLE).next_on_duty(utc("2026-11-23 10:00")) is None
    alone = team(*PEOPLE, shifts=[shift(ANA, day, 0, 24) for day in range(7)])
    assert alone.next_on_duty(utc("2026-11-23 10:00")) is None


# ---------------------------------------------------------------- away


AWAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("at", "told"),
    [("2026-11-24 23:59", BEN), ("2026-11-25 00:00", ANA)],  # the day named is the first one back
)
def test_cover_stands_in_until_the_day_they_are_back(at: str, told: int) -> None:
    rota = team(Member(ANA, away_until=AWAY, cover_id=BEN), Member(BEN))
    assert rota.stands_in(ANA, utc(at)) == told


@pytest.mark.parametrize(
    "members",
    [
        (Member(ANA, away_until=AWAY),),  # nobody covers
        (Member(ANA, away_until=AWAY, cover_id=BEN),),  # the cover has no phone
        (Member(ANA, away_until=AWAY, cover_id=BEN), Member(BEN, away_until=AWAY, cover_id=ANA)),  # round in a circle
        (),  # no phone at all
    ],
)
def test_whoever_cannot_be_reached_is_nobody(members: tuple[Member, ...]) -> None:
    rota = team(*members, shifts=[shift(ANA, MON, 9, 17)])
    assert rota.stands_in(ANA, utc("2026-11-23 10:00")) is None
    assert rota.on_duty(utc("2026-11-23 10:00")) == ()
    assert rota.hear(("mentor",), Case(mentor_id=ANA), utc("2026-11-23 10:00")) == ()


@pytest.mark.parametrize(("role", "told"), [("coordinators", ()), ("all staff but volunteers", (ANA,))])
def test_a_cover_hears_no_more_than_they_may(role: str, told: tuple[int, ...]) -> None:
    rota = team(
        Member(ANA),
        Member(BEN, is_volunteer=True),
        Member(CAZ, is_coordinator=True, away_until=AWAY, cover_id=BEN),
        Member(DEE, is_coordinator=True, away_until=AWAY, cover_id=BEN),
    )
    assert rota.hear((role,), Case(), utc("2026-11-23 10:00")) == told


def test_cover_may_have_cover() -> None:
    rota = team(Member(ANA, away_until=AWAY, cover_id=BEN), Member(BEN, away_until=AWAY, cover_id=CAZ), Member(CAZ))
    assert rota.stands_in(ANA, utc("2026-11-23 10:00")) == CAZ


# ---------------------------------------------------------------- roles

NOW = utc("2026-11-23 10:00")
ROTA = team(*PEOPLE, shifts=[shift(ANA, MON, 9, 17)])


@pytest.mark.parametrize(
    ("roles", "case", "heard"),
    [
        (("mentor",), Case(mentor_id=BEN), (BEN,)),
        (("mentor",), Case(), ()),
        (("mentor",), Case(mentor_id=BEN, consented=False), ()),  # nobody agreed that a mentor is told
        (("backup mentor",), Case(mentor_id=BEN, backup_id=ANA), (ANA,)),
        (("backup mentor",), Case(backup_id=ANA, consented=False), ()),
        (("duty",), Case(), (ANA,)),
        (("duty", "mentor"), Case(mentor_id=ANA), (ANA,)),  # nobody twice
        (("coordinators",), Case(), (CAZ, DEE)),
        (("all staff but volunteers",), Case(), (ANA, CAZ, DEE)),
        (("mentor",), Case(mentor_id=BEN, tier="A"), ()),  # never a volunteer alone with a life at risk
        (("mentor", "duty"), Case(mentor_id=BEN, tier="A"), (BEN, ANA)),
        (("mentor",), Case(mentor_id=BEN, tier="B"), ()),  # … nor with any other crisis, which they may not take
        (("mentor", "duty"), Case(mentor_id=BEN, tier="B"), (BEN, ANA)),
        (("mentor", "coordinators"), Case(mentor_id=BEN, tier="A", passed=frozenset({CAZ, DEE})), ()),
        (("coordinators",), Case(passed=frozenset({CAZ})), (DEE,)),
        (("mentor", "duty"), Case(mentor_id=BEN, own=frozenset({ANA})), (CAZ, DEE)),  # about Ana: coordinators only
        (("coordinators",), Case(own=frozenset({CAZ})), (DEE,)),  # about a coordinator: never that one
    ],
)
def test_a_role_means(roles: tuple[str, ...], case: Case, heard: tuple[int, ...]) -> None:
    assert ROTA.hear(roles, case, NOW) == heard


def test_the_last_resort_is_every_coordinator_away_or_not_but_never_the_one_it_is_about() -> None:
    rota = team(Member(CAZ, is_coordinator=True, away_until=AWAY), Member(DEE, is_coordinator=True), Member(ANA))
    assert rota.last_resort(Case(passed=frozenset({DEE}))) == (CAZ, DEE)
    assert rota.last_resort(Case(own=frozenset({DEE}))) == (CAZ,)


def test_in_a_crisis_with_no_coordinator_but_the_one_it_is_about_it_is_everybody_but_volunteers() -> None:
    rota = team(Member(DEE, is_coordinator=True), Member(ANA, away_until=AWAY), Member(BEN, is_volunteer=True))
    assert rota.last_resort(Case(own=frozenset({DEE}), tier="B")) == (ANA,)
    assert rota.last_resort(Case(own=frozenset({DEE}))) == ()  # what can wait is nobody else's to know


# ---------------------------------------------------------------- gaps


def gaps(rota: Team, at: datetime) -> list[tuple[str, str]]:
    return [(f"{starts:%d %H:%M}", f"{ends:%d %H:%M}") for starts, ends in rota.gaps(at)]


def test_gaps_of_the_next_two_days() -> None:
    assert gaps(team(*PEOPLE), NOW) == [("23 10:00", "25 10:00")]  # no rota is one long gap
    rota = team(*PEOPLE, shifts=[shift(ANA, MON, 9, 17), shift(BEN, MON, 17, 9), shift(CAZ, 2, 9, 17)])
    assert gaps(rota, NOW) == [("24 09:00", "25 09:00")]
    always = team(*PEOPLE, shifts=[shift(ANA, day, 9, 9) for day in range(7)])
    assert gaps(always, NOW) == []


def test_somebody_away_leaves_a_gap_unless_somebody_covers() -> None:
    away = Member(BEN, away_until=date(2026, 11, 26))
    shifts = [shift(ANA, day, 9, 17) for day in range(7)] + [shift(BEN, day, 17, 9) for day in range(7)]
    assert gaps(team(Member(ANA), away, shifts=shifts), NOW) == [("23 17:00", "24 09:00"), ("24 17:00", "25 09:00")]
    covered = Member(BEN, away_until=date(2026, 11, 26), cover_id=CAZ)
    assert gaps(team(Member(ANA), covered, Member(CAZ), shifts=shifts), NOW) == []


def test_mentors_who_are_away_uncovered() -> None:
    away = date(2026, 11, 30)
    rota = team(
        Member(ANA, away_until=away),
        Member(BEN, away_until=away, cover_id=CAZ),
        Member(CAZ),
        Member(DEE, away_until=away, is_coordinator=True),  # the other coordinators hear all the same
        Member(EVE),
    )
    assert [each.id for each in rota.uncovered(NOW)] == [ANA]
