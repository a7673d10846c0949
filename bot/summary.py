"""The morning summary: on working days each of the staff hears what is theirs and what waits for them.

Counts and codes, nothing personal. Coordinators also hear how the service as a whole stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.desk import Desk
from bot.directory import due_in, known
from bot.saying import listed
from bot.telling import spoken, to_staff
from flows import timing
from flows.content import Service
from flows.effects import Purpose
from flows.model import Channel
from storage import alerts, directory, marks, outbox, staff, standing, submissions, taking
from storage.alerts import Alert
from storage.staff import Role, StaffPhone
from storage.statements import Db

MORNING = timedelta(hours=2)  # of the working day, in which it may still go out: later it is no morning summary
_MARK = "morning summary"
UNREAD = timedelta(hours=36)  # a source that was read since then has missed no day


def summarise(db: Db, desk: Desk, now: datetime) -> int:
    """Queue this morning's summaries, once a day; how many.

    Several workers may do it at once: a summary has one key a person and a day.
    """
    service = desk.live.library.service
    today = timing.local(now, service.time_zone).date()
    opens = timing.opens_on(today, service)
    if opens is None or not opens <= now < opens + MORNING or marks.get(db, _MARK) == today.isoformat():
        return 0
    marks.put(db, _MARK, today.isoformat(), now)
    members = [each for each in staff.everybody(db) if not each.is_away(today)]
    messages: list[outbox.Message] = []
    for phones in staff.phones(db, [each.id for each in members]).values():
        messages.extend(_to_one(db, desk, phones[0], today, opens))
    outbox.queue(db, messages, now)
    return len(messages)


def _to_one(db: Db, desk: Desk, phone: StaffPhone, today: date, opens: datetime) -> Iterable[outbox.Message]:
    member = phone.member
    theirs = [each for each in alerts.of_staff(db, member.id) if not taking.is_about(db, member.id, each)]
    if theirs:
        yield _message(desk, phone, "summary", _held_and_waiting(desk, theirs), today, opens)
    if member.role is Role.COORDINATOR:
        values = _whole_service(db, desk, today, opens)
        if values is not None:
            yield _message(desk, phone, "summary service", values, today, opens)
        waiting = submissions.count_waiting(db)
        if waiting:
            yield _message(desk, phone, "summary reviews", {"count": str(waiting)}, today, opens)
        of_directory = _directory(db, desk, today, opens)
        if of_directory is not None:
            yield _message(desk, phone, "summary directory", of_directory, today, opens)


def _held_and_waiting(desk: Desk, theirs: list[Alert]) -> dict[str, str]:
    held = [alert for alert in theirs if alert.acknowledged_by is not None]
    waiting = [alert for alert in theirs if alert.acknowledged_by is None]
    return {"held": listed(desk, held), "open": listed(desk, waiting)}


def _whole_service(db: Db, desk: Desk, today: date, opens: datetime) -> dict[str, str] | None:
    """How many alerts wait, are taken, were missed since the last working day began; None where there are none."""
    service = desk.live.library.service
    since = _last_opening(today, service)
    counts = standing.counts(db, since, opens)
    if not any(counts):
        return None
    day = spoken(desk, Channel.SMS, f"day {timing.DAYS[timing.local(since, service.time_zone).weekday()]}", {})
    return {
        "open": str(counts.open),
        "held": str(counts.held),
        "missed": str(counts.missed),
        "lost": str(counts.lost),
        "day": day,
    }


def _directory(db: Db, desk: Desk, today: date, now: datetime) -> dict[str, str] | None:
    """What is to be checked, on the first working day of a week; sources that could not be read, on every one."""
    service = desk.live.library.service
    unread = directory.unread(db, {feed.name for feed in service.sources}, now - UNREAD)
    is_first = (
        timing.local(_last_opening(today, service), service.time_zone).isocalendar()[:2] != today.isocalendar()[:2]
    )
    if not unread and not is_first:
        return None
    due = due_in(desk.directory, desk.live.library, known(db), today)
    return {"due": str(len(due)), "unread": str(unread)} if due or unread else None


def _last_opening(today: date, service: Service) -> datetime:
    """When the working day before ``today`` began; a week back where there was none."""
    for back in range(1, 15):
        opens = timing.opens_on(today - timedelta(days=back), service)
        if opens is not None:
            return opens
    return timing.at_local(today - timedelta(days=7), service.work_from, service.time_zone)


def _message(
    desk: Desk, phone: StaffPhone, phrase: str, values: dict[str, str], today: date, opens: datetime
) -> outbox.Message:
    key = f"{phrase} {phone.member.id} {today.isoformat()}"
    message = to_staff(desk, phone, phrase, values, purpose=Purpose.NOTICE, dedupe=key)
    message.expires_at = opens + 2 * MORNING
    return message
