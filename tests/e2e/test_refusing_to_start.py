"""A start that could not serve anybody is refused: exit code 2, everything that is wrong, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.service import Service
from tests.e2e.world import World

Spoiling = Callable[[Path], None]


def rewritten(name: str, old: str, new: str) -> Spoiling:
    def spoil(content: Path) -> None:
        file = content / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (rewritten("flows/check-in.yaml", "  - ask: Hi", "  - ask Hi"), "check-in.yaml:"),
        (rewritten("flows/check-in.yaml", "close: 48 hours", "close: soon"), "check-in.yaml:"),
        (rewritten("flows/onboarding.yaml", "    must: yes\n", ""), "onboarding.yaml:"),
        (rewritten("safety/words.yaml", "en:", "en"), "words.yaml:"),
        (lambda content: (content / "flows" / "onboarding.yaml").unlink(), "onboarding"),
        (lambda content: (content / "phrases.yaml").write_bytes(b"\xff\xfe\x00" * 9), "phrases.yaml:"),
    ],
    ids=["a missing colon", "no time limit", "no must", "a missing colon in words", "no onboarding", "no text at all"],
)
async def test_broken_content_is_refused_with_its_place(tmp_path: Path, spoil: Spoiling, place: str) -> None:
    async with World(tmp_path) as world:
        spoil(world.content)
        await world.service.begins()
        assert await world.service.ends() == 2
        said = "\n".join(world.service.logged)
        assert place in said
        assert "Traceback" not in said


async def test_every_fault_of_the_content_is_told_at_once(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        rewritten("flows/check-in.yaml", "  - ask: Hi", "  - ask Hi")(world.content)
        rewritten("flows/mentor.yaml", "alert: asked for a mentor", "alert: asked for a mentr")(world.content)
        await world.service.begins()
        assert await world.service.ends() == 2
        said = "\n".join(world.service.logged)
        assert "check-in.yaml:" in said
        assert "mentor.yaml:" in said


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


async def test_a_second_service_on_the_same_database_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        await world.service.starts()
        second = Service({**world.service.settings}, tmp_path)
        await second.begins()
        code = await second.ends()
        assert code != 0
        assert "Traceback" not in "\n".join(second.logged)
        world.must_be_well()
