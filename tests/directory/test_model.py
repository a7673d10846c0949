"""An initiative becomes what people are offered, and comes back as it was; it is stored and read again."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.directory import initiative_json
from flows.directory.freshness import FADES, HIDDEN, RING_FIRST, freshness
from flows.directory.meetings import next_session
from flows.directory.model import Initiative, Session, Venue, gathered, offers
from flows.directory.telling import group_blanks
from tests.directory.rows import group, read, row

MON = date(2026, 11, 23)
HALL = Venue("Castle Hall", "TN9 1BG", "Tonbridge", (51.2, 0.27))


def choir(*sessions: Session) -> Initiative:
    return Initiative(
        id="kent/choir",
        source="kent",
        name="Castle Choir",
        kind="activity",
        about="Singing, no reading of music",
        needs=frozenset({"time", "people"}),
        audience=frozenset({"women", "anyone"}),
        min_age=18,
        eligibility="adults",
        access={"step_free": True, "children": False},
        cost="£2",
        contact="choir lead",
        phone="01632 960105",
        link="https://example.org/choir",
        assured=date(2026, 10, 1),
        sessions=sessions,
    )


def meeting(rule: str = "FREQ=WEEKLY;BYDAY=TU", **changes: object) -> Session:
    return replace(Session("kent/choir.1", rule, time(18, 30), time(20, 0), venue=HALL), **changes)  # type: ignore[arg-type]


def test_a_session_is_offered_with_all_that_its_initiative_says() -> None:
    (found,) = offers(choir(meeting()))
    assert (found.id, found.initiative, found.name, found.source) == (
        "kent/choir.1",
        "kent/choir",
        "Castle Choir",
        "kent",
    )
    assert (found.day, found.time, found.every, found.place, found.town) == (
        1,
        time(18, 30),
        "week",
        "Castle Hall",
        "Tonbridge",
    )
    assert (found.point, found.audience, found.min_age) == ((51.2, 0.27), "anyone;women", 18)
    assert dict(found.access) == {"step_free": True, "children": False}
    assert group_blanks(found, MON)["day"] == "Tuesday"


@pytest.mark.parametrize(
    ("rule", "starts", "days", "says"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH", None, [1, 3], {"week"}),
        ("FREQ=DAILY", None, [0, 1, 2, 3, 4, 5, 6], {"week"}),
        ("FREQ=DAILY;BYDAY=SA,SU", None, [5, 6], {"week"}),
        ("FREQ=WEEKLY", date(2026, 11, 5), [3], {"week"}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 11, 2), [0], {"2 weeks from 2026-11-02"}),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", None, [0], {"first and third Monday"}),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", None, [0, 4], {"first Monday", "last Friday"}),
        ("FREQ=MONTHLY;BYMONTHDAY=15", None, [None], {""}),
        ("", date(2026, 12, 5), [5], {""}),
        ("FREQ=HOURLY", None, [], set()),
    ],
)
def test_what_meets_on_several_days_is_offered_for_each(
    rule: str, starts: date | None, days: list[int | None], says: set[str]
) -> None:
    found = offers(choir(meeting(rule, starts=starts)))
    assert [each.day for each in found] == days
    assert {each.every for each in found} == says
    assert len({each.id for each in found}) == len(found)
    assert {each.initiative for each in found} <= {"kent/choir"}


def test_days_of_a_rule_share_its_end() -> None:
    mondays, wednesdays = offers(choir(meeting("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261130", starts=MON)))
    assert [next_session(mondays, day) for day in (MON, date(2026, 12, 1))] == [MON, None]
    assert next_session(mondays, date(2026, 11, 24)) == date(2026, 11, 30)
    assert next_session(wednesdays, date(2026, 11, 26)) is None


def test_a_rule_that_still_counts_was_never_read_by_an_import() -> None:
    assert offers(choir(meeting("FREQ=WEEKLY;BYDAY=MO;COUNT=3", starts=MON))) == ()


def test_extra_dates_and_dates_left_out_count() -> None:
    (found,) = offers(
        choir(meeting(except_on=frozenset({date(2026, 11, 24)}), also_on=frozenset({date(2026, 11, 26)})))
    )
    assert next_session(found, MON) == date(2026, 11, 26)
    assert next_session(found, date(2026, 11, 27)) == date(2026, 12, 1)


def test_what_happens_once_happens_once() -> None:
    (found,) = offers(choir(meeting("", starts=date(2026, 12, 5))))
    assert next_session(found, MON) == date(2026, 12, 5)
    assert next_session(found, date(2026, 12, 5), time(18, 31)) is None
    assert group_blanks(found, MON)["day"] == "Saturday 5 December"


def test_the_wall_clock_does_not_shift_with_summer_time() -> None:
    """The rule is on local dates: before and after 25 October 2026 it meets on Sunday at 01:30 by the wall."""
    (found,) = offers(choir(meeting("FREQ=WEEKLY;BYDAY=SU", time=time(1, 30))))
    meets = [next_session(found, day) for day in (date(2026, 10, 24), date(2026, 10, 26), date(2027, 3, 27))]
    assert meets == [date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 28)]


def test_what_is_online_or_closed_says_so_where_flows_ask() -> None:
    online = offers(choir(meeting(online=True, venue=None)))[0]
    assert (online.access["online"], online.postcode) == (True, "")
    assert offers(replace(choir(meeting()), closed=True))[0].access["closed"]


def test_rows_of_one_name_are_one_initiative() -> None:
    groups, _ = read(row(), row(id="ton-thu", day="Thursday"), row(id="mug", name="Monday Mugs", day="Monday"))
    table, mugs = sorted(gathered(groups), key=lambda each: -len(each.sessions))
    assert [session.id for session in table.sessions] == ["ton-tue", "ton-thu"]
    assert (table.source, mugs.name) == ("own list", "Monday Mugs")


def test_rows_of_one_name_that_differ_are_not_run_together() -> None:
    """Two cafes of one name in two towns, each with a number of its own: neither number may be lost."""
    groups, _ = read(
        row(checked="2026-10-30"),
        row(id="dar-tue", town="Dartford", phone="01632 960199"),
        row(id="ton-thu", day="Thursday", checked="2026-09-01"),
    )
    tonbridge, dartford = gathered(groups)
    assert [session.id for session in tonbridge.sessions] == ["ton-tue", "ton-thu"]
    assert tonbridge.assured == date(2026, 9, 1), "the whole is as old as its oldest part"
    assert (dartford.phone, dartford.id) == ("01632 960199", f"{tonbridge.id}-2")


@pytest.mark.parametrize("every", ["week", "2 weeks from 2026-11-03", "first Tuesday", "second and fourth Tuesday"])
def test_a_row_comes_back_from_its_initiative_as_it_was(every: str) -> None:
    found = group(every=every, exceptions="24/11/2026")
    (again,) = offers(gathered([found])[0])
    assert replace(again, at=found.at) == found


def test_initiatives_are_stored_and_read_again() -> None:
    both = (
        choir(meeting(), meeting("", id="kent/choir.2", starts=MON, also_on=frozenset({MON}), until=None, venue=None)),
        Initiative("kent/bare", "kent", "Bare"),
    )
    assert initiative_json.load(initiative_json.dump(both)) == both
    with pytest.raises(ValueError, match="form 9"):
        initiative_json.load(zlib.compress(b"[9]"))
    with pytest.raises(ValueError, match="not packed"):
        initiative_json.load(b"[1]")


@pytest.mark.parametrize(
    ("days", "factor", "ring_first", "hidden"),
    [
        (-3, 1.0, False, False),
        (0, 1.0, False, False),
        (FADES - 1, 1.0, False, False),
        (FADES + 1, 0.999, False, False),
        (RING_FIRST - 1, 0.768, False, False),
        (RING_FIRST, 0.767, True, False),
        (HIDDEN - 1, 0.301, True, False),
        (HIDDEN, 0.0, True, True),
    ],
)
def test_what_nobody_checks_fades_and_goes(days: int, factor: float, ring_first: bool, hidden: bool) -> None:
    found = freshness(date.fromordinal(MON.toordinal() - days), MON)
    assert (round(found.factor, 3), found.ring_first, found.hidden) == (factor, ring_first, hidden)


def test_what_was_never_checked_is_offered_with_a_word_to_ring_first() -> None:
    assert freshness(None, MON)[1:] == (True, False)
    assert 0 < freshness(None, MON).factor < 1


ODD_DAYS = st.one_of(st.none(), st.sampled_from([date.min, date.max, MON]), st.dates())
ODD_RULES = st.builds(
    "FREQ={};INTERVAL={};{}={};COUNT={};WKST={}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 366),
    st.sampled_from(["BYDAY", "BYMONTHDAY", "BYMONTH", "UNTIL"]),
    st.sampled_from(["MO,TU", "-1SU", "53WE", "31", "-31", "2", "00010101", "99991231"]),
    st.integers(0, 9999).map(lambda count: count or ""),
    st.sampled_from(["SU", "MO", "TH"]),
)


@given(ODD_RULES, ODD_DAYS, st.frozensets(st.dates(), max_size=2), st.times())
@example("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", date.min, frozenset(), time())
def test_no_session_is_too_odd_to_be_offered(
    rule: str, starts: date | None, other: frozenset[date], clock: time
) -> None:
    for found in offers(choir(meeting(rule, starts=starts, also_on=other, except_on=other))):
        meets = next_session(found, MON, clock)
        assert meets is None or (meets >= MON and meets not in other)
        assert group_blanks(found, MON)["name"] == "Castle Choir"
