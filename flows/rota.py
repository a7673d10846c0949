"""Who is on duty, who stands in for whom, and whom a role of escalation.yaml means at an instant. Pure.

Shifts are weekly, in minutes on the service's own clock: in the night in which the clocks change, a shift from 22:00
to 06:00 is as long as that night is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from flows import timing
from flows.model import Shift

LOOKS_AHEAD = timedelta(hours=48)
MINUTES = 24 * 60
_A_WEEK = 8  # days: a shift of the same weekday next week included


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the staff who has a confirmed phone."""

    id: int
    is_coordinator: bool = False
    is_volunteer: bool = False
    away_until: date | None = None  # the first day that they are back
    cover_id: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What of an alert decides who may hear of it."""

    mentor_id: int | None = None
    backup_id: int | None = None
    tier: str = ""
    consented: bool = True  # mentors may be told
    own: frozenset[int] = frozenset()  # the staff member whom it is about: one phone, two roles
    passed: frozenset[int] = frozenset()  # sent PASS in this round


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who can be told something, and the rota, on a clock in ``zone``."""

    members: Mapping[int, Member]
    shifts: Sequence[Shift]
    zone: str

    # ------------------------------------------------------------ the rota

    def stands_in(self, member_id: int | None, now: datetime) -> int | None:
        """Whom to tell instead of somebody: themselves, or while they are away their cover, or nobody."""
        today = timing.local(now, self.zone).date()
        seen: set[int] = set()
        while member_id is not None and member_id not in seen:
            member = self.members.get(member_id)
            if member is None:
                return None
            if member.away_until is None or today >= member.away_until:
                return member_id
            seen.add(member_id)
            member_id = member.cover_id
        return None

    def on_duty(self, now: datetime) -> tuple[int, ...]:
        """Who is on duty, whose shift began first coming first."""
        today = timing.local(now, self.zone).date()
        days = (today - timedelta(days=1), today)
        begun = sorted(
            (starts, shift.id, shift.staff_id) for shift, starts, ends in self._between(days) if starts <= now < ends
        )
        return self._told(((staff_id, now) for _, _, staff_id in begun))

    def next_on_duty(self, now: datetime) -> int | None:
        """The second one who is on duty; else whoever's shift comes next and is not on duty already."""
        on = self.on_duty(now)
        if len(on) > 1:
            return on[1]
        today = timing.local(now, self.zone).date()
        days = tuple(today + timedelta(days=ahead) for ahead in range(_A_WEEK))
        coming = sorted((starts, shift.id, shift.staff_id) for shift, starts, _ in self._between(days) if starts > now)
        told = self._told((staff_id, starts) for starts, _, staff_id in coming)
        return next((staff_id for staff_id in told if staff_id not in on), None)

    def gaps(self, now: datetime, length: timedelta = LOOKS_AHEAD) -> tuple[tuple[datetime, datetime], ...]:
        """Each time from ``now`` on, within ``length``, in which nobody is on duty. No rota at all is one long gap."""
        end = now + length
        today = timing.local(now, self.zone).date()
        days = [today + timedelta(days=ahead) for ahead in range(-1, length.days + 2)]
        covered = sorted(
            (max(starts, now), min(ends, end))
            for shift, starts, ends in self._between(days)
            if starts < end and now < ends and self.stands_in(shift.staff_id, max(starts, now)) is not None
        )
        found: list[tuple[datetime, datetime]] = []
        reached = now
        for starts, ends in covered:
            if starts > reached:
                found.append((reached, starts))
            reached = max(reached, ends)
        if reached < end:
            found.append((reached, end))
        return tuple(found)

    def _between(self, days: Iterable[date]) -> Iterable[tuple[Shift, datetime, datetime]]:
        """Every shift that begins on one of ``days``, with the instants between which it runs."""
        for day in days:
            for shift in self.shifts:
                if shift.weekday != day.weekday() or day < shift.first_day:
                    continue
                if shift.last_day is not None and day > shift.last_day:
                    continue
                until = day if shift.ends > shift.starts else day + timedelta(days=1)
                yield shift, self._at(day, shift.starts), self._at(until, shift.ends)

    def _at(self, day: date, minutes: int) -> datetime:
        day, minutes = day + timedelta(days=minutes // MINUTES), minutes % MINUTES
        return timing.at_local(day, time(minutes // 60, minutes % 60), self.zone)

    def _told(self, wanted: Iterable[tuple[int, datetime]]) -> tuple[int, ...]:
        """Each of these, or who stands in for them at that time; nobody twice."""
        told = (self.stands_in(staff_id, at) for staff_id, at in wanted)
        return tuple(dict.fromkeys(staff_id for staff_id in told if staff_id is not None))

    # ------------------------------------------------------------ roles

    def hear(self, roles: Collection[str], case: Case, now: datetime) -> tuple[int, ...]:
        """Whom these roles mean for an alert: staff ids, in order, nobody twice, whoever may not hear left out.

        An alert about somebody on the staff goes to the coordinators alone, and never to the one it is about. A
        volunteer hears of a crisis only beside somebody who is not one: they may not take it.
        """
        meant = dict.fromkeys(
            staff_id for role in (("coordinators",) if case.own else roles) for staff_id in self._role(role, case, now)
        )
        heard = [each for each in meant if each not in case.own and each not in case.passed]
        if case.tier and all(self.members[each].is_volunteer for each in heard):
            return ()
        return tuple(heard)

    def _role(self, role: str, case: Case, now: datetime) -> tuple[int, ...]:
        match role:
            case "mentor":
                return self._one(case.mentor_id if case.consented else None, now)
            case "backup mentor":
                return self._one(case.backup_id if case.consented else None, now)
            case "duty":
                return self.on_duty(now)
            case "next duty":
                return self._one(self.next_on_duty(now), now)
            case "coordinators":
                return self._there(lambda each: each.is_coordinator, now)
            case _:
                return self._there(lambda each: not each.is_volunteer, now)

    def _one(self, staff_id: int | None, now: datetime) -> tuple[int, ...]:
        found = self.stands_in(staff_id, now)
        return () if found is None else (found,)

    def _there(self, meant: Callable[[Member], bool], now: datetime) -> tuple[int, ...]:
        """Everybody who is meant, or their cover where that one is meant as well and so may hear it."""
        told = self._told((member.id, now) for member in self.members.values() if meant(member))
        return tuple(each for each in told if meant(self.members[each]))

    def last_resort(self, case: Case) -> tuple[int, ...]:
        """Every coordinator, away or not, passed or not: whoever has it is better than nobody.

        In a crisis, where no coordinator is left, everybody on the staff but volunteers; never the one it is about.
        """
        others = [each for each in self.members.values() if each.id not in case.own]
        coordinators = tuple(each.id for each in others if each.is_coordinator)
        if coordinators or not case.tier:
            return coordinators
        return tuple(each.id for each in others if not each.is_volunteer)

    # ------------------------------------------------------------ what coordinators are warned of

    def uncovered(self, now: datetime) -> tuple[Member, ...]:
        """The mentors who are away with nobody to stand in for them."""
        away = (each for each in self.members.values() if not each.is_coordinator)
        return tuple(each for each in away if self.stands_in(each.id, now) is None)

    def as_planned(self) -> Team:
        """The same team with nobody away: a gap that is here as well comes every week."""
        here = {each.id: replace(each, away_until=None) for each in self.members.values()}
        return replace(self, members=here)
