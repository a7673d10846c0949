"""A picture is drawn when it is sent, is readable on a small phone, and has its words beside it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from PIL import Image

from bot.channels.base import Outgoing
from bot.channels.telegram import TelegramMessenger
from bot.charts import LETTERS, WIDTH, draw
from bot.config import TelegramSettings
from flows.effects import Button, Purpose
from flows.errors import SendFailed
from flows.picture import Picture, Row, dump, load
from storage.outbox import read_body, read_picture, write_body
from tests.fakes.clients import a_bot
from tests.fakes.telegram import TelegramFake

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ROWS = (Row("Hope", 4, 8), Row("Home", 7, 4), Row("Money", 5, 5), Row("Things to do", None, 5), Row("Body", 6, None))
PICTURE = Picture(0, 10, "When you began", "Now", "no answer lately", ROWS)


def test_it_is_drawn_for_a_narrow_phone() -> None:
    drawn = Image.open(io.BytesIO(draw(PICTURE)))
    assert drawn.format == "PNG"
    assert drawn.width == WIDTH == 640, "twice 320, so that it stays sharp"
    assert LETTERS * 100 / 72 / 2 >= 11, "points of a letter where 320 are the whole width"


def test_the_same_picture_is_the_same_file() -> None:
    assert draw(PICTURE) == draw(PICTURE)
    assert draw(PICTURE, "svg") == draw(PICTURE, "svg")


def test_on_a_page_its_words_stay_words_and_its_text_goes_with_it() -> None:
    page = draw(PICTURE, "svg", "Hope has grown.").decode()
    assert all(row.label in page for row in ROWS)
    assert "Hope has grown." in page
    assert page.count("no answer lately") == 1


def test_what_was_not_answered_is_drawn_nowhere() -> None:
    def marks(row: Row) -> int:
        return draw(PICTURE._replace(rows=(row,)), "svg").decode().count("<use ")

    legend = marks(Row("Hope", None, None))
    assert [marks(Row("Hope", *each)) - legend for each in ((3, 5), (3, None), (None, 5))] == [2, 1, 1]


@pytest.mark.parametrize("label", ["$x^2$", "50% & <more>", "Lle i fyw, tŷ ŵyr", "Poczucie przynależności żółć"])
def test_any_words_can_stand_in_it(label: str) -> None:
    assert draw(PICTURE._replace(rows=(Row(label, 1, 2),)))[:4] == b"\x89PNG"


def test_it_is_kept_beside_the_words() -> None:
    assert load(dump(PICTURE)) == PICTURE
    body = write_body("Hope has grown.", (Button("OK", "1:ok"),), PICTURE)
    assert read_body(body) == ("Hope has grown.", (Button("OK", "1:ok"),))
    assert read_picture(body) == PICTURE
    assert read_picture(write_body("Hello", (Button("OK", "1:ok"),))) is None
    assert read_picture(write_body("[1] Hello", ())) is None


# ---------------------------------------------------------------- on Telegram


@pytest.fixture
async def fake() -> AsyncIterator[TelegramFake]:
    async with TelegramFake(now=lambda: NOW) as telegram:
        telegram.chat().begins()
        yield telegram
        assert not telegram.violations


@pytest.fixture
async def messenger(fake: TelegramFake) -> AsyncIterator[TelegramMessenger]:
    settings = TelegramSettings(token=fake.token, mode="webhook", webhook_secret="s3cret_word", api_url=fake.url)
    made = TelegramMessenger(settings, lambda: NOW)
    await made.open()
    yield made
    await made.close()


def outgoing(fake: TelegramFake, text: str = "Hope has grown.", buttons: tuple[Button, ...] = ()) -> Outgoing:
    address = str(fake.chat().id)
    return Outgoing(outbox_id=41, address=address, text=text, purpose=Purpose.REPLY, buttons=buttons, picture=PICTURE)


async def test_a_picture_arrives_covered_with_its_words_and_buttons(
    fake: TelegramFake, messenger: TelegramMessenger
) -> None:
    number = await messenger.send(outgoing(fake, buttons=(Button("OK", "1:ok"),)))
    [(method, sent)] = fake.calls_made
    assert sent["caption_entities"] == [{"type": "spoiler", "offset": 0, "length": 15}]
    shown = fake.chat().messages[int(number)]
    assert (method, shown["caption"], shown["has_media_spoiler"]) == ("sendPhoto", "Hope has grown.", True)
    assert fake.chat().buttons == ["OK"]
    assert fake.chat().pictures == [draw(PICTURE)]


async def test_a_picture_that_is_refused_for_now_is_tried_again_like_any_message(
    fake: TelegramFake, messenger: TelegramMessenger
) -> None:
    fake.refuses(429, "Too Many Requests: retry after 7", method="sendPhoto", parameters={"retry_after": 7})
    with pytest.raises(SendFailed) as refused:
        await messenger.send(outgoing(fake))
    assert refused.value.retry_at is not None
    await messenger.send(outgoing(fake))
    assert len(fake.chat().pictures) == 1


async def test_what_cannot_be_drawn_is_said(
    fake: TelegramFake, messenger: TelegramMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.charts.draw", lambda _: 1 / 0)
    await messenger.send(outgoing(fake))
    [(method, sent)] = fake.calls_made
    assert (method, sent["entities"][0]["type"]) == ("sendMessage", "spoiler")
    assert fake.chat().received == ["Hope has grown."]


async def test_long_words_are_cut_to_what_goes_below_a_picture(
    fake: TelegramFake, messenger: TelegramMessenger
) -> None:
    await messenger.send(outgoing(fake, "word " * 400))
    assert len(fake.chat().received[0]) <= 1024


async def test_telegrams_own_library_sends_the_fake_a_picture_too(fake: TelegramFake) -> None:
    async with a_bot(fake) as bot:
        sent = await bot.send_photo(fake.chat().id, draw(PICTURE), caption="Hope", has_spoiler=True)
    assert (sent.caption, sent.has_media_spoiler) == ("Hope", True)
