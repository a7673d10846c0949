"""``later``: when a flow that was booked will start, and what it carries along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from flows import timing
from flows.directory.meetings import next_session
from flows.effects import BookLater
from flows.steps import Later
from flows.talking.answers import CHOSEN, Answers
from flows.talking.stage import Stage

DAY_BEFORE = "day before group"
MORNING = time(11, 0)  # where no time is given


def book(stage: Stage, step: Later, answers: Answers, value: Callable[[str], str | None]) -> BookLater | None:
    """The booking that ``step`` asks for. Answers travel with it, so that the flow can name the group.

    None where there is no day before the group left to remind somebody on.
    """
    due = due_at(stage, step, answers, value)
    if step.on == DAY_BEFORE and due <= stage.now:
        return None
    carried = tuple((f"{flow}.{name}", given[name]) for flow, given in answers.items() for name in given)
    return BookLater(step.flow, due, carried)


def due_at(stage: Stage, step: Later, answers: Answers, value: Callable[[str], str | None]) -> datetime:
    """When ``step`` falls due. A day that cannot be known becomes tomorrow: late is better than never."""
    if step.after is not None and not step.on and step.clock is None:
        return stage.now + step.after
    day = day_of(stage, step, answers, value) if step.on else None
    if day is None:
        day = stage.today + (step.after or timedelta(days=1))
    return timing.at_local(day, step.clock or MORNING, stage.zone)


def day_of(stage: Stage, step: Later, answers: Answers, value: Callable[[str], str | None]) -> date | None:
    if step.on in ("day after group", DAY_BEFORE):
        group = stage.group(answers.get(CHOSEN, {}).get("group", ""))
        meets = next_session(group, stage.today, stage.here.time()) if group else None
        by = timedelta(days=-1 if step.on == DAY_BEFORE else 1)
        return meets + by if meets else None
    weekday = timing.weekday_named(step.on)
    if weekday is not None:
        return timing.next_weekday(stage.today, weekday)
    written = value(step.on)
    return date.fromisoformat(written) if written else None


def carried_answers(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What a booking carries, flow by flow again: ("find-group.day", "any") → {"find-group": {"day": "any"}}."""
    homes: dict[str, dict[str, str]] = {}
    for path, value in pairs:
        home, _, name = path.partition(".")
        homes.setdefault(home, {})[name] = value
    return homes
