"""Everybody is due at once: all are asked, a cry for help does not wait for them, and idling costs next to nothing.

The short form runs the benchmark itself over a few hundred people; the long one over 300,000, with its gates.
"""

from __future__ import annotations

import pytest

from benchmarks import sweep
from benchmarks.sweep import CRY_SECONDS, IDLE_MILLISECONDS, PEOPLE, SWEEP_SECONDS, Came, measure
from bot.content import Checked
from tests.shipped import shipped

A_FEW = 450


@pytest.fixture(scope="module")
def checked() -> Checked:
    return shipped()


def test_all_who_are_due_are_asked_and_a_cry_for_help_is_heard_at_once(
    database_url: str, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "ROUNDS", 3)
    found = measure(database_url, checked, A_FEW, turns=2, cries=6, pause=0)

    assert found.swept.people == A_FEW
    assert found.came == Came(asked=A_FEW, queued=A_FEW, talking=A_FEW)
    assert found.behind.p99 < CRY_SECONDS
    assert found.during.p99 < CRY_SECONDS
    # within one run on one machine, so that a slow one does not fail it: it is 0.8 of a turn
    assert found.each < 3 * found.turn
    assert {"check-ins", "held check-ins", "silences", "bookings", "alerts", "heartbeat", "delivery"} <= set(
        found.idle_after
    )


@pytest.mark.prove
def test_three_hundred_thousand_people_due_in_one_hour(database_url: str, checked: Checked) -> None:
    found = measure(database_url, checked, PEOPLE)

    assert found.came == Came(asked=PEOPLE, queued=PEOPLE, talking=PEOPLE)
    assert found.swept.cpu < SWEEP_SECONDS
    assert found.slowest_tick[0] < IDLE_MILLISECONDS, found.slowest_tick
    assert found.behind.p99 < CRY_SECONDS
    assert found.during.p99 < CRY_SECONDS
