"""Telegram by webhook, where the host cannot wait on a poll."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.stories import gets_to, joins
from tests.e2e.world import PUBLIC_URL, World, alert_code


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A service that Telegram calls, and that a coordinator has opened from there."""
    async with World(tmp_path_factory.mktemp("world"), webhook=True) as found:
        await found.service.starts()
        kim = found.new_chat("Kim")
        await kim.types(await found.pairing_code())
        drill = await kim.hears_all("now gets alerts", "TEST")
        await kim.types(f"ON IT {alert_code(drill)}")
        await kim.hears("people can join now")
        yield found


async def test_where_a_coordinator_paired_on_telegram_people_join_by_text(world: World) -> None:
    await gets_to(world.new_phone(), "18 or over")


async def test_it_is_set_with_a_secret(world: World) -> None:
    assert world.telegram.webhook["url"] == f"{PUBLIC_URL}/webhooks/telegram"
    assert world.telegram.webhook["secret_token"]
    assert world.telegram.polls == 0


async def test_somebody_joins_and_checks_in(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    await chat.types("CHECKIN")
    await chat.hears("how are things today")
    await chat.taps("4")
    await chat.hears()
    await chat.button_rests()


async def test_a_repeated_update_changes_state_once(world: World) -> None:
    chat = world.new_chat()
    update = await chat.types("hello")
    await chat.hears("18 or over")
    await world.everything_went_out()
    before = world.counts()
    for _ in range(5):
        assert await world.telegram.posts(update) == 200
    assert world.counts() == before


@pytest.mark.parametrize("secret", ["", "another", "ONLY-TELEGRAM-KNOWS", "only-telegram-know"])
async def test_a_forged_update_changes_nothing(world: World, secret: str) -> None:
    await world.everything_went_out()
    before = world.counts()
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 9, "type": "private"}, "text": "hi"},
    }
    assert await world.telegram.posts(update, secret=secret or "''") == 403
    assert world.counts() == before


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"7", b'"hello"', b"\xff\xfe", b"[" * 5000, b"{}"])
async def test_what_is_no_update_is_taken_and_not_asked_for_again(world: World, raw: bytes) -> None:
    assert await world.telegram.posts(raw) == 200


async def test_what_is_too_large_is_turned_away(world: World) -> None:
    before = world.counts()
    huge = {"update_id": 9, "message": {"text": "x" * 70_000}}
    assert await world.telegram.posts(json.dumps(huge).encode()) == 413
    assert world.counts() == before
