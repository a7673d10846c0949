"""A process of the service whose turns the test takes, and content as a coordinator would edit it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.app import App
from bot.config import Settings, read_settings
from bot.content import Checked, geography
from bot.withdrawing import end_withdrawn
from flows.reading.library import Reading, read_library
from flows.talking.conversation import Conversation
from storage import releases
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.turns.table import Table

CONTENT = Path(__file__).resolve().parents[2] / "content"

HOW = "how are things today?"
ROUGHLY = "how are things today, roughly?"


@cache
def read_once(files: frozenset[tuple[str, bytes]]) -> Reading:
    return read_library(dict(files))


def remembered(files: Mapping[str, bytes]) -> Reading:
    """``read_library``, where the same folder is read a dozen times over."""
    return read_once(frozenset(files.items()))


def settings(keyring: Keyring) -> Settings:
    """Of a service that reaches real people, so that the practice room's habits are not its own."""
    return read_settings(
        {
            "CONTENT_DIR": str(CONTENT),
            "PUBLIC_URL": "https://fingerpost.test",
            "FINGERPOST_KEYS": keyring.format(),
            "CONSOLE_SECRET": "a secret of the console, long enough",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "x" * 32,
            "TWILIO_FROM": "+447700900000",
        }
    )


class Office(Table):
    """A table whose desk is that of a whole process."""

    def __init__(self, database: Database, checked: Checked, keyring: Keyring) -> None:
        super().__init__(database, checked)
        self.app = App(settings(keyring), database, checked, draw=self.desk.draw, now=lambda: self.now)
        self.desk = self.app.desk

    def another(self, checked: Checked, keyring: Keyring) -> Office:
        """A second process on the same database, which has started and heard of nothing since."""
        other = Office(self.database, checked, keyring)
        other._count = self._count
        other.sent = self.sent
        other.now = self.now
        return other

    def goes_live(self, checked: Checked) -> str:
        """Somebody types release go, wherever they are; the name of the release."""
        assert checked.conversation is not None
        name = checked.conversation.library.release

        def unit(db: Db) -> None:
            releases.store(db, name, checked.files, self.now)
            releases.go_live(db, name, self.now)

        self.database.run_now(unit)
        return name

    @property
    def live(self) -> str:
        """The release that this process talks by."""
        return self.desk.live.library.release

    def takes_out(self) -> None:
        """The tick that ends withdrawn flows."""
        self.database.run_now(lambda db: end_withdrawn(db, self.desk, self.now))


def edited(checked: Checked, *edits: tuple[str, str, str]) -> Checked:
    """The same content with these words changed: file, old, new."""
    files = dict(checked.files)
    for file, old, new in edits:
        text = files[file].decode()
        assert old in text, f"{file} does not say {old}"
        files[file] = text.replace(old, new).encode()
    reading = remembered(files)
    assert reading.library is not None, "\n".join(map(str, reading.problems))
    return Checked(files, Conversation(reading.library, geography()), ())
