"""What the effects of a turn change in what we know about the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flows.effects import Doubt, Effect, ForgetMe, Join, OpenAlert, Pause, Rated, Remember, Say, SpeakLanguage, Stop
from flows.model import Participant
from flows.statuses import PersonStatus


def person_after(person: Participant, effects: Iterable[Effect], now: datetime) -> Participant:
    """The person as they stand once ``effects`` have happened at ``now``."""
    for effect in effects:
        match effect:
            case Say():
                pass  # the commonest, so it is met first
            case Remember(name=name, value=value):
                values = {**person.values}
                if value is None:
                    values.pop(name, None)
                else:
                    values[name] = value
                person = person._replace(values=values)
            case Rated(instrument=instrument, item=item):
                # offered counts as well as answered: the same item is not put twice running
                rated = {**person.rated, f"{instrument}.{item}": now.isoformat(timespec="seconds")}
                person = person._replace(rated=rated)
            case Join():
                person = person._replace(status=PersonStatus.ACTIVE, joined_at=person.joined_at or now, stopped_at=None)
            case Stop():
                if person.status is not PersonStatus.STOPPED:
                    person = person._replace(status=PersonStatus.STOPPED, stopped_at=now)
            case Doubt():
                person = person._replace(status=PersonStatus.IN_DOUBT)
            case Pause(until=until):
                person = person._replace(paused_until=until)
            case SpeakLanguage(language=language):
                person = person._replace(language=language)
            case OpenAlert(tier=tier) if tier:
                person = person._replace(in_crisis=True)
            case ForgetMe(wrong_number=False) if not person.in_crisis:
                person = person._replace(status=PersonStatus.STRANGER, values={}, rated={}, joined_at=None)
            case _:
                pass
    return person
