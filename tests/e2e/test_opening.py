"""The go-live gate: nobody joins until a coordinator has shown that a crisis alert reaches them."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.stories import gets_to
from tests.e2e.world import World, alert_code


async def test_nobody_joins_until_a_coordinator_has_answered_the_drill(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await world.service.starts()
        sam, kim, coordinator = world.new_phone(), world.new_chat("Kim"), world.coordinator

        for stranger in (sam, kim):
            await stranger.says("hello")
            assert "116 123" in await stranger.hears("not open yet")
            await stranger.says("JOIN")
            await stranger.hears("not open yet")
        await sam.says("gonna kms fr this time")
        assert "999" in await sam.hears()

        code = await world.pairing_code()
        await coordinator.says(str((int(code) + 1) % 10 ** len(code)).zfill(len(code)))
        await coordinator.hears()
        assert world.count("staff") == 1
        await coordinator.says("hello")
        await coordinator.hears("not open yet")

        await coordinator.says(f" {code} ")
        # an alert overtakes what is not urgent; and what Sam said is told now that there is somebody to tell
        heard = await coordinator.hears_all("now gets alerts", "TEST", "URGENT")
        drill = next(line for line in heard.split("\n") if "TEST" in line)
        await sam.says("JOIN")
        await sam.hears("not open yet")

        await sam.says(f"ON IT {alert_code(drill)}")
        await sam.hears("not open yet")
        await coordinator.says("ON IT 00")
        await coordinator.hears("can't match")
        await coordinator.says(f"on it {alert_code(drill)}.")
        await coordinator.hears("people can join now")

        await gets_to(sam, "18 or over")
        await gets_to(kim, "18 or over", telegram=True)
        world.must_be_well()


async def test_a_code_works_once(world: World) -> None:
    code, staff = await world.pairing_code(), world.count("staff")
    thief = world.new_phone()
    await thief.says(code)
    assert "now gets alerts" not in await thief.hears()
    assert world.count("staff") == staff
