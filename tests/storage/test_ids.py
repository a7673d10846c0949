from __future__ import annotations

from datetime import timedelta

from storage.ids import Ids, made_at
from tests.storage.scene import NOW


def test_ids_rise_and_never_repeat_within_one_instant() -> None:
    ids = Ids(node=3)
    made = [ids.next(NOW) for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_rise_even_when_the_clock_goes_back() -> None:
    ids = Ids(node=3)
    first = ids.next(NOW)
    assert ids.next(NOW - timedelta(hours=1)) > first
    assert ids.next(NOW + timedelta(milliseconds=1)) > first


def test_two_nodes_never_make_the_same_id() -> None:
    one, other = Ids(node=1), Ids(node=2)
    assert not {one.next(NOW) for _ in range(5_000)} & {other.next(NOW) for _ in range(5_000)}


def test_the_same_times_give_the_same_ids() -> None:
    assert [Ids(node=7).next(NOW)] == [Ids(node=7).next(NOW)]


def test_an_id_tells_when_it_was_made_and_fits_the_database() -> None:
    late = NOW.replace(year=2090)
    made = Ids(node=1023).next(late)
    assert made < 2**63
    assert made_at(made) == late.replace(microsecond=late.microsecond // 1000 * 1000)
