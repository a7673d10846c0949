"""How a group is told: a line to choose it by, and what is said of the one that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from flows.content import Group
from flows.directory.freshness import freshness
from flows.directory.ranking import Offer
from flows.directory.telling import Phrase, away_words, spoken_day
from flows.model import Look

TOLD = ("where", "note", "more")
"""What ``((group.…))`` may name beside the columns: made of several of them, and never with a hole."""

NAME, LABEL_NAME, WHERE, ADDRESS, MORE = 30, 22, 44, 64, 126
"""Letters on SMS: so an offer is one text, whatever a source calls its groups."""

STEP_FREE, ONLINE = "step_free", "online"


def label(offer: Offer, today: date, look: Look, phrase: Phrase) -> str:
    """A group in one line, as a choice: "Tuesday Table, Tue 18:30, about 3 miles"."""
    group = offer.group
    spoken = {
        "name": short(group.name, LABEL_NAME, look),
        "day": spoken_day(group, offer.next_date, today, 3, phrase),
        "time": f"{group.time:%H:%M}",
    }
    away = said_away(group, offer.miles, phrase)
    return phrase("group label away", spoken | {"away": away}) if away else phrase("group label", spoken)


def said_away(group: Group, miles: float | None, phrase: Phrase) -> str:
    """How far it is: "about 3 miles", "online", or "" where nobody can know."""
    if miles is not None:
        name, blanks = away_words(miles)
        return phrase(name, blanks)
    return phrase("away online", {}) if group.access.get(ONLINE, False) else ""


def short(text: str, longest: int, look: Look) -> str:
    """``text`` in at most so many letters on SMS, cut between words; Telegram has room."""
    if look is not Look.SMS or len(text) <= longest:
        return text
    kept = text[:longest].rsplit(" ", 1)[0] if " " in text[:longest] else text[:longest]
    return kept.rstrip(" ,;:-/(")


def told(group: Group, column: str, today: date, look: Look, phrase: Phrase, miles: float | None = None) -> str:
    """One of TOLD, in the person's words."""
    say: Callable[[], str] = {
        "where": lambda: _where(group, look, phrase, miles),
        "note": lambda: _note(group, today, phrase),
        "more": lambda: _that_fit(_more(group, today, look, phrase), look),
    }[column]
    return say()


def _where(group: Group, look: Look, phrase: Phrase, miles: float | None) -> str:
    """ "Community Room, Tonbridge TN9 1AA, about 3 miles"; "online"."""
    placed, away = address(group, WHERE, look), said_away(group, miles, phrase)
    return ", ".join(filter(None, (placed, away))) or phrase("place unknown", {})


def address(group: Group, longest: int, look: Look) -> str:
    """How to get there: the room, the town and the postcode. The room is cut first: a postcode is what a map needs."""
    if group.access.get(ONLINE, False) and not group.postcode:
        return ""
    room = short(group.place, max(longest - len(group.postcode) - 2, 8), look)
    in_town = " ".join(filter(None, (group.town if group.town not in room else "", group.postcode)))
    room = short(group.place, max(longest - len(in_town) - 2, 8), look)
    return ", ".join(filter(None, (room, in_town)))


def _note(group: Group, today: date, phrase: Phrase) -> str:
    """The one line that may decide whether somebody can come: ring first, or how the door is."""
    if _rings_first(group, today):
        return phrase("group ring first", {"phone": group.phone})
    if group.access.get(ONLINE, False) and not group.postcode:
        return phrase("group from anywhere", {})
    known: Mapping[bool | None, str] = {True: "group step free", False: "group not step free"}
    return phrase(known.get(group.access.get(STEP_FREE), "group step free unknown"), {})


def _more(group: Group, today: date, look: Look, phrase: Phrase) -> Iterator[str]:
    """Everything that helps to get there, a sentence each, the most needed first; what the directory does not say is
    left out."""
    placed = address(group, ADDRESS, look)
    if placed:
        yield f"{placed}."
    elif group.link:
        yield phrase("group join", {"link": group.link})
    yield _note(group, today, phrase)
    rings_first = _rings_first(group, today)
    if group.contact and group.phone and not rings_first:
        yield phrase("group ask and ring", {"contact": group.contact, "phone": group.phone})
    elif group.contact:
        yield phrase("group ask for", {"contact": group.contact})
    elif group.phone and not rings_first:
        yield phrase("group ring", {"phone": group.phone})
    if group.until:
        yield phrase("group times", {"from": f"{group.time:%H:%M}", "until": f"{group.until:%H:%M}"})
    if group.cost:
        yield phrase("group cost", {"cost": group.cost})


def _that_fit(sentences: Iterable[str], look: Look) -> str:
    """As many as one text holds beside the name of the group; Telegram has room for all."""
    kept = ""
    for sentence in sentences:
        longer = f"{kept} {sentence}".lstrip()
        if look is Look.TELEGRAM or not kept or len(longer) <= MORE:
            kept = longer
    return kept


def _rings_first(group: Group, today: date) -> bool:
    return bool(group.phone) and freshness(group.checked, today).ring_first
