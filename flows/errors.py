"""Every error that Fingerpost raises on purpose, in one tree.

FingerpostError
├── ContentError        what coordinators wrote cannot be used; carries every problem found
├── ConfigError         settings are wrong or missing; carries every fault found
├── Refused             a rule of the service forbids what staff asked for; says why, and what else to do
├── NotFetched          somebody else's directory could not be read; what was known of it stays
├── StorageError
│   ├── SchemaMismatch  the database is older or newer than this program
│   ├── Unreadable      a sealed field does not open: wrong key, or moved from its row
│   ├── DatabaseBusy    another Fingerpost holds this database
│   └── CommitUnknown   the connection failed during COMMIT: it may or may not have happened
└── SendError
    ├── SendFailed      the provider surely did not take the message
    └── OutcomeUnknown  the provider may or may not have taken it
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.wording import Problem


class FingerpostError(Exception):
    """The root: whatever we raise on purpose can be shown to a person as it reads."""


class ContentError(FingerpostError):
    """The content folder cannot be used as it stands.

    ``problems`` holds all of them, each with file, line, column, what is wrong and what to type.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ConfigError(FingerpostError):
    """One or more settings are wrong. ``faults`` lists every one in plain sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Refused(FingerpostError):
    """A rule of the service forbids what somebody on the staff asked for. The sentence is for them, as it reads."""


class NotFetched(FingerpostError):
    """A directory source did not answer, or not with its directory. The sentence is for coordinators, as it reads."""


class StorageError(FingerpostError):
    """The database could not do what was asked."""


class SchemaMismatch(StorageError):
    """The database is older or newer than this program; the message names the command to type."""


class Unreadable(StorageError):
    """A sealed field did not open with any key we hold, or was moved from the row it was sealed for."""


class DatabaseBusy(StorageError):
    """Another Fingerpost process holds this SQLite database."""


class CommitUnknown(StorageError):
    """COMMIT itself failed, so nobody knows whether it happened. Never retried blindly."""


class Meaning(StrEnum):
    """What a provider's refusal means for us; one table maps provider codes to these."""

    TRY_LATER = "try later"  # throttled or ailing: the same message again, not before retry_at
    BAD_MESSAGE = "bad message"  # this text can never be sent as it is
    BAD_ADDRESS = "bad address"  # no such number or chat
    BLOCKED = "blocked"  # the person blocked us
    OPTED_OUT = "opted out"  # the carrier holds a STOP
    NOT_ALLOWED = "not allowed"  # country, route or sender not permitted for this account
    CREDENTIALS = "credentials"  # our token or account is refused: the operator must act
    UNREACHABLE = "unreachable"  # phone off, network down at the carrier
    NOT_SET_UP = "not set up"  # we have this channel no more: its settings were taken away


class SendError(FingerpostError):
    """A message did not go out for certain."""


class SendFailed(SendError):
    """The provider refused: the message was surely not sent.

    ``meaning`` says what we do next; ``code`` is the provider's own code for the operator;
    ``retry_at`` (aware UTC) is set where the provider said when to try again.
    """

    def __init__(self, meaning: Meaning, code: str, retry_at: datetime | None = None) -> None:
        super().__init__(f"{meaning} ({code})")
        self.meaning = meaning
        self.code = code
        self.retry_at = retry_at


class OutcomeUnknown(SendError):
    """The connection failed after the request left: it may have been sent. Never resent for routine messages."""
