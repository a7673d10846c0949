"""python-telegram-bot's ConversationHandler: ``memory``, or ``pickle`` with a file that is written every turn.

    .venv/peers/bin/python -m benchmarks.peers.ptb memory
    .venv/peers/bin/python -m benchmarks.peers.ptb mute
    .venv/peers/bin/python -m benchmarks.peers.ptb pickle 1000

``1000`` people have talked to it before and are in its file. Its own default writes the file once a minute. ``mute`` is
``memory`` without the cost of writing a reply as a request and of reading the answer to it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram import Chat, Message, Update
from telegram.ext import (
    Application,
    CallbackContext,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest

from benchmarks import six
from benchmarks.contender import serve

TOKEN = "1:for-nobody"
MOOD, HELPS, SLEPT, GOOD_DAYS, WENT_WELL, SURE = range(6)
Context = ContextTypes.DEFAULT_TYPE


ANSWER = json.dumps(
    {
        "ok": True,
        "result": {
            "message_id": 1,
            "date": 1_793_620_800,
            "chat": {"id": 1, "type": "private", "first_name": "Sam"},
            "from": {"id": 1, "is_bot": True, "first_name": "Six"},
            "text": "as sent",
        },
    }
).encode()


class Network(BaseRequest):
    """Takes every request, keeps it as the queue of replies, and answers at once."""

    def __init__(self) -> None:
        self.queued: list[object] = []

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, *_: Any, request_data: Any = None, **__: Any) -> tuple[int, bytes]:
        self.queued.append(request_data.json_parameters)
        return 200, ANSWER


class Stub(ExtBot[None]):
    """The library's own bot, of which nobody is asked who it is."""

    __slots__ = ()

    def __init__(self, network: Network) -> None:
        super().__init__(TOKEN, request=network, get_updates_request=Network())

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...


class Mute(Stub):
    """It does not even write its reply as a request: words and chat go to the queue as they are."""

    __slots__ = ("answer", "queued")

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        with self._unfrozen():
            self.queued = network.queued
            self.answer = Message(1, datetime(2026, 11, 2, tzinfo=UTC), Chat(1, "private"), text="as sent")

    async def send_message(self, chat_id: int | str, text: str, *_: Any, **__: Any) -> Message:
        self.queued.append((chat_id, text))
        return self.answer


def number(text: str, low: int, high: int) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and low <= int(text) <= high else None


async def begin(update: Update, _: Context) -> int:
    return await ask(update, six.HOW, MOOD)


async def ask(update: Update, words: str, state: int) -> int:
    assert update.effective_message is not None
    await update.effective_message.reply_text(words)
    return state


async def took(update: Update, context: Context, name: str, value: object, words: str, state: int) -> int | None:
    """Keep an answer and ask what comes next; what cannot be read is asked again."""
    if value is None:
        await ask(update, six.AGAIN, state)
        return None
    assert context.user_data is not None
    context.user_data[name] = value
    return await ask(update, words, state)


def said(update: Update) -> str:
    assert update.effective_message is not None
    return update.effective_message.text or ""


async def mood(update: Update, context: Context) -> int | None:
    return await took(update, context, "mood", number(said(update), 1, 5), six.HELPS, HELPS)


async def helps(update: Update, context: Context) -> int | None:
    return await took(update, context, "helps", six.HELP.get(said(update).strip()), six.SLEPT, SLEPT)


async def slept(update: Update, context: Context) -> int | None:
    heard = {"yes": True, "y": True, "no": False, "n": False}.get(said(update).strip().lower())
    return await took(update, context, "slept", heard, six.GOOD_DAYS, GOOD_DAYS)


async def good_days(update: Update, context: Context) -> int | None:
    return await took(update, context, "good_days", number(said(update), 0, 7), six.WENT_WELL, WENT_WELL)


async def went_well(update: Update, context: Context) -> int | None:
    return await took(update, context, "went_well", said(update)[:200], six.SURE, SURE)


async def sure(update: Update, context: Context) -> int | None:
    return await took(update, context, "sure", number(said(update), 1, 10), six.THANKS, ConversationHandler.END)


def conversation(*, persistent: bool) -> ConversationHandler[Any]:
    words = filters.TEXT & ~filters.COMMAND
    steps = {MOOD: mood, HELPS: helps, SLEPT: slept, GOOD_DAYS: good_days, WENT_WELL: went_well, SURE: sure}
    return ConversationHandler(
        entry_points=[MessageHandler(filters.Regex(rf"(?i)^{six.STARTS}$"), begin)],
        states={state: [MessageHandler(words, handler)] for state, handler in steps.items()},
        fallbacks=[],
        name="six",
        persistent=persistent,
    )


def main(kind: str, known: int) -> None:
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory() as folder:
        keeping = PicklePersistence(Path(folder) / "kept.pickle", on_flush=True) if kind == "pickle" else None
        network = Network()
        bot = Mute(network) if kind == "mute" else Stub(network)
        building = Application.builder().bot(bot).updater(None)
        application: Application[Any, CallbackContext[Any, Any, Any, Any], Any, Any, Any, Any]
        application = (building.persistence(keeping) if keeping is not None else building).build()
        application.add_handler(conversation(persistent=keeping is not None))
        loop.run_until_complete(application.initialize())

        async def talk(turns: Sequence[Sequence[bytes]], flush: bool) -> int:
            network.queued.clear()
            for turn in turns:
                for raw in turn:
                    update = Update.de_json(json.loads(raw), bot)
                    await application.process_update(update)
                    if flush and keeping is not None:
                        await application.update_persistence()
                        await keeping.flush()
            return len(network.queued)

        # all of them have answered once, and are in the file
        loop.run_until_complete(talk(list(six.rounds_of(1, known, 0)), flush=False))
        serve(lambda turns, _: loop.run_until_complete(talk(turns, flush=True)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
