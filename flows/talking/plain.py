"""Folds what people type to the letters they meant: quotes, widths, digits of every script, emoji, invisible marks.

``folded`` keeps case and punctuation, ``bare`` keeps only lower-case words. Neither ever raises, whatever it is given.
"""

from __future__ import annotations

import re
import unicodedata

THUMBS_UP = "👍"
THUMBS_DOWN = "👎"
SPOKEN_SIGNS = frozenset({THUMBS_UP, THUMBS_DOWN, "👌", "✅", "✔", "☑", "❌", "✖", "❎"})  # signs that say yes or no

_KEYCAP = "\u20e3"
_QUOTES = dict.fromkeys("‘’‚‛ʼʹ′`´＇", "'") | dict.fromkeys("“”„‟″«»", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
_MOST_REMEMBERED = 5000  # characters seen; past this nothing more is kept, so that nobody can fill the memory


def _fold_sign(sign: str) -> str:
    """What one character that is no plain ASCII stands for."""
    if sign in SPOKEN_SIGNS:
        return f" {sign} "
    kind = unicodedata.category(sign)
    if kind[0] == "N":
        return _fold_number(sign)
    if kind[0] == "Z" or kind == "Cc":
        return " "
    if kind[0] in "CM" or "🏻" <= sign <= "🏿":  # zero-width, direction marks, accents typed apart, skin tones
        return ""
    flat = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    if kind[0] == "L" or kind == "Sc":
        return flat
    if flat.isascii() and flat.strip():
        return flat
    return " "


def _fold_number(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    flat = unicodedata.normalize("NFKD", sign)
    if "⁄" in flat:
        return " ½ "  # any vulgar fraction: the answer lies between two numbers
    value = unicodedata.numeric(sign, -1.0)
    if unicodedata.decomposition(sign).startswith(("<super>", "<sub>")) or value < 0 or value != int(value):
        return " "
    return f" {int(value)} "  # ⑦, ❼, Ⅶ


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that works out each character the first time it is seen."""

    def __missing__(self, code: int) -> str:
        folded = _fold_sign(chr(code)) if code >= 128 or not chr(code).isprintable() else chr(code)
        if len(self) < _MOST_REMEMBERED:
            self[code] = folded
        return folded


_FOLDING = _Folding({ord(sign): plain for sign, plain in (_QUOTES | _DASHES).items()})
_FOLDING.update({ord("…"): "...", ord("🔟"): " 10 ", ord("½"): " ½ ", ord("ł"): "l", ord("Ł"): "L"})

# 1️⃣0️⃣ is ten, 1️⃣2️⃣ is one and two
_KEYCAP_TEN = re.compile(f"(?<=[0-9]){_KEYCAP}(?=0)|(?<=[0-9])\ufe0f{_KEYCAP}(?=0)")


def folded(text: str) -> str:
    """``text`` with one kind of quote, dash, space and digit; case and punctuation stay."""
    if text.isascii():
        if text.isprintable():
            return text
    elif _KEYCAP in text:
        text = _KEYCAP_TEN.sub("", text).replace(_KEYCAP, " ")
    return text.translate(_FOLDING)


def traced(text: str) -> tuple[str, list[int]]:
    """``folded(text)``, and for each of its characters the place in ``text`` that it came from."""
    if text.isascii() and text.isprintable():
        return text, list(range(len(text)))
    if _KEYCAP in text:  # of the same length, so that places still hold
        text = _KEYCAP_TEN.sub(lambda found: "\u200b" * len(found.group()), text).replace(_KEYCAP, " ")
    pieces: list[str] = []
    origins: list[int] = []
    for place, sign in enumerate(text):
        piece = _FOLDING[ord(sign)]
        pieces.append(piece)
        origins.extend([place] * len(piece))
    return "".join(pieces), origins


# Apostrophes vanish ("who's" is "whos"), other ASCII punctuation parts words.
_BARING: dict[int, str | None] = dict.fromkeys((ord(sign) for sign in '!"#$%&()*+,-./:;<=>?@[\\]^_{|}~'), " ")
_BARING[ord("'")] = None
_BARING[ord("`")] = None

_STRETCHED = re.compile(r"([a-z])\1{2,}")


def bare(text: str) -> str:
    """``text`` as lower-case words with single spaces: ``" Who’s THIS?? "`` becomes ``whos this``."""
    return " ".join(folded(text).lower().translate(_BARING).split())


def unstretched(words: str) -> str:
    """``yesss`` as ``yes``: a letter three times or more is one letter."""
    return _STRETCHED.sub(r"\1", words)


def listed(words: str) -> frozenset[str]:
    """A table of words and phrases, written with commas between them."""
    return frozenset(" ".join(each.split()) for each in words.split(","))
