"""What the effects of a turn change in what we know about the person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flows.effects import Effect, ForgetMe, Join, OpenAlert, Pause, Rated, Remember, SpeakLanguage, Stop
from flows.model import Participant
from flows.statuses import PersonStatus


def person_after(person: Participant, effects: Iterable[Effect], now: datetime) -> Participant:
    """The person as they stand once ``effects`` have happened at ``now``."""
    for effect in effects:
        match effect:
            case Remember(name=name, value=value):
                values = {**person.values}
                if value is None:
                    values.pop(name, None)
                else:
                    values[name] = value
                person = replace(person, values=values)
            case Rated(instrument=instrument, item=item):
                # offered counts as well as answered: the same item is not put twice running
                rated = {**person.rated, f"{instrument}.{item}": now.date().isoformat()}
                person = replace(person, rated=rated)
            case Join():
                person = replace(person, status=PersonStatus.ACTIVE, joined_at=person.joined_at or now, stopped_at=None)
            case Stop():
                if person.status is not PersonStatus.STOPPED:
                    person = replace(person, status=PersonStatus.STOPPED, stopped_at=now)
            case Pause(until=until):
                person = replace(person, paused_until=until)
            case SpeakLanguage(language=language):
                person = replace(person, language=language)
            case OpenAlert(tier=tier) if tier:
                person = replace(person, in_crisis=True)
            case ForgetMe(wrong_number=False) if not person.in_crisis:
                person = replace(person, status=PersonStatus.STRANGER, values={}, rated={}, joined_at=None)
            case _:
                pass
    return person
