"""A start that could not serve anybody is refused: exit code 2, everything that is wrong, and where."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.service import Service
from tests.e2e.world import World

SPOILED: tuple[tuple[str, str, str], ...] = (
    ("flows/check-in.yaml", "  - ask: Hi", "  - ask Hi"),  # a missing colon
    ("flows/time.yaml", "close: 24 hours", "close: soon"),  # no time limit
    ("flows/onboarding.yaml", "    must: yes\n", ""),  # consent that a muddle could give
    ("flows/mentor.yaml", "alert: asked for a mentor", "alert: asked for a mentr"),  # tells nobody
    ("safety/words.yaml", "en:", "en"),
)


async def test_broken_content_is_refused_with_every_fault_and_its_place(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        for name, old, new in SPOILED:
            file = world.content / name
            text = file.read_text(encoding="utf-8")
            assert old in text
            file.write_text(text.replace(old, new, 1), encoding="utf-8")
        (world.content / "phrases.yaml").write_bytes(b"\xff\xfe\x00" * 9)
        (world.content / "flows" / "delete.yaml").unlink()
        await world.service.begins()
        assert await world.service.ends() == 2
        said = "\n".join(world.service.logged)
        for name in (*(name for name, _, _ in SPOILED), "phrases.yaml", "flows/delete.yaml"):
            assert re.search(rf"{name}:\d+:\d+  E  ", said), f"nothing is said about {name}\n{said}"
        assert "Traceback" not in said


async def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    service = Service(
        {
            "DATABASE_URL": "mysql://nowhere",
            "CONTENT_DIR": str(tmp_path / "nothing"),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TELEGRAM_BOT_TOKEN": "hunter2",
            "LOG_FORMAT": "xml",
        },
        tmp_path,
    )
    await service.begins()
    assert await service.ends() == 2
    said = "\n".join(service.logged)
    for name in ("DATABASE_URL", "TWILIO_AUTH_TOKEN", "TELEGRAM_BOT_TOKEN", "LOG_FORMAT", "PUBLIC_URL"):
        assert name in said
    assert "hunter2" not in said
    assert "Traceback" not in said


async def test_a_second_service_on_the_same_database_is_refused(world: World, tmp_path: Path) -> None:
    second = Service({**world.service.settings}, tmp_path)
    await second.begins()
    code = await second.ends()
    assert code != 0
    assert "Traceback" not in "\n".join(second.logged)
