"""``schedules.yaml``: which flow, for whom, when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from flows.conditions import BUILT_IN, RATED, tests_of
from flows.content import Flow, FromDate, Library, Phase, Rhythm, Schedule
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import List, Map, Node
from flows.reading.problems import MISSING, Problems, did_you_mean
from flows.reading.rhythms import ONCE, SETTINGS, read_rhythm
from flows.reading.safety import entries, named
from flows.reading.values import read_length
from flows.steps import Ask, Condition, Find, Rate, Run, Test
from flows.wording import Place

JOINED = "joined"

_SCHEDULE = ("schedule", "flow", "for", ONCE, *SETTINGS, "phases", "silence")
_PHASE = ("until", *SETTINGS)
_NOBODY = "nobody is told"
_LONGEST_NAME = 80  # letters: it is part of what a check-in is known by
_LONGEST = timedelta(days=5 * 366)  # from a date; more is a slip of the finger
_AFTER = re.compile(r"(.+?) after (\S+)")
_ONCE_FIX = "write it like 12 weeks after joined."
_UNTIL_FIX = "write it like until: 8 weeks after joined, or name a date of variables.yaml."


def read_schedules(root: Node, library: Library, problems: Problems, links: Links) -> dict[str, Schedule]:
    """Every schedule that can be read, by name. ``library`` holds the flows and variables that they speak of."""
    found: dict[str, Schedule] = {}
    known: dict[str, Place] = {}
    for entry in entries(root, "schedule", problems):
        reading = _Reading(Fields(entry, _SCHEDULE, "A schedule", problems), library, problems, links)
        schedule = reading.schedule(known)
        if schedule is not None:
            found[schedule.name] = schedule
    return found


class _Reading:
    """One schedule on its way from the page to its value."""

    def __init__(self, fields: Fields, library: Library, problems: Problems, links: Links) -> None:
        self.fields = fields
        self.library = library
        self.problems = problems
        self.links = links

    def schedule(self, known: dict[str, Place]) -> Schedule | None:
        fields = self.fields
        name = named(fields, "schedule", known)
        if len(name) > _LONGEST_NAME:
            what = f"This name is {len(name)} letters long."
            self.problems.error(fields.place_of("schedule"), "too long", what, f"use {_LONGEST_NAME} at most.")
        fields.need("flow", "add flow: and the name of the flow to start.")
        self.links.mention("flow", fields.text("flow"), fields.place_of("flow"))
        only_for = self._only_for()
        self._check_flow(only_for)
        silence = fields.read("silence", _silence, f"type silence: {_NOBODY}, or leave it out.")
        rhythm = self._rhythm()
        once = self._from_date(fields, ONCE, _ONCE_FIX) if ONCE in fields else None
        phases = tuple(self._phases(rhythm)) if rhythm is not None else ()
        if rhythm is None:
            return None
        return Schedule(
            name=name,
            flow=fields.text("flow"),
            only_for=only_for,
            once=once,
            rhythm=rhythm,
            phases=phases,
            tells=silence is None,
            place=fields.place,
        )

    def _rhythm(self) -> Rhythm | None:
        if ("every" in self.fields) == (ONCE in self.fields):
            what = "A schedule needs either every: or once:, and only one of them."
            self.problems.error(self.fields.place, MISSING, what, "keep every: week, or once: 12 weeks after joined")
        return read_rhythm(self.fields, None, self.library.variables, self.library.service)

    # ---------------------------------------------------------------- for whom

    def _only_for(self) -> Condition | None:
        if "for" not in self.fields:
            return None
        place = self.fields.place_of("for")
        found = self.links.condition("", self.fields.text("for"), place, self.problems)
        for test in tests_of(found) if found is not None else ():
            if "." in test.name:
                what = f"{test.name} is the answer of one conversation; for: can only test what is remembered."
                known = {*self.library.variables, *BUILT_IN} - {RATED}
                self.problems.error(place, "unknown name", what, did_you_mean(test.name.partition(".")[2], known))
            elif test.name == RATED:
                what = "rated is asked about in a conversation; for: can only test what is remembered."
                self.problems.error(place, "unknown name", what, "leave it out, or ask in the flow: if: rated answered")
        return found

    def _check_flow(self, only_for: Condition | None) -> None:
        """A flow that a schedule starts can be answered, and may start for those whom the schedule is for."""
        flow = self.library.flows.get(self.fields.text("flow"))
        if flow is None or self.problems.errors_in(flow.place.file):
            return
        place = self.fields.place_of("flow")
        if flow.starts != "schedule":
            what = f"{flow.name} does not say that a schedule starts it, so it is checked less strictly."
            self.problems.warn(place, "starts", what, f"type starts: schedule at the top of flows/{flow.name}.yaml")
        if not _asks(flow, self.library, set()):
            what = f"{flow.name} asks nothing, so nobody could answer it."
            self.problems.error(place, "no question", what, "put an ask: into it, or name another flow.")
        wanted, needed = _surely_is(only_for), _surely_is(flow.only_if)
        for name in wanted.keys() & needed.keys():
            if wanted[name] != needed[name]:
                what = f"for: wants {name} is {wanted[name]}, and {flow.name} only starts if {name} is {needed[name]}."
                self.problems.error(self.fields.place_of("for"), "contradiction", what, "change one of the two.")

    # ---------------------------------------------------------------- dates, and the phases that end with them

    def _from_date(self, fields: Fields, key: str, fix: str) -> FromDate | None:
        """``8 weeks after joined``; reports a length that is no number of days and a name that is no date."""
        found = fields.read(key, _AFTER.fullmatch, fix)
        if found is None:
            return None
        place = fields.place_of(key)
        length = read_length(found[1])
        if length is None or length % timedelta(days=1):
            what = f"{found[1]} is not a number of days, weeks or months."
            self.problems.error(place, "not understood", what, fix)
            return None
        if length > _LONGEST:
            self.problems.error(place, "too long", f"{found[1]} is longer than five years.", fix)
        self._check_is_a_date(found[2], place)
        return FromDate(length.days, found[2])

    def _check_is_a_date(self, name: str, place: Place) -> None:
        variable = self.library.variables.get(name)
        dates = [JOINED, *(each.name for each in self.library.variables.values() if each.kind == "date")]
        if name in dates:
            return
        if variable is not None:
            what, code = f"{name} is kept as {variable.kind}; a date is needed here.", "kind"
        else:
            what, code = f"{name} is neither joined nor a date of variables.yaml.", "unknown name"
        self.problems.error(place, code, what, did_you_mean(name, dates))

    def _phases(self, base: Rhythm) -> Iterator[Phase]:
        node = self.fields.node("phases")
        if node is None:
            return
        if not isinstance(node, List):
            what = "phases: takes lines of its own, each begun with - until:"
            self.problems.error(node.place, "wrong shape", what, "type - until: 8 weeks after joined")
            return
        if ONCE in self.fields:
            what = "What comes once has no phases."
            self.problems.error(node.place, "never used", what, "leave phases: out, or type every: instead of once:")
            return
        earlier: list[FromDate] = []
        for item in node.items:
            if not isinstance(item, Map):
                what = "A phase is expected here."
                self.problems.error(item.place, "wrong shape", what, "begin it with - until: 8 weeks after joined")
                continue
            phase = self._phase(Fields(item, _PHASE, "A phase", self.problems), base)
            if phase is not None:
                self._check_comes(phase.until, earlier, item.place)
                earlier.append(phase.until)
                yield phase

    def _phase(self, fields: Fields, base: Rhythm) -> Phase | None:
        fields.need("until", _UNTIL_FIX)
        until = self._until(fields)
        rhythm = read_rhythm(fields, base, self.library.variables, self.library.service)
        if rhythm == base:
            what = "This phase changes nothing."
            self.problems.warn(fields.place, "never used", what, "say what is different, like every: 2 days")
        return Phase(until, rhythm) if until is not None and rhythm is not None else None

    def _until(self, fields: Fields) -> FromDate | None:
        name = fields.text("until")
        if not name or " " in name:
            return self._from_date(fields, "until", _UNTIL_FIX) if name else None
        self._check_is_a_date(name, fields.place_of("until"))
        return FromDate(0, name)

    def _check_comes(self, until: FromDate, earlier: list[FromDate], place: Place) -> None:
        """The first phase whose ``until`` lies ahead wins: one that ends no later than one before it never does."""
        if until.date == JOINED and until.days < 2:
            what = "This phase is over before the first check-in, the day after joining."
        elif any(other.date == until.date and other.days >= until.days for other in earlier):
            what = "This phase never comes: one above it lasts as long or longer, and the first that lasts wins."
        else:
            return
        self.problems.error(place, "never comes", what, "put the one that ends first at the top.")


def _silence(text: str) -> str | None:
    return text if " ".join(text.casefold().split()).rstrip(".") == _NOBODY else None


def _asks(flow: Flow, library: Library, seen: set[str]) -> bool:
    """Whether a flow asks anything, by itself or in a flow that it runs. One that cannot be read might."""
    seen.add(flow.name)
    for step in flow.steps:
        if isinstance(step, Ask | Find | Rate):
            return True
        if isinstance(step, Run) and step.flow not in seen:
            run = library.flows.get(step.flow)
            if run is None or _asks(run, library, seen):
                return True
    return False


def _surely_is(condition: Condition | None) -> dict[str, str]:
    """What must be so for a condition to hold, as far as it says so plainly: ``a is yes and b is no``."""
    if condition is None or (condition.join == "or" and len(condition.parts) > 1):
        return {}
    tests = [part for part in condition.parts if isinstance(part, Test)]
    return {test.name: test.value.casefold() for test in tests if test.op == "is"}
