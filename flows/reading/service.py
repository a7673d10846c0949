"""``service.yaml`` and ``style.yaml``: the service itself, and the words that it avoids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import TypeVar

from flows.content import FORMATS, Feed, Service
from flows.reading import nodes
from flows.reading.fields import Fields
from flows.reading.nodes import Map
from flows.reading.problems import Problems
from flows.reading.values import read_date, read_days, read_length, read_list, read_price, read_times
from flows.timing import is_zone

T = TypeVar("T")

SOURCE_NAME = re.compile(r"(?!csv$)[a-z0-9][a-z0-9-]{0,39}")
"""What a source of the directory may be called. Its name is part of the ids of all that it holds."""

_SERVICE = (
    *("name", "sender", "area", "time_zone", "languages", "working_hours", "holidays", "quiet_hours", "privacy_link"),
    *("price_per_text", "keep", "caseload", "limits", "small_numbers", "second_approver"),
    "sources",
)
_NEEDED = {
    "name": "add name: and what people know the service by.",
    "sender": "add sender: and the neutral name that texts are signed with.",
    "time_zone": "add time_zone: Europe/London",
    "languages": "add languages: en",
    "working_hours": "add working_hours: Mon to Fri 09:00 to 17:00",
    "quiet_hours": "add quiet_hours: 20:00 to 09:00",
}
_KEEP = ("message text", "ratings", "submissions", "audit")
_CASELOAD = ("volunteer", "paid")
_SOURCE = re.compile(rf"({'|'.join(FORMATS)}) +(https://[^\s/]+\S*)")
_WRITE_SOURCE = "write it like kent-aa: meeting-guide https://example.org/meetings.json"
_SMALL = re.compile(r"hide (\d{1,2}) to (\d{1,2})")
_LIMITS = ("texts a person a day", "texts a month")
_AUDIT = "audit"
_KEPT = "write it like 90 days or 24 months."

NO_SERVICE = Service(
    name="",
    sender="",
    area="",
    time_zone="Europe/London",
    languages=("en",),
    work_days=frozenset(range(5)),
    work_from=time(9),
    work_to=time(17),
    quiet_from=time(20),
    quiet_to=time(9),
    holidays=frozenset(),
    price_per_text=0,
    keep={},
    texts_a_day=None,
    texts_a_month=None,
    caseload={},
    second_approver=False,
    written={},
)


def read_service(root: Map, problems: Problems) -> Service:
    """The service; a setting that cannot be read is reported and takes an ordinary value."""
    fields = Fields(root, _SERVICE, "service.yaml", problems)
    for key, fix in _NEEDED.items():
        fields.need(key, fix)
    hours = fields.read("working_hours", _working_hours, "write it like Mon to Fri 09:00 to 17:00")
    days, work = hours if hours else (NO_SERVICE.work_days, (NO_SERVICE.work_from, NO_SERVICE.work_to))
    quiet = fields.read("quiet_hours", lambda text: read_times(text, "to"), "write it like 20:00 to 09:00")
    quiet_from, quiet_to = quiet or (NO_SERVICE.quiet_from, NO_SERVICE.quiet_to)
    zone = fields.read("time_zone", lambda text: text if is_zone(text) else None, "type Europe/London")
    keep = _each(fields, "keep", read_length, _KEPT, _KEEP)
    limits = _each(fields, "limits", _whole, "type a number.", _LIMITS)
    if limits:
        # whoever sets a budget trusts it: better told than overrun
        what = "Nothing keeps to limits: yet. People may get more texts than this, and a month may cost more."
        problems.warn(fields.keys["limits"].place, "not kept", what, "leave limits: out.")
    return Service(
        name=fields.text("name"),
        sender=fields.text("sender"),
        area=fields.text("area"),
        time_zone=zone or NO_SERVICE.time_zone,
        languages=read_list(fields.text("languages")) or NO_SERVICE.languages,
        work_days=days,
        work_from=work[0],
        work_to=work[1],
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        holidays=fields.read("holidays", _dates, "write each like 2026-12-25, with commas between.") or frozenset(),
        price_per_text=fields.read("price_per_text", read_price, "write it like 4p or 3.5p.") or 0,
        keep=keep,
        texts_a_day=limits.get("texts a person a day"),
        texts_a_month=limits.get("texts a month"),
        caseload=_each(fields, "caseload", _whole, "type a number.", _CASELOAD),
        second_approver=fields.flag("second_approver"),
        sources=_sources(fields),
        small_numbers=fields.read("small_numbers", _small_numbers, "write it like hide 1 to 4."),
        written=_written(root, keep),
    )


def _small_numbers(text: str) -> tuple[int, int] | None:
    """``hide 1 to 4``."""
    found = _SMALL.fullmatch(text)
    return (int(found[1]), int(found[2])) if found and 0 < int(found[1]) <= int(found[2]) else None


def _working_hours(text: str) -> tuple[frozenset[int], tuple[time, time]] | None:
    """``Mon to Fri 09:00 to 17:00``: the days, then the two times."""
    words = text.split()
    days = read_days(" ".join(words[:-3]))
    times = read_times(" ".join(words[-3:]), "to")
    return (days, times) if days and times and times[0] < times[1] else None


def _dates(text: str) -> frozenset[date] | None:
    dates = [read_date(part) for part in read_list(text)]
    return frozenset(found for found in dates if found is not None) if None not in dates else None


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _each(
    fields: Fields, key: str, reader: Callable[[str], T | None], fix: str, takes: tuple[str, ...] = ()
) -> dict[str, T]:
    """The lines of a block such as ``keep:``, each value read alike."""
    node = fields.map(key)
    if node is None:
        return {}
    inner = Fields(node, takes, f"{key}:", fields.problems, any_name=not takes)
    found = {name: inner.read(name, reader, fix) for name in inner.keys}
    return {name: value for name, value in found.items() if value is not None}


def _sources(fields: Fields) -> tuple[Feed, ...]:
    """``sources:``, each a format and an address. Its name becomes part of the ids of all that it holds."""

    def read(text: str) -> tuple[str, str] | None:
        found = _SOURCE.fullmatch(" ".join(text.split()))
        return (found[1], found[2]) if found else None

    found = _each(fields, "sources", read, _WRITE_SOURCE)
    node = fields.map("sources")
    for key, _ in node.pairs if node is not None else ():
        if not SOURCE_NAME.fullmatch(key.value):
            what = f"“{key.value}” cannot be the name of a source."
            fields.problems.error(key.place, "value", what, "use a to z, 0 to 9 and dashes, and not csv alone.")
            found.pop(key.value, None)
    return tuple(Feed(name, *each) for name, each in found.items())


def _written(root: Map, keep: Mapping[str, timedelta]) -> dict[str, str]:
    """Every setting as it is written, for ``((service.name))``; ``keep_for`` is how long words and answers are kept.

    That is the longest of ``keep:`` but for the audit, which holds none of either.
    """
    written = {key.value: node.value for key, node in root.pairs if isinstance(node, nodes.Text)}
    kept = root.get("keep")
    of_theirs = {name: length for name, length in keep.items() if name != _AUDIT}
    if of_theirs and isinstance(kept, Map):
        longest = kept.get(max(of_theirs, key=lambda name: of_theirs[name]))
        if isinstance(longest, nodes.Text):
            written["keep_for"] = longest.value
    return written


# ---------------------------------------------------------------- words to avoid


def read_style(root: Map, problems: Problems) -> tuple[tuple[str, ...], dict[str, str]]:
    """Words that may not show on a locked phone, and hurtful words with kinder ones."""
    fields = Fields(root, ("private words", "kinder words"), "style.yaml", problems)
    private = [word for line in fields.texts("private words") for word in read_list(line.value)]
    kinder: dict[str, str] = {}
    node = fields.map("kinder words")
    if node is not None:
        inner = Fields(node, (), "kinder words:", problems, any_name=True)
        for word in inner.keys:
            inner.need(word, f"write the kinder word after {word}:")
            kinder[word.lower()] = inner.text(word)
    return tuple(dict.fromkeys(word.lower() for word in private)), kinder
