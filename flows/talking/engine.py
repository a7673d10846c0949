"""The doors into a flow: ``start``, ``resume``, ``ask_again``, ``interrupt``, and ``time_out`` for silence.

Pure: content, a person and a session in; a Turn out, which says how the session now stands and what is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flows.effects import Purpose, Turn
from flows.model import NOTHING, Session
from flows.steps import Answer, Ask, Choices, Find, Rate, Wait
from flows.talking import offering
from flows.talking.hearing import Answered, Hearing
from flows.talking.last_search import LastSearch
from flows.talking.silence import Silence
from flows.talking.stage import Stage
from flows.talking.walk import Walk

LONGEST_WAIT = timedelta(days=2)  # for the reply to a question taken up again, where its own wait is not known


def start(
    stage: Stage,
    flow: str,
    *,
    purpose: Purpose,
    answers: dict[str, dict[str, str]] | None = None,
    given: Mapping[str, str] = NOTHING,
) -> Turn:
    """Begin ``flow`` for the person on stage: ``answers`` carried in from a booking, ``given`` with the word for it."""
    walk = Walk(stage, None, purpose)
    walk.answers.update(answers or {})
    if answers:
        offering.recall(walk)
    walk.enter(flow, given)
    return walk.turn()


def resume(stage: Stage, session: Session, text: str) -> Turn:
    """Take a reply to the open question."""
    walk = Hearing(stage, session, Purpose.REPLY)
    walk.hear(text)
    return walk.turn()


def ask_again(stage: Stage, session: Session) -> Turn:
    """Put the open question once more, as a person who has changed languages needs it."""
    walk = Walk(stage, session, Purpose.REPLY)
    walk.ask_again()
    return walk.turn()


def interrupt(stage: Stage, session: Session, flow: str, given: Mapping[str, str] = NOTHING) -> Turn:
    """Run ``flow`` on top of an open conversation, because the person texted its word; then come back."""
    walk = Walk(stage, session, Purpose.REPLY)
    walk.interrupt(flow, given)
    return walk.turn()


def look_on(stage: Stage, session: Session | None, last: LastSearch) -> Turn:
    """NEXT: show others of what somebody looked for last, on top of whatever is open."""
    walk = Walk(stage, session, Purpose.REPLY)
    offering.look_on(walk, last)
    return walk.turn()


def time_out(stage: Stage, session: Session) -> Turn:
    """Silence: the nudge is due, or the close is. Nothing due changes nothing."""
    walk = Silence(stage, session, Purpose.STARTED)
    walk.silence()
    return walk.turn()


def taken_up(session: Session, now: datetime) -> Session:
    """A conversation that silence closed, open once more where it stood: as a new one, with a wait of its own."""
    waiting = session.waiting
    wait = waiting.close_at - waiting.asked_at if waiting.close_at is not None else LONGEST_WAIT
    return session._replace(
        started_at=now,
        waiting=waiting._replace(asked_at=now, misses=0, confirm="", nudge_at=None, close_at=now + wait),
    )


def read_answer(stage: Stage, session: Session, text: str) -> Answered | None:
    """How ``text`` reads as an answer to the open question; None while a ``wait`` runs and nothing is asked."""
    return Hearing(stage, session, Purpose.REPLY).reading(text)


def is_finding(stage: Stage, session: Session) -> bool:
    """Whether a list of groups is open."""
    frame = session.frames[-1]
    return frame.step is not None and isinstance(stage.library.flows[frame.flow].steps[frame.step], Find)


def open_answer(stage: Stage, session: Session) -> Answer | None:
    """The kind of answer that the open question takes; None while a ``wait`` runs."""
    frame = session.frames[-1]
    assert frame.step is not None, "an open question stands on a step"
    step = stage.library.flows[frame.flow].steps[frame.step]
    match step:
        case Wait():
            return None
        case Ask():
            return step.answer
        case Rate():
            return stage.library.instruments[step.instrument].scale
        case _:
            return Choices(())
