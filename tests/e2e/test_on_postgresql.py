"""The same program on PostgreSQL, as the processes of the Procfile: one story from the first hello to DELETE."""

from __future__ import annotations

from pathlib import Path

from storage.fields import Keyring
from tests.e2e.service import Service
from tests.e2e.stories import joins
from tests.e2e.world import SECRET, World, alert_code
from tests.postgres import Postgres


async def a_whole_story(world: World) -> None:
    people = world.count("participants")
    phone, chat = world.new_phone(), world.new_chat()
    await joins(phone)
    await joins(chat, telegram=True)
    await phone.texts("CHECKIN", copies=3)
    await phone.hears("how are things today")
    await phone.texts("2")
    await phone.hears("What would help most")
    await phone.texts("1")
    await phone.hears("asked a mentor")
    await world.coordinator.texts(f"ON IT {world.code_of('asked for a mentor')}")
    await world.coordinator.hears(phone.number)
    await chat.types("gonna kms fr this time")
    await chat.hears("999")
    await world.coordinator.hears("URGENT")
    await phone.texts("STOP")
    await phone.texts("START")
    await phone.hears("as before")
    await phone.texts("y")
    await phone.hears("Thanks Sam")
    await phone.texts("DELETE")
    await phone.hears("can't be undone")
    await phone.texts("Y")
    await phone.hears("are deleted")
    await world.eventually(lambda: world.count("participants") == people + 1, "nothing was erased")
    world.must_be_well()


async def test_one_web_and_two_workers_share_a_database_and_one_worker_may_die(
    tmp_path: Path, postgres: Postgres, keyring: Keyring
) -> None:
    more = {
        "FINGERPOST_KEYS": keyring.format(),
        "CONSOLE_SECRET": "a secret of the console, long enough",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    with postgres.fresh(migrated=False) as url:
        async with World(tmp_path, database=url, more=more) as world:
            web = world.service
            await web.begins("web")
            assert await web.ends() == 2
            assert "fingerpost migrate" in web.output
            await web.begins("migrate")
            assert await web.ends() == 0
            workers = [Service(web.settings, tmp_path, quick=True) for _ in range(2)]
            try:
                for worker in workers:
                    await worker.begins("worker")
                await web.starts("web")
                await web.says("a power cut may lose texts")  # the server of our tests waits for no disk
                await world.coordinator.texts(await world.pairing_code())
                drill = await world.coordinator.hears("TEST")
                await world.coordinator.texts(f"ON IT {alert_code(drill)}")
                await world.coordinator.hears("people can join now")
                await a_whole_story(world)
                phone = world.new_phone()
                await phone.texts("hello")
                await phone.hears("18 or over")
                await workers[0].is_killed()
                await phone.texts("yes")
                await phone.hears("OK to start")
                assert await workers[1].stops() == 0
            finally:
                for worker in workers:
                    await worker.is_killed()
