"""Why somebody did or did not get a message on a day, one plain line for each thing that could have come. Pure.

Whoever asks is on the staff, and has a person on the telephone who says "it never texted me". So each line names one
cause; "unknown" stands only where nobody can know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import assert_never

from flows import reasons, timing
from flows.content import Service
from flows.errors import Meaning
from flows.history import Became, Booked, CheckIn, History, Started, Told
from flows.reached import NOT_DELIVERED
from flows.statuses import Because, BookingStatus, OutboxStatus, PersonStatus, SlotStatus

MeaningOf = Callable[[str], Meaning]
"""What a carrier's code on a receipt means; bot/channels/provider_codes.py knows."""

NOBODY = "nobody is known by that: they never wrote to us, or were erased"


def explain(
    history: History | None, day: date, *, service: Service, meaning_of: MeaningOf, now: datetime
) -> tuple[str, ...]:
    """At least one line for ``day`` on the person's own calendar. ``history`` None: there is nobody."""
    if history is None:
        return (NOBODY,)
    return tuple(_Day(history, day, service, meaning_of, now).lines())


class _Day:
    """One day of one person."""

    def __init__(self, history: History, day: date, service: Service, meaning_of: MeaningOf, now: datetime) -> None:
        self.history = history
        self.day = day
        self.service = service
        self.zone = history.time_zone or service.time_zone
        self.meaning_of = meaning_of
        self.now = now
        begins = timing.at_local(day, time(), self.zone)
        ends = timing.at_local(day + timedelta(days=1), time(), self.zone)
        # what is to come later that day is no reason yet; what has come this instant is
        self.begins, self.until = begins, min(ends, now + timedelta.resolution)

    def lines(self) -> Iterator[str]:
        found = False
        for check_in in self.history.check_ins:
            if check_in.local_date == self.day:
                found = True
                yield f"{check_in.schedule}: {self._check_in(check_in)}"
        for message in self.history.others:
            if self._date(message.sent_at or message.next_at) == self.day:
                found = True
                yield f"reminder or booked message: {self._message(message)}"
        for booked in self.history.booked:
            line = self._booked(booked) if self._date(booked.due_at) == self.day else ""
            if line:
                found = True
                yield f"{booked.flow}: {line}"
        if not found:
            yield self._nothing_due()

    # ------------------------------------------------------------ a check-in

    def _check_in(self, slot: CheckIn) -> str:
        status = slot.status
        if status is SlotStatus.WAITING:
            return self._waiting(slot)
        if status is SlotStatus.ASKED:
            return self._asked(slot)
        if status is SlotStatus.ANSWERED:
            return f"{self._sent(slot)} and answered"
        if status is SlotStatus.PARTLY:
            return f"{self._sent(slot)} and answered in part"
        if status is SlotStatus.MISSED:
            return f"{self._sent(slot)}, nobody replied (missed){self._told(slot)}{self._late(slot)}"
        if status is SlotStatus.NOT_SENT:
            return f"not sent: {self._why(slot.reason)}"
        if status is SlotStatus.UNDELIVERED:
            return self._undelivered(slot)
        if status is SlotStatus.EXCUSED:
            before = f"{self._sent(slot)}, then let go: " if slot.asked_at is not None else "not sent: "
            return before + self._why(slot.reason)
        assert_never(status)

    def _waiting(self, slot: CheckIn) -> str:
        until = slot.look_at or slot.due_at
        if slot.reason == Because.QUIET_HOURS:
            return f"held for quiet hours until {self._at(until)}"
        if slot.reason == Because.TALKING:
            return f"waits, another conversation is open; looked at again at {self._at(until)}"
        return f"due at {self._at(slot.due_at)}, about to go"

    def _asked(self, slot: CheckIn) -> str:
        if slot.message is None:
            return f"{self._sent(slot)}, no reply yet"
        if slot.message.status is OutboxStatus.SENT and slot.message.receipt not in NOT_DELIVERED:
            return f"sent {self._at(slot.message.sent_at or slot.message.next_at)}, no reply yet"
        return self._message(slot.message)

    def _sent(self, slot: CheckIn) -> str:
        message = slot.message
        at = slot.asked_at or (message.sent_at if message is not None else None)
        return f"sent {self._at(at)}" if at is not None else f"sent about {self._at(slot.due_at)}"

    def _told(self, slot: CheckIn) -> str:
        match slot.told:
            case Told.STAFF:
                return f", staff alerted {self._at(slot.ended_at)}" if slot.ended_at is not None else ", staff alerted"
            case Told.NOT_AGREED:
                return ", nobody told: they have not agreed to that"
            case Told.NOBODY:
                return ", nobody told: this one tells nobody"
            case never:
                assert_never(never)

    def _late(self, slot: CheckIn) -> str:
        return f"; they replied at {self._at(slot.replied_at)}" if slot.replied_at is not None else ""

    def _undelivered(self, slot: CheckIn) -> str:
        carriers = self._carriers(slot.reason)
        if carriers:
            return f"did not arrive: {carriers}"
        return "outcome unknown: it may have arrived, and nobody replied"

    # ------------------------------------------------------------ a message

    def _message(self, message: Started) -> str:
        status = message.status
        if status is OutboxStatus.QUEUED:
            if message.next_at <= self.now:
                return "about to go"
            if message.reason:
                return f"refused for now ({self._why(message.reason)}); tried again at {self._at(message.next_at)}"
            if timing.is_quiet(message.next_at - timedelta(seconds=1), self.zone, self.service):
                return f"held for quiet hours until {self._at(message.next_at)}"
            return f"goes at {self._at(message.next_at)}"
        if status is OutboxStatus.SENDING:
            return "being sent"
        if status is OutboxStatus.SENT:
            if message.receipt in NOT_DELIVERED:
                return f"did not arrive: {self._carriers(f'{message.receipt} {message.code}')}"
            return f"sent {self._at(message.sent_at or message.next_at)}"
        if status is OutboxStatus.FAILED:
            return f"failed: {self._why(message.reason or message.receipt)}"
        if status is OutboxStatus.SUPPRESSED:
            return f"not sent: {self._why(message.reason)}"
        if status is OutboxStatus.UNKNOWN:
            return "outcome unknown: it may have arrived"
        assert_never(status)

    def _booked(self, booked: Booked) -> str:
        status = booked.status
        if status is BookingStatus.WAITING:
            if booked.look_at > booked.due_at:
                return f"put off to {self._at(booked.look_at)}: another conversation is open, or it was quiet hours"
            return f"booked for {self._at(booked.due_at)}"
        if status is BookingStatus.STARTED:
            return ""  # its message says the rest
        if status is BookingStatus.EXCUSED:
            return f"not sent: {self._why(booked.reason)}"
        assert_never(status)

    # ------------------------------------------------------------ nothing was due

    def _nothing_due(self) -> str:
        """Why nothing was due. What held longest comes first: somebody who had not joined had sent no STOP either."""
        history = self.history
        if history.leaving:
            return "asked to be erased: nothing is started with them"
        if self._date(history.created_at) > self.day:
            return "had not written to us yet"
        if history.joined_at is None or self._date(history.joined_at) > self.day:
            return "had not joined"
        return self._standing() or self._next()

    def _standing(self) -> str:
        history = self.history
        became, since = self._stood()
        if became is PersonStatus.STOPPED:
            return f"had sent STOP ({self._at(since)})" if since is not None else "had sent STOP"
        if became is PersonStatus.IN_DOUBT:
            return "was being asked whether the phone is still theirs"
        for crisis in history.crises:
            if crisis.opened_at < self.until and (crisis.resolved_at is None or crisis.resolved_at > self.begins):
                return "a crisis was open"
        paused = self._paused()
        if paused is not None:
            return f"paused until {_spoken(paused)}"
        agreed = [answer for answer in history.agreed if answer.at < self.until]
        if not agreed or not agreed[-1].given:
            return "had not agreed to check-ins"
        return ""

    def _stood(self) -> tuple[PersonStatus, datetime | None]:
        """Their status as of then, and since when; what was never written down is taken to have been as it is."""
        found = [change for change in self.history.changes if change.what is not Became.PAUSED]
        for change in reversed(found):
            if change.at < self.until:
                if change.what is Became.STOPPED:
                    return PersonStatus.STOPPED, change.at
                return PersonStatus.IN_DOUBT if change.what is Became.IN_DOUBT else PersonStatus.ACTIVE, change.at
        history = self.history
        if not found and history.status is not PersonStatus.STOPPED:
            return history.status, None
        stopped = history.stopped_at
        if not found and (stopped is None or stopped < self.until):
            return PersonStatus.STOPPED, stopped
        return PersonStatus.ACTIVE, None

    def _paused(self) -> date | None:
        written = [change for change in self.history.changes if change.what is Became.PAUSED]
        until = self.history.paused_until
        if written:
            before = [change for change in written if change.at < self.until]
            until = before[-1].until if before else None
        return until if until is not None and until > self.day else None

    def _next(self) -> str:
        later = [slot.due_at for slot in self.history.check_ins if slot.local_date > self.day]
        following = min(later, default=self.history.plan_at)
        if following is None:
            return "no check-in due, and none is to come"
        if not later and following <= self.now:
            return "no check-in due: the next is about to be worked out"
        return f"no check-in due: the next is {self._at(following)}"

    # ------------------------------------------------------------ reasons

    def _why(self, reason: str) -> str:
        if reason in set(Because):
            return reasons.ours(Because(reason))
        return self._carriers(reason) or f"outcome unknown ({reason})"

    def _carriers(self, reason: str) -> str:
        """A carrier's or provider's reason in words; "" where it is none."""
        for meaning in Meaning:
            if reason == meaning or reason.startswith(f"{meaning} "):
                return reasons.theirs(meaning)
        receipt, _, code = reason.partition(" ")
        return reasons.theirs(self.meaning_of(code)) if receipt in NOT_DELIVERED else ""

    # ------------------------------------------------------------ times

    def _date(self, at: datetime) -> date:
        return timing.local(at, self.zone).date()

    def _at(self, at: datetime) -> str:
        local = timing.local(at, self.zone)
        clock = f"{local:%H:%M}"
        return clock if local.date() == self.day else f"{clock} on {_spoken(local.date())}"


def _spoken(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
