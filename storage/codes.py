"""The codes that staff text back: two digits while they last, and none of an alert that ended a fortnight ago or less.

Somebody who answers an old text must not take another person's alert. When a code's alert is resolved the marks
remember which it was and when; unique indexes do the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flows.errors import StorageError
from storage import marks
from storage.staff import Draw
from storage.statements import Db, Lookup
from storage.tables import microseconds

RESTS_FOR = timedelta(days=14)
MOST_WRONG = 5  # codes from one phone …
WRONG_WITHIN = timedelta(hours=1)  # … in so long, and for so long only codes that were sent to it count
_RANGES = ((10, 100), (100, 1000), (1000, 10_000))
_AT_ONCE = 90


_OPEN = Lookup("SELECT code FROM alerts WHERE status <> 'resolved' AND code IN (*)")
_RESTING = Lookup("SELECT name FROM marks WHERE at > ? AND name IN (*)")


def free(db: Db, draw: Draw, now: datetime) -> str:
    """A code that no unresolved alert has, nor one resolved within a fortnight while any other is left."""
    for rests in (True, False):
        for low, high in _RANGES:
            for some in _in_turn(low, high, draw(high - low)):
                taken = {row[0] for row in _OPEN.rows(db, some)}
                left = [code for code in some if code not in taken]
                resting = _resting(db, left, now) if rests else frozenset()
                found = next((code for code in left if code not in resting), None)
                if found is not None:
                    return found
    raise StorageError("Nearly ten thousand alerts are open: no code is left.")


def _in_turn(low: int, high: int, start: int) -> Iterator[Sequence[str]]:
    """All codes from ``low`` to below ``high``, some at a time, beginning anywhere."""
    count = high - low
    for first in range(0, count, _AT_ONCE):
        yield [str(low + (start + step) % count) for step in range(first, min(first + _AT_ONCE, count))]


def _resting(db: Db, codes: Sequence[str], now: datetime) -> frozenset[str]:
    names = {_name(code): code for code in codes}
    rows = _RESTING.rows(db, list(names), microseconds(now - RESTS_FOR))
    return frozenset(names[row[0]] for row in rows)


def spent(db: Db, code: str, alert_id: int, now: datetime) -> None:
    """The alert of this code is resolved: the code rests."""
    marks.put(db, _name(code), str(alert_id), now)


def last_of(db: Db, code: str) -> int | None:
    """The alert that last ended with this code, if one has."""
    found = marks.get(db, _name(code)) if code else None
    return int(found) if found is not None else None


# ---------------------------------------------------------------- wrong ones


def missed(db: Db, address_id: int, now: datetime) -> bool:
    """A wrong code came from this phone. True: with this one its codes rest."""
    times = [*_missed_at(db, address_id, now), now]
    marks.put(db, f"wrong codes {address_id}", " ".join(each.isoformat() for each in times[-MOST_WRONG:]), now)
    return len(times) == MOST_WRONG


def rests(db: Db, address_id: int, now: datetime) -> bool:
    """Whether too many wrong codes came from this phone in the last hour."""
    return len(_missed_at(db, address_id, now)) >= MOST_WRONG


def _missed_at(db: Db, address_id: int, now: datetime) -> list[datetime]:
    """When wrong codes came from it: none of them once it has been quiet for an hour after too many."""
    written = marks.get(db, f"wrong codes {address_id}")
    times = [datetime.fromisoformat(each) for each in written.split()] if written else []
    if len(times) >= MOST_WRONG:
        return times if now - times[-1] < WRONG_WITHIN else []
    return [each for each in times if now - each < WRONG_WITHIN]


def is_told_of(db: Db, address_id: int, now: datetime, again: timedelta) -> bool:
    """Whether to tell of this phone's wrong codes: not where that was done less than ``again`` ago."""
    name = f"wrong codes told {address_id}"
    told = marks.written_at(db, name)
    if told is not None and told[1] is not None and now - told[1] < again:
        return False
    marks.put(db, name, "", now)
    return True


def _name(code: str) -> str:
    return f"code {code}"
