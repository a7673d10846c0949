"""What a source sent, read as JSON; or why it cannot be, in words that say what came instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from flows.directory.importing.fields import plain

Reply = bytes | Sequence[bytes]
"""What a source sent: a file, or the pages of an API in any order."""

MOST_BYTES = 10_000_000
"""10 MB for all the pages of a source together: a county's directory is a tenth of it."""

MOST_ROWS = 20_000
"""Rows for all the pages together, good or bad: ten counties have fewer."""

MOST_PARTS = 1_000_000
"""Lists and objects for all the pages together. Each takes some thirty times the room of its two brackets."""


def read_json(reply: Reply) -> list[object] | str:
    """The JSON of each page, or a sentence that says why not.

    One page that cannot be read refuses all: half a directory must not replace a whole one.
    """
    pages = [reply] if isinstance(reply, bytes) else list(reply)
    size = sum(map(len, pages))
    if size > MOST_BYTES:
        return f"It is {size / 1_000_000:.1f} MB, and no more than 10 are read: ask the source for a part of it."
    parts = sum(page.count(b"{") + page.count(b"[") for page in pages)
    if parts > MOST_PARTS:
        return f"It holds {parts} lists and objects, and no more than {MOST_PARTS} are read: look what it sends."
    found = []
    for number, page in enumerate(pages, 1):
        value = _page(page)
        if isinstance(value, _Unread):
            return f"Page {number}: {value.why}" if len(pages) > 1 else value.why
        found.append(value)
    return found or "It sent nothing at all: look whether the address is right."


def too_many(rows: int) -> str:
    """Says so where a source has more rows than are read, "" where it has not."""
    return f"It holds {rows} rows, and no more than {MOST_ROWS} are read." if rows > MOST_ROWS else ""


class _Unread(NamedTuple):
    why: str


def _page(page: bytes) -> object | _Unread:
    written = _decoded(page).strip("\ufeff \t\r\n\x00")
    if not written:
        return _Unread("It sent nothing at all: look whether the address is right.")
    if written.startswith("<"):
        what = "a web page" if "<html" in written[:2000].lower() or "<!doctype html" in written.lower()[:200] else "XML"
        return _Unread(f"It sent {what} and not JSON: open the address in a browser and look for the link to its JSON.")
    try:
        value: object = json.loads(written)
    except RecursionError:
        return _Unread("It holds lists within lists without end: ask the source to look at it.")
    except ValueError:
        return _Unread("It is not whole JSON: it may have been cut short. Try again later.")
    return value


def error_in(value: object) -> str:
    """What a source says instead of its data, as ``{"error": "…"}``; "" where it says no such thing."""
    if not isinstance(value, dict):
        return ""
    for key in ("error", "errors", "message", "detail", "title"):
        said = value.get(key)
        if isinstance(said, dict):
            said = said.get("message")
        if said:
            return f"It answers with an error: {plain(str(said), 120) or 'without words'}."
    return ""


def _decoded(page: bytes) -> str:
    if page[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return page.decode("utf-16", errors="replace")
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        return page.decode("cp1252", errors="replace")
