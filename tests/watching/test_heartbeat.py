"""The heartbeat is heard while all is well, and at no other time: each trouble is planted, and stops it."""

from __future__ import annotations

import pytest

from bot.watching import STOPS_NO_HEARTBEAT, Kind
from tests.watching.plants import PLANTS
from tests.watching.tower import Tower

ROUNDS = 5  # of twenty-one troubles each: more than a hundred in all


def test_every_trouble_is_planted() -> None:
    assert set(PLANTS) == set(Kind) - STOPS_NO_HEARTBEAT, "those have tests of their own"
    assert len(PLANTS) * ROUNDS >= 100


@pytest.mark.parametrize("kind", PLANTS)
async def test_a_planted_trouble_stops_the_heartbeat_and_its_cure_brings_it_back(tower: Tower, kind: Kind) -> None:
    if kind is Kind.DISK and tower.app.settings.database_file is None:
        pytest.skip("the disk of a PostgreSQL server is not ours to look at")
    assert await tower.minute() == 1, await tower.troubles()
    for _ in range(ROUNDS):
        cure = await PLANTS[kind](tower)
        try:
            assert await tower.minute() == 0, f"{kind} did not stop it"
            assert await tower.minute() == 0, f"{kind} stopped it for a minute only"
            found = await tower.troubles()
        finally:
            await cure()
        await tower.told()
        assert any(trouble.startswith(kind) for trouble in found), found
        assert await tower.minute() == 1, await tower.troubles()
