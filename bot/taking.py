"""ON IT, PASS, DONE, LATER and REOPEN: what somebody on the staff does with an alert, and what all concerned hear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from bot import guessing
from bot.paging import Call, Paging
from bot.saying import Saying
from bot.telling import spoken
from flows import escalation, timing
from flows.model import Channel
from flows.statuses import AlertStatus, OutboxStatus
from flows.talking.staff_times import read_later
from flows.talking.staff_words import DONE, LATER, ON_IT, PASS, REOPEN, StaffWord
from storage import alerts, audit, codes, pages, people, staff, taking
from storage.alerts import Alert
from storage.staff import Role, StaffMember, StaffPhone
from storage.taking import Said

MOST_AT_ONCE = 5  # codes in one text that are acted on
HANDED_OVER_FOR = timedelta(hours=2)  # of working time, in which whoever it was handed to has it to themselves
FINISHED = "done"  # the outcome, where none was said
_UNHEARD = (OutboxStatus.QUEUED, OutboxStatus.SUPPRESSED, OutboxStatus.FAILED)


class Asked(NamedTuple):
    """A word, and the alert it was said of: by its code, by its id (a button), or by neither."""

    word: StaffWord
    code: str = ""
    alert_id: int | None = None


def act(saying: Saying, word: StaffWord, alert_id: int | None = None) -> None:
    """Do what was asked for with each alert that was named: by its id (a button), by codes, or the only one."""
    for code in word.codes[:MOST_AT_ONCE] or ("",):
        if not guessing.may_try(saying, code):
            saying.answer("staff codes rest")
            return
        _ACTS[word.word](saying, Asked(word, code, alert_id))


def _takes(saying: Saying, asked: Asked) -> None:
    """ON IT: the alert is theirs. They get the number to ring, and the others hear that somebody has it."""
    had = {each.id for each in saying.theirs() if each.acknowledged_by == saying.member.id}
    said, alert = taking.acknowledge(saying.db, saying.member, asked.code, saying.now, asked.alert_id)
    if said is not Said.TAKEN or alert is None:
        _refused(saying, said, alert, asked)
        return
    if alert.is_test:
        alerts.resolve(saying.db, alert.id, "test", saying.now, audit.staff(saying.member.id))
        saying.answer("gate opened")
        return
    saying.answer_about(alert, "alert ack")
    _gives_number(saying, alert)
    if alert.id not in had:
        _tell_who_has_it(saying, alert)


def _tell_who_has_it(saying: Saying, alert: Alert) -> None:
    """Whoever else has heard of it in this round hears that they need do nothing."""
    values = saying.names(alert) | {"owner": saying.member.name}
    saying.tell(_others_who_heard(saying, alert), "alert owner", values, urgent=alert.is_crisis)


def _others_who_heard(saying: Saying, alert: Alert) -> list[StaffPhone]:
    """The phones of whoever else has heard of it in this round."""
    heard = {
        page.staff_id
        for page in pages.told(saying.db, alert.id)
        if page.round_at == alert.round_at and page.status not in _UNHEARD
    }
    return [phones[0] for phones in staff.phones(saying.db, heard - {saying.member.id}).values()]


def _gives_number(saying: Saying, alert: Alert) -> None:
    """First name, number and safe times, where the person agreed to it; in a crisis whoever is no volunteer gets them.

    Every look is written down.
    """
    if alert.participant_id is None:
        return
    member = saying.member
    if not (alert.consented or (alert.is_crisis and not member.is_volunteer)):
        saying.answer("staff no number here" if member.role is Role.COORDINATOR else "staff no number", code=alert.code)
        return
    values, reached = people.values_of(saying.db, alert.participant_id)
    texted = next((address for channel, address in reached if channel in (Channel.SMS, Channel.PRACTICE)), "")

    def said(phrase: str) -> str:
        return spoken(saying.desk, Channel.SMS, phrase, {})

    saying.answer_about(
        alert,
        "alert contact",
        name=values.get("nickname") or said("no name given"),
        number=values.get("ring_number") or texted or said("only telegram"),
        times=values.get("safe_times") or said("times not asked"),
    )
    seen = audit.Line(audit.staff(member.id), "number.seen", alert.participant_id, {"alert": alert.id})
    audit.write(saying.db, [seen], saying.now)


# ---------------------------------------------------------------- PASS


def _passes(saying: Saying, asked: Asked) -> None:
    """PASS: the next person is told; PASS 47 TO ANNA: she is."""
    meant = _meant(saying, asked) if asked.word.name else None
    to = _named(saying, asked.word.name, meant) if meant is not None else None
    if meant is not None and to is None:
        return
    # somebody named has a while to answer before the next step; in a crisis nothing waits
    next_at = None
    if to is not None and meant is not None and not meant.is_crisis:
        next_at = timing.add_working(saying.now, HANDED_OVER_FOR, saying.desk.live.library.service)
    said, alert = taking.pass_(saying.db, saying.member, asked.code, saying.now, asked.alert_id, next_at=next_at)
    if said is not Said.PASSED or alert is None:
        _refused(saying, said, alert, asked)
    elif to is None:
        saying.answer_about(alert, "staff passed")
    else:
        _tells(saying, alert, to)
        saying.answer_about(alert, "staff handed", owner=to.name)


def _tells(saying: Saying, alert: Alert, to: StaffMember) -> None:
    """Somebody hears of an alert outside its steps, because it was handed to them."""
    paging = Paging(saying.db, saying.desk, saying.now, [alert])
    policy = escalation.policy_of(alert.snapshot, is_crisis=alert.is_crisis)
    paging.call(Call(alert, paging.phone_for(alert, policy, to.id), pages.OWED))
    paging.write()


def _named(saying: Saying, name: str, alert: Alert) -> StaffMember | None:
    """Who on the staff that is, if they can take the alert now; else the answer has been given."""
    found = [each for each in staff.everybody(saying.db) if each.name.casefold() == name]
    found = found or [each for each in staff.everybody(saying.db) if each.name.casefold().split()[:1] == name.split()]
    if len(found) != 1:
        saying.answer("staff no such name", code=alert.code)
        return None
    (to,) = found
    cannot = (
        to.id == saying.member.id
        or to.is_away(saying.today)
        or to.id not in staff.phones(saying.db, [to.id])
        or (to.is_volunteer and alert.is_crisis)
        or (not alert.consented and to.role is not Role.COORDINATOR and not alert.is_crisis)
        or taking.is_about(saying.db, to.id, alert)
    )
    if cannot:
        saying.answer("staff cannot hand", owner=to.name, code=alert.code)
        return None
    return to


# ---------------------------------------------------------------- DONE


def _finishes(saying: Saying, asked: Asked) -> None:
    """DONE: closed by whoever has it, with how it ended. A coordinator may close what another has, by its code."""
    alert = _meant(saying, asked)
    if alert is None:
        return
    member = saying.member
    owner = alert.acknowledged_by
    about_them = taking.is_about(saying.db, member.id, alert)
    if about_them or (not taking.may_take(saying.db, member, alert) and owner != member.id):
        _refused(saying, Said.NOT_THEIRS, alert, asked)
        return
    if alert.is_crisis and asked.alert_id is None and codes.rests(saying.db, saying.phone.address_id, saying.now):
        # a number can be forged, and whoever forges it has to guess: nobody's life hangs on the right guess
        saying.answer_about(alert, "staff cannot close")
        return
    if owner not in (None, member.id) and member.role is not Role.COORDINATOR:
        _refused(saying, Said.ALREADY, alert, asked)
        return
    if owner is None:
        # they rang before they said so
        taking.acknowledge(saying.db, member, alert.code, saying.now, alert.id)
    names = saying.names(alert)
    alerts.resolve(saying.db, alert.id, asked.word.outcome or FINISHED, saying.now, audit.staff(member.id))
    took = owner if owner is not None else member.id
    if alert.is_crisis and took == member.id:
        saying.answer("alert resolved crisis", **names)
    else:
        saying.answer("alert resolved", **names)
    for phone in [phones[0] for phones in staff.phones(saying.db, {took} - {member.id}).values()]:
        saying.tell([phone], "staff closed it", names | {"owner": member.name})
    if alert.is_crisis and not alert.is_test:
        _tell_that_it_is_closed(saying, alert, took, names)


def _tell_that_it_is_closed(saying: Saying, alert: Alert, took: int, names: dict[str, str]) -> None:
    """A crisis that somebody closed in another's name is seen at once by all who were paged and may open it again.

    A coordinator is asked to look after whoever took it as well; never the one whose crisis it was.
    """
    heard = {phone.member.id for phone in _others_who_heard(saying, alert)}
    taker = staff.load(saying.db, [took])[took]
    asked = [
        each
        for each in staff.coordinators(saying.db)
        if each.member.id != took and not taking.is_about(saying.db, each.member.id, alert)
    ]
    values = {"owner": taker.name, "code": names["code"]}
    saying.tell([each for each in asked if each.member.id in heard], "check on taker", values, urgent=True)
    saying.tell([each for each in asked if each.member.id not in heard], "check on taker", values)
    others = [
        phone
        for phone in _others_who_heard(saying, alert)
        if phone.member.role is not Role.COORDINATOR and taking.may_take(saying.db, phone.member, alert)
    ]
    saying.tell(others, "staff closed crisis", names | {"owner": saying.member.name}, urgent=True)


# ---------------------------------------------------------------- LATER, REOPEN


def _puts_off(saying: Saying, asked: Asked) -> None:
    """LATER 2H: it is theirs, and opens again then."""
    alert = _meant(saying, asked)
    if alert is None:
        return
    if alert.is_crisis and taking.may_take(saying.db, saying.member, alert):
        saying.answer("staff not later", code=alert.code)
        return
    any_hour = bool(alert.snapshot.get("any_hour"))
    until = read_later(asked.word.when, saying.now, saying.desk.live.library.service, any_hour=any_hour)
    if until is None:
        saying.answer("staff how long")
        return
    was_theirs = alert.acknowledged_by == saying.member.id
    said, alert = taking.snooze(saying.db, saying.member, alert.code, until, saying.now, alert.id)
    if said is not Said.TAKEN or alert is None:
        _refused(saying, said, alert, asked)
        return
    saying.answer_about(alert, "staff later", time=saying.time(until))
    if not was_theirs:
        _tell_who_has_it(saying, alert)


def _opens_again(saying: Saying, asked: Asked) -> None:
    """REOPEN 47: it was not over after all."""
    said, alert = taking.reopen(saying.db, saying.member, asked.code, saying.now, saying.desk.draw)
    if said is Said.REOPENED and alert is not None:
        saying.answer_about(alert, "staff reopened")
    elif said is Said.ALREADY and alert is not None:
        saying.answer("staff open already", code=alert.code)
    elif said is Said.NOT_THEIRS:
        _refused(saying, said, alert, asked)
    elif asked.code and (open_now := alerts.by_code(saying.db, asked.code)) is not None:
        saying.answer("staff open already", code=open_now.code)
    else:
        guessing.refused(saying, asked.code)
        saying.answer("staff cannot reopen")


# ---------------------------------------------------------------- which one


def _meant(saying: Saying, asked: Asked) -> Alert | None:
    """The alert that they mean, of any that they have or that reached them; else the answer has been given.

    Without a code it counts only where there is exactly one, and that is no crisis.
    """
    if asked.alert_id is not None:
        alert = next((each for each in alerts.unresolved(saying.db) if each.id == asked.alert_id), None)
    elif asked.code:
        alert = alerts.by_code(saying.db, asked.code)
    else:
        theirs = saying.theirs()
        if len(theirs) != 1 or theirs[0].is_crisis:
            _refused(saying, Said.WHICH if theirs else Said.NO_SUCH, None, asked)
            return None
        alert = theirs[0]
    if alert is None:
        _refused(saying, Said.NO_SUCH, None, asked)
    return alert


def _refused(saying: Saying, said: Said, alert: Alert | None, asked: Asked) -> None:
    """Why nothing was done, kindly, and what to send instead."""
    if said in (Said.NO_SUCH, Said.NOT_THEIRS):
        guessing.refused(saying, asked.code)
    if said is Said.ALREADY and alert is not None and alert.status is AlertStatus.ACKNOWLEDGED:
        since = saying.time(alert.acknowledged_at or saying.now)
        saying.answer_about(alert, "staff taken", owner=saying.owner(alert), time=since)
    elif said is Said.NOT_THEIRS:
        saying.answer("alert not yours")
    elif said is Said.NOT_LATER and alert is not None:
        saying.answer("staff not later", code=alert.code)
    elif said is Said.WHICH:
        saying.answer("staff which", codes=saying.codes(saying.theirs()))
    elif asked.alert_id is not None:
        saying.answer("staff old button")
    elif asked.code and codes.last_of(saying.db, asked.code) is not None:
        saying.answer("staff closed", code=asked.code)
    elif saying.theirs():
        saying.answer("staff unknown code", codes=saying.codes(saying.theirs()))
    else:
        saying.answer("staff nothing")


_ACTS: dict[str, Callable[[Saying, Asked], None]] = {
    ON_IT: _takes,
    PASS: _passes,
    DONE: _finishes,
    LATER: _puts_off,
    REOPEN: _opens_again,
}
