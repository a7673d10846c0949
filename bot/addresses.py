"""Which computers a directory source may be fetched from: public ones, and this one where its address was typed.

A source that was trusted once can send whoever asks somewhere else, by a redirect or by what its name stands for; from
inside, that reaches what nobody outside may ask.
"""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from flows.errors import NotFetched

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def shown(location: str) -> str:
    """An address, or a file, as it may be shown: without what may be a key, which is a name before the host or stands
    behind the question mark.

    >>> shown("https://me:hush@example.org/x.json?key=hush#all")
    'https://example.org/x.json?…'
    """
    if "://" not in location:
        return location
    scheme, _, rest = location.partition("://")
    plain = rest.partition("#")[0]
    plain, mark, _ = plain.partition("?")
    host, slash, path = plain.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{mark}{'…' if mark else ''}"


def typed(location: str) -> URL:
    """An address as somebody typed it: https, or this computer. Raises NotFetched with what to type instead."""
    url = _url(location)
    if url.host in _LOOPBACK and url.scheme in ("http", "https"):
        return url
    return _public(url)


def led_to(first: URL, location: str) -> URL:
    """Where a source leads us that was typed as ``first``: a public https address, or elsewhere on this computer's own
    server. Raises NotFetched."""
    url = _url(location)
    return url if first.host in _LOOPBACK and url.origin() == first.origin() else _public(url)


def is_public(address: str) -> bool:
    """Whether everybody reaches the same computer by an IP address; false for private, local and reserved ones."""
    found = ipaddress.ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    return found.is_global and not found.is_multicast


def _url(location: str) -> URL:
    try:
        url = URL(location)
        absolute = bool(url.host) and bool(url.origin())
    except ValueError as error:
        raise NotFetched(f"{shown(location)} is not an address. Type one that starts https://") from error
    if not absolute:
        raise NotFetched(f"{shown(location)} is not an address that can be trusted. Type one that starts https://")
    return url


def _public(url: URL) -> URL:
    host = url.host or ""
    if url.scheme != "https" or host in _LOOPBACK:
        raise NotFetched(f"{shown(str(url))} is not an address that can be trusted. Type one that starts https://")
    try:
        public = is_public(host)
    except ValueError:
        return url  # a name: PublicResolver sees what it stands for
    if not public:
        raise NotFetched(_inside(host))
    return url


def _inside(host: str) -> str:
    return f"{host} is inside a network of its own, and cannot be trusted. Ask the source for its public address."


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses alone; ``first``, where it is this computer, as it is.

    What it gives is what is connected to, so that a name cannot stand for something else a moment later.
    """

    def __init__(self, inner: AbstractResolver, first: URL) -> None:
        self._inner = inner
        self._own = first.host if first.host in _LOOPBACK else None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As ``inner`` resolves it. Raises NotFetched where nothing public is left of it."""
        found = await self._inner.resolve(host, port, family)
        if host == self._own:
            return found
        public = [each for each in found if is_public(each["host"])]
        if found and not public:
            raise NotFetched(_inside(host))
        return public

    async def close(self) -> None:
        """Let go of ``inner``."""
        await self._inner.close()
