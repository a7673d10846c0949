"""``escalation.yaml`` and ``schedules.yaml``: who hears about an alert and when; which flow for whom and when."""

from __future__ import annotations

import re

from flows.content import Policy
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import List, Map, Node
from flows.reading.problems import Problems, did_you_mean
from flows.reading.safety import entries, named
from flows.reading.values import read_length, read_list
from flows.timing import read_span
from flows.wording import Place

ROLES = ("mentor", "backup mentor", "duty", "next duty", "coordinators", "all staff but volunteers")

_POLICY = ("alert", "hours", "steps", "repeat", "two in a row", "by")
_CHANNELS = ("telegram", "sms")
_SCHEDULE = ("schedule", "flow", "for", "every", "once", "on", "at", "otherwise", "spread", "phases")
_PHASE = ("until", "every", "on", "at", "otherwise", "spread")
_STEP_FIX = "write it like - after 2 working hours: coordinators"
_REPEAT_FIX = "write it like every 15 minutes or every working day."
_ONCE = re.compile(r"(.+?) after (\w+)")


def read_policies(root: Node, problems: Problems) -> dict[str, Policy]:
    """Policies, by the name of what happened."""
    found: dict[str, Policy] = {}
    known: dict[str, Place] = {}
    for entry in entries(root, "alert", problems):
        fields = Fields(entry, _POLICY, "A policy", problems)
        name = named(fields, "alert", known)
        fields.need("hours", "add hours: working, or hours: any")
        hours = fields.read(
            "hours", lambda text: text if text in ("working", "any") else None, "type hours: working, or hours: any"
        )
        fields.read("repeat", _repeat, _REPEAT_FIX)
        _check_roles(fields, "two in a row", fields.text("two in a row"))
        for channel in read_list(fields.text("by")):
            if channel not in _CHANNELS:
                fix = did_you_mean(channel, _CHANNELS)
                problems.error(fields.place_of("by"), "unknown channel", f"Nothing can be sent by {channel}.", fix)
        found[name] = Policy(name, hours == "any", _steps(fields), fields.text("repeat"), fields.place)
    return found


def _repeat(text: str) -> str | None:
    length = text.removeprefix("every ").strip()
    counted = length if length[:1].isdigit() else f"1 {length}"
    return text if text.startswith("every ") and read_span(counted) is not None else None


def _steps(policy: Fields) -> tuple[tuple[str, tuple[str, ...]], ...]:
    problems = policy.problems
    policy.need("steps", "add steps: and below it - at once: coordinators")
    node = policy.node("steps")
    if not isinstance(node, List):
        return ()
    found: list[tuple[str, tuple[str, ...]]] = []
    for item in node.items:
        if not isinstance(item, Map) or len(item.pairs) != 1:
            problems.error(item.place, "wrong shape", "Each step is a time and who hears then.", _STEP_FIX)
            continue
        when = item.pairs[0][0]
        length = when.value.removeprefix("after ")
        if when.value != "at once" and (length == when.value or read_span(length) is None):
            problems.error(when.place, "not understood", f"{when.value} is not a time I understand.", _STEP_FIX)
        step = Fields(item, (), "A step", problems, any_name=True)
        step.need(when.value, _STEP_FIX)
        roles = read_list(step.text(when.value))
        _check_roles(step, when.value, step.text(when.value))
        found.append((when.value, roles))
    return tuple(found)


def _check_roles(fields: Fields, key: str, written: str) -> None:
    for role in read_list(written):
        if role not in ROLES:
            what = f"Nobody has the role {role}."
            fields.problems.error(fields.place_of(key), "unknown role", what, did_you_mean(role, ROLES))


def read_schedules(root: Node, problems: Problems, links: Links) -> None:
    """Looks a schedule through: its settings, its flow and its condition. What it does is not here yet."""
    known: dict[str, Place] = {}
    for entry in entries(root, "schedule", problems):
        fields = Fields(entry, _SCHEDULE, "A schedule", problems)
        named(fields, "schedule", known)
        fields.need("flow", "add flow: and the name of the flow to start.")
        links.mention("flow", fields.text("flow"), fields.place_of("flow"))
        if "for" in fields:
            links.condition("", fields.text("for"), fields.place_of("for"), problems)
        if ("every" in fields) == ("once" in fields):
            what = "A schedule needs either every: or once:"
            problems.error(fields.place, "missing", what, "add every: week, or once: 12 weeks after joined")
        fields.read("spread", read_length, "write it like 20 minutes.")
        once = fields.read("once", _ONCE.fullmatch, "write it like 12 weeks after joined.")
        if once is not None:
            links.use("", once[2], fields.place_of("once"))
        phases = fields.node("phases")
        for phase in phases.items if isinstance(phases, List) else ():
            if isinstance(phase, Map):
                Fields(phase, _PHASE, "A phase", problems)
