"""The pictures of docs/pictures.md, of people who do not exist: ``python -m tests.capital.drawn`` draws them anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.charts import draw
from flows import blanks
from flows.capital import Rating, change
from flows.content import Instrument, Item, Library
from flows.model import Look
from flows.picture import Picture
from flows.steps import Scale
from flows.talking import progress
from flows.wording import Place, Wording
from tests.shipped import shipped

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
BEGAN, NOW = date(2026, 8, 10), date(2026, 11, 2)
NINE = ("mind", "body", "goal", "hope", "people", "home", "money", "time", "belonging")


def words(library: Library, language: str) -> progress.Words:
    def phrase(name: str, values: object) -> str:
        return blanks.fill(library.phrases[name].spoken(language, Look.TELEGRAM), dict(values).get)  # type: ignore[call-overload]

    return progress.Words(phrase, language, Look.TELEGRAM)


def rated(items: tuple[str, ...], *rounds: tuple[date, tuple[int | None, ...]]) -> list[Rating]:
    return [
        Rating(item, value, on)
        for on, given in rounds
        for item, value in zip(items, given, strict=True)
        if value is not None
    ]


def shown(instrument: Instrument, ratings: list[Rating], language: str = "en") -> tuple[Picture, str]:
    found = shipped()
    assert found.conversation is not None
    made = progress.picture(instrument, change(instrument, ratings, NOW), words(found.conversation.library, language))
    assert made is not None
    return made


def many() -> Instrument:
    """One with more items than a phone can show: four domains of five."""
    domains = ("housing", "health", "people", "purpose")
    items = {
        f"{domain}{number}": Item(f"{domain}{number}", Wording({"en": "?"}), domain)
        for domain in domains
        for number in range(5)
    }
    scale = Scale(1, 6, "never", "always")
    return Instrument("many", "1", "", "invented", scale, items, 14, timedelta(days=42), Place("many.yaml", 1))


def pictures() -> Iterator[tuple[str, Picture, str]]:
    """Name, picture, and the same in words."""
    found = shipped()
    assert found.conversation is not None
    ours = found.conversation.library.instruments["recovery-capital"]
    up = rated(NINE, (BEGAN, (3, 4, 2, 4, 6, 7, 1, 3, 2)), (NOW, (6, 4, 7, 8, 6, 4, 2, 6, 5)))
    few = rated(
        NINE,
        (BEGAN, (3, None, 2, 4, 6, None, 1, None, 2)),
        (NOW, (5, 4, None, 6, None, None, 1, None, None)),
    )
    still = rated(NINE, (BEGAN, (0, 10, 5, 5, 5, 5, 5, 5, 5)), (NOW, (0, 10, 5, 5, 5, 5, 5, 5, 5)))
    long = many()
    first, second = (2, 3, 2, 1, 2) * 4, (4, 5, 4, 3, 2, 2, 3, 2, 1, 2, 5, 6, 5, 6, 5, 1, 2, 1, 1, 2)
    yield ("twelve-weeks", *shown(ours, up))
    yield ("much-missing", *shown(ours, few))
    yield ("nothing-moved", *shown(ours, still))
    yield ("polish", *shown(ours, up, "pl"))
    yield ("many-items", *shown(long, rated(tuple(long.items), (BEGAN, first), (NOW, second))))


def main() -> None:
    """Draws them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture, text in pictures():
        (FOLDER / f"{name}.png").write_bytes(draw(picture))
        print(name, text)
    name, picture, text = next(pictures())
    (FOLDER / f"{name}.svg").write_bytes(draw(picture, "svg", text))


if __name__ == "__main__":
    main()
