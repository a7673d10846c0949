"""Sealed columns and keyed hashes.

What is sealed is AES-256-GCM with table, column and row bound in, so ciphertext moved to another row does not open.
``FINGERPOST_KEYS`` is a list, ``id:base64`` with commas between; the first key encrypts, all of them decrypt. An entry
with the id ``blind`` keys the hashes instead (the index that finds an address without opening it, pairing codes); it
never rotates, or nobody would be found again. Where there is no such entry it is derived from the last key of the
list, which is the oldest, and the first rotation writes it out (``Keyring.rotated``) so that the oldest may go.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flows.errors import ConfigError, Unreadable

if TYPE_CHECKING:
    from hashlib import _Hash

BLIND = "blind"
KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_NAME = 33  # bytes at the head of a sealed field that name its key: a length, then the id
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The keys, newest first, and the one that hashes. ``blind_written`` tells whether it had an entry of its own."""

    keys: Mapping[str, bytes]
    blind: bytes
    blind_written: bool

    @classmethod
    def parse(cls, written: str) -> Keyring:
        """Read ``FINGERPOST_KEYS``. Raises ConfigError with every fault, and never shows a key."""
        faults: list[str] = []
        keys: dict[str, bytes] = {}
        for number, entry in enumerate((part.strip() for part in written.split(",") if part.strip()), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id):
                faults.append(f"FINGERPOST_KEYS: entry {number} should read id:base64. Type: fingerpost keys new")
                continue
            key = _decoded(encoded)
            if key is None:
                faults.append(
                    f"FINGERPOST_KEYS: key {key_id} should be {KEY_BYTES} bytes in base64. Type: fingerpost keys new"
                )
            elif key_id in keys:
                faults.append(f"FINGERPOST_KEYS: the key {key_id} stands there twice. Give every key its own id.")
            else:
                keys[key_id] = key
        blind = keys.pop(BLIND, None)
        if not keys and not faults:
            faults.append("FINGERPOST_KEYS holds no key to encrypt with. Type: fingerpost keys new")
        if faults:
            raise ConfigError(faults)
        oldest = list(keys.values())[-1]
        return cls(keys, blind or _derived(oldest, "fingerpost blind index"), blind is not None)

    @classmethod
    def generate(cls, key_id: str = "k1") -> Keyring:
        """A new ring of one key and a blind-index key, from the operating system's randomness."""
        return cls({key_id: os.urandom(KEY_BYTES)}, os.urandom(KEY_BYTES), blind_written=True)

    def rotated(self, key_id: str) -> Keyring:
        """The same ring with a new key in front. The blind key is written out, so that old keys may go one day."""
        if key_id in self.keys or key_id == BLIND or not _KEY_ID.fullmatch(key_id):
            raise ConfigError([f"{key_id} cannot name a new key. Choose another id."])
        return Keyring({key_id: os.urandom(KEY_BYTES), **self.keys}, self.blind, blind_written=True)

    def format(self) -> str:
        """What goes into ``FINGERPOST_KEYS``; ``parse`` reads it back."""
        entries = [f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in self.keys.items()]
        if self.blind_written:
            entries.append(f"{BLIND}:{base64.b64encode(self.blind).decode()}")
        return ",".join(entries)


def _decoded(encoded: str) -> bytes | None:
    plain = encoded.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")


class Vault:
    """Seals and opens fields. A sealed field: the length of the key's id, the id, the nonce, the ciphertext."""

    __slots__ = ("_ciphers", "_code_key", "_first", "_inner", "_outer", "_prefix", "key_ids")

    def __init__(self, keyring: Keyring) -> None:
        self.key_ids = tuple(keyring.keys)  # newest first
        self._ciphers = {_prefix(key_id): AESGCM(key) for key_id, key in keyring.keys.items()}
        self._prefix, self._first = next(iter(self._ciphers.items()))
        self._inner, self._outer = _hmac_halves(_derived(keyring.blind, "address"))
        self._code_key = _derived(keyring.blind, "code")

    def seal(self, table: str, column: str, row_id: int, text: str) -> bytes:
        """Encrypt with the first key. The nonce always comes from the operating system."""
        nonce = os.urandom(NONCE_BYTES)
        return self._prefix + nonce + self._first.encrypt(nonce, text.encode(), f"{table}|{column}|{row_id}".encode())

    def open(self, table: str, column: str, row_id: int, sealed: bytes) -> str:
        """Decrypt what was sealed for this table, column and row. Raises Unreadable for anything else."""
        start = sealed[0] + 1 if sealed else 0
        cipher = self._ciphers.get(sealed[:start])
        if cipher is None:
            raise Unreadable(
                f"{table}.{column} of row {row_id} is sealed with a key that FINGERPOST_KEYS does not hold. "
                "Put the old key back at its end."
            )
        nonce = sealed[start : start + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[start + NONCE_BYTES :], f"{table}|{column}|{row_id}".encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable(
                f"{table}.{column} of row {row_id} does not open: damaged, or moved from its row."
            ) from error

    def sealed_with_first(self, sealed: bytes) -> bool:
        """Whether a field is already sealed with the newest key: what a rotation has left to do."""
        return sealed.startswith(self._prefix)

    def blind(self, channel: str, address: str) -> bytes:
        """The keyed hash that finds an address: HMAC-SHA256, 32 bytes."""
        # HMAC by hand from its two halves, keyed once: half the cost of hmac.digest, and every turn pays it
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{channel}|{address}".encode())
        outer.update(inner.digest())
        return outer.digest()

    def code(self, code: str) -> bytes:
        """The keyed hash of a pairing code, so that a thief of the database cannot try all million."""
        return hmac.digest(self._code_key, code.encode(), "sha256")


def _prefix(key_id: str) -> bytes:
    return bytes([len(key_id)]) + key_id.encode()


def _hmac_halves(key: bytes) -> tuple[_Hash, _Hash]:
    """RFC 2104: the inner and the outer hash, each with the key already taken in."""
    padded = key.ljust(hashlib.sha256().block_size, b"\0")
    return hashlib.sha256(bytes(b ^ 0x36 for b in padded)), hashlib.sha256(bytes(b ^ 0x5C for b in padded))
