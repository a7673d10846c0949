"""What MY PROGRESS says: two or three kind sentences, and on Telegram a picture with the same in words.

The sentences hold no number, and neither they nor the picture name what anybody is recovering from: whoever looks over
a shoulder learns little. Nobody is held against anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flows import capital, timing
from flows.capital import Change, Rating
from flows.content import Instrument
from flows.effects import Rated
from flows.model import Look
from flows.picture import Picture, Row
from flows.wording import Wording

Phrase = Callable[[str, Mapping[str, str]], str]

MOST_ROWS = 12  # more would not be readable on a phone: then the domains are drawn
_GREW, _STRONG, _LOW = 0.2, 0.6, 0.3  # shares of the scale: on 0 to 10, up by 2, at least 6, at most 3
_FEWEST = 3  # answers, below which there is nothing to tell; or all, where there are fewer items


class Words(NamedTuple):
    """In which language and for which screen it is said."""

    phrase: Phrase
    language: str
    look: Look


def ratings_of(instrument: Instrument, given: Iterable[tuple[datetime, Rated]], zone: str) -> list[Rating]:
    """What was rated of this instrument as it is now worded, on the person's own calendar."""
    return [
        Rating(rated.item, rated.value, timing.local(at, zone).date())
        for at, rated in given
        if rated.instrument == instrument.name and rated.version == instrument.version
    ]


def sentences(instrument: Instrument, change: Change, words: Words) -> str:
    """What grew, what is low, one idea; or that it is too early to tell."""
    now = change.now.values
    phrase = words.phrase
    if len(now) < min(_FEWEST, len(instrument.items)):
        return phrase("progress not yet", {})
    said = [_best(instrument, change, words)]
    low = _lowest(instrument, now)
    idea = instrument.items[low].idea if low else None
    if low:
        said.append(phrase("progress low", {"what": _name(instrument, low, words)}))
    if idea is not None:
        said.append(phrase("progress idea", {"idea": idea.spoken(words.language, words.look)}))
    elif low:
        said.append(phrase("progress any idea", {}))
    return " ".join(said)


def _best(instrument: Instrument, change: Change, words: Words) -> str:
    """What grew most since the start; else what is strongest; else kindness."""
    length = instrument.scale.high - instrument.scale.low
    grew = sorted((each for each in change.moved if each.by >= _GREW * length), key=lambda each: -each.by)
    if grew:
        return words.phrase("progress grew", {"what": _named(instrument, [each.item for each in grew], words)})
    now = change.now.values
    strong = [item for item in now if now[item] - instrument.scale.low >= _STRONG * length]
    if strong:
        strong.sort(key=lambda item: -now[item])
        return words.phrase("progress strong", {"what": _named(instrument, strong, words)})
    return words.phrase("progress heavy", {})


def _lowest(instrument: Instrument, now: Mapping[str, int]) -> str:
    """The lowest item, where it is low enough to speak of; "" where none is."""
    scale = instrument.scale
    mark = scale.low + _LOW * (scale.high - scale.low)
    low = [item for item in instrument.items if item in now and now[item] <= mark]
    return min(low, key=lambda item: now[item], default="")


def _named(instrument: Instrument, items: Sequence[str], words: Words) -> str:
    """One or two of them, as a sentence says it."""
    names = [_name(instrument, item, words) for item in items[:2]]
    if len(names) == 1:
        return names[0]
    return words.phrase("progress two", {"one": names[0], "other": names[1]})


def _name(instrument: Instrument, item: str, words: Words) -> str:
    short: Wording | None = instrument.items[item].short
    return short.spoken(words.language, words.look) if short is not None else item


# ---------------------------------------------------------------- the picture


def picture(instrument: Instrument, change: Change, words: Words) -> tuple[Picture, str] | None:
    """The start and now of every item, and the same in words; None where it is too early to tell."""
    if len(change.now.values) < min(_FEWEST, len(instrument.items)):
        return None
    rows = _rows(instrument, change, words)
    phrase = words.phrase
    drawn = Picture(
        low=instrument.scale.low,
        high=instrument.scale.high,
        began=phrase("picture began", {}),
        now=phrase("picture now", {}),
        missing=phrase("picture missing", {}),
        rows=tuple(rows),
    )
    return drawn, " ".join(_said(row, words) for row in rows)


def _rows(instrument: Instrument, change: Change, words: Words) -> list[Row]:
    if len(instrument.items) > MOST_ROWS:
        paired = {shift.name: shift for shift in change.domains}
        return [
            Row(_capital(level.name), paired[level.name].start, _or(paired[level.name].now, level.mean))
            for level in change.now.domains
        ]
    began_at, now = change.start.values, change.now.values
    moved = {each.item for each in change.moved}
    return [
        # an item answered only once is drawn once: where it stands now
        Row(
            _capital(_name(instrument, item, words)),
            began_at.get(item) if item in moved or item not in now else None,
            now.get(item),
        )
        for item in instrument.items
    ]


def _said(row: Row, words: Words) -> str:
    values = {"what": row.label, "start": _number(row.start), "now": _number(row.now)}
    if row.now is None:
        return words.phrase("picture says missing" if row.start is None else "picture says gone", values)
    return words.phrase("picture says new" if row.start is None else "picture says", values)


def _or(value: float | None, other: float | None) -> float | None:
    return other if value is None else value


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if value == int(value) else f"{value:.1f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def of(instrument: Instrument, ratings: Sequence[Rating], now: datetime, zone: str) -> Change:
    """From the start until today, as the person's calendar has it."""
    return capital.change(instrument, ratings, timing.local(now, zone).date())
