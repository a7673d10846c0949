"""How a world is settled: the first coordinator pairs, staff follow, and people begin to text."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.simulator.crew import Worker
from bot.simulator.people import Person, habits
from flows.errors import Refused
from flows.model import Channel
from flows.statuses import StaffStatus
from storage import caseload, people, rota, staff, tables
from storage.database import Unit
from storage.staff import Role
from storage.statements import Db

if TYPE_CHECKING:
    from bot.simulator.world import World

T = TypeVar("T")
# half of them have another date than London for a part of the day in which check-ins go out
FAR = ("Asia/Kolkata", "America/New_York", "Pacific/Auckland", "Pacific/Apia", "America/St_Johns", "Pacific/Honolulu")
MENTORS = 4
CAPS = {"volunteer": 8, "paid": 15}
GAP = (6, 1)  # nobody is on duty on Sunday nights


async def operate(world: World, unit: Unit[T]) -> T | None:
    """What an operator does at the command line; again a little later where the database does not take it."""
    for _ in range(200):
        life = world.life
        if life is not None:
            task = life.spawn(life.database.run(unit))
            await asyncio.wait({task})
            if not task.cancelled() and task.exception() is None:
                return task.result()
        await asyncio.sleep(30)
    return None


async def settle(world: World) -> None:
    """Staff first, because nobody can join before a coordinator has answered the drill."""
    chance = world.chance
    lead = _worker(world, 0, "coordinator", paid=True)
    life = world.life
    assert life is not None
    code = await life.spawn(life.app.first_coordinator_code())
    lead.say(code)
    await asyncio.sleep(3600)
    (found,) = world.sql("SELECT id FROM staff")
    lead.staff_id = found[0]
    for number in range(1, 3 + MENTORS):
        role = "coordinator" if number < 3 else "mentor"
        worker = _worker(world, number, role, paid=role == "coordinator" or number % 2 == 0)
        await pair(world, worker)
    await asyncio.sleep(600)
    await operate(world, lambda db: fill_rota(db, world))
    for number in range(world.how_many):
        person = _person(world, number)
        world.later(chance.uniform(0, 60) * 3600, person.say, chance.choice(("hello", "JOIN", "hi there", "START")))
        world.later(chance.uniform(70, 90) * 3600, person.day)
    world.later(7200, _keeps_lists, world)
    for person in world.people.values():
        if person.zone.key != "Europe/London":
            world.later(chance.uniform(24, 120) * 3600, _told_where, world, person)


def _worker(world: World, number: int, role: str, *, paid: bool) -> Worker:
    by_chat = number % 3 == 2
    channel, address = ("telegram", str(9000 + number)) if by_chat else ("sms", f"+4477009009{number:02}")
    chance = world.chance
    worker = Worker(
        world,
        f"Worker{number}",
        role,
        paid,
        channel,
        address,
        prompt=0.9 if number == 0 else chance.choice((0.9, 0.7, 0.5, 0.2)),
        careless=chance.choice((0.0, 0.1, 0.3)),
    )
    world.crew[channel, address] = worker
    return worker


async def pair(world: World, worker: Worker) -> None:
    """The operator invites somebody (again), who texts the code back."""

    def unit(db: Db) -> tuple[int, str]:
        now = world.clock()
        address_id = people.address(db, Channel(worker.channel), worker.address, now)
        draw = world.chance.randrange
        if not worker.staff_id:
            code = staff.add(db, worker.name, Role(worker.role), address_id, now, draw, paid=worker.paid)
            found = db.connection.execute(
                select(tables.addresses.c.staff_id).where(tables.addresses.c.id == address_id)
            ).scalar_one()
            return int(found), code
        return worker.staff_id, staff.new_code(db, worker.staff_id, now, draw)

    found = await operate(world, unit)
    if found is not None:
        worker.staff_id = found[0]
        worker.say(found[1])


def fill_rota(db: Db, world: World) -> None:
    """Coordinators share the days and nights; some hours have two, and one night a week has nobody."""
    duty = [worker.staff_id for worker in world.crew.values() if worker.role == "coordinator"]
    now = world.clock()
    for weekday in range(7):
        for shift, (starts, ends) in enumerate(((8 * 60, 20 * 60), (20 * 60, 8 * 60))):
            if (weekday, shift) == GAP:
                continue
            first, second = duty[(weekday + shift) % len(duty)], duty[(weekday + shift + 1) % len(duty)]
            for who in (first, second)[: 1 + weekday % 2]:
                rota.add(db, who, weekday, starts, ends, now, first_day=now.date())


def _person(world: World, number: int) -> Person:
    chance = world.chance
    by_chat = chance.random() < 0.3
    channel, address = ("telegram", str(1000 + number)) if by_chat else ("sms", f"+447700900{number:03}")
    zone = ZoneInfo(chance.choice(FAR)) if chance.random() < 0.35 else ZoneInfo("Europe/London")
    person = Person(world, f"P{number}", channel, address, zone, habits(world))
    person.wants = {
        "checkins": "Y" if chance.random() < 0.9 else "N",
        "mentor": "Y" if chance.random() < 0.7 else "N",
    }
    world.people[channel, address] = person
    return person


def _told_where(world: World, person: Person) -> None:
    """Somebody at the service enters where they live."""
    if not person.gone:
        world.spawn(_enter_zone(world, person))


async def _enter_zone(world: World, person: Person) -> None:
    def unit(db: Db) -> bool:
        contact = people.meet(db, [(Channel(person.channel), person.address)]).get(
            (Channel(person.channel), person.address)
        )
        if contact is None or contact.participant is None or contact.participant.joined_at is None:
            return False
        people.save(db, [people.PersonChange(id=contact.participant.id, time_zone=person.zone.key)], world.clock())
        person.zone_told_of = contact.participant.id
        return True

    if await operate(world, unit):
        world.moves(person, person.zone)


def _keeps_lists(world: World) -> None:
    """Every few hours a coordinator gives those who have joined a mentor."""
    world.later(timedelta(hours=6).total_seconds(), _keeps_lists, world)
    world.spawn(operate(world, lambda db: _assign(db, world)))


def _assign(db: Db, world: World) -> None:
    mentors = [
        row[0]
        for row in db.connection.execute(
            select(tables.staff.c.id)
            .where(tables.staff.c.role == Role.MENTOR, tables.staff.c.status == StaffStatus.CONFIRMED)
            .order_by(tables.staff.c.id)
        )
    ]
    without = select(tables.participants.c.id).where(
        tables.participants.c.mentor_id.is_(None), tables.participants.c.joined_at.is_not(None)
    )
    for (participant_id,) in db.connection.execute(without.order_by(tables.participants.c.id)).all():
        if len(mentors) < 2 or world.chance.random() < 0.2:
            continue  # some have no mentor
        mentor, backup = world.chance.sample(mentors, 2)
        with contextlib.suppress(Refused):  # over the cap
            caseload.assign(db, participant_id, mentor, backup, CAPS, world.clock())
