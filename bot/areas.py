"""How somebody's areas stand and move, for those who may see it: their own mentor, once they have said yes.

A mentor sees areas and which way they go, in words; never an answer, never a number. Each look is written down.
"""

from __future__ import annotations

from datetime import datetime

from bot.saying import Saying
from flows.capital import Change, Level, Shift
from flows.content import Instrument, Library
from flows.steps import Scale
from flows.talking import progress
from storage import answers, audit, caseload, people
from storage.alerts import Alert
from storage.statements import Db

CONSENT = "consent_progress"
SEEN = "progress.seen"
_THE_SAME = 0.1  # of the scale: a smaller move is none to speak of


def changes(db: Db, library: Library, participant_id: int, zone: str, now: datetime) -> list[tuple[Instrument, Change]]:
    """How somebody stands by every instrument that they have answered, and what has changed since they began."""
    given = answers.ratings_of(db, participant_id)
    found = []
    for instrument in library.instruments.values():
        ratings = progress.ratings_of(instrument, given, zone)
        if ratings:
            found.append((instrument, progress.of(instrument, ratings, now, zone)))
    return found


def tell(saying: Saying, alert: Alert) -> None:
    """After WHO: the areas of whom the alert is about, where this is their own mentor and they have agreed."""
    db, person = saying.db, alert.participant_id
    if person is None or alert.is_test:
        return
    support = caseload.of(db, person)
    theirs = {each.id for each in (support.mentor, support.backup) if each is not None}
    if saying.member.id not in theirs or people.values_of(db, person)[0].get(CONSENT) != "yes":
        return
    library = saying.desk.live.library
    for instrument, change in changes(db, library, person, library.service.time_zone, saying.now):
        shifts = {shift.name: shift for shift in change.domains}
        areas = [_area(saying, instrument.scale, level, shifts[level.name]) for level in change.now.domains]
        if areas:
            saying.answer("staff areas", who=saying.names(alert)["who"], areas="; ".join(areas))
            line = audit.Line(audit.staff(saying.member.id), SEEN, person, {"instrument": instrument.name})
            audit.write(db, [line], saying.now)


def _area(saying: Saying, scale: Scale, level: Level, shift: Shift) -> str:
    if level.mean is None:
        return saying.say("staff area unknown", area=level.name)
    third = (level.mean - scale.low) / (scale.high - scale.low) * 3
    height = "low" if third < 1 else "middle" if third < 2 else "high"
    trend = saying.say(f"staff trend {direction(scale, shift)}")
    return saying.say("staff area", area=level.name, level=saying.say(f"staff level {height}"), trend=trend)


def direction(scale: Scale, shift: Shift) -> str:
    """``up``, ``down``, ``same``, or ``new`` where too little can be compared with the start."""
    if shift.by is None:
        return "new"
    if abs(shift.by) < _THE_SAME * (scale.high - scale.low):
        return "same"
    return "up" if shift.by > 0 else "down"


def lines(changes: list[tuple[Instrument, Change]]) -> list[str]:
    """The same for whoever runs the service, with the figures and what they rest on."""
    told = []
    for instrument, change in changes:
        whole = _figure(change.now.overall, change.overall)
        told.append(f"self-ratings ({instrument.name}), not a clinical score: {whole}")
        shifts = {shift.name: shift for shift in change.domains}
        told.extend(f"  {level.name}: {_figure(level, shifts[level.name])}" for level in change.now.domains)
        if change.real is not None:
            told.append(f"  beyond the instrument's own error: {change.real}")
    return told


def _figure(level: Level, shift: Shift) -> str:
    answered = f"{level.answered} of {level.of} answered"
    mean = f"{level.mean:.1f}, {answered}" if level.mean is not None else f"too few to say, {answered}"
    if shift.by is None:
        return f"{mean}; change not known ({shift.paired} of {shift.of} in pairs)"
    return f"{mean}; {shift.by:+.1f} since the start ({shift.paired} of {shift.of} in pairs)"
