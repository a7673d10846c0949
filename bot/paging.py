"""Pages: works out whom a due alert reaches and by which phone, and writes messages, pages and what is due next.

Crisis pages are messages of their own and never wait. Routine ones are bundled: what is due to a phone together is one
message, and a phone that has had three in a quarter of an hour waits for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk import Desk
from bot.team import phones_of_all, team_of
from bot.telling import about_alert, alert_buttons, alert_phrase, spoken, to_staff
from flows import escalation
from flows.content import Policy
from flows.errors import Unreadable
from flows.escalation import COORDINATORS, Due
from flows.model import Channel
from flows.phones import can_be_texted
from flows.rota import Case
from flows.statuses import AlertStatus
from storage import escalating, outbox, pages, people
from storage.alerts import Alert
from storage.escalating import Advance
from storage.pages import OWED, Page
from storage.staff import StaffPhone
from storage.statements import Db

MOST_IN_A_WHILE = 3  # routine messages to one phone …
A_WHILE = timedelta(minutes=15)  # … in so long
MOST_LINES = 6  # of a bundle: three or four parts of an SMS
MOST_STEPS = 30_000  # of a round, for the column that counts them: a crisis that nobody answers for most of a year


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is to hear of an alert now, at this phone."""

    alert: Alert
    phone: StaffPhone
    step: int


@dataclass(slots=True)
class Plan:
    """What one alert does now. ``held``: who waits because their phone has had enough, and until when."""

    calls: list[Call] = field(default_factory=list)
    held: list[datetime] = field(default_factory=list)
    done: int = 0
    next_at: datetime | None = None


class Paging:
    """One unit's worth of pages. ``take`` alerts, then ``write``."""

    def __init__(self, db: Db, desk: Desk, now: datetime, alerts: Sequence[Alert]) -> None:
        self.db, self.desk, self.now = db, desk, now
        self.service = desk.live.library.service
        self.phones = phones_of_all(db)
        self.team = team_of(db, self.service.time_zone, self.phones)
        self._own = escalating.people_on_staff(db)
        self._troubled = escalating.troubled_phones(db)
        about = {alert.participant_id for alert in alerts if alert.participant_id is not None}
        self._supported = escalating.supported_by(db, about)
        self._told: dict[int, list[Page]] = {alert.id: [] for alert in alerts}
        for page in pages.of(db, self._told):
            self._told[page.alert_id].append(page)
        self._recent = pages.routine_since(db, list(self.phones), now - A_WHILE)
        self._calls: list[Call] = []
        self._done: list[Advance] = []

    # ------------------------------------------------------------ one alert

    def take(self, alert: Alert) -> None:
        """Do what is due of an open alert: plan its pages, and when it is looked at again."""
        policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
        opens = escalation.working_from(policy, self.now, self.service)
        if opens > self.now:
            self._done.append(Advance(alert.id, alert.step, opens, alert.round_at))
            return
        plan = self._plan(alert, policy)
        self._calls += plan.calls
        next_at = min(plan.held) if plan.held else plan.next_at
        if plan.done > MOST_STEPS:
            # the repeats go on in a round of their own
            self._done.append(Advance(alert.id, len(policy.steps), next_at, self.now))
        else:
            self._done.append(Advance(alert.id, plan.done, next_at, alert.round_at))

    def _plan(self, alert: Alert, policy: Policy) -> Plan:
        case, plan = self.case(alert), Plan(done=alert.step)
        self._tell(plan, alert, policy, self._owed(alert, case), OWED)
        due = escalation.due_steps(policy, alert.step, alert.round_at, self.now, self.service)
        if due is None and not plan.calls and not plan.held:
            # nothing is due by the clock: the last step repeats, or somebody has asked for the next one at once
            due = escalation.forced(policy, alert.step)
        if due is not None:
            people, last = self._people(policy, due, case)
            if self._only_passed(alert, policy, people, case):
                plan.next_at = escalation.repeat_at(policy, self._last_page(alert), self.now, self.service)
                return plan
            self._tell(plan, alert, policy, people, last)
            if not people:
                plan.next_at = escalation.look_again_at(self.now, is_crisis=alert.is_crisis)
                return plan
            if not plan.held:
                plan.done = last + 1
        plan.next_at = self._next(alert, policy, plan)
        return plan

    def case(self, alert: Alert) -> Case:
        """What of an alert decides who may hear of it."""
        mentor_id, backup_id = self._supported.get(alert.participant_id or 0, (None, None))
        return Case(
            mentor_id=mentor_id,
            backup_id=backup_id,
            tier=alert.tier,
            consented=alert.consented,
            own=frozenset(each for each, people in self._own.items() if alert.participant_id in people),
            passed=frozenset(alert.passed),
        )

    def _people(self, policy: Policy, due: Due, case: Case) -> tuple[tuple[int, ...], int]:
        """Who hears, and the last step done by it: an empty step falls through to the next, and the last to
        the last resort."""
        people, last = self.team.hear(due.roles, case, self.now), due.step
        while not people and last + 1 < len(policy.steps):
            last += 1
            people = self.team.hear(policy.steps[last].roles, case, self.now)
        return people or self.team.last_resort(case), last

    def _owed(self, alert: Alert, case: Case) -> tuple[int, ...]:
        """Who hears now whatever the steps say: by the deadline, or because it was the second time running."""
        people: list[int] = []
        deadline = escalation.deadline(alert.within_at, alert.round_at)
        if deadline is not None and deadline <= self.now:
            people += self._unless_told(alert, self.team.hear((COORDINATORS,), case, self.now))
        roles = escalation.owed_roles(alert.snapshot)
        if roles:
            people += self._unless_told(alert, self.team.hear(roles, case, self.now))
        return tuple(dict.fromkeys(people))

    def _unless_told(self, alert: Alert, people: Sequence[int]) -> Sequence[int]:
        """These, or nobody where any of them has heard in this round."""
        return () if set(people) & {page.staff_id for page in self._of_round(alert)} else people

    def _only_passed(self, alert: Alert, policy: Policy, people: Sequence[int], case: Case) -> bool:
        """Whether nobody is left but who sent PASS, and it is too soon to ask them again."""
        if not people or not set(people) <= case.passed:
            return False
        told = self._of_round(alert)
        return bool(told) and escalation.repeat_at(policy, told[-1].at, told[-1].at, self.service) > self.now

    def _last_page(self, alert: Alert) -> datetime:
        return self._of_round(alert)[-1].at

    def _of_round(self, alert: Alert) -> list[Page]:
        return [page for page in self._told.get(alert.id, ()) if page.round_at == alert.round_at]

    def _tell(self, plan: Plan, alert: Alert, policy: Policy, people: Iterable[int], step: int) -> None:
        had = {page.staff_id for page in self._of_round(alert) if page.step == step}
        had |= {call.phone.member.id for call in plan.calls}
        for staff_id in people:
            if staff_id in had:
                continue
            free_at = self._free_at(staff_id) if not alert.is_crisis else None
            if free_at is not None:
                plan.held.append(free_at)
                continue
            plan.calls.append(Call(alert, self.phone_for(alert, policy, staff_id), step))

    def _free_at(self, staff_id: int) -> datetime | None:
        """When somebody may have another routine message; None: now."""
        recent = self._recent.get(staff_id, [])
        return recent[-MOST_IN_A_WHILE] + A_WHILE if len(recent) >= MOST_IN_A_WHILE else None

    def _next(self, alert: Alert, policy: Policy, plan: Plan) -> datetime | None:
        if alert.is_test:
            return None  # a drill is about nobody, and rings at night for nobody
        next_at = escalation.next_step_at(
            policy, plan.done, alert.round_at, alert.next_at or self.now, self.now, self.service
        )
        deadline = escalation.deadline(alert.within_at, alert.round_at)
        if deadline is None or deadline <= self.now or self._coordinator_told(alert, plan):
            return next_at
        return min(next_at, deadline)

    def _coordinator_told(self, alert: Alert, plan: Plan) -> bool:
        told = {page.staff_id for page in self._of_round(alert)} | {call.phone.member.id for call in plan.calls}
        return any(each.is_coordinator for each in self.team.members.values() if each.id in told)

    # ------------------------------------------------------------ one phone

    def phone_for(self, alert: Alert, policy: Policy, staff_id: int) -> StaffPhone:
        """The phone to try. Where the last page of this alert to them did not go out after all, another channel."""
        own = self._ordered(policy, staff_id)
        last = next((page for page in reversed(self._told.get(alert.id, ())) if page.staff_id == staff_id), None)
        if last is None or last.went:
            return own[0]
        return self._after(own, last.channel) or own[0]

    def another_phone(self, alert: Alert, staff_id: int, step: int) -> StaffPhone | None:
        """A phone by a channel that this step has not tried yet; None where there is none."""
        policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
        tried = {page.channel for page in self._of_round(alert) if page.staff_id == staff_id and page.step == step}
        return next((phone for phone in self._ordered(policy, staff_id) if phone.channel not in tried), None)

    def _ordered(self, policy: Policy, staff_id: int) -> list[StaffPhone]:
        """Their phones: first those that can be reached, the policy's channels, then as they like it themselves."""
        by = {channel: number for number, channel in enumerate(policy.by)}
        return sorted(
            self.phones.get(staff_id, ()),
            key=lambda phone: (phone.address_id in self._troubled, by.get(phone.channel.look.value, len(by))),
        )

    def _after(self, own: Sequence[StaffPhone], channel: Channel) -> StaffPhone | None:
        """The phone whose turn comes after that of ``channel``."""
        channels = [phone.channel for phone in own]
        if channel not in channels:
            return own[0]
        others = [*own[channels.index(channel) + 1 :], *own[: channels.index(channel)]]
        return next((phone for phone in others if phone.channel is not channel), None)

    # ------------------------------------------------------------ writing

    def call(self, call: Call) -> None:
        """Somebody hears of an alert outside its steps."""
        self._calls.append(call)

    def write(self) -> None:
        """Queue the messages, write down who was told and where the alerts stand."""
        bundles: dict[tuple[int, int], list[Call]] = {}
        alone: list[list[Call]] = []
        for call in self._calls:
            if call.alert.is_crisis:
                alone.append([call])
            else:
                bundles.setdefault((call.phone.member.id, call.phone.address_id), []).append(call)
        together = [*alone, *bundles.values()]
        outbox_ids = outbox.queue(self.db, [self._message(calls) for calls in together], self.now)
        told = [
            Page(
                alert_id=call.alert.id,
                staff_id=call.phone.member.id,
                round_at=call.alert.round_at,
                step=call.step,
                channel=call.phone.channel,
                at=self.now,
                outbox_id=outbox_id,
            )
            for calls, outbox_id in zip(together, outbox_ids, strict=True)
            for call in calls
        ]
        pages.add(self.db, told)
        escalating.advance(self.db, self._done)
        self._calls, self._done = [], []

    def _message(self, calls: Sequence[Call]) -> outbox.Message:
        phone, alert = calls[0].phone, calls[0].alert
        if len(calls) == 1:
            return to_staff(
                self.desk,
                phone,
                alert_phrase(alert, answered=not alert.is_crisis or self._can_be_answered(alert)),
                about_alert(self.desk, alert, self.now),
                alert_id=alert.id,
                crisis=alert.is_crisis,
                buttons=alert_buttons(self.desk, alert),
            )
        return to_staff(self.desk, phone, "alert several", self._several(calls))

    def _can_be_answered(self, alert: Alert) -> bool:
        """Whether anything reaches them: staff who read that the lines were sent would wait for a reply to them."""
        if alert.participant_id is None:
            return False
        try:
            _, reached = people.values_of(self.db, alert.participant_id)
        except Unreadable:
            return True  # that nothing could be sent is told once it has been tried
        return not reached or any(channel is not Channel.SMS or can_be_texted(address) for channel, address in reached)

    def _several(self, calls: Sequence[Call]) -> Mapping[str, str]:
        lines = [
            spoken(self.desk, Channel.SMS, "alert line", about_alert(self.desk, call.alert, self.now))
            for call in calls[:MOST_LINES]
        ]
        if len(calls) > MOST_LINES:
            lines.append(spoken(self.desk, Channel.SMS, "alert more", {"count": str(len(calls) - MOST_LINES)}))
        return {"count": str(len(calls)), "list": " ".join(lines)}


def page(db: Db, desk: Desk, alert: Alert, now: datetime) -> None:
    """Tell whoever is to hear of an open alert now, in the unit that opened it."""
    assert alert.status is AlertStatus.OPEN, "nobody is told of what somebody has taken"
    paging = Paging(db, desk, now, [alert])
    paging.take(alert)
    paging.write()
