"""What comes as a picture on Telegram is seen on the practice phone too."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image
from sqlalchemy import select

from bot.app import App
from flows.effects import Rated
from storage import answers, tables
from storage.statements import Db
from tests.practice.conftest import Client
from tests.practice.handset import Handset

JOINS = ("hello", "y", "y", "Sam", "skip", "07700900009", "n", "n")


async def test_my_progress_shows_its_picture(client: Client, app: App) -> None:
    phone = Handset(client, look="telegram")
    await phone.texts(*JOINS)

    def rates(db: Db) -> None:
        person = db.connection.execute(select(tables.participants.c.id)).scalar_one()
        given = [(person, Rated("recovery-capital", "1", item, 7)) for item in ("mind", "body", "hope")]
        answers.keep_ratings(db, given, app.clock() - timedelta(days=1))

    await app.database.run(rates)
    await phone.texts("MY PROGRESS")
    shown = phone.heard("Peace of mind: now 7.")
    answer = await client.get(shown["picture"])
    assert answer.content_type == "image/png"
    with Image.open(io.BytesIO(await answer.read())) as drawn:
        assert drawn.width == 640
    assert phone.heard("Strongest just now")["picture"] == ""
    other = shown["picture"].replace("07700900001", "07700900002")
    assert (await client.get(other)).status == 404, "another phone has no such message"
