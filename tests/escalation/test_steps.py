"""When the steps of an alert fall due: tables of instants, working hours and the nights between them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from flows import escalation
from flows.content import Policy, PolicyStep
from flows.spans import read_span
from flows.wording import Span
from tests.understanding.test_timing import SERVICE, utc

MENTOR, BOTH, COORDINATORS = ("mentor",), ("duty", "coordinators"), ("coordinators",)


def span(written: str) -> Span:
    return Span(timedelta(), written="at once") if written == "at once" else _read(written)


def _read(written: str) -> Span:
    found = read_span(written)
    assert found is not None
    return found


def policy(*steps: tuple[str, tuple[str, ...]], any_hour: bool = False, repeat: str = "1 working day") -> Policy:
    said = tuple(PolicyStep(span(when), roles) for when, roles in steps)
    return Policy("went quiet", any_hour, said, _read(repeat), ("coordinators",), ("telegram", "sms"))


QUIET = policy(("at once", MENTOR), ("8 working hours", COORDINATORS))
CRISIS = policy(
    ("at once", BOTH),
    ("5 minutes", BOTH),
    ("10 minutes", COORDINATORS),
    ("20 minutes", COORDINATORS),
    any_hour=True,
    repeat="15 minutes",
)


@pytest.mark.parametrize(
    ("which", "step", "opened", "due"),
    [
        (QUIET, 0, "2026-11-23 10:00", "2026-11-23 10:00"),
        (QUIET, 0, "2026-11-23 16:59", "2026-11-23 16:59"),
        (QUIET, 0, "2026-11-23 17:00", "2026-11-24 09:00"),  # the day is over
        (QUIET, 0, "2026-11-28 03:00", "2026-11-30 09:00"),  # a Saturday night waits for Monday
        (QUIET, 0, "2026-12-25 10:00", "2026-12-29 09:00"),  # Christmas, a weekend and a bank holiday
        (QUIET, 1, "2026-11-23 10:00", "2026-11-24 10:00"),
        (QUIET, 1, "2026-11-27 16:00", "2026-11-30 16:00"),
        (CRISIS, 0, "2026-11-28 03:00", "2026-11-28 03:00"),  # at any hour
        (CRISIS, 1, "2026-11-28 03:00", "2026-11-28 03:05"),
        (CRISIS, 3, "2026-11-28 03:00", "2026-11-28 03:20"),
        (CRISIS, 3, "2026-10-25 00:50", "2026-10-25 01:10"),  # in the hour that comes twice
        (QUIET, 0, "2026-10-25 00:50", "2026-10-26 09:00"),
    ],
)
def test_a_step_is_due(which: Policy, step: int, opened: str, due: str) -> None:
    assert escalation.step_at(which, step, utc(opened), SERVICE) == utc(due)


@pytest.mark.parametrize(
    ("which", "last", "now", "due"),
    [
        (CRISIS, "2026-11-28 03:20", "2026-11-28 03:20", "2026-11-28 03:35"),
        (CRISIS, "2026-11-28 03:20", "2026-11-28 03:21", "2026-11-28 03:35"),  # a late tick moves nothing
        (CRISIS, "2026-11-28 03:20", "2026-11-28 09:00", "2026-11-28 09:15"),  # what an outage cost is not made up
        (QUIET, "2026-11-24 10:00", "2026-11-24 10:00", "2026-11-25 10:00"),
        (QUIET, "2026-11-27 10:00", "2026-11-27 10:00", "2026-11-30 10:00"),
        (QUIET, "2026-12-24 10:00", "2026-12-24 10:00", "2026-12-29 10:00"),
    ],
)
def test_the_last_step_repeats_for_ever(which: Policy, last: str, now: str, due: str) -> None:
    assert escalation.repeat_at(which, utc(last), utc(now), SERVICE) == utc(due)


def test_after_an_outage_the_steps_that_were_lost_are_one() -> None:
    opened = utc("2026-11-28 03:00")
    assert escalation.due_steps(CRISIS, 0, opened, opened, SERVICE) == escalation.Due(BOTH, 0)
    late = escalation.due_steps(CRISIS, 1, opened, utc("2026-11-28 03:12"), SERVICE)
    assert late == escalation.Due(("duty", "coordinators"), 2)
    assert escalation.due_steps(CRISIS, 1, opened, utc("2026-11-28 03:04"), SERVICE) is None
    assert escalation.due_steps(CRISIS, 4, opened, utc("2026-11-28 09:00"), SERVICE) is None


@pytest.mark.parametrize(("done", "roles"), [(0, BOTH), (2, COORDINATORS), (4, COORDINATORS), (400, COORDINATORS)])
def test_whoever_passes_hands_on_to_the_next_step_and_the_last_one_again(done: int, roles: tuple[str, ...]) -> None:
    assert escalation.forced(CRISIS, done) == escalation.Due(roles, done)


@pytest.mark.parametrize(
    ("taken", "crisis", "opens"),
    [
        ("2026-11-23 10:00", False, "2026-11-25 10:00"),
        ("2026-11-26 16:00", False, "2026-11-30 16:00"),  # two working days
        ("2026-11-28 12:00", False, "2026-12-02 09:00"),  # taken on a Saturday
        ("2026-11-28 03:00", True, "2026-11-28 03:30"),
    ],
)
def test_what_somebody_took_and_did_not_finish_opens_again(taken: str, crisis: bool, opens: str) -> None:
    assert escalation.reopens_at(utc(taken), SERVICE, is_crisis=crisis) == utc(opens)


@pytest.mark.parametrize(
    ("opened", "within", "owed", "first"),
    [
        ("2026-11-23 10:00", None, False, "2026-11-23 10:00"),
        ("2026-11-23 22:00", None, True, "2026-11-24 09:00"),  # twice in a row waits for the morning too
        ("2026-11-23 22:00", "2026-11-23 23:00", False, "2026-11-23 23:00"),
        ("2026-11-23 22:00", "2026-11-23 21:00", False, "2026-11-23 22:00"),
    ],
)
def test_the_first_page_is_due(opened: str, within: str | None, owed: bool, first: str) -> None:
    deadline = utc(within) if within else None
    assert escalation.opens_at(QUIET, utc(opened), deadline, owed, SERVICE) == utc(first)


@pytest.mark.parametrize(
    ("within", "round_at", "counts"),
    [
        ("2026-11-23 12:00", "2026-11-23 10:00", True),
        ("2026-11-23 12:00", "2026-11-25 10:00", False),
        (None, "2026-11-23 10:00", False),
    ],
)
def test_a_deadline_counts_in_the_round_it_was_promised_in(within: str | None, round_at: str, counts: bool) -> None:
    at = utc(within) if within else None
    assert escalation.deadline(at, utc(round_at)) == (at if counts else None)


# ---------------------------------------------------------------- the policy that an alert keeps


@pytest.mark.parametrize("which", [QUIET, CRISIS])
def test_a_policy_is_read_back_as_it_was_kept(which: Policy) -> None:
    kept = json.loads(json.dumps(escalation.snapshot(which, twice=True)))
    assert escalation.policy_of(kept, is_crisis=which.any_hour) == which
    assert escalation.owed_roles(kept) == ("coordinators",)
    assert escalation.owed_roles(escalation.snapshot(which)) == ()


@pytest.mark.parametrize(
    "kept",
    [{}, {"steps": [["at once", ["mentor"]]], "repeat": "every hour"}, {"name": "x", "any_hour": False, "steps": 7}],
)
@pytest.mark.parametrize("crisis", [True, False])
def test_what_cannot_be_read_back_goes_to_the_coordinators_and_repeats(kept: dict[str, object], crisis: bool) -> None:
    read = escalation.policy_of(kept, is_crisis=crisis)
    assert [step.roles for step in read.steps] == [("coordinators",)]
    assert read.any_hour is crisis
    assert read.repeat is not None
    assert read.repeat.length == (timedelta(minutes=15) if crisis else timedelta(hours=8))


def test_a_policy_without_a_repeat_repeats_all_the_same() -> None:
    silent = Policy("x", False, (PolicyStep(span("at once"), COORDINATORS),))
    read = escalation.policy_of(escalation.snapshot(silent), is_crisis=False)
    assert read.repeat == Span(timedelta(hours=8), True, "1 working day")


def test_a_crisis_never_waits_for_working_hours_whatever_its_policy_says() -> None:
    read = escalation.policy_of(escalation.snapshot(QUIET), is_crisis=True)
    assert escalation.step_at(read, 0, utc("2026-11-28 03:00"), SERVICE) == utc("2026-11-28 03:00")
