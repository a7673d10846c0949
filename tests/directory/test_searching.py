"""The benchmark of searches in a small form: no network is called, and everybody is offered something."""

from __future__ import annotations

import socket

import pytest

from benchmarks.searching import GATE_MS, SEARCHES, SESSIONS, measure


def test_a_search_in_a_small_directory_is_quick_and_calls_no_network() -> None:
    usual = socket.socket.connect
    _, took, widened = measure(sessions=1500, searches=100)
    assert socket.socket.connect is usual
    assert sorted(took)[98] < GATE_MS
    assert widened.get("nothing", 0) == 0
    assert set(widened) >= {"not at all", "farther"}


@pytest.mark.prove
def test_ninety_nine_searches_of_a_hundred_in_fifty_thousand_sessions_take_less_than_20_ms() -> None:
    _, took, widened = measure()
    assert (SESSIONS, len(took)) == (50_000, SEARCHES)
    assert sorted(took)[SEARCHES * 99 // 100 - 1] < GATE_MS
    assert widened.get("nothing", 0) == 0
