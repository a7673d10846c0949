"""Fetches a directory source: a file, or pages over HTTPS. Bounded in size, in pages and in time.

Plain aiohttp. Nothing is decided about what the pages hold, beyond finding the next one.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot.addresses import PublicResolver, led_to, typed
from flows.directory.importing.reply import MOST_BYTES
from flows.errors import NotFetched

MOST_PAGES = 500
"""Pages, lists and items together. A source with more is asked to send a file, or a part."""

ALL_SECONDS, PAGE_SECONDS = 180.0, 30.0
AT_ONCE = 4  # requests to one source: it may be a charity's only server
_CHUNK = 64 * 1024
_PAGES = ("total_pages", "totalPages")
_ITEMS = ("contents", "content")
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:~-]{0,99}")
_WHOLE = frozenset(
    {"schedules", "service_at_locations", "regular_schedules", "regular_schedule", "service_at_location"}
)
"""What a service has that is told whole. A list page may hold only names and ids."""


def is_address(location: str) -> bool:
    """Whether a source is on the network; else it is a file."""
    return "://" in location


async def fetch(location: str, format: str) -> list[bytes]:
    """All that a source sends, page by page. Raises NotFetched with a sentence for whoever asked."""
    if not is_address(location):
        return [await asyncio.to_thread(_read_file, Path(location))]
    url = typed(location)
    timeout = aiohttp.ClientTimeout(total=PAGE_SECONDS, sock_connect=10)
    headers = {"User-Agent": "Fingerpost", "Accept": "application/json, text/csv;q=0.9, */*;q=0.5"}
    try:
        async with asyncio.timeout(ALL_SECONDS):
            connector = aiohttp.TCPConnector(resolver=PublicResolver(aiohttp.DefaultResolver(), url))
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, headers=headers, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                asking = _Asking(session, url)
                first = await asking.get(url)
                return await asking.follow(url, first) if format == "open-referral" else [first]
    except TimeoutError as error:
        raise NotFetched(f"{url.host} took too long to answer. Try again later, or ask them for a file.") from error


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFetched(f"There is no file {path}. Look how it is spelled, and where it is.") from error
    except OSError as error:
        raise NotFetched(f"{path} cannot be read ({error.strerror}).") from error
    if len(found) > MOST_BYTES:
        raise NotFetched(f"{path} is over 10 MB, and no more is read. Import a part of it.")
    return found


class _Asking:
    """Asks one source, whose address was typed as ``first``, and counts what it has sent."""

    def __init__(self, session: aiohttp.ClientSession, first: URL) -> None:
        self._session = session
        self._first = first
        self._bytes = 0
        self._pages = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def get(self, url: URL) -> bytes:
        self._pages += 1
        if self._pages > MOST_PAGES:
            raise NotFetched(f"{url.host} has over {MOST_PAGES} pages. Ask them for one file, or for a part.")
        try:
            async with self._turns:
                return await self._get(url)
        except aiohttp.ClientError as error:
            raise NotFetched(f"{url.host} does not answer ({type(error).__name__}). Try again later.") from error

    async def _get(self, url: URL) -> bytes:
        for _ in range(4):
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                    url = led_to(self._first, _joined(url, response.headers["Location"]))
                    continue
                if response.status != 200:
                    raise NotFetched(
                        f"{url.host} answers {response.status} instead of its directory.{_why(response.status)}"
                    )
                found = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    found += chunk
                    self._bytes += len(chunk)
                    if self._bytes > MOST_BYTES:
                        raise NotFetched(f"{url.host} sends over 10 MB, and no more is read. Ask it for a part.")
                return bytes(found)
        raise NotFetched(f"{url.host} sends us round in circles. Open the address in a browser to see where it leads.")

    # ------------------------------------------------------------ the pages of Open Referral

    async def follow(self, url: URL, first: bytes) -> list[bytes]:
        """The pages after ``first``, and each item by itself where the lists hold only their names.

        https://docs.openreferral.org/ and the UK profile: ``GET /services?page=2``, ``GET /services/{id}``.
        """
        pages = [first]
        total = _total_pages(first)
        if total > MOST_PAGES:
            raise NotFetched(f"{url.host} has {total} pages, and no more than {MOST_PAGES} are read. Ask for a file.")
        pages += await self._all(url.update_query(page=str(number)) for number in range(2, total + 1))
        if len(set(pages)) < len(pages):
            raise NotFetched(f"{url.host} sends the same page again and again. Ask them for a file.")
        ids = _bare_ids(pages)
        if not ids:
            return pages
        base = url.with_query(None)
        base = base.parent if base.path.endswith("/") else base
        return await self._all(base / each for each in ids)

    async def _all(self, urls: Iterable[URL]) -> list[bytes]:
        """What each of them answers, in order. The first that fails ends all: half a directory is none."""
        asking = [asyncio.create_task(self.get(url)) for url in urls]
        try:
            return list(await asyncio.gather(*asking))
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)


def _joined(url: URL, location: str) -> str:
    try:
        return str(url.join(URL(location)))
    except ValueError as error:
        raise NotFetched(f"{url.host} leads to what is no address. Ask whoever runs it for the new one.") from error


def _why(status: int) -> str:
    if status in (401, 403):
        return " It wants a key, or does not let us in: ask whoever runs it."
    if status in (404, 410):
        return " The address has changed: look for the new one."
    return " Try again later." if status == 429 or status >= 500 else ""


def _object(page: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(page)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _total_pages(page: bytes) -> int:
    found = _object(page)
    return next((found[key] for key in _PAGES if isinstance(found.get(key), int)), 1)


def _items(page: bytes) -> list[Mapping[str, Any]]:
    found = _object(page)
    listed: list[object] = next((found[key] for key in _ITEMS if isinstance(found.get(key), list)), [])
    return [each for each in listed if isinstance(each, dict)]


def _bare_ids(pages: Sequence[bytes]) -> list[str]:
    """The ids of services that the lists only name; none where any of them is told whole."""
    items = [item for page in pages for item in _items(page)]
    if any(_WHOLE & item.keys() for item in items):
        return []
    ids = list(dict.fromkeys(str(item["id"]) for item in items if "id" in item))
    if not all(map(_PLAIN_ID.fullmatch, ids)):
        raise NotFetched("It names services in a way that they cannot be asked for one by one. Ask for a file.")
    return ids
