"""Our directory as Open Referral UK 3 JSON, so that others can use it and a service can take it elsewhere.

Source: the service schema of OpenReferralUK/uk-profile. What that has no field for goes into attributes of our own
(importing/own_terms.py) and, where a rule cannot be said in its fields, into the schedule's notes: what others ignore,
our own reader takes back. No contact has a name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from uuid import NAMESPACE_URL, UUID, uuid5

from flows.directory.importing.own_terms import spelled
from flows.directory.model import Initiative, Session, Venue
from flows.directory.recurrence import WEEKDAYS, NotARule, Rule, read_rule

Json = dict[str, object]


def open_referral_uk(initiatives: Iterable[Initiative], organisation: str) -> bytes:
    """A list page that holds every service whole. ``organisation`` is who publishes it, as people know them."""
    services = [service(each, organisation) for each in initiatives]
    page: Json = {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": services,
    }
    return json.dumps(page, ensure_ascii=False, indent=1).encode()


def service(initiative: Initiative, organisation: str) -> Json:
    """One initiative. Ids are made from ours, and the same each time; one that was a UUID stays it."""
    identity = _id(initiative.id)
    places = [each for each in dict.fromkeys(map(_place_of, initiative.sessions)) if each != _NOWHERE]
    publisher = str(uuid5(NAMESPACE_URL, f"fingerpost/{organisation}"))
    found: Json = {
        "id": identity,
        "organization_id": publisher,
        "name": initiative.name,
        "description": initiative.about,
        "url": initiative.link,
        "status": "temporarily closed" if initiative.closed else "active",
        "fees": initiative.cost,
        "minimum_age": initiative.min_age,
        "maximum_age": initiative.max_age,
        "eligibility_description": initiative.eligibility,
        "assured_date": _day(initiative.assured),
        "organization": {"id": publisher, "name": organisation, "description": organisation},
        "schedules": [_schedule(each, identity) for each in initiative.sessions if _place_of(each) == _NOWHERE],
        "service_at_locations": [
            _held_at(place, number, initiative.sessions, identity) for number, place in enumerate(places)
        ],
        "attributes": _attributes(initiative, identity),
    }
    if initiative.contact:
        found["contacts"] = [{"id": _id(identity, "contact"), "service_id": identity, "title": initiative.contact}]
    if initiative.phone:
        found["phones"] = [{"id": _id(identity, "phone"), "number": initiative.phone, "type": "voice"}]
    return _said(found)


_Place = tuple[Venue | None, bool]
_NOWHERE: _Place = (None, False)


def _place_of(session: Session) -> _Place:
    return session.venue, session.online


def _held_at(place: _Place, number: int, sessions: Sequence[Session], identity: str) -> Json:
    """A ``service_at_location``, with the schedules that hold there."""
    here, location = _id(identity, "at", str(number)), _id(identity, "location", str(number))
    schedules = [
        _schedule(each, identity) | {"service_at_location_id": here} for each in sessions if _place_of(each) == place
    ]
    return {
        "id": here,
        "service_id": identity,
        "location_id": location,
        "location": _location(*place, location),
        "schedules": schedules,
    }


def _id(first: str, *parts: str) -> str:
    """A UUID: the one that an id ends in where it is itself one, else one made from it."""
    if not parts:
        try:
            return str(UUID(first.rpartition("/")[2]))
        except ValueError:
            return str(uuid5(NAMESPACE_URL, f"fingerpost/{first}"))
    return str(uuid5(UUID(first), "/".join(parts)))


def _said(record: Mapping[str, object]) -> Json:
    """What there is to say: an empty field would claim to be known."""
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(clock: time | None) -> str | None:
    return f"{clock:%H:%M}" if clock else None


# ---------------------------------------------------------------- where


def _location(venue: Venue | None, online: bool, identity: str) -> Json:
    if venue is None or (online and venue == Venue(venue.name)):
        return _said({"id": identity, "location_type": "virtual", "name": venue.name if venue else ""})
    north, east = venue.point or (None, None)
    address = {
        "id": _id(identity, "address"),
        "location_id": identity,
        "address_1": venue.name,
        "city": venue.town,
        "state_province": "",
        "postal_code": venue.postcode,
        "country": "GB",
        "address_type": "physical",
    }
    return _said(
        {
            "id": identity,
            "location_type": "physical",
            "name": venue.name,
            "latitude": north,
            "longitude": east,
            "addresses": [address],
        }
    )


# ---------------------------------------------------------------- when


def _schedule(session: Session, identity: str) -> Json:
    rule = read_rule(session.rule) if session.rule else None
    rule = None if isinstance(rule, NotARule) else rule
    if rule is not None and rule.freq == "DAILY" and rule.interval == 1 and not rule.by_day and not rule.by_month_day:
        rule = Rule("WEEKLY", by_day=tuple((0, day) for day in range(7)), until=rule.until)
    fields = _fields(rule) if rule else {}
    return _said(
        {
            "id": _id(identity, "schedule", session.id),
            "service_id": identity,
            "dtstart": _day(session.starts),
            "opens_at": _clock(session.time),
            "closes_at": _clock(session.until),
            "attending_type": _attending(session),
            "notes": _notes(session, rule if rule and not fields else None),
            **fields,
        }
    )


def _attending(session: Session) -> str:
    if not session.online:
        return "in person"
    return "in person or online" if session.venue else "online"


def _fields(rule: Rule) -> Json:
    """A rule in the fields of the UK profile, which knows weekly and monthly ones; empty where it has no words."""
    if rule.freq not in ("WEEKLY", "MONTHLY") or rule.by_month or rule.by_set_pos or rule.week_starts:
        return {}
    return {
        "freq": rule.freq,
        "interval": rule.interval,
        "byday": ",".join(f"{which or ''}{WEEKDAYS[day]}" for which, day in rule.by_day),
        "bymonthday": ",".join(map(str, rule.by_month_day)),
        "valid_to": _day(rule.until),
    }


def _notes(session: Session, rule: Rule | None) -> str:
    """What the fields cannot say, in words that a person can read as well."""
    parts = [f"Rule: {rule.written()}."] if rule else []
    different = (("Not on", session.except_on), ("Also on", session.also_on))
    parts += [f"{said} {_dates(days)}." for said, days in different if days]
    return " ".join(parts)


def _dates(days: frozenset[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))


# ---------------------------------------------------------------- for whom


def _attributes(initiative: Initiative, identity: str) -> list[Json]:
    terms = spelled(initiative.needs, initiative.audience, initiative.access, initiative.kind, initiative.sample)
    return [
        {
            "id": _id(identity, "attribute", taxonomy, term),
            "link_id": identity,
            "link_type": "service",
            "taxonomy_term": {
                "id": str(uuid5(NAMESPACE_URL, f"{taxonomy}/{term}")),
                "name": term,
                "description": f"{taxonomy}: {term}",
                "taxonomy": taxonomy,
            },
        }
        for taxonomy, term in terms
    ]
