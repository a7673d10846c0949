"""Directories of somebody else's: a server that answers as it is told to, and feeds of invented groups."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = bytes | int | str
"""A body; a status to answer with; or, as text that starts with /, where to send whoever asks."""


NEWER = zlib.compress(b"[99]")
"""A stored directory of a form that this program does not know."""


@dataclass
class Source:
    """``answers`` by path and query; what is not there is 404. ``asked`` is every request so far."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        found = self.answers.get(request.path_qs, 404)
        if isinstance(found, int):
            return web.Response(status=found)
        if isinstance(found, str):
            return web.Response(status=302, headers={"Location": found})
        return web.Response(body=found)


@asynccontextmanager
async def serving(answers: Mapping[str, Answer]) -> AsyncIterator[Source]:
    """The server, for as long as the block lasts."""
    source = Source(dict(answers))
    app = web.Application()
    app.router.add_get("/{rest:.*}", source.answer)
    server = TestServer(app)
    await server.start_server()
    source.url = str(server.make_url("")).rstrip("/")
    try:
        yield source
    finally:
        await server.close()


def meetings(count: int, *, time: str = "19:00", phone: str = "") -> bytes:
    """Meeting Guide JSON of so many invented meetings in Tonbridge."""
    rows = [
        {
            "slug": f"meeting-{number}",
            "name": f"Meeting {number}",
            "day": number % 7,
            "time": time,
            "formatted_address": f"{number} High St, Tonbridge TN9 1AA, UK",
            "latitude": 51.195,
            "longitude": 0.274,
            "updated": "2026-10-01 09:00:00",
            "types": ["O"],
            "entity_phone": phone,
        }
        for number in range(count)
    ]
    return json.dumps(rows).encode()


def listed(services: list[object], page: int = 1, of: int = 1) -> bytes:
    """A page of an Open Referral UK API."""
    return json.dumps({"total_pages": of, "page_number": page, "size": 50, "contents": services}).encode()
