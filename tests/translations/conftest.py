from __future__ import annotations

from tests.reading.conftest import reads_the_same_bytes_once

__all__ = ["reads_the_same_bytes_once"]
