"""``/practice``: a phone in the browser. Only in practice mode, only for this machine, and no real channel in reach."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot import charts
from bot.app import App
from bot.practice import guard, panels
from bot.practice.phones import NUMBERS, Bubble, Phone, State, cost, day_of, parts_and_price, spoken
from bot.practice.room import LONGEST_TEXT, Room
from flows import timing
from flows.model import Look
from storage.due import Due, Waits

STATIC = {"phone.css": "text/css", "phone.js": "text/javascript", "icon.svg": "image/svg+xml"}
MOST_HOURS = 24 * 7  # that the clock moves in one go
LONGEST_TAP = 64  # bytes in a button, as on Telegram

_WAITS = {
    Waits.QUESTION: "a question still has no answer",
    Waits.BOOKING: "a planned conversation begins",
    Waits.MESSAGE: "a held message goes out",
    Waits.CHECK_IN: "somebody's next check-in",
    Waits.HELD: "a check-in that had to wait",
    Waits.ALERT: "an alert moves on",
}

Fields = dict[str, Any]
Door = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_practice(application: web.Application, app: App) -> None:
    """Add the page and what its script asks for."""
    pages = Pages(Room(app))
    application.on_startup.append(pages.restore)
    application.router.add_get("/practice", pages.guarded(pages.page))
    application.router.add_get("/practice/static/{name}", pages.guarded(pages.static))
    application.router.add_get("/practice/messages", pages.guarded(pages.messages))
    application.router.add_get("/practice/picture/{key}", pages.guarded(pages.picture))
    application.router.add_get("/practice/map", pages.guarded(pages.map))
    for name, door in (("send", pages.send), ("tap", pages.tap), ("clock", pages.clock)):
        application.router.add_post(f"/practice/{name}", pages.guarded(door))


class Refused(Exception):
    """What was asked cannot be done; the words say why, to a person."""


class Pages:
    """What answers below /practice."""

    def __init__(self, room: Room) -> None:
        self.room = room
        folder = files("bot.practice") / "static"
        self._page = (folder / "page.html").read_text(encoding="utf-8")
        self._static = {name: (folder / name).read_text(encoding="utf-8") for name in STATIC}

    async def restore(self, _: web.Application) -> None:
        await self.room.restore()

    def guarded(self, door: Door) -> Door:
        """Let in only our own page on this machine, and answer whatever else comes in a sentence."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            settings = self.room.app.settings
            named_us = guard.is_at_home(request.headers.get("Host", ""), settings.host)
            if not named_us or not guard.is_near(request.remote, settings.given):
                return _refusal(403, "Practice is for this machine: open it as http://127.0.0.1 with the same port.")
            if request.method == "POST" and not guard.is_our_page(request):
                return _refusal(403, "Only the practice page itself can do that.")
            try:
                response = await door(request)
            except Refused as refused:
                return _refusal(400, str(refused))
            except web.HTTPRequestEntityTooLarge:
                return _refusal(413, "That is too long for a text message.")
            except web.HTTPNotFound:
                return _refusal(404, "There is nothing here.")
            response.headers.update(guard.HEADERS)
            return response

        return guarded

    # ------------------------------------------------------------ doors

    async def page(self, _: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        return web.Response(text=self._static[name], content_type=STATIC[name])

    async def messages(self, request: web.Request) -> web.Response:
        phone = _phone(dict(request.query))
        return await self.state(phone, after=request.query.get("after", ""))

    async def picture(self, request: web.Request) -> web.Response:
        """The picture that came with a message, drawn as it is for Telegram."""
        phone, key = _phone(dict(request.query)), request.match_info["key"]
        shown = next((each.picture for each in self.room.memory.bubbles(phone) if each.key == key), None)
        if shown is None:
            raise web.HTTPNotFound
        return web.Response(body=await asyncio.to_thread(charts.draw, shown), content_type="image/png")

    async def map(self, request: web.Request) -> web.Response:
        return web.json_response(panels.map_of(self.room.app.desk.live.library, request.query.get("flow", "")))

    async def send(self, request: web.Request) -> web.Response:
        fields = await _fields(request)
        phone, text = _phone(fields), _text(fields, "text")
        if not text.strip():
            raise Refused("Type something first.")
        if len(text) > LONGEST_TEXT:
            raise Refused(f"A text can be {LONGEST_TEXT} characters long, and this one has {len(text)}.")
        await self.room.send(phone, text)
        return await self.state(phone)

    async def tap(self, request: web.Request) -> web.Response:
        fields = await _fields(request)
        phone, data = _phone(fields), _text(fields, "data")
        if phone.look is not Look.TELEGRAM:
            raise Refused("SMS has no buttons. Type the answer, or choose Telegram.")
        if ":" not in data or len(data.encode(errors="replace")) > LONGEST_TAP:
            raise Refused("That is not one of the buttons.")
        await self.room.tap(phone, data)
        return await self.state(phone)

    async def clock(self, request: web.Request) -> web.Response:
        fields = await _fields(request)
        phone = _phone(fields)
        await self.room.move(await self._target(fields))
        return await self.state(phone)

    async def _target(self, fields: Fields) -> datetime:
        if fields.get("until") == "next":
            coming = await self.room.coming()
            if coming is None:
                raise Refused("Nothing is waiting to happen. Text the bot first.")
            return coming.at
        hours = fields.get("hours")
        if not isinstance(hours, int) or isinstance(hours, bool) or not 1 <= hours <= MOST_HOURS:
            raise Refused(f"Move the clock on by 1 to {MOST_HOURS} whole hours.")
        return self.room.clock() + timedelta(hours=hours)

    # ------------------------------------------------------------ what the page shows

    async def state(self, phone: Phone, after: str = "") -> web.Response:
        """Everything on the screen; the messages are left out when ``after`` names what they still are."""
        bubbles = await self.room.look(phone)
        shown = [self._shown(phone, bubble) for bubble in bubbles]
        version = hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]
        library = self.room.app.desk.live.library
        service = library.service
        now = self.room.clock()
        coming = await self.room.coming()
        quiet = timing.is_quiet(now, "", service)
        behind = await self.room.behind(phone)
        return web.json_response(
            {
                "service": service.name,
                "version": version,
                "now": spoken(self._local(now), year=True),
                "quiet": f"Quiet hours until {service.quiet_to:%H:%M}: the bot starts nothing." if quiet else "",
                "next": self._next(coming),
                "total": cost(bubbles, service.price_per_text, phone.look),
                "where": panels.where(behind.session, library),
                "alerts": [
                    *panels.alerts_of(behind.alerts, self._local),
                    *panels.handed_in(behind.submissions, self._local),
                ],
                "saved": panels.saved(self.room.app.watch, library),
                "messages": None if after == version else shown,
            }
        )

    def _shown(self, phone: Phone, bubble: Bubble) -> Fields:
        per_text = self.room.app.desk.live.library.service.price_per_text
        return {
            "key": bubble.key,
            "mine": bubble.mine,
            "text": bubble.text,
            "day": day_of(self._local(bubble.at)),
            "at": f"{self._local(bubble.at):%H:%M}",
            "buttons": [{"label": button.label, "data": button.data} for button in bubble.buttons],
            "picture": f"/practice/picture/{bubble.key}?{urlencode(_named(phone))}" if bubble.picture else "",
            "state": bubble.state,
            "note": self._note(phone, bubble, per_text),
        }

    def _note(self, phone: Phone, bubble: Bubble, per_text: int) -> str:
        match bubble.state:
            case State.SENT:
                return parts_and_price(bubble, per_text, phone.look)
            case State.WAITING:
                return "on its way"
            case State.HELD if bubble.until is not None:
                return f"held until {self._local(bubble.until):%A %H:%M}: the bot starts nothing in quiet hours"
            case State.UNKNOWN:
                return f"perhaps sent: {bubble.why}"
            case _:
                return f"not sent: {bubble.why}"

    def _next(self, coming: Due | None) -> str:
        if coming is None:
            return "Nothing is waiting to happen."
        return f"Next: {spoken(self._local(coming.at))}, {_WAITS[coming.what]}."

    def _local(self, at: datetime) -> datetime:
        return timing.local(at, self.room.app.desk.live.library.service.time_zone)


def _refusal(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status, headers=guard.HEADERS)


async def _fields(request: web.Request) -> Fields:
    raw = await request.read()
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("That could not be read.") from None
    if not isinstance(fields, dict):
        raise Refused("That could not be read.")
    return fields


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _named(phone: Phone) -> dict[str, str]:
    """How the page names a phone."""
    return {"phone": phone.number, "look": str(phone.look)}


def _phone(fields: Fields) -> Phone:
    number, look = fields.get("phone"), fields.get("look")
    if number not in NUMBERS:
        raise Refused(f"Choose one of the practice phones, {NUMBERS[0]} to {NUMBERS[-1]}.")
    if look not in tuple(Look):
        raise Refused("Choose how the phone looks: sms or telegram.")
    return Phone(number, Look(look))
