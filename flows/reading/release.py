"""The name of a release: a hash of everything that the content says, wherever on the page it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import lru_cache

from flows.content import Library, Transcript
from flows.wording import Place

_LEFT_OUT = ("release", "place", "at", "tests")


def release_of(library: Library) -> str:
    """SHA-256 of the compiled content. Places, comments, layout and tests do not change it; a word does."""
    return spelled(library)


def spelled(part: object) -> str:
    """The same of one part of a release, such as a flow: two that say and do the same spell the same."""
    digest = hashlib.sha256()
    for piece in _spell(part):
        digest.update(piece)
    return digest.hexdigest()


@lru_cache(maxsize=128)
def _spoken_fields(kind: type) -> tuple[tuple[str, bytes], ...]:
    return tuple((f.name, f.name.encode()) for f in fields(kind) if f.name not in _LEFT_OUT)


def _spell(value: object) -> Iterator[bytes]:
    """A value as bytes that no other value spells: every part says what it is and how long."""
    if isinstance(value, str):
        encoded = value.encode()
        yield b"s%d:" % len(encoded)
        yield encoded
    elif value is None or isinstance(value, bool | int):
        yield b"%s;" % str(value).encode()
    elif isinstance(value, Mapping):
        yield b"m%d(" % len(value)
        for key, inner in value.items():
            yield from _spell(key)
            yield from _spell(inner)
    elif isinstance(value, Set):
        yield from _spell(tuple(sorted(value)))
    elif isinstance(value, Sequence):
        yield b"l%d(" % len(value)
        for inner in value:
            yield from _spell(inner)
    elif isinstance(value, Place | Transcript):
        return
    elif is_dataclass(value) and not isinstance(value, type):
        yield b"d%s(" % type(value).__name__.encode()
        for name, spelled in _spoken_fields(type(value)):
            yield spelled
            yield from _spell(getattr(value, name))
    else:
        yield from _spell(str(value))
