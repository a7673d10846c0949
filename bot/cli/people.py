"""``fingerpost people``: administration without the console."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import typer

from bot import areas
from bot.app import clock
from bot.cli import days
from bot.cli.opening import library, number_of, on_the_staff, opened, service, settings, somebody
from bot.cli.written import write_new
from bot.telling import alias_letters
from flows import timing
from flows.content import Library, Variable
from flows.errors import ConfigError
from flows.reading.kinds import answer_kind
from flows.statuses import Because, PersonStatus, SlotStatus
from flows.talking import replies
from flows.talking.last_search import LAST_SEARCH
from flows.talking.rating import LOW
from flows.talking.words import Vocabulary, read_pause
from storage import (
    alerts,
    answers,
    audit,
    caseload,
    erasure,
    forgotten,
    people,
    records,
    referrals,
    sessions,
    slots,
    submissions,
    values,
)
from storage.people import Contact, PersonChange
from storage.referrals import Referral
from storage.staff import StaffMember
from storage.statements import Db


def add(number: str, nickname: str) -> None:
    """Put somebody on the list as a stranger; consent is theirs to give."""
    channel, address = number_of(number)
    now = clock()

    def unit(db: Db) -> int:
        if erasure.suppressed(db, channel, address):
            raise ConfigError(["This number asked to be left alone or to be erased. They can join by texting JOIN."])
        contact = people.create_strangers(db, [(channel, address)], now)[channel, address]
        assert contact.participant is not None
        if nickname:
            values = {**contact.participant.values, "nickname": nickname[:20]}
            people.save(db, [PersonChange(id=contact.participant.id, private=values)], now)
        audit.write(db, [audit.Line(audit.OPERATOR, "participant.added", contact.participant.id)], now)
        return contact.participant.id

    with opened() as database:
        typer.echo(f"Added, id {database.run_now(unit)}. Nothing was sent: they join by texting JOIN.")


def list_all() -> None:
    """One line a person."""
    with opened() as database:
        after, shown = 0, 0
        while batch := database.run_now(partial(records.listed, after=after)):
            for person in batch:
                typer.echo(_line(person))
            after, shown = batch[-1].id, shown + len(batch)
    if not shown:
        typer.echo("Nobody yet.")


def show(who: str, last: int | None, on: str) -> None:
    """How somebody stands, their consents and alerts, and why each day brought them a message or none.

    Seeing it is audited.
    """
    now = clock()
    content = library(settings())
    ours = content.service

    def unit(db: Db) -> list[str]:
        person = somebody(db, who)
        audit.write(db, [audit.Line(audit.OPERATOR, "participant.seen", person.id)], now)
        lines = [_line(person), *_values(person.values)]
        for name, (at, consent) in sorted(answers.consents_of(db, person.id).items()):
            lines.append(f"  {name}: {'yes' if consent.given else 'no'}, {_day(at)}, to: {consent.wording}")
        rated = areas.changes(db, content, person.id, ours.time_zone, now)
        if rated and person.values.get(areas.CONSENT) == "yes":
            lines.extend(f"  {line}" for line in areas.lines(rated))
        elif rated:
            lines.append("  self-ratings: not shown, they have not agreed to it. They can text SHARE PROGRESS.")
        for one in submissions.of(db, person.id):
            lines.append(f"  handed in {alias_letters(one.id)}: {one.queue}, {one.status}, {_day(one.made_at)}")
        lines.extend(_groups(referrals.of(db, person.id)))
        for alert in alerts.about(db, person.id):
            lines.append(f"  alert {alert.code}: {alert.policy}, {alert.status}, {_day(alert.opened_at)}")
        lines.extend(f"  {line}" for line in days.lines(db, person.id, ours, now, last, on))
        for at, line in audit.of(db, person.id, 20):
            detail = " ".join(f"{key}={value}" for key, value in line.detail.items())
            lines.append(f"  {at:%Y-%m-%d %H:%M} {line.action} {detail}".rstrip())
        return lines

    with opened() as database:
        typer.echo("\n".join(database.run_now(unit)))


def _values(values: Mapping[str, str]) -> Iterator[str]:
    """What is remembered of somebody; what they rated low only where they have agreed that it is seen."""
    unseen = {LAST_SEARCH} if values.get(areas.CONSENT) == "yes" else {LAST_SEARCH, LOW}
    yield from (f"  {name}: {value}" for name, value in sorted(values.items()) if name not in unseen)


def _groups(offered: Sequence[Referral]) -> Iterator[str]:
    """The groups that they chose and what came of each; how many others they were shown."""
    for one in offered:
        if one.chosen_at is not None:
            more = f", {one.why}" * bool(one.why) + ", wanted company" * one.company
            yield f"  group {one.group_id}: {one.status}{more}, {_day(one.chosen_at)}"
    shown = sum(one.chosen_at is None for one in offered)
    if shown:
        yield f"  groups shown and not chosen: {shown}"


def set_value(who: str, name: str, value: str) -> None:
    """Remember a value that only staff change (``set_by: staff``), or forget it where none is given."""
    content, now = library(settings()), clock()
    variables = content.variables
    variable = variables.get(name)
    theirs = sorted(each.name for each in variables.values() if each.set_by_staff)
    if variable is None or not variable.set_by_staff:
        raise ConfigError([f"{name} is not for staff to set. These are: {', '.join(theirs) or 'none'}."])
    kept = _read(variable, value, content, now.date()) if value else None
    if value and kept is None:
        raise ConfigError(
            [f"{value} does not read as {variable.kind}. Type it as a person would, a date like 2027-03-01."]
        )

    def unit(db: Db) -> None:
        person = somebody(db, who)
        known = people.load(db, [person.id])[person.id].participant if person.addresses else None
        held = {**(known.values if known is not None else person.values)}
        held.pop(name, None)
        if kept is not None:
            held[name] = kept
        private, public = values.split(held, variables)
        people.save(db, [PersonChange(id=person.id, remembered=public, private=private)], now)
        if kept is not None and variable.keep_for is not None:
            values.kept(db, [(person.id, name)], now)
        audit.write(db, [audit.Line(audit.OPERATOR, "participant.value", person.id, {"name": name})], now)

    with opened() as database:
        database.run_now(unit)
    typer.echo(f"{name} is {kept}." if kept is not None else f"{name} is forgotten.")


def _read(variable: Variable, written: str, content: Library, today: date) -> str | None:
    """A value as a person's answer would be read, or None where it cannot be one of that kind."""
    kind = answer_kind(variable)
    if kind is None:
        return written
    vocabulary = Vocabulary(content.words, {})
    heard = replies.read(kind, written, vocabulary=vocabulary, language="en", today=today, practice=True)
    return heard.value if isinstance(heard, replies.Understood) else None


def pause(who: str, until: str) -> None:
    """Start nothing with them until a day. What was asked of them is let go, as when they text PAUSE: never a miss."""
    now = clock()
    day = _day_named(until, now.date())

    def unit(db: Db) -> None:
        person = somebody(db, who)
        contact = people.load(db, [person.id]).get(person.id)
        people.save(db, [PersonChange(id=person.id, paused_until=day)], now)
        if contact is not None:
            _let_go(db, contact, now)
        audit.write(db, [audit.Line(audit.OPERATOR, "participant.paused", person.id, {"until": day.isoformat()})], now)

    with opened() as database:
        database.run_now(unit)
    typer.echo(f"Nothing is started with them before {day:%A} {day.day} {day:%B %Y}.")


def _let_go(db: Db, contact: Contact, now: datetime) -> None:
    """End their open conversation. One that somebody has while they join, or in a crisis, goes on."""
    person = contact.participant
    if contact.session is None or person is None or person.in_crisis or person.status is not PersonStatus.ACTIVE:
        return
    sessions.end(db, [sessions.Finished(contact.session_id, contact.session_version, Because.PAUSE)], now)
    if contact.slot_id is not None:
        slots.end(db, [slots.Ended(contact.slot_id, SlotStatus.EXCUSED, Because.PAUSE)], now)


def move(who: str, to: str | None, backup: str | None, zone: str) -> None:
    """Who supports somebody, and in which time zone they live. What is not named stays as it is."""
    if to is None and backup is None and not zone:
        raise ConfigError(["Nothing to change was named. Type --to MENTOR, --backup NAME or --zone Europe/Paris."])
    if zone and not timing.is_zone(zone):
        raise ConfigError([f"{zone} is no time zone. Type it like Europe/London, Europe/Paris or Asia/Kolkata."])
    caps = service(settings()).caseload
    now = clock()

    def unit(db: Db) -> list[str]:
        person = somebody(db, who)
        told: list[str] = []
        if to is not None or backup is not None:
            told += _support(db, person, to, backup, caps, now)
        if zone:
            people.save(db, [PersonChange(id=person.id, time_zone=zone)], now)
            audit.write(db, [audit.Line(audit.OPERATOR, "participant.zone", person.id, {"zone": zone})], now)
            told.append(f"Their time zone is {zone}. Check-ins are planned by it from now on.")
        return told

    with opened() as database:
        typer.echo("\n".join(database.run_now(unit)))


def _support(
    db: Db, person: records.Person, to: str | None, backup: str | None, caps: Mapping[str, int], now: datetime
) -> list[str]:
    was = caseload.of(db, person.id)
    mentor = was.mentor if to is None else _nobody_or(db, to)
    stand_in = was.backup if backup is None else _nobody_or(db, backup)
    if backup is None and mentor is not None and stand_in is not None and mentor.id == stand_in.id:
        stand_in = None  # who was the backup is the mentor now
    mentor_id = mentor.id if mentor is not None else None
    given = caseload.assign(db, person.id, mentor_id, stand_in.id if stand_in is not None else None, caps, now)
    told = [f"Mentor: {given.mentor.name if given.mentor else 'nobody'}."]
    told.append(f"Backup: {given.backup.name if given.backup else 'nobody'}.")
    if given.mentor is None:
        told.append("Their alerts go to the next step of escalation.yaml, and to coordinators in the end.")
    elif person.values.get("consent_mentor") != "yes":
        told.append("They have not agreed that a mentor may be told when they go quiet. It is asked while they join.")
    return [*told, *given.warnings]


def _nobody_or(db: Db, written: str) -> StaffMember | None:
    return None if written.casefold() in ("nobody", "none") else on_the_staff(db, written)


def export(who: str, out: Path | None) -> None:
    """Everything stored about somebody, opened."""
    now = clock()

    def unit(db: Db) -> str:
        person = somebody(db, who)
        audit.write(db, [audit.Line(audit.OPERATOR, "participant.exported", person.id)], now)
        return json.dumps(records.export(db, person.id), indent=2, ensure_ascii=False)

    with opened() as database:
        text = database.run_now(unit)
    if out is None:
        typer.echo(text)
        return
    write_new(out, text)
    typer.echo(f"Written to {out}. Only you can read it; delete it when it has been handed over.")


def erase(who: str, *, sure: bool) -> None:
    """Delete everything about somebody."""
    with opened() as database:
        person = database.run_now(lambda db: somebody(db, who))
        if not sure and not typer.confirm("This cannot be undone. Delete everything about them?"):
            typer.echo("Nothing is deleted.")
            return
        now = clock()
        done = database.run_now(lambda db: erasure.ask(db, person.id, now))
        if not done:
            typer.echo("A crisis alert about them is open. They are erased as soon as it is resolved.")
            return
        forgotten.Keeper(settings().forgotten_file).keep_now(database, now)
        database.scrub_now()
    typer.echo("Erased.")


def _line(person: records.Person) -> str:
    reached = ", ".join(f"{reach.channel} {_in_part(reach.address)}" for reach in person.addresses) or "no address"
    paused = f", paused until {person.paused_until}" if person.paused_until else ""
    joined = f", joined {_day(person.joined_at)}" if person.joined_at else ""
    return f"{person.id}  {person.status}{joined}{paused}  {reached}"


def _in_part(address: str) -> str:
    return f"({address})" if address == records.SHUT else "…" + address[-3:]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _day_named(written: str, today: date) -> date:
    try:
        day: date | None = date.fromisoformat(written)
    except ValueError:
        day = read_pause(written, today)
    if day is None or day <= today:
        raise ConfigError([f"{written} is no length or day ahead. Type 2 weeks, till monday or 2026-12-24."])
    return day
