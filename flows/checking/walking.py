"""Walks every path of every flow through the engine itself, and sends a worrying word at every question.

Talk only goes down the page, so the paths are finite. Two that stand at the same question, with the same values in
everything that a condition still asks about, go on alike and are walked on as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice, product

from flows.checking.replies import muddled, replies_to
from flows.conditions import RATED, holds, tests_of
from flows.content import Flow, Library
from flows.effects import Effect, OpenAlert, Purpose, Rated, Say, Turn
from flows.model import Channel, Frame, Heard, Inbound, Participant, Session
from flows.reading.problems import Problems
from flows.statuses import PersonStatus
from flows.steps import Ask, Condition, Find, If, Run, Step, Wait
from flows.talking.answers import DAYS_TO_GO, chosen_group
from flows.talking.conversation import WELCOME, Conversation, Scene
from flows.talking.last_search import LAST_SEARCH, LastSearch
from flows.talking.person import person_after
from flows.talking.safety import Finding
from flows.wording import Place, Problem

MOST_TURNS = 4_000  # in one flow; past it the paths are too many for a person to have in mind as well
_MOST_PEOPLE = 48  # kinds of person who start one flow
_NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)  # a Monday in working hours


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody who has come to a question, or is about to start."""

    person: Participant
    session: Session | None
    now: datetime


def walk_paths(conversation: Conversation) -> tuple[Problem, ...]:
    """What goes wrong on any path that a person can take; nothing where all is well."""
    problems = Problems()
    worries = [*_worries(conversation)]
    worried: set[tuple[str, int | None]] = set()
    for flow in conversation.library.flows.values():
        _Paths(conversation, flow, worries, worried, problems).walk()
    return problems.ordered()


def _worries(conversation: Conversation) -> Iterator[tuple[str, Finding]]:
    """One line of each tier that must alarm, with what the screen hears in it."""
    tried: set[str] = set()
    for rule in conversation.library.crisis:
        if rule.tier not in tried and rule.must_alarm:
            line = rule.must_alarm[0][1]
            finding = conversation.screen.read(line)
            if finding is not None:
                tried.add(rule.tier)
                yield line, finding


def _closure(flow: Flow, library: Library) -> list[Flow]:
    """The flow and all that it runs."""
    found, pending = [flow], [flow]
    while pending:
        for step in pending.pop().steps:
            inner = library.flows.get(step.flow) if isinstance(step, Run) else None
            if inner is not None and inner not in found:
                found.append(inner)
                pending.append(inner)
    return found


class _Paths:
    """Every path of one flow."""

    def __init__(
        self,
        conversation: Conversation,
        flow: Flow,
        worries: Sequence[tuple[str, Finding]],
        worried: set[tuple[str, int | None]],
        problems: Problems,
    ) -> None:
        self.conversation = conversation
        self.nowhere = conversation.with_groups(())  # where there is no group at all
        self.library = conversation.library
        self.flow = flow
        self.worries = worries
        self.problems = problems
        around = _closure(flow, self.library)
        self.asked_about = _asked_about(around)
        self.finds = any(isinstance(step, Find) for inner in around for step in inner.steps)
        self.tests = [
            (inner.name, step.index, Condition("and", (test,)))
            for inner in around
            for step in inner.steps
            if isinstance(step, If)
            for test in tests_of(step.test)
        ]
        self.ahead: dict[tuple[Frame, ...], list[tuple[str, Condition]]] = {}
        self.seen: set[object] = set()
        self.worried = worried  # the questions, in whatever flow, at which somebody has sent words that worry us
        self.turns = 0

    def walk(self) -> None:
        pending: list[Stand] = []
        for person in self._people():
            self._go(Stand(person, None, _NOW), None, pending)
        while pending:
            if self.turns > MOST_TURNS:
                what = f"{self.flow.name} has more ways through it than I can walk."
                self.problems.warn(self.flow.place, "too many ways", what, "move a part of it to a flow of its own.")
                return
            stand = pending.pop()
            self._worry(stand)
            self._nudge(stand)
            for reply in self._replies(stand):
                self._go(stand, reply, pending)

    # ---------------------------------------------------------------- one turn

    def _go(self, stand: Stand, reply: str | None, pending: list[Stand]) -> None:
        """Take one turn: ``reply``, or silence where it is None. Where it leads to a question, that is walked on."""
        turn = self._turn(self.conversation, stand, reply, pending)
        if turn is not None and turn.session is not None and turn.session.waiting.options:
            self._turn(self.nowhere, stand, reply, pending)

    def _turn(self, conversation: Conversation, stand: Stand, reply: str | None, pending: list[Stand]) -> Turn | None:
        self.turns += 1
        now = stand.now
        try:
            if stand.session is None:
                turn = conversation.start(_scene(stand.person, None, now), self.flow.name)
            elif reply is None:
                now = stand.session.waiting.close_at or now + timedelta(days=30)
                turn = conversation.time_out(_scene(stand.person, stand.session, now))
            else:
                turn = conversation.hear(_scene(stand.person, stand.session, now), _inbound(stand, reply), None)
        except Exception as error:
            # whatever content can make the program do, check says where and goes on with the rest
            self._stumbles(stand, reply, error)
            return None
        self._listen(stand, reply, turn)
        if turn.session is not None:
            arrived = Stand(person_after(stand.person, turn.effects, now), turn.session, now)
            key = self._key(arrived)
            if key not in self.seen and not self._goes_on_alone(turn.session.frames):
                self.seen.add(key)
                pending.append(arrived)
        return turn

    def _nudge(self, stand: Stand) -> None:
        """The nudge, where the question has one: a turn of its own, after which the question is still open."""
        assert stand.session is not None
        at = stand.session.waiting.nudge_at
        if at is None:
            return
        self.turns += 1
        try:
            turn = self.conversation.time_out(_scene(stand.person, stand.session, at))
        except Exception as error:
            self._stumbles(stand, None, error)
            return
        self._listen(stand, None, turn)

    def _listen(self, stand: Stand, reply: str | None, turn: Turn) -> None:
        """What was said on this turn can be sent, and a question that was asked is closed one day."""
        for effect in turn.effects:
            if isinstance(effect, Say) and not effect.text.strip():
                what = f"{self._when(stand, reply)} an empty message would go out."
                self.problems.error(self._place(stand), "hole", what, "give every blank here an if_empty:")
        if turn.session is not None and turn.session.waiting.close_at is None:
            place = self._place(Stand(stand.person, turn.session, stand.now))
            fix = "add no_reply: with close: 48 hours to the flow."
            self.problems.error(place, "no limit", f"Run from {self.flow.name}, this question waits for ever.", fix)

    def _stumbles(self, stand: Stand, reply: str | None, error: Exception) -> None:
        what = f"{self._when(stand, reply)} the program stumbles ({type(error).__name__}: {error})."
        fix = "change what follows here, and tell whoever runs the program."
        self.problems.error(self._place(stand), "stumbles", what, fix)

    def _when(self, stand: Stand, reply: str | None) -> str:
        if stand.session is None:
            return "When this flow starts,"
        return "When nobody answers here," if reply is None else f"When somebody answers {reply} here,"

    # ---------------------------------------------------------------- words that worry us

    def _worry(self, stand: Stand) -> None:
        """At every question, words that worry us are answered at once, and whoever has to hear of it does."""
        assert stand.session is not None
        frame = stand.session.frames[-1]
        if (frame.flow, frame.step) in self.worried:
            return
        self.worried.add((frame.flow, frame.step))
        for line, finding in self.worries:
            self.turns += 1
            scene = _scene(stand.person, stand.session, stand.now)
            try:
                turn = self.conversation.hear(scene, _inbound(stand, line), finding)
            except Exception as error:
                self._stumbles(stand, line, error)
                continue
            if not _heard(turn.effects, finding):
                what = f"Somebody who sends “{line}” here is not answered as {finding.rule} says."
                fix = f"look at reply: and then: of {finding.rule} in safety/crisis.yaml"
                self.problems.error(self._place(stand), "worry unheard", what, fix)

    # ---------------------------------------------------------------- where we are

    def _step(self, stand: Stand) -> Step:
        assert stand.session is not None
        frame = stand.session.frames[-1]
        assert frame.step is not None, "an open question stands on a step"
        return self.library.flows[frame.flow].steps[frame.step]

    def _place(self, stand: Stand) -> Place:
        return self._step(stand).at if stand.session is not None else self.flow.place

    def _replies(self, stand: Stand) -> tuple[str | None, ...]:
        """What to try here; None is silence."""
        assert stand.session is not None
        step = self._step(stand)
        if isinstance(step, Wait):
            return (None,)
        if stand.session.waiting.misses:
            return (muddled(step),)
        compared = self.asked_about.get(step.name, ()) if isinstance(step, Ask) else ()
        return (None, *replies_to(step, self.library, compared))

    def _key(self, stand: Stand) -> object:
        """All that decides how talk can go on from here."""
        session, person = stand.session, stand.person
        assert session is not None
        waiting = session.waiting
        answers = session.answers

        def value(flow: str, name: str) -> str | None:
            if name == DAYS_TO_GO:
                stage = self.conversation.stage(Scene(person, session, stand.now))
                return stage.days_until(chosen_group(stage, answers))
            if name == RATED:
                return str(len(person.rated)) if person.rated else None
            home, _, rest = name.partition(".")
            return answers.get(flow, {}).get(name) or person.values.get(name) or answers.get(home, {}).get(rest)

        ahead = self._tests_ahead(session.frames)
        held = tuple(holds(test, partial(value, flow), stand.now.date()) for flow, test in ahead)
        return (
            session.frames,
            (waiting.item, waiting.items_left, waiting.misses, waiting.confirm, waiting.options),
            (person.status, person.channel, person.language),
            held,
        )

    def _tests_ahead(self, frames: tuple[Frame, ...]) -> list[tuple[str, Condition]]:
        """What may still be asked about from here on: steps lead only to later ones."""
        found = self.ahead.get(frames)
        if found is None:
            here = {frame.flow: frame.step for frame in frames if frame.step is not None}
            runs = any(
                isinstance(step, Run) and step.index >= number
                for name, number in here.items()
                for step in self.library.flows[name].steps
            )
            found = self.ahead[frames] = [
                (name, test)
                for name, index, test in self.tests
                if (index >= here[name] if name in here else runs and name not in [frame.flow for frame in frames])
            ]
        return found

    def _goes_on_alone(self, frames: tuple[Frame, ...]) -> bool:
        """Whether all that follows is the rest of another flow, with nothing behind it: that flow is walked anyway."""
        *callers, here = frames
        own_limit = self.library.flows[here.flow].no_reply is not None
        return bool(callers) and own_limit and all(frame.step is None for frame in callers)

    def _people(self) -> Iterator[Participant]:
        """Everybody whom the flow's conditions tell apart, as far as that can be told before it starts."""
        status = PersonStatus.STRANGER if self.flow.name == WELCOME else PersonStatus.ACTIVE
        tellings: dict[str, list[str | None]] = {
            name: values for name, values in self.asked_about.items() if name in self.library.variables
        }
        if DAYS_TO_GO in self.asked_about and not self.finds:
            tellings[LAST_SEARCH] = [None, *self._searches()]
        both = (Channel.PRACTICE, Channel.PRACTICE_TELEGRAM)
        channels = both if "channel" in self.asked_about else both[:1]
        languages = self.library.service.languages if "language" in self.asked_about else ("en",)
        rated = (dict.fromkeys(self._every_item(), ""), {}) if RATED in self.asked_about else ({},)
        joined = None if status is PersonStatus.STRANGER else _NOW - timedelta(days=30)
        everybody = product(channels, languages, rated, _combined(tellings))
        for channel, language, so_far, values in islice(everybody, _MOST_PEOPLE):
            yield Participant(
                id=1,
                status=status,
                channel=channel,
                language=language,
                joined_at=joined,
                has_mentor=True,
                values=values,
                rated=so_far,
            )

    def _every_item(self) -> Iterator[str]:
        return (f"{each.name}.{item}" for each in self.library.instruments.values() for item in each.items)

    def _searches(self) -> Iterator[str]:
        """What somebody may have looked for before: groups that meet in so and so many days, one of each."""
        stage = self.conversation.stage(Scene(Participant(1, PersonStatus.ACTIVE, Channel.PRACTICE), None, _NOW))
        by_days = {stage.days_until(group.id): group.id for group in self.library.groups}
        return (LastSearch(self.flow.name, {}, (), group).written() for days, group in by_days.items() if days)


def _scene(person: Participant, session: Session | None, now: datetime) -> Scene:
    """A turn of somebody who has answered whatever was put to them."""
    put = [item.partition(".") for item in person.rated]
    rated = [(now, Rated(instrument, "1", item, 5)) for instrument, _, item in put]
    return Scene(person, session, now, past=lambda: rated)


def _asked_about(around: list[Flow]) -> dict[str, list[str | None]]:
    """Every name that a condition of these flows asks about, with the values that it tells apart."""
    found: dict[str, list[str | None]] = {}
    for condition in (condition for flow in around for condition in _conditions(flow)):
        for test in tests_of(condition):
            values = found.setdefault(test.name, [None])
            named = [part.strip() for part in test.value.split(",")] if test.op == "one of" else [test.value]
            for value in (*named, "no" if test.value.casefold() == "yes" else "yes" if not test.value else None):
                if value and value not in values:
                    values.append(value)
    return found


def _conditions(flow: Flow) -> list[Condition]:
    first = [flow.only_if] if flow.only_if is not None else []
    return first + [step.test for step in flow.steps if isinstance(step, If)]


def _combined(tellings: Mapping[str, list[str | None]]) -> Iterator[dict[str, str]]:
    """Every way of filling these in, those who have said most first."""
    names = [*tellings]
    for values in product(*(reversed(tellings[name]) for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _inbound(stand: Stand, text: str) -> Inbound:
    return Inbound(
        channel=stand.person.channel,
        provider_id="1",
        address="+447700900001",
        kind=Heard.TEXT,
        text=text,
        sent_at=stand.now,
    )


def _heard(effects: tuple[Effect, ...], finding: Finding) -> bool:
    offered = any(isinstance(e, Say) and e.purpose is Purpose.CRISIS and e.about == finding.reply for e in effects)
    if finding.tier == "S":
        return offered
    return offered and any(isinstance(e, OpenAlert) and e.tier == finding.tier for e in effects)
