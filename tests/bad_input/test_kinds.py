"""120 kinds of bad input: none gives a 500, none is lost, none is silently ignored."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.bad_input import environment
from tests.bad_input.house import House
from tests.bad_input.kinds import Kind, hold_against
from tests.bad_input.table import KINDS

ON_ANY_DATABASE = [kind for kind in KINDS if kind.group != environment.GROUP.name]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_what_the_table_says_is_what_happens_and_the_next_person_is_heard(house: House, kind: Kind) -> None:
    await comes_to_what_is_said(house, kind)


@pytest.mark.prove
@pytest.mark.parametrize("kind", ON_ANY_DATABASE, ids=[kind.name for kind in ON_ANY_DATABASE])
async def test_the_same_happens_on_postgresql(house_on_postgresql: House, kind: Kind) -> None:
    await comes_to_what_is_said(house_on_postgresql, kind)


async def comes_to_what_is_said(house: House, kind: Kind) -> None:
    """It happens, what is said of it holds, and a stranger who writes then is answered."""
    house.begins()
    with capture_logs() as house.lines:
        await kind.does(house)
        await hold_against(kind, house)
        house.begins()
        assert await house.phone().texts("hello") == 200
    assert any("18 or over" in each for each in house.heard)
