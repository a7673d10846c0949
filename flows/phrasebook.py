"""Every phrase that the program itself says, and the blanks it fills: the words stand in ``content/phrases.yaml``."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {}
