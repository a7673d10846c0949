"""A round of self-ratings as it is answered: one item after the other, LATER, and what a low answer opens."""

from __future__ import annotations

from flows.effects import BookLater, Rated, Remember
from flows.model import Frame, Waiting
from flows.steps import Rate
from flows.talking.rating import (
    LATER,
    LOW,
    LOWEST,
    PUT_OFF,
    booked_again,
    is_low,
    left_over,
    low_of_late,
    lowest,
)
from flows.talking.walk import Walk


class Rounds(Walk):
    """A turn in which a self-rating may be answered."""

    def rated(self, step: Rate, waiting: Waiting, value: str | None) -> None:
        """One item is answered, or left out; the next one is asked, or the round is over."""
        instrument = self.stage.library.instruments[step.instrument]
        number = None if value is None else int(value)
        self.add(Rated(instrument.name, instrument.version, waiting.item, number))
        item = instrument.items[waiting.item]
        if number is not None:
            low = is_low(instrument, item, number)
            self.keep_low(item.name, low)
            noted = self.answers.get(LOWEST, {})
            if low and item.low_opens and "offered" not in noted:
                self.answers[LOWEST] = lowest(noted, item, instrument.scored(item.name, number))
        if waiting.items_left:
            self.rate_item(step, waiting.items_left[0], waiting.items_left[1:])
            return
        self.round_over(step.next)

    def put_off(self, text: str) -> bool:
        """Do what LATER asks for, if this is it: a whole round is gone on with tomorrow; two by rotation come round
        again of themselves."""
        step, waiting = self.step, self.open_question()
        if not isinstance(step, Rate) or not self.stage.vocabulary.later(text):
            return False
        instrument = self.stage.library.instruments[step.instrument]
        left = left_over(instrument, self.answers.get(PUT_OFF, {}))._replace(items=(waiting.item, *waiting.items_left))
        self.waiting = None
        carried = booked_again(self.outermost, instrument, left) if step.count is None else None
        if carried is not None:
            self.effects.append(BookLater(self.outermost, self.stage.now + LATER, carried))
        self.say(self.stage.phrase("rate later" if carried is None else "rate tomorrow"))
        self.ended = "later" if step.count is None else self.ended
        # what a whole round ends with speaks of all of it, and is kept for tomorrow
        self.round_over(None if step.count is None else step.next)
        return True

    def round_over(self, index: int | None) -> None:
        """Offer help for the lowest of the low answers, once in a conversation; then go on from ``index``."""
        noted = self.answers.get(LOWEST, {})
        opens = noted.get("opens", "")
        if opens and "offered" not in noted:
            self.answers[LOWEST] = {"offered": opens}
            if opens in self.stage.live.helplines:
                self.signpost(opens)
            elif opens in self.stage.library.flows:
                self.frames[-1] = Frame(self.flow.name, index)
                index = self.flow_named(opens).first
                self.frames.append(Frame(opens, index))
        self.go(index)

    def keep_low(self, item: str, low: bool) -> None:
        """What they rated low of late is kept, so that a search for groups can begin there."""
        if LOW not in self.stage.live.variables:
            return
        kept = self.stage.person.values.get(LOW, "")
        now = low_of_late(kept, item, low)
        if now != kept:
            self.add(Remember(LOW, now or None))
