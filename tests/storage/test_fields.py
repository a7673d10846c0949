from __future__ import annotations

import base64
import hmac
import os

import pytest

from flows.errors import ConfigError, Unreadable
from storage.fields import Keyring, Vault


def encoded(length: int = 32) -> str:
    """A key that is the same in every process: pytest-xdist compares the names of tests."""
    return base64.b64encode(bytes(range(length))).decode()


def test_what_is_sealed_opens_again_and_does_not_show() -> None:
    vault = Vault(Keyring.generate())
    sealed = vault.seal("inbox", "body", 7, "I feel low ❤")
    assert vault.open("inbox", "body", 7, sealed) == "I feel low ❤"
    assert b"low" not in sealed
    assert sealed != vault.seal("inbox", "body", 7, "I feel low ❤")


@pytest.mark.parametrize(
    ("table", "column", "row"), [("outbox", "body", 7), ("inbox", "error", 7), ("inbox", "body", 8)]
)
def test_ciphertext_moved_elsewhere_does_not_open(table: str, column: str, row: int) -> None:
    vault = Vault(Keyring.generate())
    sealed = vault.seal("inbox", "body", 7, "hello")
    with pytest.raises(Unreadable):
        vault.open(table, column, row, sealed)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: s[:9], lambda _: b""]
)
def test_damaged_ciphertext_does_not_open(spoil: object) -> None:
    vault = Vault(Keyring.generate())
    with pytest.raises(Unreadable):
        vault.open("inbox", "body", 7, spoil(vault.seal("inbox", "body", 7, "hello")))  # type: ignore[operator]


def test_a_key_we_do_not_hold_is_said_to_be_missing() -> None:
    sealed = Vault(Keyring.generate("k1")).seal("inbox", "body", 7, "hello")
    with pytest.raises(Unreadable, match="FINGERPOST_KEYS"):
        Vault(Keyring.generate("k2")).open("inbox", "body", 7, sealed)


def test_a_ring_reads_back_what_it_writes() -> None:
    ring = Keyring.generate()
    assert Keyring.parse(ring.format()) == ring


def test_after_a_rotation_old_rows_open_and_new_ones_take_the_new_key() -> None:
    old = Keyring.parse(f"k1:{encoded()}")  # no blind entry: derived from the oldest
    new = old.rotated("k2")
    before = Vault(old).seal("inbox", "body", 7, "hello")
    vault = Vault(Keyring.parse(new.format()))
    assert vault.open("inbox", "body", 7, before) == "hello"
    assert not vault.sealed_with_first(before)
    assert vault.sealed_with_first(vault.seal("inbox", "body", 7, "hello"))


def test_addresses_are_found_again_after_a_rotation_even_without_the_oldest_key() -> None:
    old = Keyring.parse(f"k1:{encoded()}")
    new = old.rotated("k2")
    without_oldest = Keyring.parse(",".join(e for e in new.format().split(",") if not e.startswith("k1:")))
    assert Vault(without_oldest).blind("sms", "+447700900001") == Vault(old).blind("sms", "+447700900001")


def test_the_blind_index_tells_channels_addresses_and_services_apart() -> None:
    vault, other = Vault(Keyring.generate()), Vault(Keyring.generate())
    hashes = {
        vault.blind("sms", "1"),
        vault.blind("telegram", "1"),
        vault.blind("sms", "2"),
        other.blind("sms", "1"),
        vault.code("1"),
    }
    assert len(hashes) == 5


@pytest.mark.parametrize(
    "written",
    [
        "k1:{key}",
        "k1:{key},k2:{key}",
        " k1:{key} , k2:{key} ,",
        "k1:{bare}",
        "k1:{url}",
        "k1:{key},blind:{key}",
    ],
)
def test_keys_written_well_are_taken(written: str) -> None:
    key = b"\xfb\xef" + os.urandom(30)
    standard = base64.b64encode(key).decode()
    ring = Keyring.parse(
        written.format(key=standard, bare=standard.rstrip("="), url=base64.urlsafe_b64encode(key).decode())
    )
    assert ring.keys["k1"] == key


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        ("", 1),
        ("nonsense", 1),
        ("k1:short", 1),
        ("k1:" + encoded(31), 1),
        ("k1:" + encoded(33), 1),
        (":" + encoded(), 1),
        ("k 1:" + encoded(), 1),
        ("k1:" + encoded() + ",k1:" + encoded(), 1),
        ("blind:" + encoded(), 1),
        ("k1:!!!,k2:???,oops", 3),
    ],
)
def test_keys_written_badly_are_refused_all_together_and_not_shown(written: str, faults: int) -> None:
    with pytest.raises(ConfigError) as refused:
        Keyring.parse(written)
    assert len(refused.value.faults) == faults
    assert all(len(part) < 20 or part not in str(refused.value) for part in written.replace(",", ":").split(":"))


def test_a_ring_does_not_show_its_keys_when_printed() -> None:
    ring = Keyring.generate()
    assert repr(ring.blind) not in repr(ring)
    assert base64.b64encode(ring.blind).decode() not in repr(ring)


def test_the_blind_index_is_the_standard_hmac() -> None:
    ring = Keyring.generate()
    key = hmac.digest(ring.blind, b"address", "sha256")
    assert Vault(ring).blind("sms", "+447700900001") == hmac.digest(key, b"sms|+447700900001", "sha256")
