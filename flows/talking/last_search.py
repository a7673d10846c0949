"""What somebody last looked for: kept with them, so that NEXT and MORE work at any time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from flows.model import Participant

LAST_SEARCH = "last_search"
"""The variable that keeps what somebody last looked for. Where variables.yaml has none, NEXT works while the list is
open and no longer."""

_MOST_SEEN = 12  # after that the first ones may come round again


class LastSearch(NamedTuple):
    """What somebody looked for: in which flow, with which of its answers; the initiatives that they were shown, and the
    group that they chose."""

    flow: str
    answers: Mapping[str, str]
    seen: tuple[str, ...] = ()
    group: str = ""

    def written(self) -> str:
        return json.dumps([self.flow, dict(self.answers), list(self.seen), self.group], ensure_ascii=False)

    def with_seen(self, more: tuple[str, ...]) -> LastSearch:
        return self._replace(seen=tuple(dict.fromkeys((*self.seen, *more)))[-_MOST_SEEN:])


def last_of(person: Participant) -> LastSearch | None:
    """What somebody last looked for, if that is still known."""
    written = person.values.get(LAST_SEARCH)
    if not written:
        return None
    try:
        flow, answers, seen, group = json.loads(written)
        return LastSearch(str(flow), {str(k): str(v) for k, v in answers.items()}, tuple(map(str, seen)), str(group))
    except (ValueError, TypeError, AttributeError):
        return None  # an older program wrote it
