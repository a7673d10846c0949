"""``fingerpost check --fix``: writes into the folder what can be mended with certainty, and tells what it wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from flows.reading.mending import Mended, mend

MOST_BYTES = 1_000_000  # what a check reads of one file
MOST_NAMED = 6  # lines named in one sentence
# What Notepad and other programs make of a file's name, and what it has to end in.
_ENDINGS = {".yaml.txt": ".yaml", ".yml.txt": ".yaml", ".csv.txt": ".csv", ".yml": ".yaml"}


def mend_folder(folder: Path, only: frozenset[Path]) -> Iterator[str]:
    """Mends the files of a folder, or of it ``only`` these (absolute paths); yields one sentence for each file."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith((".", "~")) for part in name.split("/")) or (only and path.absolute() not in only):
            continue
        try:
            if path.is_file():
                yield from _mend_file(path, name)
        except OSError as error:
            yield f"{name}: I could not change it ({error.strerror})."


def _mend_file(path: Path, name: str) -> Iterator[str]:
    ending = next((ending for ending in _ENDINGS if name.lower().endswith(ending)), None)
    if ending is not None:
        right = path.with_name(path.name[: -len(ending)] + _ENDINGS[ending])
        if right.exists():
            yield f"{name}: I left its name, for there is a {right.name} beside it. Keep one of the two."
            return
        path.rename(right)
        yield f"{name}: I renamed it to {right.name}."
        path, name = right, name[: -len(path.name)] + right.name
    if path.suffix != ".yaml" or path.stat().st_size > MOST_BYTES:
        return
    mended = mend(path.read_bytes(), name)
    if mended is not None:
        write_beside(path, mended.raw)
        yield f"{name}: {_what(mended)}."


def write_beside(path: Path, raw: bytes) -> None:
    """Replaces a file in one go: whoever looks meanwhile sees the old one or the new one, never half of it."""
    path = path.resolve()
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(raw)
        shutil.copymode(path, beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _what(mended: Mended) -> str:
    said = []
    if mended.lines:
        shown = ", ".join(map(str, mended.lines[:MOST_NAMED])) + (" …" if len(mended.lines) > MOST_NAMED else "")
        said.append(f"I tidied line {shown}" if len(mended.lines) == 1 else f"I tidied lines {shown}")
    if mended.letters:
        said.append("I saved it as UTF-8; look whether £ and accents are right")
    return ", and ".join(said)
