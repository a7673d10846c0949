"""What staff text back: ON IT, DONE and a code, in forgiving spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAID = re.compile(
    r"\W*(?:(?P<on_it>on\s*-?\s*it|onit|im on it|i'?m on it|got it)|(?P<done>done|finished|closed?)|(?P<help>help|\?))"
    r"\W*(?P<code>\d{1,4})?\W*",
    re.IGNORECASE,
)
_PAIRING = re.compile(r"\s*(?:code|pair)?\W*(?P<code>\d{3}[\s-]?\d{3})\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StaffWord:
    """``word`` is "on it", "done" or "help"; ``code`` names the alert, empty where none was given."""

    word: str
    code: str = ""


def read_staff_word(text: str) -> StaffWord | None:
    """The word that a whole message is, if it is one.

    >>> read_staff_word("On it 47!")
    StaffWord(word='on it', code='47')
    """
    said = _SAID.fullmatch(text.replace("’", "'"))
    if said is None:
        return None
    word = "on it" if said["on_it"] else "done" if said["done"] else "help"
    return StaffWord(word, said["code"] or "")


def read_pairing_code(text: str) -> str | None:
    """Six digits and nothing else: a code to pair a phone with.

    >>> read_pairing_code(" 123 456. ")
    '123456'
    """
    said = _PAIRING.fullmatch(text)
    return re.sub(r"\D", "", said["code"]) if said else None
