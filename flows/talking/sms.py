"""What a text message costs: its encoding, the parts it is sent in, and the characters that need not cost anything.

Sources: 3GPP TS 23.038 (the GSM 7-bit alphabet and its extension table), 3GPP TS 23.040 (a part carries 140 octets, six
of which join it to the others when there are several).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import regex

GSM = "GSM-7"
UCS2 = "UCS-2"

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters that take one septet."""

EXTENSION = "\f^{}\\[~]|€"
"""Characters that take two septets, which may not be parted."""

ONE_GSM_PART = 160
EACH_GSM_PART = 153
ONE_UCS2_PART = 70
EACH_UCS2_PART = 67

_IS_BASIC = re.compile(f"[{re.escape(BASIC)}]*").fullmatch
_IS_GSM = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*").fullmatch
clusters = regex.compile(r"\X").findall
"""What a reader sees as one letter each: never parted, between two texts or where a text is cut."""

# Punctuation, spaces and marks nobody sees. Letters and the accents that combine with them are somebody's language, and
# are never here, whatever they cost.
_SPACES = "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_UNSEEN = "\u0000\u00ad\u200b\u2060\ufeff"
_FOLDS: dict[int, str] = {
    **dict.fromkeys(map(ord, "‘’‚‛′´`❛❜＇"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»❝❞〝〞＂"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹣－•·‣◦▪"), "-"),
    **dict.fromkeys(map(ord, "⁄∕／"), "/"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _UNSEEN), ""),
    **{ord(mark): plain for mark, plain in zip("‹›，．：；！？（）", "<>,.:;!?()", strict=True)},
    ord("…"): "...",
    ord("‼"): "!!",
    ord("½"): "1/2",
    ord("¼"): "1/4",
    ord("¾"): "3/4",
}
_FOLDABLE = re.compile("[" + "".join(map(re.escape, map(chr, _FOLDS))) + "]").search


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text travels. ``units`` are septets in GSM-7, UTF-16 code units in UCS-2; ``count`` is what is paid for."""

    encoding: str
    count: int
    units: int


def fold(text: str) -> str:
    """``text`` with curly quotes, dashes, … and no-break spaces made plain, so that they force no 70-letter parts.

    >>> fold("“That’s OK…” – Zoë, tŷ")
    '"That\\'s OK..." - Zoë, tŷ'
    """
    return text.translate(_FOLDS) if _FOLDABLE(text) else text


def parts(text: str) -> Parts:
    """How many parts ``text`` is sent in, as it stands; a character or grapheme cluster is never parted.

    Agrees with Twilio's own calculator (npm sms-segments-calculator).

    >>> parts("a" * 161).count, parts("ŷ" * 70).count, parts("ŷ" * 71).count
    (2, 1, 2)
    """
    if _IS_BASIC(text):
        size = len(text)
        return Parts(GSM, 1 if size <= ONE_GSM_PART else -(-size // EACH_GSM_PART), size)
    if _IS_GSM(text):
        return _counted(GSM, (2 if letter in EXTENSION else 1 for letter in text), ONE_GSM_PART, EACH_GSM_PART)
    size = units(text)
    if size <= ONE_UCS2_PART:
        return Parts(UCS2, 1, size)
    return _counted(UCS2, map(units, clusters(text)), ONE_UCS2_PART, EACH_UCS2_PART)


def costly(text: str) -> str:
    """The first character that forces 70-letter parts, or "" where there is none."""
    return next((letter for letter in text if letter not in BASIC and letter not in EXTENSION), "")


def units(text: str) -> int:
    """How many UTF-16 code units ``text`` takes: what the providers count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _counted(encoding: str, sizes: Iterable[int], alone: int, each: int) -> Parts:
    """Fill one part after another, in order. A cluster longer than a whole part runs on into the next."""
    total = 0
    count, used = 1, 0
    for size in sizes:
        total += size
        used += size
        if used > each:
            if size <= each:
                count, used = count + 1, size
            else:
                count, used = count + (used - 1) // each, (used - 1) % each + 1
    return Parts(encoding, 1 if total <= alone else count, total)
