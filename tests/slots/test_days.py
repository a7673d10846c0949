"""On which days a schedule falls."""

from __future__ import annotations

import pytest

from flows.model import Participant
from flows.slots import plan
from flows.statuses import PersonStatus
from tests.slots.planner import SERVICE, WEEKLY, Planner, days, due_times, library, moment, schedules, somebody

AT = "at: 12:00\n"
CHOSEN = "at: checkin_time\notherwise: Wed 11:00\n"
PHASES = f"""\
every: week
{CHOSEN}phases:
  - until: early_until
    every: 2 days
  - until: 4 weeks after joined
    every: 3 days
"""

# what is written, what is known of them, until when they are watched, and the days; all joined on Saturday 31 October
FALLS_ON = {
    "the weekday that they chose": (
        f"every: week\n{CHOSEN}",
        "monday 10:00",
        "2026-11-20",
        "Mon 02/11, Mon 09/11, Mon 16/11",
    ),
    "a weekday for those who chose none": (f"every: week\n{CHOSEN}", "", "2026-11-12", "Wed 04/11, Wed 11/11"),
    "the weekday that on: says": (
        f"every: week\non: Fri\n{CHOSEN}",
        "monday 10:00",
        "2026-11-14",
        "Fri 06/11, Fri 13/11",
    ),
    "the weekday in at:": ("every: week\nat: Tue 14:00", "monday 10:00", "2026-11-11", "Tue 03/11, Tue 10/11"),
    "the weekday they joined on, when nothing else says": (
        *("every: week\nat: checkin_time", "", "2026-11-15"),
        "Sat 07/11, Sat 14/11",
    ),
    "every other week": (f"every: 2 weeks\n{CHOSEN}", "monday 10:00", "2026-12-01", "Mon 02/11, Mon 16/11, Mon 30/11"),
    "every day, from the day after joining": (f"every: day\n{AT}", "", "2026-11-03", "Sun 01/11, Mon 02/11, Tue 03/11"),
    "every third day": (f"every: 3 days\n{AT}", "", "2026-11-09", "Sun 01/11, Wed 04/11, Sat 07/11"),
    "every third day, at their time": (
        f"every: 3 days\n{CHOSEN}",
        "monday 10:00",
        "2026-11-05",
        "Sun 01/11, Wed 04/11",
    ),
    "the day of the month on which they joined": (f"every: month\n{AT}", "", "2027-01-05", "Mon 30/11, Thu 31/12"),
    "the end of a shorter month": (
        f"every: month\n{AT}",
        "",
        "2027-04-01",
        "Mon 30/11, Thu 31/12, Sun 31/01, Sun 28/02, Wed 31/03",
    ),
    "every other month": (f"every: 2 months\n{AT}", "", "2027-04-01", "Mon 30/11, Sun 31/01, Wed 31/03"),
    "the first Monday": (f"every: month\non: first Monday\n{AT}", "", "2027-01-05", "Mon 02/11, Mon 07/12, Mon 04/01"),
    "the third Tuesday": (f"every: month\non: third Tuesday\n{AT}", "", "2026-12-31", "Tue 17/11, Tue 15/12"),
    "the last Friday": (f"every: month\non: last Friday\n{AT}", "", "2027-01-05", "Fri 27/11, Fri 25/12"),
    "once, on the first chosen day on or after the date": (
        *(f"once: 3 days after left_rehab\n{CHOSEN}", "thursday 10:00", "2026-12-31"),
        "Thu 26/11",
    ),
    "once, on the day itself when that is the chosen one": (
        *(f"once: 3 days after left_rehab\n{CHOSEN}", "monday 10:00", "2026-12-31"),
        "Mon 23/11",
    ),
    "once, on the very day": (f"once: 3 days after left_rehab\n{AT}", "monday 10:00", "2026-12-31", "Mon 23/11"),
    "once, months after joining": (f"once: 12 weeks after joined\n{AT}", "", "2027-04-01", "Sat 23/01"),
    "phases, closer together at first": (
        *(PHASES, "thursday 10:00", "2026-12-05"),
        "Sun 01/11, Tue 03/11, Thu 05/11, Sun 08/11, Wed 11/11, Sat 14/11, Tue 17/11, Fri 20/11, Mon 23/11, Thu 26/11, "
        "Thu 03/12",
    ),
}


def from_halloween(time: str) -> Participant:
    return somebody("2026-10-31 09:00", left_rehab="2026-11-20", early_until="2026-11-07", checkin_time=time)


@pytest.mark.parametrize(("settings", "time", "until", "expected"), FALLS_ON.values(), ids=FALLS_ON.keys())
def test_a_schedule_falls_on(settings: str, time: str, until: str, expected: str) -> None:
    planner = Planner(schedules(settings), "2026-10-31 09:30")
    assert days(planner.run(from_halloween(time), f"{until} 23:00")) == expected


# the last slot, the day that they have chosen since, and the next slot
NEXT_WEEKLY = {
    "a week on": ("2026-11-09", "monday 10:00", "Mon 16/11"),
    "two days on is far enough": ("2026-11-09", "wednesday 10:00", "Wed 11/11"),
    "the very next day is too close": ("2026-11-09", "tuesday 10:00", "Tue 17/11"),
    "the same day is over": ("2026-11-09", "monday 18:00", "Mon 16/11"),
    "the day before comes next week": ("2026-11-09", "sunday 10:00", "Sun 15/11"),
}


@pytest.mark.parametrize(("last", "time", "expected"), NEXT_WEEKLY.values(), ids=NEXT_WEEKLY.keys())
def test_after_the_last_slot_the_next_one_comes(last: str, time: str, expected: str) -> None:
    planner = Planner(WEEKLY, "2026-11-09 12:00")
    planner.last["it"] = moment(f"{last} 10:00").date()
    assert days(planner.run(somebody(checkin_time=time), "2026-11-18 20:00"))[:9] == expected


@pytest.mark.parametrize(
    ("every", "expected"), [("2 weeks", "Mon 23/11"), ("3 weeks", "Mon 30/11"), ("month", "Mon 07/12")]
)
def test_longer_rhythms_count_from_the_last_slot(every: str, expected: str) -> None:
    on = "on: first Monday\n" if every == "month" else ""
    planner = Planner(schedules(f"every: {every}\n{on}{CHOSEN}"), "2026-11-09 12:00")
    planner.last["it"] = moment("2026-11-09 10:00").date()
    assert days(planner.run(somebody(checkin_time="monday 10:00"), "2026-12-08 20:00"))[:9] == expected


def test_a_new_month_right_after_the_last_slot_is_too_close() -> None:
    planner = Planner(schedules(f"every: month\non: first Monday\n{AT}"), "2027-01-31 13:00")
    planner.last["it"] = moment("2027-01-31 12:00").date()
    assert days(planner.run(somebody(), "2027-03-02 13:00")) == "Mon 01/03"  # and not the 1st of February


def test_who_was_long_overdue_is_asked_on_the_next_chosen_day() -> None:
    planner = Planner(WEEKLY, "2026-11-11 12:00")
    planner.last["it"] = moment("2026-03-02 10:00").date()
    assert (
        days(planner.run(somebody("2026-01-05 09:00", checkin_time="monday 10:00"), "2026-11-17 20:00")) == "Mon 16/11"
    )


# ---------------------------------------------------------------- phases


@pytest.mark.parametrize(
    ("early_until", "expected"),
    [
        ("2026-11-04", "Sun 01/11, Tue 03/11, Fri 06/11"),  # over on the 4th: the next phase counts on from the 3rd
        ("2026-11-06", "Sun 01/11, Tue 03/11, Thu 05/11"),
        ("2026-10-01", "Sun 01/11, Wed 04/11"),
        ("", "Sun 01/11, Wed 04/11"),
        ("9999-12-31", "Sun 01/11, Tue 03/11, Thu 05/11"),
    ],
)
def test_the_first_phase_that_is_not_over_counts(early_until: str, expected: str) -> None:
    person = somebody("2026-10-31 09:00", checkin_time="thursday 10:00", early_until=early_until)
    assert days(Planner(schedules(PHASES), "2026-10-31 09:30").run(person, "2026-11-06 20:00")) == expected


def test_a_phase_may_have_its_own_time_and_its_own_day() -> None:
    text = "every: week\nat: checkin_time\nphases:\n  - until: early_until\n    on: Tuesday\n    at: 15:00\n"
    person = somebody("2026-10-31 09:00", checkin_time="thursday 10:00", early_until="2026-11-11")
    found = Planner(schedules(text), "2026-10-31 09:30").run(person, "2026-11-20 20:00")
    assert due_times(found) == ["2026-11-03 15:00", "2026-11-10 15:00", "2026-11-12 10:00", "2026-11-19 10:00"]


def test_a_phase_may_be_quieter_than_what_comes_after_it() -> None:
    text = "every: day\nat: 12:00\nphases:\n  - until: early_until\n    every: 2 weeks\n    on: Thursday\n"
    person = somebody("2026-11-02 09:30", early_until="2026-11-10")
    found = Planner(schedules(text), "2026-11-02 09:30").run(person, "2026-11-12 13:00")
    assert days(found) == "Thu 05/11, Tue 10/11, Wed 11/11, Thu 12/11"


def test_a_phase_that_staff_add_later_counts_from_then_on() -> None:
    planner = Planner(schedules(PHASES), "2026-12-31 12:00")
    person = somebody("2026-10-31 09:00", checkin_time="thursday 10:00")
    assert days(planner.run(person, "2027-01-08 12:00")) == "Thu 07/01"
    person = person._replace(values={**person.values, "early_until": "2027-01-13"})
    planner.change()
    assert days(planner.run(person, "2027-01-15 12:00")) == "Sat 09/01, Mon 11/01, Thu 14/01"


# ---------------------------------------------------------------- once

REVIEW = schedules(f"once: 12 weeks after left_rehab\n{CHOSEN}")


def test_what_came_once_does_not_come_again() -> None:
    planner = Planner(REVIEW, "2026-11-02 12:00")
    person = somebody(left_rehab="2026-10-01", checkin_time="monday 10:00")
    assert days(planner.run(person, "2027-06-01 12:00")) == "Mon 28/12"
    planner.change()
    person = person._replace(values={**person.values, "checkin_time": "friday 10:00"})
    assert planner.run(person, "2028-06-01 12:00") == []


def test_it_comes_again_when_the_date_comes_again() -> None:
    planner = Planner(REVIEW, "2026-11-02 12:00")
    person = somebody(left_rehab="2026-10-01", checkin_time="monday 10:00")
    planner.run(person, "2027-01-10 12:00")
    planner.change()
    person = person._replace(values={**person.values, "left_rehab": "2027-01-04"})
    assert days(planner.run(person, "2028-06-01 12:00")) == "Mon 29/03"


def test_a_day_chosen_meanwhile_puts_it_off_and_does_not_lose_it() -> None:
    planner = Planner(REVIEW, "2026-12-23 12:00")  # the date is Thursday the 24th; their day the Monday after
    person = somebody(left_rehab="2026-10-01", checkin_time="monday 10:00")
    assert planner.run(person, "2026-12-27 12:00") == []
    planner.change()
    person = person._replace(values={**person.values, "checkin_time": "friday 10:00"})  # this week's is over
    assert days(planner.run(person, "2027-06-01 12:00")) == "Fri 01/01"


@pytest.mark.parametrize(("left", "expected"), [("2026-10-01", ""), ("", ""), ("soon", "")])
def test_a_date_long_past_or_none_starts_nothing(left: str, expected: str) -> None:
    planner = Planner(schedules(f"once: 3 days after left_rehab\n{CHOSEN}"), "2026-11-20 12:00")
    assert planner.look(somebody(left_rehab=left)) == ((), None)


def test_a_date_in_another_age_does_no_harm() -> None:
    planner = Planner(schedules(f"once: 3 days after left_rehab\n{CHOSEN}"), "2026-11-20 12:00")
    assert planner.look(somebody(left_rehab="9999-12-31")).due == ()
    assert planner.look(somebody(left_rehab="0001-01-01")) == ((), None)


# ---------------------------------------------------------------- for whom

FOR = "every: day\nat: 12:00\nfor: "


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("consent_checkins is yes", "Tue 03/11, Wed 04/11, Thu 05/11"),
        ("consent_checkins is no", ""),
        ("goal answered", ""),
        ("channel is sms", "Tue 03/11, Wed 04/11, Thu 05/11"),
        ("channel is telegram", ""),
        ("language is en and early_until answered", "Tue 03/11, Wed 04/11, Thu 05/11"),
        ("early_until more than today", "Tue 03/11"),
        ("early_until at most today", "Wed 04/11, Thu 05/11"),
        ("joined less than today", "Tue 03/11, Wed 04/11, Thu 05/11"),
    ],
)
def test_a_schedule_is_for_whom_it_says_on_that_day(condition: str, expected: str) -> None:
    person = somebody(consent_checkins="yes", early_until="2026-11-04")
    planner = Planner(schedules(FOR + condition), "2026-11-02 12:00")
    assert days(planner.run(person, "2026-11-05 13:00")) == expected


def test_who_is_not_meant_as_things_stand_is_not_looked_at_again() -> None:
    never = schedules(FOR + "consent_checkins is yes")
    assert Planner(never, "2026-11-02 12:00").look(somebody(consent_checkins="no")).next_at is None


def test_who_will_be_meant_one_day_is_looked_at_again_until_then() -> None:
    one_day = schedules(FOR + "early_until at most today")
    planner = Planner(one_day, "2026-11-02 12:00")
    person = somebody(early_until="2028-03-01")
    assert planner.look(person).next_at == moment("2027-01-01 12:00")  # sixty days looked at are enough for one go
    assert days(planner.run(person, "2028-03-02 13:00")) == "Wed 01/03, Thu 02/03"


@pytest.mark.parametrize("status", PersonStatus)
def test_only_those_who_have_joined_are_due_anything(status: PersonStatus) -> None:
    person = somebody(checkin_time="monday 10:00")._replace(status=status)
    assert (Planner(WEEKLY, "2026-11-02 12:00").look(person).next_at is not None) is (status is PersonStatus.ACTIVE)


# ---------------------------------------------------------------- several at once

TWO = library(
    "- schedule: weekly\n  flow: talk\n  every: week\n  at: Mon 15:00\n"
    "- schedule: daily\n  flow: talk\n  every: day\n  at: 12:00\n  silence: nobody is told\n"
).schedules


def test_what_falls_due_comes_earliest_first_and_the_next_look_is_for_the_earliest() -> None:
    found = plan(
        TWO, somebody(), since=moment("2026-11-07 13:00"), now=moment("2026-11-09 15:00"), last={}, service=SERVICE
    )
    assert [(slot.schedule, slot.tells) for slot in found.due] == [("daily", False), ("daily", False), ("weekly", True)]
    assert found.next_at == moment("2026-11-10 12:00")


def test_each_schedule_counts_from_its_own_last_slot() -> None:
    last = {"weekly": moment("2026-11-09 15:00").date(), "daily": moment("2026-11-09 15:00").date()}
    since = moment("2026-11-09 15:30")
    found = plan(TWO, somebody(), since=since, now=moment("2026-11-10 12:30"), last=last, service=SERVICE)
    assert [slot.schedule for slot in found.due] == ["daily"]


def test_without_schedules_nobody_is_due_anything() -> None:
    now = moment("2026-11-10 12:30")
    assert plan({}, somebody(), since=None, now=now, last={}, service=SERVICE) == ((), None)
