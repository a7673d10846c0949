"""aiogram's finite-state machine: ``memory``, or ``sqlite`` with PyPI's aiogram-sqlite-storage as it comes.

.venv/peers/bin/python -m benchmarks.peers.aiogram_fsm memory
"""

# mypy: disable-error-code="untyped-decorator, misc"
# aiogram is not installed where types are checked

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message

from benchmarks import six
from benchmarks.contender import serve

TOKEN = "1:for-nobody"


class Six(StatesGroup):
    """What is being asked."""

    mood = State()
    helps = State()
    slept = State()
    good_days = State()
    went_well = State()
    sure = State()


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
)


class Network(BaseSession):
    """Takes every request, keeps it as the queue of replies, and answers at once."""

    def __init__(self) -> None:
        super().__init__()
        self.queued: list[dict[str, Any]] = []

    async def make_request(self, bot: Bot, method: Any, *_: Any, **__: Any) -> Any:
        fields = method.model_dump(warnings=False)
        files: dict[str, Any] = {}
        written = {name: self.prepare_value(value, bot=bot, files=files) for name, value in fields.items()}
        self.queued.append({name: value for name, value in written.items() if value})
        return self.check_response(bot=bot, method=method, status_code=200, content=ANSWER).result

    async def close(self) -> None: ...

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


router = Router()


def number(text: str | None, low: int, high: int) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and low <= int(text) <= high else None


async def took(
    message: Message, state: FSMContext, name: str, value: object, words: str, following: State | None
) -> None:
    """Keep an answer and ask what comes next; what cannot be read is asked again."""
    if value is None:
        await message.answer(six.AGAIN)
        return
    await state.update_data({name: value})
    await state.set_state(following)
    await message.answer(words)


@router.message(F.text.lower() == six.STARTS)
async def begin(message: Message, state: FSMContext) -> None:
    await state.set_state(Six.mood)
    await message.answer(six.HOW)


@router.message(Six.mood, F.text)
async def mood(message: Message, state: FSMContext) -> None:
    await took(message, state, "mood", number(message.text, 1, 5), six.HELPS, Six.helps)


@router.message(Six.helps, F.text)
async def helps(message: Message, state: FSMContext) -> None:
    await took(message, state, "helps", six.HELP.get((message.text or "").strip()), six.SLEPT, Six.slept)


@router.message(Six.slept, F.text)
async def slept(message: Message, state: FSMContext) -> None:
    heard = {"yes": True, "y": True, "no": False, "n": False}.get((message.text or "").strip().lower())
    await took(message, state, "slept", heard, six.GOOD_DAYS, Six.good_days)


@router.message(Six.good_days, F.text)
async def good_days(message: Message, state: FSMContext) -> None:
    await took(message, state, "good_days", number(message.text, 0, 7), six.WENT_WELL, Six.went_well)


@router.message(Six.went_well, F.text)
async def went_well(message: Message, state: FSMContext) -> None:
    await took(message, state, "went_well", (message.text or "")[:200], six.SURE, Six.sure)


@router.message(Six.sure, F.text)
async def sure(message: Message, state: FSMContext) -> None:
    await took(message, state, "sure", number(message.text, 1, 10), six.THANKS, None)


def storage(kind: str, folder: str) -> Any:
    if kind == "memory":
        return MemoryStorage()
    from aiogram_sqlite_storage.sqlitestore import SQLStorage

    return SQLStorage(str(Path(folder) / "kept.db"))


def main(kind: str) -> None:
    logging.disable()  # the storage reports everybody who has no answers yet as an error
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory() as folder:
        network = Network()
        bot = Bot(TOKEN, session=network)
        dispatcher = Dispatcher(storage=storage(kind, folder))
        dispatcher.include_router(router)

        async def talk(turns: Sequence[Sequence[bytes]]) -> int:
            network.queued.clear()
            for turn in turns:
                for raw in turn:
                    await dispatcher.feed_raw_update(bot, json.loads(raw))
            return len(network.queued)

        serve(lambda turns, _: loop.run_until_complete(talk(turns)))


if __name__ == "__main__":
    main(sys.argv[1])
