"""People on the far side of the Telegram fake: they type, tap, send things that are not text, and block the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.hearing import Listener
from tests.fakes.server import without_nothing

if TYPE_CHECKING:
    from tests.fakes.telegram import TelegramFake
    from tests.fakes.updates import Update

BLOCKED = "Forbidden: bot was blocked by the user"
GONE = "Forbidden: user is deactivated"
FILE = {"file_id": "AwACAgQAAxkBAAI", "file_unique_id": "AgADBAAD"}


class Chat(Listener):
    """One person's private chat with the bot; or a group, when its id is negative."""

    def __init__(self, telegram: TelegramFake, id: int, name: str) -> None:
        super().__init__(f"{name} on Telegram", telegram.happenings)
        self.id = id
        self.title = name
        self.begun = False  # a bot cannot write first
        self.refusal = ""  # why the bot may not write
        self.messages: dict[int, dict[str, Any]] = {}  # what the bot wrote, as it looks now, by message id
        self.written: list[str] = []  # what the person wrote
        self.pictures: list[bytes] = []  # what the bot showed them
        self.user = {"id": id, "is_bot": False, "first_name": name, "language_code": "en"}
        self._telegram = telegram

    # ------------------------------------------------------------ the person

    def begins(self) -> None:
        """Open the chat without a word: from here on the bot may write."""
        self.begun = True

    def writes(self, text: str) -> Update:
        """Write to the bot without waiting for it."""
        self.written.append(text)
        return self._writes({"text": text, **_entities(text)})

    async def types(self, text: str, *, copies: int = 1) -> Update:
        """Write to the bot, and wait until it has taken the update; ``copies`` shows it the same one again."""
        update = self.writes(text)
        for _ in range(copies - 1):
            self._telegram.updates.append(update)
        await self._telegram.everything_confirmed()
        return update

    async def says(self, text: str) -> None:
        """Type it; what phones and chats have in common."""
        await self.types(text)

    async def taps(self, label: str, *, on: Mapping[str, Any] | None = None) -> Update:
        """Tap a button by its label: on the newest message that has it, or on ``on`` as it once stood.

        Only a button that is there can be tapped; ``on`` is for a screen that has not caught up.
        """
        message = self._with_button(label) if on is None else on
        button = next(button for button in buttons_of(message) if button["text"] == label)
        query = f"{self.id}{len(self._telegram.waiting_taps) + len(self._telegram.answered_taps):06d}"
        self._telegram.waiting_taps[query] = self
        update = self._telegram.happens(
            "callback_query",
            {
                "id": query,
                "from": self.user,
                "message": without_nothing(message),
                "chat_instance": str(-self.id),
                "data": button["callback_data"],
            },
        )
        await self._telegram.everything_confirmed()
        return update

    def _with_button(self, label: str) -> Mapping[str, Any]:
        for message in reversed(self.messages.values()):
            if any(button["text"] == label for button in buttons_of(message)):
                return message
        raise AssertionError(f"{self.name} sees no button {label!r} but {self.buttons}")

    @property
    def buttons(self) -> list[str]:
        """The labels of the newest message that has buttons."""
        for message in reversed(self.messages.values()):
            if buttons_of(message):
                return [button["text"] for button in buttons_of(message)]
        return []

    async def button_rests(self) -> None:
        """Wait until the bot has answered every tap of this person: until then the button spins."""
        await self._telegram.happenings.until(
            lambda: True if self not in self._telegram.waiting_taps.values() else None,
            lambda: f"a button of {self.name} still spins",
        )

    async def sends_voice(self) -> Update:
        return await self._sends({"voice": {**FILE, "duration": 4, "mime_type": "audio/ogg", "file_size": 9000}})

    async def sends_sticker(self) -> Update:
        sticker = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self._sends({"sticker": {**FILE, **sticker, "emoji": "👍"}})

    async def sends_photo(self, caption: str | None = None) -> Update:
        return await self._sends({"photo": [{**FILE, "width": 90, "height": 90}], "caption": caption})

    async def sends_place(self) -> Update:
        return await self._sends({"location": {"latitude": 51.19, "longitude": 0.27}})

    async def edits(self, old: Update, text: str) -> Update:
        """Change a message that was sent before."""
        message = {**old["message"], "text": text, "edit_date": self._seconds()}
        update = self._telegram.happens("edited_message", message)
        await self._telegram.everything_confirmed()
        return update

    async def says_in(self, group: Chat, text: str) -> Update:
        """Say something in a group that the bot is a member of."""
        group.begins()
        update = self._writes({"text": text}, chat=group._described())
        await self._telegram.everything_confirmed()
        return update

    async def blocks(self) -> Update:
        self.refusal = BLOCKED
        return await self._membership("member", "kicked")

    async def unblocks(self) -> Update:
        self.refusal = ""
        return await self._membership("kicked", "member")

    def deletes_account(self) -> None:
        self.refusal = GONE

    async def _sends(self, content: Mapping[str, object]) -> Update:
        update = self._writes(content)
        await self._telegram.everything_confirmed()
        return update

    def _writes(self, content: Mapping[str, object], chat: Mapping[str, object] | None = None) -> Update:
        if chat is None:
            self.begun = True
        return self._telegram.happens(
            "message",
            without_nothing(
                {
                    "message_id": self._telegram.numbered(),
                    "from": self.user,
                    "chat": chat or self._described(),
                    "date": self._seconds(),
                    **content,
                }
            ),
        )

    async def _membership(self, old: str, new: str) -> Update:
        def member(status: str) -> dict[str, object]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._telegram.me, "status": status, **until}

        update = self._telegram.happens(
            "my_chat_member",
            {
                "chat": self._described(),
                "from": self.user,
                "date": self._seconds(),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            },
        )
        await self._telegram.everything_confirmed()
        return update

    def _described(self) -> dict[str, object]:
        if self.id < 0:
            return {"id": self.id, "type": "supergroup", "title": self.title}
        return {"id": self.id, "type": "private", "first_name": self.title}

    def _seconds(self) -> int:
        return int(self._telegram.now().timestamp())

    # ------------------------------------------------------------ the screen

    def is_sent(self, text: str, markup: Mapping[str, Any] | None) -> dict[str, Any]:
        """The bot writes; returns the message as Telegram shows it to the bot."""
        return self._shows({"text": text}, text, markup)

    def is_shown(
        self, photo: bytes, caption: str, markup: Mapping[str, Any] | None, *, covered: bool
    ) -> dict[str, Any]:
        """The bot sends a picture; ``covered`` until the person taps it."""
        self.pictures.append(photo)
        size = {**FILE, "width": 90, "height": 90}
        return self._shows({"photo": [size], "caption": caption, "has_media_spoiler": covered or None}, caption, markup)

    def _shows(self, content: Mapping[str, Any], words: str, markup: Mapping[str, Any] | None) -> dict[str, Any]:
        inline = markup if markup and markup.get("inline_keyboard") else None
        number = self._telegram.numbered()
        message = {
            "message_id": number,
            "from": {name: self._telegram.me[name] for name in ("id", "is_bot", "first_name", "username")},
            "chat": self._described(),
            "date": self._seconds(),
            **content,
            "reply_markup": inline,
        }
        self.messages[number] = message
        self._reached_by(words)
        return without_nothing(message)


def buttons_of(message: Mapping[str, Any]) -> list[dict[str, str]]:
    """The buttons under a message, in reading order."""
    markup = message.get("reply_markup") or {}
    return [button for row in markup.get("inline_keyboard", []) for button in row]


def _entities(text: str) -> dict[str, object]:
    """Telegram marks a leading command, and clients of the Bot API look for that mark."""
    if not text.startswith("/"):
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]}
