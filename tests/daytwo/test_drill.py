"""The night that the server is lost: a backup is put back, sends nothing, erases again, and is armed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import backing_up, doctor
from bot.cli.findings import Level
from flows.effects import Purpose
from flows.model import Channel
from storage import outbox, plans, tables
from storage.fields import Keyring
from storage.statements import Db
from tests.daytwo.conftest import Machine, Places
from tests.fakes.phones import Phone
from tests.inprocess.town import Town, unhurried
from tests.shipped import CONTENT, shipped
from tests.storage.scene import NOW, coordinator, meet, participant, person_id, to

WAITED = "this has waited since before the backup"
HOUR = timedelta(hours=1)
EVERY_LANE = (Purpose.CRISIS, Purpose.REPLY, Purpose.STARTED)


def a_town(machine: Machine, keyring: Keyring, now: datetime) -> Town:
    town = Town(machine.url, keyring, shipped(), CONTENT)
    town.clock.now = now
    return town


async def ticks(town: Town) -> None:
    """All that time brings, as the clockwork does it."""
    await town.app.delivery.cycle()
    for name in town.app.clockwork.ticks():
        await town.app.clockwork.run(name)
    town.app.delivery.wake.set()
    await town.rests()


async def a_week_passes(town: Town) -> None:
    """And a day. Looked at every morning, half an hour after check-ins fall due."""
    town.clock.now += HOUR / 2
    for _ in range(8):
        town.clock.now += 24 * HOUR
        await ticks(town)


def something_waits(town: Town, phone: Phone) -> None:
    """Messages of every urgency, for an hour that comes after the backup."""

    def unit(db: Db) -> None:
        outbox.queue(db, [to(sam, purpose, WAITED, not_before=later) for purpose in EVERY_LANE], town.clock.now)

    later = town.clock.now + HOUR
    sam = meet(town.database, (Channel.SMS, phone.number))[Channel.SMS, phone.number]
    town.database.run_now(unit)


def have_joined(town: Town, phone: Phone) -> None:
    """As after joining, with check-ins and a mentor told."""
    agreed = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes", "checkin_time": "monday 10:00"}
    who = person_id(participant(town.database, (Channel.SMS, phone.number), remembered=agreed))
    town.database.run_now(lambda db: plans.again(db, [who], town.clock.now))


def sent_to(town: Town, phone: Phone) -> list[str]:
    return [form["Body"] for form in town.twilio.requests if form["To"] == phone.number]


async def test_a_backup_put_back_sends_nothing_until_it_is_armed_and_keeps_to_who_left(
    places: Places, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second, listed = places.first, places.second, tmp_path / "listed"
    now: datetime = NOW
    monkeypatch.setattr(backing_up, "clock", lambda: now)
    with unhurried():
        async with a_town(first, keyring, now) as town:
            coordinator(town.database, (Channel.SMS, town.coordinator.number))
            sam, una, ben, kim = (town.new_phone() for _ in range(4))
            for phone in (sam, una, ben, kim):
                have_joined(town, phone)
            something_waits(town, sam)
            now = town.clock.now
            assert first.types("backup", places.backup) == 0, first.wrong
            town.clock.now += timedelta(minutes=30)
            await una.says("DELETE")
            await una.hears("can't be undone")
            await una.says("Y")
            await una.hears("are deleted")
            await ben.says("STOP")
            await ticks(town)
            await ticks(town)
            hers = town.database.vault.blind("sms", una.number)
            assert first.types("people", "forgotten", listed) == 0, first.wrong
            theirs = dict(town.twilio.messages)
        if first.url.startswith("sqlite"):
            listed = Path(first.url.removeprefix("sqlite:///")).with_suffix(".forgotten")  # the service kept it itself

        now += 24 * HOUR
        assert second.types("restore", places.backup, "--forgotten", listed) == 0, second.wrong
        assert "1 erased, 1 stopped" in second.says
        assert "sends nothing yet" in second.says

        async with a_town(second, keyring, now) as town:
            town.twilio.messages.update(theirs)  # Twilio forgets nothing when we do
            sam, una, ben, kim = (town.twilio.phone(phone.number) for phone in (sam, una, ben, kim))
            blinds = [row.blind for row in town.rows(select(tables.addresses.c.blind))]
            assert hers not in blinds
            await a_week_passes(town)  # past every check-in, nudge, close and alert that it holds
            assert town.twilio.requests == []
            assert "a copy that is not armed" in (await town.app.health()).troubles
            assert (await town.app.health()).ready
            [found, *_] = doctor.copies(town.database, town.app.settings, now)
            assert found.level is Level.STOP
            assert "fingerpost arm" in found.cure

            await kim.says("MENU")
            await sam.says("gonna kms fr this time")
            await sam.hears("999")
            await town.coordinator.hears("URGENT")
            assert sent_to(town, kim) == []
            before = len(sent_to(town, town.coordinator))
            town.clock.now += timedelta(minutes=6)
            await ticks(town)
            assert len(sent_to(town, town.coordinator)) > before, "a crisis of today is told again, armed or not"
            assert len({form["To"] for form in town.twilio.requests}) == 2

            now = town.clock.now
            assert second.types("arm") == 0, second.wrong
            assert "Armed." in second.says
            await ticks(town)
            await kim.hears()
            await a_week_passes(town)
            assert not [form for form in town.twilio.requests if WAITED in form["Body"]]
            assert any("how are" in words.casefold() for words in sent_to(town, kim)), sent_to(town, kim)
            assert sent_to(town, una) == sent_to(town, ben) == []
            assert hers not in [row.blind for row in town.rows(select(tables.addresses.c.blind))]
            slots = town.rows(select(tables.slots).where(tables.slots.c.due_at < now))
            assert {row.status for row in slots} <= {"excused", "answered", "partly"}, slots
            assert "a copy that is not armed" not in (await town.app.health()).troubles
            assert second.types("arm") == 0
            assert "Nothing to do" in second.says
