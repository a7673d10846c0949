"""A source may lead to other public addresses, and never inside: not by a redirect, nor by what a name stands for."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.addresses import PublicResolver, is_public, led_to, shown, typed
from flows.errors import NotFetched

HTTPS, LOCAL = "https://example.org/list", "http://localhost:8080/list"


@pytest.mark.parametrize(
    ("first", "location"),
    [
        (HTTPS, "https://example.org/new"),
        (HTTPS, "https://www.example.com:8443/new"),
        (HTTPS, "https://93.184.216.34/new"),
        (LOCAL, "http://localhost:8080/new"),
        (LOCAL, "https://example.org/new"),
    ],
)
def test_where_a_source_may_lead(first: str, location: str) -> None:
    assert led_to(typed(first), location) == URL(location)


@pytest.mark.parametrize(
    ("first", "location"),
    [
        (HTTPS, "http://example.org/new"),
        (HTTPS, "http://127.0.0.1/new"),
        (HTTPS, "http://localhost:8080/list"),
        (HTTPS, "https://localhost/new"),
        (HTTPS, "https://[::1]/new"),
        (HTTPS, "https://[::ffff:127.0.0.1]/new"),
        (HTTPS, "https://169.254.169.254/latest/meta-data"),
        (HTTPS, "https://10.0.0.5/new"),
        (HTTPS, "file:///etc/passwd"),
        (LOCAL, "http://localhost:9090/list"),
        (LOCAL, "http://127.0.0.1:8080/list"),
        (LOCAL, "https://localhost/list"),
    ],
)
def test_where_a_source_may_not_lead(first: str, location: str) -> None:
    with pytest.raises(NotFetched):
        led_to(typed(first), location)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%2", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


class Names(AbstractResolver):
    """A resolver for which every name stands for these addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self.addresses
        ]

    async def close(self) -> None:
        pass


async def resolved(first: str, host: str, *addresses: str) -> list[str]:
    found = await PublicResolver(Names(*addresses), typed(first)).resolve(host)
    return [each["host"] for each in found]


async def test_a_name_that_stands_for_something_inside_is_refused() -> None:
    assert await resolved(HTTPS, "example.org", "10.0.0.1", "93.184.216.34") == ["93.184.216.34"]
    for inside in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"):
        with pytest.raises(NotFetched, match=r"example\.org is inside"):
            await resolved(HTTPS, "example.org", inside)


async def test_only_where_it_was_typed_is_this_computer_asked() -> None:
    assert await resolved(LOCAL, "localhost", "127.0.0.1") == ["127.0.0.1"]
    with pytest.raises(NotFetched):
        await resolved(LOCAL, "example.org", "127.0.0.1")


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://example.org/x.json?key=hush", "https://example.org/x.json?…"),
        ("https://example.org?key=hush", "https://example.org?…"),
        ("https://me:hush@example.org/x", "https://example.org/x"),
        ("https://me:hu@sh@example.org/x@2?hush#hush", "https://example.org/x@2?…"),
        ("https://[hush?hush", "https://[hush?…"),  # no address, and shown all the same
        ("https://example.org/meetings.json", "https://example.org/meetings.json"),
        ("lists/kent?2.json", "lists/kent?2.json"),  # a file
    ],
)
def test_no_key_of_a_source_is_shown(location: str, says: str) -> None:
    assert shown(location) == says


@pytest.mark.parametrize("location", ["http://example.org/x?key=hush", "https://[x?key=hush", "http://me:hush@b.org/x"])
def test_nor_when_the_address_is_refused(location: str) -> None:
    with pytest.raises(NotFetched) as refused:
        typed(location)
    assert "hush" not in str(refused.value)
