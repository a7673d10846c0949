"""Nobody answered: the nudge, then the close."""

from __future__ import annotations

from flows.effects import ForgetMe, Rated
from flows.model import Frame
from flows.statuses import PersonStatus
from flows.steps import Ask, Find, NoReply, Rate, Wait
from flows.talking.walk import Walk


class Silence(Walk):
    """A turn that begins because time went by."""

    def silence(self) -> None:
        waiting, now = self.open_question(), self.stage.now
        if waiting.close_at is not None and now >= waiting.close_at:
            self.close()
        elif waiting.nudge_at is not None and now >= waiting.nudge_at:
            rule = self.silence_rule(self.step.no_reply if isinstance(self.step, Ask | Find) else None)
            self.waiting = waiting._replace(nudge_at=None)
            if rule is not None and rule.say is not None:
                self.say(self.words(rule.say), about="nudge")

    def close(self) -> None:
        """Nobody answered in time. The flow's own steps for silence run; nobody joins by saying nothing."""
        step, waiting = self.step, self.open_question()
        self.waiting = None
        if isinstance(step, Wait):
            self.go(step.next)
            return
        self.ended = "no reply"
        if self.stage.person.status in (PersonStatus.STRANGER, PersonStatus.JOINING):
            self.add(ForgetMe())
            self.frames.clear()
            return
        self.doubt_stays(step)
        if isinstance(step, Rate):
            # offered, and not answered: the next check-in asks other items
            instrument = self.stage.library.instruments[step.instrument]
            self.add(Rated(instrument.name, instrument.version, waiting.item, None))
        must = isinstance(step, Ask) and step.must
        rule = self.silence_rule(step.no_reply if isinstance(step, Ask | Find) else None)
        if must or rule is None or rule.then is None:
            self.frames.clear()
            return
        self.frames = [self.frame_of(rule)]
        self.go(rule.then)

    def frame_of(self, rule: NoReply) -> Frame:
        """The frame whose flow wrote ``rule``: its ``then`` steps are numbered in that flow."""
        for frame in reversed(self.frames):
            if self.flow_named(frame.flow).no_reply is rule:
                return frame
        return self.frames[-1]
