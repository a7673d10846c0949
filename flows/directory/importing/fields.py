"""One field of somebody else's record: whatever is in it, read as what it should be or as nothing. Never raises."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping

Record = Mapping[str, object]
"""A JSON object. Any field may be missing, null, or of another type than its specification says."""

LONGEST_NAME = 80
LONGEST_TEXT = 300
"""Letters. What is longer is cut at a word: it has to be read on a phone."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff\ufffd\\s]+")
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
"""Quotes and dashes as a plain text has them: one curly quote makes every text of an offer cost double."""

_NOTHING = frozenset(
    {"", "-", "string", "null", "none", "undefined", "n/a", "na", "tbc", "fees_description", "description", "name"}
)
_MAIL = re.compile(r"\S{1,100}@\S{1,100}")
_MOBILE = re.compile(r"(?:\+?44[ ().-]{0,3}(?:\(?0\)?)?|\b0)[ ().-]{0,2}7(?:[ ().-]{0,2}\d){9}\b")
_LINK = re.compile(r"https?://[^\s/]+\.[^\s]+")


def text(record: Record, key: str, longest: int = LONGEST_TEXT) -> str:
    """A line of plain words: no tags, no line ends, no e-mail address, no mobile number; "" where there is none."""
    value = record.get(key)
    return plain(value, longest) if isinstance(value, str) else ""


def plain(written: str, longest: int = LONGEST_TEXT) -> str:
    """``written`` as one line without what could reach a single person: a mobile or an e-mail address is somebody's."""
    line = html.unescape(_TAG.sub(" ", written[: longest * 20]))
    line = _ODD.sub(" ", line.translate(_PLAIN)).replace("\u2026", "...").strip()
    if line.casefold() in _NOTHING:
        return ""
    line = " ".join(_MOBILE.sub("", _MAIL.sub("", line)).split())
    if len(line) <= longest:
        return line
    return line[: longest + 1].rsplit(" ", 1)[0][:longest].rstrip(" ,;:-")


def name(record: Record, key: str) -> str:
    return text(record, key, LONGEST_NAME)


def code(record: Record, key: str) -> str:
    """An id or a code, which some systems write as a number; "" where there is none."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else ""
    return _ODD.sub(" ", value[:200]).strip()


def raw(record: Record, key: str) -> str:
    """A short value as it was written, numbers among them: a time, a date, a rule."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, int) and abs(value) >= 10**18:
        return ""
    return _ODD.sub(" ", str(value)[:200]).strip()


def records(record: Record, key: str) -> list[Record]:
    """The objects in a list; one object that should have been a list of one is read as that."""
    value = record.get(key)
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def record(record: Record, key: str) -> Record:
    """The object in a field, an empty one where there is none."""
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def number(record: Record, key: str) -> float | None:
    """A finite number, which some systems write as a string."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        found = float(value) if not isinstance(value, str) or len(value) < 40 else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(record: Record, key: str) -> int | None:
    """A whole number."""
    found = number(record, key)
    return int(found) if found is not None and found == int(found) else None


def link(record: Record, *keys: str) -> str:
    """The first of the fields that holds a web address that a phone can open."""
    for key in keys:
        value = record.get(key)
        if isinstance(value, str) and len(value) <= 200 and _LINK.fullmatch(value.strip()):
            return value.strip()
    return ""


def words(record: Record, key: str) -> tuple[str, ...]:
    """The strings in a list, or in one string with commas between them."""
    value = record.get(key)
    if isinstance(value, str):
        value = value[:2000].split(",")
    if not isinstance(value, list):
        return ()
    return tuple(each.strip() for each in value if isinstance(each, str) and each.strip())
