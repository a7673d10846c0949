"""Whatever is written: conditions, phone numbers and webhooks are read, or refused in words, and nothing raises.

The same for replies (tests/understanding/test_any_text.py), YAML (tests/reading/test_library.py) and the parts of a
text (tests/layout/test_any_text.py).
"""

from __future__ import annotations

import json
import operator
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import readable
from bot.web import proofs
from flows.conditions import holds, parse, with_words
from flows.phones import is_uk_mobile, kind_of_sender, read_number
from flows.steps import Condition
from flows.wording import Place
from tests.bad_input.sound import read_form, read_status, read_update
from tests.edges.front_door import PUBLIC_URL, TWILIO_TOKEN, signature

HERE = Place("flows/a.yaml", 3, 7)
TODAY = date(2026, 11, 22)
BRIEFLY = settings(max_examples=40, deadline=None)
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)

# ---------------------------------------------------------------- conditions

ANSWERS = {"mood": 2, "number": 10, "half": 7, "absent": None}
COMPARED = {
    "is": operator.eq,
    "is not": operator.ne,
    "at least": operator.ge,
    "at most": operator.le,
    "more than": operator.gt,
    "less than": operator.lt,
}
SCRAPS = [
    *ANSWERS,
    *COMPARED,
    "and",
    "or",
    "(",
    ")",
    "not answered",
    "answered",
    "one of",
    "includes",
    "2",
    '"',
    "<=",
    ",",
]


# every comparison with every number next to what was answered, and whether it is true by plain arithmetic
COMPARISONS = [
    (f"{name} {op} {number}", value is not None and bool(compare(value, number)))
    for name, value in ANSWERS.items()
    for op, compare in COMPARED.items()
    for number in ((value or 5) - 1, value or 5, (value or 5) + 1)
]


def joined(parts: st.SearchStrategy[tuple[str, bool]]) -> st.SearchStrategy[tuple[str, bool]]:
    """Some of them in brackets, all with ``and`` or all with ``or`` between."""

    def together(word: str, chosen: list[tuple[str, bool]]) -> tuple[str, bool]:
        true = all(each for _, each in chosen) if word == "and" else any(each for _, each in chosen)
        return f" {word} ".join(f"({text})" for text, _ in chosen), true

    return st.builds(together, st.sampled_from(["and", "or"]), st.lists(parts, min_size=1, max_size=4))


@BRIEFLY
@given(st.recursive(st.sampled_from(COMPARISONS), joined, max_leaves=8))
def test_a_condition_means_what_its_words_say(written: tuple[str, bool]) -> None:
    means(*written)


def test_every_comparison_means_what_its_words_say() -> None:
    for text, true in COMPARISONS:
        means(text, true)


def means(text: str, true: bool) -> None:
    condition = parse(text, HERE)
    assert isinstance(condition, Condition), condition
    values = {name: str(value) for name, value in ANSWERS.items() if value is not None}
    assert holds(condition, values.get, TODAY) is true, text


@BRIEFLY
@given(st.one_of(ANY_TEXT, st.lists(st.sampled_from(SCRAPS), max_size=12).map(" ".join)))
def test_any_condition_is_read_or_refused_in_words(text: str) -> None:
    found = parse(text, HERE)
    if isinstance(found, Condition):
        assert holds(found, {"mood": text, "number": "²", "half": "today"}.get, TODAY) in (True, False)
    else:
        assert found.what
        assert found.fix
    with_words(text)


# ---------------------------------------------------------------- phone numbers


@BRIEFLY
@given(
    st.integers(0, 999),
    st.sampled_from(["07700900", "+447700900", "00447700900", "+44(0)7700900"]),
    st.lists(st.sampled_from(["", " ", "-", " - ", "."]), min_size=12, max_size=12),
)
def test_a_number_is_the_same_however_it_is_spaced(last: int, start: str, gaps: list[str]) -> None:
    tail = f"{last:03}"
    written = start[:-3] + gaps[0] + start[-3:] + gaps[1] + tail[0] + gaps[2] + tail[1:]
    assert read_number(written, practice=True) == f"+447700900{tail}"
    assert read_number(written) is None  # kept for drama: outside practice it is nobody's


@BRIEFLY
@given(st.one_of(ANY_TEXT, st.text("+0123456789 -()OlI.;/x", max_size=24)))
def test_what_is_read_as_a_number_is_one_and_is_read_as_itself(text: str) -> None:
    found = read_number(text, practice=True)
    if found is not None:
        assert re.fullmatch(r"\+[1-9]\d{6,14}", found)
        assert read_number(found, practice=True) == found
        assert kind_of_sender(found) == "number"
    if is_uk_mobile(text, practice=True):
        assert re.fullmatch(r"\+447\d{9}", text)


# ---------------------------------------------------------------- webhooks

NUMBERS = st.text("0129²٤½+-. ", max_size=21)  # what counts as a digit here, and what only Unicode calls one
FIELDS = st.dictionaries(
    st.one_of(
        st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode"]),
        st.text(max_size=8),
    ),
    st.one_of(NUMBERS, st.text(max_size=40)),
    max_size=8,
)


@BRIEFLY
@given(st.text(max_size=80))
def test_the_words_of_a_text_come_through_as_sent(words: str) -> None:
    fields = {"MessageSid": "SM1", "From": "+447700900123", "Body": words}
    inbound = read_form(urlencode(fields).encode())
    assert inbound is not None
    assert inbound.text == readable(words)


@BRIEFLY
@given(FIELDS, NUMBERS, st.binary(max_size=60))
def test_any_form_is_read_or_refused(fields: dict[str, str], outbox_id: str, scrap: bytes) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "failed"} | fields
    for body in (urlencode(fields).encode(), urlencode(fields).encode() + scrap, scrap):
        read_form(body, "/webhooks/twilio/message?" + outbox_id)
        read_status(outbox_id, body)


@BRIEFLY
@given(FIELDS, st.data())
def test_a_form_is_taken_as_it_was_signed_and_no_other_way(fields: dict[str, str], data: st.DataObject) -> None:
    path = "/webhooks/twilio/message"
    body = urlencode(fields).encode()
    signed = proofs.fields_of(body)
    assert signed is not None
    proof = signature(dict(signed), path)
    assert proofs.is_from_twilio(TWILIO_TOKEN, PUBLIC_URL, path, signed, proof)
    at = data.draw(st.integers(0, len(proof) - 2))  # the last letter is padding
    other = proof[:at] + ("A" if proof[at] != "A" else "B") + proof[at + 1 :]
    assert not proofs.is_from_twilio(TWILIO_TOKEN, PUBLIC_URL, path, signed, other)


LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["private", "kicked", "1:yes"]), ANY_TEXT
)
NAMES = st.sampled_from(
    ["id", "chat", "from", "text", "caption", "date", "type", "data", "message", "photo", "new_chat_member", "status"]
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=12,
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "channel_post", "next_year"])


@BRIEFLY
@given(KINDS, JSON, LEAVES)
def test_any_update_is_read_as_something(kind: str, body: object, update_id: object) -> None:
    assert read_update(json.dumps({"update_id": update_id, kind: body}).encode()) is not None
