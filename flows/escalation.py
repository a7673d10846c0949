"""What an alert does next, and when: pure, over the policy as it stood when the alert opened.

A round begins when an alert opens, or opens again. Its steps count from then; the last one repeats until somebody
answers. Nothing here ever says "never": every answer is a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows import timing
from flows.content import Policy, PolicyStep, Service
from flows.wording import Span

COORDINATORS = "coordinators"
REOPENS_AFTER = 2  # working days in which whoever took a routine alert has it to themselves
CRISIS_REOPENS = timedelta(minutes=30)
NOBODY_CRISIS = timedelta(minutes=1)  # how soon we look again for somebody to tell, where there is nobody at all
NOBODY_ROUTINE = timedelta(minutes=15)

_AT_ONCE = Span(timedelta(0), written="at once")
_CRISIS_REPEATS = Span(timedelta(minutes=15), written="15 minutes")
_ROUTINE_REPEATS = Span(timing.WORKING_DAY, working=True, written="1 working day")


# ---------------------------------------------------------------- the policy, kept with the alert


def snapshot(policy: Policy | None, *, twice: bool = False) -> dict[str, Any]:
    """A policy as JSON: what an alert goes by until it is resolved, whatever is edited meanwhile.

    ``twice``: it is the second time in a row, so the roles that ``two in a row`` names hear at once.
    """
    if policy is None:
        return {}
    return {
        "name": policy.name,
        "any_hour": policy.any_hour,
        "steps": [{"after": _written(step.after), "roles": list(step.roles)} for step in policy.steps],
        "repeat": _written(policy.repeat) if policy.repeat is not None else None,
        "two_in_a_row": list(policy.two_in_a_row),
        "by": list(policy.by),
        "twice": twice,
    }


def _written(span: Span) -> list[Any]:
    return [span.length.total_seconds(), span.working, span.written]


def _read(written: Any) -> Span:
    seconds, working, words = written
    return Span(timedelta(seconds=seconds), bool(working), words)


def policy_of(kept: Mapping[str, Any], *, is_crisis: bool) -> Policy:
    """The policy that ``snapshot`` kept. One that is missing or cannot be read never ends the chain: coordinators."""
    try:
        policy = Policy(
            name=kept["name"],
            any_hour=bool(kept["any_hour"]) or is_crisis,
            steps=tuple(PolicyStep(_read(step["after"]), tuple(step["roles"])) for step in kept["steps"]),
            repeat=_read(kept["repeat"]) if kept["repeat"] is not None else None,
            two_in_a_row=tuple(kept["two_in_a_row"]),
            by=tuple(kept["by"]),
        )
    except (KeyError, TypeError, ValueError):
        policy = Policy("", is_crisis, ())
    repeat = policy.repeat or (_CRISIS_REPEATS if is_crisis else _ROUTINE_REPEATS)
    return replace(policy, steps=policy.steps or (PolicyStep(_AT_ONCE, (COORDINATORS,)),), repeat=repeat)


def owed_roles(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """The roles that hear at once because it has happened twice running."""
    return tuple(kept.get("two_in_a_row", ())) if kept.get("twice") else ()


# ---------------------------------------------------------------- when


def step_at(policy: Policy, step: int, round_at: datetime, service: Service) -> datetime:
    """When a step (from 0) of a round falls due. One past the last has no time of its own: see ``repeat_at``."""
    return timing.after(round_at, policy.steps[step].after, service, any_hour=policy.any_hour)


def repeat_at(policy: Policy, last: datetime, now: datetime, service: Service) -> datetime:
    """When the last step repeats, after it was due at ``last``. After an outage the lost repeats are not made up."""
    repeat = policy.repeat or _CRISIS_REPEATS
    due = timing.after(last, repeat, service, any_hour=policy.any_hour)
    return due if due > now else timing.after(now, repeat, service, any_hour=policy.any_hour)


@dataclass(frozen=True, slots=True)
class Due:
    """``roles`` hear now; ``step`` is the last step done by that, counting on through the repeats."""

    roles: tuple[str, ...]
    step: int


def due_steps(policy: Policy, done: int, round_at: datetime, now: datetime, service: Service) -> Due | None:
    """What the clock says is due of a round of which ``done`` steps are done: after an outage several at once, as one.

    None: no step is due. A repeat is due whenever ``next_step_at`` said so; the clock alone cannot tell.
    """
    last = done
    while last < len(policy.steps) and step_at(policy, last, round_at, service) <= now:
        last += 1
    if last == done:
        return None
    roles = dict.fromkeys(role for step in policy.steps[done:last] for role in step.roles)
    return Due(tuple(roles), last - 1)


def forced(policy: Policy, done: int) -> Due:
    """The next step now, whatever the clock says, or the last one once more."""
    return Due(policy.steps[min(done, len(policy.steps) - 1)].roles, done)


def next_step_at(
    policy: Policy, done: int, round_at: datetime, last: datetime, now: datetime, service: Service
) -> datetime:
    """When the step after ``done`` ones falls due; the one before it was due at ``last``."""
    if done < len(policy.steps):
        return max(step_at(policy, done, round_at, service), now)
    return repeat_at(policy, last, now, service)


def opens_at(policy: Policy, opened_at: datetime, within_at: datetime | None, owed: bool, service: Service) -> datetime:
    """When the first page of an alert is due. ``owed``: some hear at once, whatever the first step says."""
    first = step_at(policy, 0, opened_at, service)
    if owed:
        first = min(first, working_from(policy, opened_at, service))
    return first if within_at is None else min(first, max(within_at, opened_at))


def working_from(policy: Policy, now: datetime, service: Service) -> datetime:
    """``now``, or the next working hour where this policy waits for one."""
    return now if policy.any_hour else timing.add_working(now, timedelta(0), service)


def reopens_at(taken_at: datetime, service: Service, *, is_crisis: bool) -> datetime:
    """When an alert that somebody took, and nobody finished, opens again."""
    if is_crisis:
        return taken_at + CRISIS_REOPENS
    return timing.add_working_days(taken_at, REOPENS_AFTER, service)


def look_again_at(now: datetime, *, is_crisis: bool) -> datetime:
    """When we look again for somebody to tell, where there is nobody at all."""
    return now + (NOBODY_CRISIS if is_crisis else NOBODY_ROUTINE)


def deadline(within_at: datetime | None, round_at: datetime) -> datetime | None:
    """By when coordinators must have heard. It counts in the round that it was promised in, and not again."""
    return within_at if within_at is not None and within_at > round_at else None


def has_more(kept: Mapping[str, Any], done: int, *, is_crisis: bool) -> bool:
    """Whether a step lies ahead that is not the last one over again."""
    return done < len(policy_of(kept, is_crisis=is_crisis).steps)
