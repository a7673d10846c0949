"""``escalation.yaml``: who hears about an alert, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flows.content import Policy, PolicyStep
from flows.reading.fields import Fields
from flows.reading.nodes import List, Map, Node
from flows.reading.problems import Problems, did_you_mean
from flows.reading.safety import entries, named
from flows.reading.values import read_list
from flows.spans import read_span
from flows.timing import WORKING_DAY
from flows.wording import Place, Span

ROLES = ("mentor", "backup mentor", "duty", "next duty", "coordinators", "all staff but volunteers")
CHANNELS = ("telegram", "sms")
AT_ONCE = Span(timedelta(0), written="at once")

_POLICY = ("alert", "hours", "steps", "repeat", "two in a row", "by")
_STEP_FIX = "write it like - after 2 working hours: coordinators"
_REPEAT_FIX = "write it like every 15 minutes or every working day."
_CRISIS = "crisis "  # begins the name of a policy for words that worry us
_MENTORS = frozenset({"mentor", "backup mentor"})
_ANSWER = frozenset({"coordinators", "all staff but volunteers"})  # roles that are never empty while anybody is there


def read_policies(root: Node, problems: Problems) -> dict[str, Policy]:
    """Policies, by the name of what happened."""
    found: dict[str, Policy] = {}
    known: dict[str, Place] = {}
    for entry in entries(root, "alert", problems):
        fields = Fields(entry, _POLICY, "A policy", problems)
        name = named(fields, "alert", known)
        found[name] = _policy(fields, name)
    return found


def _policy(fields: Fields, name: str) -> Policy:
    fields.need("hours", "add hours: working, or hours: any")
    hours = fields.read(
        "hours", lambda text: text if text in ("working", "any") else None, "type hours: working, or hours: any"
    )
    repeat = fields.read("repeat", _repeat, _REPEAT_FIX)
    two_in_a_row = read_list(fields.text("two in a row"))
    _check_roles(fields, "two in a row", two_in_a_row)
    by = read_list(fields.text("by"))
    for channel in by:
        if channel not in CHANNELS:
            what = f"Nothing can be sent by {channel}."
            fields.problems.error(fields.place_of("by"), "unknown channel", what, did_you_mean(channel, CHANNELS))
    policy = Policy(name, hours == "any", _steps(fields, hours == "any"), repeat, two_in_a_row, by, fields.place)
    if policy.steps:
        _check_ends(fields, policy)
        if name.startswith(_CRISIS):
            _check_crisis(fields, policy)
    return policy


def _repeat(text: str) -> Span | None:
    length = text.removeprefix("every ").strip()
    span = read_span(length if length[:1].isdigit() else f"1 {length}")
    return span if text.startswith("every ") and span is not None and span.length else None


# ---------------------------------------------------------------- steps


def _steps(policy: Fields, any_hour: bool) -> tuple[PolicyStep, ...]:
    problems = policy.problems
    policy.need("steps", "add steps: and below it - at once: coordinators")
    node = policy.node("steps")
    if not isinstance(node, List):
        return ()
    found: list[PolicyStep] = []
    for item in node.items:
        if not isinstance(item, Map) or len(item.pairs) != 1:
            problems.error(item.place, "wrong shape", "Each step is a time and who hears then.", _STEP_FIX)
            continue
        when = item.pairs[0][0]
        step = Fields(item, (), "A step", problems, any_name=True)
        step.need(when.value, _STEP_FIX)
        roles = read_list(step.text(when.value))
        _check_roles(step, when.value, roles)
        after = _after(when.value)
        if after is None:
            problems.error(when.place, "not understood", f"{when.value} is not a time I understand.", _STEP_FIX)
            continue
        if found and _goes_back(found[-1].after, after, any_hour):
            what = f"{when.value} comes below {found[-1].after.written}, which is later."
            problems.error(when.place, "goes backwards", what, "put the steps in the order in which they come.")
        found.append(PolicyStep(after, roles))
    return tuple(found)


def _after(when: str) -> Span | None:
    if when == AT_ONCE.written:
        return AT_ONCE
    span = read_span(when.removeprefix("after ")) if when.startswith("after ") else None
    return Span(span.length, span.working, when.removeprefix("after ")) if span is not None else None


def _goes_back(before: Span, then: Span, any_hour: bool) -> bool:
    """Whether ``then`` lies before ``before``, where that can be known without a calendar."""
    if any_hour and before.length and then.length and before.working is not then.working:
        return False
    if any_hour:
        return then.length < before.length
    return _working_time(then) < _working_time(before)


def _working_time(span: Span) -> timedelta:
    """Under working hours a day is a working day, whether or not it is written so."""
    if span.working or not any(unit in span.written for unit in ("day", "week", "month")):
        return span.length
    return span.length / timedelta(days=1) * WORKING_DAY


def _check_roles(fields: Fields, key: str, roles: Sequence[str]) -> None:
    for role in roles:
        if role not in ROLES:
            what = f"Nobody has the role {role}."
            fields.problems.error(fields.place_of(key), "unknown role", what, did_you_mean(role, ROLES))


# ---------------------------------------------------------------- nobody may be left with nobody


def _check_ends(fields: Fields, policy: Policy) -> None:
    if "repeat" not in fields and not any(_ANSWER & set(step.roles) for step in policy.steps):
        what = f"{policy.name} reaches no coordinator, and stops after its last step."
        fix = "add - after 4 working hours: coordinators, or repeat: every working day"
        fields.problems.error(fields.place, "chain ends", what, fix)


def _check_crisis(fields: Fields, policy: Policy) -> None:
    problems, first = fields.problems, policy.steps[0]
    if not policy.any_hour and "hours" in fields:
        what = f"{policy.name} is about life at risk, and would wait for working hours."
        problems.error(fields.place_of("hours"), "crisis waits", what, "type hours: any")
    if first.after.length:
        what = f"{policy.name} is about life at risk, and its first step waits."
        problems.error(fields.place_of("steps"), "crisis waits", what, "begin with - at once: duty, coordinators")
    if set(first.roles) <= _MENTORS:
        what = f"{policy.name} is about life at risk, and its first step reaches mentors only."
        problems.error(fields.place_of("steps"), "mentors alone", what, "begin with - at once: duty, coordinators")
