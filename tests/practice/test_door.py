"""Who may open the practice page, and that nothing sent to it goes wrong without a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.practice.guard import is_at_home, is_near
from tests.practice.conftest import Client

PHONE = {"phone": "07700900001", "look": "sms"}
CHAT = {"phone": "07700900001", "look": "telegram"}
HELLO = {**PHONE, "text": "hello"}


@pytest.mark.parametrize(
    ("header", "host", "let_in"),
    [
        ("127.0.0.1:8080", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("localhost:8080", "127.0.0.1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("practice.localhost:8080", "127.0.0.1", True),
        ("[::1]:8080", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.1", True),
        ("10.0.0.7:8080", "10.0.0.7", True),
        ("bot.lan:8080", "bot.lan", True),
        ("evil.example:8080", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "127.0.0.1", False),
        ("localhost.evil.example", "127.0.0.1", False),
        ("10.0.0.7:8080", "0.0.0.0", False),
        ("10.0.0.8", "10.0.0.7", False),
        ("[", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("", "", False),
    ],
)
def test_only_names_of_this_machine_open_the_page(header: str, host: str, let_in: bool) -> None:
    assert is_at_home(header, host) is let_in


@pytest.mark.parametrize(
    ("peer", "given", "let_in"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("192.0.2.7", {"PORT": "8080"}, False),
        (None, {}, False),
        ("192.0.2.7", {"HOST": "0.0.0.0"}, True),
    ],
)
def test_only_this_machine_reaches_the_page_unless_host_was_set(
    peer: str | None, given: dict[str, str], let_in: bool
) -> None:
    assert is_near(peer, given) is let_in


@pytest.mark.parametrize(
    "path", ["/practice", "/practice/messages?phone=07700900001&look=sms", "/practice/map", "/practice/static/x"]
)
async def test_another_name_gets_a_sentence_and_no_page(client: Client, path: str) -> None:
    answer = await client.get(path, headers={"Host": "evil.example"})
    assert answer.status == 403
    assert "this machine" in (await answer.json())["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 403),
    ],
)
@pytest.mark.parametrize("door", ["send", "tap", "clock"])
async def test_no_other_page_can_drive_it(client: Client, door: str, headers: Mapping[str, str], status: int) -> None:
    fields = {"send": HELLO, "tap": {**CHAT, "data": "1:yes"}, "clock": {**PHONE, "hours": 1}}[door]
    answer = await client.post(f"/practice/{door}", json=fields, headers=headers)
    assert answer.status == status, await answer.text()


async def test_the_page_itself_may(client: Client) -> None:
    origin = f"http://{client.host}:{client.port}"
    answer = await client.post("/practice/send", json=HELLO, headers={"Origin": origin})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("door", "fields"),
    [
        ("send", {**HELLO, "text": ""}),
        ("send", {**HELLO, "text": " \n"}),
        ("send", {**HELLO, "text": None}),
        ("send", {**HELLO, "text": ["hello"]}),
        ("send", {**HELLO, "text": "a" * 1601}),
        ("send", {**HELLO, "phone": "07700900010"}),
        ("send", {**HELLO, "phone": "+447400123456"}),
        ("send", {**HELLO, "phone": None}),
        ("send", {**HELLO, "phone": ["07700900001"]}),
        ("send", {**HELLO, "look": "twilio"}),
        ("send", {**HELLO, "look": {}}),
        ("send", {}),
        ("send", []),
        ("send", "hello"),
        ("send", None),
        ("tap", {**CHAT, "data": ""}),
        ("tap", {**CHAT, "data": "yes"}),
        ("tap", {**CHAT, "data": "1:" + "x" * 63}),
        ("tap", {**CHAT, "data": 1}),
        ("tap", {**PHONE, "data": "1:yes"}),
        ("clock", {**PHONE}),
        ("clock", {**PHONE, "hours": 0}),
        ("clock", {**PHONE, "hours": -1}),
        ("clock", {**PHONE, "hours": 169}),
        ("clock", {**PHONE, "hours": 1.5}),
        ("clock", {**PHONE, "hours": True}),
        ("clock", {**PHONE, "hours": "1"}),
        ("clock", {**PHONE, "hours": 10**400}),
        ("clock", {**PHONE, "until": "doomsday"}),
    ],
)
async def test_bad_input_is_answered_in_a_sentence(client: Client, door: str, fields: Any) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post(f"/practice/{door}", data=json.dumps(fields), headers=headers)
    assert answer.status == 400
    assert re.fullmatch(r"[A-Z].*\.", (await answer.json())["error"])


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"phone": 1e9999}'])
async def test_a_body_that_is_no_json_is_answered_too(client: Client, raw: bytes) -> None:
    answer = await client.post("/practice/send", data=raw, headers={"Content-Type": "application/json"})
    assert answer.status == 400


async def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    answer = await client.post("/practice/send", json={**HELLO, "text": "a" * 70_000})
    assert answer.status == 413
    assert "too long" in (await answer.json())["error"]


@pytest.mark.parametrize("query", ["", "?phone=07700900001", "?phone=1&look=sms", "?phone=07700900001&look=x"])
async def test_a_phone_that_is_none_is_refused(client: Client, query: str) -> None:
    assert (await client.get(f"/practice/messages{query}")).status == 400


@pytest.mark.parametrize("text", ["\ud800 half a pair", "nul \x00 here", "🙂" * 200, "\u202eright to left", "<script>"])
async def test_odd_letters_are_taken(client: Client, text: str) -> None:
    answer = await client.post("/practice/send", json={**HELLO, "text": text})
    assert answer.status == 200


@pytest.mark.parametrize("name", ["nothing.js", "..%2f..%2fconfig.py", "page.html", ".."])
async def test_nothing_but_the_pages_own_files_is_served(client: Client, name: str) -> None:
    assert (await client.get(f"/practice/static/{name}")).status == 404


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize(
    "path",
    [
        "/practice",
        "/practice/static/phone.js",
        "/practice/static/phone.css",
        "/practice/static/icon.svg",
        "/practice/messages?phone=07700900001&look=sms",
        "/practice/map?flow=check-in",
    ],
)
async def test_everything_is_served_with_a_policy_that_runs_nothing_foreign(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_page_holds_no_script_style_or_handler_of_its_own(client: Client) -> None:
    page = await (await client.get("/practice")).text()
    assert re.findall(r"<script(?![^>]*\bsrc=\"/practice/)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|https?://", page) == []


async def test_the_script_puts_words_in_as_words(client: Client) -> None:
    script = await (await client.get("/practice/static/phone.js")).text()
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", script) == []
