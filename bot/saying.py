"""One text from a staff phone: what is answered to it, and what others on the staff are told because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.desk import Desk
from bot.telling import alias, spoken, to_staff
from flows import timing
from flows.effects import Purpose
from flows.model import Channel
from storage import alerts, outbox, staff, taking
from storage.alerts import Alert
from storage.staff import StaffMember, StaffPhone
from storage.statements import Db

MOST_CODES = 12  # in one text; the rest are counted
MOST_NAMES = 4


@dataclass(slots=True)
class Saying:
    """What somebody on the staff asked for, from ``phone``, and the messages that it leads to."""

    db: Db
    desk: Desk
    phone: StaffPhone
    inbox_id: int
    now: datetime
    messages: list[outbox.Message] = field(default_factory=list)

    @property
    def member(self) -> StaffMember:
        return self.phone.member

    @property
    def today(self) -> date:
        """On the service's calendar."""
        return timing.local(self.now, self.desk.live.library.service.time_zone).date()

    def answer(self, phrase: str, **values: str) -> None:
        """Say it to whoever wrote."""
        self._say(phrase, values, crisis=False)

    def answer_about(self, alert: Alert, phrase: str, **values: str) -> None:
        """Say it to whoever wrote; it names the alert by alias and code, and goes first where that is a crisis."""
        self._say(phrase, {**self.names(alert), **values}, crisis=alert.is_crisis)

    def _say(self, phrase: str, values: Mapping[str, str], *, crisis: bool) -> None:
        said = to_staff(self.desk, self.phone, phrase, values, inbox_id=self.inbox_id, crisis=crisis)
        self.messages.append(said)

    def tell(
        self, phones: Iterable[StaffPhone], phrase: str, values: Mapping[str, str], *, urgent: bool = False
    ) -> None:
        """Say it to others on the staff: at once where it is ``urgent``, else when they are at work."""
        service = self.desk.live.library.service
        not_before = self.now if urgent else timing.add_working(self.now, timedelta(0), service)
        purpose = Purpose.ALERT if urgent else Purpose.NOTICE
        for phone in phones:
            told = to_staff(self.desk, phone, phrase, values, purpose=purpose, not_before=not_before)
            self.messages.append(told)

    def write(self) -> None:
        outbox.queue(self.db, self.messages, self.now)

    # ------------------------------------------------------------ words

    def names(self, alert: Alert) -> dict[str, str]:
        """How an alert is called in a text: whom it is about, by alias, and its code."""
        return {"who": alias(self.desk, alert.participant_id), "code": alert.code}

    def say(self, phrase: str, **values: str) -> str:
        """A phrase as part of another one."""
        return spoken(self.desk, Channel.SMS, phrase, values)

    def time(self, at: datetime) -> str:
        """``3pm today``, ``9am on Monday``: on the service's clock."""
        phrase, values = timing.speak_time(at, self.now, self.desk.live.library.service.time_zone)
        return self.say(phrase, **values)

    def day(self, day: date) -> str:
        """``Monday 7/12``."""
        return f"{self.say(f'day {timing.DAYS[day.weekday()]}')} {day.day}/{day.month}"

    def codes(self, several: Sequence[Alert]) -> str:
        """Codes in a row, as many as a text has room for."""
        return listed(self.desk, several)

    # ------------------------------------------------------------ people

    def owner(self, alert: Alert) -> str:
        """The name of whoever has it."""
        owner = alert.acknowledged_by
        found = staff.load(self.db, [owner]) if owner is not None else {}
        return found[owner].name if owner in found else self.say("staff nobody")

    def other_coordinators(self) -> list[StaffPhone]:
        """The coordinators who are here, but for the one who wrote; all the others where none of them is."""
        others = [each for each in staff.coordinators(self.db) if each.member.id != self.member.id]
        return [each for each in others if not each.member.is_away(self.today)] or others

    def theirs(self) -> list[Alert]:
        """What they have taken, and what is open and has reached them, oldest first; nothing about themselves."""
        found = alerts.of_staff(self.db, self.member.id)
        return [alert for alert in found if not taking.is_about(self.db, self.member.id, alert)]


def listed(desk: Desk, several: Sequence[Alert]) -> str:
    """The codes of alerts in a row, as many as a text has room for."""
    shown = ", ".join(alert.code for alert in several[:MOST_CODES])
    if len(several) > MOST_CODES:
        left = str(len(several) - MOST_CODES)
        return spoken(desk, Channel.SMS, "staff and more", {"names": shown, "count": left})
    return shown or spoken(desk, Channel.SMS, "staff none", {})
