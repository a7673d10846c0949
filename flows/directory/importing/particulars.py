"""What a service of Open Referral says of itself: whom it is for, at what cost, whether it is open, how fresh it is."""

from __future__ import annotations

import re
from datetime import date

from flows.directory.importing.fields import Record, number, plain, raw, record, records, text, whole
from flows.directory.importing.hours import read_date
from flows.directory.importing.own_terms import is_own
from flows.directory.importing.whereabouts import Say

OLDEST = 120
_CLOSED = frozenset({"inactive", "defunct", "temporarily closed", "closed", "suspended"})
_FREE = frozenset({"free", "free of charge", "no charge", "no cost", "none", "0", "nil"})
_REFERRED = {"referral": "by referral", "appointment": "by appointment", "membership": "for members"}
_SHUT = re.compile(r"\b(?:closed|cancelled|suspended|not running)\b", re.IGNORECASE)
_SIGNS = {"": "£", "GBP": "£", "EUR": "€"}


def eligibility(service: Record) -> str:
    """Who can come, in the words of the service and of each of its eligibilities."""
    said = [text(service, "eligibility_description"), *(text(each, "eligibility") for each in _eligibilities(service))]
    said += [_REFERRED.get(raw(service, "attending_access").casefold(), "")]  # version 1
    return plain("; ".join(dict.fromkeys(filter(None, said))))


def _eligibilities(service: Record) -> list[Record]:
    return [*records(service, "eligibilitys"), *records(service, "eligibility")]


def ages(service: Record, say: Say) -> tuple[int | None, int | None]:
    """The youngest and the oldest that it is for: its own, else those of its eligibility, the widest of several."""
    youngest, oldest = _age(service, "minimum_age"), _age(service, "maximum_age")
    groups = _eligibilities(service)
    if youngest is None and oldest is None and groups:
        low, high = ([_age(each, key) for each in groups] for key in ("minimum_age", "maximum_age"))
        youngest = None if None in low else min(filter(None, low), default=None)
        oldest = None if None in high else max(filter(None, high), default=None)
    if youngest is not None and oldest is not None and youngest > oldest:
        say(f"It is for ages from {youngest} to {oldest}, which nobody has.")
        return None, None
    return youngest or None, oldest or None


def _age(holder: Record, key: str) -> int | None:
    found = whole(holder, key)
    return found if found is not None and 0 <= found <= OLDEST else None


def is_closed(service: Record, say: Say) -> bool:
    """Whether nobody should be sent: by its status alone. An alert in words is shown to whoever imports it."""
    status = raw(service, "status").casefold().replace("_", " ")
    if status in _CLOSED:
        say(f"Its status is “{status}”, so it will not be offered.")
        return True
    if status not in ("", "active"):
        say(f"Its status, “{status[:30]}”, is none that the standard knows; it is taken for active.")
    if _SHUT.search(alert := text(service, "alert", 120)):
        say(f"It is offered, and carries an alert: “{alert}”.")
    return False


def cost(service: Record, today: date) -> str:
    """What it costs on ``today``, in a few words; "free" as groups.csv has it, "" where nobody says."""
    for option in records(service, "cost_options"):
        begins, ends = read_date(raw(option, "valid_from")), read_date(raw(option, "valid_to"))
        if (begins is None or begins <= today) and (ends is None or ends >= today) and (price := _price(option)):
            return price
    said = text(service, "fees_description", 120) or text(service, "fees", 120)
    return "free" if said.casefold().rstrip(".") in _FREE else said


def _price(option: Record) -> str:
    amount = number(option, "amount")
    said = text(option, "option", 60)
    if amount is None or not 0 <= amount < 10_000:
        return "free" if said.casefold() in _FREE else said
    if amount == 0:
        return "free"
    currency = raw(option, "currency").upper()
    sign = _SIGNS.get(currency, f"{currency} ")
    plain_amount = f"{amount:.0f}" if amount == int(amount) else f"{amount:.2f}"
    return " ".join(filter(None, [f"{sign}{plain_amount}", text(option, "amount_description", 40)]))


def assured(service: Record, today: date, say: Say) -> date | None:
    """When somebody last knew that it is true. ``last_modified`` is not that: programs modify too."""
    found = read_date(raw(service, "assured_date"))
    if found and found > today:
        say(f"It was assured on {found}, which is yet to come.")
        return None
    return found


def terms(service: Record) -> list[str]:
    """The terms of any taxonomy that it is filed under, version 1's among them; our own are read elsewhere."""
    filed = [(each, "taxonomy_term") for each in records(service, "attributes")]
    filed += [(each, "taxonomy") for each in records(service, "service_taxonomys")]
    others = [term for each, key in filed if not is_own(term := record(each, key))]
    return [said for said in dict.fromkeys(text(term, "name", 60) for term in others) if said]
