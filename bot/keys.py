"""The keys that seal names, numbers and words: made once, kept in a file that only its owner can read.

Written ``id:base64,id:base64``: the first key seals, all of them open. Each is 32 bytes (AES-256).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import secrets
from pathlib import Path

from flows.errors import ConfigError

KEY_BYTES = 32


def new_key(key_id: str = "k1") -> str:
    """A new key from the operating system's randomness, as it is written in FINGERPOST_KEYS."""
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def faults_of_keys(written: str) -> list[str]:
    """What is wrong with a list of keys, in plain sentences that give none of it away; empty when all is well."""
    faults = []
    seen = set()
    for count, entry in enumerate((part.strip() for part in written.split(",")), start=1):
        key_id, colon, coded = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,16}", key_id):
            faults.append(f"Key {count} is not written id:base64 (the id: up to 16 letters and digits).")
            continue
        if key_id in seen:
            faults.append(f"Key id {key_id} is there twice. Give each key an id of its own.")
        seen.add(key_id)
        try:
            size = len(base64.b64decode(coded, validate=True))
        except (binascii.Error, ValueError):
            faults.append(f"Key {key_id} is not base64. Copy it again, to the last = sign.")
            continue
        if size != KEY_BYTES:
            faults.append(f"Key {key_id} is {size} bytes long and must be {KEY_BYTES}. Copy it again.")
    return faults


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
    faults = faults_of_keys(written)
    if faults:
        raise ConfigError([f"The keys file {path}: {fault}" for fault in faults])
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # a copy or a restore may have opened it to others
    return written


def _make(path: Path) -> None:
    """Write whole and synced, then link into place: a crash leaves no half a file, and of two first runs one wins."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(new_key() + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name must survive a power cut, or the first messages are sealed for ever
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigError(
            [f"The keys file {path} cannot be made ({error.strerror}). Check that the folder may be written to."]
        ) from error
