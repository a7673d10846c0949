"""((alert.by)): no message promises what may not happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.content import Policy
from flows.effects import OpenAlert
from flows.model import Channel, Participant
from flows.spans import read_span
from flows.statuses import PersonStatus
from flows.talking.conversation import Scene
from flows.timing import alert_by
from flows.wording import Span
from tests.escalation.office import MONDAY, NIGHT, Office, policy
from tests.understanding.test_timing import SERVICE, utc

DUTY = policy("going home", ("", "duty"), ("1 hour", "coordinators"), any_hour=True)
KIM = policy("going home", ("", "coordinators"), any_hour=True)
HOURS = policy("going home", ("", "duty"))
ALL_NIGHT = ("2026-11-27 17:00", "2026-11-30 09:00")


@pytest.mark.parametrize(
    ("which", "now", "gap", "by"),
    [
        (DUTY, "2026-11-28 03:00", None, "2026-11-28 05:00"),  # somebody is on duty all night
        (DUTY, "2026-11-28 03:00", ALL_NIGHT, "2026-11-30 11:00"),  # nobody is: the coordinators' working hours
        (DUTY, "2026-11-27 15:30", ALL_NIGHT, "2026-11-30 09:30"),  # a part of the time nobody is
        (DUTY, "2026-11-27 15:00", ALL_NIGHT, "2026-11-27 17:00"),  # all of it before the gap
        (DUTY, "2026-11-30 09:00", ALL_NIGHT, "2026-11-30 11:00"),  # … and after
        (KIM, "2026-11-28 03:00", ALL_NIGHT, "2026-11-28 05:00"),  # rests on no rota
        (HOURS, "2026-11-28 03:00", ALL_NIGHT, "2026-11-30 11:00"),
        (HOURS, "2026-11-28 03:00", None, "2026-11-30 11:00"),
    ],
)
def test_a_gap_in_the_rota_makes_the_promise_working_hours(
    which: Policy, now: str, gap: tuple[str, str] | None, by: str
) -> None:
    gaps = [(utc(gap[0]), utc(gap[1]))] if gap else []
    assert alert_by(which, read_span("2 hours"), utc(now), SERVICE, gaps=gaps) == utc(by)
    assert alert_by(which, timedelta(hours=2), utc(now), SERVICE, gaps=gaps) == utc(by)


def test_the_rota_that_is_kept_reaches_the_message(office: Office) -> None:
    office.goes_by(replace(DUTY, name="asked for a mentor"))
    office.now = NIGHT
    assert promised(office) == datetime.fromisoformat("2026-11-30T13:00:00+00:00")  # within 4 hours of work
    dee = office.joins("Dee", paid=True)
    office.on_duty(dee)
    office.now += timedelta(minutes=1)  # the rota is read again once a minute
    assert promised(office) == NIGHT + timedelta(hours=4, minutes=15)


def promised(office: Office) -> datetime:
    """What MENTOR promises now."""
    gaps = office.database.run_now(lambda db: office.desk.gaps(db, office.now))
    person = Participant(id=1, status=PersonStatus.ACTIVE, channel=Channel.SMS, joined_at=MONDAY)
    scene = Scene(person=person, session=None, now=office.now, gaps=lambda: gaps)
    turn = office.desk.live.begin(scene, "mentor")
    (alert,) = [effect for effect in turn.effects if isinstance(effect, OpenAlert)]
    assert alert.by is not None
    return alert.by


def test_a_length_of_working_time_stays_one() -> None:
    night = utc("2026-11-28 03:00")
    assert alert_by(DUTY, Span(timedelta(hours=2), working=True), night, SERVICE) == utc("2026-11-30 11:00")
