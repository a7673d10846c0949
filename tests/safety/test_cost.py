"""The screen runs on every text, so it may cost next to nothing, and no text may cost more than its length."""

from __future__ import annotations

import time

import pytest

from tests.safety.lines import screen

SIXTEEN_KB = 16_384
SHAPES = ["kill ", "i want to die ", "not suicidal ", "a ", "k.", "a!", "'", "😀", "my mate had the ", "\u0301", "1x"]


def cpu_seconds(text: str) -> float:
    """The least of three, after one to warm up: other work on the machine only ever adds."""
    screen().read(text)
    spent = []
    for _ in range(3):
        began = time.process_time()
        screen().read(text)
        spent.append(time.process_time() - began)
    return min(spent)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_text_costs_in_proportion_to_its_length(shape: str) -> None:
    once = cpu_seconds((shape * SIXTEEN_KB)[:SIXTEEN_KB])
    four = cpu_seconds((shape * SIXTEEN_KB * 4)[: SIXTEEN_KB * 4])
    assert four < max(once * 4, 0.005) * 3, "grows faster than the text"
