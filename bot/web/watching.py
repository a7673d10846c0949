"""How the service is doing: for the host (``/health``), for the router (``/ready``), for graphs (``/metrics``)."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import logs
from bot.watching import Kind
from bot.web import proofs
from bot.web.service import SERVICE, Health

LONGEST_LOOK = 2.0  # seconds to find out how the service is; a host kills what does not answer

log = logs.get_logger(__name__)
routes = web.RouteTableDef()


@routes.get("/health")
async def health(request: web.Request) -> web.Response:
    """200 while the process lives, whatever else is wrong: a restart would mend none of it and cost messages."""
    return _report(await _look(request), status=200)


@routes.get("/ready")
async def ready(request: web.Request) -> web.Response:
    """The same JSON; 503 when messages should go elsewhere or wait."""
    found = await _look(request)
    return _report(found, status=200 if found.ready else 503)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Prometheus text. From another machine it wants ``Authorization: Bearer METRICS_TOKEN``."""
    service = request.app[SERVICE]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    shown = scheme.lower() == "bearer" and proofs.same(token.strip(), service.settings.metrics_token)
    if not shown and not _is_this_machine(request):
        raise web.HTTPForbidden(text="Set METRICS_TOKEN and send it as Authorization: Bearer.")
    return web.Response(body=generate_latest(service.metrics), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _look(request: web.Request) -> Health:
    service = request.app[SERVICE]
    try:
        return await asyncio.wait_for(service.health(), LONGEST_LOOK)
    except Exception as error:
        log.warning("health.unknown", exc_info=error)
        return Health(ready=False, version="", release="", database="away", troubles=(str(Kind.LOOK),))


def _report(found: Health, status: int) -> web.Response:
    return web.json_response(dataclasses.asdict(found), status=status, headers={"Cache-Control": "no-store"})


def _is_this_machine(request: web.Request) -> bool:
    """Called from this machine, and not by a proxy on it that speaks for somebody else."""
    if {"X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"} & set(request.headers):
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
