"""The page of bad input says what the table says, and the table is whole."""

from __future__ import annotations

from tests.bad_input.page import PAGE, rendered
from tests.bad_input.table import GROUPS, KINDS


def test_there_are_twelve_groups_of_ten() -> None:
    assert [(group.name, len(group.kinds)) for group in GROUPS if len(group.kinds) != 10] == []
    assert len(GROUPS) == 12
    assert len({kind.name for kind in KINDS}) == 120


def test_the_page_is_as_it_would_be_written_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(), "type python -m tests.bad_input.page"
