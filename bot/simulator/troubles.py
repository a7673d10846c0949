"""What each kind of trouble does when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.simulator.faults import CARRIERS, HOUR, PROVIDERS, Spell
from bot.simulator.life import Life
from bot.simulator.population import fill_rota, operate, pair
from storage import rota
from storage.statements import Db

if TYPE_CHECKING:
    from bot.simulator.world import World

Act = Callable[["World", Spell], None]


def begin(world: World, spell: Spell) -> None:
    """It starts."""
    world.weather.on[spell] = None
    world.trace.add("fault", spell.kind, spell.channel, f"{spell.lasts / HOUR:.1f}h")
    if spell.kind in PROVIDERS:
        until = world.clock.true() + spell.lasts  # a shorter trouble within a longer one ends nothing
        world.account.disturbed_at[spell.channel] = max(until, world.account.disturbed_at.get(spell.channel, until))
        _meanwhile(world, spell)
    elif spell.kind in CARRIERS:
        pass  # each message is asked about
    elif spell.kind not in ("database busy", "commit unknown"):
        world.weather.struck[spell.kind] += 1
    act = _BEGINS.get(spell.kind)
    if act is not None:
        act(world, spell)


def _meanwhile(world: World, spell: Spell) -> None:
    """Answers wait for that channel: somebody gives up on us, and somebody needs us just then."""
    for person in list(world.people.values()):
        draw = world.chance.random()
        if person.channel == spell.channel and draw < 0.15:
            act = person.leave if draw < 0.04 else person.gives_up if draw < 0.1 else person.cry
            world.later(world.chance.random() * spell.lasts.total_seconds(), act)


def end(world: World, spell: Spell) -> None:
    """It is over."""
    world.weather.on.pop(spell, None)
    world.trace.add("fault over", spell.kind, spell.channel)
    if spell.kind in ("database busy", "commit unknown", "second worker", "crash"):
        world.disturbs_machine()
    act = _ENDS.get(spell.kind)
    if act is not None:
        act(world, spell)


# ---------------------------------------------------------------- the machine


def _crashes(world: World, spell: Spell) -> None:
    """Several deaths: some between two awaits, some around a commit or a send."""
    for _ in range(world.chance.randint(1, 6)):
        world.later(world.chance.random() * spell.lasts.total_seconds(), _crash, world)


def _crash(world: World) -> None:
    life = world.life
    if life is None:
        return
    if world.chance.random() < 0.4:
        world.weather.struck["crash at an await"] += 1
        world.dies(life)
    else:
        life.last_step = world.chance.randint(1, 12)


def _down(world: World, spell: Spell) -> None:
    if world.life is not None:
        world.dies(world.life, after=spell.lasts.total_seconds())


def _steps_clock(world: World, _: Spell) -> None:
    world.clock.wrong = timedelta(hours=world.chance.choice((1, -1)))
    world.disturbs_clock()
    world.committed()


def _sets_clock(world: World, _: Spell) -> None:
    world.clock.wrong = timedelta()
    world.disturbs_clock()
    world.committed()


def _second_begins(world: World, _: Spell) -> None:
    if world.second is None and world.life is not None:
        world._nodes += 1
        world.second = Life(world, world.engine, world._nodes)
        world.second.spawn(world.second.app.begin(recovers=False))


def _second_ends(world: World, _: Spell) -> None:
    if world.second is not None:
        world.dies(world.second)


# ---------------------------------------------------------------- phones


def _blocks(world: World, spell: Spell) -> None:
    (channel, address) = world.chance.choice(list(world.people))
    if channel == "telegram":
        world.chats.leaves(address)
        world.later(spell.lasts.total_seconds(), _unblocks, world, address)


def _unblocks(world: World, address: str) -> None:
    if address in world.chats.blocked:
        world.chats.leaves(address, back=True)


def _phone_off(world: World, spell: Spell) -> None:
    number = _some_number(world)
    world.sms.unreachable.add(number)
    world.later(spell.lasts.total_seconds(), world.sms.unreachable.discard, number)


def _opted_out(world: World, spell: Spell) -> None:
    number = _some_number(world)
    world.sms.opted_out.add(number)
    world.later(spell.lasts.total_seconds(), world.sms.opted_out.discard, number)


def _some_number(world: World) -> str:
    return world.chance.choice([address for channel, address in world.people if channel == "sms"])


# ---------------------------------------------------------------- staff and content


def _away(world: World, spell: Spell) -> None:
    worker = world.chance.choice(list(world.crew.values()))
    worker.away = True
    world.later(spell.lasts.total_seconds(), setattr, worker, "away", False)


def _staff_stops(world: World, spell: Spell) -> None:
    """A mentor sends STOP, and is invited again later."""
    mentors = [worker for worker in world.crew.values() if worker.role == "mentor"]
    worker = world.chance.choice(mentors)
    worker.say("STOP")
    world.later(spell.lasts.total_seconds(), lambda: world.spawn(pair(world, worker)))


def _empties_rota(world: World, _: Spell) -> None:
    def unit(db: Db) -> None:
        for shift in rota.everything(db):
            rota.remove(db, shift.id)

    world.spawn(operate(world, unit))


def _fills_rota(world: World, _: Spell) -> None:
    world.spawn(operate(world, lambda db: fill_rota(db, world)))


def _edits(name: str) -> Act:
    def act(world: World, _: Spell) -> None:
        _goes_live(world, name)

    return act


def _edits_back(world: World, _: Spell) -> None:
    _goes_live(world, "")


def _goes_live(world: World, name: str) -> None:
    """Another release, whatever is under way."""
    world.content.live = world.content.edited[name] if name else world.content.usual
    for life in (world.life, world.second):
        if life is not None:
            life.spawn(life.app.go_live(world.content.live))


_BEGINS: dict[str, Act] = {
    "crash": _crashes,
    "down": _down,
    "clock step": _steps_clock,
    "second worker": _second_begins,
    "blocked": _blocks,
    "phone off": _phone_off,
    "opted out": _opted_out,
    "mentor away": _away,
    "staff stop": _staff_stops,
    "rota gap": _empties_rota,
    "policy edit": _edits("policy"),
    "new release": _edits("words"),
}
_ENDS: dict[str, Act] = {
    "clock step": _sets_clock,
    "second worker": _second_ends,
    "rota gap": _fills_rota,
    "policy edit": _edits_back,
    "new release": _edits_back,
}
