"""An office in which alerts go round: real storage and escalation on both databases, and a clock held by the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from bot import alerting, escalating
from bot.alerting import Raised
from bot.content import Checked
from bot.desk import Desk
from bot.undelivered import Undelivered, note
from flows import timing
from flows.content import Policy, PolicyStep
from flows.effects import OpenAlert, Purpose
from flows.errors import Meaning
from flows.model import Channel
from flows.spans import read_span
from flows.statuses import PersonStatus
from flows.wording import Span
from storage import alerts, claiming, ends, people, rota, staff, tables, taking
from storage.alerts import Alert
from storage.claiming import Claim, Hours, Outgoing
from storage.database import Database
from storage.people import PersonChange
from storage.staff import Role, StaffMember
from storage.statements import Db
from storage.taking import Said
from tests.storage.scene import lowest

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # ten in the morning, in winter time
NIGHT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # Saturday, three in the morning


def policy(
    name: str,
    *steps: tuple[str, str],
    any_hour: bool = False,
    repeat: str = "1 working day",
    two_in_a_row: str = "",
    by: str = "",
) -> Policy:
    """``("2 working hours", "coordinators, duty")``; "" is at once."""

    def span(written: str) -> Span:
        return read_span(written) or Span(timedelta(), written="at once")

    def listed(written: str) -> tuple[str, ...]:
        return tuple(written.split(", ")) if written else ()

    said = tuple(PolicyStep(span(when), listed(roles)) for when, roles in steps)
    return Policy(name, any_hour, said, span(repeat), listed(two_in_a_row), listed(by))


class Office:
    """``heard`` is what has gone out to staff, oldest first: when, to whom, and the words."""

    def __init__(self, database: Database, checked: Checked) -> None:
        assert checked.conversation is not None
        self.database = database
        self.desk = Desk(checked.conversation, lowest)
        self.now = MONDAY
        self.heard: list[tuple[datetime, str, str]] = []
        self.fails: dict[Channel, Meaning | None] = {}  # None: nobody knows whether it went
        self.failing: dict[str, Meaning | None] = {}  # … to one phone
        self._names: dict[int, str] = {}
        self._phones = 0

    # ------------------------------------------------------------ people

    def goes_by(self, *policies: Policy) -> None:
        """The policies that are live from now on, beside those that ship."""
        library = self.desk.live.library
        known = {**library.policies, **{each.name: each for each in policies}}
        live = self.desk.live
        other = object.__new__(type(live))
        other.__dict__.update(live.__dict__)
        other.library = replace(library, policies=known)
        self.desk.live = other

    def joins(
        self,
        name: str,
        role: Role = Role.MENTOR,
        *,
        paid: bool = False,
        by: tuple[Channel, ...] = (Channel.SMS,),
        prefers: Channel | None = None,
    ) -> StaffMember:
        """Somebody on the staff, confirmed, with a phone on each channel: the first one used last."""
        self._phones += 1
        number = f"+4477009{self._phones:05}"

        def unit(db: Db) -> StaffMember:
            at = self.now - timedelta(days=9)
            code = staff.add(db, name, role, None, at, lowest, paid=paid)
            member: StaffMember | None = None
            for channel in reversed(by):
                at += timedelta(minutes=1)
                address_id = people.address(db, channel, number, at)
                if member is None:
                    _, member = staff.confirm(db, address_id, code, at)
                    assert member is not None
                else:
                    values = {"staff_id": member.id, "used_at": at}
                    db.connection.execute(
                        update(tables.addresses).where(tables.addresses.c.id == address_id).values(values)
                    )
            assert member is not None
            if prefers is not None:
                staff.set_prefers(db, member.id, prefers)
            return member

        member = self.database.run_now(unit)
        self._names[member.id] = name
        return member

    def coordinates(self, name: str, *, by: tuple[Channel, ...] = (Channel.SMS,)) -> StaffMember:
        return self.joins(name, Role.COORDINATOR, by=by)

    def person(
        self,
        *,
        mentor: StaffMember | None = None,
        backup: StaffMember | None = None,
        consent: bool = True,
        also: StaffMember | None = None,
    ) -> int:
        """Somebody who has joined; ``also``: the same phone is that of somebody on the staff."""
        self._phones += 1
        key = (Channel.SMS, f"+4477009{self._phones:05}")

        def unit(db: Db) -> int:
            contact = people.create_strangers(db, [key], self.now)[key]
            assert contact.participant is not None
            person_id = contact.participant.id
            change = PersonChange(
                id=person_id,
                status=PersonStatus.ACTIVE,
                joined_at=self.now,
                remembered={"consent_mentor": "yes" if consent else "no"},
            )
            people.save(db, [change], self.now)
            supported = {"mentor_id": mentor and mentor.id, "backup_id": backup and backup.id}
            db.connection.execute(
                update(tables.participants).where(tables.participants.c.id == person_id).values(supported)
            )
            if also is not None:
                db.connection.execute(
                    update(tables.addresses)
                    .where(tables.addresses.c.staff_id == also.id)
                    .values(participant_id=person_id)
                )
            return person_id

        return self.database.run_now(unit)

    def on_duty(self, member: StaffMember, *, weekdays: range = range(7), starts: int = 0, ends: int = 0) -> None:
        """Hours on the clock, every week; both 0 is the whole day."""

        def unit(db: Db) -> None:
            for weekday in weekdays:
                first = date(2026, 1, 5)
                rota.add(db, member.id, weekday, starts * 60, ends * 60, self.now, first_day=first)

        self.database.run_now(unit)

    def away(self, member: StaffMember, until: date, cover: StaffMember | None = None) -> None:
        self.database.run_now(lambda db: staff.set_away(db, member.id, until, cover.id if cover else None))

    # ------------------------------------------------------------ alerts

    def alert(
        self,
        person_id: int | None,
        name: str = "went quiet",
        *,
        tier: str = "",
        asked: bool = True,
        by: datetime | None = None,
        twice: bool = False,
    ) -> Alert:
        raised = self.raised(person_id, name, tier=tier, asked=asked, by=by, twice=twice)
        assert raised.alert is not None
        return raised.alert

    def raised(
        self,
        person_id: int | None,
        name: str,
        *,
        tier: str = "",
        asked: bool = True,
        by: datetime | None = None,
        twice: bool = False,
    ) -> Raised:
        effect = OpenAlert(name, None, "went quiet", tier=tier, by=by, asked=asked)
        return self.database.run_now(
            lambda db: alerting.raise_alert(db, self.desk, person_id, effect, self.now, twice=twice)
        )

    def crisis(self, person_id: int | None, tier: str = "A") -> Alert:
        return self.alert(person_id, f"crisis {tier}", tier=tier)

    def now_is(self, alert: Alert) -> Alert:
        """The alert as it stands."""
        return self.database.run_now(lambda db: alerts.get(db, alert.id))

    def on_it(self, member: StaffMember, alert: Alert) -> Said:
        return self.database.run_now(lambda db: taking.acknowledge(db, member, alert.code, self.now))[0]

    # ------------------------------------------------------------ time

    def tick(self) -> None:
        """What falls due now."""
        for _ in range(50):
            if not self.database.run_now(lambda db: escalating.escalate(db, self.desk, self.now)):
                return
        raise AssertionError("the same alert is due again and again")

    def sets_right(self) -> int:
        """What the clock finds every minute that was written by one that was ahead."""
        return self.database.run_now(lambda db: escalating.set_right(db, self.now))

    def goes_on(self, **length: float) -> None:
        """Time passes, and whatever is due on the way is done at its time."""
        end = self.now + timedelta(**length)
        self.tick()
        self.deliver()
        standing = 0
        while (due := self._next_due()) is not None and due <= end:
            standing = 0 if due > self.now else standing + 1
            assert standing < 20, "the same thing is due again and again"
            self.now = max(due, self.now)
            self.tick()
            self.deliver()
        self.now = end
        self.tick()
        self.deliver()

    def goes_to(self, at: datetime) -> None:
        self.goes_on(seconds=(at - self.now).total_seconds())

    def _next_due(self) -> datetime | None:
        waits = (
            select(tables.alerts.c.next_at)
            .where(tables.alerts.c.status != "resolved", tables.alerts.c.next_at.is_not(None))
            .order_by(tables.alerts.c.next_at)
            .limit(1)
        )
        return self.database.run_now(lambda db: db.connection.execute(waits).scalar())

    # ------------------------------------------------------------ phones

    def deliver(self) -> None:
        """Send what may go, until nothing may."""
        hours = Hours(quiet_until=lambda _: None, today=lambda _: self.now.date())

        def unit(db: Db) -> Claim:
            return claiming.claim(db, self.now, 100, claiming.waiting(db, self.now, tuple(Channel)), hours)

        while True:
            claim = self.database.run_now(unit)
            for message in claim.messages:
                self._send(message)
            if not claim.looked:
                return

    def _send(self, message: Outgoing) -> None:
        name = self._names.get(message.staff_id or 0, "")
        for known, key in ((self.fails, message.channel), (self.failing, name)):
            if key in known:
                self._fails(message, known[key])  # type: ignore[index]
                return
        self.database.run_now(lambda db: ends.record(db, [ends.Sent(message.id, f"P{message.id}")], self.now))
        if message.staff_id is not None:
            self.heard.append((self.now, name, message.text))

    def _fails(self, message: Outgoing, meaning: Meaning | None) -> None:
        undelivered = Undelivered(
            outbox_id=message.id,
            channel=message.channel,
            address_id=message.address_id,
            purpose=message.purpose,
            participant_id=message.participant_id,
            staff_id=message.staff_id,
            alert_id=message.alert_id,
            meaning=meaning,
            code="30003",
        )

        def unit(db: Db) -> None:
            if meaning is None:
                again = ends.record(db, [ends.Unknown(message.id, "dropped")], self.now)
                if message.crisis and not again:
                    note(db, undelivered, self._tell, self.now)
                return
            ends.record(db, [ends.Failed(message.id, "30003")], self.now)
            note(db, undelivered, self._tell, self.now)

        self.database.run_now(unit)

    def _tell(self, db: Db, undelivered: Undelivered, now: datetime) -> None:
        alerting.tell_undelivered(db, self.desk, undelivered, now)

    # ------------------------------------------------------------ what was heard

    def said(self) -> list[tuple[str, str]]:
        """(clock, name) of every message that staff have had, and forget them."""
        said = [(f"{timing.local(at, 'Europe/London'):%a %H:%M}", name) for at, name, _ in self.heard]
        self.heard = []
        return said

    def names(self) -> list[str]:
        """Who has had a message, sorted, and forget them."""
        return sorted(name for _, name in self.said())

    def pages(self, alert: Alert) -> list[Mapping[str, object]]:
        rows = select(tables.pages).where(tables.pages.c.alert_id == alert.id).order_by(tables.pages.c.id)
        return self.database.run_now(lambda db: [dict(row._mapping) for row in db.connection.execute(rows)])

    def queued(self) -> list[str]:
        """The purposes of what waits."""
        waits = select(tables.outbox.c.purpose).where(tables.outbox.c.status == "queued").order_by(tables.outbox.c.id)
        return [
            Purpose(found) for found in self.database.run_now(lambda db: db.connection.execute(waits).scalars().all())
        ]
