"""escalation.yaml read: what it says, and each thing that is refused, with its place and the thing to type."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.spans import read_span
from flows.wording import Level
from tests.reading.folder import ESCALATION, reading_flow, reading_of

CRISIS_B = "- alert: crisis B\n  hours: any\n  steps:\n    - at once: duty\n  repeat: every hour\n"


def faults(escalation: str) -> list[str]:
    problems = reading_of({"escalation.yaml": escalation}).problems
    return [str(problem) for problem in problems if problem.level is Level.ERROR]


def entry(*lines: str) -> str:
    """One more policy, below what the small folder needs."""
    return ESCALATION + "- alert: extra\n" + "".join(f"  {line}\n" for line in lines)


GOOD = (
    "hours: working",
    "steps:",
    "  - at once: mentor",
    "  - after 2 working hours: coordinators",
    "repeat: every working day",
)
PLACE = ESCALATION.count("\n") + 1


def test_a_policy_is_read() -> None:
    reading = reading_of({"escalation.yaml": entry(*GOOD, "two in a row: coordinators, duty", "by: telegram, sms")})
    assert reading.library is not None
    found = reading.library.policies["extra"]
    assert [(step.after.length, step.after.working, step.roles) for step in found.steps] == [
        (timedelta(0), False, ("mentor",)),
        (timedelta(hours=2), True, ("coordinators",)),
    ]
    assert (found.any_hour, found.two_in_a_row, found.by) == (False, ("coordinators", "duty"), ("telegram", "sms"))
    assert found.repeat == read_span("1 working day")


@pytest.mark.parametrize(
    "lines",
    [
        ("hours: any", "steps:", "  - at once: duty", "  - after 5 minutes: next duty, all staff but volunteers"),
        (
            "hours: any",
            "steps:",
            "  - after 10 minutes: backup mentor",
            "repeat: every 2 hours",
        ),  # nobody else, for ever
        ("hours: working", "steps:", "  - at once: mentor", "  - after 1 day: coordinators"),
        ("hours: working", "steps:", "  - after 6 working hours: duty", "  - after 1 day: coordinators"),
        ("hours: working", "steps:", "  - after 2 hours: duty", "  - after 2 working hours: coordinators"),
        ("hours: any", "steps:", "  - after 3 working hours: duty", "  - after 2 hours: coordinators"),  # who can tell
    ],
)
def test_what_may_stand_in_a_policy(lines: tuple[str, ...]) -> None:
    assert faults(entry(*lines)) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            (*GOOD[:2], "  - at once: mentors", GOOD[3]),
            "Nobody has the role mentors. Fix: did you mean mentor?",
        ),
        ((*GOOD, "two in a row: coordinator"), "Nobody has the role coordinator. Fix: did you mean coordinators?"),
        ((*GOOD, "by: telegram, pigeon"), "Nothing can be sent by pigeon. Fix: use one of sms, telegram."),
        (
            (*GOOD[:2], "  - after 4 hours: coordinators", "  - after 2 hours: mentor"),
            "after 2 hours comes below 4 hours, which is later. Fix: put the steps in the order in which they come.",
        ),
        (
            (*GOOD[:2], "  - after 1 day: coordinators", "  - after 6 working hours: mentor"),
            "after 6 working hours comes below 1 day, which is later."
            " Fix: put the steps in the order in which they come.",
        ),
        (
            (*GOOD[:2], "  - after 1 hour: coordinators", "  - at once: mentor"),
            "at once comes below 1 hour, which is later. Fix: put the steps in the order in which they come.",
        ),
        (
            ("hours: working", "steps:", "  - at once: mentor"),
            "extra reaches no coordinator, and stops after its last step."
            " Fix: add - after 4 working hours: coordinators, or repeat: every working day",
        ),
        (
            (*GOOD[:4], "repeat: hourly"),
            "repeat: hourly is not understood. Fix: write it like every 15 minutes or every working day.",
        ),
        ((*GOOD[:4], "repeat: every 0 minutes"), "repeat: every 0 minutes is not understood."),
        ((*GOOD[:2], "  - soon: mentor", GOOD[3]), "soon is not a time I understand."),
        (("hours: daytime", *GOOD[1:]), "hours: daytime is not understood. Fix: type hours: working, or hours: any"),
    ],
)
def test_what_is_refused(lines: tuple[str, ...], said: str) -> None:
    found = faults(entry(*lines))
    assert len(found) == 1
    assert said in found[0]
    place, line, _ = found[0].split(":")[:3]
    assert place == "escalation.yaml"
    assert int(line) >= PLACE


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "hours: any",
            "hours: working",
            "crisis B is about life at risk, and would wait for working hours. Fix: type hours: any",
        ),
        (
            "at once: duty",
            "at once: mentor, backup mentor",
            "crisis B is about life at risk, and its first step reaches mentors only.",
        ),
        ("at once: duty", "after 5 minutes: duty", "crisis B is about life at risk, and its first step waits."),
    ],
)
def test_a_crisis_waits_for_nothing(was: str, now: str, said: str) -> None:
    assert CRISIS_B in ESCALATION
    (found,) = faults(ESCALATION.replace(CRISIS_B, CRISIS_B.replace(was, now)))
    assert said in found


def test_words_that_worry_us_need_a_policy() -> None:
    (found,) = faults(ESCALATION.replace(CRISIS_B, ""))
    assert found.startswith("safety/crisis.yaml:2:9  E  There is no policy crisis B in escalation.yaml.")


def test_an_alert_of_a_flow_needs_a_policy() -> None:
    problems = [str(problem) for problem in reading_flow("- alert: asked for a mentr").problems]
    said = "There is no policy asked for a mentr in escalation.yaml. Fix: did you mean asked for a mentor?"
    assert any(problem.startswith("flows/talk.yaml:") and said in problem for problem in problems)
