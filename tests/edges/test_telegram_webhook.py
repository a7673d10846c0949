"""Updates that Telegram brings: the secret first, then anything is recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.errors import StorageError
from flows.model import Channel, Heard
from tests.edges.conftest import Client
from tests.edges.front_door import BOTH, TELEGRAM_SECRET, RememberingService

PATH = "/webhooks/telegram"
PROOF = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
UPDATE = {
    "update_id": 900,
    "message": {"message_id": 5, "date": 1_790_000_000, "chat": {"id": 77, "type": "private"}, "text": "hello"},
}


async def test_an_update_with_the_secret_is_taken(client: Client, service: RememberingService) -> None:
    answer = await client.post(PATH, json=UPDATE, headers=PROOF)

    assert answer.status == 200
    [inbound] = service.taken
    assert (inbound.channel, inbound.provider_id, inbound.address) == (Channel.TELEGRAM, "900", "77")
    assert (inbound.kind, inbound.text) == (Heard.TEXT, "hello")


@pytest.mark.parametrize(
    "secret",
    [None, "", " ", TELEGRAM_SECRET[:-1], TELEGRAM_SECRET + "x", TELEGRAM_SECRET.upper(), "é", "\udcff"],
)
async def test_an_update_without_the_secret_is_refused(
    client: Client, service: RememberingService, secret: str | None
) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret.encode("utf-8", "replace").decode()}

    assert (await client.post(PATH, json=UPDATE, headers=headers)).status == 403
    assert service.taken == []


@pytest.mark.parametrize(
    "environ",
    [{}, {"TELEGRAM_BOT_TOKEN": "1:a"}, {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET}],
)
@pytest.mark.parametrize("secret", ["", TELEGRAM_SECRET])
async def test_where_no_webhook_is_set_up_nothing_comes_in_by_it(
    client: Client, service: RememberingService, environ: dict[str, str], secret: str
) -> None:
    service.environ = environ

    answer = await client.post(PATH, json=UPDATE, headers={"X-Telegram-Bot-Api-Secret-Token": secret})

    assert answer.status == 403
    assert service.taken == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b'"words"',
        b"null",
        b"\xff\xfe\x00",
        b'{"update_id": 1',
        b"[" * 30_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 7, "message": "no message"}',
        b'{"update_id": null}',
        b'{"message": {"text": "\\ud800"}}',
        b"{}",
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=klingon", "text/plain", ""])
async def test_an_authentic_update_that_cannot_be_read_is_recorded_all_the_same(
    client: Client, service: RememberingService, body: bytes, content_type: str
) -> None:
    for _ in range(2):
        assert (await client.post(PATH, data=body, headers=PROOF | {"Content-Type": content_type})).status == 200

    first, second = service.taken
    assert first.kind is Heard.OTHER
    assert 0 < len(first.provider_id) <= 80
    assert first == second


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 200), (64 * 1024 + 1, 413)])
async def test_sixty_four_kilobytes_are_the_most(
    client: Client, service: RememberingService, size: int, status: int
) -> None:
    update: dict[str, Any] = json.loads(json.dumps(UPDATE))
    update["message"]["text"] = ""
    update["message"]["text"] = "x" * (size - len(json.dumps(update)))

    answer = await client.post(PATH, data=json.dumps(update).encode(), headers=PROOF)

    assert answer.status == status
    assert len(service.taken) == (status == 200)


async def test_an_update_that_could_not_be_stored_is_asked_for_again(
    client: Client, service: RememberingService
) -> None:
    service.will_raise = StorageError("the database is away")

    assert (await client.post(PATH, json=UPDATE, headers=PROOF)).status == 503


def test_the_settings_here_are_good_ones() -> None:
    assert RememberingService(environ=BOTH).settings.telegram is not None
