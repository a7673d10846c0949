"""What stands beside the practice phone: the map of its flow, the alerts that staff would have, what was saved last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.content import Watch
from bot.practice.phones import spoken
from flows import drawing
from flows.content import Library
from flows.model import Session
from flows.statuses import AlertStatus
from storage.alerts import Alert
from storage.submissions import Submission

MOST_FAULTS = 12  # that are shown of a save that cannot be used

Fields = dict[str, Any]
Local = Callable[[datetime], datetime]


def map_of(library: Library, flow: str) -> Fields:
    """The map of one flow; of all of them where there is no such flow. ``step`` tells where a phone can stand."""
    found = library.flows.get(flow)
    if found is None:
        lines = [line for each in library.flows.values() for line in _in_short(each.name, library)]
    else:
        lines = [*drawing.head(found, library), *drawing.body(found)]
    return {
        "flow": found.name if found is not None else "",
        "release": library.release,
        "flows": list(library.flows),
        "lines": [{"depth": line.depth, "text": line.text, "step": line.step} for line in lines],
    }


def _in_short(flow: str, library: Library) -> Sequence[drawing.Line]:
    first, *rest = drawing.head(library.flows[flow], library)
    outcomes = (drawing.Line(1, words) for words in drawing.outcomes(library.flows[flow]))
    return [first, *(line._replace(depth=1) for line in rest), *outcomes]


def where(session: Session | None, library: Library) -> Fields | None:
    """The step that a phone's conversation stands on; no step where it began on an older release."""
    if session is None:
        return None
    top = session.frames[-1]
    return {"flow": top.flow, "step": top.step if session.release == library.release else None}


def alerts_of(alerts: Sequence[Alert], local: Local) -> list[Fields]:
    """Every alert that still wants somebody, newest first."""
    return [
        {
            "key": str(alert.id),
            "policy": alert.policy,
            "about": alert.about,
            "standing": _standing(alert, local),
            "crisis": alert.is_crisis,
        }
        for alert in reversed(alerts)
    ]


def handed_in(waiting: Sequence[Submission], local: Local) -> list[Fields]:
    """What waits for staff to decide, newest first; never the answers."""
    return [
        {
            "key": str(each.id),
            "policy": f"{each.queue} handed in",
            "about": each.about,
            "standing": f"waits for a decision since {spoken(local(each.made_at))}",
            "crisis": False,
        }
        for each in reversed(waiting)
    ]


def _standing(alert: Alert, local: Local) -> str:
    if alert.status is AlertStatus.ACKNOWLEDGED:
        return f"somebody has it, since {spoken(local(alert.acknowledged_at or alert.opened_at))}"
    moves = f", moves on {spoken(local(alert.next_at))}" if alert.next_at is not None else ""
    return f"open since {spoken(local(alert.opened_at))}{moves}"


def saved(watch: Watch, library: Library) -> Fields:
    """What is live, and what is wrong with the file that was saved last."""
    return {
        "release": library.release,
        "more": max(0, len(watch.problems) - MOST_FAULTS),
        "faults": [
            {"place": f"{each.place.file}, line {each.place.line}", "what": each.what, "fix": each.fix}
            for each in watch.problems[:MOST_FAULTS]
        ],
    }
