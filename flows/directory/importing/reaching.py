"""Whom to ask for, and on which number: a role and a public number, never a person's name or a person's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flows.directory import cells
from flows.directory.cells import Refused
from flows.directory.importing.fields import Record, plain, raw, records, text

_NO_VOICE = re.compile(r"fax|text|sms|tty|pager|minicom", re.IGNORECASE)
_SALUTATIONS = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "revd", "sir", "prof", "professor"})
_MOBILE = re.compile(r"(?:\+?44\(?0?\)?|0)7\d{9}")
_LONGEST_ROLE = 60


def read_contact(contacts: Iterable[Record]) -> str:
    """The first role that a contact has: "Reception Manager". Its name is never read, and is cut out of the role."""
    for contact in contacts:
        for key in ("title", "department"):
            if role := _role(text(contact, key, _LONGEST_ROLE), text(contact, "name")):
                return role
    return ""


def _role(said: str, name: str) -> str:
    if name and len(name) > 1:
        said = re.sub(re.escape(name), "", said, flags=re.IGNORECASE)
    kept = [word for word in said.split() if word.strip(".,").casefold() not in _SALUTATIONS | _parts(name)]
    role = " ".join(kept).strip(" ,;:-()")
    return "" if may_be_a_name(role) else role


def _parts(name: str) -> frozenset[str]:
    """The words of a person's name; of a contact that is itself a role ("Reception"), none."""
    words = name.split()
    return frozenset(word.strip(".,").casefold() for word in words) if 2 <= len(words) <= 4 else frozenset()


_TWO_NAMES = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.?)?(?: (?:Mc|Mac|O')?[A-Z][a-z]+(?:-[A-Z][a-z]+)?)")
_ROLES = re.compile(
    r"admin|adviser|advisor|assist|caretaker|chair|clerk|committee|contact|coordinat|co-ordinat|desk|director|enquir|front"
    r"|group|helper|help|host|keeper|lead|librar|line|manag|mentor|office|organi[sz]|recep|secretar|service|staff|support"
    r"|team|treasurer|trustee|tutor|volunteer|warden|welcome|worker",
    re.IGNORECASE,
)


def may_be_a_name(role: str) -> bool:
    """Whether what should be a role reads like a person's name: "Sarah Jones", "Mrs Jones", but not "Front Desk"."""
    words = role.split()
    if words and words[0].strip(".").casefold() in _SALUTATIONS:
        return True
    return _TWO_NAMES.fullmatch(role) is not None and not _ROLES.search(role)


def read_phone(holders: Iterable[Record]) -> str:
    """The first number that answers by voice and is not a person's own, as it is dialled in the UK.

    ``holders`` are records with ``phones`` and ``contacts``, the closest to the service first. A number that belongs to
    a contact with a name may be a landline, and is dropped where it is a mobile.
    """
    for holder in holders:
        for phone in _phones(holder):
            if phone:
                return phone
    return ""


def _phones(holder: Record) -> Iterator[str]:
    for phone in records(holder, "phones"):
        yield _public(phone, of_a_person=False)
    for contact in records(holder, "contacts"):
        for phone in records(contact, "phones"):
            yield _public(phone, of_a_person=bool(plain(str(contact.get("name") or ""))))


def _public(phone: Record, *, of_a_person: bool) -> str:
    if _NO_VOICE.search(raw(phone, "type")):
        return ""
    number = plain_number(raw(phone, "number"))
    if of_a_person and _MOBILE.fullmatch(re.sub(r"[ ().-]", "", number)):
        return ""
    extension = raw(phone, "extension").removesuffix(".0")
    return f"{number} ext {extension}" if number and extension.isdecimal() and len(extension) <= 6 else number


def plain_number(written: str) -> str:
    """A phone number as it is dialled in the UK; "" where it is none."""
    found = cells.read_phone(written.strip(" \"'"))
    if isinstance(found, Refused):
        return ""
    digits = re.sub(r"[ ().-]", "", found)
    return cells.local(digits.removeprefix("+")) if digits.startswith("+44") else found
