"""/health while the process lives, /ready while it should be given work, /metrics for whoever may look."""

from __future__ import annotations

import pytest
from prometheus_client import Counter

from bot.web.service import Health
from tests.edges.conftest import Client
from tests.edges.front_door import BOTH, RememberingService

STALLED = Health(
    ready=False,
    version="0.1.0",
    release="abc",
    database="postgresql",
    last_tick_seconds=600.0,
    oldest_outbox_seconds=599.5,
    troubles=("ticks stall",),
)


def _fall_over() -> None:
    raise RuntimeError("the database thread has died")


async def test_health_is_200_and_ready_503_when_ticks_stall(client: Client, service: RememberingService) -> None:
    service.healthy = STALLED

    health, ready = await client.get("/health"), await client.get("/ready")

    assert (health.status, ready.status) == (200, 503)
    said = await health.json()
    assert said == await ready.json()
    assert {"version", "release", "database", "last_tick_seconds", "oldest_outbox_seconds"} <= set(said)
    assert said["oldest_outbox_seconds"] == 599.5


async def test_both_are_200_when_all_is_well(client: Client) -> None:
    assert [(await client.get(path)).status for path in ("/health", "/ready")] == [200, 200]


async def test_health_answers_even_when_nothing_can_be_found_out(client: Client, service: RememberingService) -> None:
    service.look = _fall_over

    health, ready = await client.get("/health"), await client.get("/ready")

    assert (health.status, ready.status) == (200, 503)
    assert (await health.json())["database"] == "away"


async def test_metrics_are_open_to_this_machine(client: Client, service: RememberingService) -> None:
    Counter("fingerpost_tests_total", "of tests", registry=service.metrics).inc()

    answer = await client.get("/metrics")

    assert answer.status == 200
    assert "fingerpost_tests_total 1.0" in await answer.text()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "x-real-ip", "Via"])
@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 403),
        ("", 403),
        ("Bearer ", 403),
        ("Bearer wrong", 403),
        ("let-me-look", 403),
        ("Basic let-me-look", 403),
        ("Bearer let-me-look", 200),
        ("bearer let-me-look", 200),
    ],
)
async def test_through_a_proxy_metrics_want_the_token(
    client: Client, service: RememberingService, header: str, authorization: str | None, status: int
) -> None:
    service.environ = {**BOTH, "METRICS_TOKEN": "let-me-look"}
    headers = {header: "198.51.100.7"} | ({} if authorization is None else {"Authorization": authorization})

    assert (await client.get("/metrics", headers=headers)).status == status


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer None"])
async def test_no_token_set_opens_metrics_to_nobody_else(client: Client, authorization: str) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "Authorization": authorization}

    assert (await client.get("/metrics", headers=headers)).status == 403


@pytest.mark.parametrize("path", ["/", "/webhooks", "/webhooks/twilio", "/.env", "/practice", "/%00", "/health/"])
async def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404
