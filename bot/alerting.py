"""Alerts are opened here, and what follows for staff is told: a reply after silence, a message that reached nobody.

An alert carries who (an alias), what, when, and the code to answer with; never words, scores or substances. Those
about words that worry us page in the commit that opens them; routine ones get a time, and bot/escalating.py does the
rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.provider_codes import ADDRESS_TROUBLE
from bot.desk import Desk
from bot.paging import Call, Paging, page
from bot.telling import alias, to_staff
from bot.undelivered import Undelivered
from flows import escalation, timing
from flows.content import Policy
from flows.effects import OpenAlert, Purpose
from flows.errors import Meaning, Unreadable
from flows.model import Channel
from flows.phones import is_uk_mobile
from flows.reached import REFUSED
from flows.statuses import AlertStatus, OutboxStatus
from storage import alerts, audit, outbox, pages, people, staff, taking
from storage.alerts import Alert
from storage.claiming import UNREADABLE
from storage.staff import StaffPhone
from storage.statements import Db

OUR_OWN = frozenset({"contact lost", "could not read a message"})  # the program opens these: nobody's consent is asked
SILENCES = frozenset({"missed check-in", "went quiet"})  # what a reply puts right
DRILL = "test crisis"
_FOR_GOOD = (*REFUSED, Meaning.BAD_ADDRESS)  # whoever wrote hears nothing from us, now and later


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert, opened or counted once more; None where nobody may be told."""

    alert: Alert | None
    new: bool


def raise_alert(
    db: Db,
    desk: Desk,
    participant_id: int | None,
    effect: OpenAlert,
    now: datetime,
    *,
    consent: bool | None = None,
    twice: bool = False,
) -> Raised:
    """Open the alert, or count it once more; crisis pages at once.

    Silence, and what the bot itself began, is told only with the person's ``consent_mentor`` (``consent``, read from
    their record where it is left out); asking is consent to that one alert. ``twice``: the second time in a row.
    """
    if consent is None:
        consent = participant_id is not None and _consents(db, participant_id)
    ours = bool(effect.tier) or effect.policy in OUR_OWN
    if not (effect.asked or ours or consent):
        line = audit.Line(audit.SERVICE, "alert.not_consented", participant_id, {"policy": effect.policy})
        audit.write(db, [line], now)
        return Raised(None, new=False)
    policy = desk.live.library.policies.get(effect.policy)
    twice = twice and policy is not None and bool(policy.two_in_a_row)
    kept = escalation.snapshot(policy, twice=twice)
    service = desk.live.library.service
    followed = escalation.policy_of(kept, is_crisis=bool(effect.tier))
    alarm = alerts.Alarm(
        participant_id=participant_id,
        policy=effect.policy,
        tier=effect.tier,
        about=effect.about,
        within_at=effect.by,
        snapshot=kept,
        consented=consent or (effect.asked and not ours),
        asked=effect.asked and not ours,
        next_at=escalation.opens_at(followed, now, effect.by, owed=twice, service=service),
    )
    alert, new = alerts.open_(db, alarm, now, desk.draw)
    if not new:
        alert = _again(db, desk, alert, now, twice=twice)
    elif alert.is_crisis:
        page(db, desk, alert, now)
    detail = {"alert": alert.id, "policy": effect.policy}
    actor = audit.PARTICIPANT if participant_id is not None else audit.SERVICE
    audit.write(db, [audit.Line(actor, "alert.opened" if new else "alert.again", participant_id, detail)], now)
    return Raised(alert, new)


def _consents(db: Db, participant_id: int) -> bool:
    try:
        values, _ = people.values_of(db, participant_id)
    except Unreadable:
        return False  # what cannot be read was not agreed to
    return values.get("consent_mentor") == "yes"


def _again(db: Db, desk: Desk, alert: Alert, now: datetime, *, twice: bool) -> Alert:
    """It happened again while the alert was not resolved."""
    policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
    if twice and not escalation.owed_roles(alert.snapshot):
        alert = alerts.owe(db, alert, escalation.working_from(policy, now, desk.live.library.service))
    if not alerts.page_again(db, alert, now):
        return alert
    alert = alerts.get(db, alert.id)
    if alert.is_crisis:
        page(db, desk, alert, now)
    return alert


def raise_test(db: Db, desk: Desk, now: datetime) -> None:
    """The drill that opens the go-live gate: a crisis alert about nobody, for a coordinator to acknowledge."""
    policy: Policy | None = desk.live.library.policies.get(DRILL)
    alarm = alerts.Alarm(
        participant_id=None,
        policy=DRILL,
        about="test",
        tier="A",
        snapshot=escalation.snapshot(policy),
        is_test=True,
    )
    alert, _ = alerts.open_(db, alarm, now, desk.draw)
    page(db, desk, alert, now)


def tell_newcomer(db: Db, desk: Desk, staff_id: int, now: datetime) -> None:
    """What is open is told to a coordinator whose phone has just been confirmed: it may have reached nobody yet."""
    waiting = [each for each in alerts.unresolved(db) if each.status is AlertStatus.OPEN and not each.is_test]
    paging = Paging(db, desk, now, waiting)
    for alert in waiting:
        if staff_id in paging.case(alert).own or alerts.was_told(db, staff_id, alert.id):
            continue
        policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
        if escalation.working_from(policy, now, desk.live.library.service) <= now:
            paging.call(Call(alert, paging.phone_for(alert, policy, staff_id), pages.OWED))
    paging.write()


def let_go_of_their_own(db: Db, staff_id: int, now: datetime) -> None:
    """A phone that has just become theirs is a participant's: what they have taken about that person opens again."""
    for alert in alerts.of_staff(db, staff_id):
        if alert.acknowledged_by == staff_id and taking.is_about(db, staff_id, alert):
            alerts.begin_again(db, alert.id, now)


# ---------------------------------------------------------------- they have replied


def they_replied(
    db: Db, desk: Desk, participant_id: int, now: datetime, *, stopped: bool = False
) -> tuple[outbox.Message, ...]:
    """Somebody wrote after they had gone quiet: the question of an alert about that is closed, and staff hear of it.

    Whoever has taken it keeps it, and hears that there is a reply; while nobody has, it is resolved as replied, and
    those who have been told of it hear that. Where what they wrote was STOP (``stopped``) it is resolved as that, and
    staff hear that instead: it is no sign that all is well. The messages are to be queued.
    """
    outcome = "stopped" if stopped else "replied"
    messages: list[outbox.Message] = []
    for alert in alerts.about(db, participant_id):
        if alert.policy not in SILENCES or alert.is_over:
            continue
        values = {"who": alias(desk, participant_id), "code": alert.code}
        dedupe = None
        if alert.status is AlertStatus.ACKNOWLEDGED and alert.acknowledged_by is not None:
            phrase, told = f"they {outcome} yours", [alert.acknowledged_by]
            dedupe = f"{outcome} {alert.id} {alert.acknowledged_at}"  # once for each time that somebody takes it
        else:
            phrase, told = f"they {outcome}", _who_heard(db, alert)
            alerts.resolve(db, alert.id, outcome, now, audit.SERVICE)
        messages += [
            to_staff(
                desk,
                phone,
                phrase,
                values,
                purpose=Purpose.NOTICE,
                not_before=timing.quiet_ends(now, "", desk.live.library.service),  # it wakes nobody
                dedupe=dedupe,
            )
            for phone in _first_phones(db, told)
        ]
    return tuple(messages)


def _who_heard(db: Db, alert: Alert) -> list[int]:
    """Who has been sent a page of this alert, or may have been; what is still queued will not go any more."""
    unheard = (OutboxStatus.QUEUED, OutboxStatus.SUPPRESSED, OutboxStatus.FAILED)
    heard = [each.staff_id for each in pages.told(db, alert.id) if each.status not in unheard]
    return list(dict.fromkeys(heard))


def _first_phones(db: Db, staff_ids: Sequence[int]) -> list[StaffPhone]:
    return [phones[0] for phones in staff.phones(db, staff_ids).values()]


# ---------------------------------------------------------------- messages that reached nobody


def tell_undelivered(db: Db, desk: Desk, undelivered: Undelivered, now: datetime) -> None:
    """A message reached nobody. Staff hear of a crisis reply, of somebody who cannot be answered, and of each other."""
    if undelivered.staff_id is not None:
        _page_did_not_go(db, desk, undelivered, undelivered.staff_id, now)
        return
    participant_id = undelivered.participant_id
    if participant_id is None:
        return
    if undelivered.purpose is Purpose.CRISIS:
        _crisis_reply_lost(db, desk, participant_id, now)
    elif undelivered.code == UNREADABLE:
        about = "cannot be texted: something stored of them does not open"
        raise_alert(db, desk, participant_id, OpenAlert("could not read a message", None, about), now)
    elif undelivered.purpose is Purpose.REPLY and undelivered.meaning is Meaning.OPTED_OUT:
        about = "wrote to us, but their network blocks our texts until they text START"
        raise_alert(db, desk, participant_id, OpenAlert("contact lost", None, about), now)
    elif (
        undelivered.purpose is Purpose.REPLY and undelivered.meaning in _FOR_GOOD and _is_one_person(db, participant_id)
    ):
        about = "wrote to us, and our provider will not carry our answer to them"
        raise_alert(db, desk, participant_id, OpenAlert("contact lost", None, about), now)


def _is_one_person(db: Db, participant_id: int) -> bool:
    """Somebody whom we answer, and neither a group chat nor a number abroad: those are left without on purpose."""
    try:
        _, reached = people.values_of(db, participant_id)
    except Unreadable:
        return True
    return any(
        is_uk_mobile(address, practice=True) if channel is Channel.SMS else not address.startswith("-")
        for channel, address in reached
    )


def _crisis_reply_lost(db: Db, desk: Desk, participant_id: int, now: datetime) -> None:
    """They have not had the crisis lines: whoever was told of the crisis, or has it, hears that."""
    open_crisis = [each for each in alerts.about(db, participant_id) if each.is_crisis and not each.is_over]
    for alert in open_crisis[:1]:
        values = {"who": alias(desk, participant_id), "code": alert.code}
        told = {each.staff_id for each in pages.told(db, alert.id)}
        phones = _first_phones(db, sorted(told)) or staff.coordinators(db)
        phones = [each for each in phones if not taking.is_about(db, each.member.id, alert)]
        # no page of the alert: ON IT takes back the others, and whoever has it must hear this
        outbox.queue(db, [to_staff(desk, phone, "undelivered crisis", values, crisis=True) for phone in phones], now)


def _page_did_not_go(db: Db, desk: Desk, undelivered: Undelivered, staff_id: int, now: datetime) -> None:
    """A page that did not go out is tried by another channel at once; where there is none, the next step is due."""
    if undelivered.meaning in ADDRESS_TROUBLE:
        _warn_of(db, desk, staff_id, undelivered.address_id, now)
    concerned = [alert_id for alert_id, told in pages.alerts_of(db, undelivered.outbox_id) if told == staff_id]
    waiting = [each for each in (alerts.get(db, one) for one in concerned) if each.status is AlertStatus.OPEN]
    if not waiting:
        return
    paging = Paging(db, desk, now, waiting)
    stuck: list[int] = []
    for alert in waiting:
        mine = [each for each in pages.told(db, alert.id) if each.outbox_id == undelivered.outbox_id]
        step = mine[0].step
        other = paging.another_phone(alert, staff_id, step) if mine[0].round_at == alert.round_at else None
        if other is not None:
            paging.call(Call(alert, other, step))
        elif escalation.has_more(alert.snapshot, alert.step, is_crisis=alert.is_crisis):
            stuck.append(alert.id)
    paging.write()
    alerts.look_at(db, stuck, now)


def _warn_of(db: Db, desk: Desk, staff_id: int, address_id: int, now: datetime) -> None:
    """Coordinators hear once a day that somebody on the staff cannot be reached."""
    found = staff.load(db, [staff_id]).get(staff_id)
    if found is None:
        return
    messages = [
        to_staff(
            desk,
            phone,
            "staff unreachable",
            {"name": found.name},
            purpose=Purpose.NOTICE,
            not_before=timing.quiet_ends(now, "", desk.live.library.service),  # their alerts have moved on already
            dedupe=f"unreachable {address_id} {now:%Y-%m-%d} {phone.member.id}",
        )
        for phone in staff.coordinators(db)
        if phone.member.id != staff_id
    ]
    outbox.queue(db, messages, now)
