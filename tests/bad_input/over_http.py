"""Requests that are no webhook of a provider's, or hardly HTTP."""

from __future__ import annotations

from tests.bad_input.house import MESSAGE, UPDATE, House
from tests.bad_input.kinds import REFUSED, UNCHANGED, Group
from tests.edges.front_door import form

GROUP = Group("HTTP")
HOST = b"Host: bot.example.org\r\n"
NOBODY_SPOKE = "nothing: nobody spoke"


@GROUP.of("GET, PUT and DELETE where a webhook is posted", NOBODY_SPOKE, f"`405`; {UNCHANGED}")
async def _(house: House) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert await house.asks(method, MESSAGE) == 405


@GROUP.of("A path that is not there, and one that climbs out", NOBODY_SPOKE, f"`404`; {UNCHANGED}")
async def _(house: House) -> None:
    assert await house.asks("POST", "/webhooks/nobody", data=b"x") == 404
    assert await house.sends_raw(b"GET /webhooks/../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n") == 404


@GROUP.of("A text that nobody signed", "nothing: it may be anybody's", REFUSED)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    assert await house.asks("POST", MESSAGE, data=form(fields)) == 403


@GROUP.of("A signed text whose words were changed on the way", "nothing: it may be anybody's", REFUSED)
async def _(house: House) -> None:
    fields = house.phone().form("yes")
    assert await house.calls(fields | {"Body": "no"}, signed=fields) == 403


@GROUP.of("A form that says it is JSON", "read as the form that it is: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at("OK to start")
    assert await house.calls(phone.form("yes"), headers={"Content-Type": "application/json"}) == 200


@GROUP.of(
    "A body that lies about its packing",
    "nothing: it cannot be unpacked",
    f"`400`, `request.broken` in the log; {UNCHANGED}",
)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    assert await house.calls(fields, headers={"Content-Encoding": "gzip"}) == 400


@GROUP.of(
    "A body that breaks off", "nothing: the provider brings it again whole", f"`request.broken` in the log; {UNCHANGED}"
)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    signed = f"X-Twilio-Signature: {house.signature(fields)}\r\n".encode()
    head = f"POST {MESSAGE} HTTP/1.1\r\n".encode() + HOST + signed + b"Content-Length: 5000\r\n\r\n"
    await house.breaks_off(head + form(fields))


@GROUP.of("Bytes that are no HTTP", NOBODY_SPOKE, f"`400`; {UNCHANGED}")
async def _(house: House) -> None:
    assert await house.sends_raw(b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03 hello? \r\n\r\n") == 400


@GROUP.of("A header of 100,000 letters", NOBODY_SPOKE, f"`400`; {UNCHANGED}")
async def _(house: House) -> None:
    head = f"POST {UPDATE} HTTP/1.1\r\n".encode() + HOST + b"X-Long: " + b"x" * 100_000
    assert await house.sends_raw(head + b"\r\n\r\n") == 400


@GROUP.of("Two lengths in one request, as smugglers send", NOBODY_SPOKE, f"`400`; {UNCHANGED}")
async def _(house: House) -> None:
    head = f"POST {MESSAGE} HTTP/1.1\r\n".encode() + HOST
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert await house.sends_raw(head + both + b"0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n") == 400
