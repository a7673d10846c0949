"""The table: every kind of bad input, group by group."""

from __future__ import annotations

from tests.bad_input import (
    as_json,
    content,
    encodings,
    environment,
    identities,
    injection,
    keywords,
    letters,
    order,
    over_http,
    sizes,
    times,
)

GROUPS = (
    encodings.GROUP,
    letters.GROUP,
    sizes.GROUP,
    keywords.GROUP,
    identities.GROUP,
    over_http.GROUP,
    as_json.GROUP,
    order.GROUP,
    times.GROUP,
    injection.GROUP,
    content.GROUP,
    environment.GROUP,
)
KINDS = tuple(kind for group in GROUPS for kind in group.kinds)
