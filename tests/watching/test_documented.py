"""docs/operators.md lists every trouble that exists, with its cure, and no other."""

from __future__ import annotations

import re

from bot.watching import Kind
from tests.house.tree import read


def rows() -> list[tuple[str, str, str]]:
    section = read("docs/operators.md").split("## Troubles, and their cures")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)


def test_every_trouble_is_documented_worst_first_with_its_cure() -> None:
    assert [name for name, _, _ in rows()] == [str(kind) for kind in Kind]
    assert [name for name, means, cure in rows() if len(means) < 10 or len(cure) < 8] == []


def test_the_heartbeat_is_explained_and_no_seller_is_named() -> None:
    text = read("docs/operators.md")
    assert "## The heartbeat" in text
    assert "HEARTBEAT_URL" in text.split("## The heartbeat")[1]
    for seller in ("healthchecks.io", "cronitor", "uptimerobot", "betterstack", "pingdom", "deadmanssnitch"):
        assert seller not in text.casefold()
