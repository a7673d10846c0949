"""Takes a reply to the open question: understood, unsure, skipped, or not read twice."""

from __future__ import annotations

from datetime import time

from flows.directory.places import chosen
from flows.effects import KeepNote
from flows.steps import Answer, Ask, Choice, Choices, DayAndTime, Find, Postcode, Rate, Step, Wait, YesNo
from flows.talking import offering, replies
from flows.talking.looking import OTHERS
from flows.talking.rounds import Rounds
from flows.wording import Wording

WHICH_ONE = "?"  # we asked which of several was meant, and they follow: only one of them settles it, never a yes
BETWEEN = "|"
MISSES = 2  # after the second reply that cannot be read we offer a person and move on

Answered = replies.Understood | replies.Unsure | replies.Skipped | replies.NotRead


class Hearing(Rounds):
    """A turn that begins with something the person said."""

    def reading(self, text: str) -> Answered | None:
        """How a reply reads against the open question; None where nothing is asked."""
        waiting = self.open_question()
        step = self.step
        if isinstance(step, Wait):
            return None
        if waiting.confirm.startswith(WHICH_ONE):
            return self.one_of(waiting.confirm.removeprefix(WHICH_ONE).split(BETWEEN), step, text)
        if waiting.confirm:
            sure = self.read_as(YesNo(), text)
            if isinstance(sure, replies.Understood):
                # the one confirm has been asked: even a weak "ok" is a yes now
                if sure.value == "yes":
                    return replies.Understood(waiting.confirm)
                # "did you mean yes?" "no": that is the answer
                is_answer = isinstance(self.answer_kind(step), YesNo) and waiting.confirm == "yes"
                return sure if is_answer else replies.NotRead("", {})
        return self.read_as(self.answer_kind(step), text)

    def one_of(self, offered: list[str], step: Step, text: str) -> Answered:
        """A reply to "which one": the whole answer, or only what tells it from the others ("7pm", "the evening")."""
        kind = self.answer_kind(step)
        if isinstance(kind, Postcode) and (place := chosen(text, offered)):
            return replies.Understood(place)
        heard = self.read_as(kind, text)
        if isinstance(heard, replies.Understood) or not isinstance(kind, DayAndTime):
            return heard
        meant = []
        for value in offered:
            day, _, clock = value.partition(" ")
            at = time.fromisoformat(clock)
            fuller = (f"{day} {text}", f"{text} {clock}", f"{day} {at.hour % 12 or 12}:{at:%M} {text}")
            readings = (self.read_as(kind, each) for each in fuller)
            if any(isinstance(each, replies.Understood) and each.value == value for each in readings):
                meant.append(value)
        return replies.Understood(meant[0]) if len(meant) == 1 else heard

    def answer_kind(self, step: Step) -> Answer:
        if isinstance(step, Ask):
            return step.answer
        if isinstance(step, Rate):
            return self.stage.library.instruments[step.instrument].scale
        return Choices(tuple(Choice(name, Wording({"en": label})) for name, label in self.open_question().options))

    def shown(self, kind: Answer) -> tuple[tuple[str, str], ...]:
        """The choices as they stood on this person's screen, where ``sms:`` or ``telegram:`` words them otherwise."""
        if not isinstance(kind, Choices) or not any(each.words.sms or each.words.telegram for each in kind.choices):
            return ()
        person, language = self.stage.person, self.stage.language
        return tuple((each.name, each.words.spoken(language, person.channel.look)) for each in kind.choices)

    def read_as(self, kind: Answer, text: str) -> Answered:
        step = self.step
        return replies.read(
            kind,
            text,
            vocabulary=self.stage.vocabulary,
            language=self.stage.language,
            today=self.stage.today,
            options=self.open_question().options or self.shown(kind),
            example=step.example if isinstance(step, Ask) else "",
            skip=not isinstance(step, Ask) or step.skip,
            practice=self.stage.person.channel.is_practice,
            geography=self.stage.directory.geography,
        )

    def hear(self, text: str) -> None:
        step = self.step
        if isinstance(step, Find) and self.wants_others(text):
            offering.others(self, step)
            return
        if self.put_off(text):
            return
        heard = self.reading(text)
        if heard is None:
            return
        if isinstance(heard, replies.Understood):
            self.understood(heard)
        elif isinstance(heard, replies.Skipped):
            self.unanswered()
        elif isinstance(heard, replies.Unsure):
            self.unsure(heard)
        else:
            self.not_read(heard)

    def wants_others(self, text: str) -> bool:
        """NEXT below a list of groups; MORE, where none has been chosen, means the same."""
        command = self.stage.vocabulary.hear(text)
        return text.strip() == OTHERS or (command is not None and command.word in ("next", "more"))

    def understood(self, heard: replies.Understood) -> None:
        must = isinstance(self.step, Ask) and self.step.must
        asked = self.open_question().confirm
        if must and heard.weak and (not asked or asked.startswith(WHICH_ONE)):
            # "ok" at a consent question is not yet a yes
            self.confirm(heard.value, "did you mean", {"value": self.stage.phrase("yes")})
            return
        if heard.note:
            self.effects.append(KeepNote(self.question_name, heard.note))
        self.accept(heard.value)

    def unsure(self, heard: replies.Unsure) -> None:
        if self.open_question().confirm or not heard.options:
            self.not_read(replies.NotRead("", {}))
        elif len(heard.options) == 1:
            self.confirm(heard.options[0], "did you mean", {"value": self.spoken(heard.options[0])})
        elif isinstance(self.answer_kind(self.step), Postcode):
            numbered = (f"{number} {place}" for number, place in enumerate(heard.options, 1))
            self.confirm(WHICH_ONE + BETWEEN.join(heard.options), "which place", {"values": ", ".join(numbered)})
        else:
            offered = WHICH_ONE + BETWEEN.join(heard.options)
            self.confirm(offered, "which one", {"values": " / ".join(map(self.spoken, heard.options))})

    def spoken(self, value: str) -> str:
        """A value as the person would say it."""
        return self.stage.as_said(self.answer_kind(self.step), value)

    def confirm(self, value: str, phrase: str, said: dict[str, str]) -> None:
        """One gentle confirm, never a silent guess."""
        self.say(self.stage.phrase(phrase, said))
        self.keep_waiting(confirm=value)

    def not_read(self, heard: replies.NotRead) -> None:
        waiting = self.open_question()
        misses = waiting.misses + 1
        if misses >= MISSES:
            if not (isinstance(self.step, Ask) and self.step.must):
                self.say(self.stage.phrase("moved on"))
            self.unanswered()
            return
        if heard.phrase:
            self.say(self.stage.phrase(heard.phrase, heard.blanks))
        else:
            retry = self.read_as(self.answer_kind(self.step), "")
            if isinstance(retry, replies.NotRead) and retry.phrase:
                self.say(self.stage.phrase(retry.phrase, retry.blanks))
            else:
                self.say(self.stage.phrase("say again"))
        self.keep_waiting(misses=misses, confirm="")

    def keep_waiting(self, *, misses: int | None = None, confirm: str = "") -> None:
        """The question stays open, and its clock starts again: the person is here."""
        waiting = self.open_question()
        own = self.step.no_reply if isinstance(self.step, Ask | Find) else None
        nudge_at, close_at = self.deadlines(own)
        self.waiting = waiting._replace(
            asked_at=self.stage.now,
            misses=waiting.misses if misses is None else misses,
            confirm=confirm,
            nudge_at=nudge_at,
            close_at=close_at,
        )

    # ------------------------------------------------------------ taking an answer

    def accept(self, value: str) -> None:
        step, waiting = self.step, self.open_question()
        self.waiting = None
        if isinstance(step, Rate):
            self.rated(step, waiting, value)
            return
        if isinstance(step, Find):
            self.save(step.name, value)
            offering.choose(self, value)
            self.go(self.branch(step.when, value, step.next))
            return
        assert isinstance(step, Ask)
        if step.remember:
            self.remember(step, value)
        else:
            self.save(step.name, value)
        self.go(self.answer_branch(step, value))

    def unanswered(self) -> None:
        """Skipped, or not read twice. ``must`` takes the no; anything else its ``not answered`` branch, or goes on."""
        step, waiting = self.step, self.open_question()
        self.waiting = None
        if isinstance(step, Rate):
            self.rated(step, waiting, None)
        elif isinstance(step, Ask) and step.must:
            self.doubt_stays(step)
            if step.remember:
                self.remember(step, "no")
            self.go(self.answer_branch(step, "no"))
        elif isinstance(step, Ask | Find):
            self.go(self.branch(step.when, "not answered", step.next))

    def answer_branch(self, step: Ask, value: str) -> int | None:
        if isinstance(step.answer, Choices):
            chosen = set(value.split(";"))
            for choice in step.answer.choices:
                if choice.name in chosen and choice.then is not None:
                    return choice.then
        return self.branch(step.when, value, step.next)
