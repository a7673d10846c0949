"""One thing that somebody sent, and all that follows: the order of meaning.

Crisis comes first, in every state. Then STOP, DELETE, HELP and PAUSE; then the open question; then other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from flows import conditions
from flows.content import Flow, Group, Library
from flows.directory.geography import Geography
from flows.directory.ranking import Directory
from flows.effects import Doubt, Effect, Ended, ForgetMe, OpenAlert, Pause, Purpose, Say, SpeakLanguage, Stop, Turn
from flows.model import NOTHING, Heard, Inbound, Participant, Session
from flows.reading.release import spelled
from flows.renames import flow_named, with_names_of_now
from flows.statuses import PersonStatus
from flows.steps import MORE_FLOW, Run, Text
from flows.talking import engine, looking, replies
from flows.talking.answers import chosen_group, value_of
from flows.talking.last_search import last_of
from flows.talking.person import person_after
from flows.talking.render import lay_out
from flows.talking.safety import Finding, screen_of
from flows.talking.stage import Gaps, Past, Stage, always_covered, nothing_rated
from flows.talking.words import Command, Vocabulary, read_pause
from flows.translating import ENGLISH

REJOIN_WITHIN = timedelta(days=90)  # after a longer silence a number may be somebody else's: consent is asked afresh
NOT_YET_SURE = (PersonStatus.STRANGER, PersonStatus.JOINING, PersonStatus.IN_DOUBT)
BEFORE_JOINING = frozenset({"help", "mentor", "who", "privacy", "language"})  # flows open to somebody not yet joined
WELCOME, WELCOME_BACK, STILL_YOU = "onboarding", "welcome-back", "still-you"
UNREADABLE = {
    Heard.MEDIA: "words only",
    Heard.EDIT: "no edits",
    Heard.GROUP: "one to one",
    Heard.OTHER: "words only",
}


class Scene(NamedTuple):
    """Who is talking to us, and where their conversation stands. ``pinned`` is the release it began on."""

    person: Participant
    session: Session | None
    now: datetime
    pinned: Library | None = None
    may_join: bool = True  # False until the go-live gate opens
    gaps: Gaps = always_covered
    past: Past = nothing_rated
    doubtful: bool = False  # silent for so long, or the number failed: somebody else may have the phone now


class Conversation:
    """A release, ready to talk. Building one compiles its crisis rules and words; a turn then costs little."""

    def __init__(self, library: Library, geography: Geography) -> None:
        self.library = library
        self.geography = geography
        self.directory = Directory(library.groups, geography)
        self.screen = screen_of(library.crisis, library.idioms)
        flow_words = {word: flow.name for flow in library.flows.values() for word in flow.words}
        self.vocabulary = Vocabulary(library.words, flow_words)

    def with_groups(self, groups: tuple[Group, ...]) -> Conversation:
        """The same conversation over another directory, without compiling anything again."""
        return self.with_library(replace(self.library, groups=groups))

    def with_library(self, library: Library) -> Conversation:
        """The same conversation over a library with the same crisis rules and words, likewise."""
        other = copy(self)
        other.library = library
        if library.groups is not self.library.groups:
            other.directory = Directory(library.groups, self.geography)
        return other

    # ------------------------------------------------------------ doors

    def screened(self, inbound: Inbound) -> Finding | None:
        """What the crisis screen finds in it. Needs no person and no database, so it is asked first of all."""
        return self.screen.read(inbound.text) if inbound.text else None

    def hear(self, scene: Scene, inbound: Inbound, finding: Finding | None) -> Turn:
        """The turn that ``inbound`` causes, given what ``screened`` found in it."""
        says = inbound.kind not in (Heard.LEFT, Heard.CAME_BACK)
        if says and scene.doubtful and scene.person.status is PersonStatus.ACTIVE:
            return self.hear_in_doubt(scene, inbound, finding)
        if finding is None:
            return self.understand(scene, inbound)
        if finding.tier == "S":
            turn = self.offer_lines(scene, inbound, finding)
        else:
            turn = self.crisis(scene, finding)
            command = self.vocabulary.hear(inbound.text)
            if command is not None and command.word == "stop":
                # crisis is answered first, and what they asked for is kept all the same
                turn = turn._replace(effects=(Stop(), *turn.effects))
        return turn._replace(finding=f"{finding.tier} {finding.rule}")

    def hear_in_doubt(self, scene: Scene, inbound: Inbound, finding: Finding | None) -> Turn:
        """Nothing that was open is gone on with: it may be somebody else's."""
        effects: list[Effect] = [Doubt()]
        if scene.session is not None:
            effects.append(Ended(scene.session.flow, "left"))
        person = person_after(scene.person, effects, scene.now)
        turn = self.hear(scene._replace(person=person, session=None, pinned=None), inbound, finding)
        if turn.session is None and not any(isinstance(e, OpenAlert | Stop | ForgetMe) for e in turn.effects):
            # a picture, say: the question was not put, and nothing is started with them before it is
            effects.append(OpenAlert("contact lost", None, "wrote after a long silence, perhaps from another hand"))
        return turn._replace(effects=(*effects, *turn.effects))

    def start(self, scene: Scene, flow: str, answers: Mapping[str, Mapping[str, str]] | None = None) -> Turn:
        """Begin a flow that was booked or scheduled. A condition that no longer holds starts nothing."""
        stage = self.stage(scene)
        found = flow_named(self.library, flow)
        if found is None or not self.may_start(stage, found):
            return Turn(scene.session)
        carried = with_names_of_now(self.library, answers or {})
        return engine.start(stage, found.name, purpose=Purpose.STARTED, answers=carried)

    def time_out(self, scene: Scene) -> Turn:
        """Nobody answered: the nudge or the close, whichever is due."""
        if scene.session is None:
            return Turn(None)
        return engine.time_out(self.stage(scene), scene.session)

    def stage(self, scene: Scene) -> Stage:
        return Stage(
            library=scene.pinned or self.library,
            live=self.library,
            vocabulary=self.vocabulary,
            directory=self.directory,
            now=scene.now,
            person=scene.person,
            gaps=scene.gaps,
            past=scene.past,
        )

    # ------------------------------------------------------------ words that worry us

    def crisis(self, scene: Scene, finding: Finding) -> Turn:
        """The reply at once and the alert, whatever else was going on; the interrupted flow ends."""
        stage = self.stage(scene._replace(pinned=None))
        effects: list[Effect] = [
            self.helpline(stage, finding.reply),
            OpenAlert(f"crisis {finding.tier}", None, "words that worry us", tier=finding.tier, rule=finding.rule),
        ]
        if scene.session is not None:
            effects.append(Ended(scene.session.flow, "crisis"))
        if not finding.then:
            return Turn(None, tuple(effects))
        stage = stage.with_person(person_after(scene.person, effects, scene.now))
        asked = engine.start(stage, finding.then, purpose=Purpose.CRISIS)
        return Turn(asked.session, (*effects, *asked.effects))

    def offer_lines(self, scene: Scene, inbound: Inbound, finding: Finding) -> Turn:
        """Something heavy was said, nothing urgent: the lines, and the open question stays as it was."""
        offer = self.helpline(self.stage(scene), finding.reply)
        command = self.vocabulary.hear(inbound.text)
        first = self.first_words(scene, command) if command is not None else None
        if first is not None:
            then = first
        elif scene.session is None and scene.person.status in NOT_YET_SURE:
            then = self.understand(scene, inbound)
        elif scene.session is not None and self.answers_question(scene, inbound.text):
            then = engine.resume(self.stage(scene), scene.session, inbound.text)
        else:
            then = Turn(scene.session)
        return Turn(then.session, (offer, *then.effects))

    def helpline(self, stage: Stage, name: str) -> Say:
        text = stage.live.helplines[name].say.spoken(stage.language, stage.person.channel.look)
        return Say(text=self.laid_out(stage, text), purpose=Purpose.CRISIS, about=name)

    def answers_question(self, scene: Scene, text: str) -> bool:
        """Whether ``text`` is plainly answers the open question. Free text takes anything, so it never counts."""
        if scene.session is None:
            return False
        stage = self.stage(scene)
        if isinstance(engine.open_answer(stage, scene.session), Text):
            return False
        return isinstance(engine.read_answer(stage, scene.session, text), replies.Understood)

    def answers_late(self, scene: Scene, last: Session, inbound: Inbound) -> bool:
        """Whether what somebody writes is for ``last``, which silence closed: nothing else is open, and it is no word
        for anything else."""
        if scene.session is not None or scene.doubtful or scene.person.status is not PersonStatus.ACTIVE:
            return False
        if inbound.kind is Heard.TAP:
            return inbound.tap == str(last.waiting.question)
        if inbound.kind is not Heard.TEXT:
            return False
        return self.vocabulary.hear(inbound.text) is None and self.vocabulary.flow_for(inbound.text) is None

    # ------------------------------------------------------------ the order of meaning

    def understand(self, scene: Scene, inbound: Inbound) -> Turn:
        carried = self.carrier_event(scene, inbound)
        if carried is not None:
            return carried
        if inbound.kind is Heard.TAP and (
            scene.session is not None or scene.person.status is not PersonStatus.IN_DOUBT
        ):
            return self.tapped(scene, inbound)
        if inbound.kind in UNREADABLE and not (inbound.kind is Heard.MEDIA and inbound.text.strip()):
            return self.say(scene, UNREADABLE[inbound.kind])
        command = self.vocabulary.hear(inbound.text)
        if command is not None:
            first = self.first_words(scene, command)
            if first is not None:
                return first
            if command.word == "language" and self.speaks(scene, command.rest, inbound.text):
                return self.change_language(scene, command.rest)
        if scene.person.status is PersonStatus.STOPPED:
            return self.while_stopped(scene, inbound.text, command)
        if scene.session is not None:
            return self.in_session(scene, inbound.text, command)
        if scene.person.status in NOT_YET_SURE:
            return self.newcomer(scene, command)
        return self.out_of_the_blue(scene, inbound.text, command)

    def carrier_event(self, scene: Scene, inbound: Inbound) -> Turn | None:
        """What the carrier or the app did in the person's name. It has answered them already."""
        match inbound.kind:
            case Heard.OPT_OUT:
                return self.stop(scene, confirm=False)
            case Heard.OPT_IN if not self.vocabulary.yes(inbound.text):  # YES answers a question, and lifts no STOP
                return self.join(scene)
            case Heard.CARRIER_HELP:
                # they asked for help and a machine answered: a person should know today
                alert = OpenAlert("asked for help", None, "texted HELP, which the carrier answered")
                return Turn(scene.session, (alert,))
            case Heard.LEFT | Heard.CAME_BACK:
                return Turn(scene.session)
            case _:
                return None

    def first_words(self, scene: Scene, command: Command) -> Turn | None:
        """The words that come before the open question, whatever it asks."""
        match command.word:
            case "stop":
                return self.stop(scene, confirm=True)
            case "wrong number":
                return self.wrong_number(scene)
            case "delete" | "help":
                return self.run_word(scene, command.word)
            case "pause" if scene.person.status is PersonStatus.ACTIVE:
                return self.pause(scene, command.rest)
            case _:
                return None

    def while_stopped(self, scene: Scene, text: str, command: Command | None) -> Turn:
        """After STOP only START, UNSTOP or JOIN comes back; MENTOR and HELP still reach a person."""
        if command is not None and command.word == "join":
            return self.join(scene)
        if command is not None and command.word in BEFORE_JOINING:
            return self.run_word(scene, command.word)
        if scene.session is not None:
            return engine.resume(self.stage(scene), scene.session, text)
        return self.say(scene, "still stopped")

    def in_session(self, scene: Scene, text: str, command: Command | None) -> Turn:
        session = scene.session
        assert session is not None
        stage = self.stage(scene)
        if engine.open_answer(stage, session) is None:
            # a ``wait`` is running and nothing was asked
            return self.out_of_the_blue(scene, text, command)
        looked = self.looks(scene, text, command)
        if looked is not None:
            return looked
        word = self.flow_of(scene, text, command)
        # free text takes anything, so there MENTOR and the like mean what they always mean
        if word is not None and not self.answers_question(scene, text):
            return self.run_flow(scene, word)
        if command is not None and command.word == "join" and scene.person.status is PersonStatus.ACTIVE:
            return self.join(scene)
        return engine.resume(stage, session, text)

    def newcomer(self, scene: Scene, command: Command | None) -> Turn:
        if not scene.may_join:
            return self.say(scene, "not open yet")
        if command is not None and command.word in BEFORE_JOINING:
            return self.run_word(scene, command.word)
        if command is not None and command.word == "thanks":
            # nobody begins with that: they have just said no, and are forgotten
            return self.say(scene, "thanks")
        return self.join(scene)

    def out_of_the_blue(self, scene: Scene, text: str, command: Command | None) -> Turn:
        if command is not None and command.word == "join":
            return self.join(scene)
        if command is not None and command.word == "thanks":
            return self.say(scene, "thanks")
        looked = self.looks(scene, text, command)
        if looked is not None:
            return looked
        word = self.flow_of(scene, text, command)
        if word is not None:
            return self.run_flow(scene, word)
        return self.say(scene, "did not understand")

    def tapped(self, scene: Scene, inbound: Inbound) -> Turn:
        """A button counts only for the question it belongs to."""
        session = scene.session
        if session is None or str(session.waiting.question) != inbound.tap:
            return self.say(scene, "old button")
        return engine.resume(self.stage(scene), session, inbound.text)

    # ------------------------------------------------------------ what each word does

    def stop(self, scene: Scene, *, confirm: bool) -> Turn:
        effects: list[Effect] = []
        if scene.session is not None:
            effects.append(Ended(scene.session.flow, "stop"))
        if confirm and scene.person.status is not PersonStatus.STOPPED:
            text = self.stage(scene).phrase("stopped")
            effects.append(Say(text=self.laid_out(self.stage(scene), text), purpose=Purpose.CONFIRM, about="stopped"))
        return Turn(None, (Stop(), *effects))

    def wrong_number(self, scene: Scene) -> Turn:
        said = self.say(scene, "wrong number")
        ended = (Ended(scene.session.flow, "wrong number"),) if scene.session else ()
        confirm = tuple(e._replace(purpose=Purpose.CONFIRM) for e in said.effects if isinstance(e, Say))
        known = scene.person.joined_at is not None
        if known and scene.person.in_crisis:
            # whoever holds the phone now: until a person has seen to the crisis, staff must be able to ring it
            told = OpenAlert("contact lost", None, "somebody else has their phone now, and a crisis is open")
            return Turn(None, (Stop(), *ended, *confirm, told))
        lost = (OpenAlert("contact lost", None, "somebody else has their number now"),) if known else ()
        return Turn(None, (ForgetMe(wrong_number=True), *ended, *confirm, *lost))

    def speaks(self, scene: Scene, language: str, text: str) -> bool:
        """Whether this asks for a language that there is, and is no answer. In practice drafts count."""
        if not language or scene.person.status is PersonStatus.IN_DOUBT or self.answers_question(scene, text):
            return False
        offered = {ENGLISH, *self.library.service.languages}
        if scene.person.channel.is_practice:
            offered.update(self.library.phrases["language changed"].text)
        return language in offered

    def change_language(self, scene: Scene, language: str) -> Turn:
        """From now on in this language; the open question is asked again in it."""
        changed = SpeakLanguage(language)
        scene = scene._replace(person=person_after(scene.person, (changed,), scene.now))
        if scene.person.status is PersonStatus.STRANGER:
            then = self.join(scene)
        elif scene.session is not None:
            then = engine.ask_again(self.stage(scene), scene.session)
        else:
            then = Turn(None)
        said = self.say(scene, "language changed")
        return Turn(then.session, (changed, *said.effects, *then.effects))

    def pause(self, scene: Scene, rest: str) -> Turn:
        stage = self.stage(scene)
        until = read_pause(rest, stage.today)
        if until is None:
            return self.say(scene, "pause until when")
        said = self.say(scene, "paused", {"until": stage.spoken_date(until)})
        ended = (Ended(scene.session.flow, "pause"),) if scene.session else ()
        return Turn(None, (Pause(until), *ended, *said.effects))

    def join(self, scene: Scene) -> Turn:
        """START, JOIN or UNSTOP; or the first thing that a stranger says."""
        person = scene.person
        if person.status is PersonStatus.ACTIVE:
            if not person.paused_until:
                return self.say(scene, "already here")
            said = self.say(scene, "pause over")
            return said._replace(effects=(Pause(None), *said.effects))
        if person.status is PersonStatus.IN_DOUBT:
            return self.begin(scene, STILL_YOU)
        if not scene.may_join:
            return self.say(scene, "not open yet")
        fresh = person.stopped_at is not None and scene.now - person.stopped_at <= REJOIN_WITHIN
        if person.status is PersonStatus.STOPPED and fresh and person.values.get("consent_join") == "yes":
            return self.begin(scene, WELCOME_BACK)
        return self.begin(scene, WELCOME)

    def run_word(self, scene: Scene, word: str) -> Turn:
        return self.run_flow(scene, word.replace(" ", "-"))

    # ------------------------------------------------------------ looking for groups

    def looks(self, scene: Scene, text: str, command: Command | None) -> Turn | None:
        """NEXT and MORE, which go on with what somebody looked for last, and "GROUPS TUE TN9", which brings answers."""
        if scene.person.status is not PersonStatus.ACTIVE:
            return None
        if command is not None and command.word in ("next", "more"):
            return self.looks_on(scene, text, command.word)
        asked = looking.request(self.stage(scene), text) if command is None else None
        if asked is None or self.answers_question(scene, text):
            return None
        turn = self.run_flow(scene, asked.flow, asked.given)
        asks = next((effect.asks for effect in turn.effects if isinstance(effect, Say) and effect.asks), "")
        find = looking.find_in(self.library.flows[asked.flow])
        if asked.near and turn.session is not None and find is not None and asks == find.near:
            # a town that several places are called: the question that it answers asks which
            told = engine.resume(self.stage(scene._replace(pinned=None)), turn.session, asked.near)
            before = tuple(effect for effect in turn.effects if not isinstance(effect, Say))
            return Turn(told.session, (*before, *told.effects))
        return turn

    def looks_on(self, scene: Scene, text: str, word: str) -> Turn | None:
        """None where nothing was looked for: then it is a word like any other."""
        stage, session = self.stage(scene), scene.session
        if session is not None and engine.is_finding(stage, session):
            return engine.resume(stage, session, text)
        chosen = chosen_group(stage, session.answers if session is not None else {})
        if word == "more" and stage.group(chosen) is not None and MORE_FLOW in self.library.flows:
            return self.run_flow(scene, MORE_FLOW)
        last = last_of(scene.person)
        flow = flow_named(self.library, last.flow) if last is not None else None
        if last is None or flow is None or looking.find_in(flow) is None:
            return None
        last = last._replace(flow=flow.name)
        if session is not None and self.is_as_today(stage.library, flow.name):
            return engine.look_on(stage, session, last)
        ended = (Ended(session.flow, "left"),) if session is not None else ()
        turn = engine.look_on(self.stage(scene._replace(pinned=None)), None, last)
        return turn._replace(effects=(*ended, *turn.effects))

    def run_flow(self, scene: Scene, flow: str, given: Mapping[str, str] = NOTHING) -> Turn:
        """Run a flow that the person texted for, on top of whatever is open; ``given`` came with its word."""
        stage = self.stage(scene)
        found = self.library.flows.get(flow)
        if found is None:
            return self.say(scene, "did not understand")
        if not self.may_start(stage, found):
            return self.say(scene, "not for you now")
        if scene.session is None:
            return self.begin(scene, flow, given)
        if self.is_as_today(stage.library, flow):
            return engine.interrupt(stage, scene.session, flow, given)
        return self.run_beside(scene, flow, given)

    def is_as_today(self, pinned: Library, flow: str) -> bool:
        """Whether a flow, and all that it runs, says and does in an older release what it does in the live one."""
        if pinned is self.library or pinned.release == self.library.release:
            return True
        pending, seen = [flow], set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            then, now = pinned.flows.get(name), self.library.flows.get(name)
            if then is None or now is None or spelled(then) != spelled(now):
                return False
            pending += [step.flow for step in now.steps if isinstance(step, Run)]
        return True

    def run_beside(self, scene: Scene, flow: str, given: Mapping[str, str] = NOTHING) -> Turn:
        """Run a flow as it is today for somebody whose open conversation began on an older release.

        What a word does is never pinned: DELETE and HELP do what they do today. Where that asks nothing, the open
        question is still open after it; where it asks something, the older conversation ends.
        """
        turn = engine.start(self.stage(scene._replace(pinned=None)), flow, purpose=Purpose.REPLY, given=given)
        over = any(isinstance(effect, ForgetMe | Stop) for effect in turn.effects)
        if turn.session is None and not over:
            return Turn(scene.session, tuple(effect for effect in turn.effects if not isinstance(effect, Ended)))
        return self.begin(scene, flow, given)

    def begin(self, scene: Scene, flow: str, given: Mapping[str, str] = NOTHING) -> Turn:
        # a conversation begins on today's release, whatever one an earlier began on
        stage = self.stage(scene._replace(pinned=None))
        ended = (Ended(scene.session.flow, "left"),) if scene.session else ()
        turn = engine.start(stage, flow, purpose=Purpose.REPLY, given=given)
        return Turn(turn.session, (*ended, *turn.effects))

    def flow_of(self, scene: Scene, text: str, command: Command | None) -> str | None:
        """The flow that this whole message is a word for, where this person may use it."""
        flow = None
        if command is not None and command.word.replace(" ", "-") in self.library.flows:
            flow = command.word.replace(" ", "-")
        flow = flow or self.vocabulary.flow_for(text)
        if flow is None or flow == WELCOME:
            return None
        joined = scene.person.status is PersonStatus.ACTIVE
        return flow if joined or flow in BEFORE_JOINING else None

    def may_start(self, stage: Stage, flow: Flow) -> bool:
        if flow.only_if is None:
            return True
        return conditions.holds(flow.only_if, lambda name: value_of(stage, flow.name, {}, name), stage.today)

    # ------------------------------------------------------------ speaking

    def say(self, scene: Scene, phrase: str, values: Mapping[str, str] | None = None) -> Turn:
        stage = self.stage(scene)
        text = self.laid_out(stage, stage.phrase(phrase, values))
        return Turn(scene.session, (Say(text=text, about=phrase),))

    def laid_out(self, stage: Stage, text: str) -> str:
        person = stage.person
        return lay_out(text, None, question=0, look=person.channel.look, language=stage.language, phrase=stage.phrase)[
            0
        ]
