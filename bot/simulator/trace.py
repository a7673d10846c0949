"""What happened, line by line: the same seed gives the same lines, to the byte. No ciphertext is in it."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from typing import IO


class Trace:
    """Counts, and the lines themselves where somebody reads them. ``digest`` is of every line there was."""

    def __init__(self, now: Callable[[], datetime], out: IO[str] | None = None) -> None:
        self._now = now
        self._out = out
        self._hash = hashlib.sha256()
        self.last: deque[str] = deque(maxlen=400)
        self.counts: Counter[str] = Counter()

    def add(self, what: str, *of: object) -> None:
        """One line: the time, what happened and to what."""
        self.counts[what] += 1
        line = " ".join((f"{self._now():%Y-%m-%d %H:%M:%S.%f}", what, *map(str, of)))
        self._hash.update(line.encode() + b"\n")
        self.last.append(line)
        if self._out is not None:
            self._out.write(line + "\n")

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()
