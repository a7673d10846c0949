"""Which way somebody's areas go, for those who may see it: their own mentor, once they have said yes.

A mentor hears "up", "down" or "the same", as the question of consent says: never how high, never an answer, and so
nothing of an area that rests on one answer. Each look is written down.
"""

from __future__ import annotations

from datetime import datetime

from bot.saying import Saying
from flows.capital import Change, Level, Shift
from flows.content import Instrument, Library
from flows.statuses import PersonStatus
from flows.steps import Scale
from flows.talking import progress
from storage import answers, audit, caseload, people
from storage.alerts import Alert
from storage.statements import Db

CONSENT = "consent_progress"
SEEN = "progress.seen"
_THE_SAME = 0.1  # of the scale: a smaller move is none to speak of
_FEWEST = 2  # items behind an area that a mentor hears of: of one it would be the answer itself


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
    found = people.load(db, [person]).get(person)
    them = found.participant if found is not None else None
    if saying.member.id not in theirs or them is None or them.status is not PersonStatus.ACTIVE:
        return
    if them.values.get(CONSENT) != "yes":
        return
    library = saying.desk.live.library
    for instrument, change in changes(db, library, person, library.service.time_zone, saying.now):
        areas = [_area(saying, instrument.scale, shift) for shift in change.domains]
        if areas:
            saying.answer("staff areas", who=saying.names(alert)["who"], areas="; ".join(areas))
            line = audit.Line(audit.staff(saying.member.id), SEEN, person, {"instrument": instrument.name})
            audit.write(db, [line], saying.now)


def _area(saying: Saying, scale: Scale, shift: Shift) -> str:
    if shift.by is None or shift.paired < _FEWEST:
        return saying.say("staff area unknown", area=shift.name)
    return saying.say("staff area", area=shift.name, trend=saying.say(f"staff trend {_direction(scale, shift.by)}"))


def _direction(scale: Scale, by: float) -> str:
    if abs(by) < _THE_SAME * (scale.high - scale.low):
        return "same"
    return "up" if by > 0 else "down"


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
