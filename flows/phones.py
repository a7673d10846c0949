"""Phone numbers as people and carriers write them. UK unless the number says otherwise."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

# Ofcom keeps these for drama; no real phone has one, so samples and tests use them.
_DRAMA = re.compile(r"\+44(?:7700900|1632960)\d{3}")
_DRAMA_MOBILE = re.compile(r"\+447700900\d{3}")

_LONGEST_WRITTEN = 40
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")
_LETTERS = re.compile(r"[^\W\d_]")
_DIGIT_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


def read_number(text: str, *, practice: bool = False) -> str | None:
    """The E.164 form of a phone number, or None where it is not one.

    Letters are refused (except O, l and I inside digits): "0800 FLOWERS" is more often a mistake than a number. Drama
    numbers are read only in practice. Example: ``read_number("07400 123456")`` is ``"+447400123456"``.
    """
    written = text.strip()
    if not written or len(written) > _LONGEST_WRITTEN:
        return None
    if sum(sign.isdigit() for sign in written) >= 7:
        written = written.translate(_DIGIT_LOOKALIKES)
    if _LETTERS.search(written):
        return None
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return None
    if number.extension:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _DRAMA.fullmatch(e164):
        return e164 if practice else None
    return e164 if phonenumbers.is_valid_number(number) else None


@lru_cache(maxsize=4096)
def is_uk_mobile(e164: str, practice: bool = False) -> bool:
    """Whether texting this number costs what a UK mobile costs: the islands, pagers and 070 numbers do not.

    Drama mobiles (07700 900xxx) count only in practice.
    """
    if _DRAMA_MOBILE.fullmatch(e164):
        return practice
    if not e164.startswith("+447") or not _E164.fullmatch(e164):
        return False
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        and phonenumbers.region_code_for_number(number) == "GB"
    )


def kind_of_sender(text: str) -> str:
    """What sort of thing a text came from: ``number``, ``short code`` or ``alphanumeric`` (a company's name)."""
    sender = text.strip()
    if _E164.fullmatch(sender):
        return "number"
    if sender.isascii() and sender.isdigit():
        return "short code" if _SHORT_CODE.fullmatch(sender) else "number"
    return "alphanumeric"


def can_be_texted(sender: str) -> bool:
    """Whether a text may reach whoever sent one: not where the sender is a name, or too few figures for a number."""
    return kind_of_sender(sender) != "alphanumeric" or sum(sign.isdigit() for sign in sender) >= 7
