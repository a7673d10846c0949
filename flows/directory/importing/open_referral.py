"""A reader of open_referral (being written)."""

from __future__ import annotations

from datetime import date

from flows.directory.importing.reply import Reply, read_json
from flows.directory.model import Imported


def read_open_referral(reply: Reply, *, source: str, today: date, zone: str = "Europe/London") -> Imported:
    """The initiatives of a reply."""
    pages = read_json(reply)
    return Imported(refused=pages if isinstance(pages, str) else f"Nothing in {source} of {today} in {zone}.")
