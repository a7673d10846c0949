"""docs/pictures.md shows pictures as they are drawn today."""

from __future__ import annotations

import io

from PIL import Image

from bot.charts import draw
from tests.capital.drawn import FOLDER, pictures


def test_the_pictures_of_the_document_are_those_that_are_drawn() -> None:
    document = (FOLDER.parent / "pictures.md").read_text(encoding="utf-8")
    for name, picture, text in pictures():
        with Image.open(FOLDER / f"{name}.png") as kept, Image.open(io.BytesIO(draw(picture))) as drawn:
            assert kept.size == drawn.size
        assert f"pictures/{name}.png" in document
        assert all(row.label in text for row in picture.rows)
    assert {path.stem for path in FOLDER.iterdir()} == {name for name, _, _ in pictures()}
