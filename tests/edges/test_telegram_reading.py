"""Every update that Telegram can bring is read as something."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram_updates import ALLOWED_UPDATES, read
from flows.model import Channel, Heard, Inbound
from tests.shared import shared

PRIVATE = {"id": 77, "type": "private", "first_name": "Sam"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Friends"}
SAM = {"id": 77, "is_bot": False, "first_name": "Sam"}
DATE = 1_790_000_000


def message(chat: dict[str, Any] = PRIVATE, **fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": DATE, "chat": chat, "from": SAM, **fields}


def tapped(data: str | None, chat: dict[str, Any] = PRIVATE, **fields: Any) -> dict[str, Any]:
    query: dict[str, Any] = {"id": "4382", "from": SAM, "message": message(chat), "chat_instance": "1", **fields}
    return query if data is None else query | {"data": data}


def membership(old: str, new: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    return {
        "chat": chat,
        "from": SAM,
        "date": DATE,
        "old_chat_member": {"status": old},
        "new_chat_member": {"status": new},
    }


def seen(inbound: Inbound) -> tuple[str, Heard, str]:
    return inbound.address, inbound.kind, inbound.text


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"message": message(text="hello")}, ("77", Heard.TEXT, "hello")),
        ({"message": message(text="/start join-4")}, ("77", Heard.TEXT, "/start join-4")),
        ({"message": message(text="👍")}, ("77", Heard.TEXT, "👍")),
        ({"message": message(text="a\ud800b")}, ("77", Heard.TEXT, "a\ufffdb")),
        ({"message": message(photo=[{}], caption="us")}, ("77", Heard.MEDIA, "us")),
        ({"message": message(photo=[{}])}, ("77", Heard.MEDIA, "")),
        *(
            ({"message": message(**{kind: {}})}, ("77", Heard.MEDIA, ""))
            for kind in ("voice", "sticker", "video", "video_note", "location", "contact", "dice", "document", "poll")
        ),
        ({"message": message(pinned_message={})}, ("77", Heard.OTHER, "")),
        ({"message": message()}, ("77", Heard.OTHER, "")),
        ({"message": message(text="")}, ("77", Heard.OTHER, "")),
        ({"message": message(GROUP, text="hello all")}, ("-1001", Heard.GROUP, "hello all")),
        ({"message": message({"id": -5, "type": "group"}, new_chat_members=[])}, ("-5", Heard.GROUP, "")),
        ({"edited_message": message(text="hallo", edit_date=DATE)}, ("77", Heard.EDIT, "hallo")),
        ({"edited_message": message(caption="us two")}, ("77", Heard.EDIT, "us two")),
        ({"edited_message": message(GROUP, text="x")}, ("-1001", Heard.GROUP, "x")),
        ({"channel_post": message({"id": -9, "type": "channel"}, text="news")}, ("-9", Heard.GROUP, "news")),
        ({"edited_channel_post": message({"id": -9, "type": "channel"}, text="n")}, ("-9", Heard.GROUP, "n")),
        ({"callback_query": tapped("3:yes")}, ("77", Heard.TAP, "yes")),
        ({"callback_query": tapped("3:any:time")}, ("77", Heard.TAP, "any:time")),
        ({"callback_query": tapped("odd")}, ("77", Heard.TAP, "odd")),
        ({"callback_query": tapped("3:yes", message=None)}, ("77", Heard.TAP, "yes")),
        ({"callback_query": tapped("3:yes", GROUP)}, ("-1001", Heard.GROUP, "yes")),
        ({"callback_query": tapped(None, game_short_name="x")}, ("77", Heard.OTHER, "")),
        ({"my_chat_member": membership("member", "kicked")}, ("77", Heard.LEFT, "")),
        ({"my_chat_member": membership("kicked", "member")}, ("77", Heard.CAME_BACK, "")),
        ({"my_chat_member": membership("member", "member")}, ("77", Heard.OTHER, "")),
        ({"my_chat_member": membership("left", "member", GROUP)}, ("-1001", Heard.GROUP, "")),
        ({"my_chat_member": membership("member", "left", GROUP)}, ("-1001", Heard.LEFT, "")),
        ({"inline_query": {"id": "1", "from": SAM, "query": "x"}}, ("77", Heard.OTHER, "")),
        ({"message_reaction": {"chat": PRIVATE, "new_reaction": []}}, ("77", Heard.OTHER, "")),
        ({"poll_answer": {"poll_id": "1", "user": SAM}}, ("77", Heard.OTHER, "")),
        ({"a_kind_of_next_year": {"chat": PRIVATE}}, ("77", Heard.OTHER, "")),
        ({}, ("", Heard.OTHER, "")),
        ({"message": message({}, text="from nowhere", **{"from": {}})}, ("", Heard.OTHER, "from nowhere")),
    ],
)
def test_what_an_update_is(update: dict[str, Any], expected: tuple[str, Heard, str]) -> None:
    inbound = read({"update_id": 900, **update})

    assert seen(inbound) == expected
    assert (inbound.channel, inbound.provider_id) == (Channel.TELEGRAM, "900")


def test_a_tap_names_its_question_and_what_to_answer() -> None:
    inbound = read({"update_id": 1, "callback_query": tapped("12:tuesday")})

    assert (inbound.tap, inbound.text, inbound.callback_id) == ("12", "tuesday", "4382")


def test_the_time_is_telegrams() -> None:
    assert read({"update_id": 1, "message": message(text="x")}).sent_at == datetime.fromtimestamp(DATE, UTC)


@pytest.mark.parametrize("date", [None, "noon", -1, 0, 2**60, True, 1.5])
def test_a_time_that_is_none_is_left_out(date: object) -> None:
    assert read({"update_id": 1, "message": message(text="x") | {"date": date}}).sent_at is None


@pytest.mark.parametrize("update_id", [None, "900", 1.5, True, [], {}, 10**90])
def test_without_an_id_a_repeat_is_still_known(update_id: object) -> None:
    update = {"update_id": update_id, "message": message(text="x")}

    assert read(update).provider_id == read(json.loads(json.dumps(update))).provider_id
    assert read(update).provider_id != read(update | {"message": message(text="y")}).provider_id


WRONG: list[Any] = [
    None,
    1,
    -1,
    2**70,
    1.5,
    True,
    "",
    "x",
    "\ud800",
    [],
    [{}],
    {},
    {"id": "x"},
    {"id": 2**70},
    {"id": True},
]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("kind", [*ALLOWED_UPDATES, "edited_channel_post", "inline_query", "something_new"])
def test_no_field_of_the_wrong_shape_upsets_it(kind: str, wrong: object) -> None:
    bodies: list[Any] = [wrong]
    for whole in (message(text="x"), tapped("1:yes"), membership("member", "kicked")):
        bodies += [whole | {name: wrong} for name in whole]
    for body in bodies:
        inbound = read({"update_id": 1, kind: body})
        assert inbound.text.encode() is not None
        assert len(inbound.address) <= 40


def test_every_kind_of_update_that_telegram_documents_is_read_as_something() -> None:
    specification = json.loads(shared("data/specs/telegram_bot_api.json").read_text())
    kinds = [field["name"] for field in specification["types"]["Update"]["fields"] if field["name"] != "update_id"]

    assert len(kinds) > 20
    for kind in kinds:
        assert read({"update_id": 1, kind: {"chat": PRIVATE, "from": SAM}}).kind is not Heard.TEXT
