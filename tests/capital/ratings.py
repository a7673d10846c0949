"""Instruments and ratings, written short."""

from __future__ import annotations

from datetime import date, timedelta

from flows.capital import Rating
from flows.content import Instrument, Item, Reliability
from flows.steps import Scale
from flows.wording import Place, Wording

DAY = date(2026, 11, 2)
NINE = {
    **dict.fromkeys(("mind", "body", "goal", "hope"), "personal"),
    "people": "social",
    **dict.fromkeys(("home", "money"), "practical"),
    **dict.fromkeys(("time", "belonging"), "community"),
}


def instrument(
    items: dict[str, str] | None = None,
    *,
    minimum: int = 7,
    reverse: str = "",
    score: str = "mean",
    sd: float | None = None,
    r: float | None = None,
    scale: Scale | None = None,
) -> Instrument:
    """``items`` is item → domain; the nine of the default form where none are given."""
    found = {
        name: Item(name, Wording({"en": f"How is {name}?"}), domain, reverse=name == reverse)
        for name, domain in (items or NINE).items()
    }
    return Instrument(
        name="ours",
        version="1",
        about="",
        licence="CC0",
        scale=scale or Scale(0, 10, "low", "high"),
        items=found,
        minimum=minimum,
        within=timedelta(days=42),
        place=Place("instruments/ours.yaml", 1),
        score=score,
        sd=sd,
        reliability=None if r is None else Reliability(r, "test-retest", "a paper"),
    )


def rated(day: int, **values: int | None) -> list[Rating]:
    """These items, answered so many days after the first of them all."""
    return [Rating(item, value, DAY + timedelta(days=day)) for item, value in values.items()]


def on(day: int) -> date:
    return DAY + timedelta(days=day)


def all_nine(day: int, *values: int) -> list[Rating]:
    return rated(day, **dict(zip(NINE, values, strict=True)))
