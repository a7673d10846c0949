"""The directory, whatever it was read from: initiatives, where they meet, and when. What people are offered is a Group.

Times are those of the wall in the room, on the service's own clock; they never shift with summer time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import NamedTuple

from flows.content import Group
from flows.directory.recurrence import WEEKDAYS, NotARule, Rule, read_rule

Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

Clock = time  # by another name, for values that have a ``time`` of their own

CSV = "csv"
"""The source that the rows of content/directory/ come from."""

ONLINE, CLOSED = "online", "closed"
"""What ``Group.access`` calls these two: flows and coordinators ask for them by these names."""

_SAID = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Venue:
    """Where people meet. ``postcode`` is spaced as Royal Mail does, or ""; ``point`` is None where nobody knows."""

    name: str = ""
    postcode: str = ""
    town: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """When an initiative meets, once or over and over.

    ``id`` is its own over all sources, and the same at each import: bookings name it. ``rule`` is the body of an RRULE
    ("FREQ=WEEKLY;BYDAY=TU") on local dates, or "" for something that meets on ``starts`` and ``also_on`` alone. It has
    no COUNT: its UNTIL says when it ends. ``until`` may be earlier than ``time``: it ends past midnight. ``online``
    without a ``venue`` is only online.
    """

    id: str
    rule: str
    time: Clock
    until: Clock | None = None
    starts: date | None = None
    except_on: frozenset[date] = frozenset()
    also_on: frozenset[date] = frozenset()
    online: bool = False
    venue: Venue | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """Something that a person can be sent to, as one source describes it.

    ``id`` is its own over all sources and the same at each import. ``access`` has only what is known: absent is unknown
    and never a no. ``audience`` is whom it is for, "anyone" where it is for all. ``contact`` is a role ("welcome
    host"), never a person's name. ``assured`` is the date on which somebody last knew that this is true.
    """

    id: str
    source: str
    name: str
    kind: str = ""
    about: str = ""
    needs: frozenset[str] = frozenset()
    audience: frozenset[str] = frozenset({"anyone"})
    min_age: int | None = None
    max_age: int | None = None
    eligibility: str = ""
    access: Mapping[str, bool] = field(default_factory=dict)
    cost: str = ""
    contact: str = ""
    phone: str = ""
    link: str = ""
    assured: date | None = None
    closed: bool = False
    sample: bool = False  # invented: practice only, never sent to a real participant
    sessions: tuple[Session, ...] = ()


# ---------------------------------------------------------------- what an import gives


class Note(NamedTuple):
    """A line of an import's report. ``row`` says where in the source ("row 7", "service 3b1c, schedule 2").

    One line may stand for ``rows`` rows with one fault ("300 more").
    """

    row: str
    what: str  # in a sentence, without the row
    left_out: bool = False  # the row gives nothing; else it was read around
    rows: int = 1


class Imported(NamedTuple):
    """What a source's reply holds. ``refused`` says why the whole of it cannot be taken, "" where it can."""

    initiatives: tuple[Initiative, ...] = ()
    notes: tuple[Note, ...] = ()
    refused: str = ""


def own_id(source: str, name: str) -> str:
    """An id that no other source has: ``kent/3b1c``. At most 120 letters, so that it fits where ids are kept."""
    return f"{source}/{name}"[:120]


# ---------------------------------------------------------------- what people are offered


def offers(initiative: Initiative) -> tuple[Group, ...]:
    """Each of its sessions as a Group; one that meets on several weekdays as one for each, so that each has its day."""
    return tuple(
        _group(initiative, session, part, each)
        for session in initiative.sessions
        for part, each in _by_weekday(session)
    )


def all_offers(initiatives: Iterable[Initiative]) -> tuple[Group, ...]:
    """The groups of many initiatives."""
    return tuple(group for initiative in initiatives for group in offers(initiative))


def weekday_part(rule: str) -> str:
    """How the id of a session ends that meets on one weekday alone: ".tu".

    As ``offers`` ends those of a session with several: a day keeps its id when the others go, or more come.
    """
    read = read_rule(rule) if rule else None
    if not isinstance(read, Rule) or len(read.weekdays) != 1 or read.by_set_pos or read.by_month_day:
        return ""
    return f".{WEEKDAYS[read.weekdays[0]].lower()}"


def _by_weekday(session: Session) -> list[tuple[str, Rule | None]]:
    """The rules that a session comes apart into, each with the end of its id; none where its rule cannot be followed.

    A rule by the day of the month stays whole: it has no weekday.
    """
    if not session.rule:
        return [("", None)]
    rule = read_rule(session.rule)
    if isinstance(rule, NotARule) or rule.count:
        return []
    if rule.freq == "DAILY" and rule.interval == 1 and not rule.by_month_day:
        rule = replace(rule, freq="WEEKLY", by_day=rule.by_day or tuple((0, day) for day in range(7)))
    if len(rule.weekdays) < 2 or rule.by_set_pos or rule.by_month_day:
        return [("", rule)]
    return [
        (f".{WEEKDAYS[day].lower()}", replace(rule, by_day=tuple(each for each in rule.by_day if each[1] == day)))
        for day in rule.weekdays
    ]


def _group(initiative: Initiative, session: Session, part: str, rule: Rule | None) -> Group:
    venue = session.venue or Venue()
    access = dict(initiative.access)
    if session.online or ONLINE in access:
        access[ONLINE] = session.online
    if initiative.closed:
        access[CLOSED] = True
    return Group(
        id=session.id + part,
        name=initiative.name,
        kind=initiative.kind,
        day=weekday_of(rule, session.starts),
        time=session.time,
        until=session.until,
        every=said(rule, session.starts),
        postcode=venue.postcode,
        town=venue.town,
        place=venue.name,
        needs=initiative.needs,
        access=access,
        audience=";".join(sorted(initiative.audience)),
        cost=initiative.cost,
        contact=initiative.contact,
        phone=initiative.phone,
        link=initiative.link,
        source=initiative.source,
        checked=initiative.assured,
        exceptions=session.except_on,
        sample=initiative.sample,
        initiative=initiative.id,
        rule=rule.written() if rule else "",
        starts=session.starts,
        also_on=session.also_on,
        point=venue.point,
        min_age=initiative.min_age,
        max_age=initiative.max_age,
        eligibility=initiative.eligibility,
        about=initiative.about,
    )


def weekday_of(rule: Rule | None, starts: date | None) -> int | None:
    """The weekday that it always meets on (Monday is 0); None where that changes, as with "the 15th"."""
    if rule is not None and len(rule.weekdays) == 1:
        return rule.weekdays[0]
    if rule is None or (rule.freq == "WEEKLY" and not rule.by_day):
        return starts.weekday() if starts else None
    return None


def said(rule: Rule | None, starts: date | None) -> str:
    """How often, as the ``every`` column of a directory spells it; "" where the column has no words for it."""
    if rule is None or rule.by_month or rule.by_month_day or rule.by_set_pos:
        return ""
    if rule.freq == "WEEKLY":
        plain = "week" if rule.interval == 1 else f"{rule.interval} weeks"
        return f"{plain} from {starts}" if starts and rule.interval > 1 else plain
    if rule.freq == "MONTHLY" and rule.interval == 1 and len(rule.weekdays) == 1:
        which = [_SAID.get(each, "") for each, _ in rule.by_day]
        return f"{' and '.join(which)} {_DAYS[rule.weekdays[0]]}" if all(which) else ""
    return ""


# ---------------------------------------------------------------- and back


def gathered(groups: Sequence[Group]) -> tuple[Initiative, ...]:
    """The initiatives that groups are sessions of.

    Where groups of one name differ in what belongs to all of an initiative (another number to ring, say), each becomes
    one of its own, so that nothing is lost.
    """
    found: dict[str, list[list[Group]]] = {}
    for group in groups:
        alike = found.setdefault(group.initiative, [])
        same = next((each for each in alike if _shared(each[0]) == _shared(group)), None)
        if same is None:
            alike.append([group])
        else:
            same.append(group)
    return tuple(
        _initiative(own if number == 1 else f"{own}-{number}", each)
        for own, alike in found.items()
        for number, each in enumerate(alike, 1)
    )


def _shared(group: Group) -> tuple[object, ...]:
    """What all sessions of an initiative have in common, but for the day on which each was checked."""
    access = {name: yes for name, yes in group.access.items() if name != ONLINE}
    ages = (group.min_age, group.max_age, group.eligibility, group.audience)
    told = (group.kind, group.about, group.needs, group.cost, group.contact, group.phone, group.link, group.source)
    return (group.name, access, *ages, *told, group.sample)


def _initiative(own: str, groups: Sequence[Group]) -> Initiative:
    first = groups[0]
    days = [group.checked for group in groups if group.checked is not None]
    return Initiative(
        id=own,
        source=first.source,
        name=first.name,
        kind=first.kind,
        about=first.about,
        needs=first.needs,
        audience=frozenset(filter(None, map(str.strip, first.audience.split(";")))) or frozenset({"anyone"}),
        min_age=first.min_age,
        max_age=first.max_age,
        eligibility=first.eligibility,
        access={name: yes for name, yes in first.access.items() if name != CLOSED},
        cost=first.cost,
        contact=first.contact,
        phone=first.phone,
        link=first.link,
        assured=min(days) if len(days) == len(groups) else None,
        closed=first.access.get(CLOSED, False),
        sample=first.sample,
        sessions=tuple(map(_session, groups)),
    )


def _session(group: Group) -> Session:
    placed = group.postcode or group.town or group.place or group.point
    return Session(
        id=group.id,
        rule=group.rule,
        starts=group.starts,
        time=group.time,
        until=group.until,
        except_on=group.exceptions,
        also_on=group.also_on,
        online=group.access.get(ONLINE, False),
        venue=Venue(group.place, group.postcode, group.town, group.point) if placed else None,
    )
