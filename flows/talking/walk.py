"""Walks a flow: step by step until a question is open or the flow ends.

A flow is a list of numbered steps; a session is a pile of frames, each a flow and the step it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows import blanks, conditions, timing
from flows.content import Flow
from flows.directory.geography import outcode
from flows.effects import (
    Answered,
    Effect,
    Ended,
    ForgetMe,
    Join,
    OpenAlert,
    Purpose,
    Remember,
    Say,
    Stop,
    Submit,
    Turn,
)
from flows.errors import FingerpostError
from flows.model import NOTHING, Frame, Look, Session, Waiting
from flows.renames import also_called, live_name
from flows.statuses import PersonStatus
from flows.steps import (
    Alert,
    Answer,
    Ask,
    Choices,
    End,
    Find,
    If,
    Later,
    NoReply,
    Progress,
    Rate,
    Referral,
    Run,
    Set,
    Signpost,
    Step,
    Wait,
    When,
)
from flows.steps import Say as SayStep
from flows.steps import Submit as SubmitStep
from flows.talking import offering, progress
from flows.talking.answers import PROMISED, question_of, spoken_value, value_of
from flows.talking.booking import book
from flows.talking.person import person_after
from flows.talking.rating import PUT_OFF, Left, left_over, next_items
from flows.talking.render import lay_out
from flows.talking.stage import Stage
from flows.wording import Wording

MOST_STEPS = 1000  # in one turn; a flow that runs on past this is going round in circles


class Walk:
    """One turn in progress. It changes only itself; ``turn()`` says what came of it."""

    def __init__(self, stage: Stage, session: Session | None, purpose: Purpose) -> None:
        self.stage = stage
        self.purpose = purpose
        self.frames: list[Frame] = list(session.frames) if session else []
        self.answers: dict[str, dict[str, str]] = (
            {flow: dict(given) for flow, given in session.answers.items()} if session else {}
        )
        self.waiting: Waiting | None = session.waiting if session else None
        self.started_at = session.started_at if session else stage.now
        # Counting from the clock makes an old session's buttons known for old.
        self.question = session.waiting.question if session else int(stage.now.timestamp())
        self.left_open: Waiting | None = None  # the question that a word interrupted in this turn
        self.effects: list[Effect] = []
        self.outermost = session.flow if session else ""
        self.ended = ""
        self.steps = 0

    # ------------------------------------------------------------ what came of it

    def turn(self) -> Turn:
        forgotten = any(isinstance(effect, ForgetMe) for effect in self.effects)
        if self.waiting is None or not self.frames or forgotten:
            if self.outermost:
                self.effects.append(Ended(self.outermost, self.ended or "done", self.answers))
            return Turn(None, tuple(self.effects))
        session = Session(
            release=self.stage.library.release,
            frames=tuple(self.frames),
            answers=self.answers,
            waiting=self.waiting,
            started_at=self.started_at,
        )
        return Turn(session, tuple(self.effects))

    # ------------------------------------------------------------ walking

    def enter(self, flow: str, given: Mapping[str, str] = NOTHING) -> None:
        """Begin a flow. ``given`` are answers that came with its word: its questions need not ask for them."""
        self.outermost = self.outermost or flow
        first = self.flow_named(flow).first
        self.frames.append(Frame(flow, first))
        for name, value in given.items():
            asked = next((step for step in self.flow.steps if isinstance(step, Ask) and step.name == name), None)
            if asked is not None and asked.remember:
                self.remember(asked, value)
            else:
                self.save(name, value)
        self.go(first)

    def go(self, index: int | None) -> None:
        """Walk from step ``index`` until something waits or every frame is done."""
        while True:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise FingerpostError(f"the flow {self.flow.name} went round {MOST_STEPS} steps without a question")
            if index is None:
                self.frames.pop()
                if not self.frames:
                    return
                below = self.frames[-1]
                if below.interrupted:
                    self.frames[-1] = Frame(below.flow, below.step)
                    if self.left_open is not None:
                        # the word's flow only said something: the question below is still open, and not asked twice
                        self.waiting = self.left_open
                        return
                index = below.step
                continue
            flow = self.flow
            step = flow.steps[index]
            if isinstance(step, Run):
                index = self.flow_named(step.flow).first
                self.frames[-1] = Frame(flow.name, step.next)
                self.frames.append(Frame(step.flow, index))
                continue
            if isinstance(step, End):
                self.ended = step.reason
                index = None
                continue
            index = self.do(step)
            if not self.frames:
                # everything ended
                return
            if self.waiting is not None:
                # a question is open
                self.frames[-1] = Frame(flow.name, step.index)
                return

    def do(self, step: Step) -> int | None:
        """Do one step; the index to go on from. A question sets ``waiting``."""
        match step:
            case SayStep():
                self.say(self.words(step.words))
            case Ask():
                self.ask(step)
            case Rate():
                return self.rate(step)
            case Progress():
                self.tell_progress(step)
            case Find():
                return offering.find(self, step)
            case If():
                branch = step.then if conditions.holds(step.test, self.value, self.stage.today) else step.otherwise
                return step.next if branch is None else branch
            case Signpost():
                self.signpost(step.name)
            case Alert():
                self.alert(step)
            case SubmitStep():
                self.submit(step)
            case Set():
                self.set(step)
            case Later():
                booked = book(self.stage, step, self.answers, self.value)
                self.effects.extend((booked,) if booked is not None else ())
            case Referral():
                offering.note(self, step)
            case Wait():
                self.waiting = Waiting(
                    question=self.question, asked_at=self.stage.now, close_at=self.stage.now + step.length
                )
        return step.next

    def interrupt(self, flow: str, given: Mapping[str, str] = NOTHING) -> None:
        for depth, frame in enumerate(self.frames):
            if frame.flow == flow:
                # the same word again starts that flow afresh, rather than piling up
                del self.frames[depth:]
                self.answers.pop(flow, None)
                self.waiting = None
                self.enter(flow, given)
                return
        self.left_open, self.waiting = self.waiting, None
        self.frames[-1] = self.frames[-1]._replace(interrupted=True)
        self.enter(flow, given)

    # ------------------------------------------------------------ speaking

    def say(self, text: str, *, about: str = "") -> None:
        self.effects.append(Say(text=self.laid_out(text), purpose=self.purpose, about=about))

    def laid_out(self, text: str) -> str:
        return lay_out(
            text,
            None,
            question=self.question,
            look=self.stage.person.channel.look,
            language=self.stage.language,
            phrase=self.stage.phrase,
        )[0]

    def words(self, wording: Wording) -> str:
        text = wording.spoken(self.stage.language, self.stage.person.channel.look)
        if "((" not in text:
            return text
        return blanks.fill(text, lambda name: spoken_value(self.stage, self.flow.name, self.answers, name))

    def signpost(self, name: str) -> None:
        # never pinned: a helpline that changed today is right today, whatever release the session began on
        found = self.stage.live.helplines.get(name)
        if found is None:
            # nor is one that is there no more: its number may be somebody else's by now
            self.say(self.stage.phrase("signpost gone"), about="signpost gone")
        else:
            self.say(self.words(found.say), about=name)

    def tell_progress(self, step: Progress) -> None:
        """How their self-ratings have moved, in words; and in a picture where the channel shows one."""
        stage = self.stage
        instrument = stage.library.instruments[step.instrument]
        ratings = progress.ratings_of(instrument, stage.past(), stage.zone)
        change = progress.of(instrument, ratings, stage.now, stage.zone)
        words = progress.Words(stage.phrase, stage.language, stage.person.channel.look)
        self.say(progress.sentences(instrument, change, words), about="progress")
        shown = progress.picture(instrument, change, words) if words.look is Look.TELEGRAM else None
        if shown is not None:
            drawn, text = shown
            self.effects.append(Say(self.laid_out(text), self.purpose, about="progress", picture=drawn))

    # ------------------------------------------------------------ asking

    def ask(self, step: Ask) -> None:
        self.pose(self.words(step.words), step.answer, step.name, step.no_reply, skip=step.skip, example=step.example)

    def ask_again(self) -> None:
        step, waiting = self.step, self.open_question()
        if isinstance(step, Ask):
            self.ask(step)
        elif isinstance(step, Rate):
            self.rate_item(step, waiting.item, waiting.items_left)
        elif isinstance(step, Find):
            self.pose(self.words(step.words), Choices(()), step.name, step.no_reply, options=waiting.options)

    def pose(
        self,
        words: str,
        answer: Answer,
        name: str,
        no_reply: NoReply | None,
        *,
        options: tuple[tuple[str, str], ...] = (),
        item: str = "",
        items_left: tuple[str, ...] = (),
        skip: bool = False,
        example: str = "",
    ) -> None:
        """Send a question and wait for its answer."""
        self.question += 1
        text, buttons = lay_out(
            words,
            answer,
            options=options,
            question=self.question,
            look=self.stage.person.channel.look,
            language=self.stage.language,
            phrase=self.stage.phrase,
            skip=skip,
            example=example,
        )
        self.effects.append(Say(text=text, purpose=self.purpose, buttons=buttons, asks=name))
        nudge_at, close_at = self.deadlines(no_reply)
        self.waiting = Waiting(
            question=self.question,
            asked_at=self.stage.now,
            nudge_at=nudge_at,
            close_at=close_at,
            options=options,
            item=item,
            items_left=items_left,
        )

    def silence_rule(self, own: NoReply | None) -> NoReply | None:
        """The ``no_reply`` in force: the question's own, its flow's, or that of the flow that ran it."""
        if own is not None:
            return own
        for frame in reversed(self.frames):
            rule = self.flow_named(frame.flow).no_reply
            if rule is not None:
                return rule
        return None

    def deadlines(self, own: NoReply | None) -> tuple[datetime | None, datetime | None]:
        """When the nudge and the close are due: the nudge at the earlier of its time and half of the close."""
        rule = self.silence_rule(own)
        if rule is None:
            return None, None
        close = rule.close
        until = self.value(rule.close_until) if rule.close_until else None
        if until and until > self.stage.today.isoformat():
            close = rule.close_sooner
        nudge = rule.nudge if rule.say is not None else None
        if nudge is not None and close is not None:
            nudge = min(nudge, close / 2)
        now = self.stage.now
        return (now + nudge if nudge else None), (now + close if close else None)

    def rate(self, step: Rate) -> int | None:
        instrument = self.stage.library.instruments[step.instrument]
        look = self.stage.person.channel.look
        if instrument.channels and look not in instrument.channels:
            return step.next  # its licence does not allow it there
        left = left_over(instrument, self.answers.get(PUT_OFF, {})) if step.count is None else Left()
        items = left.items or next_items(instrument, step.count, self.stage.person.rated)
        if not items:
            return step.next
        self.rate_item(step, items[0], items[1:])
        return None

    def rate_item(self, step: Rate, item: str, left: tuple[str, ...]) -> None:
        instrument = self.stage.library.instruments[step.instrument]
        words = self.words(instrument.items[item].say)
        self.pose(words, instrument.scale, item, None, item=item, items_left=left, skip=True)

    def branch(self, when: tuple[When, ...], value: str, otherwise: int | None) -> int | None:
        for each in when:
            if each.low is not None and each.high is not None:
                if value.isdigit() and each.low <= int(value) <= each.high:
                    return otherwise if each.then is None else each.then
            elif each.key == value:
                return otherwise if each.then is None else each.then
        return otherwise

    # ------------------------------------------------------------ remembering

    def save(self, name: str, value: str) -> None:
        self.answers.setdefault(self.flow.name, {})[name] = value

    def remember(self, step: Ask, value: str) -> None:
        variable = self.stage.library.variables.get(step.name)
        name = live_name(self.stage.live.variables, step.name)
        today = self.stage.live.variables.get(name)
        if any(each is not None and each.first_half_only for each in (variable, today)):
            value = outcode(value) or value  # cut before anything is stored; a town has no first half
        consent = variable is not None and variable.kind == "consent"
        self.add(Remember(name, value, self.words(step.words) if consent else ""))
        if step.name == "consent_join" and value == "yes":
            self.add(Join())
        elif step.name == "consent_join" and self.stage.person.status is PersonStatus.IN_DOUBT:
            self.add(Stop())

    def doubt_stays(self, step: Step) -> None:
        """Nobody said whether the phone is still theirs: nothing is started with them, so a person must know of it."""
        if isinstance(step, Ask) and step.name == "consent_join" and self.stage.person.status is PersonStatus.IN_DOUBT:
            self.add(OpenAlert("contact lost", None, "did not say whether this phone is still theirs"))

    def set(self, step: Set) -> None:
        if step.forget_me:
            waits = self.stage.person.in_crisis
            self.add(ForgetMe())
            if waits:
                # a person has to have seen to the crisis before anything is erased
                self.say(self.stage.phrase("delete waits"))
                self.frames.clear()
            return
        value = step.to
        if value is not None and "((" in value:
            value = blanks.fill(value, lambda name: spoken_value(self.stage, self.flow.name, self.answers, name))
        variables = self.stage.live.variables
        name = live_name(variables, step.name)
        self.add(Remember(name, value))
        for other in also_called(variables, name):
            if value is None and other in self.stage.person.values:
                self.add(Remember(other, None))  # forgotten under its old name too

    def alert(self, step: Alert) -> None:
        by = timing.alert_by(
            self.stage.live.policies.get(step.policy),
            step.within,
            self.stage.now,
            self.stage.live.service,
            self.stage.zone,
            self.stage.gaps(),
        )
        within = step.within.length if step.within else None
        asked = self.purpose is not Purpose.STARTED  # they wrote, and this is what came of it
        self.effects.append(OpenAlert(step.policy, within, step.about, by=by, asked=asked))
        self.answers.setdefault(PROMISED, {})["by"] = by.isoformat()

    def submit(self, step: SubmitStep) -> None:
        """Hands in the answers, each with its question, in the order in which they were named."""
        given = self.answers.get(self.flow.name, {})
        names = step.answers or tuple(name for name in given if not name.startswith("*"))
        self.effects.append(
            Submit(step.queue, tuple(self.handed_in(name) for name in names), step.about, self.flow.name)
        )

    def handed_in(self, name: str) -> Answered:
        """One answer as whoever decides will read it; an empty one was not given."""
        asked = question_of(self.stage, name, self.flow.name)
        question = self.words(asked.words) if asked is not None else name
        value = self.answers.get(self.flow.name, {}).get(name, "")
        said = spoken_value(self.stage, self.flow.name, self.answers, name) if value else None
        return Answered(name, question, said or "")

    def add(self, effect: Effect) -> None:
        """An effect that changes what the rest of this turn knows about the person."""
        self.effects.append(effect)
        self.stage = self.stage.with_person(person_after(self.stage.person, (effect,), self.stage.now))

    # ------------------------------------------------------------ where we stand

    @property
    def flow(self) -> Flow:
        return self.stage.library.flows[self.frames[-1].flow]

    def flow_named(self, name: str) -> Flow:
        return self.stage.library.flows[name]

    @property
    def step(self) -> Step:
        index = self.frames[-1].step
        assert index is not None, "an open question stands on a step"
        return self.flow.steps[index]

    @property
    def question_name(self) -> str:
        step = self.step
        return step.name if isinstance(step, Ask | Find) else self.open_question().item

    def open_question(self) -> Waiting:
        assert self.waiting is not None, "only an open session is resumed"
        return self.waiting

    def value(self, name: str) -> str | None:
        return value_of(self.stage, self.flow.name, self.answers, name)
