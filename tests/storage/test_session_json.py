from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.model import Frame, Session, Waiting
from flows.session_json import dump, load
from tests.storage.scene import a_session

words = st.text(max_size=30)
times = st.datetimes(datetime(2026, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
waits = st.builds(
    Waiting,
    question=st.integers(0, 10_000),
    asked_at=times,
    misses=st.integers(0, 9),
    confirm=words,
    nudge_at=st.none() | times,
    close_at=st.none() | times,
    options=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    item=words,
    items_left=st.lists(words, max_size=3).map(tuple),
)
sessions = st.builds(
    Session,
    release=words,
    frames=st.lists(
        st.builds(Frame, words, st.none() | st.integers(0, 500), st.booleans()), min_size=1, max_size=3
    ).map(tuple),
    answers=st.dictionaries(words, st.dictionaries(words, words, max_size=4), max_size=3),
    waiting=waits,
    started_at=times,
)


@given(sessions)
def test_every_session_comes_back_as_it_was(session: Session) -> None:
    assert load(dump(session)) == session


def test_a_plain_session_is_small() -> None:
    assert len(dump(a_session())) < 220


@pytest.mark.parametrize(
    "text", ["", "null", "{}", "[]", "[2]", "[1]", json.dumps([9, *json.loads(dump(a_session()))[1:]])]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        load(text)
