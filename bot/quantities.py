"""How many there are of something, as operators read it."""

from __future__ import annotations


def quantity(number: int, thing: str, things: str = "") -> str:
    """``1 group``, ``2 groups``; ``things`` where more of them are not called that with an s.

    >>> quantity(1, "policy", "policies"), quantity(1200, "row")
    ('1 policy', '1,200 rows')
    """
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
