"""What is not a directory is refused whole, in words that say what came instead; nothing ever raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.directory.importing import open_referral
from flows.directory.importing.bmlt import read_bmlt
from flows.directory.importing.csv_rows import read_csv
from flows.directory.importing.meeting_guide import read_meeting_guide
from flows.directory.importing.open_referral import read_open_referral
from flows.directory.importing.reply import MOST_BYTES
from flows.directory.model import Imported, Note, all_offers
from tests.directory.importing.feeds import (
    TODAY,
    bmlt_row,
    held_at,
    location,
    meeting,
    schedule,
    service,
    times,
    told,
    why,
)
from tests.directory.rows import HEADING, row

Reader = Callable[..., Imported]
JSON_READERS = (read_open_referral, read_meeting_guide, read_bmlt)
GOOD = {read_open_referral: service(), read_meeting_guide: meeting(), read_bmlt: bmlt_row()}


def read(reader: Reader, *pages: bytes) -> Imported:
    return reader(list(pages) if len(pages) != 1 else pages[0], source="kent", today=TODAY)


@pytest.mark.parametrize("reader", JSON_READERS)
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"", "It sent nothing at all"),
        (b" \n", "It sent nothing at all"),
        (b"<!DOCTYPE html><title>404</title>", "It sent a web page and not JSON"),
        (b"\xef\xbb\xbf <html><body>Sign in", "It sent a web page and not JSON"),
        (b"<?xml version='1.0'?><services/>", "It sent XML and not JSON"),
        (b'[{"name": "cut of', "It is not whole JSON"),
        (b"[" * 200_000, "It holds lists within lists without end"),
        (b"\x00\xff\xfe\x00", "It is not whole JSON"),
        (b"null", "It is JSON"),
        (b"0", "It is JSON"),
        (b'"services"', "It is JSON"),
        (b'{"error": {"message": "no key"}}', "It answers with an error: no key."),
        (b'{"message": "Too Many Requests"}', "It answers with an error: Too Many Requests."),
        (b"[]", "It "),
        (b"[" + b" " * MOST_BYTES + b"]", "It is 10.0 MB, and no more than 10 are read"),
    ],
)
def test_what_is_no_directory_is_refused(reader: Reader, reply: bytes, said: str) -> None:
    found = read(reader, reply)

    assert found.refused.startswith(said), found.refused
    assert found.initiatives == ()


@pytest.mark.parametrize("reader", JSON_READERS)
def test_one_page_that_cannot_be_read_refuses_them_all(reader: Reader) -> None:
    found = read(reader, told([GOOD[reader]]), b"<html>504 Gateway")

    assert found.refused.startswith("Page 2: It sent a web page")
    assert found.initiatives == ()


@pytest.mark.parametrize("reader", JSON_READERS)
def test_one_bad_row_costs_no_other(reader: Reader) -> None:
    bad: list[object] = [None, 7, "row", [], {}, {"name": "", "id": "b"}, {"name": ["x"], "id": {"y": 1}}]

    found = read(reader, told([*bad, GOOD[reader]]))

    assert len(found.initiatives) == 1
    assert why(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_letters_of_older_systems_are_read(encoding: str) -> None:
    written = json.dumps([meeting(name="Café at seven")], ensure_ascii=False).encode(encoding)

    assert [each.name for each in read(read_meeting_guide, written).initiatives] == ["Café at seven"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"<html>", "It is a web page and not a spreadsheet saved as CSV."),
        (b"", "It holds nothing that anybody could be offered."),
        (b"a" * (MOST_BYTES + 1), "It is 10.0 MB, and no more than 10 are read."),
    ],
)
def test_what_is_no_spreadsheet_is_refused(reply: bytes, said: str) -> None:
    assert read(read_csv, reply).refused == said


def test_a_spreadsheet_is_read_under_ids_of_its_own_and_reported_by_row() -> None:
    sheet = "\n".join(
        [HEADING, row(), row(id="bad", day="Someday"), row(id="ton-wed", day="Wed", exceptions="25/12/2026")]
    )

    found = read(read_csv, sheet.encode("cp1252"))

    assert times(found) == ["tu 18:30-20:00", "we 18:30-20:00"]
    (one,) = found.initiatives
    assert (one.source, one.id) == ("kent", "kent/tuesday table")
    assert [each.id for each in one.sessions] == ["kent/ton-tue", "kent/ton-wed"]
    assert [(note.row, note.what.split(".")[0]) for note in found.notes if note.left_out] == [
        ("row 3", "Day: “Someday” is not a day of the week")
    ]


@pytest.mark.parametrize(
    ("contact", "taken"),
    [
        ("welcome host", True),
        ("Welcome Host", True),
        ("Front Desk", True),
        ("host", True),
        ("Bench Lead", True),
        ("Sarah Jones", False),
        ("Sarah J. Jones-Smith", False),
        ("Sean O'Hara", False),
        ("Mrs Jones", False),
        ("dr. jones", False),
    ],
)
def test_a_spreadsheets_contact_is_a_role_and_never_a_name(contact: str, taken: bool) -> None:
    found = read(read_csv, "\n".join([HEADING, row(contact=contact, phone="")]).encode())

    assert [each.contact for each in found.initiatives] == [contact if taken else ""]
    assert any("may be a person's name" in note.what for note in found.notes) is not taken


# ---------------------------------------------------------------- more than anybody could read


@pytest.mark.parametrize(
    ("reader", "reply"),
    [
        (read_open_referral, b"[" + b'{"id":1},' * 20_000 + b'{"id":1}]'),
        (read_meeting_guide, b"[" + b"{}," * 20_000 + b"{}]"),
        (read_bmlt, b"[" + b"0," * 20_000 + b"0]"),
        (read_csv, b"id,name" + b"\n1,2" * 20_001),
        *((reader, b"[" + b"{}," * 1_000_000 + b"{}]") for reader in JSON_READERS),
    ],
)
def test_ten_megabytes_of_nothing_are_refused_before_they_are_looked_at(reader: Reader, reply: bytes) -> None:
    found = read(reader, reply)

    assert found.refused.startswith("It holds ")
    assert " and no more than " in found.refused
    assert found.notes == ()


def test_empty_rows_of_a_spreadsheet_are_none_too_many() -> None:
    found = read(read_csv, "\n".join([HEADING, row(), *[",,,,"] * 20_001]).encode())

    assert (found.refused, len(found.initiatives)) == ("", 1)


def test_of_one_fault_only_the_first_rows_are_named_and_the_others_counted() -> None:
    found = read(read_meeting_guide, told([meeting(), *[meeting(slug=f"m{at}", day=f"no {at}") for at in range(300)]]))

    assert len(found.notes) == 201
    assert sum(note.rows for note in found.notes if note.left_out) == 300
    assert found.notes[-1] == Note("100 more", "Its day is …", left_out=True, rows=100)


def test_one_service_cannot_meet_at_more_times_than_anybody_could_want() -> None:
    places = [held_at(id=f"p{at}") for at in range(300)]
    times = [schedule(id=f"s{at}", opens_at=f"{at // 60:02}:{at % 60:02}") for at in range(300)]

    found = read(read_open_referral, told([service(service_at_locations=places, schedules=times)]))

    assert [len(each.sessions) for each in found.initiatives] == [200]
    assert [note.what for note in found.notes] == ["It meets at more than 200 times: the first of them are read."]


def test_many_services_cannot_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_referral, "MOST_SESSIONS", 3)
    rows = [service(id=str(at), schedules=[schedule(id=str(at))]) for at in range(4)]

    assert read(read_open_referral, told(rows[:3])).refused == ""
    assert read(read_open_referral, told(rows)).refused == (
        "It holds more than 3 times at which something meets: ask the source for a part of it."
    )


# ---------------------------------------------------------------- nothing ever raises

_SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["2026-11-24", "9999-12-31", "0001-01-01", "10:00", "24:00", "MO,TU", "-5TU", "WEEKLY", "MONTHLY", "\ud800",
         "Europe/London", "+01:00", "../..", "<b>", "07700 900123", "1e400", 10**30, "٣"]
    ),
)  # fmt: skip
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


def _spoiled(good: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A good row with some of its fields made into anything at all."""
    return st.dictionaries(st.sampled_from(sorted(good)), _ANYTHING, max_size=5).map(lambda bad: good | bad)


_FULL_SCHEDULE = schedule(
    dtstart="2026-01-06", valid_from="2026-01-01", valid_to="2027-01-01", until="2027-02-01", interval=1, count=9,
    bymonthday="", byweekno="", wkst="SU", timezone="Z", attending_type="online", notes="Not on 2026-12-25.",
)  # fmt: skip
_PLACES = _spoiled(location(accessibility=[{"description": "Step free"}])).map(lambda place: held_at(location=place))
_SERVICES = st.tuples(
    _spoiled(service(phones=[{"number": "01632 960123"}], contacts=[], cost_options=[{"amount": 1}], minimum_age=18)),
    _spoiled(_FULL_SCHEDULE),
    _PLACES,
).map(lambda parts: {"schedules": [parts[1]], "service_at_locations": [parts[2]]} | parts[0])
_MEETINGS = _spoiled(meeting(timezone="Europe/London", conference_url="https://example.org/j", country="UK", group="G"))
_ROWS = {read_open_referral: _SERVICES, read_meeting_guide: _MEETINGS, read_bmlt: _spoiled(bmlt_row())}


def _holds(reader: Reader, rows: list[dict[str, Any]]) -> None:
    """Whatever the rows are: nothing raises, and what is read can be offered, each under an id of its own."""
    found = read(reader, json.dumps(rows).encode())

    assert bool(found.refused) is not bool(found.initiatives)
    for offer in all_offers(found.initiatives):
        offer.name.encode()
        assert offer.id.startswith("kent/")
        assert offer.name
    ids = [each.id for one in found.initiatives for each in one.sessions] + [one.id for one in found.initiatives]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("reader", JSON_READERS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_a_field_holds_nothing_raises(reader: Reader, data: st.DataObject) -> None:
    _holds(reader, data.draw(st.lists(_ROWS[reader], min_size=1, max_size=2)))


@pytest.mark.prove
@pytest.mark.parametrize("reader", JSON_READERS)
@settings(max_examples=1000, deadline=None)
@given(data=st.data())
def test_whatever_thousands_of_fields_hold_nothing_raises(reader: Reader, data: st.DataObject) -> None:
    _holds(reader, data.draw(st.lists(_ROWS[reader], min_size=1, max_size=3)))


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=60), _ANYTHING.map(lambda value: json.dumps(value).encode())))
def test_no_bytes_at_all_raise(reply: bytes) -> None:
    for reader in (*JSON_READERS, read_csv):
        assert isinstance(read(reader, reply), Imported)
