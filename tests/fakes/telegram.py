"""A stand-in for Telegram's Bot API: one bot, its updates by long polling or webhook, and what it may be refused.

Behaviour follows Telegram's documentation and the words of its server's errors; every call is checked against the
machine-readable Bot API. The people on the other side are in ``chats.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.chats import Chat
from tests.fakes.faults import Fault, said
from tests.fakes.server import without_nothing
from tests.fakes.specs import telegram_spec
from tests.fakes.updates import Params, Refused, Updates

TOKEN = "700900:a-token-that-opens-everything"
BOT_ID = 700900
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
PNG = b"\x89PNG\r\n\x1a\n"
LONGEST_DATA = 64  # bytes in a button's callback_data
# what a form carries as JSON text; everything else is read where it is used
STRUCTURED = frozenset(
    {"reply_markup", "allowed_updates", "commands", "scope", "entities", "caption_entities", "drop_pending_updates"}
)


class TelegramFake(Updates):
    """One bot, and everybody who talks with it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.token = TOKEN
        self.me = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Fingerpost",
            "username": "fingerpost_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.now = now
        self.calls_made: list[tuple[str, dict[str, Any]]] = []  # every call but getUpdates, whatever came of it
        self.polls = 0  # how often getUpdates was asked for
        self.commands: dict[str, Any] = {}  # by scope and language
        self.waiting_taps: dict[str, Chat] = {}  # callback queries that nobody has answered yet
        self.answered_taps: list[dict[str, Any]] = []
        self._next_message = 0
        self._chats: dict[int, Chat] = {}

    def chat(self, id: int = 44_7700, *, name: str = "Sam") -> Chat:
        """The private chat with this person; the same one every time."""
        if id not in self._chats:
            self._chats[id] = Chat(self, id, name)
        return self._chats[id]

    @property
    def everybody(self) -> list[Chat]:
        """Every chat that was ever asked for."""
        return list(self._chats.values())

    # ------------------------------------------------------------ being told to go wrong

    def throttles(self, *, retry_after: int = 1, chat: Chat | None = None, times: int = 1) -> None:
        words = f"Too Many Requests: retry after {retry_after}"
        self.refuses(429, words, chat=chat, times=times, parameters={"retry_after": retry_after})

    def refuses(
        self,
        status: int,
        description: str,
        *,
        method: str = "sendMessage",
        chat: Chat | None = None,
        times: int = 1,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        """Answer calls of this method (for this chat) with this error."""
        self.will(
            said(status, Refused(status, description, parameters).body, times=times),
            method=method,
            chat=chat,
        )

    def will(self, fault: Fault, *, method: str = "sendMessage", chat: Chat | None = None) -> Fault:
        """Meet the next calls of this method (for this chat) with a fault."""
        wanted = None if chat is None else str(chat.id)
        fault.only = lambda fields: fields["_method"] == method and wanted in (None, fields.get("chat_id"))
        self.faults.add(fault)
        return fault

    # ------------------------------------------------------------ the API

    def _routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_route("*", "/{anything:.*}", self._nowhere)

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} is not for an address of the Bot API")  # the path may hold the token
        return web.json_response(Refused(404, "Not Found").body, status=404)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return web.json_response(Refused(401, "Unauthorized").body, status=401)
        raw = await _parameters(request)
        spec = telegram_spec()
        broken = spec.of_call(method, raw) if spec is not None else []
        self.violations += broken
        params = {name: _read(name, value) for name, value in raw.items()}
        if method == "getUpdates":
            self.polls += 1
        else:
            self.calls_made.append((method, params))
        self.happenings.changed()

        async def work() -> web.Response:
            try:
                if broken:
                    raise Refused(400, f"Bad Request: {broken[0]}")
                result = await self._does(method, params)
            except Refused as refused:
                return web.json_response(refused.body, status=refused.status)
            return web.json_response({"ok": True, "result": result})

        fields = {"_method": method, **{name: str(value) for name, value in params.items()}}
        return await self._with_faults(request, fields, work)

    async def _does(self, method: str, params: Params) -> Any:
        if method == "getUpdates":
            return await self._get_updates(params)
        known: dict[str, Callable[[Params], Any]] = {
            "getMe": lambda _: self.me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendChatAction": lambda params: bool(self._reachable(params)),
            "answerCallbackQuery": self._answer_tap,
            "editMessageReplyMarkup": self._edit_markup,
            "editMessageText": self._edit_text,
            "deleteMessage": self._delete_message,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda params: self.commands.get(_scope(params), []),
            "deleteMyCommands": lambda params: self.commands.pop(_scope(params), None) is None or True,
            "setMyDescription": lambda _: True,
            "setMyShortDescription": lambda _: True,
        }
        if method not in known:
            self.violations.append(f"{method} is not something that this fake can do")
            raise Refused(404, "Not Found")
        return known[method](params)

    # ------------------------------------------------------------ messages

    def numbered(self) -> int:
        """The next message id."""
        self._next_message += 1
        return self._next_message

    def _reachable(self, params: Params) -> Chat:
        wanted = str(params["chat_id"])
        chat = self._chats.get(int(wanted)) if wanted.lstrip("-").isdecimal() else None
        if chat is None or not chat.begun:
            raise Refused(400, "Bad Request: chat not found")
        if chat.refusal:
            raise Refused(403, chat.refusal)
        return chat

    def _send_message(self, params: Params) -> dict[str, Any]:
        chat = self._reachable(params)
        text = str(params["text"])
        _must_be_sendable(text, params.get("reply_markup"))
        return chat.is_sent(text, params.get("reply_markup"))

    def _send_photo(self, params: Params) -> dict[str, Any]:
        chat = self._reachable(params)
        caption, photo = str(params.get("caption", "")), params["photo"]
        if len(caption) > LONGEST_CAPTION:
            raise Refused(400, "Bad Request: message caption is too long")
        if isinstance(photo, web.FileField):
            photo = photo.file.read()
        if not isinstance(photo, bytes) or not photo.startswith(PNG):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return chat.is_shown(photo, caption, params.get("reply_markup"), covered=params.get("has_spoiler") == "true")

    def _answer_tap(self, params: Params) -> bool:
        chat = self.waiting_taps.pop(str(params["callback_query_id"]), None)
        if chat is None:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered_taps.append(dict(params))
        self.happenings.changed()
        return True

    def _edit_markup(self, params: Params) -> dict[str, Any]:
        return self._edit(params, {"reply_markup": params.get("reply_markup")})

    def _edit_text(self, params: Params) -> dict[str, Any]:
        _must_be_sendable(str(params["text"]), params.get("reply_markup"))
        return self._edit(params, {"text": str(params["text"]), "reply_markup": params.get("reply_markup")})

    def _edit(self, params: Params, change: Mapping[str, Any]) -> dict[str, Any]:
        message = self._reachable(params).messages.get(int(params["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        markup = change["reply_markup"]
        wanted = {**change, "reply_markup": markup if markup and markup.get("inline_keyboard") else None}
        if all(message.get(name) == value for name, value in wanted.items()):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the"
                " same as a current content and reply markup of the message",
            )
        message.update(wanted, edit_date=int(self.now().timestamp()))
        self.happenings.changed()
        return without_nothing(message)

    def _delete_message(self, params: Params) -> bool:
        if self._reachable(params).messages.pop(int(params["message_id"]), None) is None:
            raise Refused(400, "Bad Request: message to delete not found")
        return True

    def _set_commands(self, params: Params) -> bool:
        self.commands[_scope(params)] = params["commands"]
        return True


def _must_be_sendable(text: str, markup: Mapping[str, Any] | None) -> None:
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text) > LONGEST_TEXT:
        raise Refused(400, "Bad Request: message is too long")
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                raise Refused(
                    400,
                    "Bad Request: inline keyboard button text is empty",
                )
            if not 0 < len(str(button.get("callback_data", "-")).encode()) <= LONGEST_DATA:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _scope(params: Params) -> str:
    return json.dumps([params.get("scope"), params.get("language_code", "")], sort_keys=True)


async def _parameters(request: web.Request) -> dict[str, object]:
    """What a call carries: in the address, as a form, or as JSON. Those are Telegram's own ways."""
    found: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        found.update(json.loads(body) if body else {})
    elif request.method == "POST":
        found.update(await request.post())
    for name, value in list(found.items()):
        if isinstance(value, str) and value.startswith("attach://") and value[9:] in found:
            found[name] = found.pop(value[9:])
    return found


def _read(name: str, value: object) -> Any:
    """A parameter as the value that it stands for: forms carry lists and objects as JSON text."""
    if name not in STRUCTURED or not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
