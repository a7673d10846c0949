"""What came of an offer is kept: shown, chosen, gone to or not; and nothing says who found a door shut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from flows.effects import Offered, Referred, Unmet
from flows.statuses import MOVES, ReferralStatus
from storage import directory, referrals
from storage.database import Database
from storage.statements import Db
from storage.tables import group_reports
from tests.storage.scene import ALEX, CHAT, NOW, SAM, participant, person_id, rows

TUE, WED = ("ton-tue", "ton"), ("tun-wed", "tun")
CHOSEN, WENT = ReferralStatus.CHOSEN, ReferralStatus.WENT
DID_NOT_GO, NOT_THERE = ReferralStatus.DID_NOT_GO, ReferralStatus.NOT_THERE
NO_ANSWER = ReferralStatus.NO_ANSWER


def offered(database: Database, who: int, *groups: tuple[str, str], at: datetime = NOW) -> None:
    database.run_now(lambda db: referrals.offer(db, who, Offered(groups), at))


def came(database: Database, who: int, *what: ReferralStatus, group: str = TUE[0], why: str = "") -> None:
    for number, status in enumerate(what, 1):
        at = NOW + timedelta(days=number)
        database.run_now(lambda db, s=status, t=at: referrals.settle(db, who, Referred(group, s, why=why), t))  # type: ignore[misc]


def kept(database: Database, who: int) -> list[tuple[str, str, str]]:
    found = database.run_now(lambda db: referrals.of(db, who))
    return [(each.group_id, each.status.value, each.why) for each in found]


def test_what_was_shown_is_kept_and_what_was_chosen_is_told_apart(database: Database) -> None:
    sam = person_id(participant(database))
    offered(database, sam, TUE, WED)
    going = Referred(TUE[0], CHOSEN, meets=date(2026, 11, 24))
    database.run_now(lambda db: referrals.settle(db, sam, going, NOW))
    tue, wed = database.run_now(lambda db: referrals.of(db, sam))
    assert (tue.status, tue.initiative, tue.chosen_at, tue.meets_on) == (CHOSEN, "ton", NOW, date(2026, 11, 24))
    assert (wed.status, wed.chosen_at, wed.company) == (ReferralStatus.OFFERED, None, False)


def test_shown_twice_it_is_one_offer_until_something_has_come_of_it(database: Database) -> None:
    sam = person_id(participant(database))
    offered(database, sam, TUE)
    offered(database, sam, TUE, WED)
    assert [group for group, *_ in kept(database, sam)] == ["ton-tue", "tun-wed"]
    came(database, sam, CHOSEN, WENT)
    offered(database, sam, TUE, at=NOW + timedelta(days=9))
    assert [each[:2] for each in kept(database, sam)] == [
        ("ton-tue", "went"),
        ("tun-wed", "offered"),
        ("ton-tue", "offered"),
    ]


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ((CHOSEN,), "chosen"),
        ((CHOSEN, WENT), "went"),
        ((CHOSEN, DID_NOT_GO), "did not go"),
        ((CHOSEN, DID_NOT_GO, NOT_THERE), "not there"),  # "no" comes first, and then why
        ((CHOSEN, NO_ANSWER), "no answer"),
        ((CHOSEN, NO_ANSWER, WENT), "went"),  # a late answer is an answer
        ((CHOSEN, WENT, DID_NOT_GO), "went"),
        ((CHOSEN, WENT, NO_ANSWER), "went"),
        ((WENT,), "offered"),  # it was never chosen
    ],
)
def test_what_came_of_it_moves_only_as_the_table_says(
    database: Database, path: tuple[ReferralStatus, ...], ends: str
) -> None:
    sam = person_id(participant(database))
    offered(database, sam, TUE)
    came(database, sam, *path)
    assert kept(database, sam) == [("ton-tue", ends, "")]


def test_why_is_added_to_an_answer_that_was_given(database: Database) -> None:
    sam = person_id(participant(database))
    offered(database, sam, TUE)
    came(database, sam, CHOSEN, DID_NOT_GO)
    came(database, sam, DID_NOT_GO, why="travel")
    assert kept(database, sam) == [("ton-tue", "did not go", "travel")]


def test_company_is_kept_beside_how_it_stands(database: Database) -> None:
    sam = person_id(participant(database))
    offered(database, sam, TUE)
    came(database, sam, CHOSEN)
    database.run_now(lambda db: referrals.settle(db, sam, Referred(TUE[0], company=True), NOW))
    (tue,) = database.run_now(lambda db: referrals.of(db, sam))
    assert (tue.status, tue.company) == (CHOSEN, True)


def test_what_came_of_nothing_that_was_offered_changes_nothing(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    offered(database, sam, TUE)
    came(database, alex, CHOSEN, WENT)
    assert kept(database, sam) == [("ton-tue", "offered", "")]
    assert kept(database, alex) == []


def test_every_status_has_its_moves() -> None:
    assert set(MOVES[ReferralStatus]) == set(ReferralStatus)


# ---------------------------------------------------------------- shut, or not there


def finds_shut(database: Database, who: int, *, days: int = 1) -> int:
    at = NOW + timedelta(days=days)
    offered(database, who, TUE, at=at)
    for status in (CHOSEN, NOT_THERE):
        database.run_now(lambda db, s=status: referrals.settle(db, who, Referred(TUE[0], s), at))  # type: ignore[misc]
    return database.run_now(lambda db: referrals.report(db, who, *TUE, at.date()))


def test_two_people_make_two_reports_and_one_person_makes_one(database: Database) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    assert finds_shut(database, sam) == 1
    assert finds_shut(database, sam, days=8) == 0
    assert finds_shut(database, alex, days=9) == 2
    assert rows(database, "SELECT sum(people) FROM group_reports") == [(2,)]


def test_of_two_reports_at_one_moment_one_is_the_second(database: Database) -> None:
    people = [person_id(participant(database, phone)) for phone in (SAM, ALEX)]
    for each in people:
        offered(database, each, TUE)
        came(database, each, CHOSEN, NOT_THERE)
    said, through = Event(), Event()

    def first(db: Db) -> int:
        times = referrals.report(db, people[0], *TUE, NOW.date())
        said.set()
        through.wait(0.3)  # the other one is let through here, or waits for this unit to end
        return times

    def second(db: Db) -> int:
        times = referrals.report(db, people[1], *TUE, NOW.date())
        through.set()
        return times

    with ThreadPoolExecutor(2) as both:
        one = both.submit(database.run_now, first)
        assert said.wait(5)
        other = both.submit(database.run_now, second)
        assert (one.result(), other.result()) == (1, 2)


@pytest.mark.parametrize("also", [(), (TUE[1],)])
def test_what_was_said_before_somebody_checked_it_no_longer_counts(database: Database, also: tuple[str, ...]) -> None:
    sam, alex = person_id(participant(database)), person_id(participant(database, ALEX))
    assert finds_shut(database, sam) == 1
    then = NOW + timedelta(days=5)
    for row in (TUE[0], *also):
        database.run_now(lambda db, r=row: directory.checked(db, r, then.date(), "operator", then, then))  # type: ignore[misc]
    assert database.run_now(directory.doubted) == {}
    assert finds_shut(database, alex, days=9) == 1
    assert finds_shut(database, sam, days=16) == 2


def test_what_was_reported_after_the_day_of_a_check_stays_hidden(database: Database) -> None:
    for number, phone in enumerate((SAM, ALEX)):
        finds_shut(database, person_id(participant(database, phone)), days=2 + number)
    database.run_now(lambda db: directory.hide(db, TUE[0], "shut", NOW))

    def checked(days: int) -> bool:
        on = NOW + timedelta(days=days)
        return database.run_now(lambda db: directory.checked(db, TUE[0], on.date(), "operator", on, on))

    assert not checked(2)
    state = database.run_now(directory.states)[TUE[0]]
    assert (state.hidden_at, state.reason, state.checked_on) == (NOW, "shut", (NOW + timedelta(days=2)).date())
    assert checked(3)
    assert database.run_now(directory.states)[TUE[0]].hidden_at is None


def test_a_report_says_nothing_of_who_made_it(database: Database) -> None:
    for phone in (SAM, ALEX):
        finds_shut(database, person_id(participant(database, phone)))
    tomorrow = (NOW + timedelta(days=1)).date()
    found = database.run_now(lambda db: db.connection.execute(select(group_reports)).all())
    assert found == [("ton-tue", tomorrow, 2)], "nothing in it is as exact as what a person's own record says"


# ---------------------------------------------------------------- nothing to offer


def test_an_unmet_need_is_where_and_what_and_never_who(database: Database) -> None:
    missed = [Unmet("TN9", ("money", "home")), Unmet("TN9", ("money",)), Unmet("", ())]
    database.run_now(lambda db: referrals.miss(db, missed, NOW.date()))
    assert database.run_now(lambda db: referrals.unmet(db, NOW.date())) == [
        ("TN9", "money", 2),
        ("", "", 1),
        ("TN9", "home", 1),
    ]
    assert database.run_now(lambda db: referrals.unmet(db, NOW.date() + timedelta(days=1))) == []


def test_people_are_told_apart(database: Database) -> None:
    sam, chat = person_id(participant(database, SAM)), person_id(participant(database, CHAT))
    offered(database, sam, TUE)
    offered(database, chat, TUE)
    came(database, sam, CHOSEN)
    assert kept(database, chat) == [("ton-tue", "offered", "")]
