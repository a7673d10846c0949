"""A disk that forgets what was not synced: made from the account that ``disk.c`` keeps of a program's calls.

The account is read record by record; at any of them the power may go. What was synced is there; of the rest nothing
is, or some of it, in pieces of one sector, as a real disk may have written them in any order. A new file is there once
its folder has been synced.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("disk.c")
SECTOR = 512  # bytes: what a disk writes whole or not at all
_HEADER = struct.Struct("=c3xII4xq")
_FOR_A_MOMENT = (".lock", "-shm")  # made anew by whoever opens the database: nobody relies on what they hold


class Record(NamedTuple):
    """One call: W write, T cut to a length, S sync, U removed, R renamed (``more``: the new path)."""

    kind: str
    path: str
    at: int
    more: bytes


def cannot_be_tried() -> str:
    """Why there is no such disk here; nothing where there is."""
    if not sys.platform.startswith("linux"):
        return "what a program asks of its disk is listened to by LD_PRELOAD, which is Linux's"
    return "" if shutil.which("cc") else "there is no C compiler (cc) to build tests/power/disk.c with"


def build(into: Path) -> Path:
    """Compile the listener. A fault of its own shows as CalledProcessError."""
    library = into / "disk.so"
    command = ("cc", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl")
    subprocess.run(command, check=True)
    return library


def listening(library: Path, folder: Path, account: Path) -> dict[str, str]:
    """The environment of a program whose calls below ``folder`` are written to ``account``."""
    return {"LD_PRELOAD": str(library), "POWER_FOLDER": str(folder), "POWER_LOG": str(account)}


def read(account: Path) -> Iterator[Record]:
    """Every record, in the order in which the calls returned."""
    with account.open("rb") as file:
        while head := file.read(_HEADER.size):
            kind, path, more, at = _HEADER.unpack(head)
            yield Record(kind.decode(), file.read(path).decode(), at, file.read(more))


@dataclass(slots=True)
class File:
    """What surely lies on the disk, and what was asked since."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Record] = field(default_factory=list)

    def sync(self) -> None:
        for record in self.pending:
            _apply(self.synced, record)
        self.pending.clear()

    def asked(self) -> bytes:
        """What the program believes that it has written."""
        content = bytearray(self.synced)
        for record in self.pending:
            _apply(content, record)
        return bytes(content)

    def left(self, chance: random.Random | None) -> bytes:
        """What is there when the power is back: nothing that was not synced, or by ``chance`` some of it."""
        content = bytearray(self.synced)
        if chance is not None:
            for record in self.pending:
                _apply_some(content, record, chance)
        return bytes(content)


def _apply(content: bytearray, record: Record) -> None:
    if record.kind == "T":
        del content[record.at :]
        content.extend(bytes(record.at - len(content)))
        return
    content.extend(bytes(max(0, record.at - len(content))))
    content[record.at : record.at + len(record.more)] = record.more


def _apply_some(content: bytearray, record: Record, chance: random.Random) -> None:
    luck = chance.random()  # whole writes more often than torn ones
    if luck < 0.4:
        return
    if luck < 0.8 or record.kind == "T":
        _apply(content, record)
        return
    for at in range(0, len(record.more), SECTOR):
        if chance.random() < 0.5:
            _apply(content, record._replace(at=record.at + at, more=record.more[at : at + SECTOR]))


class Disk:
    """The folder as it was when the program began, and what the program has asked of it since."""

    def __init__(self, folder: Path, began_with: Path) -> None:
        """``began_with`` is a copy of ``folder`` from before the program ran."""
        self._folder = folder.resolve()
        self._names: dict[str, File] = {}  # as the program sees them
        for path in began_with.rglob("*"):
            if path.is_file():
                self._names[path.relative_to(began_with).as_posix()] = File(bytearray(path.read_bytes()))
        self._kept = dict(self._names)  # as they will be found again

    def take(self, record: Record) -> None:
        """One call more."""
        name = os.path.relpath(record.path, self._folder)
        match record.kind:
            case "U":
                self._names.pop(name, None)
            case "R":
                if name in self._names:
                    self._names[os.path.relpath(record.more.decode(), self._folder)] = self._names.pop(name)
            case "S" if name in self._names:
                self._names[name].sync()
            case "S":
                self._sync_names("" if name == "." else f"{name}/")
            case _:
                self._names.setdefault(name, File()).pending.append(record)

    def _sync_names(self, within: str) -> None:
        def lies_there(name: str) -> bool:
            return name.startswith(within) and "/" not in name[len(within) :]

        for name in [name for name in self._kept if lies_there(name) and name not in self._names]:
            del self._kept[name]
        self._kept.update({name: file for name, file in self._names.items() if lies_there(name)})

    def asked(self) -> Mapping[str, bytes]:
        """Every file as the program sees it, and as it lies on the machine on which we test."""
        return {name: file.asked() for name, file in self._names.items() if not name.endswith(_FOR_A_MOMENT)}

    def lose_power(self, chance: random.Random | None = None) -> Mapping[str, bytes]:
        """Every file that is there when the power is back. The disk itself goes on, so that it may be lost again."""
        return {name: file.left(chance) for name, file in self._kept.items() if not name.endswith(_FOR_A_MOMENT)}
