"""A source is asked for with patience, and never for more than was bargained for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import fetching
from bot.fetching import fetch
from flows.errors import NotFetched
from tests.sources.feeds import Answer, listed, serving

WHOLE = {"id": "a", "schedules": []}


async def test_a_file_is_one_page(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(b"[]")
    assert await fetch(str(tmp_path / "list.json"), "bmlt") == [b"[]"]


async def test_a_redirect_is_followed() -> None:
    async with serving({"/old": "/new", "/new": b"[1]"}) as source:
        assert await fetch(f"{source.url}/old", "meeting-guide") == [b"[1]"]


async def test_every_page_of_an_open_referral_list_is_asked_for() -> None:
    pages = [listed([{**WHOLE, "id": f"s{number}"}], number, 3) for number in (1, 2, 3)]
    answers: dict[str, Answer] = {
        "/services?town=Tonbridge": pages[0],
        "/services?town=Tonbridge&page=2": pages[1],
        "/services?town=Tonbridge&page=3": pages[2],
    }
    async with serving(answers) as source:
        assert await fetch(f"{source.url}/services?town=Tonbridge", "open-referral") == pages


async def test_where_a_list_holds_only_names_each_service_is_asked_for() -> None:
    answers: dict[str, Answer] = {
        "/services/": listed([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]),
        "/services/a": b'{"id": "a"}',
        "/services/b": b'{"id": "b"}',
    }
    async with serving(answers) as source:
        assert await fetch(f"{source.url}/services/", "open-referral") == [b'{"id": "a"}', b'{"id": "b"}']


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"contents": 1}', b'{"total_pages": "x"}', b"\xff"])
async def test_what_is_no_list_page_is_left_for_the_reader_to_refuse(body: bytes) -> None:
    async with serving({"/services": body}) as source:
        assert await fetch(f"{source.url}/services", "open-referral") == [body]


BAD: list[tuple[dict[str, Answer], str]] = [
    ({"/x": 403}, "wants a key"),
    ({"/x": 404}, "address has changed"),
    ({"/x": 503}, "Try again later"),
    ({"/x": "/x"}, "round in circles"),
    ({"/x": "http://192.0.2.1/x"}, "can be trusted"),
    ({"/x": "http://127.0.0.1:1/x"}, "127.0.0.1:1/x is not an address that can be trusted"),
    ({"/x": "http://[::1"}, "leads to what is no address"),
    ({"/x": "https://example.org:port/x"}, "leads to what is no address"),
    ({"/x": "https://localhost/x"}, "localhost/x is not an address that can be trusted"),
    ({"/x": "https://10.0.0.1/x"}, "inside a network"),
    ({"/x": "https://0x7f000001/x"}, "inside a network"),
    ({"/x": b"x" * 3000}, "over 10 MB"),
    ({"/x": listed([WHOLE], 1, 9)}, "answers 404"),
    ({"/x": listed([WHOLE], 1, 10**9)}, "pages"),
    ({"/x": listed([{"id": "../secrets"}])}, "one by one"),
    ({"/x": listed([{"id": "a"}])}, "answers 404"),
    ({"/x": listed([WHOLE], 1, 2), "/x?page=2": listed([WHOLE], 1, 2)}, "same page again"),
]


@pytest.mark.parametrize(("answers", "says"), BAD, ids=[says for _, says in BAD])
async def test_what_cannot_be_fetched_says_why(
    answers: dict[str, Answer], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 2000)
    async with serving(answers) as source:
        with pytest.raises(NotFetched, match=says):
            await fetch(f"{source.url}/x", "open-referral")
        assert len(source.asked) < 20


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://example.org/x", "https://"),
        ("ftp://example.org/x", "https://"),
        ("https://", "https://"),
        ("https://[x", "https://"),
        ("nowhere.json", "There is no file"),
        (".", "cannot be read"),
        ("http://127.0.0.1:1/x", "does not answer"),
        ("https://192.168.1.1/x", "inside a network"),
        ("https://0x7f000001/x", "inside a network"),  # a name that stands for 127.0.0.1, without asking anybody
    ],
)
async def test_an_address_that_leads_nowhere_says_what_to_type(location: str, says: str) -> None:
    with pytest.raises(NotFetched, match=says):
        await fetch(location, "bmlt")


async def test_a_source_that_takes_too_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "ALL_SECONDS", 0.0)
    async with serving({"/x": b"[]"}) as source:
        with pytest.raises(NotFetched, match="too long"):
            await fetch(f"{source.url}/x", "bmlt")


async def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    (tmp_path / "list.json").write_bytes(b"x" * 11)
    with pytest.raises(NotFetched, match="over 10 MB"):
        await fetch(str(tmp_path / "list.json"), "bmlt")
