"""The keys that seal names, numbers and words: made at the first run, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from flows.errors import ConfigError
from storage.fields import Keyring


def load_or_make_keys(path: Path, database: Path | None = None) -> str:
    """The keys in ``path``; made there (readable by its owner alone) when this is the first run.

    ``database`` is the SQLite file that they open. When it exists and the keys do not, nothing is made: new keys
    would open none of it. Raises ConfigError when the keys are missing, unreadable or not keys.
    """
    if not path.exists():
        if database is not None and database.exists() and database.stat().st_size:
            raise ConfigError(
                [f"The database {database} is there, but its keys {path} are not. Put that file back from your backup."]
            )
        _make(path)
    try:
        written = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [f"The keys file {path} cannot be read ({type(error).__name__}). Check who owns it."]
        ) from error
    try:
        Keyring.parse(written)
    except ConfigError as error:
        raise ConfigError([f"The keys file {path}: {fault}" for fault in error.faults]) from error
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # a copy or a restore may have opened it to others
    return written


def replace_keys(path: Path, ring: Keyring) -> None:
    """Put another ring in the place of the one in ``path``. Raises ConfigError, and then the file is as it was."""
    _write(path, ring, lambda draft: draft.replace(path))


def _make(path: Path) -> None:
    """The first keys. Of two first runs at once one wins."""

    def link(draft: Path) -> None:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)

    _write(path, Keyring.generate(), link)


def _write(path: Path, ring: Keyring, put: Callable[[Path], object]) -> None:
    """Written whole and synced, then put in its place: a crash leaves no half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(ring.format() + "\n")
                file.flush()
                os.fsync(file.fileno())
            put(draft)
        finally:
            draft.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name must survive a power cut, or what is sealed next is sealed for ever
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigError(
            [f"The keys file {path} cannot be made ({error.strerror}). Check that the folder may be written to."]
        ) from error
