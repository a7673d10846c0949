"""On PostgreSQL every time: what its rows and locks decide. The rest is tried there by ``make prove``."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
EVERY_TIME = (
    "test_a_rotation_leaves_nothing_unreadable",
    "test_a_key_that_other_processes",
    "test_what_somebody_is_changing",
    "test_fifty_forgeries_are_refused_and_touch_no_row[postgresql-text]",
    "test_no_value_opens_in_the_place_of_another",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and "postgresql" in item.name and not item.name.startswith(EVERY_TIME):
            item.add_marker(pytest.mark.prove)
