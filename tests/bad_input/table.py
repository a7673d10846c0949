"""The table: every kind of bad input, group by group."""

from __future__ import annotations

from tests.bad_input import encodings, identities, keywords, letters, sizes

GROUPS = (encodings.GROUP, letters.GROUP, sizes.GROUP, keywords.GROUP, identities.GROUP)
KINDS = tuple(kind for group in GROUPS for kind in group.kinds)
