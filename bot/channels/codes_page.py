"""The page of provider codes, made of the table itself.

To write it anew: ``python -m bot.channels.codes_page > docs/provider-codes.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from bot.channels.provider_codes import DOES, STATUSES, TELEGRAM, TWILIO

BEFORE = """# What providers answer, and what we do

A send ends in one of four ways: *sent*; *failed*, when it surely did not go; *suppressed*, when we held it back; and
*unknown*, when the request had left and no answer came that can be believed (a connection cut, fifteen seconds of
silence, a success without an id, a page of HTML, 502 or 504 from something in between). A check-in, an answer or a
notice whose end is unknown is never sent again; what concerns a crisis is, once. For texts Twilio's receipt or its list
of messages then says what became of it.

A provider's refusal means one of a few things to us:

| meaning | what we do | tried again | written beside the address | the channel rests |
|---|---|---|---|---|
"""
BETWEEN = """
Where a code comes later, in a **receipt**, the provider had taken the message: it is not sent a second time, and what
is written beside the address is the same. A code that is not in the table counts by its HTTP status; in a receipt it
counts as *unreachable*. `Retry-After` (Telegram: `retry_after`) goes before our own times, up to six hours, also for a
crisis. Staff pages that do not go are tried by another channel, or the alert moves on; of a crisis reply that did not
go staff are told. `fingerpost people show` says of one person what became of each message.
"""


def page() -> str:
    """The whole page."""
    does = (
        (each, does.words, *(_yes(flag) for flag in (does.again, does.of_address, does.of_channel)))
        for each, does in DOES.items()
    )
    twilio = ((code, known.is_said, known.meaning) for code, known in sorted(TWILIO.items()))
    telegram = ((told.status, f"`{told.words}`" if told.words else "", told.is_said, told.meaning) for told in TELEGRAM)
    statuses = ((_span(*span), known.is_said, known.meaning) for span, known in STATUSES)
    lines = [
        *_rows(does),
        *BETWEEN.split("\n"),
        *_table("Twilio", "code | it says | meaning", twilio),
        *_table("Telegram", "status | with the words | it says | meaning", telegram),
        *_table("Any other HTTP status, the first line that fits", "status | it says | meaning", statuses),
    ]
    return BEFORE + "\n".join(lines).rstrip() + "\n"


def _table(title: str, head: str, rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield from (f"## {title}", f"| {head} |", "|---" * (head.count("|") + 1) + "|", *_rows(rows), "")


def _rows(rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _yes(flag: bool) -> str:
    return "yes" if flag else ""


if __name__ == "__main__":
    sys.stdout.write(page())
