from __future__ import annotations

from tests.inprocess.conftest import checked, town

__all__ = ["checked", "town"]
