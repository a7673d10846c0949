"""A table whose directory a real service may offer: the invented groups of the samples, as if they were real."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.database import Database
from tests.shipped import shipped
from tests.turns.table import Table


@pytest.fixture
def table(database: Database) -> Table:
    """The shipped content, the gate open, and twelve groups around Tonbridge."""
    found = Table(database, shipped())
    found.opens()
    live = found.desk.live
    real = tuple(replace(group, sample=False) for group in live.library.groups if group.sample)
    found.desk.go_live(live.with_groups(real))
    return found
