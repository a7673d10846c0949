"""How far the COUNTs of a feed's rules are followed: to the date of the last meeting, once, while it is read."""

from __future__ import annotations

from datetime import date, timedelta

from flows.directory.recurrence import NotARule, Rule, ended_by_date

MOST_DAYS = 500_000
"""Days that are looked at for all the COUNTs of one feed, a second's work: no feed can keep us at it."""

_FARTHEST = 7500  # days for one rule: a thousand weeks, and some
_OLDEST = timedelta(days=3653)  # ten years: no course that began before then goes on


class Counting:
    """The days that are left for the COUNTs of one feed."""

    def __init__(self, days: int = MOST_DAYS) -> None:
        self._left = days

    def ended(self, rule: Rule, starts: date | None, today: date) -> Rule | NotARule:
        """The rule with a last date in the place of its COUNT; or why that is not to be found out."""
        if rule.count is None:
            return rule
        if starts is None:
            return NotARule("counts its meetings, and no date says from when")
        if starts < today - _OLDEST:
            return NotARule("counts its meetings from more than ten years ago")
        if self._left <= 0:
            return NotARule("counts its meetings, as do more of this source than can be followed")
        days = min(self._left, _FARTHEST)
        found = ended_by_date(rule, starts, days)
        until = found.until if isinstance(found, Rule) else None
        self._left -= min(max((until - starts).days, 1), days) if until else days
        return found
