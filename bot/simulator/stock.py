"""What every world starts from, read once a process: settings without a real account, and three releases of content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bot.config import Settings, read_settings
from bot.content import Checked, check_folder, geography
from bot.simulator.life import fixed_keyring
from flows.errors import ContentError
from flows.reading.library import read_library
from flows.talking.conversation import Conversation

SERVICE = "MG" + "0" * 32
OUR_NUMBER = "+447700900999"  # people have lower ones, and staff do not come so far
SETTINGS = {
    "PUBLIC_URL": "https://fingerpost.example",
    "CONSOLE_SECRET": "a secret of the console, long enough",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
    "TWILIO_API_URL": "https://sms.example",
    "TELEGRAM_BOT_TOKEN": "1:simulated",
    "TELEGRAM_API_URL": "https://chat.example",
}
EDITS = {
    "policy": ("escalation.yaml", b"after 1 working day: coordinators", b"after 2 working days: coordinators"),
    "words": ("flows/check-in.yaml", b"how are things today?", b"how are things today, roughly?"),
}


@dataclass(slots=True)
class Shelf:
    """The releases of one world; ``live`` is the one that a new process begins with."""

    live: Checked
    usual: Checked
    edited: dict[str, Checked]


@dataclass(frozen=True, slots=True)
class Stock:
    """Settings and releases, shared by all worlds of a process: nothing of it changes."""

    settings: Settings
    usual: Checked
    edited: dict[str, Checked]

    @classmethod
    def read(cls, folder: Path) -> Stock:
        """Raises ContentError where the folder cannot be used."""
        usual = check_folder(folder, tests=False)
        if usual.conversation is None:
            raise ContentError(usual.errors)
        edited = {name: _edited(usual, *edit) for name, edit in EDITS.items()}
        given = SETTINGS | {"CONTENT_DIR": str(folder), "FINGERPOST_KEYS": fixed_keyring().format()}
        return cls(read_settings(given), usual, edited)

    def opened(self) -> Shelf:
        return Shelf(self.usual, self.usual, self.edited)


def _edited(usual: Checked, file: str, old: bytes, new: bytes) -> Checked:
    """The same content with one thing changed, as a coordinator would; unchanged where the words are not there."""
    files = {**usual.files, file: usual.files[file].replace(old, new)}
    library = read_library(files).library
    assert library is not None
    return replace(usual, files=files, conversation=Conversation(library, geography()))
