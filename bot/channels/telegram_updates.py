"""Reading what Telegram sends: one update in, one Inbound out, for every kind that exists or may come to exist.

https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import fingerprint, readable
from flows.model import Channel, Heard, Inbound

# what we ask Telegram for; anything else that comes all the same is recorded as Heard.OTHER
ALLOWED_UPDATES = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")

# what a message may hold besides words, and a person means as one
_MEDIA = frozenset(
    {"animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker", "story", "video", "video_note"}
    | {"voice", "contact", "dice", "game", "poll", "venue", "location", "checklist", "invoice"}
)
_POSTS = ("channel_post", "edited_channel_post")
_GONE = ("kicked", "left")

Fields = Mapping[str, Any]


def read(update: Mapping[str, Any]) -> Inbound:
    """One update. Never fails: a kind we do not know, or fields of the wrong shape, give Heard.OTHER."""
    number = update.get("update_id")
    known = isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63
    provider_id = str(number) if known else fingerprint(json.dumps(update, sort_keys=True).encode())
    for kind, reader in _READERS.items():
        body = update.get(kind)
        if isinstance(body, dict):
            return reader(provider_id, body)
    body = next((value for value in update.values() if isinstance(value, dict)), {})
    return _inbound(provider_id, _address(body), Heard.OTHER, body)


def _message(provider_id: str, message: Fields) -> Inbound:
    chat = _fields(message, "chat")
    words = _text(message, "text")
    kind = Heard.TEXT
    if not words:
        has_media = any(name in message for name in _MEDIA)
        kind, words = (Heard.MEDIA, _text(message, "caption")) if has_media else (Heard.OTHER, "")
    if chat.get("type") != "private":
        kind = Heard.GROUP if _id(chat) else Heard.OTHER
    return _inbound(provider_id, _address(message), kind, message, text=words, sent_at=_moment(message.get("date")))


def _edited(provider_id: str, message: Fields) -> Inbound:
    kind = Heard.EDIT if _fields(message, "chat").get("type") == "private" else Heard.GROUP
    words = _text(message, "text") or _text(message, "caption")
    return _inbound(
        provider_id, _address(message), kind, message, text=words, sent_at=_moment(message.get("edit_date"))
    )


def _post(provider_id: str, message: Fields) -> Inbound:
    words = _text(message, "text") or _text(message, "caption")
    return _inbound(
        provider_id, _address(message), Heard.GROUP, message, text=words, sent_at=_moment(message.get("date"))
    )


def _tap(provider_id: str, query: Fields) -> Inbound:
    """A tap: ``question:value`` as the button was made. A tap in a group counts as something said there."""
    chat = _fields(_fields(query, "message"), "chat")
    in_group = bool(chat) and chat.get("type") != "private"
    question, colon, value = _text(query, "data").partition(":")
    address = _id(chat) if in_group else (_id(_fields(query, "from")) or _id(chat))
    kind = Heard.GROUP if in_group else (Heard.TAP if address and (question or value) else Heard.OTHER)
    return Inbound(
        channel=Channel.TELEGRAM,
        provider_id=provider_id,
        address=address,
        kind=kind,
        text=value if colon else question,
        tap=question if colon else "",
        callback_id=_text(query, "id")[:100],
        author=_id(_fields(query, "from")) if in_group else "",
    )


def _membership(provider_id: str, change: Fields) -> Inbound:
    """The bot was blocked, unblocked, or put into or out of a group."""
    old = _fields(change, "old_chat_member").get("status")
    new = _fields(change, "new_chat_member").get("status")
    private = _fields(change, "chat").get("type") == "private"
    if new in _GONE:
        kind = Heard.LEFT
    elif not private:
        kind = Heard.GROUP
    else:
        kind = Heard.CAME_BACK if old in _GONE else Heard.OTHER
    return _inbound(provider_id, _address(change), kind, change, sent_at=_moment(change.get("date")))


_READERS = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _tap,
    "my_chat_member": _membership,
    **dict.fromkeys(_POSTS, _post),
}


def _inbound(
    provider_id: str, address: str, kind: Heard, body: Fields, *, text: str = "", sent_at: datetime | None = None
) -> Inbound:
    author = _id(_fields(body, "from"))  # a person's own chat with us has their id
    return Inbound(
        channel=Channel.TELEGRAM,
        provider_id=provider_id,
        address=address,
        kind=kind if address else Heard.OTHER,
        text=text,
        sent_at=sent_at,
        author=author if kind is Heard.GROUP and author != address else "",
    )


def _address(body: Fields) -> str:
    """The chat it belongs to; the person, where there is no chat (an inline query)."""
    return _id(_fields(body, "chat")) or _id(_fields(body, "from")) or _id(_fields(body, "user"))


def _fields(body: Fields, name: str) -> Fields:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _id(body: Fields) -> str:
    value = body.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else ""


def _text(body: Fields, name: str) -> str:
    value = body.get(name)
    return readable(value) if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)
