"""Open Referral services (Open Referral UK 3, HSDS 3, and version 1) read into initiatives.

Sources: the schemas of OpenReferralUK/uk-profile and openreferral/specification. Names and e-mail addresses of contacts
are never read, and of their numbers only those that are not a person's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from flows.directory.importing.counting import Counting
from flows.directory.importing.fields import (
    Record,
    code,
    link,
    name,
    raw,
    record,
    records,
    text,
)  # fmt: skip
from flows.directory.importing.gathering import fingerprint, number_of, venue
from flows.directory.importing.meanings import access_in, audience_in, needs_in
from flows.directory.importing.own_terms import own_terms
from flows.directory.importing.particulars import ages, assured, cost, eligibility, is_closed, terms
from flows.directory.importing.reaching import read_contact, read_phone
from flows.directory.importing.reply import Reply, error_in, read_json
from flows.directory.importing.report import Report
from flows.directory.importing.schedules import Unread, When, holidays, read_schedule
from flows.directory.importing.services import services_in
from flows.directory.importing.whereabouts import Say, in_uk, read_point, read_postcode
from flows.directory.model import Imported, Initiative, Session, Venue, own_id, weekday_part
from flows.directory.recurrence import Rule, read_rule

MOST_SESSIONS = 50_000
"""Times at which something meets, in all: each schedule may hold at each place, and a short reply asks for many."""

_MOST_TIMES = 200  # of one service: each hour of a week, and some


class _Feed(NamedTuple):
    """What is one for all the services of a source. ``zone`` is the clock of those who read it."""

    source: str
    today: date
    zone: str
    report: Report
    counting: Counting


class _Place(NamedTuple):
    """One of the places where a service is held. ``venue`` has a name at most where it is online (``virtual``)."""

    code: str
    venue: Venue | None
    virtual: bool
    access: Mapping[str, bool]
    schedules: list[Record]
    closed_on: frozenset[date]


def read_open_referral(reply: Reply, *, source: str, today: date, zone: str = "Europe/London") -> Imported:
    """The initiatives of a file, or of an API's pages (lists and items in any order), and a report by service.

    ``zone`` is the service's own clock. A service with no session that anybody could go to gives no initiative.
    """
    pages = read_json(reply)
    if isinstance(pages, str):
        return Imported(refused=pages)
    services, trouble = services_in(pages)
    if trouble:
        return Imported(refused=next(filter(None, map(error_in, pages)), trouble))
    feed = _Feed(source, today, zone, Report(), Counting())
    found: dict[str, Initiative] = {}
    times = 0
    for row, service in enumerate(services, 1):
        at = number_of(row, service, "name", "id")
        initiative = _initiative(service, feed, at)
        if initiative is None:
            continue
        found.setdefault(initiative.id, initiative)
        times += len(initiative.sessions)
        if times > MOST_SESSIONS:
            what = f"It holds more than {MOST_SESSIONS} times at which something meets"
            return Imported(refused=f"{what}: ask the source for a part of it.")
    return feed.report.done(list(found.values()))


def _initiative(service: Record, feed: _Feed, at: str) -> Initiative | None:
    """A service; None where it gives nothing to offer, which is noted."""
    called = name(service, "name")
    if not called:
        feed.report.left_out(at, "It has no name.")
        return None

    def say(what: str) -> None:
        feed.report.read_around(at, what)

    identity = _short(code(service, "id") or called.casefold())
    ours = own_terms(service)
    places = [_place(each, say) for each in records(service, "service_at_locations")]
    sessions = _sessions(service, places, feed, identity, at)
    if not sessions:
        return None
    said = eligibility(service)
    filed = terms(service)
    closed = is_closed(service, say)
    youngest, oldest = ages(service, say)
    return Initiative(
        id=own_id(feed.source, identity),
        source=feed.source,
        name=called,
        kind=ours.kind or next((term for term in filed if len(term) <= 40), ""),
        about=text(service, "description"),
        needs=ours.needs or needs_in([called, text(service, "description"), *filed]),
        audience=ours.audience or audience_in(called, said),
        min_age=youngest,
        max_age=oldest,
        eligibility=said,
        access=ours.access or _shared_access(places),
        cost=cost(service, feed.today),
        contact=read_contact(_contacts(service)),
        phone=read_phone([service, *_holders(service), record(service, "organization")]),
        link=link(service, "url", "website") or link(record(service, "organization"), "website", "url"),
        assured=assured(service, feed.today, say),
        closed=closed,
        sample=ours.sample,
        sessions=sessions,
    )


def _short(identity: str) -> str:
    """An id as it is where it is short, and its fingerprint where it is a whole address."""
    return identity if len(identity) <= 48 else hashlib.sha256(identity.encode()).hexdigest()[:32]


# ---------------------------------------------------------------- when


def _sessions(service: Record, places: list[_Place], feed: _Feed, identity: str, at: str) -> tuple[Session, ...]:
    """Each schedule at each place it holds for. A place's own schedules stand before those of the whole service."""
    closed_on = holidays(service)
    meant = list(islice(_meant(_schedules(service), places), _MOST_TIMES + 1))
    if not meant:
        feed.report.left_out(at, "It does not say when it meets.")
    if len(meant) > _MOST_TIMES:
        feed.report.read_around(at, f"It meets at more than {_MOST_TIMES} times: the first of them are read.")
        del meant[_MOST_TIMES:]
    found: dict[str, Session] = {}
    for number_in, (schedule, where) in enumerate(meant, 1):
        session = _session(schedule, where, closed_on, feed, at)
        if session is None or session in found.values():
            continue
        key, day = _key(schedule, session, where, identity), weekday_part(session.rule)
        found[f"{key}-{number_in}{day}" if key + day in found else key + day] = session
    return tuple(replace(session, id=own_id(feed.source, key)) for key, session in found.items())


def _key(schedule: Record, session: Session, where: _Place | None, identity: str) -> str:
    """What a session is known by at the next import too, whatever else the service has by then, but for its weekday.

    Where its schedule has no code, that is made from when it is; a place counts by its code, else by what it is called.
    """
    key = _short(code(schedule, "id")) or f"{identity}.{fingerprint(session.time, *_which_days(session))}"
    if where is None:
        return key
    venue = where.venue or Venue()
    return f"{key}.{fingerprint(where.code or (venue.name, venue.postcode, venue.town))}"


def _which_days(session: Session) -> Iterable[object]:
    """Which weeks or days of the month, or the one date where it has no rule."""
    rule = read_rule(session.rule) if session.rule else None
    if not isinstance(rule, Rule):
        return (session.starts,)
    return (*sorted({nth for nth, _ in rule.by_day}), *rule.by_month_day)


def _meant(whole_service: list[Record], places: list[_Place]) -> Iterator[tuple[Record, _Place | None]]:
    if not places:
        yield from ((each, None) for each in whole_service)
    for place in places:
        own = place.schedules or (each for each in whole_service if _holds_at(each, place))
        yield from ((each, place) for each in own)


def _schedules(holder: Record) -> list[Record]:
    return [*records(holder, "schedules"), *records(holder, "regular_schedules")]


def _holds_at(schedule: Record, place: _Place) -> bool:
    at = code(schedule, "service_at_location_id")
    return not at or not place.code or at == place.code


def _session(
    schedule: Record, place: _Place | None, closed_on: frozenset[date], feed: _Feed, at: str
) -> Session | None:
    when = read_schedule(schedule, feed.today, feed.zone, feed.counting)
    if isinstance(when, Unread):
        feed.report.left_out(at, when.why)
        return None
    if when.passed:
        feed.report.read_around(at, f"Its rule is weekly and has {when.passed} as well: the days of the week are kept.")
    online = when.online or (place is not None and place.virtual)
    where = place.venue if place is not None and (when.in_person or place.virtual or not online) else None
    if where is None and not online:
        feed.report.read_around(at, "It does not say where it is, so nobody near can be sent there.")
    return _on_the_wall(when, online, where, closed_on | (place.closed_on if place else frozenset()))


def _on_the_wall(when: When, online: bool, where: Venue | None, closed_on: frozenset[date]) -> Session:
    return Session(
        id="",
        rule=when.rule,
        time=when.time,
        until=when.until,
        starts=when.starts,
        except_on=when.except_on | closed_on,
        also_on=when.also_on,
        online=online,
        venue=where,
    )


# ---------------------------------------------------------------- where


def _place(held_at: Record, say: Say) -> _Place:
    """A ``service_at_location``. A postal address is for letters, and nobody is sent there."""
    location = record(held_at, "location")
    virtual = raw(location, "location_type").casefold() == "virtual"
    return _Place(
        code=code(held_at, "id"),
        venue=venue(name(location, "name"), "", "", None) if virtual else _venue(location, say),
        virtual=virtual,
        access=access_in(_about_access(location)),
        schedules=_schedules(held_at),
        closed_on=holidays(held_at, location),
    )


def _venue(location: Record, say: Say) -> Venue | None:
    if raw(location, "location_type").casefold() == "postal":
        return None
    address = _address(location)
    point = read_point(location, say)
    country = raw(address, "country").casefold()
    if point and not in_uk(point):
        say("Its place on the map lies outside the UK.")
    postcode = read_postcode(raw(address, "postal_code"), say)
    if not postcode and point is None:
        say("It has neither a postcode nor a place on the map, so nobody can be told how far it is.")
    street = name(address, "address_1")
    return venue(name(location, "name") or street, postcode if country != "us" else "", name(address, "city"), point)


def _address(location: Record) -> Record:
    listed = [*records(location, "addresses"), *records(location, "physical_addresses")]
    by_kind = {raw(each, "address_type").casefold(): each for each in reversed(listed)}
    return by_kind.get("physical") or (listed[0] if listed else {})


def _about_access(location: Record) -> Iterable[str]:
    for key in ("accessibility", "accessibility_for_disabilities"):
        for each in records(location, key):
            yield text(each, "description") or text(each, "accessibility")
            yield text(each, "details")


def _shared_access(places: Iterable[_Place]) -> dict[str, bool]:
    """What is known of every place where it is held, and is the same there: else somebody would meet a step."""
    known = [place.access for place in places if place.venue is not None and not place.virtual]
    if not known:
        return {}
    first = known[0]
    return {each: said for each, said in first.items() if all(other.get(each) == said for other in known)}


# ---------------------------------------------------------------- whom to ask


def _contacts(service: Record) -> list[Record]:
    return [each for holder in [service, *_holders(service)] for each in records(holder, "contacts")]


def _holders(service: Record) -> list[Record]:
    """The places where it is held, and their buildings: they may have a number and a front desk."""
    held = records(service, "service_at_locations")
    return [*held, *(record(each, "location") for each in held)]
