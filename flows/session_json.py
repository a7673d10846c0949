"""A session as JSON and back: what is stored between turns.

A list rather than names, because a row is written every turn. The first number is the form, so that a later program
knows an older row.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from flows.model import Frame, Session, Waiting

FORM = 1


def dump(session: Session) -> str:
    """The session as compact JSON. Times are seconds since 1970, exact to the microsecond."""
    waiting = session.waiting
    nudge, close = waiting.nudge_at, waiting.close_at
    rest: dict[str, Any] = {}  # seldom set
    if waiting.misses:
        rest["m"] = waiting.misses
    if waiting.confirm:
        rest["c"] = waiting.confirm
    if waiting.options:
        rest["o"] = waiting.options
    if waiting.item:
        rest["i"] = waiting.item
    if waiting.items_left:
        rest["l"] = waiting.items_left
    return orjson.dumps(
        (
            FORM,
            session.release,
            session.started_at.timestamp(),
            [
                (frame.flow, frame.step, 1) if frame.interrupted else (frame.flow, frame.step)
                for frame in session.frames
            ],
            {flow: dict(answers) for flow, answers in session.answers.items()},
            waiting.question,
            waiting.asked_at.timestamp(),
            None if nudge is None else nudge.timestamp(),
            None if close is None else close.timestamp(),
            rest,
        )
    ).decode()


def load(text: str) -> Session:
    """The session that ``dump`` wrote. Raises ValueError when it is anything else."""
    form, *written = orjson.loads(text)
    if form != FORM:
        raise ValueError(f"a stored session of form {form}, which this program does not know")
    at = datetime.fromtimestamp
    release, started, frames, answers, question, asked, nudge, close, rest = written
    waiting = Waiting(
        question,
        at(asked, UTC),
        nudge_at=None if nudge is None else at(nudge, UTC),
        close_at=None if close is None else at(close, UTC),
    )
    if rest:
        waiting = Waiting(
            question,
            waiting.asked_at,
            rest.get("m", 0),
            rest.get("c", ""),
            waiting.nudge_at,
            waiting.close_at,
            tuple([(name, label) for name, label in rest.get("o", ())]),
            rest.get("i", ""),
            tuple(rest.get("l", ())),
        )
    return Session(
        release,
        tuple([Frame(frame[0], frame[1], len(frame) > 2) for frame in frames]),
        answers,
        waiting,
        at(started, UTC),
    )
